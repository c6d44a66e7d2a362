/*
 * lint: what a set's lists say of one digest more than once, found while its sorted keys pass by.
 *
 * Equal keys are neighbours: the entries of such a run are looked at together. A run of one, as
 * nearly all are, costs one comparison. What is held is one run's different categories and the
 * table of pairs, however many entries there are.
 */
#ifndef TT_HASHSETS_LINT_H
#define TT_HASHSETS_LINT_H

#include "hashsets/column.h"
#include "hashsets/names.h"

/* Single. */
typedef struct tt_lint tt_lint;

/*
 * Categories of one digest in one list that are paired with each other; the first so many, as they
 * sort, stand for more. Sixteen make 120 pairs.
 */
#define TT_LINT_CATEGORIES 16u

/* Digests by algorithm. One may be in `several` and in one of the other two. */
typedef struct tt_lint_counts {
    uint64_t conflicts[TUTELA_ALGORITHM_COUNT]; /* two categories or more in one list */
    uint64_t repeated[TUTELA_ALGORITHM_COUNT];  /* else more than one entry of one list */
    uint64_t several[TUTELA_ALGORITHM_COUNT];   /* entries of more than one list */
    uint64_t pairs; /* different pairs of categories in conflict, up to TT_PAIRS_MAX */
} tt_lint_counts;

/* Two categories that one list gives the same digests. Strings belong to the names. */
typedef struct tt_lint_conflict {
    tt_names_text first; /* its list is the other's too */
    tt_names_text second;
    uint64_t digests[TUTELA_ALGORITHM_COUNT]; /* by algorithm */
} tt_lint_conflict;

/* For settled names, which are borrowed until tt_lint_free. The caller owns *out. */
TT_MUST_USE tutela_status tt_lint_new(tt_lint **out, const tt_names *names, tutela_error *error);
/* NULL is fine. */
void tt_lint_free(tt_lint *lint);

/*
 * The keys of one algorithm follow, in order. With each comes the rank of its entry's record or,
 * after tt_lint_entries, its entry's number.
 */
void tt_lint_begin(tt_lint *lint, int algorithm);
/* TUTELA_MEMORY; TUTELA_RECORD when the ranks cannot be read back. */
TT_MUST_USE tutela_status tt_lint_key(tt_lint *lint, const uint8_t *key, uint32_t entry,
                                      tutela_error *error);
/* The keys of the algorithm are all there. Statuses as above. */
TT_MUST_USE tutela_status tt_lint_end(tt_lint *lint, tutela_error *error);
/*
 * The section that was ended last in `writer` holds the ranks of all entries' records, by number,
 * as tt_column_write wrote them. `writer` is borrowed until the last tt_lint_end. They are held in
 * memory when `memory` bytes are enough, else read back run by run.
 */
void tt_lint_entries(tt_lint *lint, const tt_column *ranks, const tt_writer *writer,
                     uint64_t memory);

/* All algorithms are done. Borrowed. */
const tt_lint_counts *tt_lint_result(tt_lint *lint);
/* After tt_lint_result: the index-th pair, the most frequent first; 0 past the last. */
int tt_lint_conflict_at(const tt_lint *lint, size_t index, tt_lint_conflict *out);

#endif
