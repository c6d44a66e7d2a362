/*
 * help: the command `help`, and help for people: overview, group, command.
 */
#include "complete.h"

#include <string.h>

#define WIDTH 79        /* columns of a page */
#define OPTION_COLUMN 8 /* where an option's text begins */

/* One paragraph (up to an empty line or the end), wrapped; answers where the next one begins. */
static const char *paragraph(FILE *out, size_t indent, const char *text)
{
    size_t column = 0;

    while (*text && *text != '\n') {
        size_t word = strcspn(text, " \n");

        if (column > 0 && column + 1 + word > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%*s%.*s", column ? 1 : (int)indent, "", (int)word, text);
        column += word + (column ? 1 : indent);
        text += word;
        text += *text == ' ';
    }
    fputc('\n', out);
    return text + strspn(text, "\n");
}

static void paragraphs(FILE *out, size_t indent, const char *text)
{
    while (*text) {
        text = paragraph(out, indent, text);
        if (*text)
            fputc('\n', out);
    }
}

static void synopsis(FILE *out, size_t command)
{
    const char *form = cli_commands[command].synopsis;

    for (int first = 1; *form; first = 0) {
        size_t size = strcspn(form, "\n");

        fprintf(out, "%s tutela %s %.*s\n", first ? "Usage:" : "      ", cli_commands[command].name,
                (int)size, form);
        form += size + (form[size] == '\n');
    }
}

static void option(FILE *out, const cli_option *row)
{
    if (row->letter)
        fprintf(out, "  -%c, --%s", row->letter, row->name);
    else
        fprintf(out, "      --%s", row->name);
    fprintf(out, "%s%s\n", *row->argument ? " " : "", row->argument);
    paragraph(out, OPTION_COLUMN + 2, row->help);
}

static void options(FILE *out, size_t command)
{
    for (size_t group = 0; group < GROUP_COUNT; group++) {
        int titled = 0;

        for (size_t i = 0; i < OPT_COUNT; i++) {
            if (cli_options[i].group != group || !cli_option_shown(i, command, 0))
                continue;
            if (!titled)
                fprintf(out, "\n%s:\n", cli_group_titles[group]);
            titled = 1;
            option(out, &cli_options[i]);
        }
    }
}

/* "# what for" lines as they are, commands set off below them. */
static void examples(FILE *out, const char *text)
{
    fputs("\nExamples:\n", out);
    while (*text) {
        size_t size = strcspn(text, "\n");

        fprintf(out, "%s%.*s\n", *text == '#' ? "  " : "    ", (int)size, text);
        text += size + (text[size] == '\n');
    }
}

static void pairs(FILE *out, const char *title, const char *const (*rows)[2])
{
    fprintf(out, "\n%s:\n", title);
    for (; (*rows)[0]; rows++)
        fprintf(out, "  %-6s %s\n", (*rows)[0], (*rows)[1]);
}

static void summaries(FILE *out, const char *group)
{
    fputs("\nCommands:\n", out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        if (!group || cli_command_in(i, group))
            fprintf(out, "  %-11s  %s\n", cli_commands[i].name, cli_commands[i].summary);
}

void cli_help_usage(FILE *out)
{
    fputs("Usage: tutela scan --set FILE TARGET...\n"
          "       tutela COMMAND [OPTIONS] [ARGUMENT...]\n",
          out);
    summaries(out, NULL);
    fputs("\nTry 'tutela help' for more.\n", out);
}

void cli_help_overview(FILE *out)
{
    paragraphs(out, 0, cli_text_purpose);
    fputs("\nUsage: tutela scan --set FILE TARGET...\n"
          "       tutela COMMAND [OPTIONS] [ARGUMENT...]\n"
          "\nThe main job:\n"
          "  # compile a list, once\n"
          "    tutela set build --as known-bad -o known.tset list.csv\n"
          "  # scan\n"
          "    tutela scan --set known.tset /srv/uploads\n"
          "  # try it with harmless practice files\n"
          "    tutela demo practice\n",
          out);
    summaries(out, NULL);
    pairs(out, "Exit status", cli_text_exits);
    fputs("\n'tutela COMMAND --help' shows the options of a command.\n", out);
}

void cli_help_group(FILE *out, const char *group)
{
    fprintf(out, "Usage: tutela %s COMMAND [OPTIONS] [ARGUMENT...]\n", group);
    summaries(out, group);
    fprintf(out, "\n'tutela %s COMMAND --help' shows the options of a command.\n", group);
}

void cli_help_command(FILE *out, size_t command)
{
    const cli_command *row = &cli_commands[command];

    synopsis(out, command);
    fputc('\n', out);
    paragraphs(out, 0, row->description);
    options(out, command);
    examples(out, row->examples);
    if (command == CLI_SCAN)
        pairs(out, "Exit status", cli_text_exits);
}

/* `help --man [COMMAND]`: pages go by the first word, so `set build` is in the page of `set`. */
static int man(char *const *words, size_t count)
{
    for (size_t i = 0; count == 1 && i < CLI_COMMAND_COUNT; i++) {
        if (!cli_command_in(i, words[0]))
            continue;
        cli_man_page(stdout, words[0]);
        return CLI_EXIT_OK;
    }
    if (count > 0)
        return cli_fail(CLI_EXIT_USAGE, "pages go by the first word of a command: scan, set, ...",
                        "%s: no such manual page", words[count - 1]);
    cli_man_overview(stdout);
    return CLI_EXIT_OK;
}

static int help_for(char *const *words, size_t count)
{
    const char *group = NULL;
    size_t used = 0, command;

    if (count == 0) {
        cli_help_overview(stdout);
        return CLI_EXIT_OK;
    }
    command = cli_command_find(words, count, &used, &group);
    if (command == CLI_COMMAND_COUNT && group && count == 1) {
        cli_help_group(stdout, group);
        return CLI_EXIT_OK;
    }
    if (command == CLI_COMMAND_COUNT)
        return cli_command_unknown(words, count, group);
    if (used < count)
        return cli_fail(CLI_EXIT_USAGE, "try 'tutela help'", "%s: one argument too many",
                        words[used]);
    cli_help_command(stdout, command);
    return CLI_EXIT_OK;
}

static void completion(enum cli_shell shell)
{
    switch (shell) {
    case SHELL_BASH:
        complete_bash(stdout);
        break;
    case SHELL_ZSH:
        complete_zsh(stdout);
        break;
    case SHELL_FISH:
        complete_fish(stdout);
        break;
    }
}

int cli_run_help(const cli_args *args)
{
    char *const *words = (char *const *)args->operands;
    int status = CLI_EXIT_OK;

    if (cli_has(args, OPT_COMPLETION))
        completion((enum cli_shell)cli_number(args, OPT_COMPLETION, 0));
    else if (cli_has(args, OPT_MAN))
        status = man(words, args->operand_count);
    else
        status = help_for(words, args->operand_count);
    return status == CLI_EXIT_OK ? cli_stdout_done() : status;
}
