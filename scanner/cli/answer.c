/*
 * answer: see answer.h. Streams are written without their locks, which cost a fifth of the time of
 * an answer: one thread writes.
 */
#include "answer.h"
#include "cli.h"

#include <inttypes.h>
#include <string.h>

/* Entries named on one line: a digest may be in thousands, which is no line to read. */
#define MATCHES_SHOWN 8u

/* ---- JSON -------------------------------------------------------------------------------- */

static void text_member(FILE *out, const char *key, const char *text)
{
    fputs_unlocked(key, out);
    if (*text)
        cli_json_text(out, text);
    else
        fputs_unlocked("null", out);
}

static void write_category(FILE *out, const tutela_category *category)
{
    fputs_unlocked(",\"category\":", out);
    if (!*category->scheme && !*category->value) {
        fputs_unlocked("null", out);
        return;
    }
    fputs_unlocked("{\"scheme\":", out);
    cli_json_text(out, category->scheme);
    fputs_unlocked(",\"value\":", out);
    cli_json_text(out, category->value);
    putc_unlocked('}', out);
}

/* The members of a match are those of a scan's JSON. */
/* What the list says of the entry beside its category: nothing of what it does not say. */
static void write_said(FILE *out, const tutela_match *match)
{
    const char *comma = "";
    char time[32];

    if (*match->owner)
        text_member(out, ",\"owner\":", match->owner);
    if (match->flags) {
        fputs_unlocked(",\"flags\":[", out);
        for (uint32_t flag = 1; flag; flag <<= 1) {
            if (!(match->flags & flag) || !tutela_entry_flag_name(flag))
                continue;
            text_member(out, comma, tutela_entry_flag_name(flag));
            comma = ",";
        }
        putc_unlocked(']', out);
    }
    if (match->updated)
        text_member(out, ",\"listed\":", cli_time_text(match->updated, time));
}

static void write_match(FILE *out, const tutela_match *match)
{
    const char *comma = "";

    text_member(out, "{\"list\":", match->list);
    text_member(out, ",\"version\":", match->version);
    text_member(out, ",\"entry\":", match->entry);
    write_category(out, &match->category);
    text_member(out, ",\"polarity\":", tutela_polarity_name(match->polarity));
    fputs_unlocked(",\"agreed\":[", out);
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(match->agreed & TUTELA_BIT(i)))
            continue;
        fputs_unlocked(comma, out);
        cli_json_text(out, tutela_algorithm_name(i));
        comma = ",";
    }
    text_member(out, "],\"grade\":", tutela_grade_letter(match->grade));
    write_said(out, match);
    putc_unlocked('}', out);
}

static void write_record(FILE *out, const tutela_match *matches, size_t count)
{
    if (count == 0) {
        fputs_unlocked("{\"found\":false,\"matches\":[]}\n", out);
        return;
    }
    fputs_unlocked("{\"found\":true,\"matches\":[", out);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            putc_unlocked(',', out);
        write_match(out, &matches[i]);
    }
    fputs_unlocked("]}\n", out);
}

/* ---- Lines for people -------------------------------------------------------------------- */

static void show(FILE *out, const char *before, const char *text)
{
    char shown[4096];

    if (!*text)
        return;
    cli_display(shown, sizeof shown, text);
    fputs_unlocked(before, out);
    fputs_unlocked(shown, out);
}

static void show_match(FILE *out, const tutela_match *match)
{
    const tutela_category *category = &match->category;

    show(out, "list ", match->list);
    show(out, " version ", match->version);
    show(out, ", ", tutela_polarity_name(match->polarity));
    show(out, ", entry ", match->entry);
    show(out, ", category ", category->scheme);
    show(out, *category->scheme ? " " : ", category ", category->value);
}

static void show_line(FILE *out, uint64_t number, const tutela_match *matches, size_t count)
{
    char more[32];

    fprintf(out, "%" PRIu64 ": %s", number, count ? "found: " : "not found");
    for (size_t i = 0; i < count && i < MATCHES_SHOWN; i++) {
        fputs_unlocked(i ? "; " : "", out);
        show_match(out, &matches[i]);
    }
    if (count > MATCHES_SHOWN)
        fprintf(out, "; and %s more", cli_count_text(count - MATCHES_SHOWN, more));
    putc_unlocked('\n', out);
}

void answer_matches(const answer_style *style, uint64_t number, const tutela_match *matches,
                    size_t count)
{
    if (style->json)
        write_record(style->out, matches, count);
    else
        show_line(style->out, number, matches, count);
}

void answer_error(const answer_style *style, uint64_t number, const char *why)
{
    if (style->json)
        fprintf(style->out, "{\"error\":\"%s\"}\n", why);
    else
        fprintf(style->out, "%" PRIu64 ": no answer: %s\n", number, why);
}
