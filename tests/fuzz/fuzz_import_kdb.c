/* fuzz_import_kdb: tt_kdb_read, tt_kdb_bid, tt_kdb_rows. */
#include "fuzz_sqlite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_sqlite("Autopsy .kdb", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const bases[] = {
        KDB_SCHEMA
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r WHERE n < 20) INSERT INTO "
        "hashes(md5) SELECT CAST(printf('%016d', n) AS BLOB) FROM r;",
        KDB_SCHEMA
        "INSERT INTO hashes(md5, sha1, sha2_256) VALUES(CAST(printf('%016d', 7) AS BLOB), "
        "CAST(printf('%020d', 7) AS BLOB), CAST(printf('%032d', 7) AS BLOB)), (5, 'x', 1.5);",
        "CREATE TABLE hashes(sha1, md5); CREATE TABLE db_properties(name, value);",
        "CREATE TABLE db_properties(name, value);",
    };

    if (index / 2 >= sizeof bases / sizeof bases[0])
        return 0;
    return sqlite_seed(bases[index / 2], index % 2, out, room);
}
