/* selftest_signed: asks seals for fingerprints, and whom a signed set is taken from. */
#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "digest/selftest.h"
#include "hashsets/selftest.h"
#include "hashsets/set_internal.h"
#include "hashsets/signature.h"
#include "hashsets/trust.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DAY       (INT64_C(86400) * TT_SECOND)
#define SIGNED_AT (TT_SELFTEST_EXPIRES - 30 * DAY)
#define STEP      61u /* bytes from one bit that is turned to the next */

static void close_set(tt_set **set)
{
    tt_set_close(*set);
}
#define AUTO_SET __attribute__((cleanup(close_set))) tt_set

/* ---- Fingerprints ------------------------------------------------------------------------ */

/* Under key number 1: its id, and the fingerprints of the digests of "abc"; by OpenSSL's HMAC. */
static const char key_id[] = "15628bdac0cb170b";
static const char *const prints[TUTELA_ALGORITHM_COUNT] = {
    "8c8ad459a49a8c4b91cc7b57bb2bb821",
    "75b39f1101f62f19d659df7d93c3bc25",
    "07cd88a81d34ff175e3cf81a56985067",
    "7eade8338b1e4f01c21e063453eda561",
};
#define ABC 2u /* its number among the messages */

static int is_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    uint8_t wanted[TT_KEY_SIZE];

    return tt_hex_decode(hex, 2 * size, wanted) == 0 && memcmp(bytes, wanted, size) == 0;
}

static tutela_status ask_prints(tt_selftest *test, const tt_seal *seal, tutela_error *error)
{
    uint8_t digests[TUTELA_ALGORITHM_COUNT][TUTELA_DIGEST_MAX];
    uint8_t out[TUTELA_ALGORITHM_COUNT][TT_KEY_SIZE] = {{0}};
    tt_seal_job jobs[TUTELA_ALGORITHM_COUNT];
    int together = 1;

    TT_TRY(tt_selftest_note(test, is_hex(tt_seal_id(seal), TT_KEY_ID_SIZE, key_id),
                            "it is another", error, "the id of a key"));
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        (void)tt_hex_decode(tt_answer_at(ABC)->hex[a], 2 * tt_digest_size(a), digests[a]);
        jobs[a] = (tt_seal_job){.digest = digests[a], .fingerprint = out[a], .algorithm = a};
        tt_seal_many(seal, &jobs[a], 1);
        TT_TRY(tt_selftest_note(test, is_hex(out[a], TT_KEY_SIZE, prints[a]), "it is another",
                                error, "the fingerprint of one digest, %s", tt_digest_name(a)));
    }
    memset(out, 0, sizeof out);
    tt_seal_many(seal, jobs, TUTELA_ALGORITHM_COUNT);
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        together &= is_hex(out[a], TT_KEY_SIZE, prints[a]);
    return tt_selftest_note(test, together, "some are others", error,
                            "fingerprints of several digests at once");
}

static tutela_status ask_seal(tt_selftest *test, tutela_error *error)
{
    TT_AUTO_FILE key = {.fd = -1};
    tutela_error said = {0};
    tt_seal *seal = NULL;
    tutela_status status;

    test->group = "seals";
    TT_TRY(tt_selftest_key(&key, 1, error));
    status = tt_seal_load(&seal, key.path, &said);
    TT_TRY(tt_selftest_answer(test, status, &said, error, "a key is read"));
    if (status == TUTELA_OK)
        status = ask_prints(test, seal, error);
    else
        status = TUTELA_OK;
    tt_seal_free(seal);
    return status;
}

/* ---- Signatures -------------------------------------------------------------------------- */

/* The public key of signer number 1 or 2, as a file. */
static tutela_status make_public(tt_selftest_file *out, const uint8_t *seed, tutela_error *error)
{
    uint8_t key[TT_ED25519_KEY_SIZE];
    TT_AUTO_BUF tt_buf line = {0};

    TT_TRY(tt_ed25519_public(seed, key, error));
    tt_buf_init(&line, 128);
    tt_buf_add_text(&line, "tutela-ed25519 ");
    tt_base64_add(&line, key, sizeof key);
    tt_buf_add_char(&line, '\n');
    if (tt_buf_failed(&line))
        return tt_no_memory(error);
    return tt_selftest_file_of(out, line.data, line.size, error);
}

/* Put a signature behind the set; *size becomes its bytes without it. */
static tutela_status sign(const tt_selftest_file *file, const uint8_t *seed, uint64_t *size,
                          tutela_error *error)
{
    AUTO_SET *set = NULL;
    tt_manifest_facts facts = {.expires = TT_SELFTEST_EXPIRES, .signed_at = SIGNED_AT};
    TT_AUTO_BUF tt_buf block = {0};

    TT_TRY(tt_set_open(&set, file->path, error));
    facts.identity = tt_set_identity(set);
    tt_buf_init(&block, TT_SIGNED_MAX);
    TT_TRY(tt_signature_add(&block, set, &facts, seed, error));
    *size = tt_set_file_bytes(set);
    for (size_t at = 0; at < block.size; at += TT_SET_PAGE)
        if (tt_pwrite(file->fd, block.data + at, TT_SET_PAGE, *size + at) != TT_SET_PAGE)
            return tt_fail(error, TUTELA_IO, errno, "cannot write to memory");
    return TUTELA_OK;
}

/* The set at `path`, by whom and when it may be used. */
static tutela_status open_trusted(const char *path, const char *key, int64_t now,
                                  tutela_error *said)
{
    AUTO_SET *set = NULL;

    TT_TRY(tt_set_open(&set, path, said));
    return tt_trust_check(set,
                          &(tt_trust){.keys = &key, .key_count = key ? 1 : 0, .now = now}, said);
}

/* A check that passes when the status is as `wanted`. */
static tutela_status expect(tt_selftest *test, tutela_status wanted, tutela_status status,
                            const tutela_error *said, const char *name, tutela_error *error)
{
    tutela_error other = {.text = "it is taken"};

    if (status != TUTELA_OK)
        other = *said;
    if (status == wanted)
        status = TUTELA_OK;
    else if (status == TUTELA_OK)
        status = TUTELA_STATE;
    return tt_selftest_answer(test, status, &other, error, name);
}

/* No bit of what follows the set may be another. */
static tutela_status ask_bits(tt_selftest *test, const tt_selftest_file *file, uint64_t size,
                              tutela_error *error)
{
    tutela_error said = {0};
    tutela_status status = TUTELA_SET_REFUSED;

    for (uint64_t at = 0; at < TT_SET_PAGE && status == TUTELA_SET_REFUSED; at += STEP) {
        TT_TRY(tt_selftest_file_flip(file, size + at, (unsigned)(at % 8), error));
        status = open_trusted(file->path, NULL, SIGNED_AT, &said);
        TT_TRY(tt_selftest_file_flip(file, size + at, (unsigned)(at % 8), error));
    }
    return expect(test, TUTELA_SET_REFUSED, status, &said,
                  "signed: a wrong bit in the signature is refused", error);
}

static tutela_status ask_trust(tt_selftest *test, const tt_selftest_file *file,
                               const char *own, const char *other, tutela_error *error)
{
    const struct {
        const char *name, *key;
        int64_t now;
        tutela_status wanted;
    } questions[] = {
        {"signed: it is taken from its signer", own, SIGNED_AT + DAY, TUTELA_OK},
        {"signed: it is taken until it expires", own, TT_SELFTEST_EXPIRES - 1, TUTELA_OK},
        {"signed: it is refused from then on", own, TT_SELFTEST_EXPIRES, TUTELA_SET_REFUSED},
        {"signed: from another signer it is refused", other, SIGNED_AT, TUTELA_SET_REFUSED},
        {"signed: from a time to come it is refused", own, SIGNED_AT - 2 * DAY,
         TUTELA_SET_REFUSED},
    };

    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        tutela_error said = {0};
        tutela_status status = open_trusted(file->path, questions[i].key, questions[i].now, &said);

        TT_TRY(expect(test, questions[i].wanted, status, &said, questions[i].name, error));
    }
    return TUTELA_OK;
}

static tutela_status ask_signature(tt_selftest *test, tutela_error *error)
{
    static const uint8_t seeds[2][TT_ED25519_KEY_SIZE] = {{1}, {2}};
    TT_AUTO_FILE own = {.fd = -1}, other = {.fd = -1}, file = {.fd = -1};
    tutela_error said = {0};
    uint64_t size = 0;
    tutela_status status = make_public(&own, seeds[0], &said);

    test->group = "hash sets";
    if (status == TUTELA_OK)
        status = make_public(&other, seeds[1], &said);
    if (status == TUTELA_OK)
        status = tt_selftest_set(&file, NULL, &said);
    TT_TRY(tt_selftest_answer(test, status, &said, error, "signed: a set and keys are made"));
    if (status != TUTELA_OK)
        return TUTELA_OK;
    status = open_trusted(file.path, own.path, SIGNED_AT, &said);
    TT_TRY(expect(test, TUTELA_SET_REFUSED, status, &said,
                  "signed: while it is not, it is refused", error));
    status = sign(&file, seeds[0], &size, &said);
    TT_TRY(tt_selftest_answer(test, status, &said, error, "signed: it is signed"));
    if (status != TUTELA_OK)
        return TUTELA_OK;
    TT_TRY(ask_trust(test, &file, own.path, other.path, error));
    return ask_bits(test, &file, size, error);
}

tutela_status tt_selftest_signed(tt_selftest *test, tutela_error *error)
{
    TT_TRY(ask_seal(test, error));
    return ask_signature(test, error);
}
