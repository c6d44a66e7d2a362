/*
 * selftest_blocks: asks SHA-256 as seals use it (sha256.h), and signatures.
 */
#include "base/text.h"
#include "digest/ed25519.h"
#include "digest/selftest.h"
#include "digest/sha256.h"

#include <stdio.h>
#include <string.h>

#define BLOCKS 64u /* side by side */
#define TEXT   8u  /* bytes of each one's message, "block 07" */

/* SHA-256 of the digests of "block 00" to "block 63", one behind the other; by OpenSSL. */
static const char all_blocks[]
    = "760dd5802b4dd0702c73ee0655e45cf9215059ab046e0578d06ca4069e2ddb61";

static void make_block(uint8_t *block, size_t number)
{
    char text[24];

    memset(block, 0, TT_SHA256_BLOCK);
    (void)snprintf(text, sizeof text, "block %02zu", number);
    memcpy(block, text, TEXT);
    block[TEXT] = 0x80;
    block[TT_SHA256_BLOCK - 1] = 8 * TEXT; /* bits */
}

static tutela_status ask_messages(tt_selftest *test, tutela_error *error)
{
    uint8_t bytes[TT_ANSWER_MAX], digest[TT_SHA256_SIZE];

    for (size_t i = 0; i < TT_ANSWERS; i++) {
        const tt_answer *answer = tt_answer_at(i);

        tt_answer_bytes(answer, bytes);
        tt_sha256_bytes(bytes, answer->size, digest);
        TT_TRY(tt_selftest_note(test, tt_answer_is(answer, TUTELA_SHA256, digest),
                                "the digest is wrong", error, "sha256: %zu bytes", answer->size));
    }
    return TUTELA_OK;
}

/* One block after another into `out`, and the digest of all that. */
static int ask_singly(const uint8_t *blocks, uint8_t *out)
{
    uint8_t digest[TT_SHA256_SIZE], wanted[TT_SHA256_SIZE];

    for (size_t i = 0; i < BLOCKS; i++) {
        uint32_t state[TT_SHA256_WORDS];

        tt_sha256_begin(state);
        tt_sha256_block(state, blocks + i * TT_SHA256_BLOCK);
        for (size_t b = 0; b < TT_SHA256_SIZE; b++)
            out[i * TT_SHA256_SIZE + b] = (uint8_t)(state[b / 4] >> (24 - b % 4 * 8));
    }
    tt_sha256_bytes(out, BLOCKS * TT_SHA256_SIZE, digest);
    return tt_hex_decode(all_blocks, 2 * sizeof wanted, wanted) == 0
           && memcmp(digest, wanted, sizeof wanted) == 0;
}

/* The first `count` blocks, and nothing past their results; `size` bytes of each. */
static int ask_together(const uint8_t *blocks, const uint8_t *wanted, size_t count, size_t size)
{
    uint8_t out[(BLOCKS + 1) * TT_SHA256_SIZE];
    uint32_t from[TT_SHA256_WORDS];
    int right = 1;

    memset(out, 0xee, sizeof out);
    tt_sha256_begin(from);
    tt_sha256_block_many(&(tt_sha256_many){.from = from,
                                           .blocks = blocks,
                                           .out = out,
                                           .size = size,
                                           .stride = size},
                         count);
    for (size_t i = 0; i < count; i++)
        right &= memcmp(out + i * size, wanted + i * TT_SHA256_SIZE, size) == 0;
    return right && out[count * size] == 0xee;
}

tutela_status tt_selftest_blocks(tt_selftest *test, tutela_error *error)
{
    uint8_t blocks[BLOCKS * TT_SHA256_BLOCK], wanted[BLOCKS * TT_SHA256_SIZE];

    test->group = "seals";
    TT_TRY(ask_messages(test, error));
    for (size_t i = 0; i < BLOCKS; i++)
        make_block(blocks + i * TT_SHA256_BLOCK, i);
    TT_TRY(tt_selftest_note(test, ask_singly(blocks, wanted), "some state is wrong", error,
                            "sha256: %u blocks by %s, singly", BLOCKS, tt_sha256_kernel()));
    for (size_t count = 1; count <= BLOCKS; count++)
        TT_TRY(tt_selftest_note(test,
                                ask_together(blocks, wanted, count, TT_SHA256_SIZE)
                                    && ask_together(blocks, wanted, count, TT_SHA256_SIZE / 2),
                                "other states than singly", error,
                                "sha256: %zu %s side by side", count,
                                count > 1 ? "blocks" : "block"));
    return TUTELA_OK;
}

/* ---- Signatures -------------------------------------------------------------------------- */

/* RFC 8032, 7.1: tests 1 to 3, whose messages have as many bytes as their number less one. */
static const struct {
    const char *seed, *key, *message, *signature;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
     "1cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
     "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
     "984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

/* One vector in bytes. */
typedef struct vector {
    uint8_t seed[TT_ED25519_KEY_SIZE], key[TT_ED25519_KEY_SIZE];
    uint8_t message[2];
    size_t size;
    uint8_t signature[TT_ED25519_SIGNATURE_SIZE];
} vector;

static void read_vector(size_t number, vector *out)
{
    out->size = strlen(vectors[number].message) / 2;
    (void)tt_hex_decode(vectors[number].seed, 2 * sizeof out->seed, out->seed);
    (void)tt_hex_decode(vectors[number].key, 2 * sizeof out->key, out->key);
    (void)tt_hex_decode(vectors[number].message, 2 * out->size, out->message);
    (void)tt_hex_decode(vectors[number].signature, 2 * sizeof out->signature, out->signature);
}

/* *right: key and signature are made as they must be, and no bit of either may be another. */
static tutela_status ask_vector(const vector *v, int *right, tutela_error *error)
{
    uint8_t key[TT_ED25519_KEY_SIZE], signature[TT_ED25519_SIGNATURE_SIZE];
    int good = 0, bad = 0;

    TT_TRY(tt_ed25519_public(v->seed, key, error));
    TT_TRY(tt_ed25519_sign(v->seed, v->message, v->size, signature, error));
    *right = memcmp(key, v->key, sizeof key) == 0
             && memcmp(signature, v->signature, sizeof signature) == 0;
    TT_TRY(tt_ed25519_verify(v->key, v->message, v->size, v->signature, &good, error));
    *right &= good == 1;
    for (size_t i = 0; i < sizeof signature; i++) {
        signature[i] ^= (uint8_t)(1u << i % 8);
        TT_TRY(tt_ed25519_verify(v->key, v->message, v->size, signature, &bad, error));
        *right &= bad == 0;
        signature[i] ^= (uint8_t)(1u << i % 8);
    }
    return TUTELA_OK;
}

tutela_status tt_selftest_ed25519(tt_selftest *test, tutela_error *error)
{
    test->group = "OpenSSL";
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        tutela_error said = {.text = "another key or signature, or a wrong one passes"};
        vector v = {.size = 0};
        char name[64];
        int right = 0;
        tutela_status status;

        read_vector(i, &v);
        (void)snprintf(name, sizeof name, "Ed25519, test %zu of RFC 8032", i + 1);
        status = ask_vector(&v, &right, &said);
        if (status == TUTELA_OK && !right)
            status = TUTELA_STATE;
        TT_TRY(tt_selftest_answer(test, status, &said, error, name));
    }
    return TUTELA_OK;
}
