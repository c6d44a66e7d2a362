/* t_import_plain: hashsets/import/plain.c, hex.c, entry.c and what import.c does for every format.
 */
#include "t_import_rows.h"

#include "hashsets/import/hex.h"

#define MD5_OF_NOTHING "d41d8cd98f00b204e9800998ecf8427e"

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("plain.txt"), TUTELA_OK, "plain.txt is read");
    is_text(got_format, "plain list", "its format");
    is_u64(row_count, 4, "every row");
    is_u64(reject_count, 0, "no reject");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "plain");
    is_sample(1, 2, TUTELA_BIT(TUTELA_SHA1), "plain, upper case");
    is_sample(2, 3, TUTELA_BIT(TUTELA_SHA256), "plain");
    is_sample(3, 4, TUTELA_BIT(TUTELA_SHA512), "plain");
    is_u64(rows[0].line, 3, "lines count from 1, comments and blanks included");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "no size");
    is_text(rows[0].entry, "", "no id");
    is_text(rows[0].scheme, "", "no scheme");

    is_i64(read_sample("xways.txt"), TUTELA_OK, "xways.txt is read");
    is_text(got_format, "plain list", "its format");
    is_u64(row_count, 3, "every row, CR LF or not");
    is_u64(reject_count, 0, "the header is no reject");
    is_sample(2, 3, TUTELA_BIT(TUTELA_SHA1), "X-Ways");
    is_u64(rows[0].line, 2, "the header is line 1");
}

static void faults(void)
{
    const char *good = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text, "%s\n%.31s\n%.31sg\nhello world\nMD5\n  \t%s \n%s", good, good,
             good, good, MD5_OF_NOTHING);
    is_i64(read_text(text), TUTELA_OK, "a list with faults is read");
    is_text(got_format, "plain list", "as a plain list");
    is_u64(row_count, 2, "good rows are taken");
    is_u64(rows[1].line, 6, "blanks around a digest are fine");
    is_u64(reject_count, 5, "the others are rejected");
    is_reject(0, 2, TUTELA_REJECT_WIDTH, "odd number of digits");
    is_reject(1, 3, TUTELA_REJECT_HEX, "a g");
    is_reject(2, 4, TUTELA_REJECT_SYNTAX, "words");
    is_reject(3, 5, TUTELA_REJECT_SYNTAX, "a header further down");
    is_reject(4, 7, TUTELA_REJECT_EMPTY_FILE, "empty file, no line end");
}

/* Lists get pasted together: what the head does not show must not be lost. */
static void pasted(void)
{
    size_t at = 0;

    while (at < 2 * TT_IMPORT_HEAD)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s\n", sample_hex(1, TUTELA_MD5));
    snprintf(text + at, sizeof text - at, "%s  a name\n%.12s\n", sample_hex(2, TUTELA_MD5),
             sample_hex(2, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_OK, "md5sum rows behind plain ones");
    is_text(got_format, "plain list", "are a plain list");
    is_u64(row_count, at / 33 + 1, "and are read");
    is_sample(row_count - 1, 2, TUTELA_BIT(TUTELA_MD5), "pasted");
    is_reject(0, at / 33 + 2, TUTELA_REJECT_WIDTH, "a row cut off");
}

static void voids(void)
{
    int size = snprintf(text, sizeof text, "%s\n", sample_hex(1, TUTELA_MD5));
    tt_digests empty;
    char hex[2 * TUTELA_DIGEST_MAX + 1];

    (void)!tt_digest_bytes(TT_DIGEST_ALL, "", 0, &empty, NULL);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        tt_hex_encode(empty.value[i], tt_digest_size(i), hex);
        size += snprintf(text + size, sizeof text - (size_t)size, "%s\n%0*d\n", hex,
                         (int)tt_digest_size(i) * 2, 0);
    }
    is_i64(read_text(text), TUTELA_OK, "void digests of every algorithm");
    is_u64(row_count, 1, "are not taken");
    is_u64(reject_count, 8, "are rejected");
    for (size_t i = 0; i < 8; i++)
        is_reject(i, i + 2, i % 2 ? TUTELA_REJECT_ALL_ZERO : TUTELA_REJECT_EMPTY_FILE, "void");
}

static void bytes(void)
{
    const char *good = sample_hex(1, TUTELA_MD5);
    int size = snprintf(text, sizeof text, "%s\n%.16s", good, good);

    memcpy(text + size, "\0", 1);
    size += 1 + snprintf(text + size + 1, 100, "%.15s\n%s\n", good, good);
    is_i64(read_bytes(text, (size_t)size), TUTELA_OK, "a NUL in a row");
    is_u64(row_count, 2, "costs that row");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "NUL");

    size = snprintf(text, sizeof text, "%s", good);
    text[size++] = '\0';
    is_i64(read_bytes(text, (size_t)size), TUTELA_LIST_UNUSABLE, "a digest and a NUL is no list");
    snprintf(text, sizeof text, "%s\r\n\r\n%s\r\n", good, good);
    is_i64(read_text(text), TUTELA_OK, "CR LF");
    is_u64(row_count, 2, "two rows");
    is_u64(rows[1].line, 3, "on lines 1 and 3");
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s", good);
    is_i64(read_text(text), TUTELA_OK, "a byte order mark");
    is_u64(row_count, 1, "does not hide the first row");
    snprintf(text, sizeof text, "%s\n\xEF\xBB\xBF%s\n", good, good);
    is_i64(read_text(text), TUTELA_OK, "a byte order mark further down");
    is_u64(reject_count, 1, "is a fault");
}

static void long_rows(void)
{
    const char *good = sample_hex(1, TUTELA_MD5);
    size_t size = (size_t)10 << 20;
    char *big = malloc(size + 200);
    size_t at = (size_t)sprintf(big, "%s\n", good);

    memset(big + at, 'a', size);
    at += size;
    at += (size_t)sprintf(big + at, "\n%s\n", good);
    is_i64(read_bytes(big, at), TUTELA_OK, "a line of 10 MiB");
    is_u64(row_count, 2, "costs that line only");
    is_reject(0, 2, TUTELA_REJECT_TOO_LONG, "10 MiB");
    is_u64(rows[1].line, 3, "and lines are still counted");
    free(big);
}

static void unknown(void)
{
    static const char *const texts[] = {"hello\n",
                                        "12345\n",
                                        "{\n",
                                        "[]",
                                        "a,b,c\n1,2,3\n",
                                        "\x89PNG\r\n\x1a\n",
                                        "MD4\n",
                                        "int main(void) { return f(1) == 2; }\n"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        is_i64(read_text(texts[i]), TUTELA_LIST_UNUSABLE, "no list: case %zu", i);
        ok(strstr(got_error.text, ": not a hash list of a known format"), "says so");
        ok(strstr(got_error.advice, "hashdeep") && strstr(got_error.advice, "C4All XML"),
           "and names the formats, to the last");
        ok(got_format == NULL, "no format");
    }
}

/* Not a list either, but mistakes that have a name. */
static void mistaken(void)
{
    static const char *const empty[] = {"", "\n\n\n", "# only a comment\n"};

    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        is_i64(read_text(empty[i]), TUTELA_LIST_UNUSABLE, "nothing: case %zu", i);
        ok(strstr(got_error.text, ": is empty") && got_error.advice[0], "says so");
    }
    is_i64(read_text("\x89TSET\r\n\x1a and so on"), TUTELA_LIST_UNUSABLE, "a compiled set");
    ok(strstr(got_error.text, ": is a compiled hash set already"), "says so");
}

static void long_preamble(void)
{
    size_t at = 0;

    while (at < 20000)
        at += (size_t)snprintf(text + at, sizeof text - at,
                               "# a line of some licence, no end of them\n");
    snprintf(text + at, sizeof text - at, "%s\n", sample_hex(1, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_OK, "20 kB of comments do not hide the list");
    is_u64(row_count, 1, "its row is read");
    is_u64(rows[0].line, at / 41 + 1, "under its line number");
}

static tutela_status refuse(void *user, const tt_row *row, tutela_error *error)
{
    (void)row;
    ++*(int *)user;
    return tt_fail(error, TUTELA_RECORD, 0, "no more");
}

static void refusing_sink(void)
{
    static const char *const lists[] = {"plain.txt", "md5sum.txt", "hashdeep.txt", "comma.csv",
                                        "vics-2.0-us.json"};
    char path[256];

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        int calls = 0;
        tt_row_sink sink = {.take = refuse, .reject = keep_reject, .user = &calls};
        tutela_error error = {0};
        snprintf(path, sizeof path, "tests/data/lists/%s", lists[i]);
        is_i64(tt_import_file(path, NULL, &sink, NULL, &error), TUTELA_RECORD, "%s: the sink's status",
               lists[i]);
        is_text(error.text, "no more", "%s: and its words", lists[i]);
        is_u64(calls, 1, "%s: and no call after it", lists[i]);
    }
}

static void hex(void)
{
    uint8_t out[2];
    int wrong = 0;

    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            char two[2] = {(char)a, (char)b};
            uint8_t want = 0;
            int status = tt_hex_decode(two, 2, &want);
            wrong += tt_import_hex_decode(two, 2, out) != status || (status == 0 && out[0] != want);
            wrong += (tt_import_hex_run(two, 2) == 2) != (status == 0);
        }
    is_u64(wrong, 0, "the table decodes what base/text decodes, for every pair of bytes");
}

int main(void)
{
    samples();
    faults();
    pasted();
    voids();
    bytes();
    long_rows();
    unknown();
    mistaken();
    long_preamble();
    refusing_sink();
    hex();
    return tap_done();
}
