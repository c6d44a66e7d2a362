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
    return args->command == CLI_SET_INFO || args->command == CLI_SET_CHECK;
}

tutela_status cli_set_open(const cli_args *args, const char *path, tutela_set **out,
                           tutela_error *error)
{
    char key[PATH_MAX], state[PATH_MAX];
    const char **required = calloc(args->given_count + 1, sizeof *required);
    tutela_set_options options = {.size = sizeof options,
                                  .key_file = cli_key_file(args, key),
                                  .require_keys = required,
                                  .on_warning = on_warning};
    tutela_status status;

    if (!required) {
        *error = (tutela_error){.text = "arguments: out of memory",
                                .advice = "free some memory and try again"};
        return TUTELA_MEMORY;
    }
    options.require_count = cli_values(args, OPT_REQUIRE_SIGNATURE, required);
    options.state_folder = only_looks(args) ? NULL : state_folder(state);
    status = tutela_set_open(out, path, &options, error);
    free(required);
    return status;
}
