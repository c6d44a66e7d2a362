/* peek: see peek.h. */
#include "unpack/peek.h"

#include <string.h>

void tt_peek_init(tt_peek *out, tt_stream *from)
{
    out->from = from;
    out->place = 0;
    out->at = out->size = 0;
    out->ended = 0;
    out->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

/* From the stream itself, at most `size` bytes. */
static tutela_status draw(tt_peek *p, uint8_t *out, size_t size, size_t *got, tutela_error *error)
{
    *got = 0;
    if (p->ended)
        return TUTELA_OK;
    TT_TRY(p->from->ops->read(p->from, out, size, got, &p->trouble, error));
    p->ended = *got == 0 || p->trouble.status != TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

tutela_status tt_peek_look(tt_peek *p, size_t size, const uint8_t **out, size_t *there,
                           tutela_error *error)
{
    size_t got = 1;

    if (size > sizeof p->data)
        size = sizeof p->data;
    if (p->at + size > sizeof p->data) {
        memmove(p->data, p->data + p->at, p->size - p->at);
        p->size -= p->at;
        p->at = 0;
    }
    while (p->size - p->at < size && !p->ended) {
        TT_TRY(draw(p, p->data + p->size, sizeof p->data - p->size, &got, error));
        p->size += got;
    }
    *out = p->data + p->at;
    *there = p->size - p->at < size ? p->size - p->at : size;
    return TUTELA_OK;
}

tutela_status tt_peek_read(tt_peek *p, void *buffer, size_t size, size_t *got, tt_trouble *trouble,
                           tutela_error *error)
{
    if (p->at < p->size) {
        *got = size < p->size - p->at ? size : p->size - p->at;
        memcpy(buffer, p->data + p->at, *got);
        p->at += *got;
    } else {
        TT_TRY(draw(p, buffer, size, got, error));
        if (*got == 0)
            *trouble = p->trouble;
    }
    p->place += *got;
    return TUTELA_OK;
}

tutela_status tt_peek_skip(tt_peek *p, uint64_t size, uint64_t *done, tutela_error *error)
{
    uint8_t scratch[16384];
    tt_trouble trouble;
    size_t got = 1;

    *done = 0;
    while (*done < size && got > 0) {
        uint64_t left = size - *done;
        TT_TRY(tt_peek_read(p, scratch, left < sizeof scratch ? (size_t)left : sizeof scratch, &got,
                            &trouble, error));
        *done += got;
    }
    return TUTELA_OK;
}
