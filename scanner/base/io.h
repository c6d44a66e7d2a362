/*
 * io: the only caller of open, read, write and their kin.
 *
 * Thin: each function is the system call with EINTR retried and the fault hook in front. They
 * return what the call returns and leave errno. Thread: any.
 */
#ifndef TT_BASE_IO_H
#define TT_BASE_IO_H

#include "base/status.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* openat with O_CLOEXEC always added. `mode` matters with O_CREAT only. */
int tt_openat(int folder, const char *name, int flags, mode_t mode);
ssize_t tt_read(int fd, void *buffer, size_t size);
ssize_t tt_pread(int fd, void *buffer, size_t size, uint64_t offset);
ssize_t tt_pwrite(int fd, const void *data, size_t size, uint64_t offset);
/* The size of a block device is that of its medium, of which fstat itself says nothing. */
int tt_fstat(int fd, struct stat *out);
int tt_fstatat(int folder, const char *name, struct stat *out, int flags);
int tt_fsync(int fd);
int tt_truncate(int fd, uint64_t size);
/* A further name for a file, links followed; fails when something is there already. */
int tt_hardlink(const char *from, const char *to);
int tt_rename(const char *from, const char *to);
/* Take back a file just made whose writing failed; what it answers matters to no one. */
void tt_unlink(const char *path);

/* Close; errors are reported where they matter (a file just written), ignored elsewhere. */
int tt_close(int fd);

/* A further descriptor of the same open file, not for child processes. -1 with errno. */
int tt_duplicate(int fd);

/* Write all of it. 0, or -1 with errno. */
int tt_write_all(int fd, const void *data, size_t size);

/* Read exactly `size` bytes at `offset`. 0; -1 with errno; 1 when the file ends before. */
int tt_pread_all(int fd, void *buffer, size_t size, uint64_t offset);

/* Map `size` bytes of fd read-only, shared. NULL with errno. */
const void *tt_map(int fd, size_t size);
void tt_unmap(const void *map, size_t size);

/* For the cleanup attribute: TT_AUTO_CLOSE int fd = -1; */
void tt_close_cleanup(int *fd);
#define TT_AUTO_CLOSE __attribute__((cleanup(tt_close_cleanup)))

/* How many descriptors this process may have open. Thread: any. */
size_t tt_descriptors_max(void);

/* Fill with random bytes, at most 256. 0, or -1 with errno. */
int tt_random_bytes(void *out, size_t size);

/*
 * A new file that replaces `path` in one step: written without a name in the same folder, synced,
 * named, renamed. Until tt_replace_commit succeeds the old file is untouched. A process that is
 * killed leaves nothing, or a whole file named PATH.tutela-new-XXXXXXXX that may be removed; on file
 * systems without O_TMPFILE it may be a part of one.
 */
typedef struct tt_replace {
    int fd;
    int named; /* `temporary` is there */
    char *path;
    char *temporary;
} tt_replace;

/* TUTELA_IO or TUTELA_MEMORY. Mode of the new file: 0644 less the umask. Thread: single. */
TT_MUST_USE tutela_status tt_replace_begin(tt_replace *out, const char *path, tutela_error *error);
/* Sync, close, rename, sync the folder. TUTELA_RECORD when any of it fails. */
TT_MUST_USE tutela_status tt_replace_commit(tt_replace *replace, tutela_error *error);
/* Drop what is not committed. Safe on a zeroed or committed one, whose fd is -1. */
void tt_replace_done(tt_replace *replace);

/*
 * Make a small file whole, on disk, or not at all. 0; or -1 with errno, which is EEXIST when
 * something is there already: that is left as it is. Thread: any.
 */
int tt_create_whole(const char *path, const void *data, size_t size, mode_t mode);

/*
 * An unlinked temporary file in `folder`, gone when closed, never visible to others.
 * Returns the descriptor, or -1 with errno.
 */
int tt_temporary(const char *folder);

/*
 * A file in memory, gone when closed; only its owner may open it, by its name in /proc/self/fd.
 * Returns the descriptor, or -1 with errno.
 */
int tt_memory_file(void);

#endif
