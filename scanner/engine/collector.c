/* collector: counts findings and hands them to the caller, sorted or at once. */
#include "engine/collector.h"

#define SORT_MEMORY ((uint64_t)64 << 20)
#define SPOOL_FOLDER "/var/tmp"

tutela_status tt_collector_init(tt_collector *collector, const tutela_scan_options *options,
                             tt_control *control, tutela_error *error)
{
    const char *folder = options->spool_folder ? options->spool_folder : SPOOL_FOLDER;
    uint64_t memory = options->memory ? options->memory : SORT_MEMORY;

    *collector = (tt_collector){.options = options, .control = control};
    tt_lock_init(&collector->lock);
    tt_buf_init(&collector->record, TT_FINDING_MAX);
    if (options->flags & TUTELA_SCAN_UNSORTED)
        return TUTELA_OK;
    return tt_sort_new(&collector->sort, tt_finding_compare, (size_t)memory, folder, error);
}

void tt_collector_done(tt_collector *collector)
{
    if (!collector->options)
        return;
    tt_sort_free(collector->sort);
    tt_buf_done(&collector->record);
    tt_unpacked_done(&collector->unpacked);
    tt_lock_done(&collector->lock);
    collector->options = NULL;
}

int tt_collector_wants(const tt_collector *collector, const tutela_finding *finding)
{
    return (collector->options->flags & TUTELA_SCAN_INVENTORY)
           || (finding->flags & TUTELA_FLAG_GONE_ON) || finding->coverage
           || (finding->status != TUTELA_ITEM_CLEAR && finding->status != TUTELA_ITEM_KNOWN);
}

static tutela_status hand_over(tt_collector *collector, const tutela_finding *finding,
                               tutela_error *error)
{
    if (collector->refused)
        return tt_fail(error, TUTELA_RECORD, 0, "findings: the caller takes no more");
    if (collector->options->on_finding
        && collector->options->on_finding(collector->options->user, finding) != 0) {
        collector->refused = 1;
        return tt_fail(error, TUTELA_RECORD, 0, "findings: the caller could not record one");
    }
    return TUTELA_OK;
}

static void count(tt_collector *collector, const tutela_finding *finding, uint64_t bytes)
{
    tutela_summary one = {0};

    tt_summary_add(&collector->total, finding);
    tt_summary_add(&one, finding);
    /* The summary counts what was read; a second name of a file was not read again. */
    collector->total.bytes += bytes - one.bytes;
    if (finding->status == TUTELA_ITEM_MENTION)
        return;
    atomic_fetch_add_explicit(&collector->control->items, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&collector->control->matches, one.matches, memory_order_relaxed);
    if (!tutela_item_status_complete(finding->status))
        atomic_fetch_add_explicit(&collector->control->incomplete, 1, memory_order_relaxed);
}

static tutela_status keep(tt_collector *collector, const tutela_finding *finding,
                          tutela_error *error)
{
    TT_TRY(tt_unpacked_reserve(&collector->unpacked, finding, error));
    TT_TRY(tt_finding_pack(finding, &collector->record, error));
    return tt_sort_add(collector->sort, collector->record.data, collector->record.size, error);
}

/* Keep it for sorting; or, once that failed, hand it over: it must not be lost. */
static tutela_status keep_or_give(tt_collector *collector, const tutela_finding *finding,
                                  tutela_error *error)
{
    tutela_status status;

    if (collector->unsorting)
        return hand_over(collector, finding, error);
    status = keep(collector, finding, error);
    if (status == TUTELA_OK)
        return TUTELA_OK;
    collector->unsorting = 1;
    if (hand_over(collector, finding, NULL) != TUTELA_OK)
        return tt_fail(error, TUTELA_RECORD, 0, "findings: the caller could not record one");
    return status;
}

tutela_status tt_collector_add(tt_collector *collector, const tutela_finding *finding, uint64_t bytes,
                            tutela_error *error)
{
    tutela_status status = TUTELA_OK;

    tt_lock_take(&collector->lock);
    count(collector, finding, bytes);
    if (tt_collector_wants(collector, finding))
        status = collector->sort ? keep_or_give(collector, finding, error)
                                 : hand_over(collector, finding, error);
    tt_lock_give(&collector->lock);
    return status;
}

tutela_status tt_collector_deliver(tt_collector *collector, tutela_error *error)
{
    tt_unpacked *unpacked = &collector->unpacked;
    const void *record = NULL;
    size_t size = 0;
    tutela_status finished, status = TUTELA_OK;

    if (!collector->sort || collector->refused)
        return TUTELA_OK;
    finished = tt_sort_finish(collector->sort, error);
    if (finished != TUTELA_OK || collector->unsorting)
        tt_sort_rescue(collector->sort);
    while ((status = tt_sort_next(collector->sort, &record, &size, error)) == TUTELA_OK && record) {
        status = tt_finding_unpack(record, size, unpacked, error);
        if (status == TUTELA_OK)
            status = hand_over(collector, &unpacked->finding, error);
        if (status != TUTELA_OK)
            break;
    }
    return finished != TUTELA_OK ? finished : status;
}
