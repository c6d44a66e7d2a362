/*
 * spool: a file without a name, in blocks, for what goes beyond memory (see held.h).
 *
 * Nothing is ever written to it in the clear. Each thing held has a key of its own (digest/veil.h), so
 * that a block which is used again is written under another. It is cut off to nothing whenever nothing
 * is held, as at the end of each job.
 */
#ifndef TT_UNPACK_SPOOL_H
#define TT_UNPACK_SPOOL_H

#include "digest/veil.h"
#include "unpack/stream.h"

/* A block, here and in memory: little waste for a small file, few blocks for a large one. */
#define TT_SPOOL_BLOCK ((size_t)1 << 18)

/* Set fd and bytes, zero the rest. Single; it lasts from job to job. */
typedef struct tt_spool {
    int fd;         /* to read and to write, the caller's; -1: it was asked for, and cannot be had */
    uint64_t bytes; /* it grows no larger */
    uint64_t end;   /* blocks of the file */
    uint64_t *free; /* those of them that may be used again; room for all */
    size_t free_count, free_room;
    uint8_t *veiled; /* a block on its way there */
} tt_spool;

/* A block, when there is one: NULL, or why there is none (static). */
TT_MUST_USE const tt_trouble *tt_spool_take(tt_spool *spool, uint64_t *block);
/* It is free again. */
void tt_spool_give(tt_spool *spool, uint64_t block);

/*
 * `size` bytes to `at` in the block, no further than its end; `place` is where they are in what `veil`
 * is the key of, which is written once. NULL, or what went wrong (static).
 */
TT_MUST_USE const tt_trouble *tt_spool_write(tt_spool *spool, tt_veil *veil, uint64_t place,
                                             uint64_t block, size_t at, const void *data,
                                             size_t size);
/* The other way. */
TT_MUST_USE const tt_trouble *tt_spool_read(const tt_spool *spool, tt_veil *veil, uint64_t place,
                                            uint64_t block, size_t at, void *buffer, size_t size);

#endif
