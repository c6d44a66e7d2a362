/* fault: the test build's countdown to a failing call. Empty in every other build. */
#include "base/fault.h"

#ifdef TT_FAULTS

#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[TT_FAULT_KINDS] = {"mem",  "open", "read",   "write",
                                                  "sync", "stat", "thread", "random"};

#define FRAMES 10  /* of a way to a call, innermost first; four are of this file and of base/mem or base/io */
#define WAYS 4096u /* far more than the program has */

/* Set once by setup, then only read; the counters are atomic. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int chosen = -1;
static unsigned long fail_at;
static int for_ever;
static int reporting;
static atomic_ulong counts[TT_FAULT_KINDS];

/* The first call of each kind by each way through the program, in order; guarded by its lock. */
static pthread_mutex_t ways_lock = PTHREAD_MUTEX_INITIALIZER;
static struct way {
    unsigned long hash;
    unsigned long call;
    tt_fault_kind kind;
} ways[WAYS];
static unsigned way_count;

static unsigned long hash_way(tt_fault_kind kind)
{
    void *frames[FRAMES];
    int count = backtrace(frames, FRAMES);
    unsigned long hash = (unsigned long)kind + 1;

    for (int i = 0; i < count; i++)
        hash = (hash ^ (unsigned long)(uintptr_t)frames[i]) * 0x9e3779b97f4a7c15ul;
    return hash;
}

static void note_way(tt_fault_kind kind, unsigned long call)
{
    unsigned long hash = hash_way(kind);
    unsigned i = 0;

    pthread_mutex_lock(&ways_lock);
    while (i < way_count && ways[i].hash != hash)
        i++;
    if (i == way_count && way_count < WAYS)
        ways[way_count++] = (struct way){hash, call, kind};
    pthread_mutex_unlock(&ways_lock);
}

static int report_line(int fd, const char *format, const char *kind, unsigned long number)
{
    char line[64];
    int size = snprintf(line, sizeof line, format, kind, number);

    return write(fd, line, (size_t)size) == size ? 0 : -1;
}

static void report_counts(void)
{
    const char *path = getenv("TUTELA_FAULT_REPORT");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    int failed = fd < 0;

    for (int kind = 0; kind < TT_FAULT_KINDS && !failed; kind++)
        failed = report_line(fd, "%s %lu\n", names[kind], atomic_load(&counts[kind]));
    for (unsigned i = 0; i < way_count && !failed; i++)
        failed = report_line(fd, "%s way %lu\n", names[ways[i].kind], ways[i].call);
    if (fd >= 0)
        close(fd);
}

static void setup(void)
{
    const char *wish = getenv("TUTELA_FAULT");
    const char *colon = wish ? strchr(wish, ':') : NULL;
    char *end = NULL;

    reporting = getenv("TUTELA_FAULT_REPORT") != NULL;
    if (reporting)
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
    if (reporting)
        note_way(kind, count);
    if ((int)kind != chosen || fail_at == 0)
        return 0;
    return for_ever ? count >= fail_at : count == fail_at;
}

#else
typedef int tt_fault_not_in_this_build;
#endif
