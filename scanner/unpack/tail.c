/*
 * tail: a zip at the end of a file that begins with something else.
 *
 * It begins where its first member does, be it one that its directory does not list. Its offsets may
 * count from there or from the file's first byte: zip_directory.h sees to that, here and again when the
 * part is opened by itself.
 */
#include "unpack/overlay.h"

#include "base/mem.h"
#include "unpack/tails.h"
#include "unpack/zip_directory.h"

#include <string.h>

/* Entries of the directory that are looked at for the first that points at a member. */
#define LOOKED_AT 1024u

/* Do the stream's last bytes say that it ends in a zip? */
static tutela_status look_at_tail(tt_stream *stream, int *sure, tutela_error *error)
{
    size_t wanted = stream->size < TT_TAIL_SIZE ? (size_t)stream->size : TT_TAIL_SIZE, got = 0;
    uint8_t *tail = tt_alloc_raw(TT_TAIL_SIZE, 1);
    tutela_status status;
    tt_trouble trouble;

    if (!tail)
        return tt_no_memory(error);
    status = tt_stream_read_at(stream, stream->size - wanted, tail, wanted, &got, &trouble, error);
    if (status == TUTELA_OK)
        *sure = got == wanted ? tt_tail_opens(tail, got, stream->size) : 0;
    tt_free(tail);
    return status;
}

/* Where the zip begins; UINT64_MAX when none of its members is found. */
static tutela_status find_start(const tt_zip_directory *d, tt_stream *stream, uint64_t *start,
                                tutela_error *error)
{
    uint8_t sign[4];
    tt_trouble trouble;
    tt_zip_place where;
    size_t got;

    *start = UINT64_MAX;
    for (uint64_t i = 0; i < LOOKED_AT && *start == UINT64_MAX; i++) {
        if (!tt_zip_directory_place(d, i, &where))
            break;
        TT_TRY(tt_stream_read_at(stream, where.place, sign, sizeof sign, &got, &trouble, error));
        if (got == sizeof sign && memcmp(sign, "PK\3\4", 4) == 0)
            *start = where.place;
    }
    if (d->gap_count > 0 && d->gaps[0].offset < *start)
        *start = d->gaps[0].offset;
    return TUTELA_OK;
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    tt_trouble ended = {TUTELA_ITEM_CLEAR, ""};
    tt_overlay_part part = {.end = stream->size};
    tt_zip_directory d = {0};
    tutela_status status;
    int sure = 0;

    TT_TRY(look_at_tail(stream, &sure, error));
    if (!sure)
        return TUTELA_OK;
    TT_TRY(tt_zip_directory_read(&d, stream, error));
    status = find_start(&d, stream, &part.from, error);
    if (status == TUTELA_OK && (sure > 1 || d.count > 0)) {
        if (part.from == UINT64_MAX)
            ended = (tt_trouble){TUTELA_ITEM_MALFORMED, "members that are listed and not there"};
        status = tt_overlay_open(out, &tt_format_tail, stream, &part, part.from != UINT64_MAX,
                                 ended, error);
    }
    tt_zip_directory_done(&d);
    return status;
}

const tt_format tt_format_tail
    = {"tail", 1, begin, tt_overlay_next, tt_overlay_read, tt_overlay_close};
