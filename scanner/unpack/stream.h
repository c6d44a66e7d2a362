/*
 * stream: bytes that come one after another, from a file or out of a container.
 *
 * Readers of containers know nothing else of where their bytes come from, so that any format can lie
 * in any other. A stream that cannot go back serves the formats read from front to end (tar, gzip,
 * mail); those with a directory at their end (zip, 7z, OLE2) need one that can, and the tree spools
 * for them what cannot (see held.h).
 */
#ifndef TT_UNPACK_STREAM_H
#define TT_UNPACK_STREAM_H

#include "base/status.h"
#include "unpack/secrets.h"
#include "unpack/share.h"
#include "unpack/wishes.h"

#include <stddef.h>
#include <stdint.h>

/* How a source of bytes failed: what the item that reads from it will be called. */
typedef struct tt_trouble {
    tutela_item_status status; /* CLEAR: none */
    const char *reason;        /* static words */
} tt_trouble;

typedef struct tt_stream tt_stream;

/* The borders in a stream that is several files, for formats that take them one by one. */
typedef struct tt_parts {
    size_t count;         /* files */
    const uint64_t *ends; /* where each ends in the whole; the last is its size */
} tt_parts;

/* What a source of bytes can do. Each call is on the one thread that holds the stream. */
typedef struct tt_stream_ops {
    /*
     * The next bytes, at most `size`: *got of them, 0 at the end only. What goes wrong with the
     * bytes (damaged, encrypted, unreadable, over a budget) is *trouble with *got what came before;
     * a status other than TUTELA_OK is ours (memory) and ends the whole run of the worker.
     */
    tutela_status (*read)(tt_stream *stream, void *buffer, size_t size, size_t *got,
                          tt_trouble *trouble, tutela_error *error);
    /* Any part; NULL when the stream only goes forward. Fewer bytes than asked: the end, or trouble. */
    tutela_status (*read_at)(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error);
} tt_stream_ops;

/* The head of what a source allocates. Single. */
struct tt_stream {
    const tt_stream_ops *ops;
    uint64_t size; /* bytes, when ops->read_at is there; else 0 */
    uint64_t at;   /* bytes that tt_stream_read has delivered */
    const tt_secrets *secrets; /* what may open encrypted members of what its bytes are; NULL: none */
    const tt_wishes *wishes; /* what is wanted of what its bytes are; NULL: what there is */
    const tt_parts *parts; /* the files that it is, one after another; NULL: one */
    tt_share *share; /* which part of the members of what its bytes are is wanted; NULL: all of them */
};

static inline int tt_stream_seeks(const tt_stream *stream)
{
    return stream->ops->read_at != NULL;
}

/*
 * The next bytes, as many as `size` unless the stream ends or fails before. See ops->read; *got and
 * *trouble are always set.
 */
TT_MUST_USE tutela_status tt_stream_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                         tt_trouble *trouble, tutela_error *error);

/* Bytes at `offset`, as many as `size` unless the stream ends or fails before. It must seek. */
TT_MUST_USE tutela_status tt_stream_read_at(tt_stream *stream, uint64_t offset, void *buffer,
                                            size_t size, size_t *got, tt_trouble *trouble,
                                            tutela_error *error);

/* ---- Sources --------------------------------------------------------------------------------- */

/* A regular file behind a descriptor, which stays the caller's. Seeks. `size` bytes. */
typedef struct tt_file_stream {
    tt_stream stream;
    int fd;
    uint64_t place; /* what ops->read reads next, in each of the three */
} tt_file_stream;
void tt_file_stream_init(tt_file_stream *out, int fd, uint64_t size);

/* The same of what comes only once, from a pipe or a socket, which reading waits for. */
void tt_once_stream_init(tt_file_stream *out, int fd);

/* Bytes in memory, which stay the caller's. Seeks. */
typedef struct tt_memory_stream {
    tt_stream stream;
    const uint8_t *data;
    uint64_t place;
} tt_memory_stream;
void tt_memory_stream_init(tt_memory_stream *out, const void *data, size_t size);

/* A part of a stream that seeks, which must outlive it: `size` bytes from `offset`, fewer when the
 * whole ends before. Seeks. */
typedef struct tt_part_stream {
    tt_stream stream;
    tt_stream *whole;
    uint64_t offset;
    uint64_t place;
} tt_part_stream;
void tt_part_stream_init(tt_part_stream *out, tt_stream *whole, uint64_t offset, uint64_t size);

#endif
