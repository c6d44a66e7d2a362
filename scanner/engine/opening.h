/*
 * opening: a container on its way to be opened. Its own bytes have been read; or, of one that is opened
 * ahead, are being read meanwhile.
 */
#ifndef TT_ENGINE_OPENING_H
#define TT_ENGINE_OPENING_H

#include "engine/item.h"
#include "engine/siblings.h"
#include "unpack/tree.h"

/* Parts that a large container is read in, at most: openers beyond so many have nothing to do with it. */
#define TT_SHARES_MAX 8u

struct tt_opening {
    tt_opening *next;
    int divides;               /* its format can be read in shares */
    uint32_t shares;           /* that it is read in: from 1 on */
    uint32_t taken;            /* under the run's lock: shares that were begun */
    uint32_t left;             /* likewise: that have not ended, and its own reading if that goes on */
    int undigested;            /* likewise: it was given before its own bytes were read, and need not be */
    int silent;                /* likewise: nothing is to be said of it in the end */
    tt_trouble inside[TT_SHARES_MAX]; /* what each share came to; its opener's until it ends */
    tt_reach reach[TT_SHARES_MAX];    /* and how far it came, likewise */
    tt_going going;
    tt_steps from;             /* where it is gone on with; it is then one share */
    tt_entry entry;
    int fd;                    /* its own */
    tt_siblings *siblings;     /* of an image in several files the others; NULL: none */
    tt_cached cached;
    struct stat before;        /* when its reading began, or ahead of that */
    tutela_item_status status; /* of its own bytes: CLEAR, or what is missing in them */
    char reason[96];
    tt_digests digests;        /* mask 0 when bytes are missing */
    uint64_t read;             /* bytes of it that were read */
    uint64_t bytes;            /* it has, as far as is known in the end */
    uint64_t size;             /* of them there were when it was given */
    tutela_range *unread;
    size_t unread_count;
    tutela_type type;
    char mime[104];            /* "" when its type was not asked for */
};

/*
 * Take over what the item is, its file too; of the item only its own memory stays. Ahead of its reading's end
 * the item keeps what it has, and this is a second holder. TUTELA_MEMORY; *out stays NULL with TUTELA_OK when
 * it cannot be held a second time.
 */
TT_MUST_USE tutela_status tt_opening_new(tt_opening **out, tt_item *item, int ahead,
                                         tutela_error *error);
/*
 * What the reading of the item came to: `status` and `reason` are of its own bytes, `digests` of all of them
 * or NULL. TUTELA_MEMORY. Thread: the item's, while nobody else looks at these.
 */
TT_MUST_USE tutela_status tt_opening_settle(tt_opening *opening, tt_item *item,
                                            tutela_item_status status, const char *reason,
                                            const tt_digests *digests, tutela_error *error);
/*
 * All shares of one that was given undigested ended. The image of a disk it is, and that is that; anything else
 * has to be looked up in the lists. 1: a worker is to read it, and settles it.
 */
int tt_opening_sent_back(tt_run *run, tt_opening *opening);
/* Closes its file, which can hang. Safe on NULL. */
void tt_opening_free(tt_opening *opening);

#endif
