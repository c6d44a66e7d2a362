/* t_import_sums: hashsets/import/sums.c, on made rows and on what the tools themselves write. */
#include "t_import_rows.h"

#include <sys/stat.h>

static char text[1 << 16];

static void samples(void)
{
    is_i64(read_sample("md5sum.txt"), TUTELA_OK, "md5sum.txt");
    is_text(got_format, "md5sum", "its format");
    is_u64(row_count, 3, "three rows");
    is_u64(reject_count, 0, "no reject");
    for (unsigned i = 0; i < 3; i++)
        is_sample(i, i + 1, TUTELA_BIT(TUTELA_MD5), "md5sum.txt");
    is_u64(rows[0].size, TT_SIZE_UNKNOWN, "no size");

    is_i64(read_sample("tagged.txt"), TUTELA_OK, "tagged.txt");
    is_text(got_format, "md5sum", "its format");
    is_u64(row_count, 4, "four rows");
    for (unsigned i = 0; i < 4; i++)
        is_sample(i, i + 1, TUTELA_BIT(i), "tagged.txt");

    is_i64(read_sample("md5deep-z.txt"), TUTELA_OK, "md5deep-z.txt");
    is_u64(row_count, 3, "three rows");
    is_sample(2, 3, TUTELA_BIT(TUTELA_MD5), "md5deep-z.txt");
    is_u64(rows[2].size, sample_size(3), "with its size");
}

/* One row between two good ones; what it becomes. */
static void one_row(const char *row, int taken, uint64_t size, int reason, const char *name)
{
    const char *good = sample_hex(7, TUTELA_SHA1);

    snprintf(text, sizeof text, "%s  good\n%s\n%s  good\n", good, row, good);
    is_i64(read_text(text), TUTELA_OK, "%s", name);
    is_u64(row_count, taken ? 3 : 2, "%s: rows taken", name);
    if (taken) {
        is_u64(rows[1].size, size, "%s: size", name);
        is_sample(1, 1, TUTELA_BIT(TUTELA_MD5), name);
    } else {
        is_reject(0, 2, (tutela_reject)reason, name);
    }
}

#define TAKEN(size, name, ...)                                                                     \
    do {                                                                                           \
        snprintf(row, sizeof row, __VA_ARGS__);                                                    \
        one_row(row, 1, (size), 0, (name));                                                        \
    } while (0)
#define REJECTED(reason, name, ...)                                                                \
    do {                                                                                           \
        snprintf(row, sizeof row, __VA_ARGS__);                                                    \
        one_row(row, 0, 0, TUTELA_REJECT_##reason, (name));                                        \
    } while (0)

static void forms(void)
{
    char row[1024], md5[33];

    snprintf(md5, sizeof md5, "%s", sample_hex(1, TUTELA_MD5));
    TAKEN(TT_SIZE_UNKNOWN, "alone", "%s", md5);
    TAKEN(TT_SIZE_UNKNOWN, "no name (md5deep -q)", "%s  ", md5);
    TAKEN(TT_SIZE_UNKNOWN, "a tab", "%s\tname", md5);
    TAKEN(TT_SIZE_UNKNOWN, "time stamp (md5deep -t)", "%s 2026:11:22:04:49:40  /a", md5);
    TAKEN(TT_SIZE_UNKNOWN, "name of a digest", "%s  %s", md5, sample_hex(2, TUTELA_MD5));
    TAKEN(TT_SIZE_UNKNOWN, "name like a tag", "%s  MD5 (x) = %s", md5, sample_hex(2, TUTELA_MD5));
    TAKEN(TT_SIZE_UNKNOWN, "name in Latin-1", "%s  caf\xE9", md5);
    TAKEN(TT_SIZE_UNKNOWN, "md5deep -c", "%s,/a, b", md5);
    TAKEN(1234, "md5deep -c -z", "      1234, %s,/a", md5);
    TAKEN(1234567890, "size of ten digits", "1234567890  %s  /a", md5);
    TAKEN(TT_SIZE_UNKNOWN, "size at md5deep's cap", "9999999999  %s  /a", md5);
    TAKEN(512, "triage (md5deep -Z) takes the second digest", "512\t%s\t%s\t/a",
          sample_hex(2, TUTELA_MD5), md5);
    TAKEN(TT_SIZE_UNKNOWN, "size 0 of a file that is not empty", "         0  %s  /a", md5);
    TAKEN(TT_SIZE_UNKNOWN, "tag without spaces (openssl)", "MD5(a)= %s", md5);
    TAKEN(TT_SIZE_UNKNOWN, "tag in lower case", "md5 (a) = %s", md5);
    TAKEN(TT_SIZE_UNKNOWN, "tagged name with a tag's end", "MD5 (a) = b) = %s", md5);
    TAKEN(TT_SIZE_UNKNOWN, "tagged name with brackets", "MD5 ((a) = (b)) = %s", md5);

    REJECTED(WIDTH, "SHA-224", "%.56s  /a", sample_hex(1, TUTELA_SHA256));
    REJECTED(WIDTH, "a digit short", "%.31s  /a", md5);
    REJECTED(HEX, "a letter too far", "%.31sg  /a", md5);
    REJECTED(SYNTAX, "words", "hello world");
    REJECTED(SYNTAX, "digest stuck to text", "%s-x", md5);
    REJECTED(WIDTH, "tag contradicts the width", "SHA1 (a) = %s", md5);
    REJECTED(NO_DIGEST, "tag of another algorithm", "SHA3-256 (a) = %s",
             sample_hex(1, TUTELA_SHA256));
    REJECTED(NO_DIGEST, "SHA-512/256 is not SHA-256", "SHA512/256 (a) = %s",
             sample_hex(1, TUTELA_SHA256));
    REJECTED(SYNTAX, "tag without a digest", "MD5 (a) =");
    REJECTED(SYNTAX, "triage without a second digest", "512\t%s\t/a", md5);
    REJECTED(WIDTH, "size of too many digits", "123456789012345678901  %s  /a", md5);
    REJECTED(SIZE, "size past 64 bits", "99999999999999999999  %s  /a", md5);
    REJECTED(EMPTY_FILE, "empty file", "d41d8cd98f00b204e9800998ecf8427e  /a");
    REJECTED(ALL_ZERO, "zeros", "%032d  /a", 0);
}

/*
 * md5deep -p gives a digest of each piece of a file. Taken for one of a whole file it could match
 * another, innocent one: a file that is equal to the piece.
 */
static void pieces(void)
{
    char row[1024], md5[33];

    snprintf(md5, sizeof md5, "%s", sample_hex(1, TUTELA_MD5));
    REJECTED(NO_DIGEST, "a piece", "%s  /a/b.jpg offset 0-1023", md5);
    REJECTED(NO_DIGEST, "binary mark", "%s */a/b.jpg offset 1024-2047", md5);
    REJECTED(NO_DIGEST, "without a name (-q)", "%s   offset 0-7", md5);
    REJECTED(NO_DIGEST, "standard input", "%s  stdin offset 0-7", md5);
    REJECTED(NO_DIGEST, "of one byte", "%s  a offset 5-5", md5);
    REJECTED(NO_DIGEST, "far out", "%s  a offset 18446744073709551614-18446744073709551615", md5);
    REJECTED(NO_DIGEST, "-c", "%s,/a/b.jpg offset 8-15", md5);
    REJECTED(NO_DIGEST, "-t", "%s 2026:11:22:06:12:41 */a offset 8-15", md5);
    REJECTED(NO_DIGEST, "-Z", "19\t%s\t%s\t/a offset 0-7", md5, md5);
    REJECTED(NO_DIGEST, "-z", "        19  %s  /a offset 0-7", md5);
    REJECTED(NO_DIGEST, "blanks behind it", "%s  /a offset 0-7 \t", md5);
    REJECTED(NO_DIGEST, "an escaped name", "\\%s  /a\\nb offset 0-7", md5);
    TAKEN(TT_SIZE_UNKNOWN, "no range", "%s  /a offset 0", md5);
    TAKEN(TT_SIZE_UNKNOWN, "no second number", "%s  /a offset 0-", md5);
    TAKEN(TT_SIZE_UNKNOWN, "no first number", "%s  /a offset -7", md5);
    TAKEN(TT_SIZE_UNKNOWN, "stuck to the name", "%s  /aoffset 0-7", md5);
    TAKEN(TT_SIZE_UNKNOWN, "not at the end", "%s  /a offset 0-7.jpg", md5);
    TAKEN(TT_SIZE_UNKNOWN, "two blanks", "%s  /a offset  0-7", md5);
    TAKEN(TT_SIZE_UNKNOWN, "a tagged row, which md5deep never writes", "MD5 (a offset 0-7) = %s",
          md5);

    snprintf(text, sizeof text,
             "%s  a\n%s  new\nline\n\n#offset\n and offset 0-7\n%s  b\n%s  c\nline offset 0-7",
             md5, md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "names with line ends");
    is_u64(row_count, 2, "of pieces cost their row");
    is_u64(rows[0].line, 1, "not the one before");
    is_u64(rows[1].line, 7, "nor the one behind");
}

static void bytes(void)
{
    const char *good = sample_hex(1, TUTELA_MD5);
    int size = snprintf(text, sizeof text, "%s  a\n%s  b", good, good);

    text[size++] = '\0';
    size += snprintf(text + size, 100, "c\n# comment\n\n%s  d\r\n", good);
    is_i64(read_bytes(text, (size_t)size), TUTELA_OK, "a NUL in a name");
    is_u64(row_count, 2, "costs its row");
    is_reject(0, 2, TUTELA_REJECT_ENCODING, "NUL");
    is_u64(rows[1].line, 5, "comments and blanks pass");
}

/* Names no tool should trip over, with known content. */
static int make_files(const char *folder)
{
    static const char *const names[] = {"a.jpg",       "b c.png", "d) = e", "new\nline",
                                        "back\\slash", "-",       "caf\xE9"};
    char path[2048];

    if (mkdir(folder, 0700) != 0)
        return -1;
    for (unsigned i = 0; i < 7; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *file = fopen(path, "wb");
        if (!file)
            return -1;
        fprintf(file, "tutela sample %u", i);
        fclose(file);
    }
    return 0;
}

/* Run a tool over the files; its output is read as a list. 0 when the tool is not there. */
static int run_tool(const char *folder, const char *tool, const char *arguments)
{
    char command[4096];

    snprintf(command, sizeof command, "command -v %s > /dev/null", tool);
    if (system(command) != 0)
        return 0;
    snprintf(command, sizeof command, "cd '%s' && %s %s > '%s' 2>/dev/null", folder, tool,
             arguments, tap_path("output"));
    if (system(command) != 0)
        return 0;
    FILE *file = fopen(tap_path("output"), "rb");
    if (!file)
        return 0;
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    return read_bytes(text, size) == TUTELA_OK;
}

/* How many of the seven files are among the rows. */
static unsigned files_there(uint32_t mask)
{
    unsigned found = 0;

    for (unsigned i = 0; i < 7; i++) {
        tt_digests want;
        sample_digests(i, &want);
        for (size_t r = 0; r < row_count; r++) {
            int same = rows[r].digests.mask == mask;
            for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
                if (same && (mask & TUTELA_BIT(a)))
                    same = memcmp(rows[r].digests.value[a], want.value[a], tt_digest_size(a)) == 0;
            if (same) {
                found++;
                break;
            }
        }
    }
    return found;
}

static void real_pieces(const char *folder)
{
    static const struct {
        const char *tool, *arguments;
    } runs[] = {{"md5deep", "-p 8 ./*"},
                {"md5deep", "-c -p 8 ./*"},
                {"md5deep", "-q -p 8 ./*"},
                {"md5deep", "-t -k -p 8 ./*"},
                {"md5deep", "-Z -p 8 ./*"},
                {"sha256deep", "-p 1m ./*"},
                {"hashdeep", "-c md5,sha1,sha256 -p 8 ./*"}};

    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (!run_tool(folder, runs[i].tool, runs[i].arguments)) {
            skip(2, "the tool is not there");
            continue;
        }
        is_u64(row_count, 0, "%s %s: no piece is taken", runs[i].tool, runs[i].arguments);
        size_t pieces = 0;
        for (size_t r = 0; r < reject_count; r++)
            pieces += rejects[r].reason == TUTELA_REJECT_NO_DIGEST;
        ok(pieces >= 6, "%s %s: pieces are rejected for what they are", runs[i].tool,
           runs[i].arguments);
    }
}

static void real_tools(void)
{
    /*
     * `stray`: lines that are no row, since the tool breaks one at the name with a line end. What
     * openssl then prints holds that file's digest on a line of its own form no more: 6 files.
     */
    static const struct {
        const char *tool, *arguments;
        uint32_t mask;
        int sized;
        size_t stray;
        unsigned files;
    } runs[] = {
        {"md5sum", "./*", 1, 0, 0, 7},
        {"md5sum", "-b ./*", 1, 0, 0, 7},
        {"sha1sum", "--tag ./*", 2, 0, 0, 7},
        {"sha256sum", "--tag ./*", 4, 0, 0, 7},
        {"sha512sum", "./*", 8, 0, 0, 7},
        {"openssl", "dgst -sha256 ./*", 4, 0, 2, 6},
        {"md5deep", "./*", 1, 0, 1, 7},
        {"md5deep", "-z ./*", 1, 1, 1, 7},
        {"md5deep", "-c -z ./*", 1, 1, 1, 7},
        {"md5deep", "-Z ./*", 1, 1, 1, 7},
        {"sha256deep", "-z ./*", 4, 1, 1, 7},
        {"hashdeep", "-c md5,sha1,sha256 ./*", 7, 1, 2, 7},
        {"hashdeep", "-c sha1,tiger,whirlpool,md5 -l ./*", 3, 1, 2, 7},
    };
    char folder[1024];

    snprintf(folder, sizeof folder, "%s", tap_path("files"));
    if (make_files(folder) != 0) {
        ok(0, "files for the tools");
        return;
    }
    real_pieces(folder);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (!run_tool(folder, runs[i].tool, runs[i].arguments)) {
            skip(4, "tool not installed");
            continue;
        }
        is_u64(files_there(runs[i].mask), runs[i].files, "%s %s: the files", runs[i].tool,
               runs[i].arguments);
        is_u64(row_count, runs[i].files, "and no other");
        is_u64(reject_count, runs[i].stray, "rejects: only the second half of a broken row");
        is_u64(rows[0].size, runs[i].sized ? sample_size(0) : TT_SIZE_UNKNOWN, "size");
    }
}

int main(void)
{
    samples();
    forms();
    pieces();
    bytes();
    real_tools();
    return tap_done();
}
