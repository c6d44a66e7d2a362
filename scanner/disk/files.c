/* files: see files.h. */
#include "disk/files.h"

#include "base/buf.h"
#include "base/mem.h"

#include <string.h>

#define PATH_BYTES ((size_t)1 << 18) /* TT_FOLDERS_MAX names, none of them longer than libtsk tells them */
#define NAME_BYTES 1024u

#define NOTHING_LEFT "deleted: nothing leads to its bytes any more"
#define TAKEN_RECORD "deleted: its record is another file's by now"
#define TAKEN_PLACE "deleted: another file lies where it was"

typedef struct folder {
    TSK_FS_DIR *list;
    size_t count, at;
    size_t path; /* bytes of the path before its names */
    int orphans; /* of what no folder lists, or in such a folder */
} folder;

struct tt_files {
    TSK_FS_INFO *fs;
    tt_sleuth *sleuth;
    int no_deleted;
    int contiguous; /* it does not record where the rest of a deleted file is */
    folder folders[TT_FOLDERS_MAX];
    size_t depth;
    tt_buf path;      /* of the folder, and of the file at hand behind it */
    size_t path_file; /* bytes of it without a stream's name */
    TSK_FS_FILE *file; /* whose attributes are being told; NULL: none */
    int attribute, attributes;
    int told;         /* one of them was */
    tutela_origin origin;
    uint64_t *seen;   /* folders, by number: open addressing, 0 is free */
    size_t seen_count, seen_room;
    tt_trouble ended; /* the first trouble of all */
};

static void end_with(tt_files *f, tutela_item_status status, const char *reason)
{
    if (f->ended.status == TUTELA_ITEM_CLEAR)
        f->ended = (tt_trouble){status, reason};
}

/* ---- Folders ------------------------------------------------------------------------------- */

static size_t place_of(const uint64_t *seen, size_t room, uint64_t key)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (room - 1);

    while (seen[at] != 0 && seen[at] != key)
        at = (at + 1) & (room - 1);
    return at;
}

static tutela_status grow_seen(tt_files *f, tutela_error *error)
{
    size_t room = f->seen_room > 0 ? f->seen_room * 2 : 1024;
    uint64_t *wider = tt_alloc(room, sizeof *wider);

    if (!wider)
        return tt_no_memory(error);
    for (size_t i = 0; i < f->seen_room; i++)
        if (f->seen[i] != 0)
            wider[place_of(wider, room, f->seen[i])] = f->seen[i];
    tt_free(f->seen);
    f->seen = wider;
    f->seen_room = room;
    return TUTELA_OK;
}

/* *first: it was not met before. */
static tutela_status see(tt_files *f, uint64_t number, int *first, tutela_error *error)
{
    uint64_t key = number + 1;
    size_t at;

    if (f->seen_count * 2 >= f->seen_room)
        TT_TRY(grow_seen(f, error));
    at = place_of(f->seen, f->seen_room, key);
    *first = f->seen[at] == 0;
    f->seen[at] = key;
    f->seen_count += (size_t)*first;
    return TUTELA_OK;
}

/*
 * libtsk, asked for what no folder lists, would walk everything to know what the folders list: it has been
 * noted on the way. An empty list would be none, and so the root is in it, which is no orphan.
 */
static void prepare_orphans(tt_files *f)
{
    (void)tsk_list_add(&f->fs->list_inum_named, f->fs->root_inum);
}

/* Folders of ext begin with their own name: one that does not is something else's block. */
static int is_folder(const tt_files *f, const TSK_FS_DIR *list, size_t count)
{
    if (!TSK_FS_TYPE_ISEXT(f->fs->ftype))
        return 1;
    for (size_t i = 0; i < count; i++) {
        const TSK_FS_NAME *name = tsk_fs_dir_get_name(list, i);
        if (name && name->name && strcmp(name->name, ".") == 0)
            return 1;
    }
    return 0;
}

static tutela_status enter(tt_files *f, TSK_INUM_T number, int orphans, int deleted, tutela_error *error)
{
    folder *in = &f->folders[f->depth];
    int first = 0;

    TT_TRY(see(f, number, &first, error));
    if (!first) {
        if (!deleted)
            end_with(f, TUTELA_ITEM_MALFORMED, "a folder that is in two places");
        return TUTELA_OK;
    }
    if (f->depth == TT_FOLDERS_MAX) {
        end_with(f, TUTELA_ITEM_LIMIT, "folders in folders, deeper than they are followed");
        return TUTELA_OK;
    }
    in->list = tsk_fs_dir_open_meta(f->fs, number);
    TT_TRY(tt_sleuth_check(f->sleuth, error));
    if (!in->list) {
        if (!deleted)
            end_with(f, TUTELA_ITEM_MALFORMED, "a folder that cannot be read");
        return TUTELA_OK;
    }
    in->count = tsk_fs_dir_getsize(in->list);
    if (!deleted && !is_folder(f, in->list, in->count))
        end_with(f, TUTELA_ITEM_MALFORMED, "a folder that cannot be read");
    in->at = 0;
    in->path = f->path.size;
    in->orphans = orphans;
    f->depth++;
    return TUTELA_OK;
}

/* ---- Files --------------------------------------------------------------------------------- */

static void leave_file(tt_files *f)
{
    tsk_fs_file_close(f->file);
    f->file = NULL;
}

/* Does any of its blocks belong to someone by now? */
static int is_overwritten(TSK_FS_INFO *fs, const TSK_FS_ATTR *a)
{
    if (!(a->flags & TSK_FS_ATTR_NONRES))
        return 0;
    for (const TSK_FS_ATTR_RUN *run = a->nrd.run; run; run = run->next) {
        if (run->flags & (TSK_FS_ATTR_RUN_FLAG_SPARSE | TSK_FS_ATTR_RUN_FLAG_FILLER))
            continue;
        for (TSK_DADDR_T i = 0; i < run->len && run->addr + i <= fs->last_block_act; i++)
            if (fs->block_getflags(fs, run->addr + i) & TSK_FS_BLOCK_FLAG_ALLOC)
                return 1;
    }
    return 0;
}

/* Is there a byte of it anywhere? */
static int is_placed(const TSK_FS_ATTR *a)
{
    if (!(a->flags & TSK_FS_ATTR_NONRES))
        return 1;
    for (const TSK_FS_ATTR_RUN *run = a->nrd.run; run; run = run->next)
        if (run->len > 0 && !(run->flags & TSK_FS_ATTR_RUN_FLAG_FILLER))
            return 1;
    return 0;
}

static tt_trouble state_of_deleted(const tt_files *f, const TSK_FS_ATTR *a)
{
    if (a->size == 0 || !is_placed(a))
        return (tt_trouble){TUTELA_ITEM_SKIPPED, NOTHING_LEFT};
    if (is_overwritten(f->fs, a))
        return (tt_trouble){TUTELA_ITEM_SKIPPED, TAKEN_PLACE};
    return (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

static int64_t modified_of(const TSK_FS_META *meta)
{
    const int64_t most = INT64_MAX / 1000000000 - 1;

    if (!meta || meta->mtime == 0 || meta->mtime > most || meta->mtime < -most)
        return INT64_MIN;
    return (int64_t)meta->mtime * 1000000000 + (int64_t)(meta->mtime_nano % 1000000000u);
}

static void tell(const tt_files *f, tt_file *out, const TSK_FS_ATTR *attribute, tt_trouble trouble)
{
    *out = (tt_file){.name = f->path.data, .name_size = f->path.size, .attribute = attribute,
                     .modified = modified_of(f->file->meta), .origin = f->origin, .trouble = trouble};
}

/* Bytes that a user put there, not what the file system keeps beside them. */
static int is_content(const TSK_FS_ATTR *a)
{
    switch ((unsigned)a->type) {
    case TSK_FS_ATTR_TYPE_DEFAULT:
    case TSK_FS_ATTR_TYPE_NTFS_DATA:
    case TSK_FS_ATTR_TYPE_HFS_DATA:
    case TSK_FS_ATTR_TYPE_HFS_RSRC:
        return 1;
    case TSK_FS_ATTR_TYPE_HFS_EXT_ATTR:
        return a->size > 0;
    default:
        return 0;
    }
}

/* NTFS marks bad clusters in a stream as large as the volume, of which nothing is there. */
static int is_hollow(const TSK_FS_ATTR *a)
{
    if (!(a->flags & TSK_FS_ATTR_NONRES) || !a->name || strcmp(a->name, "$Bad") != 0)
        return 0;
    for (const TSK_FS_ATTR_RUN *run = a->nrd.run; run; run = run->next)
        if (!(run->flags & (TSK_FS_ATTR_RUN_FLAG_SPARSE | TSK_FS_ATTR_RUN_FLAG_FILLER)))
            return 0;
    return 1;
}

static const char *stream_name(const TSK_FS_ATTR *a)
{
    if (a->type == TSK_FS_ATTR_TYPE_HFS_RSRC)
        return "rsrc";
    return a->name && a->name[0] && strcmp(a->name, "DATA") != 0 ? a->name : NULL;
}

static void name_stream(tt_files *f, const char *name)
{
    tt_buf_cut(&f->path, f->path_file);
    if (!name)
        return;
    tt_buf_add_char(&f->path, ':');
    tt_buf_add(&f->path, name, strnlen(name, NAME_BYTES));
}

/* Neither a name nor bytes: a record that was never used, or not for long. */
static int is_nothing(const tt_files *f, const tt_trouble *trouble)
{
    return (f->origin == TUTELA_ORIGIN_ORPHAN || f->origin == TUTELA_ORIGIN_ORPHAN_CONTIGUOUS)
           && strcmp(trouble->reason, NOTHING_LEFT) == 0;
}

/* The next stream of the file at hand; 0: there is none. */
static int next_attribute(tt_files *f, tt_file *out)
{
    const TSK_FS_META *meta = f->file->meta;
    int no_file = meta && meta->type == TSK_FS_META_TYPE_DIR;

    while (f->attribute < f->attributes) {
        const TSK_FS_ATTR *a = tsk_fs_file_attr_get_idx(f->file, f->attribute++);
        tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
        if (!a || !is_content(a) || is_hollow(a) || (no_file && !stream_name(a)))
            continue;
        name_stream(f, stream_name(a));
        if (f->origin != TUTELA_ORIGIN_FILE)
            trouble = state_of_deleted(f, a);
        f->told = 1;
        if (is_nothing(f, &trouble))
            continue;
        tell(f, out, a, trouble);
        return 1;
    }
    if (f->told || no_file || !meta)
        return 0;
    /* A file must have one. */
    f->told = 1;
    name_stream(f, NULL);
    if (f->origin != TUTELA_ORIGIN_FILE)
        tell(f, out, NULL, (tt_trouble){TUTELA_ITEM_SKIPPED, NOTHING_LEFT});
    else if (meta->size == 0)
        tell(f, out, NULL, (tt_trouble){TUTELA_ITEM_CLEAR, ""});
    else
        tell(f, out, NULL, (tt_trouble){TUTELA_ITEM_MALFORMED, "its record is damaged"});
    return 1;
}

/* A name without bytes; the file at hand is done with it. */
static int tell_alone(tt_files *f, tt_file *out, tutela_item_status status, const char *reason)
{
    f->attribute = f->attributes = 0;
    f->told = 1;
    tell(f, out, NULL, (tt_trouble){status, reason});
    return 1;
}

static tutela_origin origin_of(const tt_files *f, const folder *in, int deleted)
{
    if (!deleted)
        return TUTELA_ORIGIN_FILE;
    if (in->orphans)
        return f->contiguous ? TUTELA_ORIGIN_ORPHAN_CONTIGUOUS : TUTELA_ORIGIN_ORPHAN;
    return f->contiguous ? TUTELA_ORIGIN_CONTIGUOUS : TUTELA_ORIGIN_DELETED;
}

/* The path of the entry at hand. */
static void name_file(tt_files *f, const folder *in)
{
    const char *name = f->file->name->name;

    tt_buf_cut(&f->path, in->path);
    if (in->path > 0)
        tt_buf_add_char(&f->path, '/');
    tt_buf_add(&f->path, name, strnlen(name, NAME_BYTES));
    f->path_file = f->path.size;
}

/* The entry at hand has a record: its streams are next, and before that, of a folder, what is in it. */
static tutela_status begin_file(tt_files *f, const folder *in, int deleted, tutela_error *error)
{
    const TSK_FS_META *meta = f->file->meta;
    int is_orphans = meta->addr == TSK_FS_ORPHANDIR_INUM(f->fs);

    if (meta->type == TSK_FS_META_TYPE_VIRT_DIR) {
        f->told = 1; /* it is libtsk's own */
        if (!is_orphans || f->no_deleted)
            return TUTELA_OK;
        prepare_orphans(f);
        return enter(f, meta->addr, 1, 1, error);
    }
    if (deleted)
        (void)tsk_list_add(&f->fs->list_inum_named, meta->addr);
    if (meta->type == TSK_FS_META_TYPE_DIR || meta->type == TSK_FS_META_TYPE_REG
        || meta->type == TSK_FS_META_TYPE_UNDEF) {
        f->attribute = 0;
        f->attributes = tsk_fs_file_attr_getsize(f->file);
        TT_TRY(tt_sleuth_check(f->sleuth, error));
    } else {
        f->told = 1; /* links, devices: they have no bytes of their own */
        f->attributes = 0;
    }
    if (meta->type == TSK_FS_META_TYPE_DIR)
        return enter(f, meta->addr, in->orphans, deleted, error);
    return TUTELA_OK;
}

static int is_deleted(const TSK_FS_FILE *file)
{
    return (file->name->flags & TSK_FS_NAME_FLAG_UNALLOC)
           || (file->meta && (file->meta->flags & TSK_FS_META_FLAG_UNALLOC));
}

/* A deleted name whose record is in use: by another. */
static int is_taken(const TSK_FS_FILE *file)
{
    return (file->name->flags & TSK_FS_NAME_FLAG_UNALLOC) && !(file->meta->flags & TSK_FS_META_FLAG_UNALLOC);
}

/*
 * libtsk keeps the record of a deleted name back when it does not count the uses that the name does. It counts
 * one more from when its file was deleted: then it is the name's own yet. *later: it is of a later file.
 */
static void find_record(tt_files *f, int *later)
{
    TSK_FS_FILE *file = f->file;
    TSK_INUM_T number = file && file->name ? file->name->meta_addr : 0;

    *later = 0;
    if (!file || !file->name || file->meta || !(file->name->flags & TSK_FS_NAME_FLAG_UNALLOC)
        || number < f->fs->first_inum || number > f->fs->last_inum
        || f->fs->file_add_meta(f->fs, file, number) != 0 || !file->meta)
        return;
    *later = (uint16_t)file->meta->seq != (uint16_t)(file->name->meta_seq + 1);
}

/* A regular file by its name, and its record says nothing: so libtsk has what is damaged on HFS+. */
static int is_blank(const tt_files *f, int deleted)
{
    const TSK_FS_FILE *file = f->file;

    return !deleted && TSK_FS_TYPE_ISHFS(f->fs->ftype)
           && file->name->type == TSK_FS_NAME_TYPE_REG
           && file->meta->type == TSK_FS_META_TYPE_UNDEF;
}

/* The entry at hand, which has a path by now. *told: it is told of at once. `later`: see find_record. */
static tutela_status take_entry(tt_files *f, tt_file *out, int deleted, int later, int *told,
                                tutela_error *error)
{
    folder *in = &f->folders[f->depth - 1];
    const TSK_FS_META *meta = f->file->meta;

    f->origin = origin_of(f, in, deleted);
    if (in->orphans && (!meta || tsk_fs_file_attr_getsize(f->file) <= 0))
        leave_file(f); /* neither a name nor bytes: a record that was never used */
    else if (!meta && deleted)
        *told = tell_alone(f, out, TUTELA_ITEM_SKIPPED, NOTHING_LEFT);
    else if (!meta || is_blank(f, deleted))
        *told = tell_alone(f, out, TUTELA_ITEM_MALFORMED, "its record is damaged");
    else if (later || is_taken(f->file))
        *told = tell_alone(f, out, TUTELA_ITEM_SKIPPED, TAKEN_RECORD);
    else
        return begin_file(f, in, deleted, error);
    return TUTELA_OK;
}

/* The next entry of the innermost folder. *told: it is one that is told of at once. */
static tutela_status next_entry(tt_files *f, tt_file *out, int *told, tutela_error *error)
{
    folder *in = &f->folders[f->depth - 1];
    int deleted, later;

    f->file = tsk_fs_dir_get(in->list, in->at++);
    find_record(f, &later);
    TT_TRY(tt_sleuth_check(f->sleuth, error));
    if (!f->file || !f->file->name || !f->file->name->name) {
        end_with(f, TUTELA_ITEM_MALFORMED, "a folder that cannot be read");
        leave_file(f);
        return TUTELA_OK;
    }
    deleted = is_deleted(f->file);
    f->attribute = f->attributes = 0;
    f->told = 0;
    if (TSK_FS_ISDOT(f->file->name->name) || (deleted && f->no_deleted)) {
        leave_file(f);
        return TUTELA_OK;
    }
    name_file(f, in);
    return take_entry(f, out, deleted, later, told, error);
}

/* ---- The whole ----------------------------------------------------------------------------- */

tutela_status tt_files_new(tt_files **out, TSK_FS_INFO *fs, tt_sleuth *sleuth, int no_deleted,
                           tutela_error *error)
{
    tt_files *f = tt_alloc(1, sizeof *f);
    tutela_status status;

    if (!f)
        return tt_no_memory(error);
    f->fs = fs;
    f->sleuth = sleuth;
    f->no_deleted = no_deleted;
    f->contiguous = TSK_FS_TYPE_ISFAT(fs->ftype) != 0;
    f->ended = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    tt_buf_init(&f->path, PATH_BYTES);
    status = enter(f, fs->root_inum, 0, 0, error);
    if (status != TUTELA_OK)
        tt_files_free(f);
    else
        *out = f;
    return status;
}

tutela_status tt_files_next(tt_files *files, tt_file *out, int *more, tt_trouble *trouble,
                            tutela_error *error)
{
    int told = 0;

    *more = 1;
    for (;;) {
        if (tt_buf_failed(&files->path))
            return tt_no_memory(error);
        if (files->file) {
            if (next_attribute(files, out))
                return TUTELA_OK;
            leave_file(files);
        }
        if (files->depth == 0)
            break;
        if (files->folders[files->depth - 1].at >= files->folders[files->depth - 1].count) {
            tsk_fs_dir_close(files->folders[--files->depth].list);
            continue;
        }
        TT_TRY(next_entry(files, out, &told, error));
        if (told)
            return TUTELA_OK;
    }
    *more = 0;
    *trouble = files->ended;
    return TUTELA_OK;
}

void tt_files_free(tt_files *files)
{
    if (!files)
        return;
    leave_file(files);
    while (files->depth > 0)
        tsk_fs_dir_close(files->folders[--files->depth].list);
    tt_buf_done(&files->path);
    tt_free(files->seen);
    tt_free(files);
}
