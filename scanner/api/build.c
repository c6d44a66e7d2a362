/* build: making hash sets, as the public header offers it. */
#include "api/api.h"
#include "api/intake.h"
#include "base/io.h"
#include "hashsets/seal.h"

#include <errno.h>

static tutela_status check_options(const tutela_build_options *options, tutela_error *error)
{
    if (!options->inputs || options->input_count == 0)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set build: no list given");
    if (options->polarity != TUTELA_KNOWN_BAD && options->polarity != TUTELA_KNOWN_GOOD)
        return tt_advise(
            error,
            tt_fail(error, TUTELA_ARGUMENT, 0, "set build: known-bad or known-good must be stated"),
            "a list's meaning cannot be read from its content; say which it is");
    if (!options->key_file == !options->unsealed)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0,
                                 "set build: either a key file or unsealed must be stated"),
                         "name a key file; an unsealed set gives its digests to whoever gets it");
    if (options->create_key && !options->key_file)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set build: create_key needs a key file");
    return tt_intake_check(options, "set build", error);
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

static tutela_status build_set(const tutela_build_options *options, tutela_build_report *report,
                               tutela_error *error)
{
    tt_intake intake = {.options = options};
    tt_seal *seal = NULL;
    tutela_status status = load_key(options, &seal, error);

    if (status == TUTELA_OK)
        status = tt_intake_begin(&intake, seal, 1, error);
    if (status == TUTELA_OK)
        status = tt_intake_finish(&intake, tt_intake_read(&intake, error), report, error);
    if (status == TUTELA_OK) {
        report->entries = report->accepted;
        report->layers = 1;
    }
    tt_intake_done(&intake);
    tt_seal_free(seal);
    return status;
}

tutela_status tutela_set_build(const tutela_build_options *options, tutela_build_report *report,
                               tutela_error *error)
{
    tutela_build_options own;
    tutela_build_report done = {.size = sizeof done};

    if (!options)
        return tt_api_null(error, "set build: options");
    TT_TRY(tt_api_options(&own, sizeof own, options, "tutela_build_options", error));
    TT_TRY(check_options(&own, error));
    return tt_intake_answer(report, &done, build_set(&own, &done, error), error);
}
