/* t_import_hashdeep: hashsets/import/hashdeep.c. (The tool itself is in t_import_sums.) */
#include "t_import_rows.h"

#define THREE (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

static char text[1 << 16];

static void sample(void)
{
    is_i64(read_sample("hashdeep.txt"), TUTELA_OK, "hashdeep.txt");
    is_text(got_format, "hashdeep", "its format");
    is_u64(row_count, 3, "three rows");
    is_u64(reject_count, 0, "no reject");
    for (unsigned i = 0; i < 3; i++) {
        is_sample(i, i + 1, THREE, "hashdeep.txt");
        is_u64(rows[i].size, sample_size(i + 1), "with its size");
        is_u64(rows[i].line, i + 6, "and its line");
    }
}

static void faults(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5), *sha1 = sample_hex(1, TUTELA_SHA1);

    snprintf(text, sizeof text,
             "%%%%%%%% HASHDEEP-1.0\r\n%%%%%%%% size,md5,sha1,filename\r\n"
             "15,%s,%s,/a\r\n,%s,%s,/a\r\nx,%s,%s,/a\r\n15,%s,%s\r\n15,%.31s,%s,/"
             "a\r\n15,%s,%.39sg,/a\r\n"
             "15,,%s,/a\r\n15,,,/a\r\nline\r\n15,%s,%s,\r\n0,%s,%s,/b\r\n",
             md5, sha1, md5, sha1, md5, sha1, md5, sha1, md5, sha1, md5, sha1, sha1, md5, sha1, md5,
             sha1);
    is_i64(read_text(text), TUTELA_OK, "faults in rows");
    is_u64(row_count, 4, "sound rows are taken");
    is_u64(rows[1].digests.mask, TUTELA_BIT(TUTELA_SHA1), "an empty column is no digest");
    is_u64(rows[2].line, 12, "an empty name is fine");
    is_u64(rows[3].size, TT_SIZE_UNKNOWN, "size 0 of what is not empty is unknown");
    is_u64(reject_count, 7, "the others are not");
    is_reject(0, 4, TUTELA_REJECT_SIZE, "no size");
    is_reject(1, 5, TUTELA_REJECT_SIZE, "size x");
    is_reject(2, 6, TUTELA_REJECT_SYNTAX, "a column short");
    is_reject(3, 7, TUTELA_REJECT_WIDTH, "a digit short");
    is_reject(4, 8, TUTELA_REJECT_HEX, "no hex");
    is_reject(5, 10, TUTELA_REJECT_NO_DIGEST, "no digest");
    is_reject(6, 11, TUTELA_REJECT_SYNTAX, "words");
}

static void voids(void)
{
    snprintf(text, sizeof text,
             "%%%%%%%% HASHDEEP-1.0\n%%%%%%%% size,md5,sha1,filename\n"
             "0,d41d8cd98f00b204e9800998ecf8427e,da39a3ee5e6b4b0d3255bfef95601890afd80709,/e\n"
             "15,%032d,%s,/a\n15,%032d,%040d,/b\n",
             0, sample_hex(1, TUTELA_SHA1), 0, 0);
    is_i64(read_text(text), TUTELA_OK, "void digests");
    is_u64(row_count, 1, "one row is left");
    is_sample(0, 1, TUTELA_BIT(TUTELA_SHA1), "with its sound digest only");
    is_reject(0, 3, TUTELA_REJECT_EMPTY_FILE, "empty file");
    is_reject(1, 5, TUTELA_REJECT_ALL_ZERO, "zeros");
}

static void blocks(void)
{
    snprintf(text, sizeof text,
             "%%%%%%%% HASHDEEP-1.0\n%%%%%%%% size,md5,filename\n15,%s,/a\n"
             "%%%%%%%% HASHDEEP-1.0\n15,%s,/a\n%%%%%%%% size,sha256,md5,filename\n15,%s,%s,/b\n",
             sample_hex(1, TUTELA_MD5), sample_hex(1, TUTELA_MD5), sample_hex(2, TUTELA_SHA256),
             sample_hex(2, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_OK, "two lists in one file");
    is_u64(row_count, 2, "each under its own columns");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), "first");
    is_sample(1, 2, TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA256), "second");
    is_reject(0, 5, TUTELA_REJECT_SYNTAX, "a row before its columns");
}

static void headers(void)
{
    static const char *const bad[] = {
        "size,filename",
        "md5,size,filename",
        "size,md5",
        "size,md5,name",
        "size,md5,md5,filename",
        "size,tiger,filename",
        "",
        "size",
        "size,md5,sha1,sha256,tiger,whirlpool,a,b,c,d,e,f,g,h,i,j,k,l,filename"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "%%%%%%%% HASHDEEP-1.0\n%%%%%%%% %s\n", bad[i]);
        is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "columns '%s'", bad[i]);
        ok(strstr(got_error.text, "hashdeep"), "are refused in words");
        is_u64(got_error.offset, 2, "with their line");
    }
    is_i64(read_text("%%%% HASHDEEP-2.0\n"), TUTELA_LIST_UNUSABLE, "another version");
    is_i64(read_text("%%%% HASHDEEP-1.0\n"), TUTELA_LIST_UNUSABLE, "no columns");
    ok(strstr(got_error.text, "column"), "says so");
}

static void odd_rows(void)
{
    size_t at = (size_t)sprintf(text, "%%%%%%%% HASHDEEP-1.0\n%%%%%%%% size,md5,filename\n15,%s,/a",
                                sample_hex(1, TUTELA_MD5));
    text[at++] = '\0';
    at += (size_t)sprintf(text + at, "b\n15,%s,/caf\xE9\n", sample_hex(2, TUTELA_MD5));
    is_i64(read_bytes(text, at), TUTELA_OK, "a NUL in a name");
    is_u64(row_count, 1, "costs its row; Latin-1 does not");
    is_reject(0, 3, TUTELA_REJECT_ENCODING, "NUL");
}

/* hashdeep -p gives digests of pieces, which must not match whole files. */
static void pieces(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "%%%%%%%% HASHDEEP-1.0\n%%%%%%%% size,md5,filename\n8,%s,/a offset 0-7\n"
             "8,%s,offset 0-7\n8,%s,/a,b offset 8-15\n15,%s,/a offset 0-7.jpg\n8,%s,/new\n"
             "line offset 0-7\n15,%s,/b\n8,%s,/new\n#x\n\n y offset 0-7",
             md5, md5, md5, md5, md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "pieces");
    is_u64(row_count, 2, "are not taken");
    is_u64(rows[0].line, 6, "what only looks like one is");
    is_u64(rows[1].line, 9, "and what stands between");
    size_t rejected = 0;
    for (size_t i = 0; i < reject_count; i++)
        rejected += rejects[i].reason == TUTELA_REJECT_NO_DIGEST;
    is_u64(rejected, 5, "the reason; also with line ends in their names");
    is_u64(reject_count, 7, "and the ends of those names");
}

/* Cut short anywhere, the rows before are the same and none is made up. */
static void cut_short(void)
{
    static got_row whole[3];
    size_t size, wrong = 0;
    char *data = load_sample("hashdeep.txt", &size);

    (void)!read_bytes(data, size);
    memcpy(whole, rows, sizeof whole);
    for (size_t length = 0; length < size; length++) {
        tutela_status status = read_bytes(data, length);

        wrong += status != TUTELA_OK && status != TUTELA_LIST_UNUSABLE;
        wrong += row_count > 3 || memcmp(whole, rows, row_count * sizeof *rows) != 0;
    }
    is_u64(wrong, 0, "cut after every byte");
    free(data);
}

int main(void)
{
    sample();
    faults();
    voids();
    blocks();
    headers();
    odd_rows();
    pieces();
    cut_short();
    return tap_done();
}
