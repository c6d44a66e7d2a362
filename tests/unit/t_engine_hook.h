/*
 * hook: media that fail or hang, for tests of the engine, under any sanitizer.
 *
 * A definition in the program goes before the C library's, so here are the calls that base/io makes,
 * spoilt for files and folders by how their names end:
 *
 *     .hangopen .hang .hanglist .hangclose  opening, reading, listing, closing blocks until
 *                                           hook_release is set
 *     .slowlist                             each listing call takes hook_delay nanoseconds
 *     .slow                                 each read takes hook_delay nanoseconds, and as long as the file
 *                                           of a hook_changer needs to change
 *     .badhead                              the first 4096 bytes fail with EIO
 *     .badagain                             a second reading fails with EIO
 *     .hanglate .badlate                    as .hang and .badhead, from HOOK_LATE on
 */
#ifndef TT_TESTS_ENGINE_HOOK_H
#define TT_TESTS_ENGINE_HOOK_H

#include "tap.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

enum { HOOK_NONE, HOOK_HANG_OPEN, HOOK_HANG_READ, HOOK_HANG_LIST, HOOK_HANG_CLOSE, HOOK_SLOW_LIST,
       HOOK_SLOW_READ, HOOK_BAD_HEAD, HOOK_BAD_AGAIN, HOOK_HANG_LATE, HOOK_BAD_LATE, HOOK_KINDS };

/* Where a file goes bad that was sound so far: several reads on. */
enum { HOOK_LATE = 1 << 20 };

static const char *const hook_names[HOOK_KINDS]
    = {"",          ".hangopen", ".hang",    ".hanglist", ".hangclose", ".slowlist",
       ".slow",     ".badhead",  ".badagain", ".hanglate", ".badlate"};

/* By descriptor. */
static struct {
    atomic_int kind;
    atomic_int passes;
} hook_slots[4096];

static atomic_int hook_release;
static atomic_int hook_hanging; /* threads that hang now */
static atomic_llong hook_delay;

static void hook_nap(long long nanoseconds)
{
    struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};

    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static void hook_hang(void)
{
    atomic_fetch_add(&hook_hanging, 1);
    while (!atomic_load(&hook_release))
        hook_nap(1000000);
    atomic_fetch_sub(&hook_hanging, 1);
}

/* Wait, two seconds at most, until `count` threads hang. */
__attribute__((unused)) static int hook_wait(int count)
{
    for (int i = 0; i < 2000 && atomic_load(&hook_hanging) != count; i++)
        hook_nap(1000000);
    return atomic_load(&hook_hanging) == count;
}

static int hook_kind(const char *name)
{
    const char *dot = strrchr(name, '.');

    for (int i = 1; dot && i < HOOK_KINDS; i++)
        if (strcmp(dot, hook_names[i]) == 0)
            return i;
    return HOOK_NONE;
}

static int hook_kind_of(int fd)
{
    return fd >= 0 && fd < 4096 ? atomic_load(&hook_slots[fd].kind) : HOOK_NONE;
}

int hook_openat(int folder, const char *name, int flags, ...) __asm__("openat64");
int hook_openat(int folder, const char *name, int flags, ...)
{
    int kind = hook_kind(name);
    va_list arguments;
    mode_t mode = 0;
    int fd;

    va_start(arguments, flags);
    if (flags & (O_CREAT | __O_TMPFILE))
        mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (kind == HOOK_HANG_OPEN)
        hook_hang();
    fd = (int)syscall(SYS_openat, folder, name, flags, mode);
    if (fd >= 0 && fd < 4096) {
        atomic_store(&hook_slots[fd].kind, kind);
        atomic_store(&hook_slots[fd].passes, 0);
    }
    return fd;
}

/* A file that a thread makes longer and shorter by turns. */
typedef struct hook_changer {
    pthread_t thread;
    int fd;
    off_t size; /* of the file at its shortest; never 0: closing an emptied file may wait for the disk */
} hook_changer;

static atomic_int hook_changing;
static atomic_uint hook_changes;

static inline void *hook_keep_changing(void *user)
{
    static const char tail[5000];
    const hook_changer *changer = user;
    int wrong = 0;

    while (atomic_load(&hook_changing)) {
        wrong += pwrite(changer->fd, tail, sizeof tail, changer->size) != (ssize_t)sizeof tail;
        atomic_fetch_add(&hook_changes, 1);
        hook_nap(3000000);
        wrong += ftruncate(changer->fd, changer->size) != 0;
        atomic_fetch_add(&hook_changes, 1);
    }
    if (wrong)
        ok(0, "the file changes");
    return NULL;
}

static inline void hook_change_begin(hook_changer *changer, const char *path, off_t size)
{
    changer->size = size;
    changer->fd = open(path, O_WRONLY);
    atomic_store(&hook_changing, 1);
    pthread_create(&changer->thread, NULL, hook_keep_changing, changer);
}

static inline void hook_change_end(hook_changer *changer)
{
    atomic_store(&hook_changing, 0);
    pthread_join(changer->thread, NULL);
    close(changer->fd);
}

/* However late the thread that changes the file gets its turn: a while, ten seconds at most. */
static void hook_take_long(void)
{
    unsigned seen = atomic_load(&hook_changes);

    hook_nap(atomic_load(&hook_delay));
    for (int i = 0; i < 10000 && atomic_load(&hook_changing) && atomic_load(&hook_changes) - seen < 3; i++)
        hook_nap(1000000);
}

ssize_t hook_pread(int fd, void *buffer, size_t size, off_t offset) __asm__("pread64");
ssize_t hook_pread(int fd, void *buffer, size_t size, off_t offset)
{
    int kind = hook_kind_of(fd);
    off_t end = offset + (off_t)size;

    if (kind == HOOK_HANG_READ || (kind == HOOK_HANG_LATE && end > HOOK_LATE))
        hook_hang();
    if (kind == HOOK_SLOW_READ)
        hook_take_long();
    if (kind == HOOK_BAD_AGAIN && offset == 0)
        atomic_fetch_add(&hook_slots[fd].passes, 1);
    if ((kind == HOOK_BAD_HEAD && offset < 4096)
        || (kind == HOOK_BAD_LATE && end > HOOK_LATE && offset < HOOK_LATE + 4096)
        || (kind == HOOK_BAD_AGAIN && atomic_load(&hook_slots[fd].passes) > 1)) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pread64, fd, buffer, size, offset);
}

/* Nothing of a spoilt file is in memory. */
ssize_t hook_preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
    __asm__("preadv64v2");
ssize_t hook_preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
{
    if (hook_kind_of(fd) != HOOK_NONE) {
        errno = EAGAIN;
        return -1;
    }
    return syscall(SYS_preadv2, fd, pieces, (long)count, (long)offset, 0L, (long)flags);
}

ssize_t hook_getdents(int fd, void *buffer, size_t size) __asm__("getdents64");
ssize_t hook_getdents(int fd, void *buffer, size_t size)
{
    int kind = hook_kind_of(fd);

    if (kind == HOOK_HANG_LIST)
        hook_hang();
    if (kind == HOOK_SLOW_LIST)
        hook_nap(atomic_load(&hook_delay));
    return syscall(SYS_getdents64, fd, buffer, size);
}

static int (*hook_real_close)(int);

/* Before there are threads. The sanitizer counts descriptors, so it must see them closed. */
__attribute__((constructor)) static void hook_find_close(void)
{
    hook_real_close = (int (*)(int))(uintptr_t)dlsym(RTLD_NEXT, "close");
}

int hook_close(int fd) __asm__("close");
int hook_close(int fd)
{
    if (hook_kind_of(fd) == HOOK_HANG_CLOSE)
        hook_hang();
    if (fd >= 0 && fd < 4096)
        atomic_store(&hook_slots[fd].kind, HOOK_NONE);
    return hook_real_close ? hook_real_close(fd) : (int)syscall(SYS_close, fd);
}

#endif
