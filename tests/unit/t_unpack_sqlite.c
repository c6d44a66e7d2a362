/*
 * t_unpack_sqlite: databases written by SQLite itself. Every long value comes out, exactly and once; a
 * schema is never run; and what is cut off or changed is said to be.
 */
#include "unpack_ask.h"

#include <sqlite3.h>

static bytes value(size_t index)
{
    static const size_t sizes[] = {513, 600, 700, 4096, 5000, 70000, 900, 1024};
    uint64_t kept = kit_state;
    bytes out;

    kit_state = 0x9e3779b97f4a7c15u * (index + 1);
    out = kit_noise(sizes[index % 8]);
    kit_state = kept;
    return out;
}

/* The file that these statements make; ?1 in them is value 0, ?2 value 1 and so on. */
static bytes base_of(const char *sql)
{
    const char *path = tap_path("base.db");
    bytes out = {malloc(1), 0};
    sqlite3 *base = NULL;
    sqlite3_stmt *one = NULL;
    FILE *in;

    (void)unlink(path);
    if (sqlite3_open(path, &base) != SQLITE_OK)
        return out;
    while (*sql && sqlite3_prepare_v2(base, sql, -1, &one, &sql) == SQLITE_OK) {
        for (int i = 1; one && i <= sqlite3_bind_parameter_count(one); i++) {
            bytes v = value((size_t)i - 1);
            sqlite3_bind_blob(one, i, v.data, (int)v.size, free);
        }
        int said = one ? sqlite3_step(one) : SQLITE_DONE;
        while (said == SQLITE_ROW)
            said = sqlite3_step(one);
        if (said != SQLITE_DONE)
            break;
        sqlite3_finalize(one);
        one = NULL;
    }
    if (!ok(sqlite3_errcode(base) == SQLITE_OK || sqlite3_errcode(base) == SQLITE_DONE, "written"))
        printf("# %s\n", sqlite3_errmsg(base));
    sqlite3_finalize(one);
    sqlite3_close(base);
    in = fopen(path, "rb");
    if (in) {
        uint8_t piece[4096];
        for (size_t got; (got = fread(piece, 1, sizeof piece, in)) > 0;)
            kit_add(&out, piece, got);
        fclose(in);
    }
    return out;
}

static int is_value(const char *chain, size_t index)
{
    bytes v = value(index);
    int same = kit_is(kit_find(&events, chain), v.data, v.size);

    free(v.data);
    return same;
}

static void test_values(void)
{
    bytes b = base_of(
        "CREATE TABLE a(id INTEGER PRIMARY KEY, x, \"odd \"\"name\"\"/\", n DEFAULT 5);"
        "INSERT INTO a(id, x) VALUES(-7, ?1);"
        "INSERT INTO a(id, x, \"odd \"\"name\"\"/\") VALUES(5, ?2, ?3);"
        "INSERT INTO a(id, x) VALUES(6, zeroblob(512)), (7, 'short'), (8, 8.5), (9, NULL);"
        "INSERT INTO a(id, x) VALUES(9223372036854775807, printf('%.*c', 700, 'y'));"
        "CREATE INDEX ax ON a(x);"
        "CREATE TABLE w(k TEXT PRIMARY KEY, v BLOB, z) WITHOUT ROWID;"
        "INSERT INTO w VALUES('one', ?4, ?5), ('two', ?6, 1);"
        "CREATE TABLE named(rowid, oid, _rowid_); INSERT INTO named VALUES(1, ?7, 2);"
        "CREATE TABLE empty(x);"
        "CREATE TABLE \"select\"(\"from\"); INSERT INTO \"select\" VALUES(?8);");

    run(b);
    is_text(status_of(""), "clear", "the whole");
    is_text(events.items[0].format, "sqlite", "its format");
    ok(is_value("a/-7/x", 0) && is_value("a/5/x", 1), "values of a table");
    ok(is_value("a/5/odd \"name\"/", 2), "a column of an odd name");
    ok(kit_find(&events, "a/9223372036854775807/x") != NULL, "the last row there can be");
    ok(is_value("w/1/v", 3) && is_value("w/1/z", 4) && is_value("w/2/v", 5), "without rowid");
    ok(is_value("named/1/oid", 6), "all three words for its number taken");
    ok(is_value("select/1/from", 7), "words of SQL as names");
    is_u64(events.count, 10, "nothing else, and nothing twice");
    free(b.data);
}

static void test_kinds(void)
{
    bytes b = base_of("PRAGMA page_size=512; PRAGMA auto_vacuum=FULL;"
                      "CREATE TABLE t(x); INSERT INTO t VALUES(?1),(?2),(?3),(?4),(?5),(?6);"
                      "DELETE FROM t WHERE rowid=5; CREATE INDEX i ON t(x);");
    run(b);
    is_text(status_of(""), "clear", "small pages, kept without gaps");
    ok(is_value("t/1/x", 0) && is_value("t/6/x", 5) && events.count == 6, "their values");
    free(b.data);
    b = base_of("PRAGMA page_size=65536; CREATE TABLE t(x); INSERT INTO t VALUES(?1),(?6),(?3);"
                "DELETE FROM t WHERE rowid=1; INSERT INTO t VALUES(?2);");
    run(b);
    is_text(status_of(""), "clear", "the largest pages");
    ok(is_value("t/2/x", 5) && is_value("t/3/x", 2) && events.count == 4, "their values");
    free(b.data);
    b = base_of("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES(?1);");
    run(b);
    is_text(status_of(""), "clear", "one that had a log");
    ok(is_value("t/1/x", 0) && events.count == 2, "its value");
    free(b.data);
    b = base_of("PRAGMA encoding='UTF-16le'; CREATE TABLE t(x, y);"
                "INSERT INTO t VALUES(?1, printf('%.*c', 700, 'y')),(printf('%.*c', 512, 'y'), 1);");
    run(b);
    is_text(status_of(""), "clear", "text in UTF-16");
    ok(is_value("t/1/x", 0) && events.count == 3, "its blob");
    ok(kit_find(&events, "t/1/y") && kit_find(&events, "t/1/y")->content.size == 700
       && kit_find(&events, "t/1/y")->content.data[1] == 'y', "its text is UTF-8");
    free(b.data);
    b = base_of("CREATE TABLE t(x, y AS (x || x), z AS (x) STORED); INSERT INTO t(x) VALUES(?1);"
                "CREATE TABLE late(x); INSERT INTO late VALUES(?2), ('brief');"
                "ALTER TABLE late ADD COLUMN y DEFAULT 'no';");
    run(b);
    is_text(status_of(""), "clear", "computed columns, and one that came later");
    ok(is_value("t/1/x", 0) && is_value("t/1/z", 0) && is_value("late/1/x", 1) && events.count == 4,
       "what is stored comes out, and no more");
    free(b.data);
    b = base_of("CREATE TABLE t(x)");
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "nothing in it");
    b.size = 30;
    run(b);
    is_text(status_of(""), "malformed", "less than a header");
    free(b.data);
}

/* More columns than one statement asks for, more rows than a page holds, and gaps between them. */
static void test_many(void)
{
    char *sql = malloc(200000);
    size_t at = (size_t)sprintf(sql, "CREATE TABLE wide(c0");
    bytes b;

    for (int i = 1; i < 700; i++)
        at += (size_t)sprintf(sql + at, ",c%d", i);
    at += (size_t)sprintf(sql + at, "); INSERT INTO wide(c0, c255, c256, c699) VALUES(?1, ?2, ?3, ?4);"
                                    "CREATE TABLE long(x, y);");
    sprintf(sql + at,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
            "INSERT INTO long SELECT i, CASE i %% 7 WHEN 0 THEN randomblob(500 + i) ELSE 'no' END FROM n;"
            "DELETE FROM long WHERE rowid BETWEEN 1000 AND 1500 OR rowid %% 14 = 0;");
    b = base_of(sql);
    run(b);
    is_text(status_of(""), "clear", "many columns, many rows");
    ok(is_value("wide/1/c0", 0) && is_value("wide/1/c255", 1) && is_value("wide/1/c256", 2)
       && is_value("wide/1/c699", 3), "columns of each group");
    ok(kit_find(&events, "long/21/y") && kit_find(&events, "long/21/y")->content.size == 521
       && kit_find(&events, "long/2996/y") == NULL && kit_find(&events, "long/2989/y"), "rows");
    /* Multiples of 7 from 14 on that are odd, less those from 1,000 to 1,500; the schema's two texts. */
    is_u64(events.count, 1 + 4 + (1 + 2989 / 14) - 1 - 36 + 1, "all of them");
    free(b.data);
    free(sql);
}

/* What a schema would have run: none of it is, and none of it hides what is stored. */
static void test_schema(void)
{
    bytes b = base_of("CREATE TABLE t(x, CHECK(length(x) > 3)); INSERT INTO t VALUES(?1);"
                      "CREATE VIEW v AS SELECT x || randomblob(1000) FROM t;"
                      "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                      " FROM n) SELECT i, randomblob(1000) FROM n;"
                      "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT load_extension('no'); END;"
                      "CREATE VIRTUAL TABLE f USING fts5(x);"
                      "INSERT INTO f VALUES(printf('%.*c', 900, 'w'));"
                      "CREATE INDEX i ON t(hex(x)) WHERE x IS NOT NULL;");
    kit_item *text;

    run(b);
    is_text(status_of(""), "clear", "a schema with code in it");
    text = kit_find(&events, "f_content/1/c0");
    ok(is_value("t/1/x", 0) && text && text->content.size == 900, "what is stored comes out");
    is_u64(events.count, 4, "beside a block of the virtual table's, and nothing that is computed");
    free(b.data);
    b = base_of("CREATE TABLE t(x); INSERT INTO t VALUES(?1); PRAGMA writable_schema=ON;"
                "UPDATE sqlite_schema SET sql='CREATE TABLE other(x)', name='t';");
    run(b);
    ok(is_value("other/1/x", 0) || strcmp(status_of(""), "malformed") == 0,
       "a table whose name is another in its text");
    free(b.data);
    b = base_of("CREATE TABLE t(x); INSERT INTO t VALUES(?1); PRAGMA writable_schema=ON;"
                "UPDATE sqlite_schema SET sql='CREATE TABLE t(x';");
    run(b);
    is_text(status_of(""), "malformed", "one that cannot be understood");
    free(b.data);
    b = base_of("CREATE TABLE t(x); INSERT INTO t VALUES(?1); CREATE TABLE u(x);"
                "INSERT INTO u VALUES(?2); PRAGMA writable_schema=ON;"
                "UPDATE sqlite_schema SET rootpage=(SELECT rootpage FROM sqlite_schema WHERE name='t');");
    run(b);
    is_text(status_of(""), "malformed", "two tables in one place");
    free(b.data);
    b = base_of("CREATE TABLE t(x); INSERT INTO t VALUES(?1); CREATE TABLE u(x);"
                "INSERT INTO u VALUES(?2); PRAGMA writable_schema=ON;"
                "DELETE FROM sqlite_schema WHERE name='u';");
    run(b);
    is_text(status_of(""), "malformed", "a table that the schema does not list");
    ok(is_value("t/1/x", 0), "the others are read");
    free(b.data);
}

/* ---- Damage -------------------------------------------------------------------------------- */

/* All three values are there, one perhaps with a byte of its own changed; or something is told. */
static int judge(int may_change)
{
    static bytes values[3];
    size_t good = 0, changed = 0, told = 0;

    for (size_t k = 0; !values[2].data && k < 3; k++)
        values[k] = value(k);

    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        int known = 0;
        told += item->trouble.status != TUTELA_ITEM_CLEAR;
        if (item->depth != 1 || item->trouble.status != TUTELA_ITEM_CLEAR)
            continue;
        for (size_t k = 0; k < 3; k++) {
            bytes v = values[k];
            size_t off = 0;
            for (size_t n = 0; item->content.size == v.size && n < v.size; n++)
                off += item->content.data[n] != v.data[n];
            known |= item->content.size == v.size && off == 0;
            changed += item->content.size == v.size && off == 1;
        }
        good += (size_t)known;
    }
    return told > 0 || good == 3 || (may_change && good == 2 && changed == 1);
}

static void test_damage(const char *sql, size_t pace, const char *what)
{
    bytes b = base_of(sql);
    size_t bad = 0, first = 0;

    run(b);
    ok(judge(0) && strcmp(status_of(""), "clear") == 0, "%s: whole", what);
    for (size_t size = 16; size < b.size; size += pace * 3) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        if ((!judge(0) || strcmp(status_of(""), "clear") == 0) && !bad++)
            first = size;
    }
    is_u64(bad, 0, "%s: cut off within its %zu bytes, first wrong at %zu", what, b.size, first);
    bad = 0;
    for (size_t at = 16; at < b.size; at += pace) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x02};
        uint8_t kept = b.data[at];
        b.data[at] ^= masks[at % 5];
        (void)!kit_run(&events, b, NULL);
        if (!judge(1) && !bad++) {
            first = at;
            printf("# byte %zu was %02x\n", at, kept);
            kit_show(&events);
        }
        b.data[at] = kept;
    }
    is_u64(bad, 0, "%s: each of %zu bytes changed, first wrong at %zu", what, b.size, first);
    free(b.data);
}

static void test_locked(void)
{
    bytes b = base_of("CREATE TABLE t(x); INSERT INTO t VALUES(?1);");
    bytes noise = kit_noise(b.size);

    memcpy(noise.data, b.data, 32);
    noise.data[20] = 80;
    run(noise);
    is_text(status_of(""), "encrypted", "one that only shows its first bytes");
    free(noise.data);
    for (size_t i = 0; i < 4096; i++)
        kit_add(&b, "", 1);
    run(b);
    is_text(status_of(""), "clear", "room made in advance");
    b.data[b.size - 1] = 1;
    run(b);
    is_text(status_of(""), "malformed", "something behind the last page");
    free(b.data);
    b = kit_copy("SQLite format 3: a text about it", 32);
    run(b);
    ok(events.items[0].format[0] == 0, "words that begin alike");
    free(b.data);
}

/* In and around others. */
static void test_nested(void)
{
    kit_member inner[] = {{"picture", kit_noise(2000)}};
    bytes zip = kit_archive("zip", NULL, inner, 1), b = base_of("CREATE TABLE t(x)");
    sqlite3 *base = NULL;
    sqlite3_stmt *put = NULL;

    free(b.data);
    sqlite3_open(tap_path("base.db"), &base);
    sqlite3_prepare_v2(base, "INSERT INTO t VALUES(?)", -1, &put, NULL);
    sqlite3_bind_blob(put, 1, zip.data, (int)zip.size, SQLITE_STATIC);
    sqlite3_step(put);
    sqlite3_finalize(put);
    sqlite3_close(base);
    b = (bytes){malloc(1), 0};
    FILE *in = fopen(tap_path("base.db"), "rb");
    uint8_t piece[4096];
    for (size_t got; in && (got = fread(piece, 1, sizeof piece, in)) > 0;)
        kit_add(&b, piece, got);
    if (in)
        fclose(in);
    kit_member outer[] = {{"store.db", b}, {"again.db", b}};
    bytes tar = kit_archive("pax", NULL, outer, 2), gz = kit_compress("gzip", tar.data, tar.size);
    run(gz);
    ok(kit_is(kit_find(&events, "1|store.db|t/1/x|picture"), inner[0].content.data, 2000),
       "a zip in a database in a tar in gzip");
    is_text(status_of("1|again.db"), "clear", "and the next");
    free(gz.data);
    free(tar.data);
    free(b.data);
    free(zip.data);
    free(inner[0].content.data);
}

int main(void)
{
    events = kit_new();
    test_values();
    test_kinds();
    test_many();
    test_schema();
    test_locked();
    test_nested();
    test_damage("PRAGMA page_size=512; CREATE TABLE t(x, y); INSERT INTO t VALUES(?1, 5), (7, 8), (?2, 'z');"
                "CREATE TABLE w(k PRIMARY KEY, x) WITHOUT ROWID; INSERT INTO w VALUES(1, ?3);",
                1, "small pages");
    test_damage("PRAGMA page_size=1024; PRAGMA auto_vacuum=FULL; CREATE TABLE t(x, y);"
                "INSERT INTO t VALUES(?1, ?2), (?3, 'z'); CREATE INDEX i ON t(y);", 13, "with an index");
    kit_free(&events);
    return tap_done();
}
