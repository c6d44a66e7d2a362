/*
 * t_import_sqlite: hashsets/import/sqlite.c against damaged and hostile files: bounded time, no
 * error that tells, nothing of the schema run.
 */
#include "t_import_rows.h"

#include "sqlite_kit.h"

#include "base/clock.h"

/* Far above what any of these takes, valgrind and all; nothing in them would ever end unbounded. */
#define TIME_MAX (30 * TT_SECOND)
#define MANY 200000u

static char sql[65536];

/* Read the kit's database within the time. */
static tutela_status read_timed(sqlite_kit *kit, const char *name)
{
    kit_image(kit);
    int64_t begin = tt_clock_monotonic();
    tutela_status status = read_bytes((const char *)kit->data, kit->size);
    int64_t took = tt_clock_monotonic() - begin;

    ok(took < TIME_MAX, "%s: took %.3f s", name, (double)took / (double)TT_SECOND);
    ok(!strstr(got_error.text, "sekret") && !strstr(got_error.advice, "sekret"),
       "%s: the error names nothing of the schema", name);
    sqlite3_free(kit->data);
    return status;
}

static void is_refused(const char *name, const char *statements)
{
    sqlite_kit kit;

    kit_begin(&kit, statements);
    is_i64(read_timed(&kit, name), TUTELA_LIST_UNUSABLE, "%s", name);
    is_u64(row_count, 0, "%s: no row", name);
}

#define MD5_TEXT "'0123456789abcdef0123456789abcdef'"
#define ENDLESS                                                                     \
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) SELECT n AS md5, " \
    "n AS file_size FROM r"
/* A row of the schema that says it is a table while its text makes something else. */
#define LIE(text)                                                                        \
    "CREATE TABLE FILE(md5); INSERT INTO FILE VALUES(" MD5_TEXT "); "                    \
    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql='" text "' WHERE name='FILE'"

static void code_in_schemas(void)
{
    is_refused("an endless view", "CREATE VIEW FILE AS " ENDLESS);
    is_refused("an endless view under a table that is none of ours",
               "CREATE TABLE sekret(a); CREATE VIEW DISTINCT_HASH AS " ENDLESS);
    is_refused("a view of other tables",
               "CREATE TABLE sekret(md5); INSERT INTO sekret VALUES(" MD5_TEXT "); "
               "CREATE VIEW FILE AS SELECT md5 FROM sekret");
    is_refused("an endless view that says it is a table", LIE("CREATE VIEW FILE AS " ENDLESS));
    is_refused("a virtual table", "CREATE VIRTUAL TABLE FILE USING fts4(md5, sekret)");
    is_refused("a virtual table that says it is one",
               LIE("CREATE VIRTUAL TABLE FILE USING fts4(md5)"));
    is_refused("a view of the schema itself",
               "CREATE VIEW FILE AS SELECT hex(sql) AS md5 FROM sqlite_schema");
    is_refused("the hashes of a database as an endless view",
               "CREATE TABLE db_properties(name, value); INSERT INTO db_properties VALUES("
               "'Schema Version', '1'); CREATE VIEW hashes AS " ENDLESS);
    is_refused("a version that never comes",
               "CREATE TABLE hashes(md5); INSERT INTO hashes VALUES(zeroblob(16)); "
               "CREATE VIEW db_properties AS WITH RECURSIVE r(name, value) AS (SELECT 'a', 'b' "
               "UNION ALL SELECT name || 'x', value FROM r) SELECT name, value FROM r");
    is_refused("a table's text that is not SQL", LIE("CREATE TABLE sekret(("));
}

/* Each view names the one before twice: what a query of the last becomes doubles each time. */
static void nested_views(void)
{
    int at = sprintf(sql, "CREATE VIEW v0 AS SELECT " MD5_TEXT " AS md5;");

    for (int i = 1; i < 40; i++)
        at += sprintf(sql + at, "CREATE VIEW %s%d AS SELECT a.md5 FROM v%d a, v%d b;",
                      i == 39 ? "sekret" : "v", i, i - 1, i - 1);
    sprintf(sql + at, "CREATE VIEW FILE AS SELECT md5 FROM sekret39");
    is_refused("views in views", sql);
}

/* Triggers, checks, defaults and generated columns lie idle. */
static void idle_code(void)
{
    sqlite_kit kit;

    kit_begin(&kit, "CREATE TABLE FILE(md5, file_size CHECK (file_size > 1), x AS "
                    "(hex(zeroblob(30000)) LIKE '%a%b%c') VIRTUAL, y DEFAULT (randomblob(9)));"
                    "CREATE INDEX i ON FILE(x, md5, file_size);"
                    "INSERT INTO FILE(md5, file_size) VALUES(" MD5_TEXT ", 5);"
                    "CREATE TRIGGER t AFTER INSERT ON FILE BEGIN DELETE FROM FILE; END;");
    is_i64(read_timed(&kit, "idle code"), TUTELA_OK, "a table with code around it");
    is_u64(row_count, 1, "is read all the same");
}

static void many_views(void)
{
    sqlite_kit kit;

    kit_begin(&kit, "CREATE TABLE FILE(md5); INSERT INTO FILE VALUES(" MD5_TEXT ");"
                    "PRAGMA writable_schema=ON; WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL "
                    "SELECT n+1 FROM r WHERE n < 20000) INSERT INTO sqlite_schema SELECT 'view', "
                    "'sekret'||n, 'sekret'||n, 0, 'CREATE VIEW sekret'||n||' AS SELECT 1' FROM r");
    is_i64(read_timed(&kit, "20,000 views"), TUTELA_LIST_UNUSABLE, "too many views");
    ok(strstr(got_error.text, "work"), "says so: %s", got_error.text);
}

static void long_things(void)
{
    sqlite_kit kit;
    int at = sprintf(sql, "CREATE TABLE FILE(md5");

    for (int i = 0; i < 300; i++)
        at += sprintf(sql + at, ", c%d", i);
    sprintf(sql + at, ")");
    is_refused("300 columns", sql);
    is_refused("a field of a megabyte", "CREATE TABLE FILE(md5); INSERT INTO FILE VALUES("
                                        "printf('%01000000d', 5))");
    kit_begin(&kit, "CREATE TABLE FILE(name, md5); INSERT INTO FILE VALUES("
                    "printf('%060000d', 5), " MD5_TEXT ")");
    is_i64(read_timed(&kit, "a long name"), TUTELA_OK, "a name of 60 KB");
    is_u64(row_count, 1, "costs nothing");
}

/* FILE with its rows over a few pages of 512 bytes; *size of the image, to free. */
static unsigned char *sample_image(size_t *size)
{
    sqlite_kit kit;

    kit_begin(&kit, "PRAGMA page_size=512; CREATE TABLE FILE(md5, sha1, file_size)");
    for (unsigned i = 1; i <= 60; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO FILE VALUES('%s','%s',%u)", sample_hex(i, 0),
                 sample_hex(i, 1), (unsigned)sample_size(i));
        kit_run(&kit, sql);
    }
    kit_image(&kit);
    *size = kit.size;
    return kit.data;
}

/* An interior page whose children are all one page, itself at the worst: rows without end. */
static void circles(void)
{
    size_t size;
    unsigned char *data = sample_image(&size), *page = data + 512;
    unsigned cells = page[3] * 256u + page[4];

    is_u64(page[0], 5, "the root is an interior page");
    for (unsigned child = 2; child <= 3; child++) {
        for (unsigned i = 0; i < cells; i++) {
            unsigned cell = page[12 + 2 * i] * 256u + page[13 + 2 * i];
            memcpy(page + cell, (unsigned char[]){0, 0, 0, (unsigned char)child}, 4);
        }
        int64_t begin = tt_clock_monotonic();
        tutela_status status = read_bytes((char *)data, size);
        ok(tt_clock_monotonic() - begin < TIME_MAX, "children that are page %u end", child);
        ok(status == TUTELA_OK || status == TUTELA_LIST_UNUSABLE, "in a word: %d", (int)status);
    }
    sqlite3_free(data);
}

/* Leaves named over and over by a tree of pages: bounded by the size of the file. */
static void cross_links(void)
{
    enum { LEVELS = 6, PAGE = 4096, CELLS = 400 };
    static unsigned char data[PAGE * 16];
    sqlite_kit kit;

    kit_begin(&kit, "PRAGMA page_size=4096; CREATE TABLE FILE(md5); INSERT INTO FILE VALUES("
                    MD5_TEXT ")");
    kit_image(&kit);
    memcpy(data, kit.data, 2 * PAGE);
    /* Page 2, the leaf, becomes the last; the levels above it each name the next 400 times. */
    memcpy(data + (1 + LEVELS) * PAGE, data + PAGE, PAGE);
    for (unsigned level = 0; level < LEVELS; level++) {
        unsigned char *page = data + (1 + level) * PAGE;
        memset(page, 0, PAGE);
        memcpy(page, (unsigned char[]){5, 0, 0, CELLS >> 8, CELLS & 255, (PAGE - 5 * CELLS) >> 8,
                                       (PAGE - 5 * CELLS) & 255, 0, 0, 0, 0,
                                       (unsigned char)(3 + level)},
               12);
        for (unsigned i = 0; i < CELLS; i++) {
            unsigned cell = PAGE - 5 * (i + 1);
            page[12 + 2 * i] = (unsigned char)(cell >> 8);
            page[13 + 2 * i] = (unsigned char)cell;
            memcpy(page + cell, (unsigned char[]){0, 0, 0, (unsigned char)(3 + level), 1}, 5);
        }
    }
    data[31] = 2 + LEVELS;
    int64_t begin = tt_clock_monotonic();
    tutela_status status = read_bytes((char *)data, (2 + LEVELS) * PAGE);
    ok(tt_clock_monotonic() - begin < TIME_MAX, "400 to the 6th rows end");
    is_i64(status, TUTELA_LIST_UNUSABLE, "as unusable");
    ok(strstr(got_error.text, "work"), "for the work: %s", got_error.text);
    ok(row_count > 0, "after %zu rows", row_count);
    sqlite3_free(kit.data);
}

static void cut_short(void)
{
    size_t size, wrong = 0, taken = 0;
    unsigned char *data = sample_image(&size);

    is_i64(read_bytes((char *)data, size), TUTELA_OK, "the whole sample");
    is_u64(row_count, 60, "60 rows");
    for (size_t length = 20; length < size; length += length < 1100 ? 1 : 37) {
        tutela_status status = read_bytes((char *)data, length);
        wrong += status != TUTELA_LIST_UNUSABLE;
        taken += row_count;
    }
    is_u64(wrong, 0, "cut after any byte it is unusable");
    is_u64(taken, 0, "and no row is taken");
    sqlite3_free(data);
}

/* Every page with every other byte of it changed. */
static void flipped(void)
{
    size_t size, wrong = 0, unusable = 0;
    unsigned char *data = sample_image(&size);
    int64_t begin = tt_clock_monotonic(), longest = 0;

    for (size_t at = 0; at < size; at += 2) {
        unsigned char was = data[at];
        int64_t start = tt_clock_monotonic();

        data[at] = (unsigned char)(was ^ (at % 4 ? 0xff : 1u << at / 4 % 8));
        tutela_status status = read_bytes((char *)data, size);
        wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
        unusable += status != TUTELA_OK;
        data[at] = was;
        int64_t took = tt_clock_monotonic() - start;
        longest = took > longest ? took : longest;
        if (tt_clock_monotonic() - begin > 8 * TT_SECOND)
            break; /* a slow build of the tests: what is done is enough */
    }
    is_u64(wrong, 0, "any byte changed: read or unusable");
    ok(unusable > 0, "%zu of %zu unusable", unusable, size);
    ok(longest < TIME_MAX, "none takes long: %.3f s", (double)longest / (double)TT_SECOND);
    sqlite3_free(data);
}

static void speed(void)
{
    sqlite_kit kit;

    kit_begin(&kit, "CREATE TABLE FILE(sha256, sha1, md5, crc32, file_name, file_size, id)");
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r WHERE n < %u) "
             "INSERT INTO FILE SELECT printf('%%064X', n), printf('%%040X', n), "
             "printf('%%032X', n), '', 'name', n, n FROM r", MANY);
    kit_run(&kit, sql);
    is_i64(read_timed(&kit, "200,000 rows"), TUTELA_OK, "200,000 rows");
    is_u64(row_count, MANY, "all of them");
}

int main(void)
{
    code_in_schemas();
    nested_views();
    idle_code();
    many_views();
    long_things();
    circles();
    cross_links();
    cut_short();
    flipped();
    speed();
    return tap_done();
}
