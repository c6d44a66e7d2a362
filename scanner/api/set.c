/* set: hash sets, as the public header offers them. */
#include "api/api.h"
#include "base/clock.h"
#include "base/io.h"
#include "hashsets/build.h"
#include "hashsets/import/import.h"
#include "hashsets/seal.h"
#include "hashsets/set.h"

#include <errno.h>
#include <string.h>

#define BUILD_MEMORY ((uint64_t)512 << 20)

/* The public handle is the inner one. */
static tt_set *inner(const tutela_set *set)
{
    return (tt_set *)(uintptr_t)set;
}

tutela_status tutela_key_create(const char *path, tutela_error *error)
{
    return path ? tt_seal_create(path, error) : tt_api_null(error, "key: path");
}

tutela_status tutela_set_open(tutela_set **out, const char *path,
                              const tutela_set_options *options, tutela_error *error)
{
    tutela_set_options own;

    if (!out || !path)
        return tt_api_null(error, "set: path and out");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_set_options", error));
    return tt_set_open_sealed((tt_set **)out, path, own.key_file, error);
}

void tutela_set_close(tutela_set *set)
{
    tt_set_close(inner(set));
}

tutela_status tutela_set_get_info(const tutela_set *set, tutela_set_info *out)
{
    tutela_set_info info = {.size = sizeof info};

    if (!set || !out)
        return TUTELA_ARGUMENT;
    info.lists = tt_set_list_count(inner(set));
    info.entries = tt_set_entry_count(inner(set));
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        info.digests[i] = tt_set_digest_count(inner(set), i);
    info.file_bytes = tt_set_file_bytes(inner(set));
    info.created = tt_set_created(inner(set));
    if (tt_set_key_id(inner(set))) {
        info.sealed = 1;
        memcpy(info.key_id, tt_set_key_id(inner(set)), sizeof info.key_id);
    }
    return tt_api_answer(out, &info, sizeof info, "tutela_set_info", NULL);
}

tutela_status tutela_set_get_list(const tutela_set *set, size_t index, tutela_list_info *out)
{
    const tt_set_list *list;

    if (!set || !out || index >= tt_set_list_count(inner(set)))
        return TUTELA_ARGUMENT;
    list = tt_set_list_at(inner(set), index);
    *out = (tutela_list_info){.name = list->name,
                              .version = list->version,
                              .polarity = (int32_t)list->polarity,
                              .entries = list->entries};
    return TUTELA_OK;
}

tutela_status tutela_set_check(const tutela_set *set, tutela_error *error)
{
    if (!set)
        return tt_api_null(error, "set");
    return tt_set_check(inner(set), error);
}

/* A build in work: where its rows come from, and where they go. */
typedef struct job {
    const tutela_build_options *options;
    tutela_build_report report;
    tt_build *build;
    size_t input;
} job;

static tutela_status take_row(void *user, const tt_row *row, tutela_error *error)
{
    job *in = user;

    in->report.rows++;
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

/* The input's file name without its folder. */
static const char *list_name(const tutela_build_options *options, size_t input)
{
    const char *path = options->inputs[input];
    const char *slash = strrchr(path, '/');

    return options->list ? options->list : slash ? slash + 1 : path;
}

static tutela_status read_inputs(job *in, tutela_error *error)
{
    const tutela_build_options *options = in->options;
    tt_row_sink sink = {.take = take_row, .reject = reject_row, .user = in};

    for (in->input = 0; in->input < options->input_count; in->input++) {
        const char *format = NULL;
        tutela_status status;

        TT_TRY(tt_build_list(in->build, list_name(options, in->input),
                             options->version ? options->version : "",
                             (tutela_polarity)options->polarity, error));
        status = tt_import_file(options->inputs[in->input], &sink, &format, error);
        if (format && options->on_format)
            options->on_format(options->user, in->input, format);
        TT_TRY(status);
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
    return TUTELA_OK;
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
