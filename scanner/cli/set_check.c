/*
 * set_check: the command `set check`.
 */
#include "cli.h"

static void print(const char *path, const tutela_set_info *info)
{
    char shown[4096], id[2 * TUTELA_KEY_ID_SIZE + 1], time[32];

    cli_display(shown, sizeof shown, path);
    printf("%s: good, ", shown);
    if (info->signed_at == INT64_MIN)
        printf("not signed");
    else
        printf("signed by %s at %s", cli_id_text(info->signer_id, id),
               cli_time_text(info->signed_at, time));
    if (info->expires != INT64_MIN)
        printf(", expires at %s", cli_time_text(info->expires, time));
    putchar('\n');
}

static int check(const cli_args *args, const char *path)
{
    tutela_set_info info = {.size = sizeof info};
    tutela_set *set = NULL;
    tutela_error error = {0};
    tutela_status status = cli_set_open(args, path, &set, &error);

    if (status == TUTELA_OK)
        status = tutela_set_check(set, &error);
    if (status == TUTELA_OK)
        status = tutela_set_get_info(set, &info);
    tutela_set_close(set);
    if (status == TUTELA_OK)
        print(path, &info);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "copy the set again, or build it again from its lists");
    return CLI_EXIT_OK;
}

/* Every set is checked, also after a bad one: the operator wants to know about all of them. */
int cli_run_set_check(const cli_args *args)
{
    int worst = CLI_EXIT_OK, status;

    for (size_t i = 0; i < args->operand_count; i++) {
        status = check(args, args->operands[i]);
        if (status > worst)
            worst = status;
    }
    status = cli_stdout_done();
    return worst != CLI_EXIT_OK ? worst : status;
}
