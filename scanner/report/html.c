/*
 * html: one self-contained page.
 *
 * The summary stands first, so nothing is written before the end: findings are counted, and their
 * rows wait in a temporary file. An inventory of clear and known items is for JSON and CSV; the
 * page only counts them.
 */
#include "report/html.h"

#include "base/io.h"
#include "report/words.h"

#include <errno.h>

#define SPOOL_FOLDER "/var/tmp" /* unlike /tmp, on a disk rather than in memory */

static const char *spool_folder(const tt_report *report)
{
    return report->options.spool_folder ? report->options.spool_folder : SPOOL_FOLDER;
}

static tutela_status begin(tt_report *report, tutela_error *error)
{
    tt_html *html = report->state;

    for (int i = 0; i < TT_HTML_TABLES; i++)
        html->tables[i].fd = -1;
    return tt_html_tally_init(report, error);
}

static tutela_status spool_failed(const tt_report *report, int os_error, tutela_error *error)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_RECORD, os_error,
                             "%s: cannot keep rows of the report in a temporary file",
                             spool_folder(report)),
                     "make room there, or name another folder for temporary files");
}

/* Count a row, and when it is one of those that the page shows, make the table ready for it. */
static tutela_status next_row(tt_report *report, tt_html_rows *rows, int *show,
                              tutela_error *error)
{
    if (rows->total < TT_HTML_ROWS && rows->fd < 0) {
        rows->fd = tt_temporary(spool_folder(report));
        if (rows->fd < 0)
            return spool_failed(report, errno, error);
        tt_out_init(&rows->out, rows->fd);
    }
    *show = rows->total < TT_HTML_ROWS;
    rows->written += *show != 0;
    rows->total++;
    return TUTELA_OK;
}

static tutela_status add_finding(tt_report *report, const tutela_finding *finding,
                                 tutela_error *error)
{
    tt_html *html = report->state;
    tt_html_rows *rows = &html->tables[TT_HTML_FINDINGS];
    int show = 0;

    TT_TRY(tt_html_tally_add(report, finding, error));
    TT_TRY(next_row(report, rows, &show, error));
    if (show)
        tt_html_finding_row(report, &rows->out, finding, rows->total);
    return rows->out.os_error ? spool_failed(report, rows->out.os_error, error) : TUTELA_OK;
}

/* A row of another table, which `row` writes. */
static tutela_status add_row(tt_report *report, int table, const tutela_finding *finding,
                             void (*row)(tt_report *, tt_out *, const tutela_finding *), tutela_error *error)
{
    tt_html *html = report->state;
    tt_html_rows *rows = &html->tables[table];
    int show = 0;

    TT_TRY(next_row(report, rows, &show, error));
    if (show)
        row(report, &rows->out, finding);
    return rows->out.os_error ? spool_failed(report, rows->out.os_error, error) : TUTELA_OK;
}

static tutela_status item(tt_report *report, const tutela_finding *finding, tutela_error *error)
{
    if (tt_report_is_match(finding))
        TT_TRY(add_finding(report, finding, error));
    if (finding->status == TUTELA_ITEM_MENTION)
        return add_row(report, TT_HTML_MENTIONS, finding, tt_html_mention_row, error);
    if (finding->coverage)
        TT_TRY(add_row(report, TT_HTML_DISKS, finding, tt_html_disk_row, error));
    if (finding->status == TUTELA_ITEM_SKIPPED)
        return add_row(report, TT_HTML_SKIPPED, finding, tt_html_item_row, error);
    if (!tutela_item_status_complete(finding->status))
        return add_row(report, TT_HTML_INCOMPLETE, finding, tt_html_item_row, error);
    return TUTELA_OK;
}

/* Copy a table's rows to the page. */
static tutela_status copy_rows(tt_report *report, tt_html_rows *rows, tutela_error *error)
{
    char chunk[8192];
    uint64_t at = 0;
    ssize_t got;

    if (tt_out_flush(&rows->out, NULL) != TUTELA_OK)
        return spool_failed(report, rows->out.os_error, error);
    while ((got = tt_pread(rows->fd, chunk, sizeof chunk, at)) > 0) {
        tt_out_add(&report->out, chunk, (size_t)got);
        at += (uint64_t)got;
    }
    return got < 0 ? spool_failed(report, errno, error) : TUTELA_OK;
}

/* What differs between the tables of rows. */
static const struct {
    const char *id, *title, *none, *caption, *columns, *style;
} sections[TT_HTML_TABLES] = {
    [TT_HTML_FINDINGS] = {
        "findings", "Findings", "No item matches a known-bad list.",
        "Items with at least one digest that is on a known-bad list.",
        "<th scope=\"col\" class=\"no\">No.</th><th scope=\"col\">Item</th>"
        "<th scope=\"col\">Grade</th><th scope=\"col\">List, entry, category</th>",
        "rows findings",
    },
    [TT_HTML_MENTIONS] = {
        "mentions", "Mentions", NULL,
        "Digests on a known-bad list that stand in these items as text. They are no matches: the files that "
        "they are of need never have been there.",
        "<th scope=\"col\">Item</th><th scope=\"col\">Digest and place</th>"
        "<th scope=\"col\">List, entry, category</th>",
        "rows items",
    },
    [TT_HTML_DISKS] = {
        "disks", "Disk images", NULL,
        "What became of each byte of them: excluded is what was left out by rule, as free space is unless "
        "it was asked for; not understood what is encrypted, damaged or of no known kind.",
        "<th scope=\"col\">Image</th><th scope=\"col\">Status</th><th scope=\"col\">Its bytes</th>",
        "rows items",
    },
    [TT_HTML_INCOMPLETE] = {
        "incomplete", "Items not fully examined",
        "There is none: every item was read to its end, or skipped as stated.",
        "Nothing can be said of what was not read. Any of these items may hold listed files.",
        "<th scope=\"col\">Item</th><th scope=\"col\">Status</th><th scope=\"col\">Reason</th>",
        "rows items",
    },
    [TT_HTML_SKIPPED] = {
        "skipped", "Items skipped", NULL,
        "Left out by a rule of the operator, or special files that have no bytes of their own. "
        "They do not make the run incomplete.",
        "<th scope=\"col\">Item</th><th scope=\"col\">Status</th><th scope=\"col\">Reason</th>",
        "rows items",
    },
};

static tutela_status write_section(tt_report *report, int which, tutela_error *error)
{
    tt_html *html = report->state;
    tt_html_rows *rows = &html->tables[which];
    tt_out *out = &report->out;
    char total[32], shown[32];

    if (rows->total == 0 && !sections[which].none)
        return TUTELA_OK;
    tt_out_printf(out, "<section id=\"%s\">\n<h2>%s</h2>\n", sections[which].id,
                  sections[which].title);
    if (rows->total == 0) {
        tt_out_printf(out, "<p>%s</p>\n", sections[which].none);
    } else {
        tt_out_printf(out, "<table class=\"%s\">\n<caption>%s</caption>\n", sections[which].style,
                      sections[which].caption);
        tt_out_printf(out, "<thead><tr>%s</tr></thead>\n<tbody>\n", sections[which].columns);
        TT_TRY(copy_rows(report, rows, error));
        tt_out_text(out, "</tbody>\n</table>\n");
    }
    if (rows->total > rows->written)
        tt_out_printf(out,
                      "<p class=\"cut\">This page shows the first %s of %s rows. The CSV and JSON "
                      "reports have all of them.</p>\n",
                      tt_report_number(rows->written, shown),
                      tt_report_number(rows->total, total));
    tt_out_text(out, "</section>\n");
    return TUTELA_OK;
}

static tutela_status end(tt_report *report, const tutela_summary *summary, tutela_error *error)
{
    tt_html_page_begin(report, summary);
    tt_html_figures(report, summary);
    tt_html_timeline(report);
    for (int i = 0; i < TT_HTML_TABLES; i++)
        TT_TRY(write_section(report, i, error));
    tt_html_page_end(report, summary);
    return TUTELA_OK;
}

static void done(tt_report *report)
{
    tt_html *html = report->state;

    for (int i = 0; i < TT_HTML_TABLES; i++)
        if (html->tables[i].fd >= 0)
            (void)tt_close(html->tables[i].fd);
    tt_html_tally_done(html);
}

const tt_report_format tt_report_html = {
    .name = "html",
    .state_size = sizeof(tt_html),
    .begin = begin,
    .item = item,
    .end = end,
    .done = done,
};
