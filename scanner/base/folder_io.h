/*
 * folder_io: the system calls of listing a folder, beside those of base/io.
 *
 * Thin: each function is the system call with EINTR retried and the fault hook in front. They
 * return what the call returns and leave errno. Thread: any.
 */
#ifndef TT_BASE_FOLDER_IO_H
#define TT_BASE_FOLDER_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/vfs.h>

/* The next names of the folder `fd`, as struct dirent64 one after another. 0 at the end. */
ssize_t tt_getdents(int fd, void *buffer, size_t size);

/* Continue a listing after the entry whose d_off was `position`. 0, or -1. */
int tt_seek(int fd, int64_t position);

int tt_fstatfs(int fd, struct statfs *out);

#endif
