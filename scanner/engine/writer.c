/* writer: counts findings and hands them to the caller, sorted or at once. */
#include "engine/writer.h"

#define SORT_MEMORY ((uint64_t)64 << 20)
#define SPOOL_FOLDER "/var/tmp"

tutela_status tt_writer_init(tt_writer *writer, const tutela_scan_options *options,
                             tt_control *control, tutela_error *error)
{
    const char *folder = options->spool_folder ? options->spool_folder : SPOOL_FOLDER;
    uint64_t memory = options->memory ? options->memory : SORT_MEMORY;

    *writer = (tt_writer){.options = options, .control = control};
    tt_lock_init(&writer->lock);
    if (options->flags & TUTELA_SCAN_UNSORTED)
        return TUTELA_OK;
    return tt_sort_new(&writer->sort, tt_finding_compare, (size_t)memory, folder, error);
}

void tt_writer_done(tt_writer *writer)
{
    if (!writer->options)
        return;
    tt_sort_free(writer->sort);
    tt_buf_done(&writer->record);
    tt_lock_done(&writer->lock);
    writer->options = NULL;
}

int tt_writer_wants(const tt_writer *writer, tutela_item_status status)
{
    return (writer->options->flags & TUTELA_SCAN_INVENTORY)
           || (status != TUTELA_ITEM_CLEAR && status != TUTELA_ITEM_KNOWN);
}

static tutela_status hand_over(tt_writer *writer, const tutela_finding *finding,
                               tutela_error *error)
{
    if (writer->refused)
        return tt_fail(error, TUTELA_RECORD, 0, "findings: the caller takes no more");
    if (writer->options->on_finding
        && writer->options->on_finding(writer->options->user, finding) != 0) {
        writer->refused = 1;
        return tt_fail(error, TUTELA_RECORD, 0, "findings: the caller could not record one");
    }
    return TUTELA_OK;
}

static void count(tt_writer *writer, const tutela_finding *finding, uint64_t bytes)
{
    tutela_summary one = {0};

    tt_summary_add(&writer->total, finding);
    tt_summary_add(&one, finding);
    /* The summary counts what was read; a second name of a file was not read again. */
    writer->total.bytes += bytes - one.bytes;
    atomic_fetch_add_explicit(&writer->control->items, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&writer->control->matches, one.matches, memory_order_relaxed);
    if (!tutela_item_status_complete(finding->status))
        atomic_fetch_add_explicit(&writer->control->incomplete, 1, memory_order_relaxed);
}

tutela_status tt_writer_add(tt_writer *writer, const tutela_finding *finding, uint64_t bytes,
                            tutela_error *error)
{
    tutela_status status = TUTELA_OK;

    tt_lock_take(&writer->lock);
    count(writer, finding, bytes);
    if (!tt_writer_wants(writer, (tutela_item_status)finding->status)) {
        /* Counted, and that is all. */
    } else if (!writer->sort) {
        status = hand_over(writer, finding, error);
    } else {
        status = tt_finding_pack(finding, &writer->record, error);
        if (status == TUTELA_OK)
            status = tt_sort_add(writer->sort, writer->record.data, writer->record.size, error);
    }
    tt_lock_give(&writer->lock);
    return status;
}

tutela_status tt_writer_deliver(tt_writer *writer, tutela_error *error)
{
    tt_unpacked unpacked = {0};
    const void *record = NULL;
    size_t size = 0;
    tutela_status status = TUTELA_OK;

    if (!writer->sort)
        return TUTELA_OK;
    TT_TRY(tt_sort_finish(writer->sort, error));
    while ((status = tt_sort_next(writer->sort, &record, &size, error)) == TUTELA_OK && record) {
        status = tt_finding_unpack(record, size, &unpacked, error);
        if (status == TUTELA_OK)
            status = hand_over(writer, &unpacked.finding, error);
        if (status != TUTELA_OK)
            break;
    }
    tt_unpacked_done(&unpacked);
    return status;
}
