/*
 * html: the state of an HTML report and the border between the files that write it.
 *
 *   html.c        begin, item, end; the rows held back until the summary is written
 *   html_tally.c  what is counted on the way: grades, types, lists, categories, days
 *   html_rows.c   a row for a finding, one for the image of a disk, one for an item not fully examined
 *   html_page.c   head, summary, lists, explanations
 *   html_plots.c  tables with bars
 *   html_time.c   the timeline
 *
 * The page is one file: no script, no image, nothing fetched; a Content-Security-Policy says so to
 * the browser. It is also well-formed XML, which the tests check. Memory is bounded whatever the
 * number of findings: counts have a fixed number of keys, rows go to a temporary file.
 */
#ifndef TT_REPORT_HTML_H
#define TT_REPORT_HTML_H

#include "report/report.h"

/*
 * Rows in each table of the page. A browser lays out ten thousand rows in a second or two; past
 * that the page is of no use, and CSV and JSON have all.
 */
#define TT_HTML_ROWS 10000u

/* Different categories counted one by one; later ones are counted together. */
#define TT_HTML_CATEGORIES 64u

/* Days that nanoseconds since 1970 in 64 bits can reach, from -106752 on. */
#define TT_HTML_DAYS 213504u
#define TT_HTML_FIRST_DAY INT64_C(-106752)

/* Items counted under one name; an item counts once however many of its entries say so. */
typedef struct tt_html_count {
    char *name;
    uint64_t items;
    uint64_t last; /* number of the last item counted */
} tt_html_count;

/* Rows held back, in an unlinked temporary file made with the first. */
typedef struct tt_html_rows {
    int fd; /* -1: none yet */
    uint64_t total;
    uint64_t written; /* at most TT_HTML_ROWS */
    tt_out out;
} tt_html_rows;

enum { TT_HTML_FINDINGS, TT_HTML_MENTIONS, TT_HTML_DISKS, TT_HTML_INCOMPLETE, TT_HTML_SKIPPED, TT_HTML_TABLES };

typedef struct tt_html {
    uint64_t findings; /* items that meet a known-bad list */
    uint64_t grades[TUTELA_GRADE_COUNT];
    uint64_t types[TUTELA_TYPE_COUNT];
    tt_html_count *lists; /* as many as the head has; names stay NULL */
    tt_html_count categories[TT_HTML_CATEGORIES]; /* the first `category_count`, sorted by name */
    size_t category_count;
    tt_html_count other_categories;
    uint32_t *days; /* TT_HTML_DAYS counts of modification times, made with the first */
    int64_t first_day, last_day;
    uint64_t undated;
    tt_html_rows tables[TT_HTML_TABLES];
} tt_html;

/* html_tally.c. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_html_tally_init(tt_report *report, tutela_error *error);
TT_MUST_USE tutela_status tt_html_tally_add(tt_report *report, const tutela_finding *finding,
                                            tutela_error *error);
void tt_html_tally_done(tt_html *html);

/* html_rows.c: `out` is the table's temporary file. */
void tt_html_finding_row(tt_report *report, tt_out *out, const tutela_finding *finding,
                         uint64_t number);
void tt_html_item_row(tt_report *report, tt_out *out, const tutela_finding *finding);
void tt_html_mention_row(tt_report *report, tt_out *out, const tutela_finding *finding);
/* Of the image of a disk. */
void tt_html_disk_row(tt_report *report, tt_out *out, const tutela_finding *finding);

/* html_page.c: up to the tables of rows, and from there to the end. */
void tt_html_page_begin(tt_report *report, const tutela_summary *summary);
void tt_html_page_end(tt_report *report, const tutela_summary *summary);

/* html_plots.c: a section of its own; nothing when there is nothing to show. */
void tt_html_figures(tt_report *report, const tutela_summary *summary);
/* A bar of `part` in `whole`, with words for who does not see it. */
void tt_html_bar(tt_out *out, uint64_t part, uint64_t whole);

/* html_time.c: likewise. */
void tt_html_timeline(tt_report *report);

#endif
