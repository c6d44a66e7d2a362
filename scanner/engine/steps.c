/* steps: see steps.h. */
#include "engine/steps.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- How far it came ----------------------------------------------------------------------- */

/* What one share adds: the number of members before it, and what they came to. */
static void add_before(tutela_step *to, const tutela_step *before)
{
    to->members += before->members;
    if (before->before != TUTELA_ITEM_CLEAR)
        to->before = before->before;
}

tt_reach tt_reach_sum(const tt_reach *shares, size_t count)
{
    tt_reach sum = {.steps.count = 1};
    tutela_step before = {.before = TUTELA_ITEM_CLEAR};
    int limited = 0, over = 0;

    for (size_t i = 0; i < count; i++) {
        limited |= shares[i].limited;
        if (over)
            continue;
        sum = shares[i];
        if (sum.steps.count == 0)
            sum.steps = (tt_steps){.count = 1};
        add_before(&sum.steps.step[0], &before);
        before = sum.steps.step[0];
        over = sum.limited || sum.cut;
    }
    sum.limited = limited;
    return sum;
}

void tt_steps_members(const tt_steps *steps, uint64_t out[TUTELA_STEPS_MAX])
{
    for (size_t i = 0; i < TUTELA_STEPS_MAX; i++)
        out[i] = i < steps->count ? steps->step[i].members : 0;
}

/* ---- Where it is gone on ------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const tutela_from *const *left = a, *const *right = b;

    return strcmp((*left)->path, (*right)->path);
}

static int is_sound(const tutela_from *from)
{
    if (!from->path || from->step_count > TUTELA_STEPS_MAX || (from->step_count > 0 && !from->steps))
        return 0;
    for (size_t i = 0; i < from->step_count; i++)
        if (from->steps[i].before < 0 || from->steps[i].before >= TUTELA_ITEM_COUNT
            || from->steps[i].members >= INT64_MAX)
            return 0;
    return 1;
}

tutela_status tt_froms_init(tt_froms *out, const tutela_from *list, size_t count, tutela_error *error)
{
    if (count == 0)
        return TUTELA_OK;
    if (!list)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: from: must not be NULL");
    for (size_t i = 0; i < count; i++)
        if (!is_sound(&list[i]))
            return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: a place to go on from that cannot be");
    out->by_path = tt_alloc(count, sizeof *out->by_path);
    if (!out->by_path)
        return tt_no_memory(error);
    for (size_t i = 0; i < count; i++)
        out->by_path[i] = &list[i];
    qsort(out->by_path, count, sizeof *out->by_path, compare);
    out->count = count;
    for (size_t i = 1; i < count; i++)
        if (compare(&out->by_path[i - 1], &out->by_path[i]) == 0)
            return tt_fail(error, TUTELA_ARGUMENT, 0, "scan: two places to go on from in one target");
    return TUTELA_OK;
}

void tt_froms_done(tt_froms *froms)
{
    tt_free(froms->by_path);
    *froms = (tt_froms){0};
}

/* A place that passes nothing over is the start. */
static int is_start(const tutela_from *from)
{
    for (size_t i = 0; i < from->step_count; i++)
        if (from->steps[i].members > 0)
            return 0;
    return 1;
}

static int is_same(const tutela_from *from, const struct stat *stat)
{
    return from->bytes == (uint64_t)stat->st_size
           && from->modified == (int64_t)stat->st_mtim.tv_sec * TT_SECOND + stat->st_mtim.tv_nsec;
}

tt_going tt_froms_find(const tt_froms *froms, const char *path, const struct stat *stat, tt_steps *out)
{
    tutela_from key = {.path = path};
    const tutela_from *wanted = &key, *const *found = NULL;

    *out = (tt_steps){0};
    if (froms->count > 0)
        found = bsearch(&wanted, froms->by_path, froms->count, sizeof *froms->by_path, compare);
    if (!found)
        return TT_GOING_NOT;
    if (is_start(*found))
        return TT_GOING_ON;
    if (!is_same(*found, stat))
        return TT_GOING_ANEW;
    memcpy(out->step, (*found)->steps, (*found)->step_count * sizeof *out->step);
    out->count = (*found)->step_count;
    return TT_GOING_ON;
}

void tt_steps_say(tutela_finding *finding, tt_going going, const tutela_step *steps, size_t count)
{
    const char *why = "gone on with, from its start";

    if (going == TT_GOING_NOT)
        return;
    finding->flags |= TUTELA_FLAG_GONE_ON;
    if (going == TT_GOING_ANEW) {
        finding->flags |= TUTELA_FLAG_ANEW;
        why = "no longer what the earlier run has read: read from its start";
    } else if (count > 0) {
        finding->from = steps;
        finding->from_count = count;
        why = "gone on with: the earlier run has read what comes before";
    }
    if (finding->status == TUTELA_ITEM_CLEAR || finding->status == TUTELA_ITEM_KNOWN)
        finding->reason = why;
}
