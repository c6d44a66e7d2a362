/*
 * The made-up lists and the answer sheet, held against the tree by other means than those that made
 * them: every file is digested anew, its digests are looked for in the lists' text, and what the
 * grades' definition says of the rows found must be what the answer sheet says.
 */
#include "tap.h"

#include "base/text.h"
#include "digest/digest.h"
#include "training/training.h"

#include <ctype.h>
#include <ftw.h>
#include <sys/stat.h>

#define FILES_MAX 1000
#define ROWS_MAX  1000

typedef struct row {
    const char *list;
    char *text;     /* in lower case */
    unsigned widths; /* bit 0: has an MD5, 1: a SHA-1, 2: a SHA-256 */
} row;

typedef struct file {
    char *shown; /* path in the tree, in display form */
    long long size;
    char hex[3][65];
    char grade; /* as found in the lists; 0: none */
    int known;  /* only in the known-good list */
} file;

static row rows[ROWS_MAX];
static file files[FILES_MAX];
static size_t row_count, file_count, root_size;

static char *read_text(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    struct stat stat;
    char *text;

    if (!stream || fstat(fileno(stream), &stat) != 0) {
        printf("Bail out! %s cannot be read\n", path);
        exit(1);
    }
    text = malloc((size_t)stat.st_size + 1);
    *size = fread(text, 1, (size_t)stat.st_size, stream);
    text[*size] = 0;
    fclose(stream);
    return text;
}

/* Which widths of hex the row holds. */
static unsigned widths_of(const char *text)
{
    unsigned widths = 0;

    while (*text) {
        size_t run = strspn(text, "0123456789abcdef");

        if (run == 32 || run == 40 || run == 64)
            widths |= run == 32 ? 1u : run == 40 ? 2u : 4u;
        text += run ? run : 1;
    }
    return widths;
}

static void load_list(const char *name)
{
    size_t size;
    char *text = read_text(tap_path("data/lists/%s", name), &size);
    char *rest = text;

    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        for (char *at = line; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        if (row_count < ROWS_MAX && widths_of(line))
            rows[row_count++] = (row){name, strdup(line), widths_of(line)};
    }
    free(text);
}

static int add_file(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    tt_digests digests;
    tt_buf shown;
    size_t size;
    char *data;
    file *added;

    (void)flag;
    (void)ftw;
    if (!S_ISREG(stat->st_mode) || file_count == FILES_MAX)
        return 0;
    data = read_text(path, &size);
    added = &files[file_count++];
    added->size = (long long)size;
    if (tt_digest_bytes(TT_DIGEST_EVIDENCE, data, size, &digests, NULL) != TUTELA_OK)
        return 1;
    tt_hex_encode(digests.value[TUTELA_MD5], 16, added->hex[0]);
    tt_hex_encode(digests.value[TUTELA_SHA1], 20, added->hex[1]);
    tt_hex_encode(digests.value[TUTELA_SHA256], 32, added->hex[2]);
    tt_buf_init(&shown, 1 << 16);
    tt_text_display(&shown, path + root_size + 1, strlen(path + root_size + 1));
    added->shown = strdup(shown.data);
    tt_buf_done(&shown);
    free(data);
    return 0;
}

/* The file's size stands in the row as a number of its own, not inside a digest. */
static int has_size(const char *text, long long size)
{
    char number[32];
    size_t length = (size_t)snprintf(number, sizeof number, "%lld", size);

    for (const char *at = strstr(text, number); at; at = strstr(at + 1, number))
        if ((at == text || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]))
            return 1;
    return 0;
}

/* The grades' definition, for one row. 0 when the row does not speak of the file. */
static char grade(const row *r, const file *f)
{
    unsigned agreed = 0;

    if (f->size == 0)
        return 0; /* one list has the digest of no bytes, which readers must drop */
    for (unsigned i = 0; i < 3; i++)
        if (r->widths & 1u << i && strstr(r->text, f->hex[i]))
            agreed |= 1u << i;
    if (!agreed)
        return 0;
    if (agreed != r->widths)
        return 'X';
    if (agreed & 4)
        return 'S';
    if (agreed == 3)
        return 'A';
    return agreed == 2 || has_size(r->text, f->size) ? 'B' : 'C';
}

static void judge(file *f)
{
    static const char order[] = "SABCX";
    int bad = 0;

    for (size_t i = 0; i < row_count; i++) {
        char found = grade(&rows[i], f);

        if (!found)
            continue;
        bad |= strncmp(rows[i].list, "known-", 6) == 0;
        if (!f->grade || strchr(order, found) < strchr(order, f->grade))
            f->grade = found;
    }
    f->known = f->grade && !bad;
}

/* 1 when a line of the answer sheet is what the lists say. */
static int is_right(char *line)
{
    const char *path = strsep(&line, "\t");
    const char *status = strsep(&line, "\t");
    const file *f = files;

    while (f < files + file_count && strcmp(f->shown, path) != 0)
        f++;
    if (f == files + file_count || !status || !line) {
        printf("# %s: no such file, or no full line\n", path);
        return 0;
    }
    if (line[0] == f->grade && !line[1] && strcmp(status, f->known ? "known" : "match") == 0)
        return 1;
    printf("# %s: '%s' '%s', and the lists say %c\n", path, status, line,
           f->grade ? f->grade : '-');
    return 0;
}

static void test_answers(void)
{
    size_t size, listed = 0, right = 0, lines = 0;
    unsigned grades[128] = {0};
    char *text = read_text(tap_path("data/expected.tsv"), &size);
    char *rest = text;

    for (size_t i = 0; i < file_count; i++) {
        judge(&files[i]);
        listed += files[i].grade != 0;
        grades[(int)files[i].grade]++;
    }
    is_text(strsep(&rest, "\n"), "path\tstatus\tgrade", "the answer sheet has a heading");
    for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
        lines++;
        right += (size_t)is_right(line);
    }
    is_u64(right, lines, "every line of the answer sheet is what the lists say");
    is_u64(lines, listed, "and no listed file is missing from it");
    for (const char *at = "SABCX"; *at; at++)
        ok(grades[(int)*at] >= 2, "grade %c occurs: %u", *at, grades[(int)*at]);
    ok(grades[0] > 300, "most files are in no list: %u", grades[0]);
    free(text);
}

/* Rows of a list that speak of no file, and rows in all. */
static void test_decoys(const char *name)
{
    size_t all = 0, decoys = 0;

    for (size_t i = 0; i < row_count; i++) {
        int meets = 0;

        if (strcmp(rows[i].list, name) != 0)
            continue;
        for (size_t j = 0; j < file_count && !meets; j++)
            meets = grade(&rows[i], &files[j]) != 0;
        all++;
        decoys += !meets;
    }
    ok(all >= 15 && decoys >= 10 && decoys < all, "%s: %zu rows, %zu of them match nothing", name,
       all, decoys);
}

/* The lists, read by the programs whose formats they are in. */
static void test_tool(const char *need, const char *what, const char *command)
{
    char line[2048];

    snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", need);
    if (system(line) != 0) {
        skip(1, need);
        return;
    }
    snprintf(line, sizeof line, "cd '%s/data/tree' && { %s; } >/dev/null 2>&1", tap_folder(),
             command);
    is_i64(system(line), 0, "%s: %s", need, what);
}

static void test_tools(void)
{
    test_tool("md5sum", "the known-good list holds for the tree",
              "md5sum -c --ignore-missing ../lists/good-md5sum.txt");
    test_tool("sha1sum", "its list holds for the tree, escaped name and all",
              "sha1sum -c --ignore-missing ../lists/known-sha1.txt");
    test_tool("sha256sum", "its list holds for the tree",
              "sha256sum -c --ignore-missing ../lists/known-sha256.txt");
    test_tool("hashdeep", "its list finds its four files under six names",
              "test $(find . -type f -exec hashdeep -m -b -k ../lists/known-hashdeep.txt {} + "
              "| wc -l) -eq 6");
    test_tool("python3", "both VICS lists are JSON of 25 entries",
              "python3 -c 'import json; [1 / (len(json.load(open(\"../lists/known-vics-%s.json\" %"
              " v))[\"value\"]) == 25) for v in (\"1.3\", \"2.0\")]'");
}

int main(void)
{
    static const char *const lists[] = {
        "known-md5.txt",   "known-sha1.txt",      "known-sha256.txt",    "known-hashdeep.txt",
        "known-media.csv", "known-vics-2.0.json", "known-vics-1.3.json", "good-md5sum.txt"};

    is_i64(tt_training_create(tap_path("data"), 7, NULL), TUTELA_OK, "training data from seed 7");
    root_size = strlen(tap_path("data/tree"));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        load_list(lists[i]);
    is_i64(nftw(tap_path("data/tree"), add_file, 32, FTW_PHYS), 0, "the tree is read");
    test_answers();
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        test_decoys(lists[i]);
    test_tools();
    return tap_done();
}
