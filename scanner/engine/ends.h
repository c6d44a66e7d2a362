/*
 * ends: what an item's last bytes say of it: a zip can stand behind anything, and a picture should end as its
 * format says. Thread: the item's worker.
 */
#ifndef TT_ENGINE_ENDS_H
#define TT_ENGINE_ENDS_H

#include "engine/item.h"

/* What last bytes say. */
typedef enum tt_end {
    TT_END_PLAIN,
    TT_END_CONTAINER,
    TT_END_GOES_ON /* the picture that it begins with, or may */
} tt_end;

/*
 * By the last `size` bytes of `file_size`, which should be TT_TAIL_SIZE or all. NULL for a picture that nobody
 * asks about. Thread: any.
 */
tt_end tt_end_of(const tt_picture *picture, const uint8_t *tail, size_t size, uint64_t file_size);

/* The reading's buffer was filled: look at what of it may be the item's last bytes. */
void tt_item_end_pass(tt_item *item);
/*
 * All of the item was read, and passed: *holds becomes 1 when a zip ends where it does, or, if it is to be
 * opened, when something may lie behind a picture. Reads its last bytes once more when they are not in the
 * buffer and may say so; afterwards look at bench->given_up. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_item_end_holds(const tt_item *item, tt_bench *bench, int *holds,
                                            tutela_error *error);

#endif
