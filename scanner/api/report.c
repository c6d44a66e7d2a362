/* report: reports, as the public header offers them. */
#include "report/report.h"

#include "api/api.h"
#include "base/mem.h"
#include "hashsets/set.h"

struct tutela_report {
    tt_report *inner;
    tt_report_head head;
    tt_report_list *lists;
};

const char *tutela_report_format_at(size_t index)
{
    const tt_report_format *format = tt_report_format_at(index);

    return format ? format->name : NULL;
}

static tutela_status note_lists(tutela_report *report, const tutela_run *run, tutela_error *error)
{
    size_t count = 0;

    for (size_t s = 0; s < run->set_count; s++)
        count += tt_set_list_count((const tt_set *)run->sets[s]);
    report->lists = tt_alloc(count, sizeof *report->lists);
    if (!report->lists)
        return tt_no_memory(error);
    report->head.lists = report->lists;
    for (size_t s = 0; s < run->set_count; s++)
        for (size_t i = 0; i < tt_set_list_count((const tt_set *)run->sets[s]); i++) {
            const tt_set_list *list = tt_set_list_at((const tt_set *)run->sets[s], i);

            report->lists[report->head.list_count++]
                = (tt_report_list){.name = list->name,
                                   .version = list->version,
                                   .polarity = list->polarity,
                                   .entries = list->entries};
        }
    return TUTELA_OK;
}

static tutela_status open_inner(tutela_report *report, const tutela_report_options *options,
                                const tutela_run *run, tutela_error *error)
{
    tutela_report_options own;
    tutela_run head;

    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_report_options", error));
    TT_TRY(tt_api_options(&head, sizeof head, run, "tutela_run", error));
    if (!own.format)
        return tt_api_null(error, "report: format");
    report->head.targets = head.targets;
    report->head.target_count = head.target_count;
    report->head.started = head.started;
    TT_TRY(note_lists(report, &head, error));
    return tt_report_open(&report->inner, &own, &report->head, error);
}

tutela_status tutela_report_open(tutela_report **out, const tutela_report_options *options,
                                 const tutela_run *run, tutela_error *error)
{
    tutela_report *report;
    tutela_status status;

    if (!out || !options || !run)
        return tt_api_null(error, "report: out, options and run");
    report = tt_alloc(1, sizeof *report);
    if (!report)
        return tt_no_memory(error);
    status = open_inner(report, options, run, error);
    if (status != TUTELA_OK) {
        tutela_report_close(report);
        return status;
    }
    *out = report;
    return TUTELA_OK;
}

tutela_status tutela_report_add(tutela_report *report, const tutela_finding *finding,
                                tutela_error *error)
{
    if (!report || !finding)
        return tt_api_null(error, "report: report and finding");
    return tt_report_add(report->inner, finding, error);
}

tutela_status tutela_report_end(tutela_report *report, const tutela_summary *summary,
                                tutela_error *error)
{
    if (!report || !summary)
        return tt_api_null(error, "report: report and summary");
    return tt_report_end(report->inner, summary, error);
}

void tutela_report_close(tutela_report *report)
{
    if (!report)
        return;
    tt_report_close(report->inner);
    tt_free(report->lists);
    tt_free(report);
}
