/*
 * folder_io: see the header.
 */
#include "base/folder_io.h"

#include "base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

ssize_t tt_getdents(int fd, void *buffer, size_t size)
{
    ssize_t got;

    if (tt_fault(TT_FAULT_READ)) {
        errno = EIO;
        return -1;
    }
    do
        got = getdents64(fd, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

int tt_seek(int fd, int64_t position)
{
    if (tt_fault(TT_FAULT_READ)) {
        errno = EIO;
        return -1;
    }
    return lseek(fd, position, SEEK_SET) < 0 ? -1 : 0;
}

int tt_fstatfs(int fd, struct statfs *out)
{
    int result;

    if (tt_fault(TT_FAULT_STAT)) {
        errno = EIO;
        return -1;
    }
    do
        result = fstatfs(fd, out);
    while (result < 0 && errno == EINTR);
    return result;
}
