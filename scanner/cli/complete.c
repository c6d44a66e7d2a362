/*
 * complete: completions for shells, made at build time from the tables.
 */
#include "complete.h"

#include <string.h>

void complete_words(FILE *out, const cli_option *option, const char *separator)
{
    const char *word;

    for (size_t i = 0; (word = option->word(i)); i++)
        fprintf(out, "%s%s", i ? separator : "", word);
}

size_t complete_brief(const char *help)
{
    size_t size = 0;

    while (help[size] && !(help[size] == '.' && (!help[size + 1] || help[size + 1] == ' ')))
        size++;
    return size;
}

void complete_split(size_t command, char first[32], char second[32])
{
    const char *name = cli_commands[command].name;
    const char *space = strchr(name, ' ');

    snprintf(first, 32, "%.*s", (int)strcspn(name, " "), name);
    snprintf(second, 32, "%s", space ? space + 1 : "");
}

int complete_first(size_t command)
{
    char first[32], second[32];

    complete_split(command, first, second);
    for (size_t i = 0; i < command; i++)
        if (cli_command_in(i, first))
            return 0;
    return 1;
}

void cli_completion(FILE *out, enum cli_shell shell)
{
    switch (shell) {
    case SHELL_BASH:
        complete_bash(out);
        break;
    case SHELL_ZSH:
        complete_zsh(out);
        break;
    case SHELL_FISH:
        complete_fish(out);
        break;
    }
}
