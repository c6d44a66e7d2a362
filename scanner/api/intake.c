/* intake: the sink between the readers of lists and a build. */
#include "api/intake.h"
#include "base/mem.h"
#include "hashsets/import/import.h"

#include <string.h>

/* The rows that follow belong to the list with that version. */
static tutela_status begin_list(tt_intake *in, tutela_error *error)
{
    in->listed = 1;
    return tt_build_list(in->build, in->now.list, in->now.version, in->polarity, error);
}

static void tell_format(tt_intake *in)
{
    if (in->now.format && !in->told && in->on_format)
        in->on_format(in->user, in->now.input, in->now.format);
    in->told = 1;
}

/* What the list says is its version; what the operator says goes before. */
static tutela_status take_version(void *user, const char *text, tutela_error *error)
{
    tt_intake *in = user;

    if (in->version)
        return TUTELA_OK;
    tell_format(in);
    if (in->on_version)
        in->on_version(in->user, in->now.input, text);
    in->stated = tt_copy_text(text);
    if (!in->stated)
        return tt_no_memory(error);
    in->now.version = in->stated;
    return begin_list(in, error);
}

static tutela_status take_row(void *user, const tt_row *row, tutela_error *error)
{
    tt_intake *in = user;

    in->now.rows++;
    if (!in->listed)
        TT_TRY(begin_list(in, error));
    if (in->overlap)
        TT_TRY(tt_overlap_add(in->overlap, (uint32_t)in->now.input, &row->digests, error));
    return tt_build_add(in->build, row, error);
}

static void reject_row(void *user, uint64_t line, tutela_reject reason)
{
    tt_intake *in = user;

    in->now.rows++;
    in->now.rejected[reason]++;
    if (in->on_reject)
        in->on_reject(in->user, in->now.input, line, (int32_t)reason);
}

/* The last place takes whatever finds no place of its own. */
static void count_thing(void *user, const char *what)
{
    tt_intake *in = user;
    size_t at = 0;

    while (at < in->now.tally_count && strcmp(in->tallies[at].what, what) != 0)
        at++;
    if (at >= TT_INTAKE_KINDS - 1) {
        at = TT_INTAKE_KINDS - 1;
        what = "something else";
    }
    if (at >= in->now.tally_count) {
        in->tallies[at] = (tutela_build_tally){.what = what};
        in->now.tally_count = at + 1;
    }
    in->tallies[at].count++;
}

/* The input's file name without its folder. */
static const char *list_name(const tt_intake *in, size_t input)
{
    const char *path = in->inputs[input];
    const char *slash = strrchr(path, '/');

    return in->list ? in->list : slash ? slash + 1 : path;
}

static void end_input(tt_intake *in)
{
    in->rows += in->now.rows;
    for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        in->rejected[i] += in->now.rejected[i];
    tell_format(in);
    if (in->now.format && in->on_input)
        in->on_input(in->user, &in->now);
    tt_free(in->stated);
    in->stated = NULL;
}

static tutela_status read_one(tt_intake *in, size_t input, tutela_error *error)
{
    const tt_import_options import = {.map = in->csv_map};
    tt_row_sink sink = {.take = take_row,
                        .reject = reject_row,
                        .count = count_thing,
                        .version = take_version,
                        .user = in};
    tutela_status status;

    in->told = in->listed = 0;
    in->now = (tutela_build_input){.size = sizeof in->now,
                                   .input = input,
                                   .list = list_name(in, input),
                                   .version = in->version ? in->version : "",
                                   .tallies = in->tallies};
    status = tt_import_file(in->inputs[input], &import, &sink, &in->now.format, error);
    /* A list without a usable row is a list of the set all the same. */
    if (status == TUTELA_OK && !in->listed)
        status = begin_list(in, error);
    end_input(in);
    return status;
}

tutela_status tt_intake_read(tt_intake *in, tutela_error *error)
{
    for (size_t i = 0; i < in->input_count; i++)
        TT_TRY(read_one(in, i, error));
    return in->overlap ? tt_overlap_finish(in->overlap, error) : TUTELA_OK;
}

uint64_t tt_intake_rejects(const tt_intake *in)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        sum += in->rejected[i];
    return sum;
}

/* ---- What it comes to -------------------------------------------------------------------- */

void tt_intake_report(const tt_intake *in, const tt_build_counts *counts,
                      tutela_build_report *report)
{
    report->rows = in->rows;
    memcpy(report->rejected, in->rejected, sizeof report->rejected);
    report->accepted = counts->accepted;
    report->duplicates = counts->duplicates;
    report->unsized = counts->unsized;
    report->conflict_pairs = counts->lint.pairs;
    _Static_assert(sizeof report->masks == sizeof counts->masks, "the same masks");
    memcpy(report->masks, counts->masks, sizeof report->masks);
    memcpy(report->conflicts, counts->lint.conflicts, sizeof report->conflicts);
    memcpy(report->repeated, counts->lint.repeated, sizeof report->repeated);
    memcpy(report->several, counts->lint.several, sizeof report->several);
}

static void tell_conflict(const tt_intake *in, const tt_lint_conflict *pair,
                          void (*on_conflict)(void *user, const tutela_build_conflict *conflict))
{
    tutela_build_conflict out = {.size = sizeof out,
                                 .list = pair->first.list,
                                 .version = pair->first.version,
                                 .first = {pair->first.scheme, pair->first.value},
                                 .second = {pair->second.scheme, pair->second.value}};

    memcpy(out.digests, pair->digests, sizeof out.digests);
    on_conflict(in->user, &out);
}

static void tell_overlap(const tt_intake *in, const tt_overlap_pair *pair,
                         void (*on_overlap)(void *user, const tutela_build_overlap *overlap))
{
    tutela_build_overlap out = {.size = sizeof out,
                                .input = pair->source,
                                .set = pair->set,
                                .list = {.name = pair->list->name,
                                         .version = pair->list->version,
                                         .polarity = (int32_t)pair->list->polarity,
                                         .entries = pair->list->entries},
                                .rows = pair->rows};

    memcpy(out.digests, pair->digests, sizeof out.digests);
    on_overlap(in->user, &out);
}

void tt_intake_tell(const tt_intake *in,
                    void (*on_conflict)(void *user, const tutela_build_conflict *conflict),
                    void (*on_overlap)(void *user, const tutela_build_overlap *overlap))
{
    tt_lint_conflict conflict;
    tt_overlap_pair overlap;

    for (size_t i = 0; on_conflict && tt_build_conflict_at(in->build, i, &conflict); i++)
        tell_conflict(in, &conflict, on_conflict);
    for (size_t i = 0; on_overlap && in->overlap && tt_overlap_at(in->overlap, i, &overlap); i++)
        tell_overlap(in, &overlap, on_overlap);
}
