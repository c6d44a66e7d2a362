/*
 * open: how things under evidence are opened, and how a folder is found again after its
 * descriptor was closed.
 */
#include "source/folder.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/folder_io.h"
#include "base/mem.h"
#include "source/pseudo.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <time.h>

/* Waits double from the first to the last: two seconds for a lease in all, 30 ms for descriptors
   (other threads close theirs within that, or there are too few for this run). */
#define FIRST_NAP      (TT_SECOND / 1000)
#define LEASE_NAP      TT_SECOND
#define DESCRIPTOR_NAP (TT_SECOND / 60)

/* Levels that are reopened without asking for memory. */
#define FEW_LEVELS 32

tt_outcome tt_outcome_unreadable(int os_error)
{
    return (tt_outcome){.status = TUTELA_ITEM_UNREADABLE, .os_error = os_error};
}

tt_outcome tt_outcome_of(tutela_item_status status, const char *reason)
{
    return (tt_outcome){.status = status, .reason = reason};
}

tt_outcome tt_outcome_special(mode_t mode)
{
    const char *reason = "special file";

    switch (mode & S_IFMT) {
    case S_IFLNK:
        reason = "symbolic link";
        break;
    case S_IFIFO:
        reason = "named pipe";
        break;
    case S_IFSOCK:
        reason = "socket";
        break;
    case S_IFCHR:
        reason = "character device";
        break;
    case S_IFBLK:
        reason = "block device";
        break;
    default:
        break;
    }
    return tt_outcome_of(TUTELA_ITEM_SKIPPED, reason);
}

int tt_is_device_target(const tt_folder *folder, mode_t mode)
{
    return !folder && S_ISBLK(mode);
}

static void nap(int64_t nanoseconds)
{
    struct timespec time = {.tv_sec = (time_t)(nanoseconds / TT_SECOND),
                            .tv_nsec = (long)(nanoseconds % TT_SECOND)};

    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

int tt_open_evidence(tt_pool *pool, int folder, const char *name, int flags)
{
    int64_t wait = FIRST_NAP;
    int64_t longest;

    flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOATIME;
    for (;;) {
        int fd = tt_openat(folder, name, flags, 0);
        int os_error = errno;

        if (fd >= 0)
            return fd;
        if (os_error == EPERM && (flags & O_NOATIME)) {
            flags &= ~O_NOATIME; /* only the owner of a file may ask for it */
            continue;
        }
        if (os_error == EMFILE || os_error == ENFILE) {
            tt_pool_shrink(pool);
            longest = DESCRIPTOR_NAP;
        } else {
            longest = os_error == EWOULDBLOCK ? LEASE_NAP : 0;
        }
        if (wait > longest) {
            errno = os_error;
            return -1;
        }
        nap(wait);
        wait *= 2;
    }
}

static int open_folder(const tt_folder *folder, int parent_fd)
{
    return tt_open_evidence(folder->pool, parent_fd, folder->name,
                            O_DIRECTORY | (folder->follow ? 0 : O_NOFOLLOW));
}

tt_outcome tt_system_of(int fd, tt_system *out)
{
    struct statfs system;
    const char *pseudo;

    if (tt_fstatfs(fd, &system) < 0)
        return tt_outcome_unreadable(errno);
    out->type = (uint64_t)system.f_type;
    static_assert(sizeof system.f_fsid == sizeof out->id, "f_fsid is two words of 32 bits");
    memcpy(&out->id, &system.f_fsid, sizeof out->id);
    pseudo = tt_pseudo_reason(out->type);
    return pseudo ? tt_outcome_of(TUTELA_ITEM_SKIPPED, pseudo)
                  : (tt_outcome){.status = TUTELA_ITEM_CLEAR};
}

/* Learn what the folder is, and whether it is to be read. */
static tt_outcome examine(tt_folder *folder, int fd, int one_file_system)
{
    const tt_folder *parent = folder->parent;
    struct stat found;

    if (tt_fstat(fd, &found) < 0)
        return tt_outcome_unreadable(errno);
    folder->device = found.st_dev;
    folder->inode = found.st_ino;
    if (parent && parent->device == found.st_dev) {
        folder->system = parent->system;
    } else {
        tt_outcome outcome = tt_system_of(fd, &folder->system);

        if (outcome.status != TUTELA_ITEM_CLEAR)
            return outcome;
        if (parent && one_file_system)
            return tt_outcome_of(TUTELA_ITEM_SKIPPED, "other file system");
    }
    if (!tt_pool_identify(folder))
        return tt_outcome_of(TUTELA_ITEM_SKIPPED, "folder contains itself");
    return (tt_outcome){.status = TUTELA_ITEM_CLEAR};
}

tutela_status tt_folder_open(tt_folder *folder, int one_file_system, int *fd, tt_outcome *outcome,
                             tutela_error *error)
{
    tt_outcome result;
    int parent_fd;
    int opened;

    TT_TRY(tt_folder_pin(folder->parent, &parent_fd, &result, error));
    if (result.status == TUTELA_ITEM_CLEAR) {
        opened = open_folder(folder, parent_fd);
        result =
            opened < 0 ? tt_outcome_unreadable(errno) : examine(folder, opened, one_file_system);
        tt_folder_unpin(folder->parent);
        if (result.status == TUTELA_ITEM_CLEAR)
            *fd = tt_pool_install(folder, opened);
        else if (opened >= 0)
            (void)tt_close(opened);
    }
    *outcome = result;
    return TUTELA_OK;
}

/* Open a folder that was open before; *fd is pinned. */
static tt_outcome reopen(tt_folder *folder, int parent_fd, int *fd)
{
    int opened = open_folder(folder, parent_fd);
    struct stat found;
    tt_outcome result = {.status = TUTELA_ITEM_CLEAR};

    if (opened < 0)
        return tt_outcome_unreadable(errno);
    if (tt_fstat(opened, &found) < 0)
        result = tt_outcome_unreadable(errno);
    else if (found.st_dev != folder->device || found.st_ino != folder->inode)
        result = tt_outcome_of(TUTELA_ITEM_UNREADABLE, tt_replaced);
    if (result.status == TUTELA_ITEM_CLEAR)
        *fd = tt_pool_install(folder, opened);
    else
        (void)tt_close(opened);
    return result;
}

/* Open `levels` folders, each within the one before; the last stays pinned. */
static tt_outcome descend(tt_folder **levels, size_t count, int base_fd, int *fd)
{
    tt_outcome result = {.status = TUTELA_ITEM_CLEAR};
    int at = base_fd;

    for (size_t i = 0; i < count && result.status == TUTELA_ITEM_CLEAR; i++) {
        result = reopen(levels[i], at, &at);
        tt_folder_unpin(levels[i]->parent);
    }
    if (result.status == TUTELA_ITEM_CLEAR)
        *fd = at;
    return result;
}

/* Pin a folder whose descriptor was closed: find the nearest open ancestor, go down from there. */
static tutela_status find_again(tt_folder *folder, int *fd, tt_outcome *outcome,
                                tutela_error *error)
{
    tt_folder *few[FEW_LEVELS];
    TT_AUTO_FREE tt_folder **many = NULL;
    tt_folder **levels = few;
    tt_folder *top = folder;
    size_t count = 1;
    int base_fd = AT_FDCWD;

    while (top->parent && !tt_pool_try_pin(top->parent, &base_fd)) {
        top = top->parent;
        count++;
    }
    if (count > FEW_LEVELS) {
        levels = many = tt_alloc_raw(count, sizeof *many);
        if (!many) {
            tt_folder_unpin(top->parent);
            return tt_no_memory(error);
        }
    }
    for (size_t i = count; i-- > 0; folder = folder->parent)
        levels[i] = folder;
    *outcome = descend(levels, count, base_fd, fd);
    return TUTELA_OK;
}

tutela_status tt_folder_pin(tt_folder *folder, int *fd, tt_outcome *outcome, tutela_error *error)
{
    if (!folder) {
        *fd = AT_FDCWD;
    } else if (!tt_pool_try_pin(folder, fd)) {
        return find_again(folder, fd, outcome, error);
    }
    *outcome = (tt_outcome){.status = TUTELA_ITEM_CLEAR};
    return TUTELA_OK;
}
