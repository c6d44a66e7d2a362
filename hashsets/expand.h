/*
 * expand: from a set back to rows, without ever knowing a digest.
 *
 * The rows hold fingerprints (tt_build_prints): whoever has a set and its key can make the same set
 * again, and no more than that.
 */
#ifndef TT_HASHSETS_EXPAND_H
#define TT_HASHSETS_EXPAND_H

#include "hashsets/row.h"
#include "hashsets/set.h"

/*
 * The one place that knows how an entry became of a row: all but its digests. *row borrows from the
 * entry.
 */
void tt_row_of_entry(tt_row *row, const tt_set_entry *entry);
/* 1 when two rows are equal in all but their digests. */
int tt_row_facts_equal(const tt_row *a, const tt_row *b);

/*
 * Write what is to be seen of a set as one plain set at `output` (tt_build_...): the very file that
 * the same rows would have made. TUTELA_LIST_UNUSABLE when nothing is left.
 */
TT_MUST_USE tutela_status tt_set_compact(const tt_set *set, const char *output, uint64_t memory,
                                         int64_t created, uint64_t *entries, tutela_error *error);

#endif
