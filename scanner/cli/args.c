/*
 * args: reads a command's arguments by the table of options.
 *
 * Options and operands come in any order, `--` ends options, a value follows its option as the next
 * word, after `=`, or right after a letter; letters may be run together. Long names are never cut
 * short: a script that works today means the same when an option is added.
 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where the parser stands. */
struct parser {
    cli_args *args;
    char **words;
    size_t count;
    size_t at; /* the next word */
};

static const char *command_name(const cli_args *args)
{
    return cli_commands[args->command].name;
}

static int advise_help(const cli_args *args, char *advice, size_t size, const char *close)
{
    if (close)
        return snprintf(advice, size, "did you mean '--%s'? try 'tutela %s --help'", close,
                        command_name(args));
    return snprintf(advice, size, "try 'tutela %s --help'", command_name(args));
}

/* Option names this command knows, for cli_closest. */
static const char *option_word(size_t index, const void *context)
{
    const cli_args *args = context;

    if (index >= OPT_COUNT)
        return NULL;
    return cli_option_shown(index, args->command, 0) ? cli_options[index].name : "";
}

static int unknown_option(const cli_args *args, const char *shown, const char *name)
{
    char advice[160];

    advise_help(args, advice, sizeof advice, name ? cli_closest(name, option_word, args) : NULL);
    return cli_fail(CLI_EXIT_USAGE, advice, "%s: unknown option", shown);
}

static int bad_value(const char *shown, const char *value, const char *want)
{
    return cli_fail(CLI_EXIT_USAGE, want, "%s: '%s' cannot be used", shown, value);
}

/* Digits that fill text up to `end` and fit. */
static int read_digits(const char *text, char **end, uint64_t *out)
{
    if (*text < '0' || *text > '9')
        return -1;
    errno = 0;
    *out = strtoull(text, end, 10);
    return errno ? -1 : 0;
}

/* "64M", "64Mi", "64MB", "64MiB", "64": bytes. */
static int read_size(const char *text, uint64_t *out)
{
    static const char units[] = "kmgt";
    uint64_t value, factor = 1;
    const char *unit;
    char *end;

    if (read_digits(text, &end, &value) != 0)
        return -1;
    unit = *end ? strchr(units, *end | 0x20) : NULL;
    if (unit) {
        uint64_t base = end[1] == 'i' ? 1024 : 1000;

        for (const char *step = units; step <= unit; step++)
            factor *= base;
        end += base == 1024 ? 2 : 1;
    }
    if (*end == 'B')
        end++;
    if (*end || (value > 0 && factor > UINT64_MAX / value))
        return -1;
    *out = value * factor;
    return 0;
}

static size_t find_word(const cli_option *option, const char *text, size_t size)
{
    const char *word;

    for (size_t i = 0; (word = option->word(i)); i++)
        if (strlen(word) == size && memcmp(word, text, size) == 0)
            return i;
    return SIZE_MAX;
}

static int read_words(const cli_option *option, const char *shown, cli_given *given)
{
    char advice[192];
    const char *text = given->value, *word;
    size_t used, size, index;

    given->number = 0;
    for (;; text += size + 1) {
        size = option->kind == KIND_NAMES ? strcspn(text, ",") : strlen(text);
        index = find_word(option, text, size);
        if (index == SIZE_MAX)
            break;
        given->number = option->kind == KIND_NAMES ? given->number | TUTELA_BIT(index) : index;
        if (!text[size])
            return CLI_EXIT_OK;
    }
    used = (size_t)snprintf(advice, sizeof advice, "it takes %s: ",
                            option->kind == KIND_NAMES ? "some of" : "one of");
    for (size_t i = 0; (word = option->word(i)) && used < sizeof advice; i++)
        used += (size_t)snprintf(advice + used, sizeof advice - used, "%s%s", i ? ", " : "", word);
    return cli_fail(CLI_EXIT_USAGE, advice, "%s: unknown word '%.*s'", shown,
                    (int)(size < 64 ? size : 64), text);
}

static int read_value(const cli_option *option, const char *shown, cli_given *given)
{
    char *end;

    switch (option->kind) {
    case KIND_NUMBER:
        if (read_digits(given->value, &end, &given->number) == 0 && !*end)
            return CLI_EXIT_OK;
        return bad_value(shown, given->value, "it takes a whole number, such as 8");
    case KIND_SIZE:
        if (read_size(given->value, &given->number) == 0)
            return CLI_EXIT_OK;
        return bad_value(shown, given->value, "it takes a size, such as 500k, 64M or 2Gi");
    case KIND_CHOICE:
    case KIND_NAMES:
        return read_words(option, shown, given);
    default:
        if (*given->value)
            return CLI_EXIT_OK;
        return bad_value(shown, given->value, "it takes a value that is not empty");
    }
}

/* Take one option whose value is `value`, or the next word when that is NULL. */
static int take(struct parser *parser, size_t option, const char *shown, const char *value)
{
    cli_args *args = parser->args;
    const cli_option *row = &cli_options[option];
    cli_given *given = &args->given[args->given_count];
    char advice[160];

    if (row->repeat == REPEAT_ONCE && cli_has(args, option))
        return cli_fail(CLI_EXIT_USAGE, "give it once", "%s: given more than once", shown);
    *given = (cli_given){.option = option};
    if (row->kind == KIND_FLAG && value) {
        advise_help(args, advice, sizeof advice, NULL);
        return cli_fail(CLI_EXIT_USAGE, advice, "%s: takes no value", shown);
    }
    if (row->kind != KIND_FLAG) {
        int status;

        if (!value && parser->at >= parser->count) {
            advise_help(args, advice, sizeof advice, NULL);
            return cli_fail(CLI_EXIT_USAGE, advice, "%s: needs a value: %s", shown, row->argument);
        }
        given->value = value ? value : parser->words[parser->at++];
        status = read_value(row, shown, given);
        if (status != CLI_EXIT_OK)
            return status;
    }
    args->given_count++;
    args->help |= option == OPT_HELP;
    return CLI_EXIT_OK;
}

static int take_long(struct parser *parser, char *word)
{
    const char *equals = strchr(word, '=');
    size_t size = equals ? (size_t)(equals - word) : strlen(word);
    char shown[64], *name = shown + 2;

    snprintf(shown, sizeof shown, "%.*s", (int)(size < sizeof shown ? size : sizeof shown - 1), word);
    for (size_t i = 0; i < OPT_COUNT; i++)
        if (cli_option_shown(i, parser->args->command, 1) && strcmp(cli_options[i].name, name) == 0)
            return take(parser, i, shown, equals ? equals + 1 : NULL);
    return unknown_option(parser->args, shown, name);
}

static int take_letters(struct parser *parser, char *word)
{
    for (char *letter = word + 1; *letter; letter++) {
        char shown[3] = {'-', *letter, '\0'};
        size_t i = 0;
        int flag, status;

        while (i < OPT_COUNT
               && !(cli_option_shown(i, parser->args->command, 1)
                    && cli_options[i].letter == *letter))
            i++;
        if (i == OPT_COUNT)
            return unknown_option(parser->args, shown, NULL);
        flag = cli_options[i].kind == KIND_FLAG;
        status = take(parser, i, shown, flag || !letter[1] ? NULL : letter + 1);
        if (status != CLI_EXIT_OK || !flag || parser->args->help)
            return status;
    }
    return CLI_EXIT_OK;
}

static int check_operands(const cli_args *args)
{
    const cli_command *command = &cli_commands[args->command];
    char advice[160];

    advise_help(args, advice, sizeof advice, NULL);
    if (args->operand_count < command->least)
        return cli_fail(CLI_EXIT_USAGE, advice, "%s: no %s given", command->name, command->operand);
    if (args->operand_count > command->most)
        return cli_fail(CLI_EXIT_USAGE, advice, "%s: one argument too many",
                        args->operands[command->most]);
    for (size_t i = 0; i < args->operand_count; i++)
        if (!*args->operands[i])
            return cli_fail(CLI_EXIT_USAGE, "a variable in the command may have no value",
                            "%s: argument %zu is empty", command->name, i + 1);
    return CLI_EXIT_OK;
}

int cli_args_parse(cli_args *args, size_t command, char **words, size_t count)
{
    struct parser parser = {.args = args, .words = words, .count = count};
    size_t room = 0; /* letters run together may be more options than words */
    int ended = 0, status = CLI_EXIT_OK;

    for (size_t i = 0; i < count; i++)
        room += words[i][0] == '-' ? strlen(words[i]) : 0;
    *args = (cli_args){.command = command,
                       .operands = calloc(count + 1, sizeof *args->operands),
                       .given = calloc(room + 1, sizeof *args->given)};
    if (!args->operands || !args->given)
        return cli_fail(CLI_EXIT_RECORD, "free some memory and try again", "arguments: out of memory");
    while (parser.at < count && status == CLI_EXIT_OK && !args->help) {
        char *word = words[parser.at++];

        if (ended || word[0] != '-' || !word[1])
            args->operands[args->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            ended = 1;
        else if (word[1] == '-')
            status = take_long(&parser, word);
        else
            status = take_letters(&parser, word);
    }
    return status != CLI_EXIT_OK || args->help ? status : check_operands(args);
}

void cli_args_done(cli_args *args)
{
    free(args->operands);
    free(args->given);
    *args = (cli_args){0};
}

static const cli_given *last_given(const cli_args *args, size_t option)
{
    for (size_t i = args->given_count; i > 0; i--)
        if (args->given[i - 1].option == option)
            return &args->given[i - 1];
    return NULL;
}

int cli_has(const cli_args *args, size_t option)
{
    return last_given(args, option) != NULL;
}

const char *cli_text(const cli_args *args, size_t option)
{
    const cli_given *given = last_given(args, option);

    return given ? given->value : NULL;
}

uint64_t cli_number(const cli_args *args, size_t option, uint64_t otherwise)
{
    const cli_given *given = last_given(args, option);

    return given ? given->number : otherwise;
}

size_t cli_values(const cli_args *args, size_t option, const char **out)
{
    size_t count = 0;

    for (size_t i = 0; i < args->given_count; i++)
        if (args->given[i].option == option)
            out[count++] = args->given[i].value;
    return count;
}

int cli_within(const cli_args *args, size_t option, uint64_t low, uint64_t high)
{
    uint64_t value = cli_number(args, option, low);
    char advice[96];

    if (value >= low && value <= high)
        return CLI_EXIT_OK;
    snprintf(advice, sizeof advice, "it takes a number from %llu to %llu", (unsigned long long)low,
             (unsigned long long)high);
    return cli_fail(CLI_EXIT_USAGE, advice, "--%s: %s is out of range", cli_options[option].name,
                    cli_text(args, option));
}
