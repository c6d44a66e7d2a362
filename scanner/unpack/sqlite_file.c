/*
 * sqlite_file: see sqlite_file.h.
 *
 * SQLite gets at the stream through a "VFS" of our own that knows no other file: journals, temporary
 * files and attached databases cannot be opened at all.
 */
#include "unpack/sqlite_file.h"

#include "base/mem.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* SQLite's memory, of all that is open at once: pages, statements, and values not read in parts. */
#define HEAP_MAX (256 << 20)

struct tt_sqlite_file {
    sqlite3_vfs vfs;
    char vfs_name[32];
    int registered;
    sqlite3 *base;
    tt_stream *stream;
    uint64_t size;
    tt_sqlite_said said;
};

typedef struct base_file {
    sqlite3_file file;
    tt_sqlite_file *own;
} base_file;

/* ---- The file as SQLite sees it ------------------------------------------------------------ */

static int file_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    tt_sqlite_file *f = ((base_file *)file)->own;
    tt_sqlite_said *said = &f->said;
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    size_t got = 0;

    memset(out, 0, (size_t)size);
    if (said->failed != TUTELA_OK)
        return SQLITE_IOERR_READ;
    said->failed = tt_stream_read_at(f->stream, (uint64_t)offset, out, (size_t)size, &got, &trouble,
                                     said->error);
    if (trouble.status != TUTELA_ITEM_CLEAR)
        said->source = trouble;
    if (got == (size_t)size)
        return SQLITE_OK;
    /* Zeros would pass for the end of a value. */
    said->missing = 1;
    return SQLITE_IOERR_READ;
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    (void)file;
    (void)data;
    (void)size;
    (void)offset;
    return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    (void)file;
    (void)size;
    return SQLITE_READONLY;
}

/* As large as it states to be, or SQLite would not read what is there of one that was cut off. */
static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)((base_file *)file)->own->size;
    return SQLITE_OK;
}

/* Sync, lock and unlock: nobody writes, so there is nothing to do. */
static int file_nothing(sqlite3_file *file, int what)
{
    (void)file;
    (void)what;
    return SQLITE_OK;
}

static int file_is_locked(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

/* No journal is looked for, and a database that has its log beside it is read without. */
static int file_traits(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_nothing,
    .xFileSize = file_size,
    .xLock = file_nothing,
    .xUnlock = file_nothing,
    .xCheckReservedLock = file_is_locked,
    .xFileControl = file_control,
    .xDeviceCharacteristics = file_traits,
};

/* The stream, and no other file of any kind. */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    (void)name;
    file->pMethods = NULL;
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return SQLITE_CANTOPEN;
    ((base_file *)file)->own = vfs->pAppData;
    file->pMethods = &file_methods;
    if (out_flags)
        *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_READONLY;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *out = 0;
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    return snprintf(out, (size_t)room, "%s", name) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* No randomness and no time: nothing that is let run here asks for them. */
static int vfs_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    memset(out, 0, (size_t)size);
    return size;
}

static int vfs_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    *out = 0;
    return SQLITE_OK;
}

/* One for each stream, under a name of its own, so that it can carry it. */
static int register_vfs(tt_sqlite_file *f)
{
    (void)snprintf(f->vfs_name, sizeof f->vfs_name, "unpack-%p", (void *)f);
    f->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(base_file),
        .mxPathname = 64,
        .zName = f->vfs_name,
        .pAppData = f,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xCurrentTime = vfs_time,
    };
    int code = sqlite3_vfs_register(&f->vfs, 0);
    f->registered = code == SQLITE_OK;
    return code;
}

/* ---- What a file may make SQLite do -------------------------------------------------------- */

static int authorize(void *user, int action, const char *first, const char *second,
                     const char *base, const char *inner)
{
    (void)user;
    /* `inner` is the view or trigger that asks: neither has anything to ask. */
    if (inner || (base && strcmp(base, "main") != 0))
        return SQLITE_DENY;
    if (action == SQLITE_SELECT || action == SQLITE_READ)
        return SQLITE_OK;
    if (action == SQLITE_FUNCTION)
        return strcmp(second, "typeof") == 0 || strcmp(second, "length") == 0 ? SQLITE_OK
                                                                                : SQLITE_DENY;
    if (action != SQLITE_PRAGMA)
        return SQLITE_DENY;
    return strcmp(first, "table_list") == 0 || strcmp(first, "table_xinfo") == 0 ? SQLITE_OK
                                                                               : SQLITE_DENY;
}

static const struct {
    int what, value;
} limits[] = {
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
}, switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
};

/* An SQLite status, before the stream's first byte is looked at. */
static int restrain(tt_sqlite_file *f)
{
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        (void)sqlite3_limit(f->base, limits[i].what, limits[i].value);
    for (size_t i = 0; code == SQLITE_OK && i < sizeof switches / sizeof switches[0]; i++)
        code = sqlite3_db_config(f->base, switches[i].what, switches[i].value, NULL);
    /* Virtual tables are code that a schema can call by name; without modules there are none. */
    if (code == SQLITE_OK)
        code = sqlite3_drop_modules(f->base, NULL);
    /* Pages are checked when read rather than when they do harm. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(f->base, "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY", NULL,
                            NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(f->base, authorize, f);
    return code;
}

/* ---- The border ---------------------------------------------------------------------------- */

void tt_sqlite_file_close(tt_sqlite_file *file)
{
    if (!file)
        return;
    (void)sqlite3_close(file->base);
    if (file->registered)
        (void)sqlite3_vfs_unregister(&file->vfs);
    tt_free(file);
}

tutela_status tt_sqlite_file_open(tt_sqlite_file **out, tt_stream *stream, uint64_t size,
                                  tutela_error *error, struct sqlite3 **base, int *code)
{
    tt_sqlite_file *f = tt_alloc(1, sizeof *f);

    if (!f)
        return tt_no_memory(error);
    f->stream = stream;
    f->size = size;
    f->said = (tt_sqlite_said){.error = error, .source = {TUTELA_ITEM_CLEAR, ""}};
    *code = sqlite3_initialize();
    (void)sqlite3_hard_heap_limit64(HEAP_MAX);
    if (*code == SQLITE_OK)
        *code = register_vfs(f);
    if (*code == SQLITE_OK)
        *code = sqlite3_open_v2("base", &f->base, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                                f->vfs_name);
    if (*code == SQLITE_OK)
        *code = restrain(f);
    *out = f;
    *base = f->base;
    return TUTELA_OK;
}

tt_sqlite_said *tt_sqlite_file_said(tt_sqlite_file *file)
{
    return &file->said;
}
