/* report: a finished item goes to the collector, under each of its names. */
#include "engine/run.h"

#include "base/mem.h"

/* Longest path: depth has no limit of its own, memory has. */
#define PATH_BYTES_MAX ((size_t)1 << 28)

void tt_scratch_init(tt_scratch *scratch)
{
    *scratch = (tt_scratch){0};
    tt_buf_init(&scratch->path, PATH_BYTES_MAX);
    tt_buf_init(&scratch->record, TT_FINDING_MAX);
}

void tt_scratch_done(tt_scratch *scratch)
{
    tt_verdict_done(&scratch->verdict);
    tt_buf_done(&scratch->path);
    tt_buf_done(&scratch->record);
    tt_unpacked_done(&scratch->unpacked);
}

static tutela_status set_path(tt_scratch *scratch, const tt_entry *entry, tutela_error *error)
{
    tt_buf_clear(&scratch->path);
    tt_entry_path(entry, &scratch->path);
    /* An empty path still needs its NUL. */
    tt_buf_add(&scratch->path, "", 0);
    return tt_buf_failed(&scratch->path) ? tt_no_memory(error) : TUTELA_OK;
}

tt_going tt_run_going(const tt_run *run, const tt_entry *entry, const struct stat *stat, tt_steps *out)
{
    *out = (tt_steps){0};
    return entry->folder ? TT_GOING_NOT : tt_froms_find(&run->froms, entry->name, stat, out);
}

void tt_run_say_going(const tt_run *run, const tt_entry *entry, const struct stat *stat,
                      tutela_finding *finding)
{
    tt_steps none;

    tt_steps_say(finding, tt_run_going(run, entry, stat, &none), NULL, 0);
}

int64_t tt_item_modified(const struct stat *stat)
{
    return (int64_t)stat->st_mtim.tv_sec * TT_SECOND + stat->st_mtim.tv_nsec;
}

tutela_status tt_item_report_name(tt_scratch *scratch, const tt_entry *entry, tutela_error *error)
{
    TT_TRY(set_path(scratch, entry, error));
    scratch->verdict.chain
        = (tutela_name){.data = scratch->path.data, .size = scratch->path.size};
    return TUTELA_OK;
}

tutela_status tt_item_report_again(tt_run *run, tt_scratch *scratch, const tt_entry *entry,
                                   tutela_error *error)
{
    tutela_finding *finding = &scratch->unpacked.finding;
    tutela_name name;

    TT_TRY(set_path(scratch, entry, error));
    TT_TRY(tt_finding_unpack(scratch->record.data, scratch->record.size, &scratch->unpacked,
                             error));
    name = (tutela_name){.data = scratch->path.data, .size = scratch->path.size};
    finding->chain = &name;
    finding->chain_count = 1;
    /* The extension belongs to the name, so the flag is worked out for each name. */
    tt_finding_mismatch(finding);
    return tt_collector_add(&run->collector, finding, 0, error);
}

tutela_status tt_item_report(tt_run *run, tt_scratch *scratch, tt_link *link, uint64_t bytes,
                             tutela_error *error)
{
    tutela_finding *finding = &scratch->verdict.finding;
    tutela_status status = TUTELA_OK;
    tt_entry *waiting = NULL;
    size_t count = 0;

    tt_finding_mismatch(finding);
    TT_TRY(tt_collector_add(&run->collector, finding, bytes, error));
    if (!link)
        return TUTELA_OK;
    TT_TRY(tt_finding_pack(finding, &scratch->record, error));
    TT_TRY(tt_links_settle(&run->links, link, &scratch->record, &waiting, &count, error));
    for (size_t i = 0; i < count; i++) {
        if (status == TUTELA_OK)
            status = tt_item_report_again(run, scratch, &waiting[i], error);
        tt_entry_done(&waiting[i]);
    }
    tt_free(waiting);
    return status;
}
