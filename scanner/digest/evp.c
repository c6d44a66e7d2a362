/*
 * evp: what OpenSSL does for us, and the only file that knows it. Digests, one stream after another:
 * the reference for every other kernel and the path where no kernel fits. And Ed25519 signatures,
 * what veils bytes on a disk, and what encrypted containers are opened with.
 */
#include "digest/evp.h"
#include "base/io.h"
#include "base/mem.h"
#include "digest/cipher.h"
#include "digest/digest.h"
#include "digest/ed25519.h"
#include "digest/kernels.h"
#include "digest/veil.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <string.h>

static const char *const evp_names[TUTELA_ALGORITHM_COUNT] = {"MD5", "SHA1", "SHA256", "SHA512"};

/*
 * Looked up once for the life of the process, since a look-up costs more than digesting a small
 * file; written by `fetch` alone, under `once`.
 */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *methods[TUTELA_ALGORITHM_COUNT];

static void fetch(void)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        methods[i] = EVP_MD_fetch(NULL, evp_names[i], NULL);
}

static EVP_MD_CTX *context_of(tt_evp *evp)
{
    return (EVP_MD_CTX *)(void *)evp;
}

static tutela_status failed(tutela_error *error, int algorithm)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: this OpenSSL does not offer it",
                             tt_digest_name(algorithm)),
                     "a FIPS-only OpenSSL configuration forbids old digests; allow the default "
                     "provider");
}

tutela_status tt_evp_offers(int algorithm, tutela_error *error)
{
    (void)pthread_once(&once, fetch);
    return methods[algorithm] ? TUTELA_OK : failed(error, algorithm);
}

tutela_status tt_evp_begin(tt_evp **evp, int algorithm, tutela_error *error)
{
    if (!*evp)
        *evp = (tt_evp *)(void *)EVP_MD_CTX_new();
    if (!*evp)
        return tt_no_memory(error);
    return EVP_DigestInit_ex2(context_of(*evp), methods[algorithm], NULL) == 1
               ? TUTELA_OK
               : failed(error, algorithm);
}

tutela_status tt_evp_update(tt_evp *evp, int algorithm, const void *data, size_t size,
                            tutela_error *error)
{
    return EVP_DigestUpdate(context_of(evp), data, size) == 1 ? TUTELA_OK
                                                               : failed(error, algorithm);
}

tutela_status tt_evp_end(tt_evp *evp, int algorithm, uint8_t *digest, tutela_error *error)
{
    return EVP_DigestFinal_ex(context_of(evp), digest, NULL) == 1 ? TUTELA_OK
                                                                   : failed(error, algorithm);
}

void tt_evp_free(tt_evp *evp)
{
    EVP_MD_CTX_free(context_of(evp));
}

void tt_digest_thread_end(void)
{
    OPENSSL_thread_stop();
}

const char *tt_digest_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

/* ---- Kernels of one stream ---------------------------------------------------------------- */

/* Blocks into a state of ours are what only its older calls take; newer ones run the same code. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

void tt_sha1_openssl(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    SHA_CTX context = {state[0], state[1], state[2], state[3], state[4], 0, 0, {0}, 0};

    (void)SHA1_Update(&context, data[0], blocks * TT_BLOCK); /* which cannot fail */
    state[0] = context.h0;
    state[1] = context.h1;
    state[2] = context.h2;
    state[3] = context.h3;
    state[4] = context.h4;
}

void tt_sha256_openssl(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    SHA256_CTX context = {.md_len = SHA256_DIGEST_LENGTH};

    _Static_assert(sizeof context.h == TT_STATE_WORDS * sizeof *state, "SHA-256 has eight words");
    memcpy(context.h, state, sizeof context.h);
    (void)SHA256_Update(&context, data[0], blocks * TT_BLOCK);
    memcpy(state, context.h, sizeof context.h);
}

#pragma GCC diagnostic pop

/* ---- Ed25519 ----------------------------------------------------------------------------- */

static tutela_status no_ed25519(tutela_error *error)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNAVAILABLE, 0, "Ed25519: this OpenSSL does not do it"),
                     "an OpenSSL configuration may forbid it; allow the default provider");
}

static void key_cleanup(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void context_cleanup(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

tutela_status tt_ed25519_public(const uint8_t *seed, uint8_t *out, tutela_error *error)
{
    __attribute__((cleanup(key_cleanup))) EVP_PKEY *key
        = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, TT_ED25519_KEY_SIZE);
    uint8_t public[TT_ED25519_KEY_SIZE];
    size_t size = sizeof public;

    if (!key || EVP_PKEY_get_raw_public_key(key, public, &size) != 1 || size != sizeof public)
        return no_ed25519(error);
    memcpy(out, public, sizeof public);
    return TUTELA_OK;
}

tutela_status tt_ed25519_sign(const uint8_t *seed, const void *message, size_t size, uint8_t *out,
                              tutela_error *error)
{
    __attribute__((cleanup(key_cleanup))) EVP_PKEY *key
        = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, TT_ED25519_KEY_SIZE);
    __attribute__((cleanup(context_cleanup))) EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t signature[TT_ED25519_SIGNATURE_SIZE];
    size_t length = sizeof signature;

    if (!key || !context || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1
        || EVP_DigestSign(context, signature, &length, message, size) != 1
        || length != sizeof signature)
        return no_ed25519(error);
    memcpy(out, signature, sizeof signature);
    return TUTELA_OK;
}

tutela_status tt_ed25519_verify(const uint8_t *public, const void *message, size_t size,
                                const uint8_t *signature, int *good, tutela_error *error)
{
    __attribute__((cleanup(key_cleanup))) EVP_PKEY *key
        = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, TT_ED25519_KEY_SIZE);
    __attribute__((cleanup(context_cleanup))) EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (!key || !context || EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1)
        return no_ed25519(error);
    /* Anything but 1 is no good signature: what does not parse answers below 0. */
    *good = EVP_DigestVerify(context, signature, TT_ED25519_SIGNATURE_SIZE, message, size) == 1;
    return TUTELA_OK;
}

/* ---- Veils ------------------------------------------------------------------------------- */

#define VEIL_KEY 32u
#define VEIL_BLOCK 16u /* of the cipher: one step of its counter */
#define VEIL_AT_ONCE ((size_t)1 << 30) /* its lengths are ints */

/* As the methods above: looked up once, and written by `fetch_cipher` alone, under `veil_once`. */
static pthread_once_t veil_once = PTHREAD_ONCE_INIT;
static EVP_CIPHER *veil_cipher;

static void fetch_cipher(void)
{
    veil_cipher = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
}

static EVP_CIPHER_CTX *cipher_of(tt_veil *veil)
{
    return (EVP_CIPHER_CTX *)(void *)veil;
}

static tutela_status no_veil(tutela_error *error)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNAVAILABLE, 0, "AES-256-CTR: this OpenSSL does not do it"),
                     "an OpenSSL configuration may forbid it; allow the default provider");
}

tutela_status tt_veil_offered(tutela_error *error)
{
    (void)pthread_once(&veil_once, fetch_cipher);
    return veil_cipher ? TUTELA_OK : no_veil(error);
}

tutela_status tt_veil_new(tt_veil **out, tutela_error *error)
{
    uint8_t key[VEIL_KEY];
    EVP_CIPHER_CTX *context;
    int made;

    TT_TRY(tt_veil_offered(error));
    context = EVP_CIPHER_CTX_new();
    if (!context)
        return tt_no_memory(error);
    made = tt_random_bytes(key, sizeof key) == 0
           && EVP_EncryptInit_ex2(context, veil_cipher, key, NULL, NULL) == 1;
    explicit_bzero(key, sizeof key);
    if (!made) {
        EVP_CIPHER_CTX_free(context);
        return no_veil(error);
    }
    *out = (tt_veil *)(void *)context;
    return TUTELA_OK;
}

tutela_status tt_veil_apply(tt_veil *veil, uint64_t place, const void *from, void *to, size_t size,
                            tutela_error *error)
{
    uint8_t counter[VEIL_BLOCK] = {0}, skipped[VEIL_BLOCK] = {0};
    uint64_t block = place / VEIL_BLOCK;
    int made = 0, in_block = (int)(place % VEIL_BLOCK), good;

    for (size_t i = 0; i < sizeof block; i++)
        counter[VEIL_BLOCK - 1 - i] = (uint8_t)(block >> (8 * i));
    good = EVP_EncryptInit_ex2(cipher_of(veil), NULL, NULL, counter, NULL) == 1
           && EVP_EncryptUpdate(cipher_of(veil), skipped, &made, skipped, in_block) == 1;
    explicit_bzero(skipped, sizeof skipped);
    for (size_t done = 0, some; good && done < size; done += some) {
        some = size - done < VEIL_AT_ONCE ? size - done : VEIL_AT_ONCE;
        good = EVP_EncryptUpdate(cipher_of(veil), (uint8_t *)to + done, &made,
                                 (const uint8_t *)from + done, (int)some) == 1;
    }
    return good ? TUTELA_OK : no_veil(error);
}

void tt_veil_free(tt_veil *veil)
{
    EVP_CIPHER_CTX_free(cipher_of(veil)); /* which wipes the key's schedule */
}

/* ---- Encrypted containers ------------------------------------------------------------------ */

#define AES_MODES 2u
#define AES_SIZES 3u
#define AES_AT_ONCE ((size_t)1 << 30) /* its lengths are ints */

static const char *const aes_names[AES_MODES][AES_SIZES] = {
    {"AES-128-CBC", "AES-192-CBC", "AES-256-CBC"}, {"AES-128-ECB", "AES-192-ECB", "AES-256-ECB"}};
static const char *const hash_names[TT_HASH_KINDS] = {"SHA1", "SHA256", "SHA384", "SHA512"};

/* As the methods above: looked up once, and written by `fetch_openers` alone, under `openers_once`. */
static pthread_once_t openers_once = PTHREAD_ONCE_INIT;
static EVP_CIPHER *aes_ciphers[AES_MODES][AES_SIZES];
static EVP_MD *hashes[TT_HASH_KINDS];
static int openers_missing;

static void fetch_openers(void)
{
    for (size_t mode = 0; mode < AES_MODES; mode++)
        for (size_t i = 0; i < AES_SIZES; i++) {
            aes_ciphers[mode][i] = EVP_CIPHER_fetch(NULL, aes_names[mode][i], NULL);
            openers_missing |= !aes_ciphers[mode][i];
        }
    for (size_t i = 0; i < TT_HASH_KINDS; i++) {
        hashes[i] = EVP_MD_fetch(NULL, hash_names[i], NULL);
        openers_missing |= !hashes[i];
    }
}

static tutela_status no_opener(tutela_error *error)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNAVAILABLE, 0, "AES, SHA-1 or SHA-2: this OpenSSL does not do it"),
                     "an OpenSSL configuration may forbid it; allow the default provider");
}

tutela_status tt_cipher_offered(tutela_error *error)
{
    (void)pthread_once(&openers_once, fetch_openers);
    return openers_missing ? no_opener(error) : TUTELA_OK;
}

static EVP_CIPHER_CTX *aes_of(tt_aes *aes)
{
    return (EVP_CIPHER_CTX *)(void *)aes;
}

tutela_status tt_aes_new(tt_aes **out, tt_aes_mode mode, const uint8_t *key, size_t size,
                         tutela_error *error)
{
    EVP_CIPHER_CTX *context;

    if (size != 16 && size != 24 && size != 32)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "AES: no key of %zu bytes", size);
    TT_TRY(tt_cipher_offered(error));
    context = EVP_CIPHER_CTX_new();
    if (!context)
        return tt_no_memory(error);
    if (EVP_DecryptInit_ex2(context, aes_ciphers[mode][size / 8 - 2], key, NULL, NULL) != 1
        || EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
        EVP_CIPHER_CTX_free(context);
        return no_opener(error);
    }
    *out = (tt_aes *)(void *)context;
    return TUTELA_OK;
}

tutela_status tt_aes_decipher(tt_aes *aes, const uint8_t *iv, const void *from, void *to, size_t size,
                              tutela_error *error)
{
    int made = 0, good = EVP_DecryptInit_ex2(aes_of(aes), NULL, NULL, iv, NULL) == 1;

    for (size_t done = 0, some; good && done < size; done += some) {
        some = size - done < AES_AT_ONCE ? size - done : AES_AT_ONCE;
        good = EVP_DecryptUpdate(aes_of(aes), (uint8_t *)to + done, &made,
                                 (const uint8_t *)from + done, (int)some) == 1
               && made == (int)some;
    }
    return good ? TUTELA_OK : no_opener(error);
}

void tt_aes_free(tt_aes *aes)
{
    EVP_CIPHER_CTX_free(aes_of(aes)); /* which wipes the key's schedule */
}

static EVP_MD_CTX *hash_of(tt_hash *hash)
{
    return (EVP_MD_CTX *)(void *)hash;
}

size_t tt_hash_size(tt_hash_kind kind)
{
    static const size_t sizes[TT_HASH_KINDS] = {20, 32, 48, 64};

    return sizes[kind];
}

size_t tt_hash_block(tt_hash_kind kind)
{
    return kind < TT_HASH_SHA384 ? 64 : 128;
}

tutela_status tt_hash_new(tt_hash **out, tt_hash_kind kind, tutela_error *error)
{
    EVP_MD_CTX *context;

    TT_TRY(tt_cipher_offered(error));
    context = EVP_MD_CTX_new();
    if (!context)
        return tt_no_memory(error);
    if (EVP_DigestInit_ex2(context, hashes[kind], NULL) != 1) {
        EVP_MD_CTX_free(context);
        return no_opener(error);
    }
    *out = (tt_hash *)(void *)context;
    return TUTELA_OK;
}

tutela_status tt_hash_add(tt_hash *hash, const void *data, size_t size, tutela_error *error)
{
    return EVP_DigestUpdate(hash_of(hash), data, size) == 1 ? TUTELA_OK : no_opener(error);
}

tutela_status tt_hash_end(tt_hash *hash, uint8_t *out, tutela_error *error)
{
    return EVP_DigestFinal_ex(hash_of(hash), out, NULL) == 1
                   && EVP_DigestInit_ex2(hash_of(hash), NULL, NULL) == 1
               ? TUTELA_OK
               : no_opener(error);
}

void tt_hash_free(tt_hash *hash)
{
    EVP_MD_CTX_free(hash_of(hash));
}
