/*
 * complete_fish: one `complete` line for each command and option.
 */
#include "complete.h"

#include <string.h>

static void quoted(FILE *out, const char *text, size_t size)
{
    fputc('\'', out);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            fputc('\\', out);
        fputc(text[i], out);
    }
    fputc('\'', out);
}

static void condition(FILE *out, size_t command)
{
    char first[32], second[32];

    complete_split(command, first, second);
    fprintf(out, "complete -c tutela -n '__fish_seen_subcommand_from %s", first);
    if (*second)
        fprintf(out, "; and __fish_seen_subcommand_from %s", second);
    fputc('\'', out);
}

static void option(FILE *out, size_t command, const cli_option *row)
{
    condition(out, command);
    fprintf(out, " -l %s", row->name);
    if (row->letter)
        fprintf(out, " -s %c", row->letter);
    switch (row->kind) {
    case KIND_FLAG:
        break;
    case KIND_FILE:
        fputs(" -r -F", out);
        break;
    case KIND_FOLDER:
        fputs(" -x -a '(__fish_complete_directories)'", out);
        break;
    case KIND_CHOICE:
        fputs(" -x -a '", out);
        complete_words(out, row, " ");
        fputc('\'', out);
        break;
    case KIND_NAMES:
        fputs(" -x -a '(__fish_append , ", out);
        complete_words(out, row, " ");
        fputs(")'", out);
        break;
    default:
        fputs(" -x", out);
        break;
    }
    fputs(" -d ", out);
    quoted(out, row->help, complete_brief(row->help));
    fputc('\n', out);
}

static void names(FILE *out, size_t command)
{
    char first[32], second[32];
    const cli_command *row = &cli_commands[command];

    complete_split(command, first, second);
    if (complete_first(command)) {
        fprintf(out, "complete -c tutela -n __fish_use_subcommand -f -a %s -d ", first);
        if (*second)
            fprintf(out, "'commands for a %s'", first);
        else
            quoted(out, row->summary, strlen(row->summary));
        fputc('\n', out);
    }
    if (*second) {
        fprintf(out, "complete -c tutela -n '__fish_seen_subcommand_from %s; and not "
                     "__fish_seen_subcommand_from",
                first);
        for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
            if (cli_command_in(i, first))
                fprintf(out, " %s", strchr(cli_commands[i].name, ' ') + 1);
        fprintf(out, "' -f -a %s -d ", second);
        quoted(out, row->summary, strlen(row->summary));
        fputc('\n', out);
    }
}

static void operands(FILE *out, size_t command)
{
    switch (cli_commands[command].operands) {
    case OPERAND_FILES:
        return; /* files are what fish offers by itself */
    case OPERAND_NONE:
        condition(out, command);
        fputs(" -f\n", out);
        break;
    case OPERAND_FOLDER:
        condition(out, command);
        fputs(" -f -a '(__fish_complete_directories)'\n", out);
        break;
    case OPERAND_COMMAND:
        condition(out, command);
        fputs(" -f -a '", out);
        complete_names(out, NULL, complete_plain);
        fputs("'\n", out);
        break;
    }
}

void complete_fish(FILE *out)
{
    fputs("# fish completion for tutela; made from its tables, do not edit\n", out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        names(out, i);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++) {
        operands(out, i);
        for (size_t j = 0; j < OPT_COUNT; j++)
            if (cli_option_shown(j, i, 0))
                option(out, i, &cli_options[j]);
    }
}
