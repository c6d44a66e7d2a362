/*
 * set_make: from the lists that a command names to a hash set. What is said of them is in
 * set_lint.c.
 */
#include "set_make.h"

#include <stdlib.h>
#include <sys/stat.h>

/* A list twice adds nothing: another one was meant, and would be missing. */
static int check_twice(const char *const *inputs, size_t count)
{
    struct stat file;

    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; stat(inputs[i], &file) == 0 && S_ISREG(file.st_mode) && j < i; j++)
            if (cli_same_file(inputs[j], &file))
                return cli_fail(CLI_EXIT_USAGE, "give each list once; was another one meant?",
                                "%s: given twice", inputs[i]);
    return CLI_EXIT_OK;
}

/* One may be both removed and added: its entries then get a new version. */
static int check_files(const cli_making *making)
{
    size_t added = making->options.input_count;
    int exit_status = cli_check_set_output(making->options.output, making->key, making->inputs,
                                           making->input_count);

    if (exit_status == CLI_EXIT_OK)
        exit_status = check_twice(making->inputs, added);
    if (exit_status == CLI_EXIT_OK)
        exit_status = check_twice(making->inputs + added, making->input_count - added);
    return exit_status;
}

/* For when the library has none: of what is wrong with a list its reader knows more. */
static const char *advice(tutela_status status)
{
    return status == TUTELA_RECORD ? "make room and try again; an older set is still whole"
                                   : "check the inputs, and the folder of the output";
}

/* Open the sets of --against into `sets`, which has the room. */
static int open_against(const cli_args *args, const char *const *names, size_t count,
                        tutela_set **sets)
{
    for (size_t i = 0; i < count; i++) {
        tutela_error error = {0};
        tutela_status status = cli_set_open(args, names[i], &sets[i], &error);

        if (status != TUTELA_OK)
            return cli_fail_error(cli_exit_of(status), &error,
                                  "a hash set is made with 'tutela set build'");
    }
    return CLI_EXIT_OK;
}

static void print_written(const cli_lint *lint, const char *output,
                          const tutela_build_report *report)
{
    char entries[32];

    if (lint->update)
        cli_note("%s: written: %s entries in %zu layers", output,
                 cli_count_text(report->entries, entries), report->layers);
    else
        cli_note("%s: written", output);
}

static int make(cli_making *making, cli_lint *lint)
{
    const char *output = making->options.output;
    tutela_build_report report = {.size = sizeof report};
    tutela_error error = {0};
    tutela_status status;
    int exit_status;

    cli_lint_begin(lint, &making->options);
    status = making->update ? tutela_set_update(making->update, &report, &error)
                            : tutela_set_build(&making->options, &report, &error);
    if (report.rows > 0)
        cli_lint_end(lint, &report, output);
    exit_status = cli_stdout_done();
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error, advice(status));
    print_written(lint, output, &report);
    return exit_status;
}

/* With room for as many sets and names as there are arguments. */
static int prepare_and_make(const cli_args *args, cli_making *making, const char **names,
                            tutela_set **sets)
{
    cli_lint lint = {.json = cli_has(args, OPT_BUILD_JSON),
                     .against = names,
                     .inputs = making->inputs,
                     .update = making->update != NULL};
    size_t count = cli_values(args, OPT_AGAINST, names);
    int exit_status;

    lint.against_count = count;
    making->options.against = sets;
    making->options.against_count = count;
    exit_status = check_files(making);
    if (exit_status == CLI_EXIT_OK)
        exit_status = open_against(args, names, count, sets);
    if (exit_status == CLI_EXIT_OK)
        exit_status = make(making, &lint);
    for (size_t i = 0; i < count; i++)
        tutela_set_close(sets[i]);
    cli_lint_done(&lint);
    return exit_status;
}

int cli_make_set(const cli_args *args, cli_making *making)
{
    const char **names = calloc(args->given_count + 1, sizeof *names);
    tutela_set **sets = calloc(args->given_count + 1, sizeof *sets);
    int exit_status;

    if (names && sets)
        exit_status = prepare_and_make(args, making, names, sets);
    else
        exit_status = cli_fail(CLI_EXIT_RECORD, "close other programs", "out of memory");
    free(names);
    free(sets);
    return exit_status;
}

int cli_making_options(const cli_args *args, tutela_build_options *options)
{
    *options = (tutela_build_options){
        .size = sizeof *options,
        .output = cli_text(args, OPT_SET_OUTPUT),
        .reproducible = cli_has(args, OPT_BUILD_REPRODUCIBLE),
        .memory = cli_number(args, OPT_BUILD_MEMORY, 0),
        .strict = cli_has(args, OPT_STRICT),
        .csv_map = cli_text(args, OPT_MAP),
    };
    if (!options->output)
        return cli_fail(CLI_EXIT_USAGE, "say -o FILE: where the set goes",
                        "%s: --output is missing", cli_commands[args->command].name);
    return cli_expires(args, &options->expires);
}
