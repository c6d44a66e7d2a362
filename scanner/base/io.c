/* io: system calls with EINTR retried and the fault hook in front. */
#include "base/io.h"

#include "base/fault.h"
#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

/* The errno that an injected failure shows. */
#define FAULT_READ EIO
#define FAULT_WRITE ENOSPC

static int injected(tt_fault_kind kind, int os_error)
{
    (void)kind;
    if (!tt_fault(kind))
        return 0;
    errno = os_error;
    return 1;
}

int tt_openat(int folder, const char *name, int flags, mode_t mode)
{
    int fd;

    if (injected(TT_FAULT_OPEN, EMFILE))
        return -1;
    do
        fd = openat(folder, name, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

ssize_t tt_read(int fd, void *buffer, size_t size)
{
    ssize_t got;

    if (injected(TT_FAULT_READ, FAULT_READ))
        return -1;
    do
        got = read(fd, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

/* An offset that off_t can hold, or -1 with EOVERFLOW. */
static off_t as_offset(uint64_t offset)
{
    if (offset <= INT64_MAX)
        return (off_t)offset;
    errno = EOVERFLOW;
    return -1;
}

ssize_t tt_pread(int fd, void *buffer, size_t size, uint64_t offset)
{
    off_t at = as_offset(offset);
    ssize_t got;

    if (at < 0 || injected(TT_FAULT_READ, FAULT_READ))
        return -1;
    do
        got = pread(fd, buffer, size, at);
    while (got < 0 && errno == EINTR);
    return got;
}

ssize_t tt_pwrite(int fd, const void *data, size_t size, uint64_t offset)
{
    off_t at = as_offset(offset);
    ssize_t put;

    if (at < 0 || injected(TT_FAULT_WRITE, FAULT_WRITE))
        return -1;
    do
        put = pwrite(fd, data, size, at);
    while (put < 0 && errno == EINTR);
    return put;
}

/* Where a device ends its node does not say. */
static int size_device(int fd, struct stat *stat)
{
    uint64_t size = 0;

    if (ioctl(fd, BLKGETSIZE64, &size) != 0)
        return -1;
    stat->st_size = (off_t)(size < INT64_MAX ? size : INT64_MAX);
    return 0;
}

int tt_fstat(int fd, struct stat *out)
{
    if (injected(TT_FAULT_STAT, EIO) || fstat(fd, out) != 0)
        return -1;
    return S_ISBLK(out->st_mode) ? size_device(fd, out) : 0;
}

int tt_fstatat(int folder, const char *name, struct stat *out, int flags)
{
    return injected(TT_FAULT_STAT, EIO) ? -1 : fstatat(folder, name, out, flags);
}

int tt_fsync(int fd)
{
    return injected(TT_FAULT_SYNC, EIO) ? -1 : fsync(fd);
}

int tt_truncate(int fd, uint64_t size)
{
    off_t at = as_offset(size);

    return at < 0 || injected(TT_FAULT_WRITE, FAULT_WRITE) ? -1 : ftruncate(fd, at);
}

int tt_hardlink(const char *from, const char *to)
{
    return injected(TT_FAULT_WRITE, FAULT_WRITE)
               ? -1
               : linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
}

int tt_rename(const char *from, const char *to)
{
    return injected(TT_FAULT_WRITE, FAULT_WRITE) ? -1 : rename(from, to);
}

size_t tt_descriptors_max(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (size_t)limit.rlim_cur : 0;
}

int tt_random_bytes(void *out, size_t size)
{
    ssize_t got;

    if (injected(TT_FAULT_RANDOM, EIO))
        return -1;
    /* So few come whole or not at all; only the wait for the first ones of a machine is broken. */
    do
        got = getrandom(out, size, 0);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)size ? 0 : -1;
}

void tt_unlink(const char *path)
{
    (void)unlink(path);
}

int tt_close(int fd)
{
    return close(fd);
}

int tt_write_all(int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t put;

        if (injected(TT_FAULT_WRITE, FAULT_WRITE))
            return -1;
        put = write(fd, at, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            errno = put == 0 ? EIO : errno;
            return -1;
        }
        at += put;
        size -= (size_t)put;
    }
    return 0;
}

int tt_pread_all(int fd, void *buffer, size_t size, uint64_t offset)
{
    char *at = buffer;

    while (size > 0) {
        ssize_t got = tt_pread(fd, at, size, offset);

        if (got < 0)
            return -1;
        if (got == 0)
            return 1;
        at += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return 0;
}

const void *tt_map(int fd, size_t size)
{
    void *map;

    if (injected(TT_FAULT_MEM, ENOMEM))
        return NULL;
    map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    return map == MAP_FAILED ? NULL : map;
}

void tt_unmap(const void *map, size_t size)
{
    if (map)
        (void)munmap((void *)(uintptr_t)map, size);
}

void tt_close_cleanup(int *fd)
{
    if (*fd >= 0)
        (void)tt_close(*fd);
}

int tt_temporary(const char *folder)
{
    int fd = tt_openat(AT_FDCWD, folder, O_TMPFILE | O_RDWR | O_EXCL, 0600);
    char path[PATH_MAX];
    int size;

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    /* A file system without O_TMPFILE: a name for the blink of an eye. */
    size = snprintf(path, sizeof path, "%s/.tutela-XXXXXX", folder);
    if (size < 0 || (size_t)size >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (injected(TT_FAULT_OPEN, EMFILE))
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

int tt_duplicate(int fd)
{
    if (injected(TT_FAULT_OPEN, EMFILE))
        return -1;
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int tt_memory_file(void)
{
    int fd;

    if (injected(TT_FAULT_OPEN, EMFILE))
        return -1;
    fd = memfd_create("tutela", MFD_CLOEXEC);
    if (fd >= 0 && fchmod(fd, S_IRUSR | S_IWUSR) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}
