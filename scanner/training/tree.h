/*
 * tree: writes files, folders and links below one folder, with fixed modes and times, and
 * remembers what it wrote.
 *
 * Paths are relative to the root, any bytes but NUL. Nothing is ever written over: what is there
 * already is a failure. TUTELA_RECORD says what could not be written and why; nothing is taken
 * back. Thread: single.
 */
#ifndef TT_TRAINING_TREE_H
#define TT_TRAINING_TREE_H

#include "base/buf.h"
#include "base/status.h"
#include "digest/digest.h"

/* A regular file, under one of its names. */
typedef struct tt_tree_file {
    char *path;
    uint64_t size;
    tt_digests digests; /* all algorithms */
} tt_tree_file;

typedef struct tt_tree {
    int root;          /* the caller's descriptor */
    const char *title; /* what messages put before a path: "tree" */
    tt_tree_file *file;
    size_t count;
    size_t room;
    char **folder; /* those made, the outer before the inner */
    size_t folder_count;
    size_t folder_room;
} tt_tree;

/* When and how; `when` is seconds since 1970. */
typedef struct tt_tree_mark {
    int64_t when;
    uint32_t mode;
} tt_tree_mark;

/* Both borrowed for the tree's life. */
void tt_tree_init(tt_tree *tree, int root, const char *title);
void tt_tree_done(tt_tree *tree);
#define TT_AUTO_TREE __attribute__((cleanup(tt_tree_done)))

/* Make a folder and the ones above it; those that are there are fine. */
TT_MUST_USE tutela_status tt_tree_folder(tt_tree *tree, const char *path, tutela_error *error);
/* A file of these bytes. Its folder must be there. */
TT_MUST_USE tutela_status tt_tree_write(tt_tree *tree, const char *path, const tt_buf *content,
                                        const tt_tree_mark *mark, tutela_error *error);
/*
 * A file of `size` bytes, zeros but for `content` at its start and again at its end, with a hole
 * between where the file system allows. `content` is not longer than half of `size`.
 */
TT_MUST_USE tutela_status tt_tree_sparse(tt_tree *tree, const char *path, const tt_buf *content,
                                         size_t size, const tt_tree_mark *mark,
                                         tutela_error *error);
/* A second name for a file written before. */
TT_MUST_USE tutela_status tt_tree_link(tt_tree *tree, const char *path, const char *existing,
                                       tutela_error *error);
TT_MUST_USE tutela_status tt_tree_symlink(tt_tree *tree, const char *path, const char *target,
                                          int64_t when, tutela_error *error);
TT_MUST_USE tutela_status tt_tree_fifo(tt_tree *tree, const char *path, int64_t when,
                                       tutela_error *error);
/*
 * Give every folder made, and the root, the usual mode and this time: once nothing more is written
 * into them.
 */
TT_MUST_USE tutela_status tt_tree_settle(const tt_tree *tree, int64_t when, tutela_error *error);

/* The file written under that path, NULL when none was. */
const tt_tree_file *tt_tree_find(const tt_tree *tree, const char *path);

#endif
