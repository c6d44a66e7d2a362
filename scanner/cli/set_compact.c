/*
 * set_compact: the command `set compact`.
 */
#include "cli.h"

static int compact(const cli_args *args, const tutela_set_options *opening)
{
    char number[32];
    tutela_compact_options options = {
        .size = sizeof options,
        .input = args->operands[0],
        .output = cli_text(args, OPT_SET_OUTPUT),
        .opening = opening,
        .memory = cli_number(args, OPT_BUILD_MEMORY, 0),
        .reproducible = cli_has(args, OPT_BUILD_REPRODUCIBLE),
    };
    tutela_error error = {0};
    tutela_status status;
    uint64_t entries = 0;
    int answer = cli_check_set_output(options.output, opening->key_file, NULL, 0);

    if (answer != CLI_EXIT_OK)
        return answer;
    status = tutela_set_compact(&options, &entries, &error);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              status == TUTELA_RECORD ? "make room and try again"
                                                      : "check the set with 'tutela set check'");
    cli_note("%s: written: %s entries", options.output, cli_count_text(entries, number));
    return CLI_EXIT_OK;
}

int cli_run_set_compact(const cli_args *args)
{
    cli_set_opening opening;
    tutela_error error = {0};
    tutela_status status;
    int answer;

    if (!cli_has(args, OPT_SET_OUTPUT))
        return cli_fail(CLI_EXIT_USAGE, "say -o FILE: where the new set goes",
                        "set compact: --output is missing");
    status = cli_opening(args, &opening, &error);
    answer = status == TUTELA_OK ? compact(args, &opening.options)
                                 : cli_fail_error(cli_exit_of(status), &error, "try again");
    cli_opening_done(&opening);
    return answer;
}
