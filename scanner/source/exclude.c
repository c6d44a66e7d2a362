/*
 * exclude: see the header. Patterns are those of fnmatch(3), where * crosses slashes: an operator
 * who excludes "*.iso" or "/data/old*" means everything that reads so.
 */
#include "source/exclude.h"

#include "base/mem.h"

#include <fnmatch.h>
#include <string.h>

int tt_exclude_wants_path(const tt_walk_options *options)
{
    for (size_t i = 0; i < options->exclude_count; i++)
        if (strchr(options->exclude[i], '/'))
            return 1;
    return 0;
}

int tt_exclude_match(const tt_walk_options *options, const char *name, const char *path)
{
    for (size_t i = 0; i < options->exclude_count; i++) {
        const char *pattern = options->exclude[i];
        const char *text = strchr(pattern, '/') ? path : name;

        /* An error of fnmatch is no match: in doubt the file is read. */
        if (text && fnmatch(pattern, text, 0) == 0)
            return 1;
    }
    return 0;
}

tutela_status tt_exclude_target(const tt_walk_options *options, const char *path, int *excluded,
                                tutela_error *error)
{
    TT_AUTO_FREE char *copy = NULL;
    size_t end = strlen(path);
    size_t start;

    if (options->exclude_count == 0) {
        *excluded = 0;
        return TUTELA_OK;
    }
    while (end > 1 && path[end - 1] == '/')
        end--;
    copy = tt_copy(path, end);
    if (!copy)
        return tt_no_memory(error);
    for (start = end; start > 0 && copy[start - 1] != '/'; start--)
        continue;
    if (strcmp(copy + start, ".") == 0 || strcmp(copy + start, "..") == 0)
        start = end;
    *excluded = tt_exclude_match(options, copy + start, copy);
    return TUTELA_OK;
}
