/* give: see give.h. */
#include "engine/give.h"

#include "base/mem.h"
#include "engine/openers.h"

/* Below this a file is digested before a worker process has looked at it. */
#define AHEAD_LEAST (UINT64_C(256) << 10)

int tt_give_is_due(const tt_item *item, const tt_run *run, tutela_item_status status)
{
    if (item->ahead)
        return 1;
    return item->holds && !(run->open.flags & TUTELA_OPEN_NOTHING)
           && (status == TUTELA_ITEM_CLEAR || status == TUTELA_ITEM_PARTIAL
               || status == TUTELA_ITEM_CHANGED || status == TUTELA_ITEM_SKIPPED);
}

/* The names that wait for what becomes of a container are opened each by itself: so are its members' chains. */
static tutela_status release_names(tt_item *item, tt_run *run, tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    tt_entry *waiting = NULL;
    size_t count = 0;

    if (!item->link)
        return TUTELA_OK;
    tt_links_forget(&run->links, item->link, &waiting, &count);
    item->link = NULL;
    tt_lock_take(&run->lock);
    for (size_t i = 0; i < count; i++) {
        tt_task task = {.entry = waiting[i]};

        if (status == TUTELA_OK)
            status = tt_run_rescue(run, &task, error);
        tt_entry_done(&task.entry);
    }
    if (count > 0)
        tt_run_changed(run);
    tt_lock_give(&run->lock);
    tt_free(waiting);
    return status;
}

/* An opening for the item, and the files that belong to it. *out stays NULL when the worker was given up. */
static tutela_status open_it(tt_opening **out, tt_item *item, tt_bench *bench, tutela_error *error)
{
    tt_siblings *siblings = NULL;
    tutela_status status;

    TT_TRY(tt_siblings_open(&siblings, item, bench, error));
    if (bench->given_up)
        return TUTELA_OK;
    status = tt_opening_new(out, item, 0, error);
    if (*out)
        (*out)->siblings = siblings;
    else
        tt_siblings_free(siblings);
    return status;
}

int tt_give_goes_undigested(const tt_item *item, const tt_run *run)
{
    uint64_t size = (uint64_t)item->reading.before.st_size;

    return (run->open.flags & TUTELA_OPEN_NO_IMAGE_DIGEST) && item->active && item->image && !item->ahead
           && !item->evidence && !item->retried && item->reading.unread_count == 0
           && item->reading.offset == item->reading.filled
           && !(run->limits.max_bytes && size > run->limits.max_bytes)
           && tt_give_is_due(item, run, TUTELA_ITEM_CLEAR);
}

tutela_status tt_give(tt_item *item, tt_bench *bench, tutela_item_status status, const char *reason,
                      const tt_digests *digests, tutela_error *error)
{
    tt_opening *opening = item->ahead;
    int ahead = opening != NULL;
    tutela_status made;

    TT_TRY(release_names(item, bench->run, error));
    if (!ahead)
        TT_TRY(open_it(&opening, item, bench, error));
    if (!opening)
        return TUTELA_OK;
    made = tt_opening_settle(opening, item, status, reason, digests, error);
    if (made != TUTELA_OK) {
        if (!ahead)
            tt_opening_free(opening);
        return made;
    }
    item->ahead = NULL;
    opening->undigested = !ahead && !digests && status == TUTELA_ITEM_CLEAR;
    tt_item_leave(item, bench);
    return ahead ? tt_openers_settled(bench->run, opening, error)
                 : tt_openers_give(bench->run, opening, 0, error);
}

/*
 * A scan that leaves the cache as it found it cannot tell what the other reader brought in. One larger than
 * the limit is not to be opened. Of an image that is several files the others are opened once it is read: they
 * hold descriptors until the opening ends, and no reader that others wait for is to wait for these.
 */
static int goes_ahead(const tt_item *item, const tt_run *run)
{
    uint64_t size = (uint64_t)item->reading.before.st_size;

    return !item->ahead && !item->series && !item->evidence && !item->retried && item->active
           && size >= AHEAD_LEAST && !run->limits.drop_cached
           && !(run->limits.max_bytes && size > run->limits.max_bytes)
           && tt_give_is_due(item, run, TUTELA_ITEM_CLEAR);
}

tutela_status tt_give_ahead(tt_item *item, tt_bench *bench, tutela_error *error)
{
    tt_opening *opening = NULL;
    tutela_status status;

    if (!goes_ahead(item, bench->run))
        return TUTELA_OK;
    TT_TRY(release_names(item, bench->run, error));
    TT_TRY(tt_opening_new(&opening, item, 1, error));
    if (!opening)
        return TUTELA_OK;
    status = tt_openers_give(bench->run, opening, 1, error);
    if (status == TUTELA_OK)
        item->ahead = opening;
    return status;
}

void tt_give_up(tt_item *item, tt_run *run)
{
    tt_siblings_give_back(run, item->parts_room);
    item->parts_room = 0;
    if (!item->ahead)
        return;
    tt_openers_forsake(run, item->ahead);
    item->ahead = NULL;
}
