/*
 * sought: a stream that seeks, and how far into it was looked.
 */
#ifndef TT_UNPACK_SOUGHT_H
#define TT_UNPACK_SOUGHT_H

#include "unpack/stream.h"

/* Single. */
typedef struct tt_sought {
    tt_stream stream;
    tt_stream *whole; /* must outlive it */
    uint64_t place;
    uint64_t far; /* the furthest byte that was read ends here */
} tt_sought;

void tt_sought_init(tt_sought *out, tt_stream *whole, const tt_secrets *secrets);

#endif
