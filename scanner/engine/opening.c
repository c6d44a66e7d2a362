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

tutela_status tt_opening_new(tt_opening **out, tt_item *item, tutela_item_status status,
                             const char *reason, const tt_digests *digests, tutela_error *error)
{
    tt_reading *reading = &item->reading;
    tt_opening *opening = tt_alloc(1, sizeof *opening);
    tutela_status made;

    if (!opening)
        return tt_no_memory(error);
    opening->fd = -1;
    opening->divides = item->divides;
    made = copy_ranges(opening, reading, error);
    if (made != TUTELA_OK) {
        tt_opening_free(opening);
        return made;
    }
    opening->status = status;
    (void)snprintf(opening->reason, sizeof opening->reason, "%s", reason);
    if (digests)
        opening->digests = *digests;
    opening->read = reading->got;
    opening->size = reading->stated > reading->offset ? reading->stated : reading->offset;
    opening->before = reading->before;
    if (item->typed != TT_TYPED_NOT)
        memcpy(opening->mime, item->mime, sizeof opening->mime);
    opening->type = item->type;
    opening->cached = reading->cached;
    opening->fd = tt_reading_release(reading);
    opening->entry = item->entry;
    item->entry = (tt_entry){0};
    *out = opening;
    return TUTELA_OK;
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
    tt_entry_done(&opening->entry);
    tt_free(opening->unread);
    tt_free(opening);
}
