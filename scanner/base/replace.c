/*
 * replace: a new file takes its place in one step, or not at all.
 *
 * Where the file system can (O_TMPFILE), what is being written has no name until it is whole and on
 * the disk: a process that is killed on the way leaves nothing. Between its name and its place lies
 * one call, so all that can ever be left is a whole file called PATH.tutela-new-XXXXXXXX. Elsewhere
 * it bears that name from the start, and may be left in part.
 */
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".tutela-new-%08x"
#define SUFFIX_SIZE (sizeof ".tutela-new-00000000")
/* A name is one of four thousand million: that many in a row are not taken by chance. */
#define TRIES 16

/* ---- Names ------------------------------------------------------------------------------- */

/* The part of the path that is the folder, with its slash; 0 for the folder one is in. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The folder of `path`; the caller frees it. NULL with errno. */
static char *folder_of(const char *path)
{
    size_t size = folder_size(path);
    char *folder = size > 0 ? tt_copy(path, size) : tt_copy_text(".");

    if (!folder)
        errno = ENOMEM;
    return folder;
}

/* Another name beside the path, its own cut short where the system's limit on names asks for it. */
static int next_name(tt_replace *replace)
{
    size_t folder = folder_size(replace->path), size = strlen(replace->path) - folder;
    uint32_t number;

    if (tt_random_bytes(&number, sizeof number) != 0)
        return -1;
    if (size > NAME_MAX + 1 - SUFFIX_SIZE)
        size = NAME_MAX + 1 - SUFFIX_SIZE;
    (void)snprintf(replace->temporary + folder + size, SUFFIX_SIZE, SUFFIX, number);
    return 0;
}

/* ---- Beginning ------------------------------------------------------------------------------ */

/* /proc/self/fd/N: how a file without a name is called when it is given one. */
#define HANDLE_SIZE 32

static void handle_of(int fd, char out[HANDLE_SIZE])
{
    (void)snprintf(out, HANDLE_SIZE, "/proc/self/fd/%d", fd);
}

/* 1 when the file system, or the lack of /proc, has no files without a name. */
static int must_have_name(int fd)
{
    char handle[HANDLE_SIZE];
    struct stat stat;

    if (fd < 0)
        return errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    handle_of(fd, handle);
    return tt_fstatat(AT_FDCWD, handle, &stat, 0) != 0;
}

static int open_named(tt_replace *replace, mode_t mode)
{
    int fd = -1;

    for (unsigned i = 0; i < TRIES; i++) {
        if (next_name(replace) != 0)
            return -1;
        fd = tt_openat(AT_FDCWD, replace->temporary, O_RDWR | O_CREAT | O_EXCL, mode);
        if (fd >= 0 || errno != EEXIST)
            break;
    }
    replace->named = fd >= 0;
    return fd;
}

static int open_new(tt_replace *replace, mode_t mode)
{
    TT_AUTO_FREE char *folder = folder_of(replace->path);
    int fd;

    if (!folder)
        return -1;
    fd = tt_openat(AT_FDCWD, folder, O_TMPFILE | O_RDWR, mode);
    if (!must_have_name(fd))
        return fd;
    if (fd >= 0)
        (void)tt_close(fd);
    return open_named(replace, mode);
}

/* 0 with *out to be given to tt_replace_done; or -1 with errno and *out untouched. */
static int begin(tt_replace *out, const char *path, mode_t mode)
{
    size_t room = strlen(path) + SUFFIX_SIZE;
    tt_replace begun
        = {.fd = -1, .path = tt_copy_text(path), .temporary = tt_alloc_raw(room, 1)};

    if (begun.path && begun.temporary) {
        memcpy(begun.temporary, path, strlen(path) + 1);
        begun.fd = open_new(&begun, mode);
    } else {
        errno = ENOMEM;
    }
    if (begun.fd < 0) {
        int os_error = errno;

        tt_replace_done(&begun);
        errno = os_error;
        return -1;
    }
    *out = begun;
    return 0;
}

tutela_status tt_replace_begin(tt_replace *out, const char *path, tutela_error *error)
{
    struct stat there;
    int found = tt_fstatat(AT_FDCWD, path, &there, 0) == 0;

    /* A rename would put a file where a device or a pipe was, for every program of the machine. */
    if (found && !S_ISREG(there.st_mode))
        return tt_advise(error,
                         tt_fail(error, TUTELA_IO, 0, "%s: is there and is no regular file", path),
                         "name a file that is not there yet, or that may be replaced");
    /* A name that cannot be is told now, not when all is written. */
    if ((found || errno == ENOENT) && begin(out, path, 0644) == 0)
        return TUTELA_OK;
    if (errno == ENOMEM)
        return tt_no_memory(error);
    return tt_advise(error, tt_fail(error, TUTELA_IO, errno, "%s: cannot create", path),
                     "name a file in a folder that exists and that you may write to");
}

/* ---- Taking the place ------------------------------------------------------------------------ */

/* Give what has no name the name `path`, where nothing may be. */
static int give_name(const tt_replace *replace, const char *path)
{
    char handle[HANDLE_SIZE];

    handle_of(replace->fd, handle);
    return tt_hardlink(handle, path);
}

static int give_temporary_name(tt_replace *replace)
{
    int failed = replace->named ? 0 : -1;

    for (unsigned i = 0; failed && i < TRIES; i++) {
        if (next_name(replace) != 0)
            return -1;
        failed = give_name(replace, replace->temporary);
        if (failed && errno != EEXIST)
            return -1;
    }
    replace->named = !failed;
    return failed;
}

/* Make a new name durable. Some file systems sync no folders, and say so. */
static int sync_folder(const char *path)
{
    TT_AUTO_FREE char *folder = folder_of(path);
    TT_AUTO_CLOSE int fd = -1;

    if (!folder)
        return -1;
    fd = tt_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
    return fd >= 0 && (tt_fsync(fd) == 0 || errno == EINVAL || errno == EOPNOTSUPP) ? 0 : -1;
}

/* Close and say whether that went well: some file systems tell of a full disk only now. */
static int close_written(tt_replace *replace)
{
    int fd = replace->fd;

    replace->fd = -1;
    return tt_close(fd);
}

tutela_status tt_replace_commit(tt_replace *replace, tutela_error *error)
{
    int failed = tt_fsync(replace->fd) != 0 || give_temporary_name(replace) != 0
                 || close_written(replace) != 0
                 || tt_rename(replace->temporary, replace->path) != 0;

    if (failed)
        return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot write", replace->path);
    replace->named = 0;
    if (sync_folder(replace->path) != 0)
        return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot sync its folder", replace->path);
    return TUTELA_OK;
}

void tt_replace_done(tt_replace *replace)
{
    if (replace->path && replace->fd >= 0)
        (void)tt_close(replace->fd);
    if (replace->named)
        tt_unlink(replace->temporary);
    tt_free(replace->path);
    tt_free(replace->temporary);
    *replace = (tt_replace){.fd = -1};
}

/* ---- A file that must not be there yet -------------------------------------------------------- */

/* Both ways fail when something is there: a link, and where there are none, a careful rename. */
static int take_free_place(tt_replace *replace)
{
    if (!replace->named)
        return give_name(replace, replace->path);
    if (tt_hardlink(replace->temporary, replace->path) == 0)
        return 0; /* its other name goes in tt_replace_done */
    if (errno != EPERM && errno != EOPNOTSUPP)
        return -1;
    if (renameat2(AT_FDCWD, replace->temporary, AT_FDCWD, replace->path, RENAME_NOREPLACE) != 0)
        return -1;
    replace->named = 0;
    return 0;
}

int tt_create_whole(const char *path, const void *data, size_t size, mode_t mode)
{
    tt_replace replace = {.fd = -1};
    struct stat there;
    int failed, os_error;

    /* So that the usual mistake is told before a file is made; the link settles it. */
    if (tt_fstatat(AT_FDCWD, path, &there, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    if (begin(&replace, path, mode) != 0)
        return -1;
    failed = tt_write_all(replace.fd, data, size) != 0 || tt_fsync(replace.fd) != 0
             || take_free_place(&replace) != 0;
    os_error = errno;
    if (!failed && (close_written(&replace) != 0 || sync_folder(path) != 0)) {
        failed = 1;
        os_error = errno;
        tt_unlink(path);
    }
    tt_replace_done(&replace);
    errno = os_error;
    return failed ? -1 : 0;
}
