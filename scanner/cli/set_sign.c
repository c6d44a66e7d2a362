/*
 * set_sign: the command `set sign`, and the dates that sets expire at.
 */
#include "cli.h"

int cli_expires(const cli_args *args, int64_t *out)
{
    tutela_error error = {0};
    tutela_status status = TUTELA_OK;

    *out = 0;
    if (cli_has(args, OPT_EXPIRES))
        status = tutela_time_parse(cli_text(args, OPT_EXPIRES), out, &error);
    if (status == TUTELA_OK)
        return CLI_EXIT_OK;
    return cli_fail(CLI_EXIT_USAGE, error.advice, "--expires: %s", error.text);
}

int cli_run_set_sign(const cli_args *args)
{
    tutela_sign_options options = {.size = sizeof options,
                                   .key_file = cli_text(args, OPT_SIGNING_KEY),
                                   .output = cli_text(args, OPT_SIGN_OUTPUT)};
    const char *path = args->operands[0];
    tutela_error error = {0};
    tutela_status status;
    int exit_status;

    if (!options.key_file)
        return cli_fail(CLI_EXIT_USAGE, "say --signing-key FILE: 'tutela set keygen --signing' makes one",
                        "set sign: --signing-key is missing");
    exit_status = cli_expires(args, &options.expires);
    if (exit_status == CLI_EXIT_OK)
        exit_status = cli_check_set_output(options.output ? options.output : path, options.key_file,
                                           NULL, 0);
    if (exit_status != CLI_EXIT_OK)
        return exit_status;
    status = tutela_set_sign(path, &options, &error);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "name a set made with 'tutela set build', and a folder you may write to");
    cli_note("%s: signed", options.output ? options.output : path);
    return CLI_EXIT_OK;
}
