/*
 * held: a copy, in anonymous memory, of bytes that come only once, so that they can be sought in.
 *
 * All those of a run share one cap. What goes beyond it goes on in a spool, encrypted, where there is
 * one; what does not fit there either is told to the caller, who states it. No byte of content goes to
 * any file that has a name, and none in the clear.
 */
#ifndef TT_UNPACK_HELD_H
#define TT_UNPACK_HELD_H

#include "unpack/spool.h"
#include "unpack/stream.h"

/* What all of them together may still take. Single. */
typedef struct tt_held_room {
    uint64_t left;   /* bytes of memory */
    tt_spool *spool; /* NULL: none beyond it. Outlives what is held */
    tt_trouble full; /* why something did not fit, when *full of tt_held_add was 1 the last time */
} tt_held_room;

/* Single. */
typedef struct tt_held tt_held;

/* An empty one; `room` outlives it. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_held_new(tt_held **out, tt_held_room *room, tutela_error *error);
/*
 * Append `size` bytes, all of them, or else *full is 1 and room->full says why: they would go beyond
 * the cap, or there is no memory for them, or the spool cannot be written. Nothing may be added after
 * that; what was added before can be read.
 */
void tt_held_add(tt_held *held, const void *data, size_t size, int *full);
/* What was added, as a stream that seeks; it lives as long as `held`. Read when all is added. */
tt_stream *tt_held_stream(tt_held *held);
/*
 * *trouble, if it is clear, becomes what failed when it was read, if anything did: whoever looked whether
 * it is a container may have taken it for none.
 */
void tt_held_note(const tt_held *held, tt_trouble *trouble);
/* Gives back its room, and wipes its key. Safe on NULL. */
void tt_held_free(tt_held *held);

#endif
