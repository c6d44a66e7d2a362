/*
 * cache_io: see the header.
 */
#include "base/cache_io.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t tt_pread_ready(int fd, void *buffer, size_t size, uint64_t offset)
{
    struct iovec piece = {.iov_base = buffer, .iov_len = size};

    if (offset > INT64_MAX || tt_fault(TT_FAULT_READ)) {
        errno = EIO;
        return -1;
    }
    return preadv2(fd, &piece, 1, (off_t)offset, RWF_NOWAIT);
}

static int advise(int fd, uint64_t offset, uint64_t length, int advice)
{
    if (offset > INT64_MAX || length > INT64_MAX || tt_fault(TT_FAULT_READ))
        return EIO;
    return posix_fadvise(fd, (off_t)offset, (off_t)length, advice);
}

int tt_will_need(int fd, uint64_t offset, uint64_t length)
{
    return advise(fd, offset, length, POSIX_FADV_WILLNEED);
}
