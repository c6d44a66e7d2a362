/* report: the table of formats, and the calls that every format goes through. */
#include "report/report.h"

#include "base/mem.h"

#include <string.h>

/*
 * The longest string shown at once. Paths deeper than PATH_MAX are real, and a display form is up
 * to four times as long as its bytes; this is a ceiling, not a buffer.
 */
#define SCRATCH_MAX ((size_t)256 << 20)

static const tt_report_format *const formats[] = {
#define X(name) &tt_report_##name,
    TT_REPORT_FORMATS(X)
#undef X
};

const tt_report_format *tt_report_format_at(size_t index)
{
    return index < sizeof formats / sizeof formats[0] ? formats[index] : NULL;
}

static const tt_report_format *find_format(const char *name)
{
    const tt_report_format *format = NULL;

    for (size_t i = 0; name && (format = tt_report_format_at(i)) != NULL; i++)
        if (strcmp(format->name, name) == 0)
            break;
    return format;
}

/*
 * What a format's call comes to, with the failures that stick looked at. A report that lacks a
 * finding must never end well, even when the caller did not look: so the first failure stays.
 */
static tutela_status checked(tt_report *report, tutela_status status, tutela_error *error)
{
    if (status == TUTELA_OK && report->no_memory)
        status = tt_no_memory(error);
    if (status == TUTELA_OK && report->out.os_error != 0)
        status = tt_out_flush(&report->out, error);
    report->failed = status;
    return status;
}

/* Whether a call may go on. */
static tutela_status usable(const tt_report *report, tutela_error *error)
{
    if (report->ended)
        return tt_fail(error, TUTELA_STATE, 0, "report: has been ended");
    if (report->failed != TUTELA_OK)
        return tt_fail(error, report->failed, 0, "report: cannot go on after an earlier failure");
    return TUTELA_OK;
}

tutela_status tt_report_open(tt_report **out, const tutela_report_options *options,
                             const tt_report_head *head, tutela_error *error)
{
    const tt_report_format *format = find_format(options->format);
    tutela_status status;
    tt_report *report;

    if (!format)
        return tt_advise(error, tt_fail(error, TUTELA_ARGUMENT, 0, "report: unknown format"),
                         "choose one of the formats that the help lists");
    report = tt_alloc(1, sizeof *report);
    if (!report)
        return tt_no_memory(error);
    tt_out_init(&report->out, options->fd);
    tt_buf_init(&report->scratch, SCRATCH_MAX);
    report->format = format;
    report->head = head;
    report->options = *options;
    if (format->state_size > 0)
        report->state = tt_alloc(1, format->state_size);
    if (format->state_size > 0 && !report->state)
        status = tt_no_memory(error);
    else
        status = checked(report, format->begin(report, error), error);
    if (status == TUTELA_OK)
        *out = report;
    else
        tt_report_close(report);
    return status;
}

tutela_status tt_report_add(tt_report *report, const tutela_finding *finding, tutela_error *error)
{
    int quiet = (finding->status == TUTELA_ITEM_CLEAR || finding->status == TUTELA_ITEM_KNOWN)
                && !(finding->flags & TUTELA_FLAG_GONE_ON) && !finding->coverage;

    TT_TRY(usable(report, error));
    report->gone_on += finding->from_count > 0 && finding->chain_count == 1;
    if (quiet && !report->options.inventory)
        return TUTELA_OK;
    return checked(report, report->format->item(report, finding, error), error);
}

tutela_status tt_report_end(tt_report *report, const tutela_summary *summary, tutela_error *error)
{
    TT_TRY(usable(report, error));
    report->ended = 1;
    TT_TRY(checked(report, report->format->end(report, summary, error), error));
    return tt_out_flush(&report->out, error);
}

void tt_report_close(tt_report *report)
{
    if (!report)
        return;
    if (report->state && report->format->done)
        report->format->done(report);
    tt_free(report->state);
    tt_buf_done(&report->scratch);
    tt_free(report);
}
