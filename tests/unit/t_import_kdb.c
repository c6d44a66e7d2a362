/* t_import_kdb: hashsets/import/kdb.c. */
#include "t_import_rows.h"

#include "sqlite_kit.h"

#define THREE (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

static char sql[4096];

static tutela_status read_kit(sqlite_kit *kit)
{
    kit_image(kit);
    tutela_status status = read_bytes((const char *)kit->data, kit->size);

    sqlite3_free(kit->data);
    return status;
}

static tutela_status read_sql(const char *statements)
{
    sqlite_kit kit;

    kit_begin(&kit, statements);
    return read_kit(&kit);
}

/* A database with 50 hashes: all three digests, or MD5 alone as The Sleuth Kit fills it. */
static void fill(sqlite_kit *kit, const char *first, int all)
{
    snprintf(sql, sizeof sql, "%s%s", first, KDB_SCHEMA);
    kit_begin(kit, sql);
    for (unsigned i = 1; i <= 50; i++) {
        if (all)
            snprintf(sql, sizeof sql,
                     "INSERT INTO hashes(md5, sha1, sha2_256) VALUES(x'%s', x'%s', x'%s');"
                     "INSERT INTO comments VALUES('a comment', %u)",
                     sample_hex(i, 0), sample_hex(i, 1), sample_hex(i, 2), i);
        else
            snprintf(sql, sizeof sql, "INSERT INTO hashes(md5) VALUES(x'%s')", sample_hex(i, 0));
        kit_run(kit, sql);
    }
}

static void whole(void)
{
    static const char *const firsts[] = {
        "",
        "PRAGMA page_size=512;",
        "PRAGMA page_size=1024;",
        "PRAGMA page_size=8192;",
        "PRAGMA page_size=65536;",
        "PRAGMA encoding='UTF-16le';",
    };
    sqlite_kit kit;

    for (size_t f = 0; f < sizeof firsts / sizeof firsts[0]; f++)
        for (int all = 0; all <= 1; all++) {
            fill(&kit, firsts[f], all);
            is_i64(read_kit(&kit), TUTELA_OK, "a database %s", firsts[f]);
            if (f < 3)
                is_text(got_format, "Autopsy .kdb", "its format");
            is_u64(row_count, 50, "its rows");
            is_u64(reject_count, 0, "no reject");
            for (unsigned i = 0; i < 50; i++)
                is_sample(i, i + 1, all ? THREE : TUTELA_BIT(TUTELA_MD5), firsts[f]);
            ok(rows[49].line == 50 && rows[49].size == TT_SIZE_UNKNOWN, "number; no size");
        }
}

static void values(void)
{
    static const struct {
        const char *row;
        int reason; /* -1: taken */
    } cases[] = {
        {"zeroblob(15) || x'01', NULL, NULL", TUTELA_REJECT_SYNTAX}, /* text */
        {"x'000102030405060708090a0b0c0d0e0f', NULL, NULL", -1},
        {"x'000102030405060708090a0b0c0d0e0f', x'01', NULL", TUTELA_REJECT_WIDTH},
        {"x'000102030405060708090a0b0c0d0e0f', NULL, x''", TUTELA_REJECT_WIDTH},
        {"x'000102030405060708090a0b0c0d0e', NULL, NULL", TUTELA_REJECT_WIDTH},
        {"x'000102030405060708090a0b0c0d0e0f10', NULL, NULL", TUTELA_REJECT_WIDTH},
        {"'000102030405060708090a0b0c0d0e0f', NULL, NULL", TUTELA_REJECT_SYNTAX},
        {"5, NULL, NULL", TUTELA_REJECT_SYNTAX},
        {"1.5, NULL, NULL", TUTELA_REJECT_SYNTAX},
        {"NULL, NULL, NULL", TUTELA_REJECT_NO_DIGEST},
        {"zeroblob(16), NULL, NULL", TUTELA_REJECT_ALL_ZERO},
        {"x'd41d8cd98f00b204e9800998ecf8427e', NULL, NULL", TUTELA_REJECT_EMPTY_FILE},
        {"zeroblob(60000), NULL, NULL", TUTELA_REJECT_WIDTH},
        {"NULL, x'000102030405060708090a0b0c0d0e0f10111213', NULL", -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(sql, sizeof sql, KDB_SCHEMA "INSERT INTO hashes(md5, sha1, sha2_256) VALUES(%s)",
                 cases[i].row);
        is_i64(read_sql(sql), TUTELA_OK, "%s", cases[i].row);
        is_u64(row_count, cases[i].reason < 0, "taken or not");
        if (cases[i].reason >= 0)
            is_reject(0, 1, (tutela_reject)cases[i].reason, "why");
    }
}

static void columns(void)
{
    is_i64(read_sql("CREATE TABLE db_properties(name, value); INSERT INTO db_properties VALUES("
                    "'x', 'y'), ('Schema Version', '1'); CREATE TABLE hashes(sha2_256, other, "
                    "MD5); INSERT INTO hashes VALUES(NULL, 'x', "
                    "x'000102030405060708090a0b0c0d0e0f')"),
           TUTELA_OK, "columns fewer, more and in another order");
    is_u64(row_count, 1, "a row");
    is_u64(rows[0].digests.mask, TUTELA_BIT(TUTELA_MD5), "its digest");
    is_u64(rows[0].digests.value[TUTELA_MD5][15], 15, "to the last byte");
}

static void refused(void)
{
    static const struct {
        const char *sql, *word;
    } cases[] = {
        {"CREATE TABLE db_properties(name, value)", "without a table of hashes"},
        {"CREATE TABLE db_properties(name, value); CREATE TABLE hashes(id)",
         "without a table of hashes"},
        {"CREATE TABLE hashes(md5)", "version"},
        {"CREATE TABLE hashes(md5); CREATE TABLE db_properties(name)", "version"},
        {"CREATE TABLE hashes(md5); CREATE TABLE db_properties(name, value)", "version"},
        {"CREATE TABLE hashes(md5); CREATE TABLE db_properties(name, value); INSERT INTO "
         "db_properties VALUES('Schema Version', '2')",
         "version"},
        {"CREATE TABLE hashes(md5); CREATE TABLE db_properties(name, value); INSERT INTO "
         "db_properties VALUES('Schema Version', 1)",
         "version"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        is_i64(read_sql(cases[i].sql), TUTELA_LIST_UNUSABLE, "%s", cases[i].sql);
        ok(strstr(got_error.text, cases[i].word), "says %s: %s", cases[i].word, got_error.text);
        is_u64(row_count, 0, "no row");
    }
}

/* Every page damaged somewhere, and the file cut after every page and within it. */
static void damage(void)
{
    sqlite_kit kit;
    size_t wrong = 0;

    fill(&kit, "PRAGMA page_size=512;", 1);
    kit_image(&kit);
    for (size_t at = 0; at < kit.size; at += 37) {
        kit.data[at] ^= 0x55;
        tutela_status status = read_bytes((char *)kit.data, kit.size);
        kit.data[at] ^= 0x55;
        wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
    }
    is_u64(wrong, 0, "damaged anywhere: read or unusable");
    for (size_t length = 20; length < kit.size; length += length % 512 ? 512 - length % 512 : 101)
        wrong += read_bytes((char *)kit.data, length) != TUTELA_LIST_UNUSABLE || row_count > 0;
    is_u64(wrong, 0, "cut short: unusable");
    is_i64(read_bytes((char *)kit.data, kit.size), TUTELA_OK, "and sound otherwise");
    sqlite3_free(kit.data);
}

/* What hfind itself makes, where there is one. */
static void by_hfind(void)
{
    char folder[] = "/tmp/t_import_kdb.XXXXXX", path[64];

    if (system("command -v hfind >/dev/null 2>&1") != 0 || !mkdtemp(folder)) {
        ok(1, "hfind # SKIP not here");
        return;
    }
    snprintf(path, sizeof path, "%s/made.kdb", folder);
    snprintf(sql, sizeof sql, "hfind -c %s >/dev/null && hfind -a %s %s %s >/dev/null", path, path,
             sample_hex(1, 0), sample_hex(2, 0));
    is_i64(system(sql), 0, "hfind makes a database");
    row_count = reject_count = 0;
    is_i64(tt_import_file(path, NULL, &keep_all, &got_format, &got_error), TUTELA_OK, "it is read");
    is_text(got_format, "Autopsy .kdb", "as what it is");
    is_u64(row_count, 2, "two rows");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "hfind");
    is_sample(1, 2, TUTELA_BIT(TUTELA_MD5), "hfind");
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    whole();
    values();
    columns();
    refused();
    damage();
    by_hfind();
    return tap_done();
}
