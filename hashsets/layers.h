/*
 * layers: a set of several files, each but the first a delta against the one below.
 *
 * A delta is a set file (FORMAT.md) that adds entries to its base and hides some of the entries
 * below it. Opening one opens all below it. The newest layer stands for the whole: counts and lists
 * of set.h are those to be seen of the whole, while look-ups and entries of set.h are of one layer:
 * whoever asks goes from layer to layer and leaves out what is hidden.
 */
#ifndef TT_HASHSETS_LAYERS_H
#define TT_HASHSETS_LAYERS_H

#include "hashsets/set.h"

/* The layer below, NULL below the base. Borrowed from the set. Thread: any. */
const tt_set *tt_set_below(const tt_set *layer);
/* How many layers, 1 for a plain set. */
uint32_t tt_set_layers(const tt_set *set);
/* The file of one layer, as it was opened. Borrowed. */
const char *tt_set_path(const tt_set *layer);

/*
 * That a file written to `output` would not take the place of one of these layers (`layer` and all
 * below; NULL: none). TUTELA_ARGUMENT, "OUTPUT: is WHAT", when it would; TUTELA_IO when that cannot be
 * known. Thread: any.
 */
TT_MUST_USE tutela_status tt_layers_spare(const tt_set *layer, const char *output, const char *what,
                                          const char *advice, tutela_error *error);
/*
 * That no set is there twice, and none beside a set that was made from it: counts would be wrong, and
 * what the newer one hides would be found. TUTELA_ARGUMENT. Thread: any.
 */
TT_MUST_USE tutela_status tt_layers_distinct(tt_set *const *sets, size_t count,
                                             tutela_error *error);
/* What its fingerprints are made with; NULL: not sealed. Borrowed from the set. */
const struct tt_seal *tt_set_seal(const tt_set *set);

/*
 * Whether a newer layer hides the entry `number` of a layer: *hidden is 1 or 0. Costs nothing for a
 * plain set. TUTELA_SET_REFUSED. Thread: any.
 */
TT_MUST_USE tutela_status tt_set_hidden(const tt_set *layer, uint64_t number, int *hidden,
                                        tutela_error *error);

/* Check every page of every layer, and all that layers say of each other. TUTELA_SET_REFUSED. */
TT_MUST_USE tutela_status tt_layers_check(const tt_set *set, tutela_error *error);

/* ---- For what reads a set in its order ---------------------------------------------------- */

/* What a delta hides: layer << 32 | entry. */
static inline uint64_t tt_hidden_of(const tt_set *layer, uint64_t number)
{
    return (uint64_t)(tt_set_layers(layer) - 1) << 32 | number;
}

/* Where the newer layers' hidden entries of one layer are, in ascending order. Single. */
typedef struct tt_hidden_walk {
    const tt_set *layer;
    uint64_t at[TT_LAYERS_MAX]; /* by layer: the next in its HIDDEN */
} tt_hidden_walk;

TT_MUST_USE tutela_status tt_hidden_walk_begin(tt_hidden_walk *walk, const tt_set *layer,
                                               tutela_error *error);
/* As tt_set_hidden; to be asked for ascending numbers. */
TT_MUST_USE tutela_status tt_hidden_walk_next(tt_hidden_walk *walk, uint64_t number, int *hidden,
                                              tutela_error *error);
/*
 * Go on to the first hidden entry from *number on: *more is 1 and *number that, or *more is 0 past
 * the last. In the place of tt_hidden_walk_next.
 */
TT_MUST_USE tutela_status tt_hidden_walk_skip(tt_hidden_walk *walk, uint64_t *number, int *more,
                                              tutela_error *error);

#endif
