/*
 * overwrite: which files an output may not take the place of.
 */
#include "cli.h"

#include <sys/stat.h>

int cli_same_file(const char *path, const struct stat *other)
{
    struct stat file;

    return stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_dev == other->st_dev
           && file.st_ino == other->st_ino;
}

/*
 * The set takes the place of what is there, so that must be an ordinary file: a device would be
 * gone for every program on the machine. And a set over one of its own lists, or its key, would
 * cost the operator that one.
 */
int cli_check_set_output(const char *output, const char *key, const char *const *inputs,
                         size_t count)
{
    const char *what = NULL;
    struct stat out;

    if (stat(output, &out) != 0)
        return CLI_EXIT_OK;
    if (!S_ISREG(out.st_mode))
        return cli_fail(CLI_EXIT_USAGE, "name a file that does not exist yet, or an older set",
                        "%s: is not a regular file", output);
    if (key && cli_same_file(key, &out))
        what = "is the key";
    for (size_t i = 0; i < count && !what; i++)
        if (cli_same_file(inputs[i], &out))
            what = "is both input and output";
    return what ? cli_fail(CLI_EXIT_USAGE, "write the set to another file", "%s: %s", output, what)
                : CLI_EXIT_OK;
}
