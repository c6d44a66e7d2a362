/*
 * peek: a stream that only goes forward, with a look at what comes next.
 *
 * For formats that are told, or whose parts are told, by more bytes than may be taken before it is
 * known what they are.
 */
#ifndef TT_UNPACK_PEEK_H
#define TT_UNPACK_PEEK_H

#include "unpack/stream.h"

/* Bytes that can be looked at. */
#define TT_PEEK_MAX 8192u

/* Single. */
typedef struct tt_peek {
    tt_stream *from;
    uint64_t place; /* bytes taken */
    size_t at, size; /* of `data`: what was read and not yet taken */
    int ended;
    tt_trouble trouble; /* why it ended */
    uint8_t data[TT_PEEK_MAX];
} tt_peek;

/* `from` outlives it. */
void tt_peek_init(tt_peek *out, tt_stream *from);
/* The next `size` bytes (at most TT_PEEK_MAX), fewer at the end: *out is good until the next call. */
TT_MUST_USE tutela_status tt_peek_look(tt_peek *peek, size_t size, const uint8_t **out,
                                       size_t *there, tutela_error *error);
/* Take at most `size` bytes; *got is 0 at the end only, and *trouble then says why, or CLEAR. */
TT_MUST_USE tutela_status tt_peek_read(tt_peek *peek, void *buffer, size_t size, size_t *got,
                                       tt_trouble *trouble, tutela_error *error);
/* Pass over `size` bytes; *done is fewer at the end. */
TT_MUST_USE tutela_status tt_peek_skip(tt_peek *peek, uint64_t size, uint64_t *done,
                                       tutela_error *error);

#endif
