/* mail_lines: see mail_lines.h. */
#include "unpack/mail_lines.h"

#include <string.h>

void tt_lines_begin(tt_lines *lines, tt_stream *stream)
{
    memset(lines, 0, offsetof(tt_lines, bytes));
    lines->stream = stream;
    lines->source = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

/* Have `wanted` bytes, unless the stream has not that many. */
static tutela_status fill(tt_lines *l, size_t wanted, tutela_error *error)
{
    size_t got = 1;

    if (l->drained || l->end - l->at >= wanted)
        return TUTELA_OK;
    memmove(l->bytes, l->bytes + l->at, l->end - l->at);
    l->end -= l->at;
    l->at = 0;
    while (!l->drained && l->end < wanted) {
        got = 0;
        TT_TRY(l->stream->ops->read(l->stream, l->bytes + l->end, sizeof l->bytes - l->end, &got,
                                    &l->source, error));
        l->end += got;
        l->drained = got == 0 || l->source.status != TUTELA_ITEM_CLEAR;
    }
    return TUTELA_OK;
}

static void give(tt_lines *l, const uint8_t *feed, tt_line *out)
{
    size_t size = feed ? (size_t)(feed - (l->bytes + l->at)) : l->end - l->at;

    *out = (tt_line){.text = l->bytes + l->at, .size = size, .begins = !l->within};
    if (feed) {
        out->ending = 1;
        if (size > 0 && out->text[size - 1] == '\r') {
            out->ending = 2;
            out->size--;
        }
    } else if (!l->drained && size > 1 && out->text[size - 1] == '\r') {
        out->size = --size; /* it may be the first half of an ending */
    }
    l->at += size + (feed != NULL);
    l->within = !feed;
}

tutela_status tt_mail_lines_next(tt_lines *lines, tt_line *out, int *more, tutela_error *error)
{
    const uint8_t *feed;

    TT_TRY(fill(lines, TT_LINES_AHEAD, error));
    feed = memchr(lines->bytes + lines->at, '\n', lines->end - lines->at);
    if (!feed || lines->end - (size_t)(feed - lines->bytes) < TT_LINES_AHEAD) {
        /* All that fits, so that this is needed seldom. */
        TT_TRY(fill(lines, sizeof lines->bytes, error));
        feed = memchr(lines->bytes + lines->at, '\n', lines->end - lines->at);
    }
    *more = lines->at < lines->end;
    if (*more)
        give(lines, feed, out);
    return TUTELA_OK;
}

const uint8_t *tt_lines_ahead(const tt_lines *lines, size_t *size)
{
    *size = lines->end - lines->at;
    return lines->bytes + lines->at;
}
