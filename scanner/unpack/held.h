/*
 * held: a copy, in anonymous memory, of bytes that come only once, so that they can be sought in.
 *
 * All those of a run share one cap. What does not fit is told to the caller, who states it: no byte of
 * content goes to any file.
 */
#ifndef TT_UNPACK_HELD_H
#define TT_UNPACK_HELD_H

#include "unpack/stream.h"

/* What all of them together may still take, in bytes. Single. */
typedef struct tt_held_room {
    uint64_t left;
} tt_held_room;

/* Single. */
typedef struct tt_held tt_held;

/* An empty one; `room` outlives it. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_held_new(tt_held **out, tt_held_room *room, tutela_error *error);
/*
 * Append `size` bytes, all of them or none: *full is 1 when they would go beyond the cap, or there is
 * no memory for them.
 */
void tt_held_add(tt_held *held, const void *data, size_t size, int *full);
/* What was added, as a stream that seeks; it lives as long as `held`. Read when all is added. */
tt_stream *tt_held_stream(tt_held *held);
/* Gives back its room. Safe on NULL. */
void tt_held_free(tt_held *held);

#endif
