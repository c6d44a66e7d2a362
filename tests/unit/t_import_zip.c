/* t_import_zip: hashsets/import/zip.c, and input.c with a zip file in front. */
#include "t_import_rows.h"

#include "zip_kit.h"

#define MD5 TUTELA_BIT(TUTELA_MD5)

static uint8_t image[1 << 20];
static zip_kit kit;

/* The list that most tests put into a zip: samples 1 and 2 by MD5. */
static const char *list(void)
{
    static char text[200];

    snprintf(text, sizeof text, "%s\n%s\n", sample_hex(1, TUTELA_MD5), sample_hex(2, TUTELA_MD5));
    return text;
}

static void begin(void)
{
    kit = (zip_kit){.data = image, .room = sizeof image};
}

static void add(const char *name, const char *text, int how)
{
    zip_add(&kit, name, text, strlen(text), how);
}

static tutela_status read_kit(void)
{
    zip_end(&kit);
    return read_bytes((const char *)image, kit.size);
}

static void one_list(void)
{
    static const struct {
        const char *name;
        int how;
    } ways[] = {{"stored", 0},
                {"deflated", ZIP_DEFLATED},
                {"deflated, sizes behind", ZIP_DEFLATED | ZIP_SIZES_BEHIND}};

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        begin();
        add("lists/a b.txt", list(), ways[i].how);
        is_i64(read_kit(), TUTELA_OK, "%s", ways[i].name);
        is_text(got_format, "plain list", "the list's format");
        is_u64(row_count, 2, "its rows");
        is_sample(1, 2, MD5, ways[i].name);
    }
    begin();
    add("lists/", "", 0);
    add("__MACOSX/._list.txt", "x", 0);
    add("lists/.DS_Store", "x", 0);
    add("lists/list.txt", list(), ZIP_DEFLATED);
    add("__MACOSX/lists/._list.txt", "x", ZIP_DEFLATED | ZIP_SIZES_BEHIND);
    is_i64(read_kit(), TUTELA_OK, "folders and what macOS puts there");
    is_u64(row_count, 2, "do not count");
}

static void encodings(void)
{
    char text[300];
    int size = snprintf(text, sizeof text, "\xEF\xBB\xBF%s", list());

    begin();
    zip_add(&kit, "a", text, (size_t)size, ZIP_DEFLATED);
    is_i64(read_kit(), TUTELA_OK, "a byte order mark inside");
    is_u64(row_count, 2, "is no part of a row");
    begin();
    text[0] = (char)0xFF;
    text[1] = (char)0xFE;
    size = 2;
    for (const char *at = list(); *at; at++) {
        text[size++] = *at;
        text[size++] = '\0';
    }
    zip_add(&kit, "a", text, (size_t)size, ZIP_DEFLATED);
    is_i64(read_kit(), TUTELA_OK, "UTF-16 inside");
    is_u64(row_count, 2, "is decoded");
}

static void several(void)
{
    static const char nsrl[] = "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\","
                               "\"ProductCode\",\"OpSystemCode\",\"SpecialCode\"\n";
    char text[512];

    snprintf(text, sizeof text, "%s\"%s\",\"%s\",\"\",\"a\",15,1,\"\",\"\"\n", nsrl,
             sample_hex(1, TUTELA_SHA1), sample_hex(1, TUTELA_MD5));
    begin();
    add("RDS/NSRLProd.txt", "\"ProductCode\"\n", ZIP_DEFLATED);
    add("RDS/nsrlfile.TXT", text, ZIP_DEFLATED);
    add("RDS/version.txt", "x", ZIP_DEFLATED);
    is_i64(read_kit(), TUTELA_OK, "NSRLFile.txt among others");
    is_text(got_format, "NSRL text", "is the one");
    is_sample(0, 1, MD5 | TUTELA_BIT(TUTELA_SHA1), "NSRL");
    begin();
    add("a/NSRLFile.txt", text, 0);
    add("b/NSRLFile.txt", text, 0);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "two of them");
    ok(strstr(got_error.text, "more than one file") && strstr(got_error.advice, "unpack"),
       "is one too many: %s", got_error.text);
    begin();
    add("a.txt", list(), 0);
    add("b.txt", list(), 0);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "two lists");
    ok(row_count == 0 && got_error.advice[0], "are not guessed at");
    begin();
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "no member");
    begin();
    add("a/", "", 0);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "a folder");
    ok(strstr(got_error.text, "without a file"), "is no list");
    begin();
    add("a", "", ZIP_DEFLATED);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "an empty list");
    ok(strstr(got_error.text, "is empty"), "%s", got_error.text);
}

static void refused(void)
{
    int pipes[2];
    char path[64];

    begin();
    add("a", list(), ZIP_ENCRYPTED);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "encrypted");
    ok(strstr(got_error.text, "encrypted") && strstr(got_error.advice, "password"), "%s",
       got_error.text);
    begin();
    add("a", list(), ZIP_ODD_METHOD);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "bzip2");
    ok(strstr(got_error.text, "neither stored nor deflated"), "%s", got_error.text);
    begin();
    add("a", list(), ZIP_DEFLATED);
    zip_end(&kit);
    if (pipe(pipes) != 0 || write(pipes[1], image, kit.size) != (ssize_t)kit.size)
        exit(1);
    close(pipes[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", pipes[0]);
    is_i64(tt_import_file(path, NULL, &keep_all, NULL, &got_error), TUTELA_LIST_UNUSABLE, "a pipe");
    ok(strstr(got_error.advice, "save it"), "with advice");
    close(pipes[0]);
}

static void database(void)
{
    static char base[4096] = "SQLite format 3";

    begin();
    zip_add(&kit, "a.db", base, sizeof base, ZIP_DEFLATED);
    is_i64(read_kit(), TUTELA_LIST_UNUSABLE, "a database");
    ok(strstr(got_error.text, "inside a zip") && strstr(got_error.advice, "unpack"), "%s",
       got_error.text);
}

/* Cut anywhere, or changed in any byte: read whole, or refused. */
static void damage(void)
{
    size_t whole, wrong = 0, lost = 0;

    for (int how = 0; how < 2; how++) {
        begin();
        add("a.txt", list(), how ? ZIP_DEFLATED : 0);
        zip_end(&kit);
        whole = kit.size;
        for (size_t size = 0; size < whole; size++) {
            tutela_status status = read_bytes((const char *)image, size);

            wrong += status != TUTELA_LIST_UNUSABLE && status != TUTELA_OK;
            lost += status == TUTELA_OK && row_count != 2 && reject_count == 0;
        }
        for (size_t at = 0; at < whole; at++)
            for (int bit = 0; bit < 8; bit++) {
                image[at] ^= (uint8_t)(1 << bit);
                tutela_status status = read_bytes((const char *)image, whole);
                wrong += status != TUTELA_LIST_UNUSABLE && status != TUTELA_OK;
                lost += status == TUTELA_OK && row_count != 2 && reject_count == 0;
                image[at] ^= (uint8_t)(1 << bit);
            }
    }
    is_u64(wrong, 0, "a damaged zip is read or refused");
    is_u64(lost, 0, "and never loses a row in silence");
}

/* 16 MiB of rows from 16 KiB: what a zip unpacks to costs time, not memory. */
static void bomb(void)
{
    static uint8_t block[1 << 16];
    size_t before = peak_kib();

    memset(block, '\n', sizeof block);
    memcpy(block, list(), 66);
    begin();
    zip_add_repeated(&kit, "a", block, sizeof block, 256);
    is_i64(read_kit(), TUTELA_OK, "16 MiB of little");
    ok(kit.size < 1 << 20, "deflated to %zu bytes", kit.size);
    is_u64(row_count, 512, "is read to its end");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    ok(peak_kib() - before < 4096, "in little memory: %zu KiB", peak_kib() - before);
#else
    (void)before;
#endif
}

int main(void)
{
    one_list();
    encodings();
    several();
    refused();
    database();
    damage();
    bomb();
    return tap_done();
}
