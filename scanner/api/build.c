/* build: making hash sets, as the public header offers it. */
#include "api/api.h"
#include "base/clock.h"
#include "base/io.h"
#include "hashsets/build.h"
#include "hashsets/import/import.h"
#include "hashsets/seal.h"

#include <errno.h>
#include <string.h>

#define BUILD_MEMORY ((uint64_t)512 << 20)

/* A build in work: where its rows come from, and where they go. */
typedef struct job {
    const tutela_build_options *options;
    tutela_build_report report;
    tt_build *build;
    size_t input;
    const char *format; /* of the input, once known; static */
    int told;   /* on_format was called for it */
    int listed; /* the builder knows the list that the input's rows belong to */
} job;

/* The input's file name without its folder. */
static const char *list_name(const tutela_build_options *options, size_t input)
{
    const char *path = options->inputs[input];
    const char *slash = strrchr(path, '/');

    return options->list ? options->list : slash ? slash + 1 : path;
}

/* The rows that follow belong to the list with that version. */
static tutela_status begin_list(job *in, const char *version, tutela_error *error)
{
    const tutela_build_options *options = in->options;

    in->listed = 1;
    return tt_build_list(in->build, list_name(options, in->input), version,
                         (tutela_polarity)options->polarity, error);
}

static void tell_format(job *in)
{
    if (in->format && !in->told && in->options->on_format)
        in->options->on_format(in->options->user, in->input, in->format);
    in->told = 1;
}

/* What the list says is its version; what the operator says goes before. */
static tutela_status take_version(void *user, const char *text, tutela_error *error)
{
    job *in = user;
    const tutela_build_options *options = in->options;

    if (options->version)
        return TUTELA_OK;
    tell_format(in);
    if (options->on_version)
        options->on_version(options->user, in->input, text);
    return begin_list(in, text, error);
}

static tutela_status take_row(void *user, const tt_row *row, tutela_error *error)
{
    job *in = user;

    in->report.rows++;
    if (!in->listed)
        TT_TRY(begin_list(in, in->options->version ? in->options->version : "", error));
    return tt_build_add(in->build, row, error);
}

static void reject_row(void *user, uint64_t line, tutela_reject reason)
{
    job *in = user;

    in->report.rows++;
    in->report.rejected[reason]++;
    if (in->options->on_reject)
        in->options->on_reject(in->options->user, in->input, line, (int32_t)reason);
}

static tutela_status read_inputs(job *in, tutela_error *error)
{
    const tutela_build_options *options = in->options;
    const tt_import_options import = {.map = options->csv_map};
    tt_row_sink sink
        = {.take = take_row, .reject = reject_row, .version = take_version, .user = in};

    for (in->input = 0; in->input < options->input_count; in->input++) {
        in->format = NULL;
        in->told = in->listed = 0;
        tutela_status status = tt_import_file(options->inputs[in->input], &import, &sink,
                                              &in->format, error);
        tell_format(in);
        TT_TRY(status);
        /* A list without a usable row is a list of the set all the same. */
        if (!in->listed)
            TT_TRY(begin_list(in, options->version ? options->version : "", error));
    }
    return TUTELA_OK;
}

static tutela_status check_options(const tutela_build_options *options, tutela_error *error)
{
    if (!options->inputs || options->input_count == 0)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set build: no list given");
    if (!options->output)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set build: no output file given");
    if (options->polarity != TUTELA_KNOWN_BAD && options->polarity != TUTELA_KNOWN_GOOD)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0,
                                 "set build: known-bad or known-good must be stated"),
                         "a list's meaning cannot be read from its content; say which it is");
    if (!options->key_file == !options->unsealed)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0,
                                 "set build: either a key file or unsealed must be stated"),
                         "name a key file; an unsealed set gives its digests to whoever gets it");
    if (options->create_key && !options->key_file)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set build: create_key needs a key file");
    if (options->expires && options->expires <= tt_clock_wall())
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0,
                                 "set build: the set would have expired already"),
                         "say a day to come");
    return tt_import_check(&(tt_import_options){.map = options->csv_map}, error);
}

/* *out is the key, and NULL for an unsealed set. */
static tutela_status load_key(const tutela_build_options *options, tt_seal **out,
                              tutela_error *error)
{
    struct stat facts;

    if (!options->key_file)
        return TUTELA_OK;
    if (options->create_key && tt_fstatat(AT_FDCWD, options->key_file, &facts, 0) != 0
        && errno == ENOENT)
        TT_TRY(tt_seal_create(options->key_file, error));
    return tt_seal_load(out, options->key_file, error);
}

tutela_status tutela_set_build(const tutela_build_options *options, tutela_build_report *report,
                               tutela_error *error)
{
    tutela_build_options own;
    tt_build_counts counts = {0};
    job in = {.options = &own, .report.size = sizeof in.report};
    tt_seal *seal = NULL;
    int64_t created;
    tutela_status status;

    if (!options)
        return tt_api_null(error, "set build: options");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_build_options", error));
    TT_TRY(check_options(&own, error));
    TT_TRY(load_key(&own, &seal, error));
    created = own.reproducible ? TT_TIME_UNKNOWN : tt_clock_wall();
    status = tt_build_new(&in.build, own.output, own.memory ? own.memory : BUILD_MEMORY, error);
    if (status == TUTELA_OK && own.expires)
        tt_build_expires(in.build, own.expires);
    if (status == TUTELA_OK)
        status = tt_build_seal(in.build, seal, error);
    if (status == TUTELA_OK)
        status = read_inputs(&in, error);
    if (status == TUTELA_OK)
        status = tt_build_finish(in.build, created, &counts, error);
    tt_build_free(in.build);
    tt_seal_free(seal);
    in.report.accepted = counts.accepted;
    in.report.duplicates = counts.duplicates;
    if (report && (status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE)) {
        tutela_status answered
            = tt_api_answer(report, &in.report, sizeof in.report, "tutela_build_report", error);

        status = status == TUTELA_OK ? answered : status;
    }
    return status;
}
