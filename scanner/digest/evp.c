/*
 * evp: what OpenSSL does for us, and the only file that knows it. Digests, one stream after another:
 * the reference for every other kernel and the path where no kernel fits. And Ed25519 signatures.
 */
#include "base/mem.h"
#include "digest/digest.h"
#include "digest/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
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

struct tt_digester {
    uint32_t capable;
    uint32_t mask; /* of the stream in work; 0 between streams */
    EVP_MD_CTX *context[TUTELA_ALGORITHM_COUNT];
};

static tutela_status failed(tutela_error *error, int algorithm)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: this OpenSSL does not offer it",
                             tt_digest_name(algorithm)),
                     "a FIPS-only OpenSSL configuration forbids old digests; allow the default "
                     "provider");
}

tutela_status tt_digester_new(tt_digester **out, uint32_t capable, tutela_error *error)
{
    tt_digester *digester = tt_alloc(1, sizeof *digester);

    if (!digester)
        return tt_no_memory(error);
    (void)pthread_once(&once, fetch);
    digester->capable = capable & TT_DIGEST_ALL;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(digester->capable & TUTELA_BIT(i)))
            continue;
        digester->context[i] = EVP_MD_CTX_new();
        if (!methods[i] || !digester->context[i]) {
            tutela_status status
                = digester->context[i] ? failed(error, i) : tt_no_memory(error);

            tt_digester_free(digester);
            return status;
        }
    }
    *out = digester;
    return TUTELA_OK;
}

void tt_digester_free(tt_digester *digester)
{
    if (!digester)
        return;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        EVP_MD_CTX_free(digester->context[i]);
    tt_free(digester);
}

tutela_status tt_digester_begin(tt_digester *digester, uint32_t mask, tutela_error *error)
{
    if (mask & ~digester->capable)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "digest: not prepared for that algorithm");
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((mask & TUTELA_BIT(i))
            && EVP_DigestInit_ex2(digester->context[i], methods[i], NULL) != 1)
            return failed(error, i);
    digester->mask = mask;
    return TUTELA_OK;
}

tutela_status tt_digester_end(tt_digester *digester, tt_digests *out, tutela_error *error)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((digester->mask & TUTELA_BIT(i))
            && EVP_DigestFinal_ex(digester->context[i], out->value[i], NULL) != 1)
            return failed(error, i);
    out->mask = digester->mask;
    digester->mask = 0;
    return TUTELA_OK;
}

tutela_status tt_digest_update_many(const tt_digest_job *jobs, size_t count, tutela_error *error)
{
    for (size_t j = 0; j < count; j++)
        for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
            if ((jobs[j].digester->mask & TUTELA_BIT(i))
                && EVP_DigestUpdate(jobs[j].digester->context[i], jobs[j].data, jobs[j].size) != 1)
                return failed(error, i);
    return TUTELA_OK;
}

size_t tt_digest_width(void)
{
    return 1;
}

tutela_status tt_digest_bytes(uint32_t mask, const void *data, size_t size, tt_digests *out,
                              tutela_error *error)
{
    tt_digester *digester = NULL;
    tt_digest_job job = {.data = data, .size = size};
    tutela_status status = tt_digester_new(&digester, mask, error);

    if (status != TUTELA_OK)
        return status;
    job.digester = digester;
    status = tt_digester_begin(digester, mask, error);
    if (status == TUTELA_OK)
        status = tt_digest_update_many(&job, 1, error);
    if (status == TUTELA_OK)
        status = tt_digester_end(digester, out, error);
    tt_digester_free(digester);
    return status;
}

const char *tt_digest_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

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
