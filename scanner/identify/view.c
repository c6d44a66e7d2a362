/*
 * view: the stretches of a head where keys may stand, side by side.
 */
#include "identify/signature.h"

#include "base/mem.h"
#include "identify/identify.h"

#include <string.h>

/* Wanted bytes closer than this share a window: a copy costs as much as scanning so many. */
#define MERGE_GAP 16u
/* Bytes at the end of the view that no window has. */
#define COPY_SIZE 8u

/* The first wanted byte at or after `at`, or TT_IDENTIFY_HEAD. */
static uint32_t next_wanted(const uint8_t *wanted, uint32_t at)
{
    while (at < TT_IDENTIFY_HEAD && !wanted[at])
        at++;
    return at;
}

/* Bytes that begin no row, so that a frame is seldom found where none is. */
static const uint8_t frame[TT_VIEW_FRAME] = {0xa9, 0xf5};

static int add_window(tt_view *view, uint32_t from, uint32_t size)
{
    const uint32_t room = TT_VIEW_SIZE - TT_VIEW_FRAME - COPY_SIZE;

    if (view->count == TT_VIEW_WINDOWS || size > room || view->size > room - size)
        return -1;
    view->windows[view->count++] = (tt_window){from, view->size + TT_VIEW_FRAME, size};
    view->size += TT_VIEW_FRAME + size;
    return 0;
}

static int plan_windows(tt_view *view, const uint8_t *wanted)
{
    uint32_t at = next_wanted(wanted, 0);

    while (at < TT_IDENTIFY_HEAD) {
        uint32_t end = at, next = at;
        while (next < TT_IDENTIFY_HEAD && next - end < MERGE_GAP) {
            end = next + 1;
            next = next_wanted(wanted, end);
        }
        if (add_window(view, at, end - at) != 0)
            return -1;
        at = next;
    }
    return 0;
}

/* The window a key is sought in; a short one must be at its start. NULL: none yet. */
static const tt_window *find_window(const tt_view *view, const tt_key *key)
{
    for (size_t i = 0; i < view->count; i++) {
        const tt_window *window = &view->windows[i];
        if (key->offset >= window->from && window->size >= key->size
            && key->offset - window->from <= window->size - key->size
            && (key->size > TT_KEY_SHORT || key->offset == window->from))
            return window;
    }
    return NULL;
}

tutela_status tt_view_plan(tt_view *out, const tt_key *keys, size_t count, tutela_error *error)
{
    tt_view view = {0};
    TT_AUTO_FREE uint8_t *wanted = tt_alloc(TT_IDENTIFY_HEAD, 1);
    int failed = 0;

    if (!wanted)
        return tt_no_memory(error);
    for (size_t i = 0; i < count && !failed; i++) {
        failed = keys[i].offset > TT_IDENTIFY_HEAD - TT_KEY_MAX;
        if (!failed && keys[i].size > TT_KEY_SHORT)
            memset(wanted + keys[i].offset, 1, keys[i].size);
    }
    failed = failed || plan_windows(&view, wanted) != 0;
    for (size_t i = 0; i < count && !failed; i++)
        if (!find_window(&view, &keys[i]))
            failed = add_window(&view, keys[i].offset, keys[i].size) != 0;
    if (failed)
        return tt_fail(error, TUTELA_UNAVAILABLE, 0, "signatures: they ask for too many bytes");
    *out = view;
    return TUTELA_OK;
}

uint32_t tt_view_mark(const tt_view *view, const tt_key *key,
                      uint8_t bytes[TT_VIEW_FRAME + TT_KEY_MAX], uint64_t *end)
{
    const tt_window *window = find_window(view, key);
    uint32_t before = key->size > TT_KEY_SHORT ? 0 : TT_VIEW_FRAME;

    if (!window)
        return 0;
    memcpy(bytes, frame, before);
    memcpy(bytes + before, key->bytes, key->size);
    *end = window->at + (key->offset - window->from) + key->size;
    return before + key->size;
}

/*
 * Nearly every window is a few bytes, and a copy of a size known beforehand is one instruction.
 * What it writes past the window is written again by the next one, or is the view's spare end.
 */
static void copy_window(uint8_t *at, const uint8_t *from, size_t size, size_t left)
{
    if (size <= COPY_SIZE && left >= COPY_SIZE)
        memcpy(at, from, COPY_SIZE);
    else
        memcpy(at, from, size);
}

void tt_view_fill(const tt_view *view, const uint8_t *head, size_t size, uint8_t out[TT_VIEW_SIZE])
{
    for (size_t i = 0; i < view->count; i++) {
        const tt_window *window = &view->windows[i];
        size_t left = size > window->from ? size - window->from : 0;
        uint8_t *at = out + window->at;

        memcpy(at - TT_VIEW_FRAME, frame, TT_VIEW_FRAME);
        if (left >= window->size) {
            copy_window(at, head + window->from, window->size, left);
            continue;
        }
        memset(at, 0, window->size);
        if (left > 0)
            memcpy(at, head + window->from, left);
    }
}
