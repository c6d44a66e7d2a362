/*
 * sqlite: each value of more than 512 bytes in an SQLite database, named table/row/column.
 *
 * Messengers and browsers keep pictures so. SQLite reads the rows (see sqlite_file.h); no code of a schema
 * is run (views, triggers, virtual tables, computed columns), and only tables that have pages of their own
 * are read. Whether the pages fit together is looked at beside it (see sqlite_pages.h). Rows that were
 * deleted, and those that still lie in a log beside the file, are not read.
 */
#include "unpack/reader.h"
#include "unpack/sqlite_file.h"
#include "unpack/sqlite_pages.h"

#include "base/buf.h"
#include "base/mem.h"

#include <sqlite3.h>
#include <string.h>

/* Below it lie numbers, names and messages; no picture is so small. */
#define VALUE_MIN 512
/* Columns asked for in one statement: SQLite answers with 2,000 at most. */
#define GROUP 256u
#define STATEMENT_MAX ((size_t)1 << 20) /* as many columns with names of a KiB */
#define NAME_ROOM ((size_t)4 * TT_NAME_MAX)

typedef struct column {
    char *name;
    sqlite3_blob *blob; /* kept open from row to row */
} column;

typedef struct sqlite_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_sqlite_header header;
    tt_sqlite_file *file;
    tt_sqlite_said *said;
    sqlite3 *base;
    sqlite3_stmt *tables;
    uint64_t seen;        /* tables */
    char *table;
    const char *number;   /* what it calls its rows' numbers; NULL: they have none */
    int parts;            /* values are read in parts: else they come whole with their row */
    column *columns;
    size_t count, room;
    size_t group;         /* the first column of the statement */
    sqlite3_stmt *rows;
    int in_row;
    size_t at;            /* columns of it that were looked at */
    int64_t row;
    uint64_t rows_left;
    /* The value. */
    sqlite3_blob *blob;
    const uint8_t *held;
    int size, done;
    tt_buf name;
    tt_trouble ended; /* the first trouble of all */
    int through;
} sqlite_reader;

static tt_trouble blame(const sqlite_reader *r, int code)
{
    if (r->said && r->said->source.status != TUTELA_ITEM_CLEAR)
        return r->said->source;
    if (code == SQLITE_NOMEM || code == SQLITE_TOOBIG)
        return (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
    if (r->said && r->said->missing)
        return (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    return (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged"};
}

static void end_with(sqlite_reader *r, tt_trouble trouble)
{
    if (r->ended.status == TUTELA_ITEM_CLEAR)
        r->ended = trouble;
}

/* 1 when SQLite did as it was asked. */
static int fine(sqlite_reader *r, int code)
{
    code &= 0xff;
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return 1;
    end_with(r, blame(r, code));
    return 0;
}

/* ---- Tables -------------------------------------------------------------------------------- */

static void leave_group(sqlite_reader *r)
{
    (void)sqlite3_finalize(r->rows);
    r->rows = NULL;
    for (size_t i = 0; i < r->count; i++) {
        (void)sqlite3_blob_close(r->columns[i].blob);
        r->columns[i].blob = NULL;
    }
}

static void leave_table(sqlite_reader *r)
{
    leave_group(r);
    for (size_t i = 0; i < r->count; i++)
        tt_free(r->columns[i].name);
    r->count = 0;
    tt_free(r->table);
    r->table = NULL;
}

/* A name as SQL has it. */
static void add_quoted(tt_buf *sql, const char *name)
{
    tt_buf_add_char(sql, '"');
    for (; *name; name++) {
        if (*name == '"')
            tt_buf_add_char(sql, '"');
        tt_buf_add_char(sql, *name);
    }
    tt_buf_add_char(sql, '"');
}

static tutela_status prepare(sqlite_reader *r, const tt_buf *sql, sqlite3_stmt **out)
{
    /* Names that are too long for one statement, or no memory for it. */
    if (tt_buf_failed(sql))
        end_with(r, (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"});
    else
        (void)fine(r, sqlite3_prepare_v2(r->base, sql->data, (int)sql->size, out, NULL));
    return r->said->failed;
}

static tutela_status add_column(sqlite_reader *r, const char *name, tutela_error *error)
{
    char *copy = tt_copy_text(name);

    if (!copy || tt_grow((void **)&r->columns, &r->room, r->count, sizeof *r->columns) < 0) {
        tt_free(copy);
        return tt_no_memory(error);
    }
    r->columns[r->count++] = (column){.name = copy};
    return TUTELA_OK;
}

/* The columns that are stored; those that are computed when read have no bytes of their own. */
static tutela_status list_columns(sqlite_reader *r, int *computed, tutela_error *error)
{
    TT_AUTO_BUF tt_buf sql;
    sqlite3_stmt *list = NULL;
    tutela_status status;
    int code = SQLITE_DONE;

    *computed = 0;
    tt_buf_init(&sql, STATEMENT_MAX);
    tt_buf_add_text(&sql, "PRAGMA main.table_xinfo(");
    add_quoted(&sql, r->table);
    tt_buf_add_text(&sql, ")");
    status = prepare(r, &sql, &list);
    while (status == TUTELA_OK && list && (code = sqlite3_step(list)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(list, 1);
        int hidden = sqlite3_column_int(list, 6);
        *computed |= hidden != 0;
        if (name && (hidden == 0 || hidden == 3))
            status = add_column(r, name, error);
    }
    if (status == TUTELA_OK)
        (void)fine(r, code);
    (void)sqlite3_finalize(list);
    return status == TUTELA_OK ? r->said->failed : status;
}

/* A word for the rows' numbers that no column has taken. */
static const char *number_word(const sqlite_reader *r)
{
    static const char *const words[] = {"rowid", "_rowid_", "oid"};

    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        int taken = 0;
        for (size_t i = 0; i < r->count; i++)
            taken |= sqlite3_stricmp(words[w], r->columns[i].name) == 0;
        if (!taken)
            return words[w];
    }
    return NULL;
}

/*
 * The rows, with the next columns. Where values are read in parts, only how long they are is asked, for
 * which SQLite need not read them; of text it would count the characters.
 */
static tutela_status begin_group(sqlite_reader *r)
{
    TT_AUTO_BUF tt_buf sql;
    size_t end = r->count - r->group < GROUP ? r->count : r->group + GROUP;

    tt_buf_init(&sql, STATEMENT_MAX);
    tt_buf_printf(&sql, "SELECT %s", r->number ? r->number : "NULL");
    for (size_t i = r->group; i < end; i++) {
        tt_buf_add_text(&sql, r->parts ? ",CASE typeof(" : ",");
        add_quoted(&sql, r->columns[i].name);
        if (!r->parts)
            continue;
        tt_buf_add_text(&sql, ")WHEN 'blob'THEN length(");
        add_quoted(&sql, r->columns[i].name);
        tt_buf_add_text(&sql, ")WHEN 'text'THEN -1 END");
    }
    /* An index may hold the same values, and not be in order. */
    tt_buf_add_text(&sql, " FROM main.");
    add_quoted(&sql, r->table);
    tt_buf_add_text(&sql, " NOT INDEXED");
    r->row = 0;
    return prepare(r, &sql, &r->rows);
}

/* The next table that has rows of its own, or none. */
static tutela_status begin_table(sqlite_reader *r, tutela_error *error)
{
    int code = r->tables ? sqlite3_step(r->tables) : SQLITE_DONE, computed, plain;
    const char *name, *type;

    (void)fine(r, code);
    if (code != SQLITE_ROW) {
        r->through = 1;
        return r->said->failed;
    }
    name = (const char *)sqlite3_column_text(r->tables, 1);
    type = (const char *)sqlite3_column_text(r->tables, 2);
    if (!name || !type || (strcmp(type, "table") != 0 && strcmp(type, "shadow") != 0))
        return TUTELA_OK;
    plain = !sqlite3_column_int(r->tables, 4);
    r->seen++;
    r->table = tt_copy_text(name);
    if (!r->table)
        return tt_no_memory(error);
    TT_TRY(list_columns(r, &computed, error));
    r->number = plain ? number_word(r) : NULL;
    r->parts = r->number && !computed && !r->header.wide;
    r->group = 0;
    return begin_group(r);
}

/* ---- Values -------------------------------------------------------------------------------- */

static void step(sqlite_reader *r)
{
    int code = sqlite3_step(r->rows);

    (void)fine(r, code);
    if (code == SQLITE_ROW && r->rows_left == 0) {
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "its pages do not fit together"});
        r->through = 1;
    } else if (code == SQLITE_ROW) {
        r->in_row = 1;
        r->at = 0;
        r->rows_left--;
        r->row = r->number ? sqlite3_column_int64(r->rows, 0) : r->row + 1;
    } else {
        leave_group(r);
        r->group += GROUP;
    }
}

/* A value that is read in parts. 0: it is too short, or cannot be read. */
static int find_part(sqlite_reader *r, column *c, int place)
{
    int64_t length = sqlite3_column_int64(r->rows, place);
    int code;

    if (sqlite3_column_type(r->rows, place) == SQLITE_NULL || (length >= 0 && length <= VALUE_MIN))
        return 0;
    code = c->blob ? sqlite3_blob_reopen(c->blob, r->row)
                   : sqlite3_blob_open(r->base, "main", r->table, c->name, r->row, 0, &c->blob);
    if (code != SQLITE_OK) {
        /* A column that was added after the row was written: what it is said to be lies nowhere. */
        const char *text = sqlite3_errmsg(r->base);
        int none = (code & 0xff) == SQLITE_ERROR && text && strstr(text, "value of type");
        if (!none)
            (void)fine(r, code);
        (void)sqlite3_blob_close(c->blob);
        c->blob = NULL;
        return 0;
    }
    r->blob = c->blob;
    r->size = sqlite3_blob_bytes(c->blob);
    return r->size > VALUE_MIN;
}

/* One that came with its row; text becomes UTF-8. */
static int find_held(sqlite_reader *r, int place)
{
    int type = sqlite3_column_type(r->rows, place);

    if (type != SQLITE_BLOB && type != SQLITE_TEXT)
        return 0;
    r->held = type == SQLITE_BLOB ? sqlite3_column_blob(r->rows, place)
                                  : sqlite3_column_text(r->rows, place);
    r->size = sqlite3_column_bytes(r->rows, place);
    if (!r->held)
        (void)fine(r, sqlite3_errcode(r->base));
    return r->held && r->size > VALUE_MIN;
}

/* The next value of the row that is long enough. */
static int find_in_row(sqlite_reader *r)
{
    size_t end = r->count - r->group < GROUP ? r->count : r->group + GROUP;

    for (size_t i = r->group + r->at; i < end; i++) {
        int place = (int)(++r->at);
        r->blob = NULL;
        r->held = NULL;
        r->done = 0;
        if (r->parts ? find_part(r, &r->columns[i], place) : find_held(r, place))
            return 1;
    }
    r->in_row = 0;
    return 0;
}

/* The next value of all; or r->through. */
static tutela_status find(sqlite_reader *r, tutela_error *error)
{
    while (!r->through && r->said->failed == TUTELA_OK) {
        if (r->in_row) {
            if (find_in_row(r))
                break;
        } else if (r->rows) {
            step(r);
        } else if (r->table && r->group < r->count && r->group > 0) {
            TT_TRY(begin_group(r));
            r->group += r->rows ? 0 : GROUP;
        } else {
            leave_table(r);
            TT_TRY(begin_table(r, error));
        }
    }
    return r->said->failed;
}

/* ---- The end ------------------------------------------------------------------------------- */

/* Every tree that the schema lists, and whether each of its tables was read. */
static tutela_status walk_pages(sqlite_reader *r, tt_sqlite_pages *pages, tutela_error *error)
{
    static const char sql[] = "SELECT type, rootpage FROM main.sqlite_schema WHERE rootpage > 0";
    sqlite3_stmt *roots = NULL;
    tutela_status status;
    uint64_t listed = 1; /* the schema itself */
    int code = sqlite3_prepare_v2(r->base, sql, -1, &roots, NULL), fit = 1;

    status = tt_sqlite_pages_tree(pages, 1, error);
    while (status == TUTELA_OK && code != SQLITE_DONE && fine(r, code)) {
        code = sqlite3_step(roots);
        if (code != SQLITE_ROW)
            continue;
        const char *type = (const char *)sqlite3_column_text(roots, 0);
        listed += type && strcmp(type, "table") == 0;
        status = tt_sqlite_pages_tree(pages, (uint64_t)sqlite3_column_int64(roots, 1), error);
    }
    (void)sqlite3_finalize(roots);
    if (status == TUTELA_OK)
        status = tt_sqlite_pages_fit(pages, &fit, error);
    if (!fit || listed != r->seen)
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "its pages do not fit together"});
    return status;
}

static tutela_status judge_end(sqlite_reader *r, tutela_error *error)
{
    tt_sqlite_pages *pages = NULL;
    tutela_status status;

    if (r->ended.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    TT_TRY(tt_sqlite_pages_new(&pages, r->stream, &r->header, error));
    status = walk_pages(r, pages, error);
    tt_sqlite_pages_free(pages);
    return status;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static void shut(tt_reader *reader)
{
    sqlite_reader *r = (sqlite_reader *)reader;

    if (!r)
        return;
    leave_table(r);
    (void)sqlite3_finalize(r->tables);
    tt_sqlite_file_close(r->file);
    tt_free(r->columns);
    tt_buf_done(&r->name);
    tt_free(r);
}

static tutela_status begin_base(sqlite_reader *r, tutela_error *error)
{
    uint8_t head[TT_SQLITE_HEADER] = {0};
    tt_trouble trouble;
    size_t got;
    int code;

    TT_TRY(tt_stream_read_at(r->stream, 0, head, sizeof head, &got, &trouble, error));
    r->through = 1;
    if (got < sizeof head || !tt_sqlite_header_read(head, r->stream->size, &r->header)) {
        r->ended = trouble.status != TUTELA_ITEM_CLEAR
                       ? trouble
                       : (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"};
        return TUTELA_OK;
    }
    if (r->header.locked) {
        r->ended = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
        return TUTELA_OK;
    }
    if (r->stream->size < r->header.pages * r->header.page_size)
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
    TT_TRY(tt_sqlite_file_open(&r->file, r->stream, r->header.pages * r->header.page_size, error,
                               &r->base, &code));
    r->said = tt_sqlite_file_said(r->file);
    /* The pragma is there since SQLite 3.37. It tells the tables as SQLite understood the schema. */
    if (fine(r, code)
        && fine(r, sqlite3_prepare_v2(r->base, "PRAGMA main.table_list", -1, &r->tables, NULL)))
        r->through = 0;
    return r->said->failed;
}

extern const tt_format tt_format_sqlite;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    sqlite_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_sqlite;
    r->stream = stream;
    r->ended = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    /* The smallest row takes six bytes and is asked for eight times: more than this goes in circles. */
    r->rows_left = 2 * stream->size;
    tt_buf_init(&r->name, NAME_ROOM);
    status = begin_base(r, error);
    if (status != TUTELA_OK)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    sqlite_reader *r = (sqlite_reader *)reader;

    if (r->said)
        r->said->error = error;
    if (!r->through)
        TT_TRY(find(r, error));
    *more = !r->through;
    if (r->through) {
        TT_TRY(judge_end(r, error));
        *trouble = r->ended;
        return TUTELA_OK;
    }
    tt_buf_clear(&r->name);
    tt_buf_printf(&r->name, "%s/%lld/%s", r->table, (long long)r->row,
                  r->columns[r->group + r->at - 1].name);
    out->name = (const uint8_t *)r->name.data;
    out->name_size = tt_buf_failed(&r->name) ? 0 : r->name.size;
    out->size = (uint64_t)r->size;
    out->modified = INT64_MIN;
    out->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    sqlite_reader *r = (sqlite_reader *)reader;
    int left = r->size - r->done, some = size < (size_t)left ? (int)size : left;
    int code = SQLITE_OK;

    r->said->error = error;
    *got = 0;
    if (some == 0)
        return TUTELA_OK;
    if (r->held)
        memcpy(buffer, r->held + r->done, (size_t)some);
    else
        code = sqlite3_blob_read(r->blob, buffer, some, r->done);
    if (fine(r, code)) {
        r->done += some;
        *got = (size_t)some;
    } else {
        *trouble = blame(r, code & 0xff);
        r->size = r->done;
    }
    return r->said->failed;
}

const tt_format tt_format_sqlite = {"sqlite", TT_SEEKS, begin, next, read_member, shut};
