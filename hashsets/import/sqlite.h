/*
 * sqlite: a list in an SQLite file, read by SQLite without trusting the file.
 *
 * SQLite runs what a file's schema says: views, triggers, generated columns, virtual tables. None
 * of that is let happen here. Only plain tables that the caller names are read, only by the SQL the
 * caller wrote; nothing is written, no second file is opened, and work is bounded by the size of
 * the file. SQLite's own error texts quote the schema and are never asked for. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_SQLITE_H
#define TT_HASHSETS_IMPORT_SQLITE_H

#include "hashsets/import/input.h"

typedef struct tt_sqlite tt_sqlite;

typedef enum tt_sqlite_kind {
    TT_SQLITE_NULL,
    TT_SQLITE_INTEGER, /* in `integer` */
    TT_SQLITE_REAL,    /* not looked at: no list keeps anything in one */
    TT_SQLITE_TEXT,    /* UTF-8 as the file has it, not checked; may hold NUL bytes */
    TT_SQLITE_BLOB
} tt_sqlite_kind;

/* A value of the present row; `data` is borrowed until the next row. */
typedef struct tt_sqlite_value {
    tt_sqlite_kind kind;
    int64_t integer;
    const void *data;
    size_t size;
} tt_sqlite_value;

/* For bidders: 1 when the file begins as SQLite files do. */
int tt_sqlite_is(const uint8_t *head, size_t size);

/*
 * Open the input's file. `tables` (static, NULL at its end) are those that may be read. The caller
 * owns *out, and the input must outlive it. TUTELA_LIST_UNUSABLE: a pipe, or a file in WAL mode;
 * TUTELA_IO, TUTELA_MEMORY. A damaged file may show itself at any later call.
 */
TT_MUST_USE tutela_status tt_sqlite_open(tt_sqlite **out, const tt_input *input,
                                         const char *const *tables, tutela_error *error);
/* For the cleanup attribute: TT_AUTO_SQLITE tt_sqlite *list = NULL; */
void tt_sqlite_close(tt_sqlite **list);
#define TT_AUTO_SQLITE __attribute__((cleanup(tt_sqlite_close)))

/*
 * Which of `columns` (NULL at its end, at most 32) the table has, letter case aside: bit i of *mask
 * for columns[i]. Generated columns are not counted. No such table, or it is a view: 0.
 */
TT_MUST_USE tutela_status tt_sqlite_columns(tt_sqlite *list, const char *table,
                                            const char *const *columns, uint32_t *mask,
                                            tutela_error *error);

/* Begin a query, which ends the one before. `sql` must not come from a file. */
TT_MUST_USE tutela_status tt_sqlite_query(tt_sqlite *list, const char *sql, tutela_error *error);
/* Go to the next row: *more is 1, or 0 at the end. */
TT_MUST_USE tutela_status tt_sqlite_next(tt_sqlite *list, int *more, tutela_error *error);
/* The value in a column of the present row, from 0. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_sqlite_value_at(tt_sqlite *list, int column, tt_sqlite_value *out,
                                             tutela_error *error);

/*
 * The rows of an Autopsy database already open (kdb.c), whose two tables must be among those that
 * may be read. *found is 0 when it has no table of hashes. Else as a reader in import.h.
 */
TT_MUST_USE tutela_status tt_kdb_rows(tt_sqlite *list, const tt_input *input, int *found,
                                      const tt_row_sink *sink, tutela_error *error);

#endif
