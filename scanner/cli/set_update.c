/*
 * set_update: the command `set update`.
 */
#include "set_make.h"

#include <stdlib.h>

static int check_required(const cli_args *args)
{
    if (!cli_has(args, OPT_ADD) && !cli_has(args, OPT_REMOVE))
        return cli_fail(CLI_EXIT_USAGE, "say --add LIST, --remove LIST or both",
                        "set update: nothing to add and nothing to remove");
    if (cli_has(args, OPT_AGAINST) && !cli_has(args, OPT_ADD))
        return cli_fail(CLI_EXIT_USAGE, "say --add LIST, or leave --against out",
                        "set update: nothing to add that could be held against a set");
    return CLI_EXIT_OK;
}

/* What the arguments say, once there is room for the inputs. */
static int run(const cli_args *args, const tutela_set_options *opening, const char **inputs)
{
    cli_making making = {.key = opening->key_file, .inputs = inputs};
    tutela_build_options *lists = &making.options;
    tutela_update_options update = {
        .size = sizeof update, .base = args->operands[0], .opening = opening, .build = lists};
    int exit_status = cli_making_options(args, lists);

    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    lists->list = cli_text(args, OPT_UPDATE_LIST);
    lists->version = cli_text(args, OPT_UPDATE_VERSION);
    if (cli_has(args, OPT_UPDATE_AS))
        lists->polarity = (int32_t)cli_number(args, OPT_UPDATE_AS, 0) + TUTELA_KNOWN_BAD;
    lists->inputs = inputs;
    lists->input_count = cli_values(args, OPT_ADD, inputs);
    update.remove = inputs + lists->input_count;
    update.remove_count = cli_values(args, OPT_REMOVE, inputs + lists->input_count);
    making.input_count = lists->input_count + update.remove_count;
    making.update = &update;
    return cli_make_set(args, &making);
}

int cli_run_set_update(const cli_args *args)
{
    const char **inputs;
    cli_set_opening opening;
    tutela_error error = {0};
    int exit_status = check_required(args);

    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    inputs = calloc(args->given_count + 1, sizeof *inputs);
    if (!inputs || cli_opening(args, &opening, &error) != TUTELA_OK) {
        free(inputs);
        return cli_fail(CLI_EXIT_RECORD, "close other programs", "out of memory");
    }
    exit_status = run(args, &opening.options, inputs);
    cli_opening_done(&opening);
    free(inputs);
    return exit_status;
}
