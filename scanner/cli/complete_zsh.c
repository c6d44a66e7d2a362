/*
 * complete_zsh: a function for _arguments; works from a folder in fpath and when sourced.
 */
#include "complete.h"

#include <string.h>

/* Inside '...' of a spec: brackets and colons belong to the spec, quotes to the shell. */
static void spec_text(FILE *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", text[i]))
            fprintf(out, "\\%c", text[i]);
        else
            fputc(text[i], out);
    }
}

static void action(FILE *out, const cli_option *option)
{
    switch (option->kind) {
    case KIND_FLAG:
        return;
    case KIND_FILE:
        fprintf(out, ":%s:_files", option->argument);
        break;
    case KIND_FOLDER:
        fprintf(out, ":%s:_files -/", option->argument);
        break;
    case KIND_CHOICE:
        fprintf(out, ":%s:(", option->argument);
        complete_words(out, option, " ");
        fputc(')', out);
        break;
    case KIND_NAMES:
        fprintf(out, ":%s:_values -s , %s ", option->argument, option->argument);
        complete_words(out, option, " ");
        break;
    default:
        fprintf(out, ":%s: ", option->argument);
        break;
    }
}

static void spec(FILE *out, const cli_option *option)
{
    const char *many = option->repeat == REPEAT_MANY ? "*" : "";
    size_t brief = complete_brief(option->help);

    fprintf(out, "        '%s--%s%s[", many, option->name, *option->argument ? "=" : "");
    spec_text(out, option->help, brief);
    fputc(']', out);
    action(out, option);
    fputs("' \\\n", out);
    if (!option->letter)
        return;
    fprintf(out, "        '%s-%c%s[", many, option->letter, *option->argument ? "+" : "");
    spec_text(out, option->help, brief);
    fputc(']', out);
    action(out, option);
    fputs("' \\\n", out);
}

static void operands(FILE *out, size_t command)
{
    const cli_command *row = &cli_commands[command];

    switch (row->operands) {
    case OPERAND_NONE:
        fputs("        && return 0\n", out);
        break;
    case OPERAND_FILES:
        fprintf(out, "        '*:%s:_files' && return 0\n", row->operand);
        break;
    case OPERAND_FOLDER:
        fprintf(out, "        '1:%s:_files -/' && return 0\n", row->operand);
        break;
    case OPERAND_COMMAND:
        fprintf(out, "        '1:%s:(", row->operand);
        complete_names(out, NULL, complete_plain);
        fputs(")' && return 0\n", out);
        break;
    }
}

/* For _describe: the name and what it is. */
static void name(FILE *out, size_t command, const char *word)
{
    const cli_command *row = &cli_commands[command];
    const char *space = strchr(row->name, ' ');

    fprintf(out, " '%s:", word);
    if (space && strcmp(word, space + 1) != 0)
        fprintf(out, "commands for a %s", word);
    else
        spec_text(out, row->summary, strlen(row->summary));
    fputc('\'', out);
}

void complete_zsh(FILE *out)
{
    fputs("#compdef tutela\n"
          "# zsh completion for tutela; made from its tables, do not edit\n"
          "_tutela() {\n"
          "    local command=$words[2] skip=1\n"
          "    local -a names\n"
          "    if (( CURRENT == 2 )); then\n"
          "        names=(",
          out);
    complete_names(out, NULL, name);
    fputs(")\n"
          "        _describe command names\n"
          "        return\n"
          "    fi\n",
          out);
    complete_groups(out,
                    "        if (( CURRENT == 3 )); then\n"
                    "            names=(",
                    name,
                    ")\n"
                    "            _describe command names\n"
                    "            return\n"
                    "        fi\n"
                    "        command+=\" $words[3]\"\n"
                    "        (( skip = 2 ))\n"
                    "    fi\n");
    fputs("    shift $skip words\n"
          "    (( CURRENT -= skip ))\n"
          "    case $command in\n",
          out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++) {
        fprintf(out, "    ('%s') _arguments -s -S \\\n", cli_commands[i].name);
        for (size_t j = 0; j < OPT_COUNT; j++)
            if (cli_option_shown(j, i, 0))
                spec(out, &cli_options[j]);
        operands(out, i);
        fputs("        ;;\n", out);
    }
    fputs("    esac\n"
          "}\n"
          "if [[ $funcstack[1] == _tutela ]]; then\n"
          "    _tutela \"$@\"\n"
          "else\n"
          "    compdef _tutela tutela\n"
          "fi\n",
          out);
}
