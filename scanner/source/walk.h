/*
 * walk: finds the entries of trees, on any number of threads at once.
 *
 *   targets ──▶ stack of folders ──▶ batch of entries ──▶ threads take some at a time
 *                  ▲                      │
 *                  └── sub-folders ───────┘
 *
 * Properties. Folders are opened relative to their parent's descriptor, never by a long path, so
 * depth has no limit but memory; entries are read in batches, so a folder of a million names
 * needs no more memory than one of ten; no thread waits while another has entries to spare.
 * Descriptors are kept in a bounded cache and reopened, with their identity checked, when needed.
 *
 * Safety. Nothing is followed inside a tree; a folder that is its own ancestor (by device and inode)
 * is skipped; pseudo file systems (proc, sysfs, ...) are skipped by their kind; what is neither a
 * regular file nor a folder is never opened, but a block device that is itself a target.
 *
 * Every entry that exists ends as a tt_entry: a file to read, or a statement why not.
 */
#ifndef TT_SOURCE_WALK_H
#define TT_SOURCE_WALK_H

#include "base/buf.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* One walk over some targets. Its calls are for any thread. */
typedef struct tt_walk tt_walk;
/* One thread's part in a walk. Single, but for tt_walker_abandon. */
typedef struct tt_walker tt_walker;
/* A folder on the way; counted references. */
typedef struct tt_folder tt_folder;

typedef struct tt_walk_options {
    /* 1 and *path (borrowed until the next call), 0 at the end, -1 on failure. Never called twice
       at once. */
    int (*next_target)(void *user, const char **path);
    void *user;
    const char *const *exclude; /* glob patterns: with a slash the whole path, else the base name */
    size_t exclude_count;
    int one_file_system;
    int nofollow_targets; /* a target that is a symbolic link is skipped, not followed */
    size_t open_folders;  /* descriptors kept at most, beside those in use; 0: 256 */
} tt_walk_options;

/* An entry of a tree: either to be read (status CLEAR, for now) or already decided. */
typedef struct tt_entry {
    tt_folder *folder;  /* NULL for a target; the entry holds a reference */
    char *name;         /* in its folder, or the target's path; owned, NUL-ended */
    size_t name_size;
    tutela_item_status status; /* CLEAR: a file to read; else SKIPPED, UNREADABLE, TIMEOUT, LIMIT */
    int os_error;       /* for UNREADABLE: the errno, or 0 when `reason` says why */
    const char *reason; /* static words for the others: "symbolic link", "named pipe", ... */
    int paged;          /* opened, on a file system where a short read means the end of the file */
} tt_entry;

/* Both are copied from where needed; `options` and what it names must outlive the walk. */
TT_MUST_USE tutela_status tt_walk_new(tt_walk **out, const tt_walk_options *options,
                                      tutela_error *error);
/* Every walker must be gone. NULL is fine. */
void tt_walk_free(tt_walk *walk);

TT_MUST_USE tutela_status tt_walker_new(tt_walker **out, tt_walk *walk, tutela_error *error);
void tt_walker_free(tt_walker *walker);

typedef enum tt_take {
    TT_TAKE_SOME,  /* *count entries were given */
    TT_TAKE_LATER, /* none now, but this or another thread may still find some */
    TT_TAKE_END    /* there will be no more */
} tt_take;

/*
 * Take up to `max` entries; fewer are given when few are left, so that work spreads evenly. With
 * `wait`, TT_TAKE_LATER is never answered: the call sleeps until there are entries or the end.
 * Without it one folder is listed at most, so that the call lasts as long as that does.
 * Each entry given must end with tt_entry_done. TUTELA_MEMORY and TUTELA_IO end the walk for all.
 */
TT_MUST_USE tutela_status tt_walk_take(tt_walker *walker, tt_entry *entries, size_t max, int wait,
                                       size_t *count, tt_take *answer, tutela_error *error);

/*
 * After TT_TAKE_LATER: sleep until there may be entries to take, or the end, or a nudge since `seen`,
 * which is what tt_walk_nudges answered before. The caller is not in a call that can hang, so a
 * watchdog need not count this time. Thread: single.
 */
void tt_walk_wait(tt_walker *walker, uint64_t seen);

/* Wake who sleeps in tt_walk_wait: there is other work for him. Thread: any. */
void tt_walk_nudge(tt_walk *walk);
/* How many nudges there were. Thread: any. */
uint64_t tt_walk_nudges(tt_walk *walk);

/* Wake every sleeper; from now on tt_walk_take answers TT_TAKE_END. Thread: any. */
void tt_walk_stop(tt_walk *walk);

/* 1 when next_target failed: the run is incomplete. Thread: any. */
int tt_walk_targets_failed(const tt_walk *walk);

/*
 * The walker's thread hangs in a call on a folder: give the folder up as TIMEOUT (a thread that
 * takes entries will be given that statement) and let the walk end without that thread. When the
 * thread comes back from its call, tt_walk_take answers TT_TAKE_END to it. For a thread that
 * hangs outside tt_walk_take only the latter; one that hangs in next_target counts as its failure;
 * one that sleeps in tt_walk_take does not hang, and nothing happens. Thread: any.
 */
void tt_walker_abandon(tt_walker *walker);

/*
 * When the system call on a folder that the walker's thread is in began (tt_clock_coarse), or 0
 * when it is in none: sleeping, asking for a target or outside tt_walk_take. For deciding that it
 * hangs. Thread: any.
 */
int64_t tt_walker_calling_since(const tt_walker *walker);

/*
 * Open the entry's file for reading, without following a link, blocking, or (where the system
 * allows) touching its access time, and fstat it; the size of a device is its medium's. On success *fd
 * is the caller's. When it is no readable regular file, nor a block device that is a target, after all,
 * *fd is -1 and entry's status, os_error and reason say why.
 * TUTELA_MEMORY only. Thread: any, one at a time for one entry.
 */
TT_MUST_USE tutela_status tt_entry_open(tt_walk *walk, tt_entry *entry, int *fd, struct stat *stat,
                                        tutela_error *error);

/*
 * What the system says of the entry's file, without opening it (but for a device, whose size nothing else
 * tells): *found is 1 with *stat filled, or 0 when it cannot be asked. TUTELA_MEMORY only. Thread: any, one at
 * a time for one entry.
 */
TT_MUST_USE tutela_status tt_entry_stat(tt_walk *walk, const tt_entry *entry, struct stat *stat,
                                        int *found, tutela_error *error);

/*
 * The same of another file in the entry's folder, whose name is `name` in place of the entry's, never followed:
 * the entry is left as it is, and *beside, which needs no end, says why not.
 */
TT_MUST_USE tutela_status tt_entry_open_beside(tt_walk *walk, const tt_entry *entry, const char *name, int *fd,
                                               struct stat *stat, tt_entry *beside, tutela_error *error);
/* Is there something of that name in the entry's folder, be it what it may, or does nobody know? As above. */
TT_MUST_USE tutela_status tt_entry_is_beside(const tt_entry *entry, const char *name, int *found,
                                             tutela_error *error);

/* Append the entry's path, as the operator would write it: the target, then names. */
void tt_entry_path(const tt_entry *entry, tt_buf *buf);

/* A second holder of the same entry. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_entry_copy(tt_entry *out, const tt_entry *entry, tutela_error *error);

/* Let the entry go; safe on a zeroed one. */
void tt_entry_done(tt_entry *entry);

#endif
