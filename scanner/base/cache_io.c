/*
 * cache_io: see the header.
 */
#include "base/cache_io.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Libraries and headers of the systems we build on are older than the call; one number for nearly all
   architectures. */
#if !defined(SYS_cachestat) && !defined(__alpha__)
#define SYS_cachestat 451
#endif

/* Pages asked for at once where that means to map them. */
#define MAPPED_PAGES 16384
/* Bytes asked for in that way: 0.2 s. A sparse file may state more than can be gone through. */
#define MAPPED_MOST ((uint64_t)256 << 30)

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

int tt_drop_cached(int fd, uint64_t offset, uint64_t length)
{
    return advise(fd, offset, length, POSIX_FADV_DONTNEED);
}

/* By the call that Linux has from 6.5 on. */
static int64_t by_cachestat(int fd, uint64_t offset, uint64_t length)
{
#ifdef SYS_cachestat
    struct {
        uint64_t offset, length;
    } range = {offset, length};
    struct {
        uint64_t cached, dirty, writeback, evicted, recently_evicted;
    } answer = {0};

    return syscall(SYS_cachestat, fd, &range, &answer, 0L, 0L, 0L) == 0 ? (int64_t)answer.cached
                                                                       : -1;
#else
    (void)fd;
    (void)offset;
    (void)length;
    errno = ENOSYS;
    return -1;
#endif
}

/* By mapping the bytes, which are never touched: no file that shrinks can do harm. */
static int64_t by_mincore(int fd, uint64_t offset, uint64_t length)
{
    const uint64_t page = tt_page_size();
    unsigned char pages[MAPPED_PAGES];
    int64_t sum = 0;

    if (length > MAPPED_MOST) {
        errno = EFBIG;
        return -1;
    }
    while (length > 0) {
        size_t some = length < page * MAPPED_PAGES ? (size_t)length : (size_t)page * MAPPED_PAGES;
        void *map = mmap(NULL, some, PROT_NONE, MAP_SHARED, fd, (off_t)offset);
        int asked;

        if (map == MAP_FAILED)
            return -1;
        asked = mincore(map, some, pages);
        (void)munmap(map, some);
        if (asked != 0)
            return -1;
        for (size_t i = 0; i < (some + page - 1) / page; i++)
            sum += pages[i] & 1;
        offset += some;
        length -= some;
    }
    return sum;
}

int64_t tt_cached_pages(int fd, uint64_t offset, uint64_t length)
{
    int64_t pages;

    if (offset > INT64_MAX || length > INT64_MAX - offset || tt_fault(TT_FAULT_STAT)) {
        errno = EIO;
        return -1;
    }
    pages = by_cachestat(fd, offset, length);
    return pages < 0 && errno == ENOSYS ? by_mincore(fd, offset, length) : pages;
}

uint64_t tt_page_size(void)
{
    long size = sysconf(_SC_PAGESIZE);

    return size > 0 ? (uint64_t)size : 4096;
}
