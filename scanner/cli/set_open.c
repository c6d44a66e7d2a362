/*
 * set_open: how commands open hash sets: with which key, whose signature, and what is remembered.
 */
#include "cli.h"

#include <stdlib.h>

/* "FOLDER/tutela" with FOLDER as XDG has it; NULL when there is no such place. */
static const char *state_folder(char out[PATH_MAX])
{
    const char *folder = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int size;

    if (folder && *folder == '/')
        size = snprintf(out, PATH_MAX, "%s/tutela", folder);
    else if (home && *home == '/')
        size = snprintf(out, PATH_MAX, "%s/.local/state/tutela", home);
    else
        return NULL;
    return size > 0 && size < PATH_MAX ? out : NULL;
}

static void on_warning(void *user, const tutela_error *warning)
{
    (void)user;
    (void)cli_fail_error(CLI_EXIT_OK, warning, "look into the folder");
}

/* Who looks at a set, an old one even, does not use it: nothing is held against it or remembered. */
static int only_looks(const cli_args *args)
{
    return args->command == CLI_SET_INFO || args->command == CLI_SET_CHECK
           || args->command == CLI_SET_DIFF;
}

tutela_status cli_opening(const cli_args *args, cli_set_opening *out, tutela_error *error)
{
    out->required = calloc(args->given_count + 1, sizeof *out->required);
    if (!out->required) {
        *error = (tutela_error){.text = "arguments: out of memory",
                                .advice = "free some memory and try again"};
        return TUTELA_MEMORY;
    }
    out->options = (tutela_set_options){
        .size = sizeof out->options,
        .key_file = cli_key_file(args, out->key),
        .require_keys = out->required,
        .require_count = cli_values(args, OPT_REQUIRE_SIGNATURE, out->required),
        .state_folder = only_looks(args) ? NULL : state_folder(out->state),
        .on_warning = on_warning,
    };
    return TUTELA_OK;
}

void cli_opening_done(cli_set_opening *opening)
{
    free(opening->required);
    opening->required = NULL;
}

tutela_status cli_set_open(const cli_args *args, const char *path, tutela_set **out,
                           tutela_error *error)
{
    cli_set_opening opening;
    tutela_status status = cli_opening(args, &opening, error);

    if (status != TUTELA_OK)
        return status;
    status = tutela_set_open(out, path, &opening.options, error);
    cli_opening_done(&opening);
    return status;
}
