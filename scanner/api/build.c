/* build: making hash sets, as the public header offers it. */
#include "api/api.h"
#include "api/intake.h"
#include "base/clock.h"
#include "base/io.h"
#include "hashsets/import/import.h"
#include "hashsets/seal.h"

#include <errno.h>
#include <inttypes.h>

#define BUILD_MEMORY ((uint64_t)512 << 20)

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
    if (options->against_count && !options->against)
        return tt_api_null(error, "set build: against");
    for (size_t i = 0; i < options->against_count; i++)
        if (!options->against[i])
            return tt_api_null(error, "set build: a set of against");
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

/* Read, compile, and unless a row is in the way of it put the set in place. */
static tutela_status make_set(tt_intake *intake, const tutela_build_options *options,
                              tutela_build_report *report, tutela_error *error)
{
    int64_t created = options->reproducible ? TT_TIME_UNKNOWN : tt_clock_wall();
    tt_build_counts counts = {0};
    tutela_status status = tt_intake_read(intake, error);
    uint64_t rejects = options->strict ? tt_intake_rejects(intake) : 0;

    if (rejects)
        tt_build_dry(intake->build);
    if (status == TUTELA_OK && (!rejects || rejects < intake->rows))
        status = tt_build_finish(intake->build, created, &counts, error);
    if (status == TUTELA_OK && rejects) {
        status = tt_fail(error, TUTELA_SET_REFUSED, 0,
                         "%s: not written: %" PRIu64 " row%s rejected", options->output, rejects,
                         rejects == 1 ? " was" : "s were");
        (void)tt_advise(error, status, "correct these rows, or build without strict");
    }
    tt_intake_report(intake, &counts, report);
    report->written = status == TUTELA_OK;
    if (counts.accepted)
        tt_intake_tell(intake, options->on_conflict, options->on_overlap);
    return status;
}

/* What make_set needs, made and freed. */
static tutela_status build_set(const tutela_build_options *options, tutela_build_report *report,
                               tutela_error *error)
{
    tt_intake intake = {.inputs = options->inputs,
                        .input_count = options->input_count,
                        .list = options->list,
                        .version = options->version,
                        .polarity = (tutela_polarity)options->polarity,
                        .csv_map = options->csv_map,
                        .on_reject = options->on_reject,
                        .on_format = options->on_format,
                        .on_version = options->on_version,
                        .on_input = options->on_input,
                        .user = options->user};
    tt_seal *seal = NULL;
    tutela_status status = load_key(options, &seal, error);

    if (status == TUTELA_OK && options->against_count)
        status = tt_overlap_new(&intake.overlap, (tt_set *const *)options->against,
                                options->against_count, intake.polarity, error);
    if (status == TUTELA_OK)
        status = tt_build_new(&intake.build, options->output,
                              options->memory ? options->memory : BUILD_MEMORY, error);
    if (status == TUTELA_OK)
        status = tt_build_seal(intake.build, seal, error);
    if (status == TUTELA_OK && options->expires)
        tt_build_expires(intake.build, options->expires);
    if (status == TUTELA_OK)
        status = make_set(&intake, options, report, error);
    tt_build_free(intake.build);
    tt_overlap_free(intake.overlap);
    tt_seal_free(seal);
    return status;
}

tutela_status tutela_set_build(const tutela_build_options *options, tutela_build_report *report,
                               tutela_error *error)
{
    tutela_build_options own;
    tutela_build_report done = {.size = sizeof done};
    tutela_status status, answered;

    if (!options)
        return tt_api_null(error, "set build: options");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_build_options", error));
    TT_TRY(check_options(&own, error));
    status = build_set(&own, &done, error);
    if (!report
        || (status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE && status != TUTELA_SET_REFUSED))
        return status;
    answered = tt_api_answer(report, &done, sizeof done, "tutela_build_report", error);
    return status == TUTELA_OK ? answered : status;
}
