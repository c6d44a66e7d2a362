/*
 * kdb: the hash database of Autopsy and The Sleuth Kit, an SQLite file.
 *
 *     db_properties(name, value)                  'Schema Version', '1'
 *     hashes(id, md5, sha1, sha2_256)             as bytes; in practice md5 alone is filled
 *     file_names(name, hash_id), comments(comment, hash_id)      never read: they may tell
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/sqlite.h"

#include <string.h>

#define COLUMNS 3u
#define SCHEMA_VERSION "1"

static const char *const tables[] = {"db_properties", "hashes", NULL};
static const char *const columns[] = {"md5", "sha1", "sha2_256", NULL};
static const char *const queries[1u << COLUMNS] = {
    NULL,
    "SELECT md5, NULL, NULL FROM main.hashes NOT INDEXED",
    "SELECT NULL, sha1, NULL FROM main.hashes NOT INDEXED",
    "SELECT md5, sha1, NULL FROM main.hashes NOT INDEXED",
    "SELECT NULL, NULL, sha2_256 FROM main.hashes NOT INDEXED",
    "SELECT md5, NULL, sha2_256 FROM main.hashes NOT INDEXED",
    "SELECT NULL, sha1, sha2_256 FROM main.hashes NOT INDEXED",
    "SELECT md5, sha1, sha2_256 FROM main.hashes NOT INDEXED",
};
static const int algorithms[COLUMNS] = {TUTELA_MD5, TUTELA_SHA1, TUTELA_SHA256};

/* The schema lies in the first page, whose size of 4 KiB the maker sets. */
int tt_kdb_bid(const uint8_t *head, size_t size)
{
    static const char table[] = "TABLE db_properties";

    return tt_sqlite_is(head, size) && memmem(head, size, table, sizeof table - 1) ? 100 : 0;
}

/* The database must call itself the one version there is. */
static tutela_status check_version(tt_sqlite *list, const tt_input *input, tutela_error *error)
{
    static const char *const wanted[] = {"name", "value", NULL};
    tt_sqlite_value value = {.kind = TT_SQLITE_NULL};
    uint32_t mask = 0;
    int more = 0;

    TT_TRY(tt_sqlite_columns(list, "db_properties", wanted, &mask, error));
    if (mask == 3) {
        TT_TRY(tt_sqlite_query(list,
                               "SELECT value FROM main.db_properties NOT INDEXED "
                               "WHERE name = 'Schema Version'",
                               error));
        TT_TRY(tt_sqlite_next(list, &more, error));
    }
    if (more)
        TT_TRY(tt_sqlite_value_at(list, 0, &value, error));
    if (value.kind == TT_SQLITE_TEXT && value.size == sizeof SCHEMA_VERSION - 1
        && memcmp(value.data, SCHEMA_VERSION, value.size) == 0)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                  "%s: Autopsy hash database of another schema version than " SCHEMA_VERSION,
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "export its hashes as text, one a line, and name that file");
}

static void take_digest(tt_draft *entry, int algorithm, const tt_sqlite_value *value)
{
    if (value->kind == TT_SQLITE_NULL)
        return;
    if (value->kind != TT_SQLITE_BLOB) {
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
    } else if (value->size != tt_digest_size(algorithm)) {
        tt_draft_fault(entry, TUTELA_REJECT_WIDTH);
    } else {
        memcpy(entry->row.digests.value[algorithm], value->data, value->size);
        entry->row.digests.mask |= TUTELA_BIT(algorithm);
    }
}

tutela_status tt_kdb_rows(tt_sqlite *list, const tt_input *input, int *found,
                          const tt_row_sink *sink, tutela_error *error)
{
    tt_draft entry = {0};
    tt_sqlite_value value;
    uint32_t mask = 0;
    int more = 0;

    TT_TRY(tt_sqlite_columns(list, "hashes", columns, &mask, error));
    *found = mask != 0;
    if (mask == 0)
        return TUTELA_OK;
    TT_TRY(check_version(list, input, error));
    TT_TRY(tt_sqlite_query(list, queries[mask], error));
    TT_TRY(tt_sqlite_next(list, &more, error));
    for (uint64_t number = 1; more; number++) {
        tt_draft_begin(&entry, number);
        for (unsigned i = 0; i < COLUMNS; i++) {
            TT_TRY(tt_sqlite_value_at(list, (int)i, &value, error));
            take_digest(&entry, algorithms[i], &value);
        }
        TT_TRY(tt_draft_end(&entry, sink, error));
        TT_TRY(tt_sqlite_next(list, &more, error));
    }
    return TUTELA_OK;
}

tutela_status tt_kdb_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    TT_AUTO_SQLITE tt_sqlite *list = NULL;
    int found = 0;

    TT_TRY(tt_sqlite_open(&list, input, tables, error));
    TT_TRY(tt_kdb_rows(list, input, &found, sink, error));
    if (found)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                  "%s: Autopsy hash database without a table of hashes", tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "check that it is the whole database, or export its hashes as text");
}
