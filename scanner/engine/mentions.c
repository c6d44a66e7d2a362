/* mentions: see mentions.h. */
#include "engine/mentions.h"

int tt_mentions_wanted(const tt_run *run)
{
    return (run->open.flags & TUTELA_OPEN_MENTIONS) != 0;
}

tutela_status tt_item_mentions_begin(tt_item *item, const tt_run *run, tutela_error *error)
{
    item->seeks = tt_mentions_wanted(run) && !item->evidence;
    if (!item->seeks)
        return TUTELA_OK;
    TT_TRY(tt_seek_begin(&item->seek, error));
    item->sought = 1;
    return TUTELA_OK;
}

tutela_status tt_item_mentions_add(tt_item *item, tutela_error *error)
{
    const tt_reading *reading = &item->reading;

    if (!item->seeks)
        return TUTELA_OK;
    return tt_seek_add(item->seek, reading->offset - reading->filled, reading->buffer, reading->filled,
                       error);
}

static tutela_status report(const tt_item *item, tt_bench *bench, const tt_mention *mention,
                            tutela_error *error)
{
    tt_run *run = bench->run;
    tt_scratch *scratch = &bench->scratch;
    tutela_finding *finding = &scratch->verdict.finding;
    tt_digests digests;
    int known;

    TT_TRY(tt_verdict_mention(&scratch->verdict, run->engine, mention, &digests, &known, error));
    if (!known)
        return TUTELA_OK;
    TT_TRY(tt_item_report_name(scratch, &item->entry, error));
    finding->bytes = item->reading.offset;
    finding->modified = tt_item_modified(&item->reading.before);
    return tt_collector_add(&run->collector, finding, 0, error);
}

tutela_status tt_item_mentions_report(tt_item *item, tt_bench *bench, int *cut, tutela_error *error)
{
    const tt_mention_list *list = NULL;

    if (!item->sought)
        return TUTELA_OK;
    item->seeks = item->sought = 0;
    TT_TRY(tt_seek_end(item->seek, &list, error));
    for (size_t i = 0; i < list->count; i++)
        TT_TRY(report(item, bench, &list->item[i], error));
    *cut = list->cut;
    return TUTELA_OK;
}
