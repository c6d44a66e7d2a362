/*
 * listing: see the header.
 *
 * Names are read with getdents64 into a buffer that is refilled until it is nearly full or the
 * folder ends, so that most folders are done in one look and are never kept waiting on the stack.
 */
#include "source/listing.h"

#include "base/clock.h"
#include "base/folder_io.h"
#include "base/io.h"
#include "base/mem.h"
#include "source/exclude.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

/* Longest name any file system passes on (FUSE: 1,024 bytes) with its header: less room than that
   left and the buffer is full. */
#define ROOM_FOR_ONE 2048

/* Longest path a pattern is matched against: a million levels of 255 bytes. */
#define PATH_MAX_BYTES ((size_t)TT_FOLDER_DEPTH_MAX * 256)

/* One look in progress. */
typedef struct one_look {
    tt_lister *lister;
    tt_folder *folder;
    int fd;
    size_t bytes;     /* of names in the lister's buffer */
    size_t path_size; /* of the folder's path and a slash, in the lister's path */
    int paths;        /* patterns want paths */
    tt_listing found;
} one_look;

tutela_status tt_lister_init(tt_lister *lister, const tt_walk_options *options, tutela_error *error)
{
    uint8_t *buffer = tt_alloc_aligned(sizeof(struct dirent64 *), TT_LISTING_BUFFER, 1);

    if (!buffer)
        return tt_no_memory(error);
    lister->options = options;
    lister->buffer = buffer;
    tt_buf_init(&lister->path, PATH_MAX_BYTES);
    atomic_init(&lister->since, 0);
    return TUTELA_OK;
}

void tt_lister_done(tt_lister *lister)
{
    tt_buf_done(&lister->path);
    tt_free(lister->buffer);
}

static void begin_call(tt_lister *lister)
{
    atomic_store_explicit(&lister->since, tt_clock_coarse(), memory_order_relaxed);
}

/* ---- Batches ----------------------------------------------------------------------------- */

static tt_batch *batch_new(size_t room)
{
    return tt_alloc(1, sizeof(tt_batch) + room * sizeof(tt_entry));
}

/* Add an entry; the batch has room. -1 without memory. */
static int batch_add(tt_batch *batch, tt_folder *folder, const char *name, size_t size,
                     tt_outcome outcome)
{
    tt_entry *entry = &batch->entries[batch->count];

    entry->name = tt_copy(name, size);
    if (!entry->name)
        return -1;
    entry->name_size = size;
    entry->folder = folder ? tt_folder_keep(folder) : NULL;
    entry->status = outcome.status;
    entry->os_error = outcome.os_error;
    entry->reason = outcome.reason;
    batch->count++;
    return 0;
}

static int batch_add_folder(tt_batch *batch, const tt_folder *folder, tt_outcome outcome)
{
    return batch_add(batch, folder->parent, folder->name, folder->name_size, outcome);
}

void tt_batch_free(tt_batch *batch)
{
    if (!batch)
        return;
    for (size_t i = batch->at; i < batch->count; i++)
        tt_entry_done(&batch->entries[i]);
    tt_free(batch);
}

tt_batch *tt_batch_of_folder(const tt_folder *folder, tt_outcome outcome)
{
    tt_batch *batch = batch_new(1);

    if (batch && batch_add_folder(batch, folder, outcome) < 0) {
        tt_batch_free(batch);
        batch = NULL;
    }
    return batch;
}

void tt_folders_release(tt_folder *folders)
{
    while (folders) {
        tt_folder *below = folders->below;

        tt_folder_release(folders);
        folders = below;
    }
}

void tt_listing_drop(tt_listing *listing)
{
    tt_batch_free(listing->batch);
    tt_folders_release(listing->folders);
    *listing = (tt_listing){0};
}

/* ---- One look ---------------------------------------------------------------------------- */

/* Fill the buffer. CLEAR, or what stopped the listing; names read before that still count. */
static tt_outcome read_names(one_look *look)
{
    tt_folder *folder = look->folder;
    uint8_t *buffer = look->lister->buffer;

    if (folder->rewound && folder->position != 0 && tt_seek(look->fd, folder->position) < 0)
        return tt_outcome_unreadable(errno);
    folder->rewound = 0;
    look->found.more = 1;
    while (TT_LISTING_BUFFER - look->bytes >= ROOM_FOR_ONE) {
        ssize_t got;

        begin_call(look->lister);
        got = tt_getdents(look->fd, buffer + look->bytes, TT_LISTING_BUFFER - look->bytes);
        if (got < 0 && errno == EINVAL && look->bytes > 0)
            break; /* a name longer than the room left: next time */
        if (got <= 0)
            look->found.more = 0;
        if (got < 0)
            return tt_outcome_unreadable(errno);
        if (got == 0)
            break;
        look->bytes += (size_t)got;
    }
    return (tt_outcome){.status = TUTELA_ITEM_CLEAR};
}

/* The record at `at`, or NULL at the end (or when the record is none, which no kernel does). */
static const struct dirent64 *record_at(const one_look *look, size_t at)
{
    const struct dirent64 *record = (const void *)(look->lister->buffer + at);
    size_t left = look->bytes - at;
    size_t head = offsetof(struct dirent64, d_name);

    if (left <= head || record->d_reclen <= head || record->d_reclen > left
        || record->d_reclen % sizeof record->d_ino != 0
        || !memchr(record->d_name, 0, record->d_reclen - head))
        return NULL;
    return record;
}

/* How many records there are. When they end before the buffer does, it is cut to them and
 *outcome says so: names were lost. */
static size_t count_records(one_look *look, tt_outcome *outcome)
{
    const struct dirent64 *record;
    size_t count = 0;
    size_t at = 0;

    for (; (record = record_at(look, at)); at += record->d_reclen)
        count++;
    if (at != look->bytes) {
        look->bytes = at;
        look->found.more = 0;
        *outcome = tt_outcome_unreadable(EIO);
    }
    return count;
}

static int excluded(one_look *look, const char *name, size_t size)
{
    tt_buf *path = &look->lister->path;

    if (look->paths) {
        path->size = look->path_size;
        tt_buf_add(path, name, size);
    }
    return tt_exclude_match(look->lister->options, name, look->paths ? path->data : NULL);
}

/* A damaged file system may give a name that is a path, and it would be followed. */
static int is_damaged(const char *name, size_t size)
{
    return size == 0 || memchr(name, '/', size) != NULL;
}

/* The kind of a thing whose folder does not say. 0 with *outcome when it cannot be told. */
static mode_t kind_by_stat(one_look *look, const char *name, tt_outcome *outcome)
{
    struct stat found;

    begin_call(look->lister);
    if (tt_fstatat(look->fd, name, &found, AT_SYMLINK_NOFOLLOW) == 0)
        return found.st_mode & S_IFMT;
    *outcome = tt_outcome_unreadable(errno);
    return 0;
}

static int add_folder(one_look *look, const char *name, size_t size)
{
    tt_folder *folder = tt_folder_new(look->folder->pool, look->folder, name, size, 0);

    if (!folder)
        return -1;
    folder->below = look->found.folders;
    if (!look->found.folders)
        look->found.last = folder;
    look->found.folders = folder;
    return 0;
}

/* Sort one name: a sub-folder, a file, or a statement. -1 without memory. */
static int take_name(one_look *look, const char *name, unsigned char type)
{
    tt_outcome outcome = {.status = TUTELA_ITEM_CLEAR};
    size_t size = strlen(name);
    mode_t kind = (mode_t)DTTOIF((mode_t)type);

    if (name[0] == '.' && (size == 1 || (size == 2 && name[1] == '.')))
        return 0;
    look->folder->listed++;
    if (look->lister->options->exclude_count > 0 && excluded(look, name, size)) {
        outcome = tt_outcome_of(TUTELA_ITEM_SKIPPED, "excluded by rule");
    } else if (is_damaged(name, size)) {
        outcome = tt_outcome_of(TUTELA_ITEM_UNREADABLE, "damaged name");
    } else {
        if (type == DT_UNKNOWN)
            kind = kind_by_stat(look, name, &outcome);
        if (kind == S_IFDIR && look->folder->depth < TT_FOLDER_DEPTH_MAX)
            return add_folder(look, name, size);
        if (kind == S_IFDIR)
            outcome = tt_outcome_of(TUTELA_ITEM_LIMIT, "too many folders within folders");
        else if (kind != S_IFREG && outcome.status == TUTELA_ITEM_CLEAR)
            outcome = tt_outcome_special(kind);
    }
    return batch_add(look->found.batch, look->folder, name, size, outcome);
}

/* Turn the names in the buffer into entries and sub-folders. -1 without memory. */
static int take_names(one_look *look)
{
    const struct dirent64 *record;

    for (size_t at = 0; (record = record_at(look, at)); at += record->d_reclen) {
        if (take_name(look, record->d_name, record->d_type) < 0)
            return -1;
        look->folder->position = record->d_off;
    }
    return 0;
}

/* The folder's path and a slash, if patterns need it. -1 without memory. */
static int prepare_path(one_look *look)
{
    tt_buf *path = &look->lister->path;

    look->paths = look->bytes > 0 && tt_exclude_wants_path(look->lister->options);
    if (!look->paths)
        return 0;
    tt_buf_clear(path);
    tt_folder_path_of(look->folder, "", 0, path);
    look->path_size = path->size;
    return tt_buf_failed(path) ? -1 : 0;
}

/* The look itself, with the folder pinned. -1 without memory. */
static int look_inside(one_look *look)
{
    tt_outcome outcome = read_names(look);

    look->found.batch = batch_new(count_records(look, &outcome) + 1);
    if (!look->found.batch || prepare_path(look) < 0 || take_names(look) < 0)
        return -1;
    if (look->paths && tt_buf_failed(&look->lister->path))
        return -1;
    if (outcome.status == TUTELA_ITEM_CLEAR && look->found.more
        && look->folder->listed >= TT_FOLDER_ENTRIES_MAX) {
        outcome = tt_outcome_of(TUTELA_ITEM_LIMIT, "too many entries in one folder");
        look->found.more = 0;
    }
    if (outcome.status != TUTELA_ITEM_CLEAR)
        return batch_add_folder(look->found.batch, look->folder, outcome);
    if (look->found.batch->count == 0) {
        tt_batch_free(look->found.batch);
        look->found.batch = NULL;
    }
    return 0;
}

/* ---- Targets, and the whole -------------------------------------------------------------- */

/* Look at a target before it is opened: only folders, regular files and block devices ever are. */
static tutela_status examine_target(tt_lister *lister, const tt_folder *target, int *is_folder,
                                    tt_outcome *outcome, tutela_error *error)
{
    struct stat found;
    int skip;

    *is_folder = 0;
    *outcome = (tt_outcome){.status = TUTELA_ITEM_CLEAR};
    TT_TRY(tt_exclude_target(lister->options, target->name, &skip, error));
    if (skip) {
        *outcome = tt_outcome_of(TUTELA_ITEM_SKIPPED, "excluded by rule");
        return TUTELA_OK;
    }
    begin_call(lister);
    if (tt_fstatat(AT_FDCWD, target->name, &found, target->follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0)
        *outcome = tt_outcome_unreadable(errno);
    else if (S_ISDIR(found.st_mode))
        *is_folder = 1;
    else if (!S_ISREG(found.st_mode) && !tt_is_device_target(target->parent, found.st_mode))
        *outcome = tt_outcome_special(found.st_mode);
    return TUTELA_OK;
}

/*
 * Open or find again the folder to look into; *outcome is CLEAR with *fd pinned, or it is what to
 * say of the folder. *fd is -1 when it is no folder, and then CLEAR means a file to read.
 */
static tutela_status enter(tt_lister *lister, tt_folder *folder, int *fd, tt_outcome *outcome,
                           tutela_error *error)
{
    int is_folder = 1;

    *fd = -1;
    if (folder->identified) {
        begin_call(lister);
        return tt_folder_pin(folder, fd, outcome, error);
    }
    if (!folder->parent)
        TT_TRY(examine_target(lister, folder, &is_folder, outcome, error));
    if (!is_folder)
        return TUTELA_OK;
    begin_call(lister);
    TT_TRY(tt_folder_open(folder, lister->options->one_file_system, fd, outcome, error));
    /* Something else stands in its place by now: opening it as a file will tell what. */
    if (outcome->status == TUTELA_ITEM_UNREADABLE
        && (outcome->os_error == ENOTDIR || outcome->os_error == ELOOP) && folder->parent)
        *outcome = (tt_outcome){.status = TUTELA_ITEM_CLEAR};
    return TUTELA_OK;
}

tutela_status tt_list(tt_lister *lister, tt_folder *folder, tt_listing *out, tutela_error *error)
{
    one_look look = {.lister = lister, .folder = folder, .fd = -1};
    tt_outcome outcome;
    int failed = enter(lister, folder, &look.fd, &outcome, error) != TUTELA_OK;

    if (!failed && look.fd >= 0) {
        failed = look_inside(&look) < 0;
        tt_folder_unpin(folder);
    } else if (!failed) {
        look.found.batch = tt_batch_of_folder(folder, outcome);
        failed = !look.found.batch;
    }
    atomic_store_explicit(&lister->since, 0, memory_order_relaxed);
    if (failed) {
        tt_listing_drop(&look.found);
        return tt_no_memory(error);
    }
    *out = look.found;
    return TUTELA_OK;
}
