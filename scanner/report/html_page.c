/* html_page: the page's head, summary and lists, and at its end the explanations. */
#include "report/html.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/emit_html.h"
#include "report/html_style.h"
#include "report/words.h"

#define LISTS_NAMED 8 /* in the sentence on no match; the table of lists has all */

/*
 * default-src 'none' keeps the browser from fetching or running anything, should an escape ever
 * fail; the one exception is the style in the page itself.
 */
static const char head[]
    = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
      "<meta name=\"robots\" content=\"noindex, nofollow, noarchive\"/>\n"
      "<title>Tutela scan report</title>\n<style>\n";

/* Links to the sections that the page has. */
static void write_contents(tt_report *report, const tutela_summary *summary)
{
    const tt_html *html = report->state;
    const struct {
        const char *id, *title;
        int there;
    } sections[] = {
        {"summary", "Summary", 1},
        {"lists", "Lists", 1},
        {"figures", "Figures", summary->items > 0},
        {"timeline", "Timeline", html->findings > html->undated},
        {"findings", "Findings", 1},
        {"mentions", "Mentions", html->tables[TT_HTML_MENTIONS].total > 0},
        {"disks", "Disk images", html->tables[TT_HTML_DISKS].total > 0},
        {"incomplete", "Not fully examined", 1},
        {"skipped", "Skipped", html->tables[TT_HTML_SKIPPED].total > 0},
        {"terms", "Terms", 1},
        {"limits", "What a match proves", 1},
    };

    tt_out_text(&report->out, "<nav aria-label=\"Contents\">");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (sections[i].there)
            tt_out_printf(&report->out, "<a href=\"#%s\">%s</a> ", sections[i].id,
                          sections[i].title);
    tt_out_text(&report->out, "</nav>\n");
}

static void write_head(tt_report *report, const tutela_summary *summary)
{
    const tt_report_head *run = report->head;
    tt_out *out = &report->out;
    char time[32];

    tt_out_text(out, head);
    tt_out_text(out, tt_html_style);
    tt_out_printf(out,
                  "</style>\n</head>\n<body>\n<header>\n<p class=\"brand\">Tutela %s</p>\n"
                  "<h1>Scan report</h1>\n<dl class=\"run\">\n<div><dt>Scanned</dt>",
                  tutela_version());
    for (size_t i = 0; i < run->target_count; i++) {
        tt_out_text(out, "<dd class=\"path\">");
        tt_html_show(report, out, run->targets[i]);
        tt_out_text(out, "</dd>");
    }
    if (run->target_count == 0)
        tt_out_text(out, "<dd>targets not stated</dd>");
    tt_out_text(out, "</div>\n");
    if (run->started != TT_TIME_UNKNOWN && !report->options.reproducible)
        tt_out_printf(out, "<div><dt>Started</dt><dd>%s</dd></div>\n",
                      tt_clock_text(run->started, time));
    tt_out_text(out, "</dl>\n</header>\n");
    write_contents(report, summary);
    tt_out_text(out, "<main>\n");
}

/* ---- Summary ---- */

static void write_list_name(tt_report *report, const tt_report_list *list)
{
    tt_html_show(report, &report->out, list->name);
    if (list->version[0]) {
        tt_out_text(&report->out, " version ");
        tt_html_show(report, &report->out, list->version);
    }
}

/* "No match against list L version V": for as many lists as a sentence can hold. */
static void write_no_match(tt_report *report, const tutela_summary *summary)
{
    tt_out *out = &report->out;
    size_t asked = 0;

    for (size_t i = 0; i < report->head->list_count; i++) {
        if (report->head->lists[i].polarity != TUTELA_KNOWN_BAD || ++asked > LISTS_NAMED)
            continue;
        if (asked == 1)
            tt_out_text(out, summary->complete && !report->gone_on
                                 ? "No match against list "
                                 : "No match, in what was read, against list ");
        else
            tt_out_text(out, "; nor against list ");
        write_list_name(report, &report->head->lists[i]);
    }
    if (asked > LISTS_NAMED) {
        tt_out_text(out, "; nor against ");
        tt_html_number(out, asked - LISTS_NAMED);
        tt_out_text(out, " more");
    }
    tt_out_text(out, asked ? "." : "No known-bad list was consulted.");
}

static void write_lead(tt_report *report, const tutela_summary *summary)
{
    tt_out *out = &report->out;

    tt_out_text(out, "<p class=\"lead\">");
    if (summary->matches > 0) {
        tt_out_text(out, "<b>");
        tt_html_number(out, summary->matches);
        tt_out_text(out, " of ");
        tt_html_number(out, summary->items);
        tt_out_text(out, tt_report_plural(summary->items, " item", " items"));
        tt_out_text(out, tt_report_plural(summary->matches, "</b> matches", "</b> match"));
        tt_out_text(out, " a known-bad list.");
    } else {
        write_no_match(report, summary);
    }
    tt_out_text(out, "</p>\n");
}

static void write_completeness(tt_report *report, const tutela_summary *summary)
{
    uint64_t count = tt_report_incomplete(summary);
    tt_out *out = &report->out;

    if (summary->complete && report->gone_on) {
        tt_out_text(out, "<p class=\"state\"><b>Complete.</b> What an earlier run had left was read to its "
                         "end; what it has read itself is in its report.</p>\n");
        return;
    }
    if (summary->complete) {
        tt_out_text(out, "<p class=\"state\"><b>Complete.</b> Every item was read to its end, or "
                         "skipped as stated.</p>\n");
        return;
    }
    tt_out_text(out, "<p class=\"state\"><b>Incomplete.</b> ");
    if (count > 0) {
        tt_html_number(out, count);
        tt_out_text(out, tt_report_plural(count, " item was", " items were"));
        tt_out_text(out, " not fully examined and may hold listed files.");
    } else {
        tt_out_text(out, "The run ended before everything was examined.");
    }
    tt_out_text(out, "</p>\n");
}

static void write_tile(tt_out *out, const char *name, uint64_t number)
{
    tt_out_printf(out, "<div><dt>%s</dt><dd>", name);
    tt_html_number(out, number);
    tt_out_text(out, "</dd></div>\n");
}

static void write_summary(tt_report *report, const tutela_summary *summary)
{
    tt_out *out = &report->out;
    char text[48], size[16], coverage[TT_REPORT_COVERAGE];

    tt_out_printf(out, "<section id=\"summary\" class=\"%s\">\n<h2>Summary</h2>\n",
                  summary->complete ? "verdict" : "verdict open");
    write_lead(report, summary);
    write_completeness(report, summary);
    tt_out_text(out, "<dl class=\"tiles\">\n");
    write_tile(out, "Items", summary->items);
    tt_out_printf(out, "<div><dt>Read</dt><dd>%s</dd></div>\n",
                  tt_size_text(summary->bytes, size));
    write_tile(out, "Matches", summary->matches);
    if (summary->mentions > 0)
        write_tile(out, "Mentions", summary->mentions);
    write_tile(out, "Not fully examined", tt_report_incomplete(summary));
    if (!report->options.reproducible)
        tt_out_printf(out, "<div><dt>Time taken</dt><dd>%s</dd></div>\n",
                      tt_report_duration(summary->duration, text));
    if (summary->images > 0)
        write_tile(out, tt_report_plural(summary->images, "Disk image", "Disk images"), summary->images);
    tt_out_text(out, "</dl>\n");
    if (summary->images > 0)
        tt_out_printf(out, "<p>Of %s: %s.</p>\n",
                      tt_report_plural(summary->images, "the disk image", "all disk images together"),
                      tt_report_coverage(summary->coverage, coverage));
    tt_out_printf(out, "<p class=\"indicator\">%s</p>\n</section>\n", tt_report_indicator);
}

static void write_lists(tt_report *report)
{
    const tt_html *html = report->state;
    const tt_report_head *run = report->head;
    tt_out *out = &report->out;

    tt_out_text(out, "<section id=\"lists\">\n<h2>Lists consulted</h2>\n<table class=\"lists\">\n"
                     "<caption>Every list that was consulted. A finding is an item on a "
                     "known-bad list; it counts for each list that it is on.</caption>"
                     "\n<thead><tr>"
                     "<th scope=\"col\">List</th><th scope=\"col\">Version</th>"
                     "<th scope=\"col\">Kind</th><th scope=\"col\" class=\"num\">Entries</th>"
                     "<th scope=\"col\" class=\"num\">Findings</th><th scope=\"col\">"
                     "<span class=\"unseen\">Share of findings</span></th></tr></thead>\n"
                     "<tbody>\n");
    for (size_t i = 0; i < run->list_count; i++) {
        const tt_report_list *list = &run->lists[i];
        const char *polarity = tutela_polarity_name((int32_t)list->polarity);

        tt_out_text(out, "<tr><th scope=\"row\">");
        tt_html_show(report, out, list->name);
        tt_out_text(out, "</th><td data-label=\"version\">");
        if (list->version[0])
            tt_html_show(report, out, list->version);
        else
            tt_out_text(out, "not stated");
        tt_out_printf(out, "</td><td>%s</td><td class=\"num\" data-label=\"entries\">",
                      polarity ? polarity : "");
        tt_html_number(out, list->entries);
        tt_out_text(out, "</td><td class=\"num\" data-label=\"findings\">");
        tt_html_number(out, html->lists[i].items);
        tt_out_text(out, "</td><td class=\"plot\">");
        tt_html_bar(out, html->lists[i].items, html->findings);
        tt_out_text(out, "</td></tr>\n");
    }
    tt_out_text(out, "</tbody></table>\n</section>\n");
}

void tt_html_page_begin(tt_report *report, const tutela_summary *summary)
{
    write_head(report, summary);
    write_summary(report, summary);
    write_lists(report);
}

/* ---- Explanations ---- */

static void write_terms(tt_report *report, const tutela_summary *summary)
{
    const tt_html *html = report->state;
    tt_out *out = &report->out;

    tt_out_text(out, "<section id=\"terms\">\n<h2>Terms used in this report</h2>\n"
                     "<dl class=\"terms\">\n");
    for (int i = 0; i < TUTELA_GRADE_COUNT; i++)
        if (html->grades[i] > 0)
            tt_out_printf(out,
                          "<div><dt><b class=\"badge g%s\">%s</b> grade %s: %s</dt>"
                          "<dd>%s</dd></div>\n",
                          tutela_grade_letter(i), tutela_grade_letter(i), tutela_grade_letter(i),
                          tutela_grade_words(i), tt_report_grade_meaning(i));
    for (int i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (summary->by_status[i] > 0)
            tt_out_printf(out, "<div><dt>status: %s</dt><dd>%s</dd></div>\n",
                          tutela_item_status_name(i), tt_report_status_meaning(i));
    tt_out_text(out, "</dl>\n</section>\n");
}

/*
 * The chance of an accident: items times entries over 2^128 (MD5 is the shortest digest), bounded
 * from above by a power of ten, since 2^128 > 3.4e38.
 */
static void write_chance(tt_report *report, const tutela_summary *summary)
{
    tt_out *out = &report->out;
    double pairs = (double)summary->items;
    uint64_t entries = 0;
    int power = 37;

    for (size_t i = 0; i < report->head->list_count; i++)
        if (report->head->lists[i].polarity == TUTELA_KNOWN_BAD)
            entries += report->head->lists[i].entries;
    for (pairs *= (double)entries; pairs >= 10; pairs /= 10)
        power--;
    if (pairs <= 0)
        return;
    tt_out_text(out, "<li>By accident, with nobody meaning it, the chance that any of ");
    tt_html_number(out, summary->items);
    tt_out_text(out, tt_report_plural(summary->items, " item", " items"));
    tt_out_text(out, " has the same MD5 digest as any of ");
    tt_html_number(out, entries);
    tt_out_text(out, " listed ");
    tt_out_text(out, tt_report_plural(entries, "entry", "entries"));
    tt_out_printf(out, " is less than one in 10<sup>%d</sup>; with a longer digest it is less "
                       "still.</li>\n",
                  power);
}

static void write_limits(tt_report *report, const tutela_summary *summary)
{
    tt_out *out = &report->out;

    tt_out_text(out,
                "<section id=\"limits\">\n<h2>What a match proves, and what it does not</h2>\n"
                "<ul class=\"limits\">\n"
                "<li>A match says that digests of an item agree with digests that a list's owner "
                "has published. Whether the entry belongs on the list, and what the law of a place "
                "makes of the item, is for the competent body.</li>\n"
                "<li>It does not say who put the item there, whether anyone knew of it or opened "
                "it. Devices are shared; files are cached, restored and planted.</li>\n"
                "<li>No content was shown, copied or kept, and no person viewed an item for this "
                "report. Categories are those of the lists' owners, as they wrote them.</li>\n"
                "<li>No match does not mean that nothing is there: lists are never whole, and a "
                "file of which one bit was changed has other digests.</li>\n"
                "<li>MD5 and SHA-1 can be made to collide by one who makes both files. The grades "
                "take account of it.</li>\n");
    write_chance(report, summary);
    tt_out_text(out, "</ul>\n</section>\n");
}

void tt_html_page_end(tt_report *report, const tutela_summary *summary)
{
    write_terms(report, summary);
    write_limits(report, summary);
    tt_out_printf(&report->out,
                  "</main>\n<footer><p>Tutela %s. %s</p></footer>\n</body>\n</html>\n",
                  tutela_version(), tt_report_indicator);
}
