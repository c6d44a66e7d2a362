/* fault: the test build's countdown to a failing call. Empty in every other build. */
#include "base/fault.h"

#ifdef TT_FAULTS

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[TT_FAULT_KINDS] = {"mem",  "open", "read",   "write",
                                                  "sync", "stat", "thread", "random"};

/* Set once by setup, then only read; the counters are atomic. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int chosen = -1;
static unsigned long fail_at;
static int for_ever;
static atomic_ulong counts[TT_FAULT_KINDS];

static void report_counts(void)
{
    const char *path = getenv("TUTELA_FAULT_REPORT");
    char line[64];
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;

    if (fd < 0)
        return;
    for (int kind = 0; kind < TT_FAULT_KINDS; kind++) {
        int size = snprintf(line, sizeof line, "%s %lu\n", names[kind],
                            atomic_load(&counts[kind]));
        if (write(fd, line, (size_t)size) != size)
            break;
    }
    close(fd);
}

static void setup(void)
{
    const char *wish = getenv("TUTELA_FAULT");
    const char *colon = wish ? strchr(wish, ':') : NULL;
    char *end = NULL;

    if (getenv("TUTELA_FAULT_REPORT"))
        atexit(report_counts);
    if (!colon)
        return;
    for (int kind = 0; kind < TT_FAULT_KINDS; kind++)
        if (strlen(names[kind]) == (size_t)(colon - wish)
            && memcmp(names[kind], wish, (size_t)(colon - wish)) == 0)
            chosen = kind;
    fail_at = strtoul(colon + 1, &end, 10);
    for_ever = end && *end == '+';
}

int tt_fault(tt_fault_kind kind)
{
    unsigned long count;

    pthread_once(&once, setup);
    count = atomic_fetch_add(&counts[kind], 1) + 1;
    if ((int)kind != chosen || fail_at == 0)
        return 0;
    return for_ever ? count >= fail_at : count == fail_at;
}

#else
typedef int tt_fault_not_in_this_build;
#endif
