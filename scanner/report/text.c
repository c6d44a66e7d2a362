/*
 * text: what a person reads on a terminal.
 *
 * One block for each finding: status and grade in columns of fixed width, then the path, then what
 * it meets. One line for each item that was not fully examined. Then a summary that says in a
 * sentence what the run established. Everything from the evidence or a list is in display form, so
 * no control character can reach the terminal; colour is ours alone, and only when asked for.
 */
#include "report/report.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/words.h"

#include <string.h>

#define INDENT "                " /* as wide as status and grade with their gaps */
#define RANGES_SHOWN 3            /* of an item's unread ranges; JSON and CSV have them all */

#define BOLD "1"
#define DIM "2"
#define RED "1;31"
#define YELLOW "33"

/* What is counted on the way. */
typedef struct text_state {
    uint64_t grades[TUTELA_GRADE_COUNT]; /* items that match, by their best grade */
} text_state;

static void paint(tt_report *report, const char *code)
{
    if (report->options.colour)
        tt_out_printf(&report->out, "\x1b[%sm", code);
}

static void plain(tt_report *report)
{
    if (report->options.colour)
        tt_out_text(&report->out, "\x1b[0m");
}

static void show(tt_report *report, const char *text)
{
    const tt_buf *display = tt_report_display(report, text, strlen(text));

    tt_out_add(&report->out, display->data, display->size);
}

static void number(tt_report *report, uint64_t value)
{
    char text[32];

    tt_out_text(&report->out, tt_report_number(value, text));
}

/* "12,345 bytes (12.3 kB)" */
static void write_size(tt_report *report, uint64_t bytes)
{
    char text[16];

    number(report, bytes);
    tt_out_text(&report->out, tt_report_plural(bytes, " byte", " bytes"));
    if (bytes >= 10000)
        tt_out_printf(&report->out, " (%s)", tt_size_text(bytes, text));
}

static void write_list(tt_report *report, const char *name, const char *version)
{
    show(report, name);
    if (version[0]) {
        tt_out_text(&report->out, " version ");
        show(report, version);
    }
}

static void write_algorithms(tt_report *report, const char *label, uint32_t mask)
{
    const char *before = label;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i)) {
            tt_out_text(&report->out, before);
            tt_out_text(&report->out, tutela_algorithm_name(i));
            before = ", ";
        }
}

/* The finding's first line: status, grade, path. */
static void write_path(tt_report *report, const tutela_finding *finding)
{
    const char *status = tutela_item_status_name(finding->status);
    const char *letter = tutela_grade_letter(finding->grade);
    int complete = tutela_item_status_complete(finding->status);
    int match = tt_report_is_match(finding);
    const tt_buf *path;

    if (match || !complete)
        paint(report, match ? RED : YELLOW);
    tt_out_printf(&report->out, "%-11s  %-1s  ", status ? status : "?", letter ? letter : "");
    if (match || !complete)
        plain(report);
    if (match)
        paint(report, BOLD);
    path = tt_report_path(report, finding);
    tt_out_add(&report->out, path->data, path->size);
    if (match)
        plain(report);
}

/* "Permission denied; 4,096 bytes at 1,048,576 not read" */
static void write_reason(tt_report *report, const tutela_finding *finding)
{
    show(report, finding->reason);
    for (size_t i = 0; i < finding->unread_count && i < RANGES_SHOWN; i++) {
        tt_out_text(&report->out, i || finding->reason[0] ? "; " : "");
        number(report, finding->unread[i].length);
        tt_out_text(&report->out, tt_report_plural(finding->unread[i].length, " byte", " bytes"));
        tt_out_text(&report->out, " at ");
        number(report, finding->unread[i].offset);
        tt_out_text(&report->out, " not read");
    }
    if (finding->unread_count > RANGES_SHOWN) {
        tt_out_text(&report->out, "; and ");
        number(report, finding->unread_count - RANGES_SHOWN);
        tt_out_text(&report->out, " more ranges");
    }
}

/* What the list says of the entry beside its category; most lists say nothing. */
static void write_said(tt_report *report, const tutela_match *match)
{
    const char *care = tt_report_entry_care(match);
    char words[TT_REPORT_ENTRY_WORDS];

    (void)tt_report_entry_words(match, words);
    if (match->owner[0] || words[0]) {
        paint(report, DIM);
        tt_out_text(&report->out, INDENT "the list says: ");
        if (match->owner[0]) {
            tt_out_text(&report->out, "owner ");
            show(report, match->owner);
        }
        tt_out_printf(&report->out, "%s%s", match->owner[0] && words[0] ? "; " : "", words);
        plain(report);
        tt_out_char(&report->out, '\n');
    }
    if (care) {
        paint(report, YELLOW);
        tt_out_printf(&report->out, INDENT "%s", care);
        plain(report);
        tt_out_char(&report->out, '\n');
    }
}

static void write_match(tt_report *report, const tutela_match *match)
{
    const char *words = tutela_grade_words(match->grade);

    tt_out_text(&report->out, INDENT "list ");
    write_list(report, match->list, match->version);
    if (match->polarity == TUTELA_KNOWN_GOOD)
        tt_out_text(&report->out, " (known-good)");
    if (match->entry[0]) {
        tt_out_text(&report->out, ", entry ");
        show(report, match->entry);
    }
    if (match->category.scheme[0] || match->category.value[0]) {
        tt_out_text(&report->out, ", category ");
        show(report, match->category.scheme);
        tt_out_text(&report->out, match->category.scheme[0] ? " " : "");
        show(report, match->category.value);
    }
    tt_out_char(&report->out, '\n');
    if (match->grade != TUTELA_GRADE_NONE) {
        paint(report, DIM);
        tt_out_printf(&report->out, INDENT "%s", words ? words : "");
        write_algorithms(report, "; agreed: ", match->agreed);
        write_algorithms(report, "; disagreed: ", match->disagreed);
        plain(report);
        tt_out_char(&report->out, '\n');
    }
    write_said(report, match);
}

static void write_facts(tt_report *report, const tutela_finding *finding)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];

    paint(report, DIM);
    tt_out_text(&report->out, INDENT);
    write_size(report, finding->bytes);
    if (finding->mime[0]) {
        tt_out_text(&report->out, ", ");
        show(report, finding->mime);
    }
    if (finding->flags & TUTELA_FLAG_TYPE_MISMATCH)
        tt_out_text(&report->out, " (the name's extension says otherwise)");
    if (finding->digest_mask & TUTELA_BIT(TUTELA_SHA256)) {
        tt_hex_encode(finding->digests[TUTELA_SHA256], tutela_algorithm_size(TUTELA_SHA256), hex);
        tt_out_printf(&report->out, "\n" INDENT "sha256 %s", hex);
    }
    plain(report);
    tt_out_char(&report->out, '\n');
}

/* Which digest, and where. */
static void write_mention(tt_report *report, const tutela_finding *finding)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(finding->digest_mask & TUTELA_BIT(i)))
            continue;
        tt_hex_encode(finding->digests[i], tutela_algorithm_size(i), hex);
        tt_out_printf(&report->out, INDENT "%s %s as text, at byte ", tutela_algorithm_name(i), hex);
    }
    number(report, finding->offset);
    if (finding->mentions > 1) {
        tt_out_text(&report->out, ", ");
        number(report, finding->mentions);
        tt_out_text(&report->out, " times in all");
    }
    tt_out_char(&report->out, '\n');
}

/* How it was come by, and of a disk what became of its bytes. */
static void write_disk(tt_report *report, const tutela_finding *finding)
{
    char text[TT_REPORT_COVERAGE];

    if (tt_report_origin(finding))
        tt_out_printf(&report->out, INDENT "%s\n", tt_report_origin(finding));
    if (finding->coverage)
        tt_out_printf(&report->out, INDENT "disk image: %s\n", tt_report_coverage(finding->coverage, text));
}

static tutela_status item(tt_report *report, const tutela_finding *finding, tutela_error *error)
{
    text_state *state = report->state;

    (void)error;
    if (tt_report_is_match(finding) && tutela_grade_letter(finding->grade))
        state->grades[finding->grade]++;
    write_path(report, finding);
    if (finding->reason[0] || finding->unread_count > 0) {
        tt_out_text(&report->out, ": ");
        write_reason(report, finding);
    }
    tt_out_char(&report->out, '\n');
    write_disk(report, finding);
    if (finding->status == TUTELA_ITEM_MENTION)
        write_mention(report, finding);
    for (size_t i = 0; i < finding->match_count; i++)
        write_match(report, &finding->matches[i]);
    if (finding->match_count > 0 && finding->status != TUTELA_ITEM_MENTION)
        write_facts(report, finding);
    return TUTELA_OK;
}

static tutela_status begin(tt_report *report, tutela_error *error)
{
    const tt_report_head *head = report->head;
    char text[32];

    (void)error;
    tt_out_printf(&report->out, "Tutela %s", tutela_version());
    if (head->started != TT_TIME_UNKNOWN && !report->options.reproducible)
        tt_out_printf(&report->out, ", %s", tt_clock_text(head->started, text));
    tt_out_char(&report->out, '\n');
    for (size_t i = 0; i < head->target_count; i++) {
        tt_out_text(&report->out, i ? "        " : "target  ");
        show(report, head->targets[i]);
        tt_out_char(&report->out, '\n');
    }
    for (size_t i = 0; i < head->list_count; i++) {
        const tt_report_list *list = &head->lists[i];
        const char *polarity = tutela_polarity_name((int32_t)list->polarity);

        tt_out_text(&report->out, i ? "        " : "list    ");
        write_list(report, list->name, list->version);
        tt_out_printf(&report->out, ", %s, %s %s\n", polarity ? polarity : "?",
                      tt_report_number(list->entries, text),
                      tt_report_plural(list->entries, "entry", "entries"));
    }
    tt_out_char(&report->out, '\n');
    return TUTELA_OK;
}

/* "  match                    38  read in full, on a known-bad list" */
static void write_count(tt_report *report, const char *name, uint64_t count, const char *words)
{
    char text[32];

    tt_out_printf(&report->out, "  %-11s %15s", name, tt_report_number(count, text));
    paint(report, DIM);
    tt_out_printf(&report->out, "  %s", words);
    plain(report);
    tt_out_char(&report->out, '\n');
}

static void write_counts(tt_report *report, const tutela_summary *summary)
{
    char time[48], size[16], coverage[TT_REPORT_COVERAGE];

    tt_out_text(&report->out, "\n");
    paint(report, BOLD);
    number(report, summary->items);
    tt_out_printf(&report->out, " %s, %s", tt_report_plural(summary->items, "item", "items"),
                  tt_size_text(summary->bytes, size));
    if (!report->options.reproducible)
        tt_out_printf(&report->out, ", %s", tt_report_duration(summary->duration, time));
    plain(report);
    tt_out_char(&report->out, '\n');
    for (int i = 0; i < TUTELA_ITEM_COUNT; i++)
        if (summary->by_status[i] > 0)
            write_count(report, tutela_item_status_name(i), summary->by_status[i],
                        tt_report_status_words(i));
    if (summary->mentions > 0)
        write_count(report, "mention", summary->mentions, tt_report_status_words(TUTELA_ITEM_MENTION));
    if (summary->images > 0)
        tt_out_printf(&report->out, "  %s: %s\n",
                      tt_report_plural(summary->images, "disk image", "disk images"),
                      tt_report_coverage(summary->coverage, coverage));
    tt_out_char(&report->out, '\n');
}

/* Which lists had no match in what was read. */
static void write_no_match(tt_report *report, const tutela_summary *summary)
{
    const tt_report_head *head = report->head;
    int asked = 0;

    for (size_t i = 0; i < head->list_count; i++) {
        if (head->lists[i].polarity != TUTELA_KNOWN_BAD)
            continue;
        asked = 1;
        tt_out_text(&report->out, summary->complete && !report->gone_on
                                      ? "No match against list "
                                      : "No match, in what was read, against list ");
        write_list(report, head->lists[i].name, head->lists[i].version);
        tt_out_text(&report->out, ".\n");
    }
    if (!asked)
        tt_out_text(&report->out, "No known-bad list was consulted.\n");
}

/* "3 items match a known-bad list, by best grade:", and how many of each. */
static void write_matched(tt_report *report, const tutela_summary *summary)
{
    const text_state *state = report->state;
    int graded = 0;

    for (int i = 0; i < TUTELA_GRADE_COUNT; i++)
        graded |= state->grades[i] > 0;
    number(report, summary->matches);
    tt_out_text(&report->out,
                tt_report_plural(summary->matches, " item matches", " items match"));
    tt_out_text(&report->out, " a known-bad list");
    if (graded)
        tt_out_text(&report->out, tt_report_plural(summary->matches, ", by its best grade:\n",
                                                   ", by their best grade:\n"));
    else
        tt_out_text(&report->out, ".\n");
    for (int i = 0; i < TUTELA_GRADE_COUNT; i++)
        if (state->grades[i] > 0)
            write_count(report, tutela_grade_letter(i), state->grades[i], tutela_grade_words(i));
    if (graded)
        tt_out_char(&report->out, '\n');
}

static void write_incomplete(tt_report *report, const tutela_summary *summary)
{
    uint64_t count = tt_report_incomplete(summary);

    paint(report, YELLOW);
    if (count == 0) {
        tt_out_text(&report->out, "Incomplete: the run ended before everything was examined.\n");
    } else {
        tt_out_text(&report->out, "Incomplete: ");
        number(report, count);
        tt_out_text(&report->out, tt_report_plural(count, " item was", " items were"));
        tt_out_text(&report->out, " not fully examined and may hold listed files.\n");
    }
    plain(report);
}

static tutela_status end(tt_report *report, const tutela_summary *summary, tutela_error *error)
{
    tt_out *out = &report->out;

    (void)error;
    write_counts(report, summary);
    if (summary->matches > 0)
        write_matched(report, summary);
    else
        write_no_match(report, summary);
    if (summary->complete && report->gone_on)
        tt_out_printf(out, "Complete: what was left of %s was read to its end; for what comes before see "
                           "the earlier report.\n",
                      tt_report_plural(report->gone_on, "the item", "the items"));
    else if (summary->complete)
        tt_out_text(out, "Complete: every item was read to its end, or skipped as stated.\n");
    else
        write_incomplete(report, summary);
    tt_out_printf(out, "%s\n", tt_report_indicator);
    return TUTELA_OK;
}

const tt_report_format tt_report_text = {
    .name = "text",
    .state_size = sizeof(text_state),
    .begin = begin,
    .item = item,
    .end = end,
};
