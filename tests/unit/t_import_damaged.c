/*
 * t_import_damaged: damaged lists of every format. They are read as far as they are sound, or
 * refused; no row is lost in silence, none is made up, and memory stays what it is.
 *
 * What only one format can suffer is in its own test: nesting, keys given twice and wrong types in
 * t_import_vics and t_import_xml, a damaged zip in t_import_zip.
 */
#include "t_import_rows.h"

#include "import_samples.h"
#include "sqlite_kit.h"

#define LONG_LINE ((size_t)10 << 20)
#define SEED_MAX 16384u
#define ROWS_KEPT 16u

typedef enum kind { LINES, TREE, BINARY } kind;

typedef struct seed {
    const char *name;
    kind kind;
    char data[SEED_MAX];
    size_t size;
    /* What it gives when it is sound. */
    const char *format;
    got_row rows[ROWS_KEPT];
    size_t count, rejected;
} seed;

static seed present;
/* Room for the list that is tried: a seed, its double, or one with an overlong line. */
static char *tried;
static size_t wrong; /* promises broken by the present seed and kind of damage */

/* Read the bytes that are tried; a status that no list may give is a broken promise. */
static tutela_status read_tried(size_t size)
{
    tutela_status status = read_bytes(tried, size);

    wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
    wrong += status != TUTELA_OK && (got_error.text[0] == '\0' || got_error.advice[0] == '\0');
    return status;
}

/*
 * Rows as the sound list gives them, the last of them perhaps with less. In a list of bare digests of
 * several widths a cut one may look like a shorter one; nothing can be done about that.
 */
static int is_beginning(void)
{
    if (row_count > present.count)
        return 0;
    if (strcmp(present.name, "plain.txt") == 0)
        return memcmp(rows, present.rows, (row_count ? row_count - 1 : 0) * sizeof *rows) == 0;
    if (row_count == 0)
        return 1;
    const got_row *last = &rows[row_count - 1], *whole = &present.rows[row_count - 1];
    if (memcmp(rows, present.rows, (row_count - 1) * sizeof *rows) != 0)
        return 0;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((last->digests.mask & TUTELA_BIT(i))
            && (!(whole->digests.mask & TUTELA_BIT(i))
                || memcmp(last->digests.value[i], whole->digests.value[i], tt_digest_size(i)) != 0))
            return 0;
    return 1;
}

static int is_same(void)
{
    return row_count == present.count && reject_count == present.rejected
           && memcmp(rows, present.rows, row_count * sizeof *rows) == 0;
}

static void cut_short(void)
{
    memcpy(tried, present.data, present.size);
    for (size_t size = 0; size < present.size; size++) {
        tutela_status status = read_tried(size);

        /* Of less it may not be known what it is. */
        if (size <= 64 || got_format != present.format)
            continue;
        wrong += !is_beginning();
        wrong += status == TUTELA_OK && present.kind != LINES && present.kind != BINARY
                 && row_count != present.count;
    }
}

/* What editors and mailers do to text. */
static void rewritten(void)
{
    size_t size = 0;

    memcpy(tried, "\xEF\xBB\xBF", 3);
    memcpy(tried + 3, present.data, present.size);
    wrong += read_tried(present.size + 3) != TUTELA_OK || !is_same();
    for (size_t i = 0; i < present.size; i++) {
        if (present.data[i] == '\n' && (i == 0 || present.data[i - 1] != '\r'))
            tried[size++] = '\r';
        tried[size++] = present.data[i];
    }
    wrong += read_tried(size) != TUTELA_OK || !is_same();
    for (size_t i = size = 0; i < present.size; i++)
        if (present.data[i] != '\r')
            tried[size++] = present.data[i];
    wrong += read_tried(size) != TUTELA_OK || !is_same();
}

/*
 * A byte too many, at every place, or every second one of the larger lists. Where the list is still known for what it is and read to its
 * end, there is a word for every row.
 */
static void byte_added(void)
{
    static const char bytes[] = {'\0', '\xFF', '"'};

    for (size_t at = 0; at <= present.size; at += present.size > 1000 ? 2 : 1) {
        memcpy(tried, present.data, at);
        tried[at] = bytes[at % sizeof bytes];
        memcpy(tried + at + 1, present.data + at, present.size - at);
        tutela_status status = read_tried(present.size + 1);
        size_t told = row_count + reject_count + kinds_counted();

        if (status != TUTELA_OK || got_format != present.format || present.kind == BINARY
            || told >= present.count + present.rejected)
            continue;
        printf("# byte %02x at %zu: %zu told of\n", (unsigned)(uint8_t)tried[at], at, told);
        wrong++;
    }
}

/* A line of 10 MiB behind the first. */
static void long_line(void)
{
    const char *end = memchr(present.data, '\n', present.size);
    size_t first = end ? (size_t)(end - present.data) + 1 : 0;

    memcpy(tried, present.data, first);
    memset(tried + first, 'a', LONG_LINE);
    tried[first + LONG_LINE] = '\n';
    memcpy(tried + first + LONG_LINE + 1, present.data + first, present.size - first);
    tutela_status status = read_tried(present.size + LONG_LINE + 1);
    if (status != TUTELA_OK || got_format != present.format)
        return;
    wrong += reject_count == present.rejected;
    wrong += row_count < present.count;
}

static void check(const char *name)
{
    is_u64(wrong, 0, "%s: %s", present.name, name);
    wrong = 0;
}

/* Every kind of damage to the seed in `present`. */
static void torment(void)
{
    memcpy(tried, present.data, present.size);
    is_i64(read_tried(present.size), TUTELA_OK, "%s: sound", present.name);
    ok(row_count <= ROWS_KEPT && row_count + reject_count > 0, "%s: has rows", present.name);
    present.count = row_count;
    present.rejected = reject_count;
    present.format = got_format;
    memcpy(present.rows, rows, sizeof present.rows);
    cut_short();
    check("cut after every byte");
    byte_added();
    check("a byte added");
    if (present.kind == BINARY)
        return;
    rewritten();
    check("with a byte order mark, and line ends of either kind");
    long_line();
    check("with a line of 10 MiB");
}

static void text_lists(void)
{
    for (size_t i = 0; i < IMPORT_SAMPLES; i++) {
        char *data = load_sample(import_samples[i], &present.size);

        if (present.size > SEED_MAX)
            exit(1);
        /* Some have one already. */
        size_t mark = memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        present.size -= mark;
        memcpy(present.data, data + mark, present.size);
        free(data);
        present.name = import_samples[i];
        present.kind = strstr(present.name, ".json") || strstr(present.name, ".xml") ? TREE : LINES;
        torment();
    }
}

static void database(const char *name, const char *sql)
{
    sqlite_kit kit;

    kit_begin(&kit, "PRAGMA page_size=512");
    kit_run(&kit, sql);
    kit_image(&kit);
    if (kit.size > SEED_MAX)
        exit(1);
    memcpy(present.data, kit.data, kit.size);
    present.size = kit.size;
    present.name = name;
    present.kind = BINARY;
    sqlite3_free(kit.data);
    torment();
}

static void binary_lists(void)
{
    database("RDSv3", "CREATE TABLE FILE(sha256, sha1, md5, file_size); INSERT INTO FILE VALUES("
                      "NULL, NULL, '0123456789ABCDEF0123456789ABCDEF', 5), "
                      "(NULL, '0123456789ABCDEF0123456789ABCDEF01234567', NULL, 6);");
    database("Autopsy", "CREATE TABLE db_properties(name, value); INSERT INTO db_properties "
                        "VALUES('Schema Version', '1'); CREATE TABLE hashes(md5); INSERT INTO "
                        "hashes VALUES(x'000102030405060708090a0b0c0d0e0f');");
    memset(present.data, 0, sizeof present.data);
    memcpy(present.data, "HASH\r\n\xFF\0\2\0\0\0\1\0\0\0\2", 17);
    for (int i = 0; i < 16; i++)
        present.data[0x480 + i] = present.data[0x480 + 18 + i] = (char)(i + 1);
    present.size = 0x480 + 36;
    present.name = "EnCase";
    present.kind = BINARY;
    torment();
}

int main(void)
{
    tried = malloc(2 * SEED_MAX + LONG_LINE);
    if (!tried)
        return 1;
    memset(tried, 1, 2 * SEED_MAX + LONG_LINE);
    size_t before = peak_kib();
    text_lists();
    binary_lists();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    ok(peak_kib() - before < (tap_under() ? 65536 : 6144), "all of it in little memory: %zu KiB", peak_kib() - before);
#else
    (void)before;
#endif
    free(tried);
    return tap_done();
}
