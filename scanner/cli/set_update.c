/*
 * set_update: the command `set update`.
 *
 * Of rejected rows it says input, line number and reason, as `set build` does: never what they hold.
 */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Rejected rows named one by one; the rest is counted. */
#define REJECTS_SHOWN 20u

struct update {
    const char **inputs; /* those to add, then those to remove */
    uint64_t rejects;
};

static void on_format(void *user, size_t input, const char *format)
{
    const struct update *update = user;

    cli_note("%s: read as %s", update->inputs[input], format);
}

static void on_version(void *user, size_t input, const char *version)
{
    const struct update *update = user;

    cli_note("%s: states that it is version %s", update->inputs[input], version);
}

static void on_reject(void *user, size_t input, uint64_t line, int32_t reason)
{
    struct update *update = user;
    const char *text = tutela_reject_text(reason);

    if (update->rejects++ < REJECTS_SHOWN)
        cli_note("%s: line %" PRIu64 ": %s", update->inputs[input], line, text ? text : "rejected");
}

static void print_counts(const tutela_update_report *report, uint64_t rejects)
{
    char first[32], second[32], third[32];

    if (rejects > REJECTS_SHOWN)
        cli_note("and %s more rejected rows", cli_count_text(rejects - REJECTS_SHOWN, first));
    cli_note("rows: %s read, %s duplicate, %s rejected", cli_count_text(report->rows, first),
             cli_count_text(report->duplicates, second), cli_count_text(rejects, third));
    for (int32_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        if (report->rejected[i])
            cli_note("  %s: %s", tutela_reject_text(i), cli_count_text(report->rejected[i], first));
    cli_note("entries: %s added, %s removed", cli_count_text(report->added, first),
             cli_count_text(report->removed, second));
    if (report->not_found)
        cli_note("  rows to remove that the base does not have: %s",
                 cli_count_text(report->not_found, first));
}

/* For when the library has none. */
static const char *advice(tutela_status status)
{
    switch (status) {
    case TUTELA_LIST_UNUSABLE:
        return "each line should hold an MD5, SHA-1, SHA-256 or SHA-512 digest";
    case TUTELA_RECORD:
        return "make room and update again; an older set is still whole";
    default:
        return "check the inputs, and the folder of the output";
    }
}

static int check_required(const cli_args *args)
{
    if (!cli_has(args, OPT_SET_OUTPUT))
        return cli_fail(CLI_EXIT_USAGE, "say -o FILE: where the new set goes",
                        "set update: --output is missing");
    if (!cli_has(args, OPT_ADD) && !cli_has(args, OPT_REMOVE))
        return cli_fail(CLI_EXIT_USAGE, "say --add LIST, --remove LIST or both",
                        "set update: nothing to add and nothing to remove");
    return CLI_EXIT_OK;
}

static int update_set(const tutela_update_options *options, struct update *update)
{
    tutela_update_report report = {.size = sizeof report};
    tutela_error error = {0};
    tutela_status status;
    char entries[32];
    int answer = cli_check_set_output(options->output, options->opening->key_file, update->inputs,
                                      options->add_count + options->remove_count);

    if (answer != CLI_EXIT_OK)
        return answer;
    status = tutela_set_update(options, &report, &error);
    if (report.rows > 0 && (status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE))
        print_counts(&report, update->rejects);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error, advice(status));
    cli_note("%s: written: %s entries in %zu layers", options->output,
             cli_count_text(report.entries, entries), report.layers);
    return CLI_EXIT_OK;
}

/* What the arguments say, once there is room for the inputs. */
static int run(const cli_args *args, const tutela_set_options *opening, struct update *update)
{
    tutela_update_options options = {
        .size = sizeof options,
        .base = args->operands[0],
        .output = cli_text(args, OPT_SET_OUTPUT),
        .list = cli_text(args, OPT_UPDATE_LIST),
        .version = cli_text(args, OPT_UPDATE_VERSION),
        .reproducible = cli_has(args, OPT_BUILD_REPRODUCIBLE),
        .memory = cli_number(args, OPT_BUILD_MEMORY, 0),
        .on_reject = on_reject,
        .on_format = on_format,
        .on_version = on_version,
        .user = update,
        .opening = opening,
        .csv_map = cli_text(args, OPT_MAP),
    };
    int answer = cli_expires(args, &options.expires);

    if (answer != CLI_EXIT_OK)
        return answer;
    if (cli_has(args, OPT_UPDATE_AS))
        options.polarity = (int32_t)cli_number(args, OPT_UPDATE_AS, 0) + TUTELA_KNOWN_BAD;
    options.add = update->inputs;
    options.add_count = cli_values(args, OPT_ADD, update->inputs);
    options.remove = update->inputs + options.add_count;
    options.remove_count = cli_values(args, OPT_REMOVE, update->inputs + options.add_count);
    return update_set(&options, update);
}

int cli_run_set_update(const cli_args *args)
{
    struct update update = {0};
    cli_set_opening opening;
    tutela_error error = {0};
    int answer = check_required(args);

    if (answer != CLI_EXIT_OK)
        return answer;
    update.inputs = calloc(args->given_count + 1, sizeof *update.inputs);
    if (!update.inputs || cli_opening(args, &opening, &error) != TUTELA_OK) {
        free(update.inputs);
        return cli_fail(CLI_EXIT_RECORD, "close other programs", "out of memory");
    }
    answer = run(args, &opening.options, &update);
    cli_opening_done(&opening);
    free(update.inputs);
    return answer;
}
