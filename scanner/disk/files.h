/*
 * files: everything a file system holds, one after another, by The Sleuth Kit.
 *
 * Each folder is read once, in its order, depth first; then what no folder lists. Of a file each stream of
 * bytes is told of. A deleted name whose record or place belongs to another file by now is told of without
 * bytes: what lies there is not what the name stood for.
 */
#ifndef TT_DISK_FILES_H
#define TT_DISK_FILES_H

#include "disk/sleuth.h"
#include "unpack/reader.h"

/* Folders in folders. */
#define TT_FOLDERS_MAX 128u

typedef struct tt_file {
    const char *name; /* its path, '/' between folders, and behind ':' a further stream; until the next call */
    size_t name_size;
    const TSK_FS_ATTR *attribute; /* its bytes, until the next call; NULL: it is empty, or trouble says why */
    int64_t modified; /* as tt_member.modified */
    tutela_origin origin;
    tt_trouble trouble; /* why it has no bytes; CLEAR */
} tt_file;

/* Single. */
typedef struct tt_files tt_files;

/* `fs` and `sleuth` outlive it. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_files_new(tt_files **out, TSK_FS_INFO *fs, tt_sleuth *sleuth,
                                       int no_deleted, tutela_error *error);
/* The next; *more is 0 when there is none, and *trouble then the first thing that could not be read. */
TT_MUST_USE tutela_status tt_files_next(tt_files *files, tt_file *out, int *more, tt_trouble *trouble,
                                        tutela_error *error);
void tt_files_free(tt_files *files); /* safe on NULL */

#endif
