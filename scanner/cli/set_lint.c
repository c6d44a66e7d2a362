/*
 * set_lint: what lists held, for people: the most serious first, and nothing that is not there.
 */
#include "set_lint.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Longest line kept: a path and its reason, or two categories. cli_note cuts at as much. */
#define LINE_ROOM 4096

/* ---- Tables ------------------------------------------------------------------------------ */

/* One more line, if there is room for it; without memory it is only counted. */
static void add(lint_table *table, const char *left, const char *format, ...) CLI_PRINTF(3, 4);

static void add(lint_table *table, const char *left, const char *format, ...)
{
    char line[LINE_ROOM];
    va_list arguments;

    if (table->all < LINT_SHOWN) {
        va_start(arguments, format);
        vsnprintf(line, sizeof line, format, arguments);
        va_end(arguments);
        table->left[table->all] = strdup(left);
        table->right[table->all] = strdup(line);
    }
    table->all++;
}

static void print_table(const lint_table *table, const char *more)
{
    char number[32];
    int width = 0;

    for (size_t i = 0; i < LINT_SHOWN && table->left[i]; i++)
        if ((int)strlen(table->left[i]) > width)
            width = (int)strlen(table->left[i]);
    for (size_t i = 0; i < LINT_SHOWN && table->left[i] && table->right[i]; i++)
        cli_note("  %*s%s%s", width, table->left[i], width ? "  " : "", table->right[i]);
    if (table->all > LINT_SHOWN)
        cli_note("  and %s more %s", cli_count_text(table->all - LINT_SHOWN, number), more);
}

static void table_done(lint_table *table)
{
    for (size_t i = 0; i < LINT_SHOWN; i++) {
        free(table->left[i]);
        free(table->right[i]);
    }
}

/* ---- Words ------------------------------------------------------------------------------- */

/* "12 md5, 12 sha1" into `out`; answers 0 when there are none. */
static int by_algorithm(const uint64_t digests[TUTELA_ALGORITHM_COUNT], char out[160])
{
    size_t used = 0;
    char number[32];

    out[0] = '\0';
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (digests[i])
            used += (size_t)snprintf(out + used, 160 - used, "%s%s %s", used ? ", " : "",
                                     cli_count_text(digests[i], number), tutela_algorithm_name(i));
    return used > 0;
}

/* ---- Collecting -------------------------------------------------------------------------- */

static void on_reject(void *user, size_t input, uint64_t line, int32_t reason)
{
    cli_lint *lint = user;
    const char *text = tutela_reject_text(reason);

    if (lint->json && lint->rejects.all < LINT_REJECT_RECORDS)
        cli_lint_json_reject(lint, input, line, reason);
    add(&lint->rejects, "", "%s: line %" PRIu64 ": %s", lint->inputs[input], line,
        text ? text : "rejected");
}

static void on_format(void *user, size_t input, const char *format)
{
    const cli_lint *lint = user;

    cli_note("%s: read as %s", lint->inputs[input], format);
}

static void on_version(void *user, size_t input, const char *text)
{
    const cli_lint *lint = user;

    cli_note("%s: states that it is version %s", lint->inputs[input], text);
}

static void on_input(void *user, const tutela_build_input *input)
{
    cli_lint *lint = user;
    char number[32];

    for (size_t i = 0; i < input->tally_count; i++)
        add(&lint->tallies, cli_count_text(input->tallies[i].count, number), "%s, in %s",
            input->tallies[i].what, lint->inputs[input->input]);
    if (input->input >= lint->add_count) {
        lint->to_remove += input->rows;
        for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
            lint->to_remove -= input->rejected[i];
    }
    if (lint->json)
        cli_lint_json_input(lint, input);
}

static void on_conflict(void *user, const tutela_build_conflict *conflict)
{
    cli_lint *lint = user;
    const tutela_category *one = &conflict->first, *other = &conflict->second;
    char numbers[160];

    (void)by_algorithm(conflict->digests, numbers);
    add(&lint->conflicts, numbers, "%s%s%s and %s%s%s in '%s'%s%s", one->scheme,
        *one->scheme ? ":" : "", one->value, other->scheme, *other->scheme ? ":" : "",
        other->value, conflict->list, *conflict->version ? ", version " : "", conflict->version);
    if (lint->json)
        cli_lint_json_conflict(lint, conflict);
}

static void on_overlap(void *user, const tutela_build_overlap *overlap)
{
    cli_lint *lint = user;
    const tutela_list_info *list = &overlap->list;
    char number[32];

    add(&lint->overlaps, cli_count_text(overlap->rows, number),
        "row%s of %s in %s '%s'%s%s", overlap->rows == 1 ? "" : "s",
        lint->inputs[overlap->input], tutela_polarity_name(list->polarity), list->name,
        *list->version ? ", version " : "", list->version);
    if (lint->json)
        cli_lint_json_overlap(lint, overlap);
}

void cli_lint_begin(cli_lint *lint, tutela_build_options *options)
{
    lint->add_count = options->input_count;
    lint->sets = options->against;
    lint->against_count = options->against_count;
    options->on_reject = on_reject;
    options->on_format = on_format;
    options->on_version = on_version;
    options->on_input = on_input;
    options->on_conflict = on_conflict;
    options->on_overlap = on_overlap;
    options->user = lint;
}

void cli_lint_done(cli_lint *lint)
{
    lint_text *const texts[] = {&lint->inputs_json, &lint->conflicts_json, &lint->overlaps_json};

    table_done(&lint->rejects);
    table_done(&lint->tallies);
    table_done(&lint->conflicts);
    table_done(&lint->overlaps);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i]->file)
            fclose(texts[i]->file);
        free(texts[i]->text);
    }
}

/* ---- Saying ------------------------------------------------------------------------------ */

static void print_rows(const cli_lint *lint, const tutela_build_report *report)
{
    char rows[32], gone[32], accepted[32], duplicates[32], rejected[32];

    cli_count_text(report->rows, rows);
    cli_count_text(report->accepted, accepted);
    cli_count_text(report->duplicates, duplicates);
    cli_count_text(lint->rejects.all, rejected);
    if (lint->to_remove)
        cli_note("rows: %s read, %s to remove, %s accepted, %s duplicate, %s rejected", rows,
                 cli_count_text(lint->to_remove, gone), accepted, duplicates, rejected);
    else
        cli_note("rows: %s read, %s accepted, %s duplicate, %s rejected", rows, accepted,
                 duplicates, rejected);
}

static void print_entries(const tutela_build_report *report)
{
    char number[32], mask_name[32], line[600] = "";
    size_t used = 0;

    for (uint32_t mask = 1; mask < TUTELA_MASK_COUNT; mask++)
        if (report->masks[mask])
            used += (size_t)snprintf(line + used, sizeof line - used, "%s%s with %s",
                                     used ? ", " : "", cli_count_text(report->masks[mask], number),
                                     cli_mask_text(mask, "+", mask_name));
    if (used)
        cli_note("entries: %s", line);
}

/* What became of the base. */
static void print_change(const tutela_build_report *report)
{
    char added[32], removed[32], missing[32];

    if (report->written)
        cli_note("update: %s added, %s removed", cli_count_text(report->accepted, added),
                 cli_count_text(report->removed, removed));
    if (report->not_found)
        cli_note("  rows to remove that the base does not have: %s",
                 cli_count_text(report->not_found, missing));
}

static void print_rejects(const cli_lint *lint, const tutela_build_report *report)
{
    lint_table reasons = {.all = 0};
    char number[32];

    for (int32_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        if (report->rejected[i])
            add(&reasons, cli_count_text(report->rejected[i], number), "%s",
                tutela_reject_text(i));
    if (reasons.all) {
        cli_note("rejected:");
        print_table(&reasons, "reasons");
        print_table(&lint->rejects, "rejected rows");
    }
    table_done(&reasons);
}

/* 1 when some list of the set can overlap with lists of that polarity. */
static int has_opposed(const tutela_set *set, int32_t polarity)
{
    tutela_list_info list;

    for (size_t i = 0; tutela_set_get_list(set, i, &list) == TUTELA_OK; i++)
        if (list.polarity != polarity)
            return 1;
    return 0;
}

/* What is in both kinds of lists; said also when there is nothing, because it was asked for. */
static void print_overlaps(const cli_lint *lint, int32_t polarity)
{
    size_t opposed = 0;

    for (size_t i = 0; i < lint->against_count; i++) {
        if (has_opposed(lint->sets[i], polarity))
            opposed++;
        else
            cli_note("%s: has no %s list, so nothing is held against it", lint->against[i],
                     tutela_polarity_name(polarity == TUTELA_KNOWN_BAD ? TUTELA_KNOWN_GOOD
                                                                       : TUTELA_KNOWN_BAD));
    }
    if (lint->overlaps.all) {
        cli_note("overlap: rows that a list of the other kind holds too");
        print_table(&lint->overlaps, "lists that overlap");
    } else if (opposed) {
        cli_note("overlap: none");
    }
}

static void print_weak(const tutela_build_report *report)
{
    uint64_t weak = report->masks[TUTELA_BIT(TUTELA_MD5)];
    int bad = report->polarity == TUTELA_KNOWN_BAD;
    const char *have = weak == 1 ? "entry has" : "entries have";
    const char *sized = bad ? " (grade B at best)" : "", *unsized = bad ? " (grade C)" : "";
    char all[32], some[32];

    cli_count_text(weak, all);
    cli_count_text(report->unsized, some);
    if (report->unsized == weak)
        cli_note("weak: %s %s MD5 alone and no size%s", all, have, unsized);
    else if (report->unsized)
        cli_note("weak: %s %s MD5 alone%s, %s of them no size%s", all, have, sized, some, unsized);
    else
        cli_note("weak: %s %s MD5 alone%s", all, have, sized);
}

/* 0 when there was nothing to say. */
static int print_sections(const cli_lint *lint, const tutela_build_report *report)
{
    uint64_t weak = report->masks[TUTELA_BIT(TUTELA_MD5)];
    char conflicts[160], repeated[160], several[160];
    int some = by_algorithm(report->conflicts, conflicts);

    if (some) {
        cli_note("conflicts: digests with several categories in one list: %s", conflicts);
        print_table(&lint->conflicts, "pairs of categories");
    }
    print_overlaps(lint, report->polarity);
    print_rejects(lint, report);
    if (lint->tallies.all) {
        cli_note("noted:");
        print_table(&lint->tallies, "kinds");
    }
    if (by_algorithm(report->repeated, repeated))
        cli_note("repeated: digests with several entries in one list: %s", repeated);
    if (by_algorithm(report->several, several))
        cli_note("shared: digests in more than one list: %s", several);
    if (weak)
        print_weak(report);
    return some || lint->overlaps.all || lint->rejects.all || lint->tallies.all || *repeated
           || *several || weak;
}

void cli_lint_end(cli_lint *lint, const tutela_build_report *report, const char *output)
{
    print_rows(lint, report);
    print_entries(report);
    if (lint->update)
        print_change(report);
    if (!print_sections(lint, report) && !report->not_found)
        cli_note("nothing to report");
    if (lint->json)
        cli_lint_json_whole(lint, report, output);
}
