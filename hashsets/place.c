/* place: names of files seen from other files. */
#include "hashsets/place.h"
#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *tt_place_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return tt_copy_text(".");
    return slash == path ? tt_copy_text("/") : tt_copy(path, (size_t)(slash - path));
}

char *tt_place_join(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
    size_t size = folder + strlen(name) + 1;
    char *out;

    if (name[0] == '/' || !slash)
        return tt_copy_text(name);
    out = tt_alloc_raw(size, 1);
    if (out)
        (void)snprintf(out, size, "%.*s%s", (int)folder, path, name);
    return out;
}

/* How many bytes of both, whole folders, are the same; the slash after them included. */
static size_t shared(const char *file, const char *folder)
{
    size_t at = 0;
    size_t end = 0;

    for (; file[at] && file[at] == folder[at]; at++)
        if (file[at] == '/')
            end = at + 1;
    return folder[at] == '\0' && file[at] == '/' ? at + 1 : end;
}

static size_t folders_in(const char *path)
{
    size_t count = path[0] != '\0';

    for (; *path; path++)
        count += *path == '/';
    return count;
}

tutela_status tt_place_relative(char **out, const char *file, const char *from,
                                tutela_error *error)
{
    char whole[PATH_MAX];
    char folder[PATH_MAX];
    TT_AUTO_FREE char *near = tt_place_folder(from);
    size_t same;
    size_t up = 0;
    size_t size;
    char *made;

    if (!near)
        return tt_no_memory(error);
    if (!realpath(file, whole))
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot find", file);
    if (!realpath(near, folder))
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot find its folder", from);
    same = shared(whole, folder);
    if (same <= 1 && folder[1] != '\0')
        same = 0;
    else
        up = folders_in(same > strlen(folder) ? "" : folder + same);
    size = 3 * up + strlen(whole + same) + 1;
    made = tt_alloc_raw(size, 1);
    if (!made)
        return tt_no_memory(error);
    for (size_t i = 0; i < up; i++)
        memcpy(made + 3 * i, "../", 3);
    memcpy(made + 3 * up, whole + same, size - 3 * up);
    *out = made;
    return TUTELA_OK;
}
