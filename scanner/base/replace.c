/* replace: a new file takes an old one's place in one step, or not at all. */
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char suffix[] = ".tutela-new-XXXXXX";

tutela_status tt_replace_begin(tt_replace *out, const char *path, tutela_error *error)
{
    TT_AUTO_FREE char *kept = tt_copy_text(path);
    TT_AUTO_FREE char *temporary = tt_alloc_raw(strlen(path) + sizeof suffix, 1);
    struct stat there;
    mode_t mask;
    int fd;

    if (!kept || !temporary)
        return tt_no_memory(error);
    /* A rename would put a file where a device or a pipe was, for every program of the machine. */
    if (tt_fstatat(AT_FDCWD, path, &there, 0) == 0 && !S_ISREG(there.st_mode))
        return tt_advise(error,
                         tt_fail(error, TUTELA_IO, 0, "%s: is there and is no regular file", path),
                         "name a file that is not there yet, or that may be replaced");
    (void)snprintf(temporary, strlen(path) + sizeof suffix, "%s%s", path, suffix);
    if (tt_fault(TT_FAULT_OPEN)) {
        errno = EMFILE;
        fd = -1;
    } else {
        fd = mkostemp(temporary, O_CLOEXEC);
    }
    if (fd < 0)
        return tt_advise(error,
                         tt_fail(error, TUTELA_IO, errno, "%s: cannot create", path),
                         "name a file in a folder that exists and that you may write to");
    mask = umask(0);
    (void)umask(mask);
    (void)fchmod(fd, 0644 & ~mask);
    out->fd = fd;
    out->path = kept;
    out->temporary = temporary;
    kept = temporary = NULL;
    return TUTELA_OK;
}

/* Make a rename durable: sync the folder that holds `path`. 0, or -1 with errno. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    TT_AUTO_FREE char *folder
        = slash ? tt_copy(path, slash == path ? 1 : (size_t)(slash - path)) : tt_copy_text(".");
    TT_AUTO_CLOSE int fd = -1;

    if (!folder) {
        errno = ENOMEM;
        return -1;
    }
    fd = tt_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
    return fd < 0 ? -1 : tt_fsync(fd);
}

tutela_status tt_replace_commit(tt_replace *replace, tutela_error *error)
{
    int failed = tt_fsync(replace->fd) != 0;
    int os_error = failed ? errno : 0;

    if (tt_close(replace->fd) != 0 && !failed) {
        failed = 1;
        os_error = errno;
    }
    replace->fd = -1;
    if (!failed && rename(replace->temporary, replace->path) != 0) {
        failed = 1;
        os_error = errno;
    }
    if (failed)
        return tt_fail(error, TUTELA_RECORD, os_error, "%s: cannot write", replace->path);
    tt_free(replace->temporary);
    replace->temporary = NULL;
    if (sync_folder(replace->path) != 0)
        return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot sync its folder", replace->path);
    return TUTELA_OK;
}

void tt_replace_done(tt_replace *replace)
{
    if (replace->temporary) {
        if (replace->fd >= 0)
            (void)tt_close(replace->fd);
        (void)unlink(replace->temporary);
    }
    tt_free(replace->path);
    tt_free(replace->temporary);
    *replace = (tt_replace){.fd = -1};
}
