/*
 * key: which key seals and opens hash sets, and the command `set keygen`.
 *
 * A key is never an argument or an environment variable, which others on the machine can see: it is
 * a file, by default one in the user's configuration folder.
 */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* "FOLDER/tutela/key" with FOLDER as XDG has it; 0 when there is no such place. */
static int default_path(char out[PATH_MAX])
{
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int size;

    if (folder && *folder == '/')
        size = snprintf(out, PATH_MAX, "%s/tutela/key", folder);
    else if (home && *home == '/')
        size = snprintf(out, PATH_MAX, "%s/.config/tutela/key", home);
    else
        return 0;
    return size > 0 && size < PATH_MAX;
}

const char *cli_key_file(const cli_args *args, char out[PATH_MAX])
{
    struct stat file;

    if (cli_has(args, OPT_KEY))
        return cli_text(args, OPT_KEY);
    if (cli_has(args, OPT_BUILD_KEY))
        return cli_text(args, OPT_BUILD_KEY);
    return default_path(out) && stat(out, &file) == 0 ? out : NULL;
}

/* The two folders above the default key, private to the user, as far as they are not there. */
static void make_folders(const char *path)
{
    char folder[PATH_MAX];

    for (size_t up = 2; up > 0; up--) {
        size_t size = strlen(path);

        for (size_t i = 0; i < up; i++)
            while (size > 0 && path[--size] != '/')
                ;
        snprintf(folder, sizeof folder, "%.*s", (int)size, path);
        (void)mkdir(folder, 0700); /* what stands in the way is said when the key is made */
    }
}

static int make_key(const char *path)
{
    tutela_error error = {0};
    tutela_status status = tutela_key_create(path, &error);

    if (status == TUTELA_OK) {
        cli_note("%s: new key; sets sealed with it are of no use without it: keep a copy", path);
        return CLI_EXIT_OK;
    }
    return error.os_error == EEXIST
               ? CLI_EXIT_OK
               : cli_fail_error(cli_exit_of(status), &error,
                                "say --key FILE to keep the key elsewhere");
}

int cli_key_for_build(const cli_args *args, char out[PATH_MAX], const char **path)
{
    struct stat file;

    if (cli_has(args, OPT_BUILD_KEY) && cli_has(args, OPT_UNSEALED))
        return cli_fail(CLI_EXIT_USAGE, "leave one of them out",
                        "set build: --key and --unsealed contradict each other");
    *path = cli_text(args, OPT_BUILD_KEY);
    if (*path || cli_has(args, OPT_UNSEALED))
        return CLI_EXIT_OK;
    if (!default_path(out))
        return cli_fail(CLI_EXIT_USAGE, "say --key FILE, or --unsealed to do without",
                        "set build: no folder for the key: HOME is not set");
    *path = out;
    if (stat(out, &file) == 0 || errno != ENOENT)
        return CLI_EXIT_OK; /* whether it is a good one, the library finds out */
    make_folders(out);
    return make_key(out);
}

int cli_run_set_keygen(const cli_args *args)
{
    const char *path = args->operands[0];
    int signing = cli_has(args, OPT_SIGNING);
    tutela_error error = {0};
    tutela_status status
        = signing ? tutela_signing_key_create(path, &error) : tutela_key_create(path, &error);

    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error,
                              "name a new file in a folder that exists and that you may write to");
    if (signing)
        cli_note("%s: written; keep it to yourself, and give %s.pub to who uses the sets", path, path);
    else
        cli_note("%s: written; sets sealed with it are of no use without it: keep a copy", path);
    return CLI_EXIT_OK;
}
