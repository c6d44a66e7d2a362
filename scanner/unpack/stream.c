/*
 * stream: bytes from a file, from memory, from a part of either (see stream.h).
 *
 * The sources that seek keep no place of their own: reading on is reading at `at`.
 */
#include "unpack/stream.h"

#include "base/io.h"

#include <errno.h>
#include <string.h>

tutela_status tt_stream_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error)
{
    uint8_t *out = buffer;
    size_t done = 0, some = 1;
    tt_trouble seen = {TUTELA_ITEM_CLEAR, ""};

    while (done < size && some > 0 && seen.status == TUTELA_ITEM_CLEAR) {
        some = 0;
        TT_TRY(stream->ops->read(stream, out + done, size - done, &some, &seen, error));
        done += some;
    }
    stream->at += done;
    *got = done;
    *trouble = seen;
    return TUTELA_OK;
}

tutela_status tt_stream_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    uint8_t *out = buffer;
    size_t done = 0, some = 1;
    tt_trouble seen = {TUTELA_ITEM_CLEAR, ""};

    while (done < size && some > 0 && seen.status == TUTELA_ITEM_CLEAR
           && offset + done < stream->size) {
        some = 0;
        TT_TRY(stream->ops->read_at(stream, offset + done, out + done, size - done, &some, &seen,
                                    error));
        done += some;
    }
    *got = done;
    *trouble = seen;
    return TUTELA_OK;
}

/* Bytes of `size` that lie in the stream from `offset` on. */
static size_t within(const tt_stream *stream, uint64_t offset, size_t size)
{
    uint64_t left = offset < stream->size ? stream->size - offset : 0;

    return size < left ? size : (size_t)left;
}

/* Reading on, for every source that seeks. tt_stream_read moves `at` once it has all. */
static tutela_status read_on(tt_stream *stream, uint64_t *place, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tutela_status status;

    *got = 0;
    status = stream->ops->read_at(stream, *place, buffer, size, got, trouble, error);
    if (status == TUTELA_OK)
        *place += *got;
    return status;
}

/* ---- A file -------------------------------------------------------------------------------- */

static tutela_status file_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                  size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_file_stream *file = (tt_file_stream *)stream;
    size_t wanted = within(stream, offset, size);
    ssize_t some = wanted ? tt_pread(file->fd, buffer, wanted, offset) : 0;

    (void)error;
    *got = some > 0 ? (size_t)some : 0;
    if (some < 0)
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
    else if (some == 0 && wanted > 0)
        *trouble = (tt_trouble){TUTELA_ITEM_CHANGED, "the file became shorter while it was read"};
    return TUTELA_OK;
}

static tutela_status file_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    return read_on(stream, &((tt_file_stream *)stream)->place, buffer, size, got, trouble, error);
}

void tt_file_stream_init(tt_file_stream *out, int fd, uint64_t size)
{
    static const tt_stream_ops ops = {file_read, file_read_at};

    *out = (tt_file_stream){.stream = {.ops = &ops, .size = size}, .fd = fd};
}

static tutela_status once_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    ssize_t some = tt_read(((tt_file_stream *)stream)->fd, buffer, size);

    (void)error;
    *got = some > 0 ? (size_t)some : 0;
    if (some < 0)
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
    return TUTELA_OK;
}

void tt_once_stream_init(tt_file_stream *out, int fd)
{
    static const tt_stream_ops ops = {once_read, NULL};

    *out = (tt_file_stream){.stream = {.ops = &ops}, .fd = fd};
}

/* ---- Memory -------------------------------------------------------------------------------- */

static tutela_status memory_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                    size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_memory_stream *memory = (tt_memory_stream *)stream;

    (void)trouble;
    (void)error;
    *got = within(stream, offset, size);
    if (*got > 0)
        memcpy(buffer, memory->data + offset, *got);
    return TUTELA_OK;
}

static tutela_status memory_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    return read_on(stream, &((tt_memory_stream *)stream)->place, buffer, size, got, trouble, error);
}

void tt_memory_stream_init(tt_memory_stream *out, const void *data, size_t size)
{
    static const tt_stream_ops ops = {memory_read, memory_read_at};

    *out = (tt_memory_stream){.stream = {.ops = &ops, .size = size}, .data = data};
}

/* ---- A part -------------------------------------------------------------------------------- */

static tutela_status part_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                  size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_part_stream *part = (tt_part_stream *)stream;

    return tt_stream_read_at(part->whole, part->offset + offset, buffer,
                             within(stream, offset, size), got, trouble, error);
}

static tutela_status part_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    return read_on(stream, &((tt_part_stream *)stream)->place, buffer, size, got, trouble, error);
}

void tt_part_stream_init(tt_part_stream *out, tt_stream *whole, uint64_t offset, uint64_t size)
{
    static const tt_stream_ops ops = {part_read, part_read_at};
    uint64_t left = offset < whole->size ? whole->size - offset : 0;

    *out = (tt_part_stream){.stream = {.ops = &ops, .size = size < left ? size : left,
                                       .secrets = whole->secrets},
                            .whole = whole,
                            .offset = offset};
}
