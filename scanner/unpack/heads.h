/*
 * heads: which container some first bytes begin.
 *
 * Needs no library: the engine asks it of every file it reads, and links nothing that opens containers.
 */
#ifndef TT_UNPACK_HEADS_H
#define TT_UNPACK_HEADS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that are looked at; fewer only when there are no more. */
#define TT_HEAD_SIZE 36864u
/* The same of what is about to be opened: some file systems have their sign only there. */
#define TT_HEAD_WIDE 69632u

/*
 * Bytes that an item of no known type must have to be searched for files (raw.h): what is smaller is a program's
 * own data, of which a disk has thousands, and no page file, dump or device. It is what a file of pictures has at
 * least that somebody put together.
 */
#define TT_RAW_LEAST (UINT64_C(64) << 10)

/*
 * The row of formats.def whose format these first bytes fit best, from 0; -1: they begin no container.
 * Thread: any.
 */
int tt_head_of(const uint8_t *head, size_t size);
/* Can a container of the row of that number be read in shares (see share.h)? Thread: any. */
int tt_head_divides(int which);
/* Is a container of that row the image of a disk? Thread: any. */
int tt_head_is_image(int which);
/* May a container of that row be the first of several files that are one? Thread: any. */
int tt_head_is_series(int which);

#endif
