/*
 * diff: what two sets have in common, in counts of digests.
 */
#ifndef TT_HASHSETS_DIFF_H
#define TT_HASHSETS_DIFF_H

#include "hashsets/set.h"

/* Different digests of one algorithm, each counted once however many entries have it. */
typedef struct tt_set_diff {
    uint64_t only_a;
    uint64_t only_b;
    uint64_t both;
} tt_set_diff;

/* 1 when their fingerprints can be compared: both under one key, or both under none. */
int tt_set_comparable(const tt_set *a, const tt_set *b);

/*
 * Compare two comparable sets, one algorithm of them; what a layer hides does not count. Both are
 * read once, from front to back. TUTELA_SET_REFUSED when one is damaged. Thread: any.
 */
TT_MUST_USE tutela_status tt_set_compare(const tt_set *a, const tt_set *b, int algorithm,
                                         tt_set_diff *out, tutela_error *error);

#endif
