/* update: a set made of another by what changed, as the public header offers it. */
#include "api/api.h"
#include "api/intake.h"
#include "hashsets/delta.h"
#include "hashsets/layers.h"

#include <string.h>

/* An update in work. */
typedef struct job {
    tutela_update_options options;
    tutela_build_options lists; /* list, polarity and expiry as they turn out */
    tt_intake intake;
    tutela_build_report report;
    const tt_set *base;
    tt_delta *delta;
} job;

/* ---- The list ---------------------------------------------------------------------------- */

static tutela_status no_list(const job *in, const char *why, const char *advice,
                             tutela_error *error)
{
    return tt_advise(error, tt_fail(error, TUTELA_ARGUMENT, 0, "%s: %s", in->options.base, why),
                     "%s", advice);
}

/* The name, when none was given: the only one in the base. */
static tutela_status settle_name(job *in, tutela_error *error)
{
    for (size_t i = 0; !in->lists.list && i < tt_set_list_count(in->base); i++) {
        const char *name = tt_set_list_at(in->base, i)->name;
        if (strcmp(name, tt_set_list_at(in->base, 0)->name) != 0)
            return no_list(in, "holds several lists", "name the one to update (--list)", error);
    }
    if (!in->lists.list && tt_set_list_count(in->base) == 0)
        return no_list(in, "holds no entries", "name the list (--list)", error);
    if (!in->lists.list)
        in->lists.list = tt_set_list_at(in->base, 0)->name;
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
        if (strcmp(one->name, in->lists.list) != 0)
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
    if (met.polarity && in->lists.polarity && met.polarity != in->lists.polarity)
        return no_list(in, "has the list as the opposite of what is stated now",
                       "leave it out (--as), or give the new list a name of its own (--list)",
                       error);
    if (!in->lists.polarity)
        in->lists.polarity = met.polarity;
    if (in->lists.input_count && !in->lists.polarity)
        return no_list(in, "does not tell whether the list is known-bad or known-good",
                       "say which it is (--as)", error);
    in->intake.before = met.version;
    return TUTELA_OK;
}

/* ---- The whole --------------------------------------------------------------------------- */

static tutela_status check_options(const tutela_update_options *options,
                                   const tutela_build_options *lists, tutela_error *error)
{
    if (!options->base)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set update: no base given");
    if (lists->input_count + options->remove_count == 0 || (lists->input_count && !lists->inputs)
        || (options->remove_count && !options->remove))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set update: no list given");
    if (lists->polarity != 0 && lists->polarity != TUTELA_KNOWN_BAD
        && lists->polarity != TUTELA_KNOWN_GOOD)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "set update: no such polarity");
    if (lists->key_file || lists->unsealed || lists->create_key)
        return tt_advise(error,
                         tt_fail(error, TUTELA_ARGUMENT, 0,
                                 "set update: a key cannot be stated for the new set"),
                         "it is sealed as its base is");
    return tt_intake_check(lists, "set update", error);
}

static tutela_status remove_row(void *user, const tt_row *row, tutela_error *error)
{
    job *in = user;
    int found = 0;

    TT_TRY(tt_delta_remove(in->delta, &row->digests, in->lists.list, in->lists.polarity, &found,
                           error));
    in->report.not_found += !found;
    return TUTELA_OK;
}

/* First what goes, then what comes. */
static tutela_status read_lists(job *in, tutela_error *error)
{
    TT_TRY(tt_intake_read_others(&in->intake, in->options.remove, in->options.remove_count, error));
    TT_TRY(tt_delta_settle(in->delta, error));
    TT_TRY(tt_intake_read(&in->intake, error));
    if (tt_intake_usable(&in->intake) || (in->lists.strict && in->intake.rows))
        return TUTELA_OK;
    return tt_advise(
        error,
        tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: no row to update with", in->lists.output),
        "check that the input is a hash list of a known format");
}

/* From an open base to the new file. */
static tutela_status update(job *in, tutela_error *error)
{
    tutela_build_report *report = &in->report;

    TT_TRY(settle_list(in, error));
    if (!in->lists.expires)
        in->lists.expires = tt_set_expires(in->base);
    TT_TRY(tt_delta_new(&in->delta, in->base, in->lists.output, tt_intake_memory(&in->lists, 2),
                        error));
    TT_TRY(tt_intake_begin(&in->intake, tt_set_seal(in->base), 2, error));
    TT_TRY(tt_build_delta(in->intake.build, in->delta, error));
    TT_TRY(tt_intake_finish(&in->intake, read_lists(in, error), report, error));
    report->removed = tt_delta_hidden(in->delta);
    report->entries = tt_set_entry_count(in->base) + report->accepted - report->removed;
    report->layers = tt_set_layers(in->base) + 1;
    return TUTELA_OK;
}

tutela_status tutela_set_update(const tutela_update_options *options, tutela_build_report *report,
                                tutela_error *error)
{
    job in = {.report.size = sizeof in.report};
    tutela_set *base = NULL;
    tutela_status status;

    if (!options)
        return tt_api_null(error, "set update: options");
    TT_TRY(tt_api_options(&in.options, sizeof in.options, options, "tutela_update_options", error));
    if (!in.options.build)
        return tt_api_null(error, "set update: build");
    TT_TRY(tt_api_options(&in.lists, sizeof in.lists, in.options.build, "tutela_build_options",
                          error));
    TT_TRY(check_options(&in.options, &in.lists, error));
    TT_TRY(tutela_set_open(&base, in.options.base, in.options.opening, error));
    in.base = (const tt_set *)base;
    in.intake.options = &in.lists;
    in.intake.take = remove_row;
    in.intake.taker = &in;
    status = update(&in, error);
    tt_intake_done(&in.intake);
    tt_delta_free(in.delta);
    tutela_set_close(base);
    return tt_intake_answer(report, &in.report, status, error);
}
