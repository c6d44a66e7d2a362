/* view: see view.h. */
#include "carve/view.h"

#include <string.h>

/* What a look costs besides its bytes, in bytes: about the time of it. */
#define LOOK_COST 16u

static int pay(tt_view *view, uint64_t bytes)
{
    if (view->spent || view->left < bytes) {
        view->spent = 1;
        return 0;
    }
    view->left -= bytes;
    return 1;
}

/* Bytes of `from` to `from + size` from `at` on. */
static size_t within(uint64_t from, uint64_t size, uint64_t at)
{
    return at >= from && at - from < size ? (size_t)(size - (at - from)) : 0;
}

static int fill(tt_view *view, uint64_t at, size_t need)
{
    int goes_on = at >= view->page_from && at - view->page_from <= view->page_size;
    size_t size = goes_on || need > TT_VIEW_LEAP ? TT_VIEW_PAGE : TT_VIEW_LEAP;
    tt_trouble trouble; /* the search meets the same bytes, and tells */

    view->page_size = 0;
    if (!pay(view, size))
        return 0;
    view->status = tt_stream_read_at(view->space, at, view->page, size, &view->page_size, &trouble,
                                     view->error);
    if (view->status != TUTELA_OK)
        view->page_size = 0;
    view->page_from = at;
    return view->page_size >= need;
}

/* What is there of `need` bytes in one piece: the most that costs no reading. */
static const uint8_t *look(tt_view *view, uint64_t at, size_t need, size_t *there)
{
    size_t here = within(view->window_from, view->window_size, at);

    if (here >= need) {
        *there = here;
        return view->window + (at - view->window_from);
    }
    here = within(view->page_from, view->page_size, at);
    if (here < need) {
        if (!fill(view, at, need))
            return NULL;
        here = view->page_size;
    }
    *there = here;
    return view->page + (at - view->page_from);
}

const uint8_t *tt_view_at(tt_view *view, uint64_t at, size_t need)
{
    size_t there;

    if (need > TT_VIEW_NEED || at >= view->end || view->end - at < need
        || view->status != TUTELA_OK || !pay(view, need + LOOK_COST))
        return NULL;
    return look(view, at, need, &there);
}

/* As many as there are, at least one: *there. NULL at the end. */
static const uint8_t *some(tt_view *view, uint64_t at, size_t *there)
{
    const uint8_t *data;

    if (at >= view->end || view->status != TUTELA_OK || !pay(view, LOOK_COST))
        return NULL;
    data = look(view, at, 1, there);
    if (data && *there > view->end - at)
        *there = (size_t)(view->end - at);
    return data && pay(view, *there) ? data : NULL;
}

uint64_t tt_view_find(tt_view *view, uint64_t at, uint64_t to, uint8_t byte)
{
    while (at < to) {
        size_t there;
        const uint8_t *data = some(view, at, &there), *met;

        if (!data)
            break;
        if (there > to - at)
            there = (size_t)(to - at);
        met = memchr(data, byte, there);
        if (met) {
            view->left += there - (size_t)(met - data); /* was not looked at */
            return at + (uint64_t)(met - data);
        }
        at += there;
    }
    return TT_VIEW_NOWHERE;
}
