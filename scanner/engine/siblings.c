/* siblings: see siblings.h. */
#include "engine/siblings.h"

#include "base/io.h"
#include "base/mem.h"
#include "source/series.h"
#include "worker/broker.h"

#include <errno.h>

/*
 * Of the process's descriptors so large a part is for these: the others are for items in work, folders and
 * the caller. A worker process has room for more than names can be counted to.
 */
#define ROOM_SHARE 2u
_Static_assert(TT_SERIES_MAX <= TT_PARTS_MAX, "a worker takes a whole series");

static const tt_trouble unopened = {TUTELA_ITEM_PARTIAL, "a part of it could not be opened"};
static const tt_trouble too_many = {TUTELA_ITEM_PARTIAL, "it has more parts than may be open at once"};
static const tt_trouble changed = {TUTELA_ITEM_CHANGED, "changed while it was opened"};

/* ---- Room ---------------------------------------------------------------------------------- */

void tt_siblings_bound(tt_run *run)
{
    size_t most = tt_descriptors_max() / ROOM_SHARE;

    /* The last name is never opened, so that one too many is noticed. */
    run->openers.parts_room = most < TT_SERIES_MAX - 2 ? most : TT_SERIES_MAX - 2;
}

void tt_siblings_give_back_locked(tt_run *run, size_t room)
{
    run->openers.parts -= room;
    tt_signal_all(&run->openers.taken);
}

void tt_siblings_give_back(tt_run *run, size_t room)
{
    if (room == 0)
        return;
    tt_lock_take(&run->lock);
    tt_siblings_give_back_locked(run, room);
    tt_lock_give(&run->lock);
}

/*
 * Room for `count`, once there is. All there is goes to one image if it needs that, so that what is opened of
 * it does not depend on what else there is to do. Till the opening has it, it is the item's.
 */
static void take_room(tt_run *run, tt_item *item, size_t count)
{
    tt_openers *openers = &run->openers;

    tt_lock_take(&run->lock);
    while (openers->parts > 0 && openers->parts + count > openers->parts_room && !tt_run_stopped(run))
        tt_signal_wait(&openers->taken, &run->lock);
    openers->parts += count;
    item->parts_room = count;
    tt_lock_give(&run->lock);
}

/* ---- Finding and opening them -------------------------------------------------------------- */

/* Files behind the first that are there, one after another. `name` has room for each of their names. */
static tutela_status count_them(tt_item *item, tt_bench *bench, char *name, size_t *count,
                                tutela_error *error)
{
    int found = 1;

    *count = 0;
    while (tt_series_name(item->entry.name, item->entry.name_size, *count + 1, name) > 0) {
        tutela_status status;

        tt_watch_begin(bench->watch, item->number);
        status = tt_entry_is_beside(&item->entry, name, &found, error);
        if (tt_watch_end(bench->watch) != 0)
            bench->given_up = 1;
        if (status != TUTELA_OK || !found || bench->given_up)
            return status;
        ++*count;
    }
    return TUTELA_OK;
}

static int can_be_summed(const tt_siblings *s, const tt_item *item, const struct stat *stat)
{
    uint64_t sum = (uint64_t)item->reading.before.st_size + (uint64_t)stat->st_size;

    for (size_t i = 0; i < s->count; i++)
        sum += s->sizes[i];
    return sum <= INT64_MAX;
}

/* The next of them; or s->trouble is set. */
static tutela_status open_next(tt_siblings *s, tt_item *item, tt_bench *bench, const char *name,
                               tutela_error *error)
{
    tt_entry beside = {0};
    struct stat stat;
    int fd = -1;
    tutela_status status;

    tt_watch_begin(bench->watch, item->number);
    status = tt_entry_open_beside(bench->run->walk, &item->entry, name, &fd, &stat, &beside, error);
    if (tt_watch_end(bench->watch) != 0)
        bench->given_up = 1;
    if (status != TUTELA_OK)
        return status;
    if (fd < 0 || !can_be_summed(s, item, &stat)) {
        s->trouble = unopened;
        if (fd >= 0)
            (void)tt_close(fd);
        return TUTELA_OK;
    }
    s->fds[s->count] = fd;
    s->sizes[s->count] = (uint64_t)stat.st_size;
    s->before[s->count] = stat;
    s->count++;
    return TUTELA_OK;
}

static tutela_status open_them(tt_siblings *s, tt_item *item, tt_bench *bench, char *name,
                               tutela_error *error)
{
    s->fds = tt_alloc(s->room, sizeof *s->fds);
    s->sizes = tt_alloc(s->room, sizeof *s->sizes);
    s->before = tt_alloc(s->room, sizeof *s->before);
    if (!s->fds || !s->sizes || !s->before)
        return tt_no_memory(error);
    for (size_t i = 1; i <= s->room; i++) {
        (void)tt_series_name(item->entry.name, item->entry.name_size, i, name);
        TT_TRY(open_next(s, item, bench, name, error));
        if (bench->given_up || s->trouble.status == unopened.status)
            break;
    }
    return TUTELA_OK;
}

/* `count` of them are there. */
static tutela_status make(tt_siblings **out, tt_item *item, tt_bench *bench, char *name, size_t count,
                          tutela_error *error)
{
    size_t most = bench->run->openers.parts_room;
    tt_siblings *s = tt_alloc(1, sizeof *s);
    tutela_status status;

    if (!s)
        return tt_no_memory(error);
    s->room = count < most ? count : most;
    s->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    take_room(bench->run, item, s->room);
    status = open_them(s, item, bench, name, error);
    if (status == TUTELA_OK && s->trouble.status == TUTELA_ITEM_CLEAR && count > most)
        s->trouble = too_many;
    if (status != TUTELA_OK || bench->given_up) {
        tt_siblings_free(s);
        return status;
    }
    item->parts_room = 0;
    *out = s;
    return TUTELA_OK;
}

tutela_status tt_siblings_open(tt_siblings **out, tt_item *item, tt_bench *bench, tutela_error *error)
{
    TT_AUTO_FREE char *name = NULL;
    size_t count = 0;

    if (!item->series)
        return TUTELA_OK;
    name = tt_alloc_raw(item->entry.name_size + TT_SERIES_GROWS + 1, 1);
    if (!name)
        return tt_no_memory(error);
    TT_TRY(count_them(item, bench, name, &count, error));
    return count > 0 && !bench->given_up ? make(out, item, bench, name, count, error) : TUTELA_OK;
}

void tt_siblings_free(tt_siblings *siblings)
{
    if (!siblings)
        return;
    for (size_t i = 0; i < siblings->count; i++)
        (void)tt_close(siblings->fds[i]);
    tt_free(siblings->fds);
    tt_free(siblings->sizes);
    tt_free(siblings->before);
    tt_free(siblings);
}

tt_trouble tt_siblings_trouble(const tt_siblings *siblings, tt_trouble inside)
{
    struct stat now;

    if (!siblings)
        return inside;
    if (siblings->trouble.status != TUTELA_ITEM_CLEAR)
        return siblings->trouble;
    for (size_t i = 0; inside.status == TUTELA_ITEM_CLEAR && i < siblings->count; i++)
        if (tt_fstat(siblings->fds[i], &now) == 0 && tt_reading_differs(&siblings->before[i], &now))
            return changed;
    return inside;
}
