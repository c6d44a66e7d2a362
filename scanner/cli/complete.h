/*
 * complete: one writer of completions per shell, each a file of its own.
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

#endif
