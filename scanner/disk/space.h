/*
 * space: what lies in the free space of a disk, found by its structure (see carve/carve.h).
 *
 * One stretch is searched at a time, and what it holds is told before the next one is.
 */
#ifndef TT_DISK_SPACE_H
#define TT_DISK_SPACE_H

#include "disk/cover.h"
#include "mention/mention.h"

/* What begins like a file, in bytes of the image. */
typedef struct tt_carved {
    uint64_t from, end;
    const char *extension; /* static, without a dot */
    int whole;             /* 0: it is cut short, or in pieces */
} tt_carved;

/* Single. */
typedef struct tt_space tt_space;

/*
 * What is mentioned there goes to `mentions`, by places in the image. It and the covering outlive the space.
 * Begin with the stretches that `covering` left out, which are told to it as they are searched.
 * TUTELA_MEMORY; TUTELA_UNAVAILABLE on a processor that cannot search.
 */
TT_MUST_USE tutela_status tt_space_new(tt_space **out, tt_covering *covering, tt_mention_list *mentions,
                                       tutela_error *error);
/*
 * The next; *more is 0 when there is none, and *trouble then the first thing that was wrong with the bytes.
 */
TT_MUST_USE tutela_status tt_space_next(tt_space *space, tt_carved *out, int *more, tt_trouble *trouble,
                                        tutela_error *error);
void tt_space_free(tt_space *space); /* safe on NULL */

#endif
