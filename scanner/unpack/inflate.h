/*
 * inflate: what a deflated part of a container holds, for readers of formats that deflate.
 */
#ifndef TT_UNPACK_INFLATE_H
#define TT_UNPACK_INFLATE_H

#include "unpack/stream.h"

typedef enum tt_inflate_kind {
    TT_INFLATE_ZLIB, /* RFC 1950: a head of two bytes, and a checksum at the end, which is compared */
    TT_INFLATE_RAW   /* RFC 1951 */
} tt_inflate_kind;

/* Single. */
typedef struct tt_inflate tt_inflate;

/* Begin at the stream's next byte; the stream outlives it. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_inflate_new(tt_inflate **out, tt_stream *stream, tt_inflate_kind kind,
                                         tutela_error *error);
/* The next bytes, as in tt_stream_ops: *got is 0 at the end, or when there is *trouble. */
TT_MUST_USE tutela_status tt_inflate_read(tt_inflate *inflate, void *buffer, size_t size, size_t *got,
                                          tt_trouble *trouble, tutela_error *error);
/* At its end: *more is 1 when the stream goes on behind it. */
TT_MUST_USE tutela_status tt_inflate_more(tt_inflate *inflate, int *more, tutela_error *error);
/* Safe on NULL. */
void tt_inflate_free(tt_inflate *inflate);

/* ---- Of bytes at hand, as zlib streams ------------------------------------------------------ */

/* Some 40 KiB at work. Single. */
typedef struct tt_inflater tt_inflater;

typedef enum tt_inflater_said {
    TT_INFLATER_MORE,    /* all of `in` was taken, or there is no room left */
    TT_INFLATER_END,     /* its end was seen, and its checksum fits */
    TT_INFLATER_DAMAGED,
    TT_INFLATER_MEMORY
} tt_inflater_said;

/* TUTELA_MEMORY. The caller owns *out: tt_inflater_free. */
TT_MUST_USE tutela_status tt_inflater_new(tt_inflater **out, tutela_error *error);
/* Take of `in` (*used of its bytes) and give to `out` (*given bytes, at most `room`). */
tt_inflater_said tt_inflater_step(tt_inflater *inflate, const uint8_t *in, size_t size, size_t *used,
                                uint8_t *out, size_t room, size_t *given);
/* Safe on NULL. */
void tt_inflater_free(tt_inflater *inflate);

#endif
