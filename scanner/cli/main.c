/*
 * main: sets the process up, finds the command, runs it.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * A standard descriptor that is closed would be taken by the next file opened, and what is meant for
 * the terminal would be written into it. Fill the gaps with something that fails as a closed one
 * does: nothing can be read from 0, nothing written to 1 and 2.
 */
static int fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            return -1;
    }
    return 0;
}

/* A closed pipe and a file over the limit are errors to be told, not the end of the process. */
static void ignore_write_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
}

/* What each command does: here, so that what commands are made with knows none of them. */
static int (*const runs[])(const cli_args *args) = {
#define COMMAND(id, name, run, ...) [CLI_##id] = run,
#include "commands.def"
#undef COMMAND
};

static int run_command(size_t command, char **words, size_t count)
{
    cli_args args;
    int status = cli_args_parse(&args, command, words, count);

    if (status == CLI_EXIT_OK && args.help) {
        cli_help_command(stdout, command);
        status = cli_stdout_done();
    } else if (status == CLI_EXIT_OK) {
        status = runs[command](&args);
    }
    cli_args_done(&args);
    return status;
}

static int is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* `tutela --help`, `tutela --version`, `tutela set --help`: options where a command should be. */
static int without_command(char **words, size_t count, const char *group)
{
    const char *word = words[group ? 1 : 0];

    if (is_help(word)) {
        if (group)
            cli_help_group(stdout, group);
        else
            cli_help_overview(stdout);
        return cli_stdout_done();
    }
    if (!group && (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0))
        return run_command(CLI_VERSION, words + 1, count - 1);
    return cli_fail(CLI_EXIT_USAGE, "options follow the command: try 'tutela help'",
                    "%s: unknown option", word);
}

int main(int argc, char **argv)
{
    char **words = argv + 1;
    size_t count = argc > 1 ? (size_t)argc - 1 : 0;
    const char *group = NULL;
    size_t used = 0, command;

    if (fill_standard_descriptors() != 0)
        return CLI_EXIT_USAGE;
    ignore_write_signals();
    if (count == 0) {
        cli_help_usage(stderr);
        return CLI_EXIT_USAGE;
    }
    command = cli_command_find(words, count, &used, &group);
    if (command < CLI_COMMAND_COUNT)
        return run_command(command, words + used, count - used);
    if (words[0][0] == '-' || (group && count > 1 && words[1][0] == '-'))
        return without_command(words, count, group);
    return cli_command_unknown(words, count, group);
}
