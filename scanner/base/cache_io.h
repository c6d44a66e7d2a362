/*
 * cache_io: the system calls by which one asks after the page cache and advises it.
 *
 * Thin: each function is the system call with the fault hook in front. They return what the call
 * returns and leave errno. What they do never changes what a file reads as. Thread: any.
 */
#ifndef TT_BASE_CACHE_IO_H
#define TT_BASE_CACHE_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Read what comes without waiting for the medium: fewer bytes than asked for, or -1 with EAGAIN, when
 * the rest is not in memory; EOPNOTSUPP where the file system cannot tell. A failure says nothing of
 * the medium: read again by tt_pread.
 */
ssize_t tt_pread_ready(int fd, void *buffer, size_t size, uint64_t offset);

/* Begin to read these bytes ahead. 0, or an errno. May wait for a slow medium's queue. */
int tt_will_need(int fd, uint64_t offset, uint64_t length);

/* These bytes (length 0: to the end) are needed no more: their clean pages go. 0, or an errno. */
int tt_drop_cached(int fd, uint64_t offset, uint64_t length);

/*
 * How many pages of these bytes, which begin with a page, are in the page cache. -1 with errno when
 * the system does not tell, or (before Linux 6.5) would take too long. Linux tells nobody but root, the owner and who may write the file; before
 * 6.5 it says to others that all are there.
 */
int64_t tt_cached_pages(int fd, uint64_t offset, uint64_t length);

/* Bytes in one of those pages. */
uint64_t tt_page_size(void);

#endif
