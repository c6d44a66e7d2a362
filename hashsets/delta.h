/*
 * delta: what a set being built takes away from its base, and what it need not repeat of it.
 *
 * First all removals, then tt_delta_settle, then the additions through build.h.
 */
#ifndef TT_HASHSETS_DELTA_H
#define TT_HASHSETS_DELTA_H

#include "hashsets/row.h"
#include "hashsets/set.h"
#include "hashsets/writer.h"

/* Single. */
typedef struct tt_delta tt_delta;

/*
 * A delta against `base` (borrowed until tt_delta_free) that is to be written to `output`. `memory`
 * bytes for sorting at most. TUTELA_ARGUMENT when the base has as many layers as a set may, or one
 * of its files is `output`: then the new set would be without its base. Owned: tt_delta_free.
 */
TT_MUST_USE tutela_status tt_delta_new(tt_delta **out, const tt_set *base, const char *output,
                                       uint64_t memory, tutela_error *error);
void tt_delta_free(tt_delta *delta);

/*
 * Hide each entry of the list `name` (of the polarity, or with 0 of any) that is to be seen in the
 * base and has one of the digests. *found is 1 when there is one, whether hidden before or not.
 */
TT_MUST_USE tutela_status tt_delta_remove(tt_delta *delta, const tt_digests *digests,
                                          const char *name, int32_t polarity, int *found,
                                          tutela_error *error);
/* No more removals. TUTELA_RECORD when a temporary file fails. */
TT_MUST_USE tutela_status tt_delta_settle(tt_delta *delta, tutela_error *error);
/* Entries hidden. After tt_delta_settle, as the rest. */
uint64_t tt_delta_hidden(const tt_delta *delta);

/* The rows of tt_delta_has belong to this list. */
void tt_delta_list(tt_delta *delta, const char *name, const char *version,
                   tutela_polarity polarity);
/*
 * *has is 1 when the base, without what the delta hides, has an entry that is equal to the row in
 * every field. The first TT_KEY_SIZE bytes of the row's digests are fingerprints.
 */
TT_MUST_USE tutela_status tt_delta_has(const tt_delta *delta, const tt_row *row, int *has,
                                       tutela_error *error);

/* Write the sections of a delta, and put into `facts` what the header says of it. */
TT_MUST_USE tutela_status tt_delta_write(const tt_delta *delta, tt_writer *writer,
                                         tt_set_facts *facts, tutela_error *error);

#endif
