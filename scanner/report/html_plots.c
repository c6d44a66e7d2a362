/*
 * html_plots: tables with bars, as inline SVG.
 *
 * Drawings place things across in percent and down in pixels, without a viewBox, so that they fill
 * what room there is. Percentages are made of whole numbers: printf would take the decimal point of
 * the host's locale. Every number drawn also stands in the table.
 */
#include "report/html.h"

#include "report/emit_html.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

/* part / whole in hundredths of a percent; what is not nothing stays visible. */
static unsigned hundredths(uint64_t part, uint64_t whole)
{
    double share = whole ? (double)part / (double)whole * 10000 : 0;

    if (part > 0 && share < 50)
        return 50;
    return share > 10000 ? 10000 : (unsigned)share;
}

void tt_html_bar(tt_out *out, uint64_t part, uint64_t whole)
{
    unsigned width = hundredths(part, whole);

    tt_out_text(out, "<svg class=\"bar\" width=\"100%\" height=\"10\" role=\"img\"><title>");
    tt_html_number(out, part);
    tt_out_text(out, " of ");
    tt_html_number(out, whole);
    tt_out_text(out, "</title><rect class=\"track\" width=\"100%\" height=\"10\"/>");
    tt_out_printf(out, "<rect class=\"fill\" width=\"%u.%02u%%\" height=\"10\"/></svg>",
                  width / 100, width % 100);
}

static void open_panel(tt_out *out, const char *caption, const char *column)
{
    tt_out_printf(out,
                  "<table class=\"panel\"><caption>%s</caption>\n<thead><tr><th scope=\"col\">%s"
                  "</th><th scope=\"col\" class=\"num\">Items</th><th scope=\"col\">"
                  "<span class=\"unseen\">Share</span></th></tr></thead>\n<tbody>\n",
                  caption, column);
}

/* The rest of a row whose name is written. */
static void close_row(tt_out *out, uint64_t part, uint64_t whole)
{
    tt_out_text(out, "</th><td class=\"num\">");
    tt_html_number(out, part);
    tt_out_text(out, "</td><td class=\"plot\">");
    tt_html_bar(out, part, whole);
    tt_out_text(out, "</td></tr>\n");
}

static void close_panel(tt_out *out)
{
    tt_out_text(out, "</tbody></table>\n");
}

static void write_grades(tt_report *report)
{
    const tt_html *html = report->state;

    open_panel(&report->out, "Findings by grade", "Grade");
    for (int i = 0; i < TUTELA_GRADE_COUNT; i++) {
        if (html->grades[i] == 0)
            continue;
        tt_out_printf(&report->out,
                      "<tr><th scope=\"row\"><span class=\"hang\"><b class=\"badge g%s\">%s</b> "
                      "<span>%s</span></span>",
                      tutela_grade_letter(i), tutela_grade_letter(i), tutela_grade_words(i));
        close_row(&report->out, html->grades[i], html->findings);
    }
    close_panel(&report->out);
}

/* The type after `last` in the order shown: most findings first, and what has no type at the end. */
static int next_type(const tt_html *html, int last)
{
    uint64_t most = 0;
    int next = TUTELA_TYPE_COUNT;

    if (last == TUTELA_TYPE_OTHER)
        return TUTELA_TYPE_COUNT;
    for (int i = 0; i < TUTELA_TYPE_COUNT; i++) {
        uint64_t items = html->types[i];
        int after = last < 0 || items < html->types[last] || (items == html->types[last] && i > last);

        if (i != TUTELA_TYPE_OTHER && after && items > most) {
            most = items;
            next = i;
        }
    }
    return next < TUTELA_TYPE_COUNT ? next : TUTELA_TYPE_OTHER;
}

static void write_types(tt_report *report)
{
    const tt_html *html = report->state;

    open_panel(&report->out, "Findings by type of file", "Type");
    for (int i = next_type(html, -1); i < TUTELA_TYPE_COUNT; i = next_type(html, i)) {
        if (html->types[i] == 0)
            continue;
        tt_out_printf(&report->out, "<tr><th scope=\"row\">%s", tutela_type_name(i));
        close_row(&report->out, html->types[i], html->findings);
    }
    close_panel(&report->out);
}

/* Most items first; the names, which all differ, settle the rest. */
static int by_items(const void *a, const void *b)
{
    const tt_html_count *left = a, *right = b;

    if (left->items != right->items)
        return left->items > right->items ? -1 : 1;
    return strcmp(left->name, right->name);
}

static void write_categories(tt_report *report)
{
    tt_html *html = report->state;

    qsort(html->categories, html->category_count, sizeof html->categories[0], by_items);
    open_panel(&report->out, "Findings by category, as the list states it", "Category");
    for (size_t i = 0; i < html->category_count; i++) {
        tt_out_text(&report->out, "<tr><th scope=\"row\">");
        if (html->categories[i].name[0])
            tt_html_show(report, &report->out, html->categories[i].name);
        else
            tt_out_text(&report->out, "none stated");
        close_row(&report->out, html->categories[i].items, html->findings);
    }
    if (html->other_categories.items > 0) {
        tt_out_text(&report->out, "<tr><th scope=\"row\">all other categories");
        close_row(&report->out, html->other_categories.items, html->findings);
    }
    close_panel(&report->out);
}

static void write_statuses(tt_report *report, const tutela_summary *summary)
{
    open_panel(&report->out, "All items by status", "Status");
    for (int i = 0; i < TUTELA_ITEM_COUNT; i++) {
        if (summary->by_status[i] == 0)
            continue;
        tt_out_printf(&report->out, "<tr><th scope=\"row\">%s", tutela_item_status_name(i));
        close_row(&report->out, summary->by_status[i], summary->items);
    }
    close_panel(&report->out);
}

void tt_html_figures(tt_report *report, const tutela_summary *summary)
{
    const tt_html *html = report->state;

    if (summary->items == 0)
        return;
    tt_out_text(&report->out, "<section id=\"figures\">\n<h2>Figures</h2>\n<div class=\"grid\">\n");
    if (html->findings > 0) {
        write_grades(report);
        write_categories(report);
        write_types(report);
    }
    write_statuses(report, summary);
    tt_out_text(&report->out, "</div>\n");
    if (html->findings > 0)
        tt_out_text(&report->out, "<p class=\"soft\">An item that meets entries of several "
                                  "categories is counted once in each of them.</p>\n");
    tt_out_text(&report->out, "</section>\n");
}
