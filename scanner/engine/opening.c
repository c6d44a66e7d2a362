/* opening: see opening.h. */
#include "engine/opening.h"

#include "base/io.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static tutela_status copy_ranges(tt_opening *to, const tt_reading *reading, tutela_error *error)
{
    size_t count = reading->unread_count;

    if (count == 0)
        return TUTELA_OK;
    to->unread = tt_alloc(count, sizeof *to->unread);
    if (!to->unread)
        return tt_no_memory(error);
    memcpy(to->unread, reading->unread, count * sizeof *to->unread);
    to->unread_count = count;
    return TUTELA_OK;
}

static uint64_t size_of(const tt_reading *reading)
{
    return reading->stated > reading->offset ? reading->stated : reading->offset;
}

/* A second holder of the item's file and of its name. */
static tutela_status hold(tt_opening *to, const tt_item *item, tutela_error *error)
{
    to->fd = tt_duplicate(item->reading.fd);
    return to->fd < 0 ? TUTELA_OK : tt_entry_copy(&to->entry, &item->entry, error);
}

tutela_status tt_opening_new(tt_opening **out, tt_item *item, int ahead, tutela_error *error)
{
    tt_reading *reading = &item->reading;
    tt_opening *opening = tt_alloc(1, sizeof *opening);
    tutela_status made = TUTELA_OK;

    if (!opening)
        return tt_no_memory(error);
    opening->divides = item->divides;
    opening->before = reading->before;
    opening->size = size_of(reading);
    if (ahead) {
        made = hold(opening, item, error);
    } else {
        opening->cached = reading->cached;
        opening->fd = tt_reading_release(reading);
        opening->entry = item->entry;
        item->entry = (tt_entry){0};
    }
    if (made == TUTELA_OK && opening->fd >= 0) {
        *out = opening;
        return TUTELA_OK;
    }
    tt_opening_free(opening);
    return made;
}

tutela_status tt_opening_settle(tt_opening *opening, tt_item *item, tutela_item_status status,
                                const char *reason, const tt_digests *digests, tutela_error *error)
{
    tt_reading *reading = &item->reading;

    TT_TRY(copy_ranges(opening, reading, error));
    opening->status = status;
    (void)snprintf(opening->reason, sizeof opening->reason, "%s", reason);
    if (digests)
        opening->digests = *digests;
    opening->read = reading->got;
    opening->bytes = size_of(reading);
    if (item->typed != TT_TYPED_NOT)
        memcpy(opening->mime, item->mime, sizeof opening->mime);
    opening->type = item->type;
    return TUTELA_OK;
}

/* Under the run's lock: its own bytes are read after all, by a worker. */
static tutela_status send_back(tt_run *run, tt_opening *opening, tutela_error *error)
{
    tt_task task = {.ahead = opening};
    tutela_status status = tt_entry_copy(&task.entry, &opening->entry, error);

    if (status == TUTELA_OK)
        status = tt_run_rescue(run, &task, error);
    if (status == TUTELA_OK)
        opening->left = 1;
    tt_entry_done(&task.entry);
    return status;
}

int tt_opening_sent_back(tt_run *run, tt_opening *opening)
{
    tt_reach reach = tt_reach_sum(opening->reach, opening->shares);
    uint64_t unread = opening->size - opening->read;
    tutela_status status = TUTELA_OK;
    tutela_error error = {0};
    int back = !reach.disk && !tt_run_stopped(run);

    tt_lock_take(&run->lock);
    opening->undigested = 0;
    run->openers.undigested--;
    if (back)
        status = send_back(run, opening, &error);
    tt_run_changed(run);
    tt_lock_give(&run->lock);
    if (!back) /* whoever asks how far it is counts its bytes */
        atomic_fetch_add_explicit(&run->control->bytes, unread, memory_order_relaxed);
    if (status != TUTELA_OK)
        tt_run_fail(run, status, &error);
    return back && status == TUTELA_OK;
}

void tt_opening_free(tt_opening *opening)
{
    if (!opening)
        return;
    if (opening->fd >= 0 && opening->cached.drop) {
        tt_cached_rewind(&opening->cached);
        tt_cached_drop(&opening->cached, opening->fd, UINT64_MAX);
    }
    if (opening->fd >= 0)
        (void)tt_close(opening->fd);
    tt_siblings_free(opening->siblings);
    tt_entry_done(&opening->entry);
    tt_free(opening->unread);
    tt_free(opening);
}
