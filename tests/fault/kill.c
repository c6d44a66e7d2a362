/*
 * kill: an LD_PRELOAD library that ends the process, as a power switch would, at its n-th call that
 * changes the disk, so that a test can look at what is left behind at every point.
 *
 *     KILL_AT=N       SIGKILL instead of the N-th such call
 *     KILL_TORN=N     the N-th call is begun and not ended: of a write only half is done
 *     KILL_TRACE=FILE every such call is named there: "write 3", "rename"
 *     KILL_NO_TMPFILE files without a name are refused, as by file systems that have none
 *
 * Calls on standard input, output and error are not counted: nothing of them is left.
 */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static atomic_ulong calls;

static unsigned long number(const char *name)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : 0;
}

static void trace(const char *name, int fd)
{
    const char *path = getenv("KILL_TRACE");
    char line[64];
    int size = fd >= 0 ? snprintf(line, sizeof line, "%s %d\n", name, fd)
                       : snprintf(line, sizeof line, "%s\n", name);
    long out = path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;

    if (out < 0)
        return;
    if (syscall(SYS_write, out, line, size) != size)
        abort();
    (void)syscall(SYS_close, out);
}

static void die(void)
{
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

/* Count a call; 1 when it is to be torn. Does not come back from the one to be killed at. */
static int count(const char *name, int fd)
{
    unsigned long n = atomic_fetch_add(&calls, 1) + 1;

    trace(name, fd);
    if (n == number("KILL_AT"))
        die();
    return n == number("KILL_TORN");
}

static int is_message(int fd)
{
    return fd >= 0 && fd <= 2;
}

/* ---- Calls by descriptor ------------------------------------------------------------------- */

EXPORT ssize_t write(int fd, const void *data, size_t size)
{
    if (!is_message(fd) && count("write", fd)) {
        (void)syscall(SYS_write, fd, data, size / 2);
        die();
    }
    return syscall(SYS_write, fd, data, size);
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    if (count("write", fd)) {
        (void)syscall(SYS_pwrite64, fd, data, size / 2, offset);
        die();
    }
    return syscall(SYS_pwrite64, fd, data, size, offset);
}

/* What has no halves is torn by dying when it is done. */
#define DONE(type, result)      \
    {                           \
        type done_ = (result);  \
        if (torn)               \
            die();              \
        return done_;           \
    }

EXPORT int fsync(int fd)
{
    int torn = count("fsync", fd);

    DONE(int, (int)syscall(SYS_fsync, fd))
}

EXPORT int ftruncate64(int fd, off64_t size)
{
    int torn = count("ftruncate", fd);

    DONE(int, (int)syscall(SYS_ftruncate, fd, size))
}

/* ---- Calls by name ------------------------------------------------------------------------- */

EXPORT int rename(const char *from, const char *to)
{
    int torn = count("rename", -1);

    DONE(int, (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0))
}

EXPORT int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    int torn = count("link", -1);

    DONE(int, (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags))
}

EXPORT int unlink(const char *path)
{
    int torn = count("unlink", -1);

    DONE(int, (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0))
}

EXPORT int mkdir(const char *path, mode_t mode)
{
    int torn = count("mkdir", -1);

    DONE(int, (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode))
}

EXPORT int openat64(int folder, const char *path, int flags, ...)
{
    int nameless = (flags & O_TMPFILE) == O_TMPFILE;
    va_list arguments;
    mode_t mode = 0;
    int torn;

    if (!(flags & O_CREAT) && !nameless)
        return (int)syscall(SYS_openat, folder, path, flags, 0);
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (nameless && getenv("KILL_NO_TMPFILE")) {
        errno = EOPNOTSUPP;
        return -1;
    }
    torn = count("create", -1);
    DONE(int, (int)syscall(SYS_openat, folder, path, flags, mode))
}
