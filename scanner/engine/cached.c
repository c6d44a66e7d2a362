/* cached: what of a file was in the page cache, and dropping the rest. */
#include "engine/cached.h"

#include "base/cache_io.h"

/* Questions asked of one file. Each answers at once; a file that needs more is in shreds, and what
   they did not reach stays. */
#define QUESTIONS_MAX 2048u
/* Halvings of a file of 2^63 bytes. */
#define LEVELS_MAX 64u

/* Some pages of the file. */
typedef struct stretch {
    uint64_t first;
    uint64_t count;
} stretch;

void tt_cached_note(tt_cached *cached, uint64_t offset, uint64_t length)
{
    tutela_range *last = cached->count ? &cached->was[cached->count - 1] : NULL;

    if (length == 0 || (last && last->length > UINT64_MAX - last->offset - 1))
        return;
    if (last && last->offset + last->length >= offset)
        last->length = offset + length - last->offset;
    else if (last && cached->count == TT_CACHED_MAX)
        last->length = UINT64_MAX - last->offset;
    else
        cached->was[cached->count++] = (tutela_range){.offset = offset, .length = length};
}

/*
 * Find what is there by halving, first halves first. -1 when the system does not say.
 */
static int look(tt_cached *cached, int fd, uint64_t pages)
{
    const uint64_t page = tt_page_size();
    stretch waiting[LEVELS_MAX + 1] = {{.first = 0, .count = pages}};
    size_t count = 1;

    for (unsigned asked = 0; count > 0; asked++) {
        stretch at = waiting[--count];
        int64_t there = asked < QUESTIONS_MAX
                            ? tt_cached_pages(fd, at.first * page, at.count * page)
                            : (int64_t)at.count;

        if (there < 0)
            return -1;
        if ((uint64_t)there >= at.count) {
            tt_cached_note(cached, at.first * page,
                           at.first + at.count == pages ? UINT64_MAX - at.first * page
                                                        : at.count * page);
        } else if (there > 0) {
            uint64_t half = at.count / 2;

            waiting[count++] = (stretch){.first = at.first + half, .count = at.count - half};
            waiting[count++] = (stretch){.first = at.first, .count = half};
        }
    }
    return 0;
}

void tt_cached_begin(tt_cached *cached, int fd, uint64_t size)
{
    const uint64_t page = tt_page_size();

    cached->behind = 0;
    cached->count = 0;
    if (size == 0 || (size <= INT64_MAX - page && look(cached, fd, (size + page - 1) / page) == 0))
        return;
    cached->count = 0;
    tt_cached_note(cached, 0, UINT64_MAX);
}

void tt_cached_rewind(tt_cached *cached)
{
    cached->behind = 0;
}

static void drop(int fd, uint64_t from, uint64_t to)
{
    /* A page that does not go is no loss. */
    if (from < to)
        (void)tt_drop_cached(fd, from, to == UINT64_MAX ? 0 : to - from);
}

void tt_cached_drop(tt_cached *cached, int fd, uint64_t to)
{
    uint64_t at = cached->behind;

    for (size_t i = 0; i < cached->count; i++) {
        const tutela_range *was = &cached->was[i];

        if (was->offset + was->length <= at)
            continue;
        if (was->offset >= to)
            break;
        drop(fd, at, was->offset);
        at = was->offset + was->length;
    }
    drop(fd, at, to);
    cached->behind = at > to ? at : to;
}
