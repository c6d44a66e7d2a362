/*
 * sought: see sought.h.
 */
#include "unpack/sought.h"

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error)
{
    tt_sought *s = (tt_sought *)stream;

    TT_TRY(tt_stream_read_at(s->whole, offset, buffer, size, got, trouble, error));
    if (offset + *got > s->far)
        s->far = offset + *got;
    return TUTELA_OK;
}

static tutela_status read_next(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    tt_sought *s = (tt_sought *)stream;

    TT_TRY(read_at(stream, s->place, buffer, size, got, trouble, error));
    s->place += *got;
    return TUTELA_OK;
}

void tt_sought_init(tt_sought *out, tt_stream *whole, const tt_secrets *secrets)
{
    static const tt_stream_ops ops = {read_next, read_at};

    *out = (tt_sought){.stream = {.ops = &ops, .size = whole->size, .secrets = secrets,
                                 .parts = whole->parts},
                      .whole = whole};
}
