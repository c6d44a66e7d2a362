/*
 * complete: completions for shells, made at build time from the tables; one writer per shell, each a
 * file of its own.
 */
#ifndef TT_CLI_COMPLETE_H
#define TT_CLI_COMPLETE_H

#include "cli.h"

void complete_bash(FILE *out);
void complete_zsh(FILE *out);
void complete_fish(FILE *out);

/* The words an option takes, `separator` between them. */
void complete_words(FILE *out, const cli_option *option, const char *separator);
/* An option's first sentence without its full stop: menus are narrow. */
size_t complete_brief(const char *help);
/* The first and second word of a command's name; the second is "" for most. */
void complete_split(size_t command, char first[32], char second[32]);
/* 1 when no command before this one has the same first word. */
int complete_first(size_t command);

/* Writes one name as a shell lists it: `word` is the command's first or second. */
typedef void complete_name(FILE *out, size_t command, const char *word);
/* The word and a space. */
void complete_plain(FILE *out, size_t command, const char *word);
/* The names at one level: first words when `group` is NULL, else the second words of that group. */
void complete_names(FILE *out, const char *group, complete_name *name);
/*
 * For shells with [[ ]]: where $command is the first word of a group, `before`, the names of the
 * group and `after`, which ends what [[ ]] began.
 */
void complete_groups(FILE *out, const char *before, complete_name *name, const char *after);

#endif
