/* parts: see parts.h. */
#include "unpack/parts.h"

#include "base/io.h"

/* The part that byte `offset` lies in, which is before the end of the whole. Never an empty one. */
static size_t part_at(const tt_parts *parts, uint64_t offset)
{
    size_t low = 0, high = parts->count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (parts->ends[middle] > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* What lies in one part; tt_stream_read_at goes on to the next. */
static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error)
{
    tt_parts_stream *s = (tt_parts_stream *)stream;
    uint64_t begins, left;
    ssize_t some;
    size_t part;

    (void)error;
    *got = 0;
    if (size == 0 || offset >= stream->size)
        return TUTELA_OK;
    part = part_at(&s->parts, offset);
    begins = part > 0 ? s->parts.ends[part - 1] : 0;
    left = s->parts.ends[part] - offset;
    some = tt_pread(s->fds[part], buffer, size < left ? size : (size_t)left, offset - begins);
    *got = some > 0 ? (size_t)some : 0;
    if (some < 0)
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
    else if (some == 0)
        *trouble = (tt_trouble){TUTELA_ITEM_CHANGED, "the file became shorter while it was read"};
    return TUTELA_OK;
}

static tutela_status read_next(tt_stream *stream, void *buffer, size_t size, size_t *got, tt_trouble *trouble,
                               tutela_error *error)
{
    tt_parts_stream *s = (tt_parts_stream *)stream;

    TT_TRY(read_at(stream, s->place, buffer, size, got, trouble, error));
    s->place += *got;
    return TUTELA_OK;
}

void tt_parts_stream_init(tt_parts_stream *out, const int *fds, const uint64_t *ends, size_t count)
{
    static const tt_stream_ops ops = {read_next, read_at};

    *out = (tt_parts_stream){.stream = {.ops = &ops, .size = ends[count - 1]},
                             .parts = {.count = count, .ends = ends},
                             .fds = fds};
    out->stream.parts = &out->parts;
}
