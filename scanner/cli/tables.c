/*
 * tables: commands.def and options.def as data, the words that options take, and the texts that
 * help and manual pages share.
 */
#include "cli.h"

#include <string.h>

/* The words that options take, each NULL past the last. */

static const char *word_algorithm(size_t index)
{
    return index < TUTELA_ALGORITHM_COUNT ? tutela_algorithm_name((int32_t)index) : NULL;
}

static const char *word_type(size_t index)
{
    return index < TUTELA_TYPE_COUNT ? tutela_type_name((int32_t)index) : NULL;
}

static const char *word_polarity(size_t index)
{
    return index < 2 ? tutela_polarity_name((int32_t)index + TUTELA_KNOWN_BAD) : NULL;
}

static const char *word_when(size_t index)
{
    static const char *const words[] = {"auto", "always", "never"};

    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

static const char *word_cache(size_t index)
{
    static const char *const words[] = {[CACHE_KEEP] = "keep", [CACHE_DROP] = "drop"};

    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

static const char *word_sandbox(size_t index)
{
    static const char *const words[] = {[SANDBOX_AUTO] = "auto", [SANDBOX_REQUIRE] = "require"};

    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

static const char *word_shell(size_t index)
{
    static const char *const words[] = {"bash", "zsh", "fish"};

    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

const cli_command cli_commands[CLI_COMMAND_COUNT] = {
#define COMMAND(id, name, run, ...) [CLI_##id] = {name, __VA_ARGS__},
#include "commands.def"
#undef COMMAND
};

const cli_option cli_options[OPT_COUNT] = {
#define ROW(mask, name, letter, ...) {mask, name, letter, __VA_ARGS__}
#define OPTION(id, ...) [OPT_##id] = ROW(__VA_ARGS__),
#include "options.def"
#undef OPTION
#undef ROW
};

const char *const cli_group_titles[GROUP_COUNT] = {
#define X(id, title) [GROUP_##id] = title,
    CLI_GROUP_MAP(X)
#undef X
};

const char cli_text_purpose[] =
    "Tutela finds files that are already known: it reads files, folders and streams, looks their "
    "digests up in lists of known material, and reports what it found without ever showing, copying "
    "or keeping any of it.";

const char *const cli_text_exits[][2] = {
    {"0", "the run is complete, no match"},
    {"1", "the run is complete, at least one match"},
    {"2", "usage or configuration"},
    {"3", "the run is incomplete, no match"},
    {"4", "the run is incomplete, at least one match"},
    {"5", "results could not be recorded"},
    {"6", "a hash set was refused"},
    {"7", "the self-test failed: rely on no result"},
    {"128+N", "ended by signal N"},
    {NULL, NULL},
};

const char *const cli_text_environment[][2] = {
    {"COLUMNS", "Width of the progress line. Default: the width of the terminal."},
    {"HOME", "Where .config and .local/state are, unless XDG_CONFIG_HOME and XDG_STATE_HOME are set."},
    {"NO_COLOR", "When set and not empty, --color auto never colours."},
    {"TERM", "When dumb, nothing is coloured or drawn on its own."},
    {"TMPDIR", "Folder for what exceeds --memory, unless --spool-dir names one."},
    {"TUTELA_CPU", "Lowers the choice of digest kernel; see tutela version -v."},
    {"XDG_CONFIG_HOME", "The user's configuration folder: tutela/key in it is the default key."},
    {"XDG_STATE_HOME", "The user's state folder: tutela/seen in it is what was seen of signed sets."},
    {NULL, NULL},
};

_Static_assert(CLI_COMMAND_COUNT < 32, "cli_option.commands is a mask of 32 bits");

int cli_option_shown(size_t option, size_t command, int hidden)
{
    const cli_option *row = &cli_options[option];

    return (row->commands >> command & 1u) && (hidden || row->group != GROUP_HIDDEN);
}

int cli_command_in(size_t command, const char *word)
{
    const char *name = cli_commands[command].name;
    size_t size = strlen(word);

    return strncmp(name, word, size) == 0 && (name[size] == '\0' || name[size] == ' ');
}

size_t cli_command_find(char *const *words, size_t count, size_t *used, const char **group)
{
    *group = NULL;
    for (size_t i = 0; count > 0 && i < CLI_COMMAND_COUNT; i++) {
        const char *second = strchr(cli_commands[i].name, ' ');

        if (!cli_command_in(i, words[0]))
            continue;
        if (!second || (count > 1 && strcmp(words[1], second + 1) == 0)) {
            *used = second ? 2 : 1;
            return i;
        }
        *group = words[0];
    }
    return CLI_COMMAND_COUNT;
}

/* The names of the commands when context is NULL, else the second words of that group. */
static const char *level_word(size_t index, const void *context)
{
    const char *group = context;
    const char *name;

    if (index >= CLI_COMMAND_COUNT)
        return NULL;
    name = cli_commands[index].name;
    if (group && !cli_command_in(index, group))
        return "";
    if (group)
        return strchr(name, ' ') + 1;
    return name;
}

int cli_command_unknown(char *const *words, size_t count, const char *group)
{
    const char *typed = group ? (count > 1 ? words[1] : NULL) : words[0];
    const char *close = typed ? cli_closest(typed, level_word, group) : NULL;
    char advice[160];

    if (close)
        snprintf(advice, sizeof advice, "did you mean '%s%s%s'? try 'tutela help'",
                 group ? group : "", group ? " " : "", close);
    else if (group)
        snprintf(advice, sizeof advice, "try 'tutela help %s'", group);
    else
        snprintf(advice, sizeof advice, "try 'tutela help'");
    if (!typed)
        return cli_fail(CLI_EXIT_USAGE, advice, "%s: no command given", group);
    return cli_fail(CLI_EXIT_USAGE, advice, "%s%s%s: unknown command", group ? group : "",
                    group ? " " : "", typed);
}
