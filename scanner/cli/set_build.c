/*
 * set_build: the command `set build`.
 *
 * What it says about rejected rows is the input, the line number and the reason: never what the row
 * holds, because a list is as confidential as what it describes.
 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* Rejected rows named one by one; the rest is counted. */
#define REJECTS_SHOWN 20u

struct reject {
    size_t input;
    uint64_t line;
    int32_t reason;
};

struct build {
    const char *const *inputs;
    struct reject shown[REJECTS_SHOWN];
    uint64_t rejects;
};

static void on_format(void *user, size_t input, const char *format)
{
    const struct build *build = user;

    cli_note("%s: read as %s", build->inputs[input], format);
}

static void on_version(void *user, size_t input, const char *text)
{
    const struct build *build = user;

    cli_note("%s: states that it is version %s", build->inputs[input], text);
}

/* Kept for the end: by then every format has been named. */
static void on_reject(void *user, size_t input, uint64_t line, int32_t reason)
{
    struct build *build = user;

    if (build->rejects < REJECTS_SHOWN)
        build->shown[build->rejects] = (struct reject){input, line, reason};
    build->rejects++;
}

static void print_rejects(const struct build *build)
{
    char more[32];

    for (uint64_t i = 0; i < build->rejects && i < REJECTS_SHOWN; i++) {
        const struct reject *row = &build->shown[i];
        const char *reason = tutela_reject_text(row->reason);

        cli_note("%s: line %" PRIu64 ": %s", build->inputs[row->input], row->line,
                 reason ? reason : "rejected");
    }
    if (build->rejects > REJECTS_SHOWN)
        cli_note("and %s more rejected rows", cli_count_text(build->rejects - REJECTS_SHOWN, more));
}

static void print_counts(const tutela_build_report *report)
{
    char rows[32], accepted[32], duplicates[32], rejected[32];
    uint64_t sum = 0;

    for (size_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        sum += report->rejected[i];
    cli_note("rows: %s read, %s accepted, %s duplicate, %s rejected",
             cli_count_text(report->rows, rows), cli_count_text(report->accepted, accepted),
             cli_count_text(report->duplicates, duplicates), cli_count_text(sum, rejected));
    for (int32_t i = 0; i < TUTELA_REJECT_COUNT; i++)
        if (report->rejected[i])
            cli_note("  %s: %s", tutela_reject_text(i), cli_count_text(report->rejected[i], rows));
}

/*
 * The set takes the place of what is there, so that must be an ordinary file: a device would be gone
 * for every program on the machine. And a set over one of its own lists, or its key, would
 * cost the operator the list, or the key.
 */
static int check_output(const char *output, const char *key, char *const *inputs, size_t count)
{
    struct stat out, in;

    if (stat(output, &out) != 0)
        return CLI_EXIT_OK;
    if (!S_ISREG(out.st_mode))
        return cli_fail(CLI_EXIT_USAGE, "name a file that does not exist yet, or an older set",
                        "%s: is not a regular file", output);
    if (key && stat(key, &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
        return cli_fail(CLI_EXIT_USAGE, "write the set to another file", "%s: is the key", output);
    for (size_t i = 0; i < count; i++)
        if (stat(inputs[i], &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return cli_fail(CLI_EXIT_USAGE, "write the set to another file",
                            "%s: is both input and output", output);
    return CLI_EXIT_OK;
}

static int check_required(const cli_args *args)
{
    if (!cli_has(args, OPT_AS))
        return cli_fail(CLI_EXIT_USAGE,
                        "say --as known-bad or --as known-good: two such lists can look alike",
                        "set build: --as is missing");
    if (!cli_has(args, OPT_SET_OUTPUT))
        return cli_fail(CLI_EXIT_USAGE, "say -o FILE: where the set goes",
                        "set build: --output is missing");
    return CLI_EXIT_OK;
}

/* For when the library has none. */
static const char *advice(tutela_status status)
{
    switch (status) {
    case TUTELA_LIST_UNUSABLE:
        return "each line should hold an MD5, SHA-1, SHA-256 or SHA-512 digest";
    case TUTELA_RECORD:
        return "make room and build again; an older set is still whole";
    default:
        return "check the inputs, and the folder of the output";
    }
}

int cli_run_set_build(const cli_args *args)
{
    struct build build = {.inputs = args->operands};
    tutela_build_report report = {.size = sizeof report};
    tutela_build_options options = {
        .size = sizeof options,
        .inputs = args->operands,
        .input_count = args->operand_count,
        .output = cli_text(args, OPT_SET_OUTPUT),
        .list = cli_text(args, OPT_LIST),
        .version = cli_text(args, OPT_LIST_VERSION),
        .polarity = (int32_t)cli_number(args, OPT_AS, 0) + TUTELA_KNOWN_BAD,
        .unsealed = cli_has(args, OPT_UNSEALED),
        .reproducible = cli_has(args, OPT_BUILD_REPRODUCIBLE),
        .memory = cli_number(args, OPT_BUILD_MEMORY, 0),
        .on_reject = on_reject,
        .on_format = on_format,
        .on_version = on_version,
        .csv_map = cli_text(args, OPT_MAP),
        .user = &build,
    };
    tutela_error error = {0};
    tutela_status status;
    char room[PATH_MAX];
    int exit_status = check_required(args);

    if (exit_status == CLI_EXIT_OK)
        exit_status = cli_expires(args, &options.expires);
    if (exit_status == CLI_EXIT_OK)
        exit_status = cli_key_for_build(args, room, &options.key_file);
    if (exit_status == CLI_EXIT_OK)
        exit_status = check_output(options.output, options.key_file,
                                   (char *const *)args->operands, args->operand_count);
    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    status = tutela_set_build(&options, &report, &error);
    if (report.rows > 0 && (status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE)) {
        print_rejects(&build);
        print_counts(&report);
    }
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error, advice(status));
    cli_note("%s: written", options.output);
    return CLI_EXIT_OK;
}
