/*
 * tree: everything in a stream, containers in containers to any depth, as one run of events.
 *
 *     begin(a.zip)
 *       begin(a.zip, b.tar)  bytes…                  bytes of b.tar go to the sink as they are read,
 *         begin(…, c.jpg)  bytes…  end(c.jpg)        whoever reads them: what is inside comes between
 *       bytes…  end(b.tar)
 *     end(a.zip)
 *
 * Every byte of every item goes to the sink exactly once, in order: after a container was read, what
 * is left of its stream is read too. What cannot seek and must is held in anonymous memory up to a
 * cap, and beyond it in a spool, if there is one (held.h); what does not fit still goes to the sink,
 * but is not opened, and is `limit`.
 *
 * What begins like no container may still end in a zip (tails.h), and is opened then too; a container that can
 * be sought in may have one behind its end, and then both are opened.
 *
 * Budgets are for one top item; hitting one is a status with its position, and what was seen before
 * counts. `depth` stops at the container whose members would lie too deep, and the walk goes on beside
 * it. `entries`, `expanded` and `ratio` end the whole walk: every container then open is `limit`, and
 * so is the item whose next byte would have been one too many; the top item is still read to its end.
 */
#ifndef TT_UNPACK_TREE_H
#define TT_UNPACK_TREE_H

#include "unpack/reader.h"
#include "unpack/spool.h"

/* Each 0: its default. */
struct tt_budget {
    uint32_t depth;          /* of the deepest item, the top one's being 0: 32; at most 256 */
    uint64_t entries;        /* members in all: 10 million */
    uint64_t expanded;       /* bytes out of containers in all: 1 TiB */
    uint64_t ratio;          /* of those to the top item's bytes, once past ratio_from: 1,000 */
    uint64_t ratio_from;     /* bytes: 1 GiB */
    uint64_t spool_memory;   /* bytes held in anonymous memory at once: 256 MiB */
    tt_spool *spool;         /* for what goes beyond that, encrypted; NULL: none. Borrowed */
    int top_known;           /* the caller has the top item's bytes: where that can be sought in, those that
                                nobody asks for are not read, and do not go to the sink */
    const tt_secrets *secrets; /* passwords for what is encrypted; NULL: none. Borrowed for the run */
    tt_wishes wishes;          /* what is wanted of the images of disks */
    uint64_t from[TUTELA_STEPS_MAX]; /* members that are passed over: of the top item's so many; of those of
                                  the next, if that is a container, so many; and so on */
    uint32_t share, shares;    /* 2 or more: of the top item's members only the share-th part, from 0,
                                  when its format can be divided; else the first share is all of them.
                                  Its own bytes are then not read to their end */
};

/* An item on its way; numbers are counted from 1 in the order of begin. */
typedef struct tt_node {
    uint64_t number;
    uint64_t parent; /* 0: it is the top item */
    uint32_t depth;  /* 0: the top item */
    const tt_member *member;   /* NULL for the top item; its name is never empty; good until end */
    const tt_format *format;   /* what it was opened as, from its first member's begin on, and at its
                                  end; NULL: no container */
    uint64_t bytes;            /* that went to the sink; at the end, its size if it is whole */
    int whole;                 /* at its end: all its own bytes came, be it a damaged container; where
                                  they came before a member of it begins, from there on */
    const tt_cover *cover;     /* of the image of a disk, from when it is known to be one; counted at its end */
    void *slot;                /* the sink's own */
} tt_node;

/* Who takes the events. A status other than TUTELA_OK ends the run, and no end follows then. */
typedef struct tt_sink {
    tutela_status (*begin)(void *user, tt_node *node, tutela_error *error);
    tutela_status (*bytes)(void *user, tt_node *node, const void *data, size_t size,
                           tutela_error *error);
    /*
     * The item is through. trouble CLEAR: every byte was read, and of a container every member was
     * listed and opened; anything else says what is missing in this item itself (members say it of
     * themselves). position, when a limit was hit: bytes of this item that had been read by then;
     * 0 when trouble is CLEAR.
     */
    tutela_status (*end)(void *user, tt_node *node, const tt_trouble *trouble, uint64_t position,
                         tutela_error *error);
    /* Something is passed over, which takes time; or NULL. */
    tutela_status (*pass)(void *user, tutela_error *error);
    /* The item turns out to be the image of a disk: node->cover is set, all of it still lost. Or NULL. */
    tutela_status (*disk)(void *user, tt_node *node, tutela_error *error);
    /*
     * *answer, 0 before: do these first bytes begin something of no type that is known? That is searched as the free
     * space of disks is; asked only where it is wished for. NULL: none is.
     */
    tutela_status (*unknown)(void *user, const uint8_t *head, size_t size, int *answer, tutela_error *error);
    /* All that it holds was told: what the free space of this disk mentions, if anything. Or NULL. */
    tutela_status (*mentions)(void *user, tt_node *node, struct tt_mention_list *list, tutela_error *error);
} tt_sink;

/* Everything in the stream. TUTELA_MEMORY, or what the sink answered. Thread: single. */
TT_MUST_USE tutela_status tt_tree_run(tt_stream *stream, const tt_budget *budget,
                                      const tt_sink *sink, void *user, tutela_error *error);

#endif
