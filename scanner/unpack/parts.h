/*
 * parts: several files that are one, as the segments of a disk's image are: a stream over all of them, end
 * to end. Its borders are known to those who read it (see tt_stream.parts).
 */
#ifndef TT_UNPACK_PARTS_H
#define TT_UNPACK_PARTS_H

#include "unpack/stream.h"

/* Seeks. Single. */
typedef struct tt_parts_stream {
    tt_stream stream;
    tt_parts parts;
    const int *fds;
    uint64_t place; /* what ops->read reads next */
} tt_parts_stream;

/*
 * `count` regular files, at least one; where each ends in the whole is `ends`. A part may be empty. Both
 * arrays and the descriptors stay the caller's, and outlive it.
 */
void tt_parts_stream_init(tt_parts_stream *out, const int *fds, const uint64_t *ends, size_t count);

#endif
