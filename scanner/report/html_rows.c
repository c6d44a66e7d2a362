/* html_rows: one row for a finding, one for an item that was not fully examined. */
#include "report/html.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/emit_html.h"
#include "report/words.h"

/*
 * What one row shows at most. Some lists hold one digest many times, and a bad disk fails in
 * thousands of places; CSV and JSON have all of it.
 */
#define ENTRIES_SHOWN 20
#define RANGES_SHOWN 12
#define PARTS_SHOWN 64 /* of a chain: no reader follows more containers in containers */

static void write_more(tt_out *out, size_t count, const char *what)
{
    tt_out_text(out, "and ");
    tt_html_number(out, count);
    tt_out_printf(out, " more %s in the CSV and JSON reports", what);
}

static void write_part(tt_report *report, tt_out *out, const tutela_name *part, int inner)
{
    tt_out_text(out, inner ? "<div class=\"path inner\"><span class=\"in\">in it</span> "
                           : "<div class=\"path\">");
    tt_html_path(report, out, part->data, part->size);
    tt_out_text(out, "</div>");
}

/* The chain, a line for each part. Of one too long the outermost and innermost parts stay. */
static void write_chain(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    size_t count = finding->chain_count;

    for (size_t i = 0; i < count; i++) {
        if (count > PARTS_SHOWN && i == PARTS_SHOWN - 1) {
            tt_out_text(out, "<div class=\"path inner\">");
            write_more(out, count - PARTS_SHOWN, "containers");
            tt_out_text(out, "</div>");
            i = count - 1;
        }
        write_part(report, out, &finding->chain[i], i > 0);
    }
}

static void write_facts(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    const char *type = tutela_type_name(finding->type);
    char time[32];

    tt_out_text(out, "<div class=\"facts\"><span>");
    tt_html_size(out, finding->bytes);
    tt_out_text(out, "</span> <span>");
    if (finding->mime[0])
        tt_html_show(report, out, finding->mime);
    else
        tt_out_text(out, type ? type : "");
    tt_out_text(out, "</span> <span>");
    if (finding->modified == TT_TIME_UNKNOWN)
        tt_out_text(out, "modification time not known");
    else
        tt_out_printf(out, "modified %s", tt_clock_text(finding->modified, time));
    if (tt_report_origin(finding))
        tt_out_printf(out, "</span> <span>%s", tt_report_origin(finding));
    tt_out_text(out, "</span></div>");
    if (finding->flags & TUTELA_FLAG_TYPE_MISMATCH)
        tt_out_text(out, "<div class=\"flag\">The extension of the name does not fit the type "
                         "of the content.</div>");
}

static void write_digests(tt_out *out, const tutela_finding *finding)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];

    if (!finding->digest_mask)
        return;
    tt_out_text(out, "<dl class=\"digests\">");
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(finding->digest_mask & TUTELA_BIT(i)))
            continue;
        tt_hex_encode(finding->digests[i], tutela_algorithm_size(i), hex);
        tt_out_printf(out, "<div><dt>%s</dt><dd>%s</dd></div>", tutela_algorithm_name(i), hex);
    }
    tt_out_text(out, "</dl>");
}

static void write_algorithms(tt_out *out, const char *label, uint32_t mask)
{
    const char *before = label;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i)) {
            tt_out_printf(out, "%s%s", before, tutela_algorithm_name(i));
            before = ", ";
        }
}

/* What the list says of the entry beside its category; most lists say nothing. */
static void write_said(tt_report *report, tt_out *out, const tutela_match *match)
{
    const char *care = tt_report_entry_care(match);
    char words[TT_REPORT_ENTRY_WORDS];

    (void)tt_report_entry_words(match, words);
    if (match->owner[0] || words[0]) {
        tt_out_text(out, "<br/><span class=\"soft\">the list says: ");
        if (match->owner[0]) {
            tt_out_text(out, "owner ");
            tt_html_show(report, out, match->owner);
        }
        tt_out_printf(out, "%s%s</span>", match->owner[0] && words[0] ? "; " : "", words);
    }
    if (care)
        tt_out_printf(out, "<div class=\"flag\">%s</div>", care);
}

static void write_entry(tt_report *report, tt_out *out, const tutela_match *match)
{
    const char *letter = tutela_grade_letter(match->grade);

    tt_out_text(out, "<li><b>");
    tt_html_show(report, out, match->list);
    tt_out_text(out, "</b>");
    if (match->version[0]) {
        tt_out_text(out, " version ");
        tt_html_show(report, out, match->version);
    }
    if (match->polarity == TUTELA_KNOWN_GOOD)
        tt_out_text(out, " (known-good)");
    if (match->entry[0]) {
        tt_out_text(out, "<br/>entry ");
        tt_html_show(report, out, match->entry);
    }
    if (match->category.scheme[0] || match->category.value[0]) {
        tt_out_text(out, "<br/>category ");
        tt_html_show(report, out, match->category.scheme);
        tt_out_text(out, " ");
        tt_html_show(report, out, match->category.value);
    }
    if (match->grade != TUTELA_GRADE_NONE) {
        tt_out_printf(out, "<br/><span class=\"soft\">grade %s", letter ? letter : "");
        write_algorithms(out, "; agreed: ", match->agreed);
        write_algorithms(out, "; disagreed: ", match->disagreed);
        tt_out_text(out, "</span>");
    }
    write_said(report, out, match);
    tt_out_text(out, "</li>");
}

static void write_entries(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    tt_out_text(out, "<ul class=\"entries\">");
    for (size_t i = 0; i < finding->match_count && i < ENTRIES_SHOWN; i++)
        write_entry(report, out, &finding->matches[i]);
    if (finding->match_count > ENTRIES_SHOWN) {
        tt_out_text(out, "<li>");
        write_more(out, finding->match_count - ENTRIES_SHOWN, "entries");
        tt_out_text(out, "</li>");
    }
    tt_out_text(out, "</ul>");
}

/* Status and reason of an item that matches and yet was not fully examined. */
static void write_unfinished(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    const char *status = tutela_item_status_name(finding->status);

    if (finding->status == TUTELA_ITEM_MATCH)
        return;
    tt_out_printf(out, "<div class=\"flag\">Not fully examined: %s", status ? status : "");
    if (finding->reason[0]) {
        tt_out_text(out, ", ");
        tt_html_show(report, out, finding->reason);
    }
    tt_out_text(out, "</div>");
}

void tt_html_finding_row(tt_report *report, tt_out *out, const tutela_finding *finding,
                         uint64_t number)
{
    const char *letter = tutela_grade_letter(finding->grade);
    const char *words = tutela_grade_words(finding->grade);

    tt_out_text(out, "<tr><td class=\"no\" data-label=\"No.\">");
    tt_html_number(out, number);
    tt_out_text(out, "</td><th scope=\"row\">");
    write_chain(report, out, finding);
    write_facts(report, out, finding);
    write_digests(out, finding);
    tt_out_printf(out, "</th><td><div class=\"hang\"><b class=\"badge g%s\">%s</b> "
                  "<span class=\"words\">%s</span></div>",
                  letter ? letter : "", letter ? letter : "", words ? words : "");
    write_unfinished(report, out, finding);
    tt_out_text(out, "</td><td>");
    write_entries(report, out, finding);
    tt_out_text(out, "</td></tr>\n");
}

void tt_html_mention_row(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    tt_out_text(out, "<tr><th scope=\"row\">");
    write_chain(report, out, finding);
    if (tt_report_origin(finding))
        tt_out_printf(out, "<div class=\"soft\">%s</div>", tt_report_origin(finding));
    tt_out_text(out, "</th><td>");
    write_digests(out, finding);
    tt_out_text(out, "<div class=\"soft\">at byte ");
    tt_html_number(out, finding->offset);
    if (finding->mentions > 1) {
        tt_out_text(out, ", ");
        tt_html_number(out, finding->mentions);
        tt_out_text(out, " times in all");
    }
    tt_out_text(out, "</div></td><td>");
    write_entries(report, out, finding);
    tt_out_text(out, "</td></tr>\n");
}

static void write_ranges(tt_out *out, const tutela_finding *finding)
{
    for (size_t i = 0; i < finding->unread_count && i < RANGES_SHOWN; i++) {
        tt_out_text(out, "<div class=\"soft\">");
        tt_html_number(out, finding->unread[i].length);
        tt_out_text(out, tt_report_plural(finding->unread[i].length, " byte", " bytes"));
        tt_out_text(out, " at offset ");
        tt_html_number(out, finding->unread[i].offset);
        tt_out_text(out, " not read</div>");
    }
    if (finding->unread_count > RANGES_SHOWN) {
        tt_out_text(out, "<div class=\"soft\">");
        write_more(out, finding->unread_count - RANGES_SHOWN, "ranges");
        tt_out_text(out, "</div>");
    }
}

void tt_html_item_row(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    const char *status = tutela_item_status_name(finding->status);

    tt_out_text(out, "<tr><th scope=\"row\">");
    write_chain(report, out, finding);
    if (tt_report_origin(finding))
        tt_out_printf(out, "<div class=\"soft\">%s</div>", tt_report_origin(finding));
    tt_out_printf(out, "</th><td>%s</td><td>", status ? status : "");
    tt_html_show(report, out, finding->reason);
    write_ranges(out, finding);
    tt_out_text(out, "</td></tr>\n");
}

void tt_html_disk_row(tt_report *report, tt_out *out, const tutela_finding *finding)
{
    const char *status = tutela_item_status_name(finding->status);
    char coverage[TT_REPORT_COVERAGE];

    tt_out_text(out, "<tr><th scope=\"row\">");
    write_chain(report, out, finding);
    tt_out_printf(out, "</th><td>%s</td><td>%s</td></tr>\n", status ? status : "",
                  tt_report_coverage(finding->coverage, coverage));
}
