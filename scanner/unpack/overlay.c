/*
 * overlay: see overlay.h.
 */
#include "unpack/overlay.h"

#include "base/mem.h"

#include <string.h>

typedef struct overlay_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_overlay_part parts[TT_OVERLAYS_MAX];
    size_t count, next;
    tt_part_stream part; /* the one being read */
    tt_trouble trouble;
} overlay_reader;

tutela_status tt_overlay_open(tt_reader **out, const tt_format *format, tt_stream *stream,
                              const tt_overlay_part *parts, size_t count, tt_trouble trouble,
                              tutela_error *error)
{
    overlay_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->stream = stream;
    r->count = count < TT_OVERLAYS_MAX ? count : TT_OVERLAYS_MAX;
    memcpy(r->parts, parts, r->count * sizeof *parts);
    r->trouble = trouble;
    *out = &r->reader;
    return TUTELA_OK;
}

tutela_status tt_overlay_next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                              tutela_error *error)
{
    static const char *const names[TT_OVERLAYS_MAX] = {"overlay", "overlay 2"};
    overlay_reader *r = (overlay_reader *)reader;
    const tt_overlay_part *part = &r->parts[r->next];

    (void)error;
    *trouble = r->trouble;
    *more = r->next < r->count;
    if (!*more)
        return TUTELA_OK;
    tt_part_stream_init(&r->part, r->stream, part->from, part->end - part->from);
    out->name = (const uint8_t *)names[r->next];
    out->name_size = strlen(names[r->next]);
    out->size = r->part.stream.size;
    out->stream = &r->part.stream;
    r->next++;
    return TUTELA_OK;
}

tutela_status tt_overlay_read(tt_reader *reader, void *buffer, size_t size, size_t *got,
                              tt_trouble *trouble, tutela_error *error)
{
    overlay_reader *r = (overlay_reader *)reader;

    return r->part.stream.ops->read(&r->part.stream, buffer, size, got, trouble, error);
}

void tt_overlay_close(tt_reader *reader)
{
    tt_free(reader);
}
