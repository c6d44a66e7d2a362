/* sqlite_kit: makes SQLite files in memory, for the tests of the list readers. */
#ifndef TT_TESTS_SQLITE_KIT_H
#define TT_TESTS_SQLITE_KIT_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NSRL's schema of the minimal sets, and that of the full ones as far as it matters. */
#define NSRL_FILE                                                                     \
    "CREATE TABLE FILE(sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR "  \
    "NOT NULL, crc32 VARCHAR NOT NULL, file_name VARCHAR NOT NULL, file_size INTEGER " \
    "NOT NULL, package_id INTEGER NOT NULL, CONSTRAINT PK PRIMARY KEY(sha256, sha1, " \
    "md5, file_name, file_size, package_id));"                                        \
    "CREATE TABLE PKG(package_id INTEGER, name VARCHAR);"                             \
    "CREATE TABLE VERSION(version VARCHAR, build_set VARCHAR, build_date TIMESTAMP, " \
    "release_date TIMESTAMP, description VARCHAR);"                                   \
    "INSERT INTO VERSION VALUES('2026.09.1','modern','','','');"                      \
    "CREATE VIEW DISTINCT_HASH AS SELECT DISTINCT sha256, sha1, md5, crc32 FROM FILE;"
#define NSRL_METADATA                                                                  \
    "CREATE TABLE METADATA(metadata_id INTEGER PRIMARY KEY, object_id INTEGER, "       \
    "key_hash VARCHAR, path VARCHAR, file_name VARCHAR, extension VARCHAR, bytes "     \
    "BIGINT, crc32 VARCHAR, md5 VARCHAR, sha1 VARCHAR, sha256 VARCHAR);"               \
    "CREATE TABLE PACKAGE_OBJECT(package_id INTEGER, object_id INTEGER);"              \
    "CREATE VIEW FILE AS SELECT UPPER(sha256) AS sha256, sha1, md5, file_name, bytes " \
    "AS file_size, package_id FROM METADATA JOIN PACKAGE_OBJECT USING(object_id);"     \
    "CREATE VIEW DISTINCT_HASH AS SELECT DISTINCT sha256, sha1, md5 FROM METADATA;"

/* What The Sleuth Kit writes. */
#define KDB_SCHEMA                                                                       \
    "CREATE TABLE db_properties (name TEXT NOT NULL, value TEXT);"                       \
    "INSERT INTO db_properties VALUES('Schema Version','1');"                            \
    "CREATE TABLE hashes (id INTEGER PRIMARY KEY AUTOINCREMENT, md5 BINARY(16) UNIQUE, " \
    "sha1 BINARY(20), sha2_256 BINARY(32));"                                             \
    "CREATE TABLE file_names (name TEXT NOT NULL, hash_id INTEGER NOT NULL, PRIMARY "    \
    "KEY(name, hash_id));"                                                               \
    "CREATE TABLE comments (comment TEXT NOT NULL, hash_id INTEGER NOT NULL, PRIMARY "   \
    "KEY(comment, hash_id));"                                                            \
    "CREATE INDEX md5_index ON hashes(md5);"

typedef struct sqlite_kit {
    sqlite3 *base;
    unsigned char *data; /* of kit_image */
    size_t size;
} sqlite_kit;

static inline void kit_die(const sqlite_kit *kit, const char *sql)
{
    printf("Bail out! SQLite: %s: %.200s\n", kit->base ? sqlite3_errmsg(kit->base) : "", sql);
    exit(1);
}

/* Run SQL, which must succeed. */
static inline void kit_run(sqlite_kit *kit, const char *sql)
{
    if (sqlite3_exec(kit->base, sql, NULL, NULL, NULL) != SQLITE_OK)
        kit_die(kit, sql);
}

/* A new database; `first` may set page size and encoding. */
static inline void kit_begin(sqlite_kit *kit, const char *first)
{
    memset(kit, 0, sizeof *kit);
    if (sqlite3_open(":memory:", &kit->base) != SQLITE_OK)
        kit_die(kit, "open");
    kit_run(kit, first);
}

/* Its bytes, as a file would hold them; the database is closed. Free with sqlite3_free. */
static inline void kit_image(sqlite_kit *kit)
{
    sqlite3_int64 size = 0;

    kit->data = sqlite3_serialize(kit->base, "main", &size, 0);
    if (!kit->data)
        kit_die(kit, "serialize");
    kit->size = (size_t)size;
    sqlite3_close(kit->base);
}

#endif
