/*
 * complete_bash: needs bash alone, not the bash-completion package.
 */
#include "complete.h"

/* Bash splits words at `=`: put `--name=value` together again, then find the command. */
static const char head[] =
    "# bash completion for tutela; made from its tables, do not edit\n"
    "_tutela() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev='' command word\n"
    "    (( COMP_CWORD > 0 )) && prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == = ]] && (( COMP_CWORD > 1 )); then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    command=${COMP_WORDS[1]}\n"
    "    COMPREPLY=()\n"
    "    if (( COMP_CWORD == 1 )); then\n";

/* The words at the cursor: of `tutela`, then of `set` and its like, whose second is part of the name. */
static void words(FILE *out)
{
    fputs("        mapfile -t COMPREPLY < <(compgen -W '", out);
    complete_names(out, NULL, complete_plain);
    fputs("--help --version' -- \"$cur\")\n        return\n    fi\n", out);
    complete_groups(out,
                    "        if (( COMP_CWORD == 2 )); then\n"
                    "            mapfile -t COMPREPLY < <(compgen -W '",
                    complete_plain,
                    "--help' -- \"$cur\")\n"
                    "            return\n"
                    "        fi\n"
                    "        command+=\" ${COMP_WORDS[2]}\"\n"
                    "    fi\n");
}

static void value(FILE *out, size_t command, const cli_option *option)
{
    fprintf(out, "    '%s:--%s'", cli_commands[command].name, option->name);
    if (option->letter)
        fprintf(out, "|'%s:-%c'", cli_commands[command].name, option->letter);
    fputs(")\n", out);
    switch (option->kind) {
    case KIND_FILE:
        fputs("        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n", out);
        break;
    case KIND_FOLDER:
        fputs("        mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n", out);
        break;
    case KIND_CHOICE:
        fputs("        mapfile -t COMPREPLY < <(compgen -W '", out);
        complete_words(out, option, " ");
        fputs("' -- \"$cur\"); return ;;\n", out);
        break;
    case KIND_NAMES:
        /* What stands before the last comma is kept. */
        fputs("        word=\n"
              "        [[ $cur == *,* ]] && word=${cur%,*},\n"
              "        mapfile -t COMPREPLY < <(compgen -P \"$word\" -W '",
              out);
        complete_words(out, option, " ");
        fputs("' -- \"${cur##*,}\"); return ;;\n", out);
        break;
    default:
        fputs("        return ;;\n", out);
        break;
    }
}

static void option_names(FILE *out, size_t command)
{
    fprintf(out, "    '%s') word='", cli_commands[command].name);
    for (size_t i = 0; i < OPT_COUNT; i++) {
        if (!cli_option_shown(i, command, 0))
            continue;
        fprintf(out, "--%s ", cli_options[i].name);
        if (cli_options[i].letter)
            fprintf(out, "-%c ", cli_options[i].letter);
    }
    fputs("' ;;\n", out);
}

static void operands(FILE *out, size_t command)
{
    const cli_command *row = &cli_commands[command];

    if (row->operands == OPERAND_FILES)
        fprintf(out, "    '%s') mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n", row->name);
    else if (row->operands == OPERAND_FOLDER)
        fprintf(out, "    '%s') mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n", row->name);
    else if (row->operands == OPERAND_COMMAND) {
        fprintf(out, "    '%s') mapfile -t COMPREPLY < <(compgen -W '", row->name);
        for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
            fprintf(out, "%s%s", i ? " " : "", cli_commands[i].name);
        fputs("' -- \"$cur\") ;;\n", out);
    }
}

void complete_bash(FILE *out)
{
    fputs(head, out);
    words(out);
    fputs("    case $command:$prev in\n", out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        for (size_t j = 0; j < OPT_COUNT; j++)
            if (cli_option_shown(j, i, 0) && cli_options[j].kind != KIND_FLAG)
                value(out, i, &cli_options[j]);
    fputs("    esac\n"
          "    if [[ $cur == -* ]]; then\n"
          "    word=\n"
          "    case $command in\n",
          out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        option_names(out, i);
    fputs("    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$cur\")\n"
          "    return\n"
          "    fi\n"
          "    case $command in\n",
          out);
    for (size_t i = 0; i < CLI_COMMAND_COUNT; i++)
        operands(out, i);
    fputs("    esac\n"
          "}\n"
          "complete -o filenames -o bashdefault -F _tutela tutela\n",
          out);
}
