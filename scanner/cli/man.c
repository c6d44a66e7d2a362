/*
 * man: manual pages in roff (man(7)), made at build time from the tables.
 */
#include "cli.h"

#include <ctype.h>
#include <string.h>

/* A page must not change with the day it is made: this is the day of the text. */
#define PAGE_DATE "2026-11-22"

#define LINE_WIDTH 76 /* of the roff source, where a space allows */

/*
 * Text as roff shows it unchanged: backslashes, hyphens, and a first letter that roff would obey.
 * With `wrap` the source is broken into lines at spaces.
 */
static void roff_text(FILE *out, const char *text, size_t size, int wrap)
{
    size_t column = 0;

    for (size_t i = 0; i < size; i++, column++) {
        size_t word = strcspn(text + i + 1, " \n");

        if (column == 0 && (text[i] == '.' || text[i] == '\''))
            fputs("\\&", out);
        if (wrap && text[i] == ' ' && column + 1 + word > LINE_WIDTH) {
            fputc('\n', out);
            column = (size_t)-1;
        } else if (text[i] == '\\' || text[i] == '-') {
            fputs(text[i] == '-' ? "\\-" : "\\e", out);
            column++;
        } else {
            fputc(text[i], out);
        }
    }
}

static void roff(FILE *out, const char *text, size_t size)
{
    roff_text(out, text, size, 0);
}

static void roff_line(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    roff_text(out, text, strlen(text), 1);
    fputc('\n', out);
}

static void title(FILE *out, const char *word)
{
    char name[32];
    int used = snprintf(name, sizeof name, "TUTELA%s%s", word ? "-" : "", word ? word : "");

    for (int i = 0; i < used; i++)
        name[i] = (char)toupper((unsigned char)name[i]);
    fputs(".\\\" Made from the tables of the command line; do not edit.\n.TH ", out);
    roff(out, name, (size_t)used);
    fprintf(out, " 1 \"%s\" \"Tutela %s\" \"Tutela Manual\"\n", PAGE_DATE, tutela_version());
}

static void paragraphs(FILE *out, const char *text)
{
    for (int first = 1; *text; first = 0) {
        size_t size = strcspn(text, "\n");

        if (!first)
            fputs(".PP\n", out);
        roff_text(out, text, size, 1);
        fputc('\n', out);
        text += size + strspn(text + size, "\n");
    }
}

static void synopsis(FILE *out, size_t command, int first)
{
    const char *form = cli_commands[command].synopsis;

    for (; *form; first = 0) {
        size_t size = strcspn(form, "\n");

        fputs(first ? "" : ".br\n", out);
        fprintf(out, ".B tutela %s\n", cli_commands[command].name);
        roff(out, form, size);
        form += size + (form[size] == '\n');
        fputc('\n', out);
    }
}

static void option(FILE *out, const cli_option *row)
{
    fputs(".TP\n", out);
    if (row->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB\\-\\-", out);
    roff(out, row->name, strlen(row->name));
    fputs("\\fR", out);
    if (*row->argument)
        fprintf(out, " \\fI%s\\fR", row->argument);
    roff_line(out, "\n", row->help);
}

static void options(FILE *out, size_t command)
{
    for (size_t group = 0; group < GROUP_COUNT; group++)
        for (size_t i = 0; i < OPT_COUNT; i++)
            if (cli_options[i].group == group && cli_option_shown(i, command, 0))
                option(out, &cli_options[i]);
}

/* "# what for" becomes a sentence, the commands below it stand as they are. */
static void examples(FILE *out, const char *text)
{
    int open = 0;

    while (*text) {
        size_t size = strcspn(text, "\n");

        if (*text == '#') {
            fputs(open ? ".fi\n.RE\n.PP\n" : "", out);
            fputc(toupper((unsigned char)text[2]), out);
            roff(out, text + 3, size - 3);
            fputs(":\n.PP\n.RS 4\n.nf\n", out);
            open = 1;
        } else {
            roff(out, text, size);
            fputc('\n', out);
        }
        text += size + (text[size] == '\n');
    }
    if (open)
        fputs(".fi\n.RE\n", out);
}

static void pairs(FILE *out, const char *section, const char *const (*rows)[2])
{
    fprintf(out, ".SH %s\n", section);
    for (; (*rows)[0]; rows++) {
        fprintf(out, ".TP\n.B %s\n", (*rows)[0]);
        roff_line(out, "", (*rows)[1]);
    }
}

/* 1 when `command` is the first with its first word: pages are listed once. */
static int begins_page(size_t command, char word[32])
{
    const char *name = cli_commands[command].name;

    snprintf(word, 32, "%.*s", (int)strcspn(name, " "), name);
    for (size_t i = 0; i < command; i++)
        if (cli_command_in(i, word))
            return 0;
    return 1;
}

static void see_also(FILE *out, const char *self)
{
    char word[32];

    fputs(".SH SEE ALSO\n", out);
    if (self)
        fputs(".BR tutela (1)", out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++) {
        if (!begins_page(i, word) || (self && strcmp(word, self) == 0))
            continue;
        if (self || i > 0)
            fputs(",\n", out);
        fprintf(out, ".BR tutela\\-%s (1)", word);
    }
    fputc('\n', out);
}

void cli_man_overview(FILE *out)
{
    title(out, NULL);
    fputs(".SH NAME\ntutela \\- find files that are already known\n"
          ".SH SYNOPSIS\n.B tutela\n.I COMMAND\n[OPTIONS] [ARGUMENT...]\n"
          ".SH DESCRIPTION\n",
          out);
    paragraphs(out, cli_text_purpose);
    fputs(".PP\n", out);
    paragraphs(out, "Findings go to standard output, everything else to standard error. An error is "
                    "one line that says what and why, and one line of advice.");
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++) {
        fprintf(out, ".TP\n.B %s\n", cli_commands[i].name);
        roff_line(out, "", cli_commands[i].summary);
    }
    pairs(out, "EXIT STATUS", cli_text_exits);
    fputs(".PP\nAny other value is a failure.\n", out);
    pairs(out, "ENVIRONMENT", cli_text_environment);
    fputs(".SH EXAMPLES\n", out);
    examples(out, cli_commands[CLI_DEMO].examples);
    see_also(out, NULL);
}

/* The sections of one command: flat when the page is its own, else under its name. */
static void command_sections(FILE *out, size_t command, int alone)
{
    const cli_command *row = &cli_commands[command];

    if (alone)
        fputs(".SH DESCRIPTION\n", out);
    else
        fprintf(out, ".SH COMMAND %s\n", row->name);
    paragraphs(out, row->description);
    fputs(alone ? ".SH OPTIONS\n" : ".SS Options\n", out);
    options(out, command);
    fputs(alone ? ".SH EXAMPLES\n" : ".SS Examples\n", out);
    examples(out, row->examples);
}

void cli_man_page(FILE *out, const char *word)
{
    size_t commands = 0;
    int first = 0;

    title(out, word);
    fprintf(out, ".SH NAME\ntutela\\-%s \\-\n", word);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        if (cli_command_in(i, word)) {
            fputs(commands++ ? "; " : "", out);
            roff_text(out, cli_commands[i].summary, strlen(cli_commands[i].summary), 1);
        }
    fputs("\n.SH SYNOPSIS\n", out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        if (cli_command_in(i, word))
            synopsis(out, i, first++ == 0);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        if (cli_command_in(i, word))
            command_sections(out, i, commands == 1);
    pairs(out, "EXIT STATUS", cli_text_exits);
    fputs(".PP\nAny other value is a failure.\n", out);
    pairs(out, "ENVIRONMENT", cli_text_environment);
    see_also(out, word);
}
