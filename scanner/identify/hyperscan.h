/*
 * hyperscan: keys compiled into one database, and a scan of a view for them.
 *
 * Inner to identify; hyperscan.c alone includes hs.h.
 */
#ifndef TT_IDENTIFY_HYPERSCAN_H
#define TT_IDENTIFY_HYPERSCAN_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* A compiled database. Shared. */
typedef struct tt_marks tt_marks;
/* Memory that one scan at a time needs. Single. */
typedef struct tt_marks_scratch tt_marks_scratch;

/* Keys that may stand in one view at once; beyond it the last ones are dropped. The tests see 7. */
#define TT_HITS 24

/* The numbers of the keys found in their place, ascending. */
typedef struct tt_hits {
    size_t count;
    uint32_t key[TT_HITS];
} tt_hits;

#define TT_MARK_MAX 6 /* a frame and a key */

/* The bytes, and where in the data they must end. */
typedef struct tt_mark {
    uint8_t bytes[TT_MARK_MAX];
    uint32_t size;
    uint64_t end;
} tt_mark;

/* TUTELA_UNAVAILABLE, with advice, when this processor cannot run it. Costs nothing. Thread: any. */
TT_MUST_USE tutela_status tt_marks_usable(tutela_error *error);

/* Milliseconds. TUTELA_UNAVAILABLE when a key is refused, TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_marks_new(tt_marks **out, const tt_mark *keys, size_t count,
                                       tutela_error *error);
void tt_marks_free(tt_marks *marks);

TT_MUST_USE tutela_status tt_marks_scratch_new(tt_marks_scratch **out, const tt_marks *marks,
                                               tutela_error *error);
void tt_marks_scratch_free(tt_marks_scratch *scratch);

/* Which keys stand in `data`, each in its place. Thread: any, with a scratch of its own. */
TT_MUST_USE tutela_status tt_marks_scan(const tt_marks *marks, tt_marks_scratch *scratch,
                                        const void *data, size_t size, tt_hits *out,
                                        tutela_error *error);

#endif
