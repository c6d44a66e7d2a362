/*
 * tail: a zip at the end of a file that begins with something else; or an archive behind a picture (behind.h).
 *
 * A zip begins where its first member does, be it one that its directory does not list. Its offsets may
 * count from there or from the file's first byte: zip_directory.h sees to that, here and again when the
 * part is opened by itself.
 */
#include "unpack/overlay.h"

#include "base/mem.h"
#include "unpack/behind.h"
#include "unpack/tails.h"
#include "unpack/zip_directory.h"

#include <string.h>

/* Entries of the directory that are looked at for the first that points at a member. */
#define LOOKED_AT 1024u

/* What the stream's last bytes say. */
typedef struct said {
    int opens, ends; /* as in tails.h */
    int goes_on;     /* it is a picture, and not all of it */
} said;

static tutela_status look_at_tail(tt_stream *stream, said *out, tutela_error *error)
{
    size_t wanted = stream->size < TT_TAIL_SIZE ? (size_t)stream->size : TT_TAIL_SIZE, got = 0;
    TT_AUTO_FREE uint8_t *tail = tt_alloc_raw(TT_TAIL_SIZE, 1);
    tt_trouble trouble;
    tt_picture picture;

    if (!tail)
        return tt_no_memory(error);
    TT_TRY(tt_stream_read_at(stream, 0, tail, TT_PICTURE_HEAD, &got, &trouble, error));
    picture = tt_picture_of(tail, got);
    TT_TRY(tt_stream_read_at(stream, stream->size - wanted, tail, wanted, &got, &trouble, error));
    if (got == wanted) {
        out->opens = tt_tail_opens(tail, got, stream->size);
        out->ends = tt_tail_ends(tail, got, stream->size);
        out->goes_on = tt_picture_goes_on(&picture, tail, got, stream->size);
    }
    return TUTELA_OK;
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

static tutela_status open_zip(tt_reader **out, tt_stream *stream, int sure, tutela_error *error)
{
    tt_trouble ended = {TUTELA_ITEM_CLEAR, ""};
    tt_overlay_part part = {.end = stream->size};
    tt_zip_directory d = {0};
    tutela_status status;

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

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
    tt_overlay_part part;
    said tail = {0};
    int found = 0;

    TT_TRY(look_at_tail(stream, &tail, error));
    if (tail.opens)
        TT_TRY(open_zip(out, stream, tail.opens, error));
    if (!*out && tail.goes_on)
        TT_TRY(tt_behind_find(stream, &part, &found, error));
    return found ? tt_overlay_open(out, &tt_format_tail, stream, &part, 1, fine, error) : TUTELA_OK;
}

tutela_status tt_tail_find(tt_stream *stream, uint64_t *start, tutela_error *error)
{
    tt_zip_directory d = {0};
    tutela_status status;
    uint64_t from = 0;
    said tail = {0};

    *start = 0;
    TT_TRY(look_at_tail(stream, &tail, error));
    if (!tail.ends)
        return TUTELA_OK;
    TT_TRY(tt_zip_directory_read(&d, stream, error));
    status = find_start(&d, stream, &from, error);
    if (status == TUTELA_OK && from != UINT64_MAX && d.count > 0)
        *start = from;
    tt_zip_directory_done(&d);
    return status;
}

const tt_format tt_format_tail
    = {"tail", TT_SEEKS, begin, tt_overlay_next, tt_overlay_read, tt_overlay_close};
