/*
 * selftest_streams: asks digesters, which choose kernels by how many streams there are.
 */
#include "base/mem.h"
#include "base/text.h"
#include "digest/digest.h"
#include "digest/selftest.h"

#include <stdio.h>
#include <string.h>

#define STREAMS 64u /* as many as a scan's thread keeps */

/* Up to, at and just past what kernels have lanes, and where one takes over from another. */
static const size_t counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, STREAMS};
/* Bytes of pieces: parts of blocks, whole ones and across their edges. */
static const size_t pieces[] = {1, 63, 64, 65, 7, 200, 128, 1000};
#define PIECES (sizeof pieces / sizeof pieces[0])

/* FIPS 180's longest example, for all four. */
#define MILLION 1000000u
#define PIECE   1000u
static const tt_answer million = {
    NULL, MILLION,
    {"7707d6ae4e027c70eea2a935c2296f21", "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
     "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
     "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"}};

typedef struct bench {
    tt_digester *digester[STREAMS];
    uint8_t *bytes; /* TT_ANSWER_MAX for each message */
    const tt_answer *answer[STREAMS];
    const uint8_t *data[STREAMS];
    size_t done[STREAMS]; /* bytes */
    tt_digests digests[STREAMS];
} bench;

static void bench_free(bench **of)
{
    bench *b = *of;

    if (!b)
        return;
    for (size_t n = 0; n < STREAMS; n++)
        tt_digester_free(b->digester[n]);
    tt_free(b->bytes);
    tt_free(b);
}
#define AUTO_BENCH __attribute__((cleanup(bench_free)))

static tutela_status bench_make(bench **out, tutela_error *error)
{
    bench *b = tt_alloc(1, sizeof *b);

    *out = b;
    if (!b)
        return tt_no_memory(error);
    b->bytes = tt_alloc_raw(TT_ANSWERS, TT_ANSWER_MAX);
    if (!b->bytes)
        return tt_no_memory(error);
    for (size_t i = 0; i < TT_ANSWERS; i++)
        tt_answer_bytes(tt_answer_at(i), b->bytes + i * TT_ANSWER_MAX);
    for (size_t n = 0; n < STREAMS; n++)
        TT_TRY(tt_digester_new(&b->digester[n], TT_DIGEST_ALL, error));
    return TUTELA_OK;
}

/* `count` streams with messages of their own; to how many the digesters go by is `streams`. */
static tutela_status start(bench *b, size_t count, size_t streams, size_t shift,
                           tutela_error *error)
{
    for (size_t n = 0; n < count; n++) {
        size_t message = (n + shift) % TT_ANSWERS;

        b->answer[n] = tt_answer_at(message);
        b->data[n] = b->bytes + message * TT_ANSWER_MAX;
        b->done[n] = 0;
        TT_TRY(tt_digester_begin(b->digester[n], TT_DIGEST_ALL, streams, error));
    }
    return TUTELA_OK;
}

/* The next `piece` bytes of every stream that has any left. *more: some still have. */
static tutela_status turn(bench *b, size_t count, size_t piece, int *more, tutela_error *error)
{
    tt_digest_job jobs[STREAMS];
    size_t used = 0;

    *more = 0;
    for (size_t n = 0; n < count; n++) {
        size_t left = b->answer[n]->size - b->done[n];
        size_t size = left < piece ? left : piece;

        if (b->done[n] > b->answer[n]->size) /* ended */
            continue;
        jobs[used++] = (tt_digest_job){.digester = b->digester[n],
                                       .data = b->data[n] + b->done[n],
                                       .size = size,
                                       .end = size == left ? &b->digests[n] : NULL};
        b->done[n] += size + (size == left);
        *more |= size < left;
    }
    return tt_digest_update_many(jobs, used, error);
}

static tutela_status judge(tt_selftest *test, const bench *b, size_t count, const char *how,
                           tutela_error *error)
{
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        char detail[TT_SELFTEST_TEXT] = "";

        for (size_t n = count; n-- > 0;)
            if (!tt_answer_is(b->answer[n], a, b->digests[n].value[a]))
                (void)snprintf(detail, sizeof detail, "stream %zu, of %zu bytes, is wrong", n,
                               b->answer[n]->size);
        TT_TRY(tt_selftest_note(test, !detail[0], detail, error, "%s, %zu %s %s",
                                tt_digest_name(a), count, count > 1 ? "streams" : "stream", how));
    }
    return TUTELA_OK;
}

static tutela_status ask_count(tt_selftest *test, bench *b, size_t count, tutela_error *error)
{
    int more = 1;

    TT_TRY(start(b, count, count, count, error));
    TT_TRY(turn(b, count, TT_ANSWER_MAX, &more, error));
    TT_TRY(judge(test, b, count, "whole", error));
    TT_TRY(start(b, count, count, count + 1, error));
    more = 1;
    for (size_t i = 0; more; i++)
        TT_TRY(turn(b, count, pieces[i % PIECES], &more, error));
    return judge(test, b, count, "in pieces", error);
}

/* A million times the letter a. */
static tutela_status ask_million(tt_selftest *test, bench *b, size_t streams, tutela_error *error)
{
    uint8_t letters[PIECE];
    tt_digest_job job = {.digester = b->digester[0], .data = letters, .size = sizeof letters};

    memset(letters, 'a', sizeof letters);
    TT_TRY(tt_digester_begin(job.digester, TT_DIGEST_ALL, streams, error));
    for (size_t at = 0; at < MILLION; at += PIECE) {
        job.end = at + PIECE == MILLION ? &b->digests[0] : NULL;
        TT_TRY(tt_digest_update_many(&job, 1, error));
    }
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        TT_TRY(tt_selftest_note(test, tt_answer_is(&million, a, b->digests[0].value[a]),
                                "the digest is wrong", error, "%s: a million letters",
                                tt_digest_name(a)));
    return TUTELA_OK;
}

/* Each message by OpenSSL, one after another. */
static tutela_status ask_openssl(tt_selftest *test, bench *b, tutela_error *error)
{
    int more;

    for (size_t i = 0; i < TT_ANSWERS; i++) {
        TT_TRY(start(b, 1, 0, i, error));
        TT_TRY(turn(b, 1, TT_ANSWER_MAX, &more, error));
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            TT_TRY(tt_selftest_note(test, tt_answer_is(b->answer[0], a, b->digests[0].value[a]),
                                    "the digest is wrong", error, "%s: %zu bytes",
                                    tt_digest_name(a), b->answer[0]->size));
    }
    return ask_million(test, b, 0, error);
}

tutela_status tt_selftest_streams(tt_selftest *test, tutela_error *error)
{
    AUTO_BENCH bench *b = NULL;
    tutela_error said = {0};
    tutela_status status;

    test->group = "OpenSSL";
    status = bench_make(&b, &said);
    TT_TRY(tt_selftest_answer(test, status, &said, error, "it offers every digest"));
    if (status != TUTELA_OK)
        return TUTELA_OK;
    TT_TRY(ask_openssl(test, b, error));
    test->group = "streams side by side";
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        TT_TRY(ask_count(test, b, counts[i], error));
    return ask_million(test, b, 1, error);
}
