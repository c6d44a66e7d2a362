/* intake: the sink between the readers of lists and a build. */
#include "api/intake.h"
#include "api/api.h"
#include "base/clock.h"
#include "base/mem.h"
#include "hashsets/import/import.h"
#include "hashsets/layers.h"

#include <inttypes.h>
#include <string.h>

#define INTAKE_MEMORY ((uint64_t)512 << 20)

/* ---- Before ------------------------------------------------------------------------------ */

/* The new set takes the place of what is at its output: that may be none of these sets need. */
static tutela_status check_against(const tutela_build_options *options, const char *command,
                                   tutela_error *error)
{
    tt_set *const *sets = (tt_set *const *)options->against;

    if (options->against_count && !sets)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: against: must not be NULL", command);
    for (size_t i = 0; i < options->against_count; i++) {
        if (!sets[i])
            return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: a set of against: must not be NULL",
                           command);
        TT_TRY(tt_layers_spare(sets[i], options->output,
                               "a set to hold the lists against, or a part of one",
                               "write the new set to another file", error));
    }
    return tt_layers_distinct(sets, options->against_count, error);
}

tutela_status tt_intake_check(const tutela_build_options *options, const char *command,
                              tutela_error *error)
{
    if (!options->output)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: no output file given", command);
    if (options->expires && options->expires <= tt_clock_wall())
        return tt_advise(
            error,
            tt_fail(error, TUTELA_ARGUMENT, 0, "%s: the set would have expired already", command),
            "say a day to come");
    TT_TRY(check_against(options, command, error));
    return tt_import_check(&(tt_import_options){.map = options->csv_map}, error);
}

uint64_t tt_intake_memory(const tutela_build_options *options, unsigned share)
{
    return (options->memory ? options->memory : INTAKE_MEMORY) / share;
}

tutela_status tt_intake_begin(tt_intake *in, const tt_seal *seal, unsigned share,
                              tutela_error *error)
{
    const tutela_build_options *options = in->options;

    if (options->against_count && options->input_count)
        TT_TRY(tt_overlap_new(&in->overlap, (tt_set *const *)options->against,
                              options->against_count, (tutela_polarity)options->polarity, error));
    TT_TRY(tt_build_new(&in->build, options->output, tt_intake_memory(options, share), error));
    if (options->expires)
        tt_build_expires(in->build, options->expires);
    return tt_build_seal(in->build, seal, error);
}

void tt_intake_done(tt_intake *in)
{
    tt_build_free(in->build);
    tt_overlap_free(in->overlap);
    in->build = NULL;
    in->overlap = NULL;
}

/* ---- The rows ---------------------------------------------------------------------------- */

/* The rows that follow belong to the list with that version. */
static tutela_status begin_list(tt_intake *in, tutela_error *error)
{
    in->listed = 1;
    return tt_build_list(in->build, in->now.list, in->now.version,
                         (tutela_polarity)in->options->polarity, error);
}

static void tell_format(tt_intake *in)
{
    if (in->now.format && !in->told && in->options->on_format)
        in->options->on_format(in->options->user, in->now.input, in->now.format);
    in->told = 1;
}

/* What the list says is its version; what the operator says goes before. */
static tutela_status take_version(void *user, const char *text, tutela_error *error)
{
    tt_intake *in = user;

    if (in->options->version)
        return TUTELA_OK;
    tell_format(in);
    if (in->options->on_version)
        in->options->on_version(in->options->user, in->now.input, text);
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
    if (in->other)
        return in->take(in->taker, row, error);
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
    if (in->options->on_reject)
        in->options->on_reject(in->options->user, in->now.input, line, (int32_t)reason);
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
static const char *list_name(const tt_intake *in)
{
    const char *slash = strrchr(in->path, '/');

    return in->options->list ? in->options->list : slash ? slash + 1 : in->path;
}

/* Of an input that states none. */
static const char *list_version(const tt_intake *in)
{
    return in->options->version ? in->options->version : in->before ? in->before : "";
}

static void end_input(tt_intake *in)
{
    in->rows += in->now.rows;
    for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        in->rejected[i] += in->now.rejected[i];
    tell_format(in);
    if (in->now.format && in->options->on_input)
        in->options->on_input(in->options->user, &in->now);
    tt_free(in->stated);
    in->stated = NULL;
}

/* The versions of lists of others do not matter: rows of any are taken. */
static tutela_status read_one(tt_intake *in, const char *path, size_t input, tutela_error *error)
{
    const tt_import_options import = {.map = in->options->csv_map};
    tt_row_sink sink = {.take = take_row,
                        .reject = reject_row,
                        .count = count_thing,
                        .version = in->other ? NULL : take_version,
                        .user = in};
    tutela_status status;

    in->path = path;
    in->told = in->listed = 0;
    in->now = (tutela_build_input){.size = sizeof in->now,
                                   .input = input,
                                   .list = list_name(in),
                                   .version = in->other ? "" : list_version(in),
                                   .tallies = in->tallies};
    status = tt_import_file(path, &import, &sink, &in->now.format, error);
    /* A list without a usable row is a list of the set all the same. */
    if (status == TUTELA_OK && !in->listed && !in->other)
        status = begin_list(in, error);
    end_input(in);
    return status;
}

tutela_status tt_intake_read(tt_intake *in, tutela_error *error)
{
    in->other = 0;
    for (size_t i = 0; i < in->options->input_count; i++)
        TT_TRY(read_one(in, in->options->inputs[i], i, error));
    return in->overlap ? tt_overlap_finish(in->overlap, error) : TUTELA_OK;
}

tutela_status tt_intake_read_others(tt_intake *in, const char *const *paths, size_t count,
                                    tutela_error *error)
{
    in->other = 1;
    for (size_t i = 0; i < count; i++)
        TT_TRY(read_one(in, paths[i], in->options->input_count + i, error));
    return TUTELA_OK;
}

static uint64_t count_rejects(const tt_intake *in)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        sum += in->rejected[i];
    return sum;
}

uint64_t tt_intake_usable(const tt_intake *in)
{
    return in->rows - count_rejects(in);
}

/* ---- What it comes to -------------------------------------------------------------------- */

static void fill_report(const tt_intake *in, const tt_build_counts *counts,
                        tutela_build_report *report)
{
    report->rows = in->rows;
    report->polarity = in->options->polarity;
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

static void tell_conflict(const tt_intake *in, const tt_lint_conflict *pair)
{
    tutela_build_conflict out = {.size = sizeof out,
                                 .list = pair->first.list,
                                 .version = pair->first.version,
                                 .first = {pair->first.scheme, pair->first.value},
                                 .second = {pair->second.scheme, pair->second.value}};

    memcpy(out.digests, pair->digests, sizeof out.digests);
    in->options->on_conflict(in->options->user, &out);
}

static void tell_overlap(const tt_intake *in, const tt_overlap_pair *pair)
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
    in->options->on_overlap(in->options->user, &out);
}

static void tell_pairs(const tt_intake *in)
{
    tt_lint_conflict conflict;
    tt_overlap_pair overlap;

    if (in->options->on_conflict)
        for (size_t i = 0; tt_build_conflict_at(in->build, i, &conflict); i++)
            tell_conflict(in, &conflict);
    if (in->options->on_overlap && in->overlap)
        for (size_t i = 0; tt_overlap_at(in->overlap, i, &overlap); i++)
            tell_overlap(in, &overlap);
}

tutela_status tt_intake_finish(tt_intake *in, tutela_status status, tutela_build_report *report,
                               tutela_error *error)
{
    int64_t created = in->options->reproducible ? TT_TIME_UNKNOWN : tt_clock_wall();
    uint64_t rejects = in->options->strict ? count_rejects(in) : 0;
    tt_build_counts counts = {0};
    int compiled = 0;

    if (rejects)
        tt_build_dry(in->build);
    if (status == TUTELA_OK && (!rejects || tt_intake_usable(in))) {
        status = tt_build_finish(in->build, created, &counts, error);
        compiled = status == TUTELA_OK;
    }
    if (status == TUTELA_OK && rejects) {
        status =
            tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: not written: %" PRIu64 " row%s rejected",
                    in->options->output, rejects, rejects == 1 ? " was" : "s were");
        (void)tt_advise(error, status, "correct these rows, or go without strict");
    }
    fill_report(in, &counts, report);
    report->written = status == TUTELA_OK;
    if (compiled)
        tell_pairs(in);
    return status;
}

tutela_status tt_intake_answer(tutela_build_report *to, const tutela_build_report *from,
                               tutela_status status, tutela_error *error)
{
    tutela_status answered;

    if (!to
        || (status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE && status != TUTELA_SET_REFUSED))
        return status;
    answered = tt_api_answer(to, from, sizeof *from, "tutela_build_report", error);
    return status == TUTELA_OK ? answered : status;
}
