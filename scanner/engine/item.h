/*
 * item: one file in work, from its entry to its finding.
 *
 *   take ─▶ fill ─▶ digested ─┐          fill opens the file, then reads the next bytes; the worker
 *            ▲────────────────┤          digests those of all its items side by side
 *            │ a hit: once    ▼
 *            │ more, for the  conclude   after its last bytes the item looks its digests up and
 *            └ evidence                  reports itself
 */
#ifndef TT_ENGINE_ITEM_H
#define TT_ENGINE_ITEM_H

#include "engine/run.h"
#include "mention/mention.h"
#include "unpack/pictures.h"
#include "unpack/plain.h"
#include "unpack/tails.h"

/* How well the item's type is known. UNTOLD: as well as without libmagic, since nobody answered for that. */
typedef enum tt_typed {
    TT_TYPED_NOT,
    TT_TYPED_BY_SIGNATURE,
    TT_TYPED_FULLY,
    TT_TYPED_UNTOLD
} tt_typed;

typedef struct tt_item {
    int active;
    int number; /* what the watch calls it: its place among its worker's items */
    tt_entry entry;
    tt_link *link;
    tt_opening *ahead; /* it is being opened already, or NULL */
    tt_reading reading;
    tt_digester *digester;
    tt_digest_job job; /* read, but not digested yet; digester NULL: nothing */
    tt_ticket ticket;  /* of a large one; then its bytes go to the board instead */
    uint8_t *buffers[TT_BOARD_DEPTH]; /* the reading's, in a circle; none until it is on the board; the
                                         first is its own, TT_READ_SIZE */
    size_t piece; /* bytes of each other */
    unsigned buffer_count;
    unsigned buffer_at; /* which of them is in the reading */
    int opened;   /* its file was asked for */
    int ended;    /* the last bytes of this reading are in `job`, or were digested */
    int evidence; /* in the second reading */
    int retried;  /* it changed once already */
    int broken;   /* bytes are missing: nothing is digested any more */
    int holds;    /* it begins like a container */
    tt_picture picture; /* that it begins */
    int divides;  /* of a format that can be read in shares */
    int image;    /* it begins like the image of a disk */
    int series;   /* it may be the first of several files that are one */
    size_t parts_room; /* set aside for these, while they are being opened */
    tt_seek *seek;  /* for mentions; made when first needed */
    int seeks;      /* this reading is searched for them */
    int sought;     /* one was, and they were not reported */
    tt_plain plain; /* whether it is none all the same */
    tt_tail_passed tail; /* of its last bytes */
    tt_typed typed;
    tt_digests first;   /* of the first reading, once that was a hit */
    uint64_t first_bytes;
    tt_digests digests; /* of the last */
    tutela_type type;
    char mime[104]; /* when typed; a MIME type is at most 100 characters */
} tt_item;

/* What items of one worker share. */
typedef struct tt_bench {
    tt_run *run;
    tt_watch *watch;
    tt_identify *identify;
    tt_scratch scratch;
    tt_seat *seat;  /* the worker's, at the board */
    size_t company; /* items in work, about */
    uint8_t *tail;  /* for a file's last bytes; made when first needed */
    int given_up; /* the worker was given up: it must leave at once and touch nothing shared */
} tt_bench;

TT_MUST_USE tutela_status tt_item_init(tt_item *item, const tt_engine *engine,
                                       tutela_error *error);
/* Safe on a zeroed one. */
void tt_item_done(tt_item *item);

/* Take a task: *task is zeroed. Calls nothing. */
void tt_item_take(tt_item *item, tt_task *task);
/*
 * Open the file if it is not, and read on, unless what was read before still waits. `job` gets the
 * bytes to digest, or has digester NULL when there are none this time, or when they went to the board.
 * An item that came to its end otherwise is reported and no longer active.
 * Afterwards look at bench->given_up.
 */
TT_MUST_USE tutela_status tt_item_fill(tt_item *item, tt_bench *bench, tutela_error *error);
/*
 * `job` was digested: an item whose last bytes were among them is looked up, and reported
 * or begun again for the evidence. Others are left alone. Afterwards look at bench->given_up.
 */
TT_MUST_USE tutela_status tt_item_conclude(tt_item *item, tt_bench *bench, tutela_error *error);

/* Is there anything to do for the item but to wait for the board? Thread: its worker. */
int tt_item_can_go_on(const tt_item *item, const tt_run *run);

/* Leave an active item without a report: the run ends early. Afterwards look at bench->given_up. */
void tt_item_leave(tt_item *item, tt_bench *bench);

/*
 * Report an active item as not (fully) read. When a first reading had found it in a list, it says
 * so. The item stays as it is. Also for the watchdog, while the item's thread hangs in a call.
 */
TT_MUST_USE tutela_status tt_item_report_unread(const tt_item *item, tt_run *run,
                                                tt_scratch *scratch, tutela_item_status status,
                                                const char *reason, tutela_error *error);

#endif
