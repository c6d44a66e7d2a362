/* fuzz_import_rds: tt_rds_read, tt_rds_bid, and all of sqlite.c. */
#include "fuzz_sqlite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_sqlite("NSRL RDSv3", data, size);
    return 0;
}

#define ROWS                                                                              \
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r WHERE n < 20) INSERT "  \
    "INTO FILE(sha256, sha1, md5, file_size) SELECT printf('%064X', n*9999), printf('%040X', " \
    "n*9999), printf('%032X', n*9999), n FROM r;"

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const bases[] = {
        "CREATE TABLE FILE(sha256, sha1, md5, file_size);" ROWS,
        "CREATE TABLE FILE(sha256 TEXT, sha1 TEXT, md5 TEXT PRIMARY KEY, file_size) WITHOUT "
        "ROWID;" ROWS,
        "PRAGMA encoding='UTF-16le'; CREATE TABLE FILE(sha256, sha1, md5, file_size);" ROWS,
        NSRL_METADATA "INSERT INTO METADATA(md5, bytes) VALUES('0123456789abcdef0123456789abcdef',"
        "5), (NULL, NULL), (x'00', 1.5), (5, -5);",
        "CREATE TABLE DISTINCT_HASH(md5, x AS (hex(md5)), y CHECK (y > 1)); INSERT INTO "
        "DISTINCT_HASH VALUES('0123456789abcdef0123456789abcdef', 2);",
        "CREATE TABLE a(b); CREATE VIEW FILE AS SELECT b AS md5 FROM a; CREATE INDEX i ON a(b);",
        "CREATE TABLE hashes(md5); CREATE TABLE db_properties(name, value); INSERT INTO "
        "db_properties VALUES('Schema Version', '1'); INSERT INTO hashes VALUES("
        "x'000102030405060708090a0b0c0d0e0f');",
        "CREATE TABLE VERSION(version, release_date); INSERT INTO VERSION VALUES('2026.09.1', ''), "
        "('2026.10.1', ''); CREATE TABLE FILE(sha256, sha1, md5, file_size);" ROWS,
        "CREATE VIRTUAL TABLE FILE USING fts4(md5);",
    };

    if (index / 2 >= sizeof bases / sizeof bases[0])
        return 0;
    return sqlite_seed(bases[index / 2], index % 2, out, room);
}
