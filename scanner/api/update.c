/* update: a set made of another by what changed, as the public header offers it. */
#include "api/api.h"
#include "base/clock.h"
#include "base/io.h"
#include "hashsets/build.h"
#include "hashsets/delta.h"
#include "hashsets/expand.h"
#include "hashsets/import/import.h"
#include "hashsets/layers.h"

#include <string.h>

#define UPDATE_MEMORY ((uint64_t)512 << 20)

/* An update in work. */
typedef struct job {
    tutela_update_options options; /* list and polarity as they turn out */
    const char *before; /* version of the list in the base, "" when it has not one */
    tutela_update_report report;
    const tt_set *base;
    tt_delta *delta;
    tt_build *build;
    size_t input;
    const char *format; /* of the input, once known; static */
    int told;           /* on_format was called for it */
    int listed;         /* the builder knows the list that the input's rows belong to */
    uint64_t usable;    /* rows not rejected */
} job;

/* ---- The list ---------------------------------------------------------------------------- */

static tutela_status no_list(const job *in, const char *why, const char *advice,
                             tutela_error *error)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_ARGUMENT, 0, "%s: %s", in->options.base, why), "%s",
                     advice);
}

/* The name, when none was given: the only one in the base. */
static tutela_status settle_name(job *in, tutela_error *error)
{
    for (size_t i = 0; !in->options.list && i < tt_set_list_count(in->base); i++) {
        const char *name = tt_set_list_at(in->base, i)->name;
        if (strcmp(name, tt_set_list_at(in->base, 0)->name) != 0)
            return no_list(in, "holds several lists", "name the one to update (--list)", error);
    }
    if (!in->options.list && tt_set_list_count(in->base) == 0)
        return no_list(in, "holds no entries", "name the list (--list)", error);
    if (!in->options.list)
        in->options.list = tt_set_list_at(in->base, 0)->name;
    return TUTELA_OK;
}

/* What the base has under the list's name. */
typedef struct namesakes {
    size_t count;
    const char *version; /* NULL when they differ */
    int32_t polarity;    /* 0 when they differ */
} namesakes;

static namesakes find_namesakes(const job *in)
{
    namesakes met = {0};

    for (size_t i = 0; i < tt_set_list_count(in->base); i++) {
        const tt_set_list *one = tt_set_list_at(in->base, i);
        if (strcmp(one->name, in->options.list) != 0)
            continue;
        if (met.count++ == 0) {
            met.version = one->version;
            met.polarity = (int32_t)one->polarity;
        }
        if (met.version && strcmp(met.version, one->version) != 0)
            met.version = NULL;
        if (met.polarity != (int32_t)one->polarity)
            met.polarity = 0;
    }
    return met;
}

/* What was not stated of the list, and is the same wherever the base has it. */
static tutela_status settle_list(job *in, tutela_error *error)
{
    namesakes met;

    TT_TRY(settle_name(in, error));
    met = find_namesakes(in);
    if (in->options.remove_count && met.count == 0)
        return no_list(in, "has no list of that name to remove from",
                       "'tutela set info' shows the names of its lists", error);
    if (met.polarity && in->options.polarity && met.polarity != in->options.polarity)
        return no_list(in, "has the list as the opposite of what is stated now",
                       "leave it out (--as), or give the new list a name of its own (--list)",
                       error);
    if (!in->options.polarity)
        in->options.polarity = met.polarity;
    if (in->options.add_count && !in->options.polarity)
        return no_list(in, "does not tell whether the list is known-bad or known-good",
                       "say which it is (--as)", error);
    in->before = met.version ? met.version : "";
    return TUTELA_OK;
}

/* ---- The rows ---------------------------------------------------------------------------- */

static tutela_status remove_row(void *user, const tt_row *row, tutela_error *error)
{
    job *in = user;
    int found = 0;

    in->report.rows++;
    in->usable++;
    TT_TRY(tt_delta_remove(in->delta, &row->digests, in->options.list, in->options.polarity,
                           &found, error));
    in->report.not_found += !found;
    return TUTELA_OK;
}

/* The rows that follow belong to the list with that version. */
static tutela_status begin_list(job *in, const char *version, tutela_error *error)
{
    in->listed = 1;
    return tt_build_list(in->build, in->options.list, version,
                         (tutela_polarity)in->options.polarity, error);
}

static tutela_status add_row(void *user, const tt_row *row, tutela_error *error)
{
    job *in = user;

    in->report.rows++;
    in->usable++;
    if (!in->listed)
        TT_TRY(begin_list(in, in->options.version ? in->options.version : in->before, error));
    return tt_build_add(in->build, row, error);
}

static void tell_format(job *in)
{
    if (in->format && !in->told && in->options.on_format)
        in->options.on_format(in->options.user, in->input, in->format);
    in->told = 1;
}

/* What a list to add says is its version; what the operator says goes before. */
static tutela_status take_version(void *user, const char *text, tutela_error *error)
{
    job *in = user;

    if (in->options.version)
        return TUTELA_OK;
    tell_format(in);
    if (in->options.on_version)
        in->options.on_version(in->options.user, in->input, text);
    return begin_list(in, text, error);
}

static void reject_row(void *user, uint64_t line, tutela_reject reason)
{
    job *in = user;

    in->report.rows++;
    in->report.rejected[reason]++;
    if (in->options.on_reject)
        in->options.on_reject(in->options.user, in->input, line, (int32_t)reason);
}

/* Read `count` lists; `first` is the number of the first among all inputs. */
static tutela_status read_lists(job *in, const char *const *paths, size_t count, size_t first,
                                const tt_row_sink *sink, tutela_error *error)
{
    const tt_import_options import = {.map = in->options.csv_map};

    for (size_t i = 0; i < count; i++) {
        tutela_status status;

        in->input = first + i;
        in->format = NULL;
        in->told = in->listed = 0;
        status = tt_import_file(paths[i], &import, sink, &in->format, error);
        tell_format(in);
        TT_TRY(status);
    }
    return TUTELA_OK;
}

static tutela_status read_removals(job *in, tutela_error *error)
{
    const tt_row_sink sink = {.take = remove_row, .reject = reject_row, .user = in};

    TT_TRY(read_lists(in, in->options.remove, in->options.remove_count, in->options.add_count,
                      &sink, error));
    return tt_delta_settle(in->delta, error);
}

static tutela_status read_additions(job *in, tutela_error *error)
{
    const tt_row_sink sink
        = {.take = add_row, .reject = reject_row, .version = take_version, .user = in};

    return read_lists(in, in->options.add, in->options.add_count, 0, &sink, error);
}

/* ---- The whole --------------------------------------------------------------------------- */

static tutela_status check_options(const tutela_update_options *options, tutela_error *error)
{
    if (!options->base || !options->output)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set update: no %s given",
                       options->base ? "output file" : "base");
    if (options->add_count + options->remove_count == 0 || (options->add_count && !options->add)
        || (options->remove_count && !options->remove))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set update: no list given");
    if (options->polarity != 0 && options->polarity != TUTELA_KNOWN_BAD
        && options->polarity != TUTELA_KNOWN_GOOD)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set update: no such polarity");
    if (options->expires && options->expires <= tt_clock_wall())
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0,
                                 "set update: the set would have expired already"),
                         "say a day to come");
    return tt_import_check(&(tt_import_options){.map = options->csv_map}, error);
}

static tutela_status no_row(const job *in, tutela_error *error)
{
    return tt_advise(error,
                     tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: no row to update with",
                             in->options.output),
                     "check that the input is a hash list of a known format");
}

/* From an open base to the new file. */
static tutela_status update(job *in, int64_t created, tutela_error *error)
{
    uint64_t memory = in->options.memory ? in->options.memory : UPDATE_MEMORY;
    tt_build_counts counts = {0};

    TT_TRY(settle_list(in, error));
    TT_TRY(tt_delta_new(&in->delta, in->base, in->options.output, memory / 2, error));
    TT_TRY(tt_build_new(&in->build, in->options.output, memory / 2, error));
    TT_TRY(tt_build_seal(in->build, tt_set_seal(in->base), error));
    TT_TRY(tt_build_delta(in->build, in->delta, error));
    tt_build_expires(in->build,
                     in->options.expires ? in->options.expires : tt_set_expires(in->base));
    TT_TRY(read_removals(in, error));
    TT_TRY(read_additions(in, error));
    if (in->usable == 0)
        return no_row(in, error);
    TT_TRY(tt_build_finish(in->build, created, &counts, error));
    in->report.added = counts.accepted;
    in->report.duplicates = counts.duplicates;
    in->report.removed = tt_delta_hidden(in->delta);
    in->report.entries = tt_set_entry_count(in->base) + in->report.added - in->report.removed;
    in->report.layers = tt_set_layers(in->base) + 1;
    return TUTELA_OK;
}

tutela_status tutela_set_update(const tutela_update_options *options, tutela_update_report *report,
                                tutela_error *error)
{
    job in = {.report.size = sizeof in.report};
    tutela_set *base = NULL;
    tutela_status status;

    if (!options)
        return tt_api_null(error, "set update: options");
    TT_TRY(tt_api_options(&in.options, sizeof in.options, options, "tutela_update_options", error));
    TT_TRY(check_options(&in.options, error));
    TT_TRY(tutela_set_open(&base, in.options.base, in.options.opening, error));
    in.base = (const tt_set *)base;
    status = update(&in, in.options.reproducible ? TT_TIME_UNKNOWN : tt_clock_wall(), error);
    tt_build_free(in.build);
    tt_delta_free(in.delta);
    tutela_set_close(base);
    if (report && (status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE)) {
        tutela_status answered
            = tt_api_answer(report, &in.report, sizeof in.report, "tutela_update_report", error);

        status = status == TUTELA_OK ? answered : status;
    }
    return status;
}
