/*
 * rds: the NSRL reference data set, version 3, an SQLite file.
 *
 *     FILE(sha256, sha1, md5, file_name, file_size, package_id)             the minimal sets
 *     METADATA(key_hash, path, bytes, crc32, md5, sha1, sha256, ...)        the full sets
 *     DISTINCT_HASH(sha256, sha1, md5, crc32)                               as a table
 *     VERSION(version, build_set, build_date, release_date, description)    the list's own version
 *
 * Columns go by name, for they came and went with the releases. A row is kept once for each package
 * a file is in, six times on average; the set builder drops what is there already, which takes less
 * memory than SQLite's DISTINCT. As released, DISTINCT_HASH is a view of one of the other two, so
 * what it would answer is read from there. Updates come as scripts of SQL, which are not run: they
 * are known only to be refused with a word.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/sqlite.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DIGESTS 3u /* of the columns below */

/* Rows of VERSION looked at: there is one, and one more for each delta laid on it. */
#define VERSIONS_MAX 1000u

static const char *const tables[] = {"METADATA", "FILE",   "DISTINCT_HASH", "db_properties",
                                     "hashes",   "VERSION", NULL};

/* Tried in this order. In the full sets FILE is a view of METADATA. */
static const struct source {
    const char *table;
    const char *columns[DIGESTS + 2];
} sources[] = {
    {"METADATA", {"sha256", "sha1", "md5", "bytes", NULL}},
    {"FILE", {"sha256", "sha1", "md5", "file_size", NULL}},
    {"DISTINCT_HASH", {"sha256", "sha1", "md5", "file_size", NULL}},
};

static const int algorithms[DIGESTS] = {TUTELA_SHA256, TUTELA_SHA1, TUTELA_MD5};

/* 1 when a file begins as a delta does: SQL to be run on the full set. */
static int is_delta(const uint8_t *head, size_t size)
{
    static const char *const starts[] = {"INSERT ", "BEGIN ", "DELETE ", "UPDATE ", "DROP "};
    const char *line;
    size_t at = 0, length;

    while (tt_head_line(head, size, &at, &line, &length))
        for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
            if (length >= strlen(starts[i])
                && strncasecmp(line, starts[i], strlen(starts[i])) == 0)
                return 1;
    return 0;
}

/* Sure, yet under the bid of an Autopsy database, which asks for more. */
int tt_rds_bid(const uint8_t *head, size_t size)
{
    return tt_sqlite_is(head, size) ? 99 : is_delta(head, size) ? 10 : 0;
}

/* Begin to read the first table that has digests; *found tells whether there is one. */
static tutela_status begin(tt_sqlite *list, int *found, tutela_error *error)
{
    char sql[160];
    uint32_t mask = 0;
    size_t i = 0;

    for (; i < sizeof sources / sizeof sources[0]; i++) {
        TT_TRY(tt_sqlite_columns(list, sources[i].table, sources[i].columns, &mask, error));
        if (mask & ((1u << DIGESTS) - 1))
            break;
    }
    *found = i < sizeof sources / sizeof sources[0];
    if (!*found)
        return TUTELA_OK;
    const char *const *names = sources[i].columns;
    /* From the table's own pages: an index would answer in an order costly to read. */
    (void)snprintf(sql, sizeof sql, "SELECT %s,%s,%s,%s FROM main.%s NOT INDEXED",
                   mask & 1 ? names[0] : "NULL", mask & 2 ? names[1] : "NULL",
                   mask & 4 ? names[2] : "NULL", mask & 8 ? names[3] : "NULL", sources[i].table);
    return tt_sqlite_query(list, sql, error);
}

/* The last of the versions in the list, where there are any. */
static tutela_status read_version(tt_sqlite *list, const tt_row_sink *sink, tutela_error *error)
{
    static const char *const wanted[] = {"version", NULL};
    tt_sqlite_value value;
    char text[TT_DRAFT_TEXT_MAX + 1];
    size_t size = 0;
    uint32_t mask = 0;
    int more = 0, stated = 0;

    TT_TRY(tt_sqlite_columns(list, "VERSION", wanted, &mask, error));
    if (mask == 0)
        return TUTELA_OK;
    TT_TRY(tt_sqlite_query(list, "SELECT version FROM main.VERSION NOT INDEXED", error));
    TT_TRY(tt_sqlite_next(list, &more, error));
    for (unsigned i = 0; more && i < VERSIONS_MAX; i++) {
        TT_TRY(tt_sqlite_value_at(list, 0, &value, error));
        if (value.kind == TT_SQLITE_TEXT && value.size > 0) {
            stated = 1;
            /* One that is too long is as good as none. */
            size = value.size <= sizeof text ? value.size : 0;
            memcpy(text, value.data, size);
        }
        TT_TRY(tt_sqlite_next(list, &more, error));
    }
    return stated ? tt_sink_version(sink, text, size, error) : TUTELA_OK;
}

static void take_digest(tt_draft *entry, int algorithm, const tt_sqlite_value *value)
{
    if (value->kind == TT_SQLITE_TEXT)
        tt_draft_digest(entry, algorithm, value->data, value->size);
    else if (value->kind != TT_SQLITE_NULL)
        tt_draft_fault(entry, TUTELA_REJECT_HEX);
}

static void take_size(tt_draft *entry, const tt_sqlite_value *value)
{
    if (value->kind == TT_SQLITE_TEXT)
        tt_draft_size(entry, value->data, value->size);
    else if (value->kind == TT_SQLITE_INTEGER && value->integer >= 0)
        entry->row.size = (uint64_t)value->integer;
    else if (value->kind != TT_SQLITE_NULL)
        tt_draft_fault(entry, TUTELA_REJECT_SIZE);
}

static tutela_status read_row(tt_sqlite *list, tt_draft *entry, tutela_error *error)
{
    tt_sqlite_value value;

    for (unsigned i = 0; i < DIGESTS; i++) {
        TT_TRY(tt_sqlite_value_at(list, (int)i, &value, error));
        take_digest(entry, algorithms[i], &value);
    }
    TT_TRY(tt_sqlite_value_at(list, DIGESTS, &value, error));
    take_size(entry, &value);
    return TUTELA_OK;
}

static tutela_status unknown(const tt_input *input, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: SQLite file without a table of digests",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "known are FILE and METADATA of NSRL RDSv3, and hashes of Autopsy; views are "
                     "not read: CREATE TABLE FILE AS SELECT sha256, sha1, md5 FROM the view");
}

static tutela_status refuse_delta(tt_input *input, tutela_error *error)
{
    const uint8_t *head;
    size_t size;

    TT_TRY(tt_input_peek(input, &head, &size, error));
    if (tt_sqlite_is(head, size) || !is_delta(head, size))
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: a script of SQL, not a list",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "an NSRL delta goes on top of a full set: run it with sqlite3, name the result");
}

tutela_status tt_rds_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    TT_AUTO_SQLITE tt_sqlite *list = NULL;
    tt_draft entry = {0};
    int found = 0, more = 0;

    TT_TRY(refuse_delta(input, error));
    TT_TRY(tt_sqlite_open(&list, input, tables, error));
    TT_TRY(read_version(list, sink, error));
    TT_TRY(begin(list, &found, error));
    /* With pages of more than 4 KiB the first bytes do not tell the two apart. */
    if (!found)
        TT_TRY(tt_kdb_rows(list, input, &found, sink, error));
    else
        TT_TRY(tt_sqlite_next(list, &more, error));
    if (!found)
        return unknown(input, error);
    for (uint64_t number = 1; more; number++) {
        tt_draft_begin(&entry, number);
        TT_TRY(read_row(list, &entry, error));
        TT_TRY(tt_draft_end(&entry, sink, error));
        TT_TRY(tt_sqlite_next(list, &more, error));
    }
    return TUTELA_OK;
}
