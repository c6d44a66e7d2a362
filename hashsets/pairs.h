/*
 * pairs: counts what is met of pairs of numbers: two categories, a list and another list.
 */
#ifndef TT_HASHSETS_PAIRS_H
#define TT_HASHSETS_PAIRS_H

#include "base/status.h"

typedef struct tt_pair {
    uint32_t first;
    uint32_t second;
    uint64_t rows;
    uint64_t digests[TUTELA_ALGORITHM_COUNT]; /* by algorithm */
} tt_pair;

/*
 * Different pairs that one table counts at most: 4 MB. Who has more of them has taken something for
 * a category that is none.
 */
#define TT_PAIRS_MAX 65536u

/* Zeroed, then tt_pairs_begin. Single. */
typedef struct tt_pairs {
    tt_pair *pair; /* `count` of them, as they came until tt_pairs_order */
    size_t count;
    size_t room;
    uint32_t *slot; /* a power of two of them, at least twice `count`: place + 1, 0 for none */
    size_t slots;
    uint64_t seed; /* so that no list can be made whose pairs all fall into one slot */
    int full;      /* some pair was not counted */
} tt_pairs;

void tt_pairs_begin(tt_pairs *pairs);
void tt_pairs_done(tt_pairs *pairs);
/*
 * *out is the counter of a pair, borrowed until the next call; NULL when there are TT_PAIRS_MAX
 * others. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_pairs_at(tt_pairs *pairs, uint32_t first, uint32_t second,
                                      tt_pair **out, tutela_error *error);
/* The most rows first, then the most digests, equal ones by their numbers. Nothing may be counted afterwards. */
void tt_pairs_order(tt_pairs *pairs);

#endif
