/*
 * hidden: what a delta says of the layers below it; for layers.c only.
 */
#ifndef TT_HASHSETS_HIDDEN_H
#define TT_HASHSETS_HIDDEN_H

#include "hashsets/set_internal.h"

/* The layers of a set by their number; NULL past the newest. */
typedef struct tt_layer_table {
    const tt_set *at[TT_LAYERS_MAX];
} tt_layer_table;

/* One element of HIDDEN_COUNTS. */
typedef struct tt_hidden_count {
    uint32_t layer;
    uint32_t list;
    uint32_t mask;
    uint32_t reserved;
    uint64_t entries;
} tt_hidden_count;

/* The refusal of a delta whose words about the layers below cannot be true. */
tutela_status tt_hidden_bad(const tt_set *set, tutela_error *error);

/* TUTELA_SET_REFUSED when its page is damaged. */
TT_MUST_USE tutela_status tt_hidden_count_at(const tt_set *set, uint64_t index,
                                             tt_hidden_count *out, tutela_error *error);

/* HIDDEN ascends, and each is the number of an entry below. TUTELA_SET_REFUSED. */
TT_MUST_USE tutela_status tt_hidden_check(const tt_set *set, const tt_layer_table *all,
                                          tutela_error *error);
/*
 * HIDDEN_COUNTS ascends, names lists of the layers below, and sums up, for each layer, to what
 * HIDDEN has there. TUTELA_SET_REFUSED.
 */
TT_MUST_USE tutela_status tt_hidden_check_counts(const tt_set *set, const tt_layer_table *all,
                                                 tutela_error *error);
/*
 * Each hidden entry could still be seen below, and there are as many of each kind as stated. After
 * the other two. TUTELA_SET_REFUSED.
 */
TT_MUST_USE tutela_status tt_hidden_check_kinds(const tt_set *set, const tt_layer_table *all,
                                                tutela_error *error);

#endif
