/* t_import_rds: hashsets/import/rds.c; and sqlite.c with what other lists hold. */
#include "t_import_rows.h"

#include "sqlite_kit.h"

#define THREE (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))
#define SHORT 3u

static char sql[4096];

/* Upper-case hex, as NSRL writes it. */
static const char *upper(unsigned number, int algorithm)
{
    static char texts[8][2 * TUTELA_DIGEST_MAX + 1];
    static int turn;
    char *out = texts[turn++ & 7];
    const char *hex = sample_hex(number, algorithm);

    for (size_t i = 0; i <= strlen(hex); i++)
        out[i] = (char)toupper((unsigned char)hex[i]);
    return out;
}

static void add_file(sqlite_kit *kit, unsigned number)
{
    snprintf(sql, sizeof sql, "INSERT INTO FILE VALUES('%s','%s','%s','%08X','name %u',%u,%u)",
             upper(number, TUTELA_SHA256), upper(number, TUTELA_SHA1), upper(number, TUTELA_MD5),
             number, number, (unsigned)sample_size(number), number);
    kit_run(kit, sql);
}

/* Read what the kit holds, and free it. */
static tutela_status read_kit(sqlite_kit *kit)
{
    kit_image(kit);
    tutela_status status = read_bytes((const char *)kit->data, kit->size);

    sqlite3_free(kit->data);
    return status;
}

/* A database of these statements, in which #0, #1 and #2 stand for the digests of sample 1. */
static tutela_status read_sql(const char *statements)
{
    sqlite_kit kit;
    size_t at = 0;

    for (; *statements && at + 2 * TUTELA_DIGEST_MAX < sizeof sql; statements++)
        if (*statements == '#')
            at += (size_t)sprintf(sql + at, "%s", upper(1, *++statements - '0'));
        else
            sql[at++] = *statements;
    sql[at] = '\0';
    kit_begin(&kit, sql);
    return read_kit(&kit);
}

static void minimal(void)
{
    sqlite_kit kit;

    kit_begin(&kit, NSRL_FILE);
    for (unsigned i = 1; i <= 50; i++)
        add_file(&kit, i);
    is_i64(read_kit(&kit), TUTELA_OK, "a minimal set");
    is_text(got_format, "NSRL RDSv3", "its format");
    is_u64(row_count, 50, "its rows");
    is_u64(reject_count, 0, "no reject");
    for (unsigned i = 0; i < 50; i++) {
        is_sample(i, i + 1, THREE, "FILE");
        ok(rows[i].size == sample_size(i + 1) && rows[i].line == i + 1, "size and number");
    }
}

static void full(void)
{
    sqlite_kit kit;

    kit_begin(&kit, NSRL_METADATA);
    for (unsigned i = 1; i <= 3; i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO METADATA VALUES(%u,%u,'%032d','/p','n','e',%u,'','%s','%s','%s')", i,
                 i, 7, (unsigned)sample_size(i), sample_hex(i, 0), sample_hex(i, 1),
                 sample_hex(i, 2));
        kit_run(&kit, sql);
    }
    is_i64(read_kit(&kit), TUTELA_OK, "a full set");
    is_u64(row_count, 3, "the table is read, not the view that joins it to nothing");
    for (unsigned i = 0; i < 3; i++) {
        is_sample(i, i + 1, THREE, "METADATA");
        is_u64(rows[i].size, sample_size(i + 1), "size");
    }
}

/* Other columns than usual. */
static void columns(void)
{
    static const struct {
        const char *sql, *name;
        uint32_t mask;
        int sized;
    } cases[] = {
        {"CREATE TABLE file(MD5, package_id); INSERT INTO file VALUES('#0', 1)",
         "md5 alone, other letter case", TUTELA_BIT(TUTELA_MD5), 0},
        {"CREATE TABLE FILE(x, file_size, sha1, y); INSERT INTO FILE VALUES(7, 15, '#1', x'00')",
         "other columns, other order", TUTELA_BIT(TUTELA_SHA1), 1},
        {"CREATE TABLE DISTINCT_HASH(sha256, sha1, md5, crc32); INSERT INTO DISTINCT_HASH VALUES("
         "'#2','#1','#0','');",
         "DISTINCT_HASH as a table", THREE, 0},
        {"CREATE TABLE METADATA(path); CREATE TABLE FILE(sha256 TEXT PRIMARY KEY, file_size) "
         "WITHOUT ROWID; INSERT INTO FILE VALUES('#2', '15')",
         "no digests in METADATA; no rowid; size as text", TUTELA_BIT(TUTELA_SHA256), 1},
        {"CREATE TABLE FILE(a, md5 AS (hex(a)), sha1); INSERT INTO FILE VALUES(1, '#1')",
         "a generated column is none", TUTELA_BIT(TUTELA_SHA1), 0},
        {"CREATE TABLE FILE(md5, sha1); CREATE INDEX i ON FILE(md5, sha1); INSERT INTO FILE "
         "VALUES('#0', NULL)",
         "an index", TUTELA_BIT(TUTELA_MD5), 0},
        {"PRAGMA encoding='UTF-16be'; CREATE TABLE FILE(md5); INSERT INTO FILE VALUES('#0')",
         "UTF-16", TUTELA_BIT(TUTELA_MD5), 0},
        {"CREATE TABLE FILE(file_size); INSERT INTO FILE VALUES(5); ALTER TABLE FILE ADD COLUMN md5 "
         "DEFAULT '#0'; UPDATE FILE SET file_size = 15",
         "a column added later", TUTELA_BIT(TUTELA_MD5), 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        is_i64(read_sql(cases[i].sql), TUTELA_OK, "%s", cases[i].name);
        is_u64(row_count, 1, "a row");
        is_sample(0, 1, cases[i].mask, cases[i].name);
        is_u64(rows[0].size, cases[i].sized ? 15 : TT_SIZE_UNKNOWN, "size");
    }
}

static void values(void)
{
    static const struct {
        const char *md5, *size;
        int reason; /* -1: taken, -2: taken, with its size */
    } cases[] = {
        {"'#0'", "15", -2},
        {"'#0'", "NULL", -1},
        {"'#0'", "0", -1},
        {"'#0'", "''", -1},
        {"'#0'", "-1", TUTELA_REJECT_SIZE},
        {"'#0'", "1.5", TUTELA_REJECT_SIZE},
        {"'#0'", "'x'", TUTELA_REJECT_SIZE},
        {"'#0'", "x'3135'", TUTELA_REJECT_SIZE},
        {"NULL", "15", TUTELA_REJECT_NO_DIGEST},
        {"''", "15", TUTELA_REJECT_NO_DIGEST},
        {"12", "15", TUTELA_REJECT_HEX},
        {"1.5", "15", TUTELA_REJECT_HEX},
        {"x'#0'", "15", TUTELA_REJECT_HEX},
        {"substr('#0', 2)", "15", TUTELA_REJECT_WIDTH},
        {"substr('#0', 2) || 'g'", "15", TUTELA_REJECT_HEX},
        {"substr('#0', 2) || char(0)", "15", TUTELA_REJECT_HEX},
        {"printf('%060000d', 5)", "15", TUTELA_REJECT_WIDTH},
        {"'00000000000000000000000000000000'", "15", TUTELA_REJECT_ALL_ZERO},
        {"'D41D8CD98F00B204E9800998ECF8427E'", "0", TUTELA_REJECT_EMPTY_FILE},
    };
    char statements[512];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(statements, sizeof statements,
                 "CREATE TABLE FILE(md5, file_size); INSERT INTO FILE VALUES(%s, %s)", cases[i].md5,
                 cases[i].size);
        is_i64(read_sql(statements), TUTELA_OK, "md5 %s, size %s", cases[i].md5, cases[i].size);
        is_u64(row_count, cases[i].reason < 0, "taken or not");
        if (cases[i].reason >= 0)
            is_reject(0, 1, (tutela_reject)cases[i].reason, "why");
        else
            is_u64(rows[0].size, cases[i].reason == -2 ? 15 : TT_SIZE_UNKNOWN, "size");
    }
}

/* Pages of every size; with large ones the first bytes do not show the schema. */
static void page_sizes(void)
{
    sqlite_kit kit;

    for (unsigned size = 512; size <= 65536; size *= 2) {
        snprintf(sql, sizeof sql, "PRAGMA page_size=%u;" NSRL_FILE, size);
        kit_begin(&kit, sql);
        for (unsigned i = 1; i <= 50; i++)
            add_file(&kit, i);
        is_i64(read_kit(&kit), TUTELA_OK, "pages of %u bytes", size);
        is_text(got_format, "NSRL RDSv3", "format");
        is_u64(row_count, 50, "rows");
        is_sample(49, 50, THREE, "last");
    }
}

static void refused(void)
{
    static const struct {
        const char *sql, *word;
    } cases[] = {
        {"CREATE TABLE a(b)", "without a table"},
        {"CREATE TABLE FILE(name)", "without a table"},
        {"CREATE VIEW FILE AS SELECT 'x' AS md5", "without a table"},
        {"CREATE TABLE FILE(md5, x, y CHECK (y > 1)); PRAGMA user_version=3; "
         "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql='CREATE TABLE sekret('",
         "damaged"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        is_i64(read_sql(cases[i].sql), TUTELA_LIST_UNUSABLE, "%s", cases[i].sql);
        ok(strstr(got_error.text, cases[i].word), "says %s: %s", cases[i].word, got_error.text);
        ok(!strstr(got_error.text, "sekret"), "names nothing of it");
        is_u64(row_count, 0, "no row");
    }
}

/* SQLite calls a record that says it is of 2^63 bytes "out of memory". */
static void vast(void)
{
    sqlite_kit kit;

    kit_begin(&kit, "PRAGMA page_size=512");
    kit_run(&kit, NSRL_FILE);
    kit_image(&kit);
    /* The schema's root has one child, page 2, with three rows; the first is the one. */
    memset(kit.data + 100, 0, 2 * 512 - 100);
    memcpy(kit.data + 100, "\5\0\0\0\1\0\0\0\0\0\0\0\1\xfb", 14);
    kit.data[0x1fb + 3] = 2;
    memcpy(kit.data + 512, "\r\0\0\0\3\0\0\0\1\xc2\0\x5c\0\xee", 14);
    memset(kit.data + 512 + 0x1c2, 0xff, 9);
    kit.data[512 + 0x1cc] = 'e';
    is_i64(read_bytes((char *)kit.data, kit.size), TUTELA_LIST_UNUSABLE, "a record of exabytes");
    ok(strstr(got_error.text, "damaged"), "%s", got_error.text);
    sqlite3_free(kit.data);
}

static void not_one_file(void)
{
    sqlite_kit kit;
    char path[64];
    int ends[2];

    kit_begin(&kit, NSRL_FILE);
    add_file(&kit, 1);
    kit_image(&kit);
    kit.data[18] = kit.data[19] = 2;
    is_i64(read_bytes((char *)kit.data, kit.size), TUTELA_LIST_UNUSABLE, "WAL mode");
    ok(strstr(got_error.advice, "journal_mode"), "with advice");
    kit.data[18] = kit.data[19] = 1;
    if (pipe(ends) != 0 || write(ends[1], kit.data, kit.size) != (ssize_t)kit.size)
        exit(1);
    close(ends[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    is_i64(tt_import_file(path, NULL, &keep_all, NULL, &got_error), TUTELA_LIST_UNUSABLE, "a pipe");
    ok(strstr(got_error.advice, "save it"), "with advice");
    close(ends[0]);
    sqlite3_free(kit.data);
}

static tutela_status full_after_two(void *user, const tt_row *row, tutela_error *error)
{
    (void)row;
    return ++*(int *)user == 2 ? tt_fail(error, TUTELA_RECORD, 0, "enough") : TUTELA_OK;
}

static void stops(void)
{
    int taken = 0;
    tt_row_sink sink = {.take = full_after_two, .reject = keep_reject, .user = &taken};
    sqlite_kit kit;
    char path[64];
    int fd = memfd_create("list", MFD_CLOEXEC);

    kit_begin(&kit, NSRL_FILE);
    for (unsigned i = 1; i <= 5; i++)
        add_file(&kit, i);
    kit_image(&kit);
    if (fd < 0 || write(fd, kit.data, kit.size) != (ssize_t)kit.size)
        exit(1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    is_i64(tt_import_file(path, NULL, &sink, NULL, &got_error), TUTELA_RECORD, "the sink's word counts");
    is_i64(taken, 2, "and ends the reading");
    close(fd);
    sqlite3_free(kit.data);
}

/* What the list says its version is. */
static void versions(void)
{
    static char wide[700];
    static const struct {
        const char *sql, *want;
        unsigned odd;
    } cases[] = {
        {"CREATE TABLE VERSION(version, release_date); INSERT INTO VERSION VALUES('2026.09.1', 1);",
         "2026.09.1", 0},
        {"CREATE TABLE VERSION(a, VERSION); INSERT INTO VERSION VALUES(1, ' 2026.03.1'), (2, ''), "
         "(3, '2026.06.1 '), (4, NULL), (5, 7);",
         "2026.06.1", 0},
        {"CREATE TABLE VERSION(version);", "", 0},
        {"CREATE TABLE VERSION(release); INSERT INTO VERSION VALUES('x');", "", 0},
        {"CREATE VIEW VERSION AS SELECT 'made up' AS version;", "", 0},
        {"CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES(' ');", "", 1},
        {"CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES(char(27) || '[31m');", "", 1},
        {"CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES(printf('%300s', 'x'));", "", 1},
        {"CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES(printf('x%300s', 'x'));", "", 1},
        {"CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES(CAST(x'FF41' AS TEXT));", "", 1},
        {"CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES('a' || char(0) || 'b');", "", 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(wide, sizeof wide, "CREATE TABLE FILE(md5); INSERT INTO FILE VALUES('#0'); %s",
                 cases[i].sql);
        is_i64(read_sql(wide), TUTELA_OK, "%s", cases[i].sql);
        is_text(got_version, cases[i].want, "says the version");
        is_u64(counted("list version that cannot be read"), cases[i].odd, "an odd one is counted");
        is_u64(row_count, 1, "and costs no row");
    }
    is_i64(read_text("BEGIN TRANSACTION;\nINSERT INTO FILE VALUES('a','b');\n"),
           TUTELA_LIST_UNUSABLE, "a delta is a script");
    ok(strstr(got_error.advice, "sqlite3"), "of which it is said what to do");
}

int main(void)
{
    versions();
    minimal();
    full();
    columns();
    values();
    page_sizes();
    refused();
    vast();
    not_one_file();
    stops();
    return tap_done();
}
