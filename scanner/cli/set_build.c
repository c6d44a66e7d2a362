/*
 * set_build: the command `set build`. What it says of the lists is in set_lint.c.
 */
#include "set_lint.h"

#include <stdlib.h>
#include <sys/stat.h>

static int same_file(const struct stat *file, const char *path)
{
    struct stat other;

    return path && stat(path, &other) == 0 && other.st_dev == file->st_dev
           && other.st_ino == file->st_ino;
}

/*
 * The set takes the place of what is there, so that must be an ordinary file: a device would be gone
 * for every program on the machine. And a set over one of its own lists, or its key, would cost the
 * operator that one.
 */
int cli_check_set_output(const char *output, const char *key, const char *const *inputs,
                         size_t count)
{
    const char *what = NULL;
    struct stat out;

    if (stat(output, &out) != 0)
        return CLI_EXIT_OK;
    if (!S_ISREG(out.st_mode))
        return cli_fail(CLI_EXIT_USAGE, "name a file that does not exist yet, or an older set",
                        "%s: is not a regular file", output);
    if (same_file(&out, key))
        what = "is the key";
    for (size_t i = 0; i < count && !what; i++)
        if (same_file(&out, inputs[i]))
            what = "is both input and output";
    return what ? cli_fail(CLI_EXIT_USAGE, "write the set to another file", "%s: %s", output, what)
                : CLI_EXIT_OK;
}

/* Neither may it cost the operator a set that it is held against. */
static int check_output(const tutela_build_options *options, const cli_lint *lint)
{
    struct stat out;
    int exit_status = cli_check_set_output(options->output, options->key_file, options->inputs,
                                           options->input_count);

    if (exit_status != CLI_EXIT_OK || stat(options->output, &out) != 0)
        return exit_status;
    for (size_t i = 0; i < lint->against_count; i++)
        if (same_file(&out, lint->against[i]))
            return cli_fail(CLI_EXIT_USAGE, "write the set to another file",
                            "%s: is both output and --against", options->output);
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

/* 1 when some list of the set can overlap with lists of that polarity. */
static int has_opposed(const tutela_set *set, int32_t polarity)
{
    tutela_list_info list;

    for (size_t i = 0; tutela_set_get_list(set, i, &list) == TUTELA_OK; i++)
        if (list.polarity != polarity)
            return 1;
    return 0;
}

/* Open the sets of --against into `sets`, which has the room. */
static int open_against(const cli_args *args, cli_lint *lint, int32_t polarity, tutela_set **sets)
{
    for (size_t i = 0; i < lint->against_count; i++) {
        tutela_error error = {0};
        tutela_status status = cli_set_open(args, lint->against[i], &sets[i], &error);

        if (status != TUTELA_OK)
            return cli_fail_error(cli_exit_of(status), &error,
                                  "a hash set is made with 'tutela set build'");
        if (has_opposed(sets[i], polarity))
            lint->opposed = 1;
        else
            cli_note("%s: has no %s list, so nothing is held against it", lint->against[i],
                     tutela_polarity_name(polarity == TUTELA_KNOWN_BAD ? TUTELA_KNOWN_GOOD
                                                                       : TUTELA_KNOWN_BAD));
    }
    return CLI_EXIT_OK;
}

static int build(tutela_build_options *options, cli_lint *lint)
{
    tutela_build_report report = {.size = sizeof report};
    tutela_error error = {0};
    tutela_status status;
    int exit_status;

    cli_lint_begin(lint, options);
    status = tutela_set_build(options, &report, &error);
    if (report.rows > 0)
        cli_lint_end(lint, &report, options->output);
    exit_status = cli_stdout_done();
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error, advice(status));
    cli_note("%s: written", options->output);
    return exit_status;
}

/* With room for as many sets and names as there are arguments. */
static int prepare_and_build(const cli_args *args, tutela_build_options *options,
                             const char **names, tutela_set **sets)
{
    cli_lint lint = {.json = cli_has(args, OPT_BUILD_JSON), .against = names};
    char room[PATH_MAX];
    int exit_status = cli_key_for_build(args, room, &options->key_file);

    lint.against_count = cli_values(args, OPT_AGAINST, names);
    options->against = sets;
    options->against_count = lint.against_count;
    if (exit_status == CLI_EXIT_OK)
        exit_status = check_output(options, &lint);
    if (exit_status == CLI_EXIT_OK)
        exit_status = open_against(args, &lint, options->polarity, sets);
    if (exit_status == CLI_EXIT_OK)
        exit_status = build(options, &lint);
    for (size_t i = 0; i < lint.against_count; i++)
        tutela_set_close(sets[i]);
    cli_lint_done(&lint);
    return exit_status;
}

int cli_run_set_build(const cli_args *args)
{
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
        .strict = cli_has(args, OPT_STRICT),
        .csv_map = cli_text(args, OPT_MAP),
    };
    const char **names = calloc(args->given_count + 1, sizeof *names);
    tutela_set **sets = calloc(args->given_count + 1, sizeof *sets);
    int exit_status = check_required(args);

    if (exit_status == CLI_EXIT_OK)
        exit_status = cli_expires(args, &options.expires);
    if (exit_status == CLI_EXIT_OK && names && sets)
        exit_status = prepare_and_build(args, &options, names, sets);
    else if (exit_status == CLI_EXIT_OK)
        exit_status = cli_fail(CLI_EXIT_RECORD, "close other programs", "out of memory");
    free(names);
    free(sets);
    return exit_status;
}
