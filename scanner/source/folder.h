/*
 * folder: the nodes a walk is made of, and the descriptors they share.
 *
 *   entry ──▶ folder ──▶ parent ──▶ ... ──▶ target        references point up, each one counted
 *               │
 *               ▼
 *             pool: at most `limit` open descriptors; who is who among the living folders
 *
 * A folder is alive while an entry, a sub-folder, the walk's stack or a thread refers to it. Its
 * descriptor may be closed at any time nobody pins it, and is opened again on demand, from the
 * nearest ancestor that is open, with its identity (device, inode) checked.
 *
 * Every target begins as a folder, even one that turns out to be a file: a name with no parent.
 */
#ifndef TT_SOURCE_FOLDER_H
#define TT_SOURCE_FOLDER_H

#include "base/thread.h"
#include "source/walk.h"

/* Folders within folders: more than any honest tree, few enough for memory. A file system that
   makes up a new folder at every step would otherwise never end. */
#define TT_FOLDER_DEPTH_MAX 1000000

/* Entries of one folder: ten times what file systems are known to bear. A damaged one can have a
   listing that never ends. */
#define TT_FOLDER_ENTRIES_MAX UINT64_C(100000000)

/* How an attempt on one entry or folder ended: CLEAR to go on, else as in tt_entry. */
typedef struct tt_outcome {
    tutela_item_status status;
    int os_error;
    const char *reason;
} tt_outcome;

extern const char tt_replaced[]; /* "replaced while being read" */

/* Open descriptors and identities of the folders of one walk. Counted: each folder holds one. */
typedef struct tt_pool tt_pool;

/* What tells file systems apart where st_dev differs within one, as on overlays: f_type and f_fsid
   of statfs(2). The second is 0 for some kinds. */
typedef struct tt_system {
    uint64_t type;
    uint64_t id;
} tt_system;

struct tt_folder {
    atomic_uint references;
    uint32_t depth; /* 0 for a target */
    tt_pool *pool;
    tt_folder *parent; /* NULL for a target */

    /* Written by the first opening, before any entry or sub-folder is known; then constant. */
    int identified;
    dev_t device;
    ino_t inode;
    tt_system system;

    /* For the one thread that lists the folder. */
    tt_folder *below; /* in a stack or list of folders */
    int64_t position; /* d_off of the last entry taken */
    uint64_t listed;  /* entries taken */
    int rewound;      /* the descriptor is new: seek before listing. Written while it is closed */

    /* For the pool. */
    atomic_uint hold; /* TT_POOL_OPEN and the number of pins */
    atomic_int used;  /* since it was last considered for closing */
    int fd;           /* while TT_POOL_OPEN is set */
    tt_folder *newer, *older;
    tt_folder *next_alike; /* in its bucket of identities */

    int follow; /* a target that may be a symbolic link */
    size_t name_size;
    char name[]; /* in its parent, or the target's path; NUL-ended */
};

/* NULL without memory. `limit`: descriptors kept open at most, beside those in use. */
tt_pool *tt_pool_new(size_t limit);
void tt_pool_keep(tt_pool *pool);
void tt_pool_release(tt_pool *pool);

/* Close every descriptor nobody uses, for when the process has run out of them. Thread: any. */
void tt_pool_shrink(tt_pool *pool);

/*
 * A new folder, with one reference for the caller and one to `parent`. NULL without memory.
 * `parent` is NULL for a target, which is opened through a symbolic link when `follow`.
 */
tt_folder *tt_folder_new(tt_pool *pool, tt_folder *parent, const char *name, size_t name_size,
                         int follow);
tt_folder *tt_folder_keep(tt_folder *folder);
/* NULL is fine. Never recurses, whatever the depth. Thread: any. */
void tt_folder_release(tt_folder *folder);

/* Append the path of `name` in `folder` (NULL: the name alone). */
void tt_folder_path_of(const tt_folder *folder, const char *name, size_t name_size, tt_buf *buf);

/*
 * The first opening: learn the folder's identity and pin it. *outcome is not CLEAR (and nothing is
 * pinned) when the folder cannot be opened, is one of its own ancestors, lies on a pseudo file
 * system or, with one_file_system, on another than its parent. TUTELA_MEMORY.
 * Thread: the one that lists the folder.
 */
TT_MUST_USE tutela_status tt_folder_open(tt_folder *folder, int one_file_system, int *fd,
                                         tt_outcome *outcome, tutela_error *error);

/*
 * Hold the folder's descriptor open, opening it again if need be, until tt_folder_unpin. On
 * success *fd is the folder's (AT_FDCWD for NULL), borrowed. Else *outcome says why not.
 * TUTELA_MEMORY. Thread: any.
 */
TT_MUST_USE tutela_status tt_folder_pin(tt_folder *folder, int *fd, tt_outcome *outcome,
                                        tutela_error *error);
void tt_folder_unpin(tt_folder *folder);

/*
 * Open a file or folder for reading, never blocking, never writing, with `flags` added. Waits up
 * to two seconds for a lease (a file server's lock) to be given back, and makes room when the
 * process is out of descriptors. A descriptor, or -1 with errno. Thread: any.
 */
int tt_open_evidence(tt_pool *pool, int folder, const char *name, int flags);

/*
 * The file system `fd` is on, into *out. An outcome other than CLEAR when it cannot be told or is
 * a pseudo file system.
 */
tt_outcome tt_system_of(int fd, tt_system *out);

/* An outcome for an errno: UNREADABLE. */
tt_outcome tt_outcome_unreadable(int os_error);
/* An outcome with words. */
tt_outcome tt_outcome_of(tutela_item_status status, const char *reason);
/* What a thing that is neither file nor folder is said to be: "named pipe", ... */
tt_outcome tt_outcome_special(mode_t mode);
/* Is it a block device that was named as a target (`folder` NULL)? Those in trees are not read. */
int tt_is_device_target(const tt_folder *folder, mode_t mode);

/* ---- Between folder.c, open.c and pool.c ------------------------------------------------- */

#define TT_POOL_OPEN 0x80000000u

/* Pin when the descriptor is open: 1, and *fd; else 0. Thread: any. */
int tt_pool_try_pin(tt_folder *folder, int *fd);

/* Give the folder its descriptor, pinned. When another thread was quicker, its own stays and `fd`
   is closed. Returns the one that counts. Thread: any. */
int tt_pool_install(tt_folder *folder, int fd);

/* Enter the folder's identity, unless an ancestor has the same: then 0. Thread: any. */
int tt_pool_identify(tt_folder *folder);

/* Take the folder, which nobody refers to any more, out of the pool. */
void tt_pool_forget(tt_folder *folder);

#endif
