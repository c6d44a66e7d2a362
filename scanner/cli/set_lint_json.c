/*
 * set_lint_json: what lists held, for programs. Rejected rows are records of their own, written as
 * they are met; all else is in one record at the end, also when no set was written.
 */
#include "set_lint.h"

#include <inttypes.h>
#include <stdlib.h>

/* The array's text, ready for one more element; NULL when there is no memory or no more room. */
static FILE *element(lint_text *array, uint64_t most)
{
    if (!array->file)
        array->file = open_memstream(&array->text, &array->size);
    if (array->records++ >= most || !array->file)
        return NULL;
    if (array->records > 1)
        fputc(',', array->file);
    return array->file;
}

static void put_array(FILE *out, const char *name, lint_text *array)
{
    fprintf(out, ",\"%s\":[", name);
    if (array->file && fflush(array->file) == 0)
        fwrite(array->text, 1, array->size, out);
    fputc(']', out);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\":", name);
    cli_json_text(out, text);
}

/* {"md5":12,"sha1":0,...} */
static void put_digests(FILE *out, const char *name, const uint64_t digests[TUTELA_ALGORITHM_COUNT])
{
    fprintf(out, ",\"%s\":{", name);
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", tutela_algorithm_name(i), digests[i]);
    fputc('}', out);
}

/* {"width":1}: reasons that were met. */
static void put_rejected(FILE *out, const uint64_t rejected[TUTELA_REJECT_COUNT])
{
    const char *comma = "";

    fputs(",\"rejected\":{", out);
    for (int32_t i = 0; i < TUTELA_REJECT_COUNT; i++) {
        if (!rejected[i])
            continue;
        fprintf(out, "%s\"%s\":%" PRIu64, comma, tutela_reject_name(i), rejected[i]);
        comma = ",";
    }
    fputc('}', out);
}

void cli_lint_json_reject(const cli_lint *lint, size_t input, uint64_t line, int32_t reason)
{
    fputs("{\"type\":\"reject\",", stdout);
    put_text(stdout, "input", lint->inputs[input]);
    printf(",\"line\":%" PRIu64 ",\"reason\":\"%s\"}\n", line, tutela_reject_name(reason));
}

void cli_lint_json_input(cli_lint *lint, const tutela_build_input *input)
{
    FILE *out = element(&lint->inputs_json, UINT64_MAX);

    if (!out)
        return;
    fputc('{', out);
    put_text(out, "input", lint->inputs[input->input]);
    if (lint->update)
        fprintf(out, ",\"use\":\"%s\"", input->input < lint->add_count ? "add" : "remove");
    fputc(',', out);
    put_text(out, "format", input->format);
    fputc(',', out);
    put_text(out, "list", input->list);
    fputc(',', out);
    put_text(out, "version", input->version);
    fprintf(out, ",\"rows\":%" PRIu64, input->rows);
    put_rejected(out, input->rejected);
    fputs(",\"noted\":{", out);
    for (size_t i = 0; i < input->tally_count; i++) {
        cli_json_text(out, input->tallies[i].what);
        fprintf(out, ":%" PRIu64 "%s", input->tallies[i].count,
                i + 1 < input->tally_count ? "," : "");
    }
    fputs("}}", out);
}

static void put_category(FILE *out, const tutela_category *category)
{
    fputc('{', out);
    put_text(out, "scheme", category->scheme);
    fputc(',', out);
    put_text(out, "value", category->value);
    fputc('}', out);
}

void cli_lint_json_conflict(cli_lint *lint, const tutela_build_conflict *conflict)
{
    FILE *out = element(&lint->conflicts_json, LINT_PAIR_RECORDS);

    if (!out)
        return;
    fputc('{', out);
    put_text(out, "list", conflict->list);
    fputc(',', out);
    put_text(out, "version", conflict->version);
    fputs(",\"categories\":[", out);
    put_category(out, &conflict->first);
    fputc(',', out);
    put_category(out, &conflict->second);
    fputc(']', out);
    put_digests(out, "digests", conflict->digests);
    fputc('}', out);
}

void cli_lint_json_overlap(cli_lint *lint, const tutela_build_overlap *overlap)
{
    FILE *out = element(&lint->overlaps_json, LINT_PAIR_RECORDS);

    if (!out)
        return;
    fputc('{', out);
    put_text(out, "input", lint->inputs[overlap->input]);
    fputc(',', out);
    put_text(out, "set", lint->against[overlap->set]);
    fputc(',', out);
    put_text(out, "list", overlap->list.name);
    fputc(',', out);
    put_text(out, "version", overlap->list.version);
    fprintf(out, ",\"polarity\":\"%s\",\"rows\":%" PRIu64,
            tutela_polarity_name(overlap->list.polarity), overlap->rows);
    put_digests(out, "digests", overlap->digests);
    fputc('}', out);
}

static void put_entries(FILE *out, const tutela_build_report *report)
{
    const char *comma = "";
    char name[32];

    fputs(",\"entries\":{", out);
    for (uint32_t mask = 1; mask < TUTELA_MASK_COUNT; mask++) {
        if (!report->masks[mask])
            continue;
        fprintf(out, "%s\"%s\":%" PRIu64, comma, cli_mask_text(mask, "+", name), report->masks[mask]);
        comma = ",";
    }
    fprintf(out, "},\"md5_alone_without_size\":%" PRIu64, report->unsized);
}

/* What became of the base; the new set's size only when there is one. */
static void put_change(const cli_lint *lint, const tutela_build_report *report)
{
    printf(",\"to_remove\":%" PRIu64 ",\"not_found\":%" PRIu64, lint->to_remove,
           report->not_found);
    if (report->written)
        printf(",\"added\":%" PRIu64 ",\"removed\":%" PRIu64 ",\"all_entries\":%" PRIu64
               ",\"layers\":%zu",
               report->accepted, report->removed, report->entries, report->layers);
}

void cli_lint_json_whole(cli_lint *lint, const tutela_build_report *report, const char *output)
{
    const char *polarity = tutela_polarity_name(report->polarity);
    uint64_t rejects = lint->rejects.all;

    printf("{\"type\":\"%s\",\"schema\":1,", lint->update ? "update" : "build");
    put_text(stdout, "output", output);
    printf(",\"written\":%s,\"polarity\":", report->written ? "true" : "false");
    if (polarity)
        cli_json_text(stdout, polarity);
    else
        fputs("null", stdout);
    printf(",\"rows\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"duplicates\":%" PRIu64, report->rows,
           report->accepted, report->duplicates);
    if (lint->update)
        put_change(lint, report);
    put_rejected(stdout, report->rejected);
    printf(",\"rejects\":%" PRIu64 ",\"reject_records\":%" PRIu64, rejects,
           rejects < LINT_REJECT_RECORDS ? rejects : LINT_REJECT_RECORDS);
    put_entries(stdout, report);
    put_digests(stdout, "repeated", report->repeated);
    put_digests(stdout, "shared", report->several);
    put_digests(stdout, "conflicting", report->conflicts);
    printf(",\"conflict_pairs\":%" PRIu64, report->conflict_pairs);
    put_array(stdout, "conflicts", &lint->conflicts_json);
    printf(",\"overlap_pairs\":%" PRIu64, lint->overlaps_json.records);
    put_array(stdout, "overlaps", &lint->overlaps_json);
    put_array(stdout, "inputs", &lint->inputs_json);
    fputs("}\n", stdout);
}
