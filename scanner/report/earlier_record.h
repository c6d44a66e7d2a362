/*
 * earlier_record: one record of a report in JSON Lines, as far as whoever goes on from it needs it.
 */
#ifndef TT_REPORT_EARLIER_RECORD_H
#define TT_REPORT_EARLIER_RECORD_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef enum tt_earlier_kind {
    TT_EARLIER_OTHER, /* damaged, or none of these */
    TT_EARLIER_RUN,
    TT_EARLIER_MATCH,
    TT_EARLIER_ITEM,
    TT_EARLIER_SUMMARY,
    TT_EARLIER_MENTION, /* which says nothing of what was left */
    TT_EARLIER_KINDS
} tt_earlier_kind;

/* A list that was asked. */
typedef struct tt_earlier_list {
    char *name, *version;
    char polarity[16];
    uint64_t entries;
} tt_earlier_list;

typedef struct tt_earlier_record {
    tt_earlier_kind kind;
    /* Of a run. */
    uint64_t schema;
    tt_earlier_list *lists;
    size_t list_count, list_room;
    int stream; /* standard input was scanned */
    /* Of a match or an item. */
    char *path;   /* of the file, NUL-ended */
    size_t names; /* in its chain: one when it is the file itself */
    int32_t status;
    uint64_t bytes;
    int64_t modified;
    tutela_step steps[TUTELA_STEPS_MAX];
    size_t step_count;
    /* Of a summary. */
    uint64_t matches, limits;
} tt_earlier_record;

/*
 * Read one, `size` bytes at `line`, into *out, which is overwritten; what is damaged is of the kind OTHER.
 * TUTELA_MEMORY. In either case the caller gives it to tt_earlier_record_done. Thread: any.
 */
TT_MUST_USE tutela_status tt_earlier_record_read(tt_earlier_record *out, const char *line, size_t size,
                                                 tutela_error *error);
void tt_earlier_record_done(tt_earlier_record *record);
void tt_earlier_lists_done(tt_earlier_list *lists, size_t count);

#endif
