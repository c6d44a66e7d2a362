/*
 * demo: the command `demo`.
 */
#include "cli.h"

#include <string.h>

/* The folder as a word of the shell: quoted when it holds more than plain characters. */
static void print_quoted(const char *folder, const char *rest)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./,:+-";
    char shown[4096];

    cli_display(shown, sizeof shown, folder);
    if (shown[strspn(shown, plain)] == '\0') {
        printf(" %s%s", shown, rest);
        return;
    }
    fputs(" '", stdout);
    for (const char *at = shown; *at; at++)
        fputs(*at == '\'' ? "'\\''" : (char[]){*at, '\0'}, stdout);
    printf("'%s", rest);
}

static void print_next(const char *folder)
{
    fputs("made", stdout);
    print_quoted(folder, "/tree and");
    print_quoted(folder, "/lists; nothing in them depicts anything\n\nnext:\n"
                         "  tutela set build --as known-bad -o");
    print_quoted(folder, "/bad.tset");
    print_quoted(folder, "/lists/known-*\n  tutela set build --as known-good -o");
    print_quoted(folder, "/good.tset");
    print_quoted(folder, "/lists/good-md5sum.txt\n  tutela scan --set");
    print_quoted(folder, "/bad.tset --set");
    print_quoted(folder, "/good.tset --html");
    print_quoted(folder, "/report.html");
    print_quoted(folder, "/tree\n\nmore in");
    print_quoted(folder, "/README.txt\n");
}

int cli_run_demo(const cli_args *args)
{
    const char *folder = args->operands[0];
    tutela_error error;
    tutela_status status = tutela_training_create(folder, cli_number(args, OPT_SEED, 0), &error);

    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "name a folder that does not exist yet, where you may write");
    print_next(folder);
    return cli_stdout_done();
}
