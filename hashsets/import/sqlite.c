/*
 * sqlite: a list in an SQLite file, read by SQLite without trusting the file (see sqlite.h).
 *
 * SQLite gets at the file through a "VFS" of our own, which is handed the open descriptor: so what
 * is read is what was bid on, whatever now lies under the name, and journals, temporary files and
 * attached databases cannot be opened at all.
 */
#include "hashsets/import/sqlite.h"

#include "base/io.h"
#include "base/mem.h"

#include <sqlite3.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "SQLite format 3" /* with its NUL */
#define PAGE_SIZE_AT 16u        /* big-endian, 16 bits; 1 stands for 65,536 */
#define MODE_AT 18u             /* two bytes; 2 in either stands for WAL */
#define HEADER_SIZE 20u

/* A field, and the text of one schema object. Paths stay below PATH_MAX, 4 KiB; schemas too. */
#define FIELD_MAX 65536
#define SCHEMA_TEXT_MAX 16384
/* NSRL's tables have 11 columns at most; room for lists that others widened. */
#define COLUMNS_MAX 256
/* Expressions of a schema (CHECK, DEFAULT) nest a level or two. */
#define EXPRESSION_DEPTH_MAX 50

/* Steps of SQLite's machine between two looks at the bill. */
#define WORK_STEP 500
/* Reading the schema takes about ten steps an object: this is for some 2,000. Lists have ten. */
#define WORK_FOR_SCHEMA 20000u
/*
 * A row takes five bytes of the file or more and ten steps or fewer, so honest files cannot come
 * near this; a file whose pages point at each other in circles does.
 */
#define WORK_BASE 1000000u
#define WORK_PER_BYTE 4u

typedef struct tt_sqlite_file {
    sqlite3_file base;
    tt_sqlite *list;
} tt_sqlite_file;

struct tt_sqlite {
    sqlite3_vfs vfs;
    char vfs_name[32];
    int registered;
    sqlite3 *base;
    sqlite3_stmt *rows;
    const char *const *tables;
    const char *name;
    int fd;
    int os_error; /* of the read that failed */
    uint64_t size;
    uint64_t work; /* steps left */
};

/* ---- The file as SQLite sees it ---------------------------------------------------------- */

static int file_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    tt_sqlite *list = ((tt_sqlite_file *)file)->list;
    int got;

    /* What lies behind the end must read as zeros. */
    memset(out, 0, (size_t)size);
    got = tt_pread_all(list->fd, out, (size_t)size, (uint64_t)offset);
    if (got < 0)
        list->os_error = errno;
    if (got == 0)
        return SQLITE_OK;
    /* Short of bytes that were there at first: as zeros they would pass for the list's. */
    return got < 0 || (uint64_t)offset < list->size ? SQLITE_IOERR_READ : SQLITE_IOERR_SHORT_READ;
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

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)((tt_sqlite_file *)file)->list->size;
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

/* The list, and no other file of any kind. */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    (void)name;
    file->pMethods = NULL;
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return SQLITE_CANTOPEN;
    ((tt_sqlite_file *)file)->list = vfs->pAppData;
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

/* One for each list, under a name of its own, so that it can carry the descriptor. */
static int register_vfs(tt_sqlite *list)
{
    (void)snprintf(list->vfs_name, sizeof list->vfs_name, "tutela-%p", (void *)list);
    list->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(tt_sqlite_file),
        .mxPathname = 64,
        .zName = list->vfs_name,
        .pAppData = list,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xCurrentTime = vfs_time,
    };
    int code = sqlite3_vfs_register(&list->vfs, 0);
    list->registered = code == SQLITE_OK;
    return code;
}

/* ---- What a file may make SQLite do ------------------------------------------------------ */

static int authorize(void *user, int action, const char *first, const char *second,
                     const char *base, const char *inner)
{
    const tt_sqlite *list = user;

    (void)second;
    /* `inner` is the view or trigger that asks: neither has anything to ask. */
    if (inner || (base && strcmp(base, "main") != 0))
        return SQLITE_DENY;
    if (action == SQLITE_SELECT)
        return SQLITE_OK;
    if (action == SQLITE_PRAGMA)
        return strcmp(first, "table_xinfo") == 0 ? SQLITE_OK : SQLITE_DENY;
    if (action != SQLITE_READ)
        return SQLITE_DENY;
    for (const char *const *table = list->tables; *table; table++)
        if (sqlite3_stricmp(first, *table) == 0)
            return SQLITE_OK;
    return SQLITE_DENY;
}

/* Called every WORK_STEP steps; 1 ends the query. */
static int bill(void *user)
{
    tt_sqlite *list = user;
    int over = list->work < WORK_STEP;

    list->work -= over ? 0 : WORK_STEP;
    return over;
}

static const struct {
    int what, value;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, FIELD_MAX},
    {SQLITE_LIMIT_SQL_LENGTH, SCHEMA_TEXT_MAX},
    {SQLITE_LIMIT_COLUMN, COLUMNS_MAX},
    {SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH_MAX},
    {SQLITE_LIMIT_COMPOUND_SELECT, 2},
    {SQLITE_LIMIT_VDBE_OP, 100000},
    {SQLITE_LIMIT_FUNCTION_ARG, 4},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 16},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 0},
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
    {SQLITE_DBCONFIG_DQS_DML, 0},
};

/* An SQLite status, before the file's first byte is looked at. */
static int restrain(tt_sqlite *list)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        (void)sqlite3_limit(list->base, limits[i].what, limits[i].value);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        int code = sqlite3_db_config(list->base, switches[i].what, switches[i].value, NULL);

        if (code != SQLITE_OK)
            return code;
    }
    /* Virtual tables are code that a schema can call by name; without modules there are none. */
    int code = sqlite3_drop_modules(list->base, NULL);
    /* Pages are checked when read rather than when they do harm. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(list->base, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(list->base, authorize, list);
    sqlite3_progress_handler(list->base, WORK_STEP, bill, list);
    list->work = WORK_FOR_SCHEMA;
    return code;
}

/* An SQLite status in our words. */
static tutela_status failed(const tt_sqlite *list, int code, tutela_error *error)
{
    const char *why = "not in the form of a hash list";

    if (list->os_error)
        return tt_fail(error, TUTELA_IO, list->os_error, "%s: cannot read", list->name);
    switch (code & 0xFF) {
    case SQLITE_NOMEM: /* a record said to be of exabytes ends so, too */
        why = "damaged, or out of memory";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
        why = "damaged or cut short";
        break;
    case SQLITE_INTERRUPT:
        why = "takes more work than a list of its size can need";
        break;
    case SQLITE_TOOBIG:
        why = "a field or a table's description is too long";
        break;
    default:
        break;
    }
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: SQLite file: %s", list->name, why);
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "get it again from its owner; to check one: sqlite3 LIST 'PRAGMA integrity_check'");
}

/* ---- The border -------------------------------------------------------------------------- */

int tt_sqlite_is(const uint8_t *head, size_t size)
{
    return size >= HEADER_SIZE && memcmp(head, MAGIC, sizeof MAGIC) == 0;
}

void tt_sqlite_close(tt_sqlite **owned)
{
    tt_sqlite *list = *owned;

    if (!list)
        return;
    (void)sqlite3_finalize(list->rows);
    (void)sqlite3_close_v2(list->base);
    if (list->registered)
        (void)sqlite3_vfs_unregister(&list->vfs);
    tt_free(list);
}

/*
 * What SQLite would let pass. It reads zeros where the last page is cut short. And of a file in WAL
 * mode the newest rows lie in another file, which is not read.
 */
static tutela_status check_header(const tt_sqlite *list, tutela_error *error)
{
    uint8_t header[HEADER_SIZE];
    int got = tt_pread_all(list->fd, header, sizeof header, 0);

    if (got < 0)
        return tt_fail(error, TUTELA_IO, errno, "%s: cannot read", list->name);
    if (got > 0 || !tt_sqlite_is(header, sizeof header))
        return failed(list, SQLITE_NOTADB, error);
    uint32_t page = (uint32_t)header[PAGE_SIZE_AT] << 8 | header[PAGE_SIZE_AT + 1];
    if (page == 0 || list->size % (page == 1 ? 65536 : page) != 0)
        return failed(list, SQLITE_CORRUPT, error);
    if (header[MODE_AT] != 2 && header[MODE_AT + 1] != 2)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                  "%s: SQLite file in WAL mode: rows may lie in a file beside it", list->name);
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "Make it one file: sqlite3 LIST 'PRAGMA journal_mode=DELETE'");
}

tutela_status tt_sqlite_open(tt_sqlite **out, const tt_input *input, const char *const *tables,
                             tutela_error *error)
{
    TT_AUTO_SQLITE tt_sqlite *list = tt_alloc(1, sizeof *list);

    if (!list)
        return tt_no_memory(error);
    list->name = tt_input_name(input);
    list->tables = tables;
    TT_TRY(tt_input_file(input, &list->fd, &list->size, error));
    TT_TRY(check_header(list, error));
    int code = register_vfs(list);
    if (code == SQLITE_OK)
        code = sqlite3_open_v2("list", &list->base, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                               list->vfs_name);
    if (code == SQLITE_OK)
        code = restrain(list);
    if (code != SQLITE_OK)
        return failed(list, code, error);
    *out = list;
    list = NULL;
    return TUTELA_OK;
}

tutela_status tt_sqlite_query(tt_sqlite *list, const char *sql, tutela_error *error)
{
    (void)sqlite3_finalize(list->rows);
    list->rows = NULL;
    int code = sqlite3_prepare_v2(list->base, sql, -1, &list->rows, NULL);
    if (code != SQLITE_OK)
        return failed(list, code, error);
    list->work = WORK_BASE + WORK_PER_BYTE * list->size;
    return TUTELA_OK;
}

tutela_status tt_sqlite_next(tt_sqlite *list, int *more, tutela_error *error)
{
    int code = sqlite3_step(list->rows);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return failed(list, code, error);
    *more = code == SQLITE_ROW;
    return TUTELA_OK;
}

tutela_status tt_sqlite_value_at(tt_sqlite *list, int column, tt_sqlite_value *out,
                                 tutela_error *error)
{
    tt_sqlite_value made = {.kind = TT_SQLITE_NULL};

    switch (sqlite3_column_type(list->rows, column)) {
    case SQLITE_INTEGER:
        made.kind = TT_SQLITE_INTEGER;
        made.integer = sqlite3_column_int64(list->rows, column);
        break;
    case SQLITE_FLOAT:
        made.kind = TT_SQLITE_REAL;
        break;
    case SQLITE_TEXT:
        /* Not NULL unless making UTF-8 of UTF-16 found no memory. */
        made.kind = TT_SQLITE_TEXT;
        made.data = sqlite3_column_text(list->rows, column);
        made.size = (size_t)sqlite3_column_bytes(list->rows, column);
        if (!made.data)
            return failed(list, sqlite3_errcode(list->base), error);
        break;
    case SQLITE_BLOB:
        made.kind = TT_SQLITE_BLOB;
        made.data = sqlite3_column_blob(list->rows, column);
        made.size = (size_t)sqlite3_column_bytes(list->rows, column);
        break;
    default:
        break;
    }
    *out = made;
    return TUTELA_OK;
}

/* The present row of table_xinfo: cid, name, type, notnull, default, pk, hidden. */
static tutela_status note_column(tt_sqlite *list, const char *const *columns, uint32_t *mask,
                                 tutela_error *error)
{
    tt_sqlite_value name, hidden;

    TT_TRY(tt_sqlite_value_at(list, 1, &name, error));
    TT_TRY(tt_sqlite_value_at(list, 6, &hidden, error));
    if (name.kind != TT_SQLITE_TEXT || hidden.integer != 0)
        return TUTELA_OK;
    for (uint32_t i = 0; columns[i]; i++)
        if (sqlite3_stricmp(name.data, columns[i]) == 0)
            *mask |= UINT32_C(1) << i;
    return TUTELA_OK;
}

tutela_status tt_sqlite_columns(tt_sqlite *list, const char *table, const char *const *columns,
                                uint32_t *mask, tutela_error *error)
{
    char sql[128];
    uint32_t made = 0;
    int more = 0;

    /* Says no to a view before anything of it is looked at; table_xinfo would expand it. */
    int code = sqlite3_table_column_metadata(list->base, "main", table, NULL, NULL, NULL, NULL,
                                             NULL, NULL);
    if (code != SQLITE_OK && code != SQLITE_ERROR)
        return failed(list, code, error);
    if (code == SQLITE_OK) {
        (void)snprintf(sql, sizeof sql, "PRAGMA main.table_xinfo(%s)", table);
        TT_TRY(tt_sqlite_query(list, sql, error));
        TT_TRY(tt_sqlite_next(list, &more, error));
    }
    while (more) {
        TT_TRY(note_column(list, columns, &made, error));
        TT_TRY(tt_sqlite_next(list, &more, error));
    }
    *mask = made;
    return TUTELA_OK;
}
