/*
 * item: one file in work, from its entry to its finding.
 *
 *   begin ─▶ fill ─▶ digested ─┐         fill reads the next bytes; the worker digests those of
 *             ▲────────────────┘         all its items side by side; at the end of the file
 *             │ a hit: once more,        the item concludes and reports itself
 *             └ for the evidence digests
 */
#ifndef TT_ENGINE_ITEM_H
#define TT_ENGINE_ITEM_H

#include "engine/run.h"

/* How well the item's type is known. */
typedef enum tt_typed { TT_TYPED_NOT, TT_TYPED_BY_SIGNATURE, TT_TYPED_FULLY } tt_typed;

typedef struct tt_item {
    int active;
    int number; /* what the watch calls it */
    tt_entry entry;
    tt_link *link;
    tt_reading reading;
    tt_digester *digester;
    int evidence; /* in the second reading */
    int retried;  /* it changed once already */
    int broken;   /* bytes are missing: nothing is digested any more */
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
    int given_up; /* the worker was given up: it must leave at once and touch nothing shared */
} tt_bench;

TT_MUST_USE tutela_status tt_item_init(tt_item *item, const tt_engine *engine, int number,
                                       tutela_error *error);
/* Safe on a zeroed one. */
void tt_item_done(tt_item *item);

/*
 * Take an entry: *entry is zeroed. `link` is a claim that comes with it, or NULL. Entries that are
 * decided already are reported at once. Afterwards look at bench->given_up.
 */
TT_MUST_USE tutela_status tt_item_begin(tt_item *item, tt_bench *bench, tt_entry *entry,
                                        tt_link *link, tutela_error *error);
/*
 * Read on. *job gets the bytes to digest, or has digester NULL when there are none this time.
 * An item that came to its end is reported and no longer active. Afterwards look at
 * bench->given_up.
 */
TT_MUST_USE tutela_status tt_item_fill(tt_item *item, tt_bench *bench, tt_digest_job *job,
                                       tutela_error *error);

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
