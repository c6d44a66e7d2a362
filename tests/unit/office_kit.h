/*
 * office_kit: encrypted Office documents, put together as [MS-OFFCRYPTO] says, for tests and fuzzing.
 */
#ifndef TT_TESTS_OFFICE_KIT_H
#define TT_TESTS_OFFICE_KIT_H

#include "unpack_ole.h"

#include "base/cursor.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

typedef struct office_way {
    int agile;
    const char *digest; /* Agile only: "SHA512" and its like */
    size_t key_size;
    unsigned spin;
    int unsummed;       /* without its HMAC */
} office_way;

static const office_way office_ways[] = {{1, "SHA512", 32, 1000, 0}, {1, "SHA1", 16, 1000, 0},
                                         {1, "SHA384", 24, 1000, 0}, {0, "SHA1", 16, 50000, 0},
                                         {0, "SHA1", 32, 50000, 0}};
#define OFFICE_WAYS (sizeof office_ways / sizeof office_ways[0])

/* The digest of two things. */
__attribute__((unused)) static size_t office_digest(const office_way *w, const void *a, size_t a_size,
                                                    const void *b, size_t b_size, uint8_t *out)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    unsigned size = 0;

    EVP_DigestInit(c, EVP_get_digestbyname(w->digest));
    EVP_DigestUpdate(c, a, a_size);
    EVP_DigestUpdate(c, b, b_size);
    EVP_DigestFinal(c, out, &size);
    EVP_MD_CTX_free(c);
    return size;
}

__attribute__((unused)) static void office_seal(const uint8_t *key, size_t key_size, const uint8_t *iv,
                                                uint8_t *data, size_t size)
{
    char name[20];
    int made;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

    snprintf(name, sizeof name, "AES-%zu-%s", key_size * 8, iv ? "CBC" : "ECB");
    EVP_EncryptInit(c, EVP_get_cipherbyname(name), key, iv);
    EVP_CIPHER_CTX_set_padding(c, 0);
    EVP_EncryptUpdate(c, data, &made, data, (int)size);
    EVP_CIPHER_CTX_free(c);
}

/* `password`: characters of one byte. */
__attribute__((unused)) static void office_spin(const office_way *w, const char *password,
                                                const uint8_t *salt, uint8_t *out)
{
    uint8_t text[200], round[4 + 64];
    size_t length = strlen(password), size;

    for (size_t i = 0; i < length; i++) {
        text[2 * i] = (uint8_t)password[i];
        text[2 * i + 1] = 0;
    }
    size = office_digest(w, salt, 16, text, 2 * length, round + 4);
    for (unsigned i = 0; i < w->spin; i++) {
        tt_store32(round, i);
        office_digest(w, round, 4 + size, "", 0, round + 4);
    }
    memcpy(out, round + 4, size);
}

/* Behind `name="`: what is encrypted by the key that a block's name makes. */
__attribute__((unused)) static void office_put_blob(bytes *xml, const char *name, const uint8_t *key,
                                                    size_t key_size, const uint8_t *iv, const void *data,
                                                    size_t size)
{
    uint8_t all[96] = {0};
    char text[200];
    size_t padded = (size + 15) / 16 * 16;

    memcpy(all, data, size);
    if (key)
        office_seal(key, key_size, iv, all, padded);
    EVP_EncodeBlock((uint8_t *)text, all, (int)(key ? padded : size));
    PUT_TEXT(xml, " ");
    PUT_TEXT(xml, name);
    PUT_TEXT(xml, "=\"");
    PUT_TEXT(xml, text);
    PUT_TEXT(xml, "\"");
}

/* The same by a key of the password's digest. */
__attribute__((unused)) static void office_put_own(bytes *xml, const office_way *w, const char *name,
                                                   const char *block, const uint8_t *spun, size_t spun_size,
                                                   const uint8_t *salt, const void *data, size_t size)
{
    uint8_t key[64];

    office_digest(w, spun, spun_size, block, 8, key);
    office_put_blob(xml, name, key, w->key_size, salt, data, size);
}

__attribute__((unused)) static void office_put_way(bytes *xml, const office_way *w, size_t digest_size,
                                                   const uint8_t *salt)
{
    char text[200];

    snprintf(text, sizeof text, " saltSize=\"16\" blockSize=\"16\" keyBits=\"%zu\" hashSize=\"%zu\" "
             "cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"%s\"",
             w->key_size * 8, digest_size, w->digest);
    PUT_TEXT(xml, text);
    office_put_blob(xml, "saltValue", NULL, 0, NULL, salt, 16);
}

/* The package, in segments, behind its size; and its HMAC. */
__attribute__((unused)) static bytes office_package(const office_way *w, bytes plain, const uint8_t *key,
                                                    const uint8_t *salt)
{
    bytes out = nothing();
    uint8_t place[4], iv[64];

    put_number(&out, plain.size, 8);
    kit_add(&out, plain.data, plain.size);
    while (out.size % 16 != 8)
        kit_add(&out, "", 1);
    for (size_t at = 8; at < out.size; at += 4096) {
        tt_store32(place, (uint32_t)(at / 4096));
        office_digest(w, salt, 16, place, 4, iv);
        office_seal(key, w->key_size, w->agile ? iv : NULL, out.data + at,
                    out.size - at < 4096 ? out.size - at : 4096);
    }
    return out;
}

__attribute__((unused)) static void office_put_agile(bytes *info, const office_way *w, const char *password,
                                                     const uint8_t *key, const uint8_t *salt, bytes package)
{
    uint8_t own[16], spun[64], verifier[16], digest[64], iv[64], mac_key[64], mac[64];
    size_t size;
    unsigned mac_size;
    char text[40];

    for (size_t i = 0; i < 16; i++) {
        own[i] = (uint8_t)kit_random();
        verifier[i] = (uint8_t)kit_random();
    }
    for (size_t i = 0; i < 64; i++)
        mac_key[i] = (uint8_t)kit_random();
    size = office_digest(w, verifier, 16, "", 0, digest);
    office_spin(w, password, own, spun);
    put_number(info, 0x00040004, 4);
    put_number(info, 0x40, 4);
    PUT_TEXT(info, "<?xml version=\"1.0\"?>\r\n<encryption xmlns:p=\"x\"><keyData");
    office_put_way(info, w, size, salt);
    PUT_TEXT(info, "/>");
    if (!w->unsummed) {
        HMAC(EVP_get_digestbyname(w->digest), mac_key, (int)size, package.data, package.size, mac,
             &mac_size);
        PUT_TEXT(info, "<dataIntegrity");
        office_digest(w, salt, 16, "\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", 8, iv);
        office_put_blob(info, "encryptedHmacKey", key, w->key_size, iv, mac_key, size);
        office_digest(w, salt, 16, "\xa0\x67\x7f\x02\xb2\x2c\x84\x33", 8, iv);
        office_put_blob(info, "encryptedHmacValue", key, w->key_size, iv, mac, size);
        PUT_TEXT(info, "/>");
    }
    PUT_TEXT(info, "<keyEncryptors><keyEncryptor uri=\"y\"><c:encryptedKey encryptedKeyValue=\"AAAA\"/>"
                   "</keyEncryptor><keyEncryptor uri=\"x\"><p:encryptedKey");
    snprintf(text, sizeof text, " spinCount=\"%u\"", w->spin);
    PUT_TEXT(info, text);
    office_put_way(info, w, size, own);
    office_put_own(info, w, "encryptedVerifierHashInput", "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", spun, size,
                   own, verifier, 16);
    office_put_own(info, w, "encryptedVerifierHashValue", "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", spun, size,
                   own, digest, size);
    office_put_own(info, w, "encryptedKeyValue", "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", spun, size, own, key,
                   w->key_size);
    PUT_TEXT(info, "/></keyEncryptor></keyEncryptors></encryption>");
}

/* The key that a password makes in the Standard way. */
__attribute__((unused)) static void office_standard_key(const office_way *w, const char *password,
                                                        const uint8_t *salt, uint8_t *key)
{
    uint8_t spun[64], last[64], block[64];

    office_spin(w, password, salt, spun);
    office_digest(w, spun, 20, "\0\0\0\0", 4, last);
    for (size_t half = 0; half < 2; half++) {
        memset(block, half ? 0x5c : 0x36, sizeof block);
        for (size_t i = 0; i < 20; i++)
            block[i] ^= last[i];
        office_digest(w, block, 64, "", 0, key + 20 * half);
    }
}

__attribute__((unused)) static void office_put_standard(bytes *info, const office_way *w, const uint8_t *key,
                                                        const uint8_t *salt)
{
    static const char name[] = "M\0i\0c\0r\0o\0s\0o\0f\0t\0\0";
    uint8_t verifier[16], digest[64] = {0};

    for (size_t i = 0; i < 16; i++)
        verifier[i] = (uint8_t)kit_random();
    office_digest(w, verifier, 16, "", 0, digest);
    office_seal(key, w->key_size, NULL, verifier, 16);
    office_seal(key, w->key_size, NULL, digest, 32);
    put_number(info, 0x00020003, 4);
    put_number(info, 0x24, 4);
    put_number(info, 32 + sizeof name, 4);
    put_number(info, 0x24, 4);
    put_number(info, 0, 4);
    put_number(info, 0x660e + (w->key_size - 16) / 8, 4);
    put_number(info, 0x8004, 4);
    put_number(info, w->key_size * 8, 4);
    put_number(info, 0x18, 4);
    put_number(info, 0, 8);
    kit_add(info, name, sizeof name);
    put_number(info, 16, 4);
    kit_add(info, salt, 16);
    kit_add(info, verifier, 16);
    put_number(info, 20, 4);
    kit_add(info, digest, 32);
}

__attribute__((unused)) static bytes office_of(const office_way *w, const char *password, bytes plain)
{
    uint8_t key[64], salt[16];
    bytes info = nothing(), package, out;

    for (size_t i = 0; i < 16; i++)
        salt[i] = (uint8_t)kit_random();
    for (size_t i = 0; i < 64; i++)
        key[i] = (uint8_t)kit_random();
    if (!w->agile)
        office_standard_key(w, password, salt, key);
    package = office_package(w, plain, key, salt);
    if (w->agile)
        office_put_agile(&info, w, password, key, salt, package);
    else
        office_put_standard(&info, w, key, salt);
    ole_part parts[] = {{"EncryptionInfo", info}, {"EncryptedPackage", package}};
    out = ole_of(parts, 2, 9, 1);
    free(info.data);
    free(package.data);
    return out;
}

#endif
