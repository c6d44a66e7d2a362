/*
 * entry: opening what the walk found, and its name.
 */
#include "base/io.h"
#include "base/mem.h"
#include "source/folder.h"
#include "source/pseudo.h"
#include "source/state.h"

#include <errno.h>

/* 1 when a failed open may be because the thing is no regular file: a link, a socket, a device
   without a driver. */
static int may_be_special(int os_error)
{
    return os_error == ELOOP || os_error == ENXIO || os_error == ENODEV;
}

/* Why the open failed. */
static tt_outcome explain(const tt_entry *entry, int folder_fd, const char *name, int follow, int os_error)
{
    struct stat found;

    if (may_be_special(os_error)
        && tt_fstatat(folder_fd, name, &found, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0
        && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)
        && !tt_is_device_target(entry->folder, found.st_mode))
        return tt_outcome_special(found.st_mode);
    return tt_outcome_unreadable(os_error);
}

/* A file on another device than its folder: mounted there by itself, or on an overlay. */
static tt_outcome judge_system(const tt_walk *walk, const tt_entry *entry, int fd,
                               tt_system *out)
{
    const tt_folder *folder = entry->folder;
    tt_outcome outcome = tt_system_of(fd, out);

    /* Overlays give files other device numbers than folders, but one identity to all. */
    if (outcome.status == TUTELA_ITEM_CLEAR && folder && walk->options.one_file_system
        && (out->type != folder->system.type || out->id != folder->system.id))
        return tt_outcome_of(TUTELA_ITEM_SKIPPED, "other file system");
    return outcome;
}

/* Is what was opened a file to read? */
static tt_outcome judge(const tt_walk *walk, tt_entry *entry, int fd, struct stat *found)
{
    tt_system system;
    tt_outcome outcome = {.status = TUTELA_ITEM_CLEAR};

    if (tt_fstat(fd, found) < 0)
        return tt_outcome_unreadable(errno);
    if (S_ISDIR(found->st_mode))
        return tt_outcome_of(TUTELA_ITEM_UNREADABLE, tt_replaced);
    /*
     * Whoever names a device wants its bytes, and what has none is an empty drive: that is not clear. Its node lies on
     * no file system that would say how it reads.
     */
    if (tt_is_device_target(entry->folder, found->st_mode))
        return found->st_size > 0 ? outcome : tt_outcome_unreadable(ENOMEDIUM);
    if (!S_ISREG(found->st_mode))
        return tt_outcome_special(found->st_mode);
    if (!entry->folder || entry->folder->device != found->st_dev)
        outcome = judge_system(walk, entry, fd, &system);
    else
        system = entry->folder->system;
    entry->paged = outcome.status == TUTELA_ITEM_CLEAR && tt_paged_system(system.type);
    return outcome;
}

/* The file of an entry, or of another in its folder: only `name` is opened. */
static tutela_status open_name(tt_walk *walk, tt_entry *entry, const char *name, int follow, int *fd,
                               struct stat *stat, tutela_error *error)
{
    TT_AUTO_CLOSE int opened = -1;
    struct stat found;
    tt_outcome outcome;
    int folder_fd;

    TT_TRY(tt_folder_pin(entry->folder, &folder_fd, &outcome, error));
    if (outcome.status == TUTELA_ITEM_CLEAR) {
        opened = tt_open_evidence(walk->pool, folder_fd, name, follow ? 0 : O_NOFOLLOW);
        outcome = opened < 0 ? explain(entry, folder_fd, name, follow, errno)
                             : judge(walk, entry, opened, &found);
        tt_folder_unpin(entry->folder);
    }
    *fd = -1;
    if (outcome.status == TUTELA_ITEM_CLEAR) {
        *fd = opened;
        *stat = found;
        opened = -1;
    } else {
        entry->status = outcome.status;
        entry->os_error = outcome.os_error;
        entry->reason = outcome.reason;
    }
    return TUTELA_OK;
}

tutela_status tt_entry_open(tt_walk *walk, tt_entry *entry, int *fd, struct stat *stat,
                            tutela_error *error)
{
    int follow = !entry->folder && !walk->options.nofollow_targets;

    return open_name(walk, entry, entry->name, follow, fd, stat, error);
}

tutela_status tt_entry_open_beside(tt_walk *walk, const tt_entry *entry, const char *name, int *fd,
                                   struct stat *stat, tt_entry *beside, tutela_error *error)
{
    tt_entry other = {.folder = entry->folder};
    tutela_status status = open_name(walk, &other, name, 0, fd, stat, error);

    *beside = other;
    beside->folder = NULL;
    return status;
}

/* The size of a device: only who has it open is told. */
static int stat_device(const tt_walk *walk, const tt_entry *entry, int folder_fd, struct stat *stat)
{
    TT_AUTO_CLOSE int fd = tt_open_evidence(walk->pool, folder_fd, entry->name, 0);

    return fd >= 0 && tt_fstat(fd, stat) == 0;
}

tutela_status tt_entry_stat(tt_walk *walk, const tt_entry *entry, struct stat *stat, int *found,
                            tutela_error *error)
{
    int follow = !entry->folder && !walk->options.nofollow_targets;
    tt_outcome outcome;
    int folder_fd;

    *found = 0;
    TT_TRY(tt_folder_pin(entry->folder, &folder_fd, &outcome, error));
    if (outcome.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    *found = tt_fstatat(folder_fd, entry->name, stat, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0;
    if (*found && tt_is_device_target(entry->folder, stat->st_mode))
        *found = stat_device(walk, entry, folder_fd, stat);
    tt_folder_unpin(entry->folder);
    return TUTELA_OK;
}

tutela_status tt_entry_is_beside(const tt_entry *entry, const char *name, int *found, tutela_error *error)
{
    tt_outcome outcome;
    struct stat stat;
    int folder_fd;

    *found = 1;
    TT_TRY(tt_folder_pin(entry->folder, &folder_fd, &outcome, error));
    if (outcome.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    *found = tt_fstatat(folder_fd, name, &stat, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
    tt_folder_unpin(entry->folder);
    return TUTELA_OK;
}

void tt_entry_path(const tt_entry *entry, tt_buf *buf)
{
    tt_folder_path_of(entry->folder, entry->name, entry->name_size, buf);
}

tutela_status tt_entry_copy(tt_entry *out, const tt_entry *entry, tutela_error *error)
{
    char *name = tt_copy(entry->name, entry->name_size);

    if (!name)
        return tt_no_memory(error);
    *out = *entry;
    out->name = name;
    if (out->folder)
        tt_folder_keep(out->folder);
    return TUTELA_OK;
}

void tt_entry_done(tt_entry *entry)
{
    tt_folder_release(entry->folder);
    tt_free(entry->name);
    *entry = (tt_entry){0};
}
