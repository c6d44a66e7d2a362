/*
 * thumbnail: a picture of Thumbs.db, in a stream of its own: a header, then a JPEG or a PNG.
 *
 * The header begins with its own size (12 bytes in Windows XP, 16 or 24 later) and states that of the
 * picture in one of the numbers after it. The oldest have a second header of 16 bytes, and a JPEG
 * without its tables, which is delivered as it lies there. Nothing of this is published: it is what is
 * found in such files. So a size that is nowhere stated is taken as right when the picture ends by its
 * own end mark.
 */
#include "unpack/peek.h"
#include "unpack/reader.h"
#include "unpack/signs.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

/* Bytes of the end that are kept: an end mark of a PNG. */
#define MARK_SIZE 12u

typedef struct thumbnail_reader {
    tt_reader reader;
    tt_peek in;
    int listed;
    uint64_t size; /* bytes delivered */
    tt_trouble trouble;
    size_t head_size;
    uint8_t head[TT_THUMBNAIL_HEAD];
    uint8_t mark[MARK_SIZE]; /* the last bytes delivered */
} thumbnail_reader;

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

extern const tt_format tt_format_thumbnail;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    thumbnail_reader *r = tt_alloc(1, sizeof *r);
    const uint8_t *head;
    tutela_status status;
    uint64_t done = 0;
    size_t got = 0;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_thumbnail;
    r->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    tt_peek_init(&r->in, stream);
    status = tt_peek_look(&r->in, sizeof r->head, &head, &got, error);
    if (status == TUTELA_OK && (r->head_size = tt_thumbnail_head(head, got)) > 0) {
        memcpy(r->head, head, r->head_size);
        status = tt_peek_skip(&r->in, r->head_size, &done, error);
    }
    if (status != TUTELA_OK || r->head_size == 0)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

/* Keep the last bytes of all that went by. */
static void remember(thumbnail_reader *r, const uint8_t *data, size_t size)
{
    if (size >= MARK_SIZE) {
        memcpy(r->mark, data + size - MARK_SIZE, MARK_SIZE);
    } else {
        memmove(r->mark, r->mark + size, MARK_SIZE - size);
        memcpy(r->mark + MARK_SIZE - size, data, size);
    }
    r->size += size;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    thumbnail_reader *r = (thumbnail_reader *)reader;

    TT_TRY(tt_peek_read(&r->in, buffer, size, got, trouble, error));
    if (*got > 0)
        remember(r, buffer, *got);
    else
        r->trouble = *trouble;
    return TUTELA_OK;
}

/* Is all of the picture there, by its header or by its own end? */
static int is_whole(const thumbnail_reader *r)
{
    for (size_t at = 4; at + 4 <= r->head_size; at += 4)
        if (tt_load32(r->head + at) == r->size)
            return 1;
    return memcmp(r->mark + MARK_SIZE - 2, "\xff\xd9", 2) == 0
           || memcmp(r->mark, "\0\0\0\0IEND\xae\x42\x60\x82", MARK_SIZE) == 0;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    thumbnail_reader *r = (thumbnail_reader *)reader;
    uint8_t scratch[4096];
    size_t got = 1;

    (void)out;
    *more = !r->listed;
    if (!r->listed) {
        r->listed = 1;
        return TUTELA_OK;
    }
    while (got > 0)
        TT_TRY(read_member(reader, scratch, sizeof scratch, &got, &r->trouble, error));
    *trouble = r->trouble;
    if (trouble->status == TUTELA_ITEM_CLEAR && !is_whole(r))
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"};
    return TUTELA_OK;
}

const tt_format tt_format_thumbnail = {"thumbnail", 0, begin, next, read_member, shut};
