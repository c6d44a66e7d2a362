/* t_import_nsrl: hashsets/import/nsrl.c and frame.c. */
#include "t_import_rows.h"

#define MD5_SHA1 (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1))
#define HEADER2  "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\",\"SpecialCode\"\n"
#define HEADER1  "\"SHA-1\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\",\"MD4\",\"MD5\",\"CRC32\",\"SpecialCode\"\n"

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("nsrl-2.txt"), TUTELA_OK, "2.x");
    is_text(got_format, "NSRL text", "its format");
    is_u64(row_count, 3, "three rows");
    is_u64(reject_count, 0, "no reject");
    for (unsigned i = 0; i < 3; i++) {
        is_sample(i, i + 1, MD5_SHA1, "2.x");
        is_u64(rows[i].size, 15, "size, whatever the name holds");
        is_text(rows[i].entry, "", "nothing else is kept");
    }
    is_u64(rows[2].line, 4, "line");

    is_i64(read_sample("nsrl-1.5.txt"), TUTELA_OK, "1.5");
    is_text(got_format, "NSRL text", "its format");
    is_u64(row_count, 2, "two rows");
    is_sample(0, 1, MD5_SHA1, "1.5: MD5, not MD4");
    is_sample(1, 2, MD5_SHA1, "1.5");
    is_u64(rows[1].size, 15, "a size in quotes");
}

/* A row of RDS 2.x behind a sound one; 1 when it is taken. */
static int row(const char *sha1, const char *md5, const char *rest)
{
    snprintf(text, sizeof text, HEADER2 "\"%s\",\"%s\",\"00000000\",\"a\",1,1,\"1\",\"\"\n"
             "\"%s\",\"%s\",%s\n", sample_hex(9, 1), sample_hex(9, 0), sha1, md5, rest);
    is_i64(read_text(text), TUTELA_OK, "row of %zu digits, %zu digits, %s", strlen(sha1),
           strlen(md5), rest);
    is_u64(row_count + reject_count, 2, "two rows");
    return row_count == 2;
}

static void rows_of_all_sorts(void)
{
    char sha1[41], md5[33];

    snprintf(sha1, sizeof sha1, "%s", sample_hex(1, 1));
    snprintf(md5, sizeof md5, "%s", sample_hex(1, 0));
    ok(row(sha1, md5, "\"\",\"caf\xE9\",7,1,\"1\",\"\""), "Latin-1");
    is_u64(rows[1].size, 7, "size");
    ok(row(sha1, md5, "\"\",\"\",7,1,\"1\",\"\""), "no name");
    ok(row(sha1, "", "\"\",\"a\",,1,\"1\",\"\""), "no MD5, no size");
    is_sample(1, 1, TUTELA_BIT(TUTELA_SHA1), "no MD5");
    is_u64(rows[1].size, TT_SIZE_UNKNOWN, "no size");
    ok(!row("", "", "\"\",\"a\",7,1,\"1\",\"\""), "nothing");
    is_reject(0, 3, TUTELA_REJECT_NO_DIGEST, "nothing");
    ok(!row(md5, sha1, "\"\",\"a\",7,1,\"1\",\"\""), "the wrong way round");
    is_reject(0, 3, TUTELA_REJECT_WIDTH, "the wrong way round");
    ok(!row(sha1, md5, "\"\",\"a\",x,1,\"1\",\"\""), "no number");
    is_reject(0, 3, TUTELA_REJECT_SIZE, "no number");
    ok(!row(sha1, md5, "\"\",\"a\",7,1,\"1\""), "a column short");
    is_reject(0, 3, TUTELA_REJECT_SYNTAX, "a column short");
    ok(!row(sha1, md5, "\"\",7,1"), "columns short");
    is_reject(0, 3, TUTELA_REJECT_SYNTAX, "columns short");
    ok(!row("da39a3ee5e6b4b0d3255bfef95601890afd80709", "d41d8cd98f00b204e9800998ecf8427e",
            "\"\",\"a\",0,1,\"1\",\"\""), "an empty file");
    is_reject(0, 3, TUTELA_REJECT_EMPTY_FILE, "an empty file");
}

static void pasted(void)
{
    const char *sha1 = sample_hex(1, 1), *md5 = sample_hex(1, 0);

    snprintf(text, sizeof text, "\xEF\xBB\xBF" HEADER2 "\"%s\",\"%s\",\"\",\"a\",7,1,\"1\",\"\"\n\n"
             HEADER1 "\"%s\",\"a\",7,1,\"1\",\"\",\"%s\",\"\",\"\"\n" "stray\n", sha1, md5, sha1,
             md5);
    is_i64(read_text(text), TUTELA_OK, "parts of both orders, one behind the other");
    is_u64(row_count, 2, "two rows");
    is_sample(0, 1, MD5_SHA1, "2.x");
    is_sample(1, 1, MD5_SHA1, "1.5");
    is_reject(0, 6, TUTELA_REJECT_SYNTAX, "a stray line");
    is_u64(reject_count, 1, "headers and blanks are no rejects");
}

static void odd_bytes(void)
{
    const char *sha1 = sample_hex(1, 1), *md5 = sample_hex(1, 0);
    size_t length = (size_t)TT_INPUT_LINE_MAX + 10;
    char *big = malloc(length + 1000);
    int size = snprintf(text, sizeof text, HEADER2 "\"%s\",\"%s\",\"\",\"a", sha1, md5);

    text[size++] = '\0';
    size += snprintf(text + size, 200, "\",7,1,\"1\",\"\"\r\n");
    is_i64(read_bytes(text, (size_t)size), TUTELA_OK, "a NUL");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "NUL");

    size_t at = (size_t)sprintf(big, HEADER2 "\"%s\",\"%s\",\"\",\"", sha1, md5);
    memset(big + at, ',', length);
    at += length;
    at += (size_t)sprintf(big + at, "\",7,1,\"1\",\"\"\n\"%s\",\"%s\",\"\",\"a\",7,1,\"1\",\"\"",
                          sha1, md5);
    is_i64(read_bytes(big, at), TUTELA_OK, "an overlong row");
    is_u64(row_count, 1, "costs itself");
    is_reject(0, 2, TUTELA_REJECT_TOO_LONG, "overlong");
    free(big);
}

int main(void)
{
    samples();
    rows_of_all_sorts();
    pasted();
    odd_bytes();
    return tap_done();
}
