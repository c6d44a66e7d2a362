/*
 * behind: see behind.h.
 *
 * Cameras and phones put all manner of things behind a picture: it takes a sign, and what belongs to it, to
 * make that an archive. A picture whose structure is damaged has no known end: in all of it only those
 * archives are looked for that nothing else is taken for.
 */
#include "unpack/behind.h"

#include "base/mem.h"
#include "unpack/search.h"

#define WINDOW 65536u
#define SUREST (TT_SEARCH_SEVENZIP | TT_SEARCH_RAR)

/* Where something is behind it; TT_NOWHERE also of a damaged one, which then is no less `sound`. */
static tutela_status walk(tt_stream *stream, uint64_t *behind, int *sound, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *window = tt_alloc_raw(WINDOW, 1);
    tt_picture_walk w;
    tt_trouble trouble;
    size_t got = 1;

    if (!window)
        return tt_no_memory(error);
    tt_picture_walk_begin(&w);
    while (got > 0 && !tt_picture_walk_over(&w)) {
        tt_picture_walk_skip(&w);
        if (w.at >= stream->size)
            break;
        TT_TRY(tt_stream_read_at(stream, w.at, window, WINDOW, &got, &trouble, error));
        tt_picture_walk_add(&w, window, got);
    }
    *sound = w.sound;
    *behind = w.lost ? TT_NOWHERE : w.behind;
    return TUTELA_OK;
}

/* All of them near the front; the surest in all of it. */
static tutela_status search(tt_stream *stream, tt_overlay_part *part, int *found, tutela_error *error)
{
    TT_TRY(tt_search_part(stream, part, TT_SEARCH_ARCHIVES, TT_SEARCH_MAX, found, error));
    return *found ? TUTELA_OK
                  : tt_search_part(stream, part, SUREST, part->end - part->from, found, error);
}

tutela_status tt_behind_find(tt_stream *stream, tt_overlay_part *part, int *found,
                             tutela_error *error)
{
    int sound = 0;

    *found = 0;
    *part = (tt_overlay_part){.end = stream->size};
    TT_TRY(walk(stream, &part->from, &sound, error));
    if (part->from != TT_NOWHERE)
        return search(stream, part, found, error);
    if (!sound)
        return TUTELA_OK;
    part->from = 0;
    return tt_search_part(stream, part, SUREST, part->end, found, error);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};
    tt_overlay_part part = {.end = stream->size};
    int found;

    TT_TRY(search(stream, &part, &found, error));
    return found ? tt_overlay_open(out, &tt_format_behind, stream, &part, 1, fine, error) : TUTELA_OK;
}

const tt_format tt_format_behind
    = {"tail", TT_SEEKS, begin, tt_overlay_next, tt_overlay_read, tt_overlay_close};
