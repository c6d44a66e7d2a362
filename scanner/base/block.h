/*
 * block: a block of memory full of records, and their sorting; the inner half of sort.h, for
 * base/sort.c only.
 *
 * It holds the records, as runs.h stores them, from its front and one item a record from its back:
 *
 *     | size data | size data | ... ->   free   <- ... | item | item |
 */
#ifndef TT_BASE_BLOCK_H
#define TT_BASE_BLOCK_H

#include "base/sort.h"

/* Zeroed but for `compare`. Single. */
typedef struct tt_block {
    tt_sort_compare compare;
    uint8_t *data;
    size_t room;
    size_t used;   /* bytes of records */
    size_t items;  /* records */
    size_t widest; /* bytes of the largest stored record */
} tt_block;

/* Bytes of memory the block needs to take a record of `size` bytes more. */
size_t tt_block_wants(const tt_block *block, size_t size);
/*
 * A copy of the record goes in; the block grows, by doubling up to `limit` bytes and beyond it to
 * what is needed. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_block_add(tt_block *block, const void *record, size_t size,
                                       size_t limit, tutela_error *error);
/* Order the records, equal ones as they came. None may be added until it is cleared. */
void tt_block_sort(tt_block *block);
/* The index-th record, stored. */
const uint8_t *tt_block_at(const tt_block *block, size_t index);
/* Drop the records, keep the memory. */
void tt_block_clear(tt_block *block);
void tt_block_done(tt_block *block);

#endif
