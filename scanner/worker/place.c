/*
 * place: where tutela-worker is. Only beside what runs already, or where the build was told it would
 * be installed: never by PATH or the environment, which others may have set.
 */
#include "worker/broker.h"

#include "base/mem.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* The Makefile knows where it installs. */
#ifndef TT_WORKER_PATH
#define TT_WORKER_PATH "/usr/local/libexec/tutela/tutela-worker"
#endif

/* `folder` with `rest` after it, if there is such a program. 0: no memory. */
static int look(const char *folder, size_t size, const char *rest, char **out)
{
    size_t more = strlen(rest);
    char *path = tt_alloc(size + more + 1, 1);

    if (!path)
        return 0;
    memcpy(path, folder, size);
    memcpy(path + size, rest, more);
    if (access(path, X_OK) == 0)
        *out = path;
    else
        tt_free(path);
    return 1;
}

tutela_status tt_broker_program(char **out, tutela_error *error)
{
    static const char *const places[] = {"tutela-worker", "../libexec/tutela/tutela-worker"};
    char here[PATH_MAX];
    char *found = NULL;
    ssize_t size = readlink("/proc/self/exe", here, sizeof here);

    while (size > 0 && here[size - 1] != '/')
        size--;
    for (size_t i = 0; size > 0 && !found && i < sizeof places / sizeof places[0]; i++)
        if (!look(here, (size_t)size, places[i], &found))
            return tt_no_memory(error);
    if (!found && !look("", 0, TT_WORKER_PATH, &found))
        return tt_no_memory(error);
    if (!found)
        return tt_advise(error, tt_fail(error, TUTELA_UNAVAILABLE, 0, "tutela-worker: not found"),
                         "it belongs beside tutela, or into libexec/tutela of the same place");
    *out = found;
    return TUTELA_OK;
}
