/*
 * set_build: the command `set build`.
 */
#include "set_make.h"

int cli_run_set_build(const cli_args *args)
{
    cli_making making = {.inputs = args->operands, .input_count = args->operand_count};
    tutela_build_options *options = &making.options;
    char room[PATH_MAX];
    int exit_status;

    if (!cli_has(args, OPT_AS))
        return cli_fail(CLI_EXIT_USAGE,
                        "say --as known-bad or --as known-good: two such lists can look alike",
                        "set build: --as is missing");
    exit_status = cli_making_options(args, options);
    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    options->inputs = args->operands;
    options->input_count = args->operand_count;
    options->list = cli_text(args, OPT_LIST);
    options->version = cli_text(args, OPT_LIST_VERSION);
    options->polarity = (int32_t)cli_number(args, OPT_AS, 0) + TUTELA_KNOWN_BAD;
    options->unsealed = cli_has(args, OPT_UNSEALED);
    exit_status = cli_key_for_build(args, room, &options->key_file);
    making.key = options->key_file;
    return exit_status == CLI_EXIT_OK ? cli_make_set(args, &making) : exit_status;
}
