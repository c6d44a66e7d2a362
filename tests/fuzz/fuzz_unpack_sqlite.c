/*
 * fuzz_unpack_sqlite: databases of SQLite, of which each value that is long is a member.
 *
 * Covers the reader around SQLite and the walk over its pages. All bytes of the input must be told once
 * and in order, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_kit.h"

#include <sqlite3.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 1, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    bytes b = {(uint8_t *)(uintptr_t)data, size};

    (void)fuzz_open(b, &budget, 0);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const sql[] = {
        "PRAGMA page_size=512; CREATE TABLE t(x, y); INSERT INTO t VALUES(zeroblob(600), 5), (7, 8);"
        "CREATE TABLE w(k PRIMARY KEY, x) WITHOUT ROWID; INSERT INTO w VALUES(1, zeroblob(700));",
        "PRAGMA page_size=512; PRAGMA auto_vacuum=FULL; CREATE TABLE t(x, y AS (x || x));"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
        "INSERT INTO t SELECT zeroblob(i * 30) FROM n; CREATE INDEX i ON t(x); CREATE VIEW v AS SELECT 1;"
        "DELETE FROM t WHERE rowid BETWEEN 10 AND 14;",
        "PRAGMA page_size=1024; PRAGMA encoding='UTF-16be'; CREATE TABLE t(x, y DEFAULT 'd');"
        "INSERT INTO t VALUES(printf('%.*c', 700, 'y'), zeroblob(600));",
        "PRAGMA page_size=512; CREATE TABLE t(rowid, oid, _rowid_);"
        "INSERT INTO t VALUES(1, zeroblob(5000), 2); DELETE FROM t;"
        "INSERT INTO t VALUES(1, zeroblob(600), zeroblob(1600));",
    };
    sqlite3 *base = NULL;
    sqlite3_int64 size = 0;
    unsigned char *image = NULL;
    size_t used = 0;

    if (index >= sizeof sql / sizeof sql[0] || sqlite3_open(":memory:", &base) != SQLITE_OK)
        return (sqlite3_close(base), 0);
    if (sqlite3_exec(base, sql[index], NULL, NULL, NULL) == SQLITE_OK)
        image = sqlite3_serialize(base, "main", &size, 0);
    if (image && (uint64_t)size <= room) {
        used = (size_t)size;
        memcpy(out, image, used);
    }
    sqlite3_free(image);
    sqlite3_close(base);
    return used;
}
