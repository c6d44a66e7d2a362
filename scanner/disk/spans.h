/*
 * spans: stretches of an image, as they come, and how much of a place they cover.
 */
#ifndef TT_DISK_SPANS_H
#define TT_DISK_SPANS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tt_span {
    uint64_t from, end; /* bytes of the image */
} tt_span;

/* Zero it to begin. Single. */
typedef struct tt_spans {
    tt_span *list;
    size_t count, room;
    int sorted; /* by place, none touching the next */
    int cut;    /* one did not fit: there was no memory, or there are too many */
} tt_spans;

/* One more; of what does not fit `cut` is kept, for the caller to be careful by. */
void tt_spans_add(tt_spans *spans, uint64_t from, uint64_t end);
/* In the order of their places, and those that touch joined. */
void tt_spans_sort(tt_spans *spans);
/* How many of the bytes from..end they cover, each counted once. */
uint64_t tt_spans_within(tt_spans *spans, uint64_t from, uint64_t end);
void tt_spans_done(tt_spans *spans);

#endif
