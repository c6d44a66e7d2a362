/*
 * digest: message digests of many streams side by side.
 *
 * A tt_digester holds the state of one stream for a chosen mask of algorithms. Callers that have
 * several streams at hand hand them over together (tt_digest_update_many), so that kernels with
 * lanes can digest them side by side without a caller knowing.
 */
#ifndef TT_DIGEST_DIGEST_H
#define TT_DIGEST_DIGEST_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define TT_DIGEST_ALL 15u /* mask of every algorithm */
/* What a match is confirmed and recorded with. */
#define TT_DIGEST_EVIDENCE \
    (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

/* Digests of one item; values of algorithms outside the mask are undefined. */
typedef struct tt_digests {
    uint32_t mask;
    uint8_t value[TUTELA_ALGORITHM_COUNT][TUTELA_DIGEST_MAX];
} tt_digests;

/* State of one stream. Single. */
typedef struct tt_digester tt_digester;

/*
 * A digester that can compute any of the algorithms in `capable`. TUTELA_UNAVAILABLE when this
 * machine's OpenSSL does not offer one of them. The caller owns *out: tt_digester_free.
 */
TT_MUST_USE tutela_status tt_digester_new(tt_digester **out, uint32_t capable,
                                          tutela_error *error);
void tt_digester_free(tt_digester *digester);

/*
 * Begin a new stream with the algorithms in `mask`, a part of `capable`. `streams`: about how many
 * will go to tt_digest_update_many together with it, itself counted, which decides whether lanes or
 * OpenSSL serve it; any number gives the same digests, and 0 OpenSSL's. TUTELA_MEMORY,
 * TUTELA_UNAVAILABLE.
 */
TT_MUST_USE tutela_status tt_digester_begin(tt_digester *digester, uint32_t mask, size_t streams,
                                            tutela_error *error);
/* End the stream; *out gets its digests. */
TT_MUST_USE tutela_status tt_digester_end(tt_digester *digester, tt_digests *out,
                                          tutela_error *error);

/* The next bytes of one stream. */
typedef struct tt_digest_job {
    tt_digester *digester;
    const void *data;
    size_t size; /* bytes; 0 is fine */
    tt_digests *end; /* the stream ends here, and this gets its digests; NULL when more will come */
} tt_digest_job;

/* Digest the next bytes of `count` streams, no stream twice. Thread: single for each stream. */
TT_MUST_USE tutela_status tt_digest_update_many(const tt_digest_job *jobs, size_t count,
                                                tutela_error *error);

/*
 * The same for one algorithm of these streams alone, so that several threads can share a stream, each
 * with an algorithm of its own; streams that do not have it are passed by. At the end it sets the one
 * value of `end`, and leaves the mask (tt_digester_mask) to whoever sees all of them end. Thread:
 * single for each stream and algorithm.
 */
TT_MUST_USE tutela_status tt_digest_update_one(int algorithm, const tt_digest_job *jobs,
                                               size_t count, tutela_error *error);
/* The algorithms of the stream in work. Thread: single. */
uint32_t tt_digester_mask(const tt_digester *digester);
/* How many streams keep this machine's lanes for an algorithm full; 1 when it has none. Thread: any. */
size_t tt_digest_lanes(int algorithm);

/*
 * A thread that used the above will end: free what OpenSSL keeps for it. A thread that nobody joins
 * could else come to that after the process has begun to end, and then nobody frees it. Thread: any.
 */
void tt_digest_thread_end(void);

/* How many streams at once serve this machine's kernels best, at least 1. Thread: any. */
size_t tt_digest_width(void);

/* One stream, whole, in memory, by OpenSSL: the reference. */
TT_MUST_USE tutela_status tt_digest_bytes(uint32_t mask, const void *data, size_t size,
                                          tt_digests *out, tutela_error *error);

/* The version of OpenSSL at work. Static. */
const char *tt_digest_library(void);

/* Bytes of a digest; 0 for a number that is no algorithm. */
size_t tt_digest_size(int algorithm);
const char *tt_digest_name(int algorithm);
/* The algorithm of that name (any case, "sha-1" and "sha1" alike), or -1. */
int tt_digest_by_name(const char *name, size_t size);
/* The algorithm whose digests have that many hex digits, or -1. */
int tt_digest_by_hex(size_t digits);
/* 1 when the value is the digest of no bytes at all. */
int tt_digest_is_empty(int algorithm, const uint8_t *value);

#endif
