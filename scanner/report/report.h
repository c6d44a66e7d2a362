/*
 * report: findings as text, JSON Lines, CSV, HTML.
 *
 * A format is one file (text.c, json.c, ...) and one row of TT_REPORT_FORMATS: three functions,
 * begin, item and end, over the same finding record. Formats write through tt_out only; its first
 * failure sticks, and report.c looks at it after each call. Every string from the evidence goes
 * through the format's own escaping: base/text for a terminal, emit_json.h, emit_html.h.
 */
#ifndef TT_REPORT_REPORT_H
#define TT_REPORT_REPORT_H

#include "base/buf.h"
#include "base/out.h"
#include "base/status.h"

/* A list that was asked. Strings outlive the report. */
typedef struct tt_report_list {
    const char *name;
    const char *version;
    tutela_polarity polarity;
    uint64_t entries;
} tt_report_list;

/* What a report's head says. Borrowed for the report's life. */
typedef struct tt_report_head {
    const char *const *targets;
    size_t target_count;
    const tt_report_list *lists;
    size_t list_count;
    int64_t started; /* TT_TIME_UNKNOWN: left out */
} tt_report_head;

typedef struct tt_report tt_report;

/* One format. `state_size` bytes, zeroed, are the format's own from begin to done. */
typedef struct tt_report_format {
    const char *name;
    size_t state_size;
    tutela_status (*begin)(tt_report *report, tutela_error *error);
    tutela_status (*item)(tt_report *report, const tutela_finding *finding, tutela_error *error);
    tutela_status (*end)(tt_report *report, const tutela_summary *summary, tutela_error *error);
    void (*done)(tt_report *report); /* free what state holds; may be NULL */
} tt_report_format;

struct tt_report {
    tt_out out;
    const tt_report_format *format;
    const tt_report_head *head;
    tutela_report_options options; /* `format` and `spool_folder` borrowed */
    void *state;
    tt_buf scratch; /* one string on its way to the output; see words.h */
    int no_memory;  /* scratch failed once: the report cannot be whole */
    tutela_status failed; /* what the first call that failed returned */
    int ended;
    uint64_t gone_on; /* items of which only a part was read now, the rest by an earlier run */
};

/* Every format, in the order they are listed to people. A row X is tt_report_X in X.c. */
#define TT_REPORT_FORMATS(X) \
    X(text)                  \
    X(json)                  \
    X(csv)                   \
    X(html)

#define X(name) extern const tt_report_format tt_report_##name;
TT_REPORT_FORMATS(X)
#undef X

const tt_report_format *tt_report_format_at(size_t index); /* NULL past the last */

/*
 * Begin a report: looks the format up and writes the head. The caller owns *out: tt_report_close.
 * TUTELA_ARGUMENT for an unknown format, TUTELA_MEMORY, TUTELA_RECORD when writing fails.
 * Thread: any; the report itself is single.
 */
TT_MUST_USE tutela_status tt_report_open(tt_report **out, const tutela_report_options *options,
                                         const tt_report_head *head, tutela_error *error);
/*
 * Add one finding. Findings that are clear or known are left out unless options.inventory.
 * TUTELA_RECORD or TUTELA_MEMORY, after which the report is lost and every further call, the end
 * included, returns the same; TUTELA_STATE after the end.
 */
TT_MUST_USE tutela_status tt_report_add(tt_report *report, const tutela_finding *finding,
                                        tutela_error *error);
/* Write the summary and all that was held back. As tt_report_add. */
TT_MUST_USE tutela_status tt_report_end(tt_report *report, const tutela_summary *summary,
                                        tutela_error *error);
/* Free it; what was not ended stays as it is. NULL is fine. */
void tt_report_close(tt_report *report);

#endif
