/*
 * watch: see watch.h.
 */
#include "unpack/watch.h"

#include "base/mem.h"
#include "unpack/search.h"
#include "unpack/tails.h"

#include <string.h>

#define SIGN_SIZE 4u

/*
 * The first sign of a member. By its last byte, which is rare in most bytes: that is ten times as fast as
 * memmem, which is asked where it is not. NULL: there is none.
 */
static const uint8_t *find_sign(const uint8_t *data, size_t size)
{
    const uint8_t *at = data, *end = data + size;

    for (size_t idle = size / 128 + 16; idle > 0 && (size_t)(end - at) >= SIGN_SIZE; idle--) {
        const uint8_t *last = memchr(at + 3, 4, (size_t)(end - at) - 3);
        if (!last)
            return NULL;
        if (memcmp(last - 3, "PK\3\4", SIGN_SIZE) == 0)
            return last - 3;
        at = last - 2;
    }
    return memmem(at, (size_t)(end - at), "PK\3\4", SIGN_SIZE);
}

/* Bytes that may still be needed: the last ones of all. */
static void keep_last(tt_watch *w, const uint8_t *data, size_t size)
{
    size_t kept = w->last_size;

    if (size >= TT_TAIL_SIZE) {
        data += size - TT_TAIL_SIZE;
        size = TT_TAIL_SIZE;
        kept = 0;
    } else if (kept + size > TT_TAIL_SIZE) {
        kept = TT_TAIL_SIZE - size;
        memmove(w->last, w->last + w->last_size - kept, kept);
    }
    memcpy(w->last + kept, data, size);
    w->last_size = kept + size;
}

/* There is no room for more: what was held is let go, but for its end. */
static tutela_status overflow(tt_watch *w, tutela_error *error)
{
    tt_stream *held = tt_held_stream(w->held);
    uint64_t from = held->size > TT_TAIL_SIZE ? held->size - TT_TAIL_SIZE : 0;
    tt_overlay_part part = {.from = tt_watch_behind(w), .end = held->size};
    tt_trouble trouble;

    if (part.from < part.end)
        TT_TRY(tt_search_part(held, &part, TT_SEARCH_ARCHIVES, TT_SEARCH_MAX, &w->archive, error));
    w->last = tt_alloc_raw(TT_TAIL_SIZE, 1);
    if (!w->last)
        return tt_no_memory(error);
    TT_TRY(tt_stream_read_at(held, from, w->last, TT_TAIL_SIZE, &w->last_size, &trouble, error));
    tt_held_free(w->held);
    w->held = NULL;
    return TUTELA_OK;
}

static tutela_status hold(tt_watch *w, const uint8_t *data, size_t size, tutela_error *error)
{
    int full = 0;

    if (!w->last) {
        if (!w->held)
            TT_TRY(tt_held_new(&w->held, w->room, error));
        tt_held_add(w->held, data, size, &full);
        if (full)
            TT_TRY(overflow(w, error));
    }
    if (w->last)
        keep_last(w, data, size);
    return TUTELA_OK;
}

/* Hold from there on: a few bytes that came before these, and these, or some of them. */
static tutela_status hold_from(tt_watch *w, const uint8_t *before, size_t before_size,
                               const uint8_t *data, size_t size, tutela_error *error)
{
    w->from = w->seen - size - before_size;
    if (before_size > 0)
        TT_TRY(hold(w, before, before_size, error));
    return hold(w, data, size, error);
}

/* What is behind a picture begins in the `size` bytes that came last, or, if it is short, before them. */
static tutela_status hold_behind(tt_watch *w, const uint8_t *data, size_t size, tutela_error *error)
{
    uint64_t start = w->seen - size;
    const uint8_t *front;
    size_t front_size = tt_picture_walk_front(&w->walk, &front), early;

    if (w->walk.behind >= start) {
        early = (size_t)(w->walk.behind - start);
        return hold_from(w, NULL, 0, data + early, size - early, error);
    }
    /* All of it that came before is in what the walk has collected. */
    early = (size_t)(start - w->walk.behind);
    return hold_from(w, front, early < front_size ? early : front_size, data, size, error);
}

/* Look for a sign in the last bytes before and these; hold from it on. */
static tutela_status look(tt_watch *w, const uint8_t *data, size_t size, tutela_error *error)
{
    uint8_t joint[6];
    size_t before = w->before_size, after = size < 3 ? size : 3;
    const uint8_t *sign;

    memcpy(joint, w->before, before);
    memcpy(joint + before, data, after);
    sign = find_sign(joint, before + after);
    if (sign)
        return hold_from(w, sign, before - (size_t)(sign - joint), data, size, error);
    sign = find_sign(data, size);
    if (sign && w->seen - size + (uint64_t)(sign - data) < w->walk.behind)
        return hold_from(w, NULL, 0, sign, size - (size_t)(sign - data), error);
    if (w->walk.behind != TT_NOWHERE)
        return hold_behind(w, data, size, error);
    /* The last three of both. */
    w->before_size = before + after < 3 ? before + after : 3;
    if (size >= 3)
        memcpy(w->before, data + size - 3, 3);
    else
        memcpy(w->before, joint + before + after - w->before_size, w->before_size);
    return TUTELA_OK;
}

tutela_status tt_watch_add(tt_watch *watch, const void *data, size_t size, tutela_error *error)
{
    if (!watch->room || size == 0)
        return TUTELA_OK;
    if (watch->seen == 0)
        tt_picture_walk_begin(&watch->walk);
    watch->seen += size;
    tt_picture_walk_add(&watch->walk, data, size);
    if (!watch->held && !watch->last)
        return look(watch, data, size, error);
    return hold(watch, data, size, error);
}

void tt_watch_end(const tt_watch *watch, tt_stream **out, int *full, uint64_t *position)
{
    *out = watch->held ? tt_held_stream(watch->held) : NULL;
    *full = watch->last
            && (watch->archive || tt_tail_opens(watch->last, watch->last_size, watch->seen));
    *position = watch->seen;
}

uint64_t tt_watch_behind(const tt_watch *watch)
{
    uint64_t behind = watch->walk.behind;

    if (behind == TT_NOWHERE || behind >= watch->from)
        return behind == TT_NOWHERE ? behind : behind - watch->from;
    return watch->walk.lost ? 0 : TT_NOWHERE;
}

void tt_watch_done(tt_watch *watch)
{
    tt_held_free(watch->held);
    tt_free(watch->last);
    *watch = (tt_watch){0};
}
