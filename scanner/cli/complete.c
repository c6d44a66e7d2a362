/*
 * complete: what the writers of completions share: walks over the tables, which are in cli.h.
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

void complete_names(FILE *out, const char *group, complete_name *name)
{
    char first[32], second[32];

    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++) {
        complete_split(i, first, second);
        if (group ? strcmp(first, group) == 0 : complete_first(i))
            name(out, i, group ? second : first);
    }
}

void complete_plain(FILE *out, size_t command, const char *word)
{
    (void)command;
    fprintf(out, "%s ", word);
}

void complete_groups(FILE *out, const char *before, complete_name *name, const char *after)
{
    char first[32], second[32];

    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++) {
        complete_split(i, first, second);
        if (!*second || !complete_first(i))
            continue;
        fprintf(out, "    if [[ $command == %s ]]; then\n%s", first, before);
        complete_names(out, first, name);
        fputs(after, out);
    }
}
