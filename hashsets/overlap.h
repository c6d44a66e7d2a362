/*
 * overlap: which rows of the lists at hand are in lists of the other kind: a known-bad row that
 * some known-good list holds too, or the other way round. A warning, never a reason to leave it out.
 */
#ifndef TT_HASHSETS_OVERLAP_H
#define TT_HASHSETS_OVERLAP_H

#include "base/status.h"
#include "digest/digest.h"
#include "hashsets/set.h"

/* Single. */
typedef struct tt_overlap tt_overlap;

/* Rows from one source that are in one list. */
typedef struct tt_overlap_pair {
    const tt_set_list *list; /* borrowed from its set */
    size_t set;              /* its index */
    uint32_t source;
    uint32_t reserved;
    uint64_t rows;
    uint64_t digests[TUTELA_ALGORITHM_COUNT]; /* those of these rows that are in it, by algorithm */
} tt_overlap_pair;

/*
 * Rows of `polarity` against `count` sets, whatever keys they are sealed with, of which the lists of
 * the other polarity count. The sets are borrowed until tt_overlap_free. The caller owns *out.
 */
TT_MUST_USE tutela_status tt_overlap_new(tt_overlap **out, tt_set *const *sets, size_t count,
                                         tutela_polarity polarity, tutela_error *error);
/* NULL is fine. */
void tt_overlap_free(tt_overlap *overlap);
/*
 * One row of a source; it is looked up once some hundreds have come. TUTELA_SET_REFUSED when a page
 * of a set is damaged; TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_overlap_add(tt_overlap *overlap, uint32_t source,
                                         const tt_digests *digests, tutela_error *error);
/* No more rows. Statuses as above. */
TT_MUST_USE tutela_status tt_overlap_finish(tt_overlap *overlap, tutela_error *error);
/* The index-th pair, the most rows first; 0 past the last. */
int tt_overlap_at(const tt_overlap *overlap, size_t index, tt_overlap_pair *out);

#endif
