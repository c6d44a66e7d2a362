/*
 * selftest: known answers of the digests, and whether this build gives them on this machine.
 */
#ifndef TT_DIGEST_SELFTEST_H
#define TT_DIGEST_SELFTEST_H

#include "base/selftest.h"
#include "digest/kernels.h"

#include <stddef.h>
#include <stdint.h>

#define TT_ANSWERS    39u   /* messages in answers.def, more than any kernel has lanes */
#define TT_ANSWER_MAX 4096u /* bytes of the longest */

/* A message and its digests. */
typedef struct tt_answer {
    const char *text; /* NULL: made up */
    size_t size;      /* bytes; no two messages have the same */
    const char *hex[TUTELA_ALGORITHM_COUNT];
} tt_answer;

/* The message of that number, below TT_ANSWERS. Static. Thread: any. */
const tt_answer *tt_answer_at(size_t index);
/* Its bytes; a made-up byte depends on its place and on the message's size. Thread: any. */
void tt_answer_bytes(const tt_answer *answer, uint8_t *out);
/* 1 when `digest`, as long as the algorithm's are, is its digest. Thread: any. */
int tt_answer_is(const tt_answer *answer, int algorithm, const uint8_t *digest);

/*
 * Ask one kernel for every message in every lane, with other messages in the lanes beside it: a
 * check for each message. The processor must have what it needs. TUTELA_MEMORY, TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_kernel(tt_selftest *test, const tt_kernel *kernel,
                                             tutela_error *error);
/* Every kernel of the table that this processor has, less what TUTELA_CPU takes away. */
TT_MUST_USE tutela_status tt_selftest_kernels(tt_selftest *test, tutela_error *error);

/*
 * Digesters, as a scan uses them: 1 to 64 streams at once, whole and in pieces, so that every
 * kernel that is chosen gets its turn; and OpenSSL alone. TUTELA_MEMORY, TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_streams(tt_selftest *test, tutela_error *error);

/*
 * SHA-256 block by block, as seals are made, and Ed25519 by the vectors of RFC 8032. TUTELA_MEMORY,
 * TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_blocks(tt_selftest *test, tutela_error *error);
TT_MUST_USE tutela_status tt_selftest_ed25519(tt_selftest *test, tutela_error *error);

#endif
