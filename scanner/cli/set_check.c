/*
 * set_check: the command `set check`.
 */
#include "cli.h"

static int check(const cli_args *args, const char *path)
{
    tutela_set *set = NULL;
    tutela_error error = {0};
    tutela_status status = cli_set_open(args, path, &set, &error);

    if (status == TUTELA_OK)
        status = tutela_set_check(set, &error);
    tutela_set_close(set);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "copy the set again, or build it again from its lists");
    return CLI_EXIT_OK;
}

/* Every set is checked, also after a bad one: the operator wants to know about all of them. */
int cli_run_set_check(const cli_args *args)
{
    char shown[4096];
    int worst = CLI_EXIT_OK, status;

    for (size_t i = 0; i < args->operand_count; i++) {
        status = check(args, args->operands[i]);
        if (status > worst)
            worst = status;
        if (status != CLI_EXIT_OK)
            continue;
        cli_display(shown, sizeof shown, args->operands[i]);
        printf("%s: good\n", shown);
    }
    status = cli_stdout_done();
    return worst != CLI_EXIT_OK ? worst : status;
}
