/*
 * share: a part of a large container's members, for one of several readers that are at it side by side.
 *
 * Which one is asked for comes to a reader with its stream (see stream.h), as secrets do; a reader that
 * knows nothing of it delivers all there is. One that does delivers each member in exactly one share, and
 * says what the share weighs, by which the budget of the whole is divided.
 */
#ifndef TT_UNPACK_SHARE_H
#define TT_UNPACK_SHARE_H

#include <stdint.h>

typedef struct tt_budget tt_budget;

/* Single. */
typedef struct tt_share {
    uint32_t index, count;  /* given: this one, from 0, of so many, at least 2 */
    uint64_t weight, whole; /* the reader's answer: what this share weighs of what all do; whole 0: the
                               first share is everything, and the others are nothing */
    uint64_t members;       /* that are listed for this share: they are no surprise */
} tt_share;

/* Where share->index begins in a whole of `size`, and where it ends. Thread: any. */
uint64_t tt_share_begins(const tt_share *share, uint64_t size);
uint64_t tt_share_ends(const tt_share *share, uint64_t size);

/* What of a top item's budget is this share's: together they have at most twice what one reader has. */
void tt_share_budget(const tt_share *share, tt_budget *budget);

#endif
