/*
 * opening: a container whose own bytes have been read, on its way to be opened.
 */
#ifndef TT_ENGINE_OPENING_H
#define TT_ENGINE_OPENING_H

#include "engine/item.h"
#include "unpack/tree.h"

/* Parts that a large container is read in, at most: openers beyond so many have nothing to do with it. */
#define TT_SHARES_MAX 8u

struct tt_opening {
    tt_opening *next;
    int divides;               /* its format can be read in shares */
    uint32_t shares;           /* that it is read in: from 1 on */
    uint32_t taken, left;      /* under the run's lock: shares that were begun, that have not ended */
    tt_trouble inside[TT_SHARES_MAX]; /* what each share came to; its opener's until it ends */
    tt_entry entry;
    int fd;                    /* its own */
    tt_cached cached;
    struct stat before;        /* when its reading began */
    tutela_item_status status; /* of its own bytes: CLEAR, or what is missing in them */
    char reason[96];
    tt_digests digests;        /* mask 0 when bytes are missing */
    uint64_t read;             /* bytes of it that were read */
    uint64_t size;             /* bytes it has, as far as is known */
    tutela_range *unread;
    size_t unread_count;
    tutela_type type;
    char mime[104];            /* "" when its type was not asked for */
};

/*
 * Take over what the item is, its file too; of the item only its own memory stays. `status` and `reason`
 * are of its own bytes, `digests` of all of them or NULL. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_opening_new(tt_opening **out, tt_item *item, tutela_item_status status,
                                         const char *reason, const tt_digests *digests,
                                         tutela_error *error);
/* Closes its file, which can hang. Safe on NULL. */
void tt_opening_free(tt_opening *opening);

#endif
