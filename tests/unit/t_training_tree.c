/*
 * The training tree as a whole: the same everywhere, different under another seed, refused where it
 * would mix with other files, and holding each of the things it promises.
 */
#include "tap.h"

#include "base/text.h"
#include "digest/digest.h"
#include "training/training.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/*
 * The digest of the manifest (one line for every entry: kind, mode, time, size, SHA-256, path) of
 * all that is made from seed 0. It changes only when the training data changes, on purpose.
 */
static const char recorded[] = "125749a9fe29746387fc5656e5f7cc84b1a96132d0ae5c114447a2d667079d92";

#define ENTRIES_MAX 2000

static char *lines[ENTRIES_MAX];
static size_t line_count, root_size, file_count, folder_count;
static uint64_t byte_count;
static int64_t first_time, last_time;

static uint8_t *read_all(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size + 1);

    if (!file || !data || fread(data, 1, size, file) != size) {
        printf("Bail out! %s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return data;
}

static void digest_hex(const void *data, size_t size, char hex[65])
{
    tt_digests digests;

    hex[0] = 0;
    if (tt_digest_bytes(TUTELA_BIT(TUTELA_SHA256), data, size, &digests, NULL) == TUTELA_OK)
        tt_hex_encode(digests.value[TUTELA_SHA256], 32, hex);
}

static int add_line(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    char hex[65] = "-";
    size_t size = strlen(path) + 160;
    char *line = malloc(size);

    (void)ftw;
    (void)flag;
    if (strlen(path) <= root_size || line_count == ENTRIES_MAX) {
        free(line);
        return line_count == ENTRIES_MAX;
    }
    if (S_ISREG(stat->st_mode)) {
        uint8_t *data = read_all(path, (size_t)stat->st_size);

        digest_hex(data, (size_t)stat->st_size, hex);
        free(data);
        file_count++;
        byte_count += (uint64_t)stat->st_size;
        if (strstr(path, "/tree/")) {
            if (first_time == 0 || stat->st_mtime < first_time)
                first_time = stat->st_mtime;
            last_time = stat->st_mtime > last_time ? stat->st_mtime : last_time;
        }
    } else if (S_ISLNK(stat->st_mode)) {
        char target[256];
        ssize_t length = readlink(path, target, sizeof target);

        digest_hex(target, length < 0 ? 0 : (size_t)length, hex);
    } else if (S_ISDIR(stat->st_mode)) {
        folder_count++;
    }
    /* A folder's size and a link's mode are the file system's business. */
    snprintf(line, size, "%o %lld.%09ld %lld %s %s", (unsigned)stat->st_mode,
             (long long)stat->st_mtim.tv_sec, stat->st_mtim.tv_nsec,
             S_ISREG(stat->st_mode) ? (long long)stat->st_size : 0, hex, path + root_size + 1);
    lines[line_count++] = line;
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The manifest of a folder, sorted; the caller frees it. Also left as a file, for looking at. */
static char *manifest(const char *folder)
{
    size_t size = 1;
    char *text, *end;
    FILE *file;

    line_count = file_count = folder_count = 0;
    byte_count = 0;
    first_time = last_time = 0;
    root_size = strlen(folder);
    if (nftw(folder, add_line, 32, FTW_PHYS) != 0) {
        printf("Bail out! the tree cannot be walked\n");
        exit(1);
    }
    qsort(lines, line_count, sizeof *lines, by_text);
    for (size_t i = 0; i < line_count; i++)
        size += strlen(lines[i]) + 1;
    text = end = malloc(size);
    for (size_t i = 0; i < line_count; i++) {
        end = stpcpy(end, lines[i]);
        *end++ = '\n';
        free(lines[i]);
    }
    *end = 0;
    file = fopen(tap_path("manifest-%s", strrchr(folder, '/') + 1), "w");
    if (file) {
        fputs(text, file);
        fclose(file);
    }
    return text;
}

static tutela_status create(const char *folder, uint64_t seed)
{
    tutela_error error = {0};
    tutela_status status = tt_training_create(folder, seed, &error);

    if (status != TUTELA_OK)
        printf("# %s\n", error.text);
    return status;
}

static void test_same(void)
{
    char hex[65];
    char *text;
    mode_t mask;

    /* The other seed first, so that anything carried over from one run to the next would show. */
    mkdir(tap_path("c"), 0755);
    is_i64(create(tap_path("c"), 1), TUTELA_OK, "made in an empty folder, from another seed");
    mask = umask(077);
    is_i64(create(tap_path("a"), 0), TUTELA_OK, "made where nothing was, under a strict umask");
    umask(mask);
    text = manifest(tap_path("a"));
    digest_hex(text, strlen(text), hex);
    is_text(hex, recorded, "seed 0 gives the bytes, modes and times it always gave");
    free(text);

    ok(file_count > 350 && file_count < 600, "a few hundred files: %zu", file_count);
    ok(folder_count > 50, "nested folders: %zu", folder_count);
    ok(byte_count > 5000000 && byte_count < 30000000, "under 30 MB: %" PRIu64, byte_count);
    ok(last_time - first_time > 700 * 86400, "file times spread over two years");
    ok(first_time >= 1704067200 && last_time < 1704067200 + 731 * 86400, "and no more");
}

/* Files of both seeds that hold something must differ; the empty one may not. */
static void test_other_seed(void)
{
    static const char *const names[] = {
        "tree/Pictures/2024/2024-03 Spring/IMG_0107.jpg", "tree/Music/Album/track 01.mp3",
        "tree/Documents/Notes/note-001.txt", "tree/backup/2025-01-01/home-1.tar",
        "tree/Special/sparse.img", "lists/known-md5.txt", "lists/known-vics-2.0.json"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char one[65], other[65];
        struct stat stat_a, stat_c;
        uint8_t *a, *c;

        if (stat(tap_path("a/%s", names[i]), &stat_a) != 0
            || stat(tap_path("c/%s", names[i]), &stat_c) != 0) {
            ok(0, "%s is there", names[i]);
            continue;
        }
        a = read_all(tap_path("a/%s", names[i]), (size_t)stat_a.st_size);
        c = read_all(tap_path("c/%s", names[i]), (size_t)stat_c.st_size);
        digest_hex(a, (size_t)stat_a.st_size, one);
        digest_hex(c, (size_t)stat_c.st_size, other);
        ok(strcmp(one, other) != 0, "%s follows the seed", names[i]);
        free(a);
        free(c);
    }
}

static void test_special(void)
{
    struct stat one, two;

    ok(lstat(tap_path("a/tree/Special/pipe"), &one) == 0 && S_ISFIFO(one.st_mode), "a named pipe");
    ok(lstat(tap_path("a/tree/Special/empty.jpg"), &one) == 0 && one.st_size == 0, "an empty file");
    ok(rmdir(tap_path("a/tree/Special/Empty folder")) == 0, "an empty folder");
    ok(lstat(tap_path("a/tree/Special/sparse.img"), &one) == 0 && one.st_size == 4 << 20,
       "a sparse file");
    if (one.st_blocks * 512 < one.st_size)
        ok(1, "with a hole");
    else
        skip(1, "this file system keeps no holes");
    ok(lstat(tap_path("a/tree/Links/missing.jpg"), &one) == 0 && S_ISLNK(one.st_mode)
           && stat(tap_path("a/tree/Links/missing.jpg"), &two) != 0, "a dangling link");
    ok(lstat(tap_path("a/tree/Links/latest.jpg"), &one) == 0 && S_ISLNK(one.st_mode)
           && stat(tap_path("a/tree/Links/latest.jpg"), &two) == 0 && S_ISREG(two.st_mode),
       "a link to a file");
    ok(stat(tap_path("a/tree/Links/second name.jpg"), &one) == 0
           && stat(tap_path("a/tree/Pictures/2024/2024-08 Summer/IMG_0203.jpg"), &two) == 0
           && one.st_ino == two.st_ino && one.st_nlink == 2, "a hard link");
    ok(stat(tap_path("a/README.txt"), &one) == 0 && one.st_size > 1000, "an explanation");
}

static void test_names(void)
{
    static const char *const names[] = {
        "line\nbreak.jpg",  "tab\there.png",  "\x1B[31mred\x1B[0m.jpg", "-rf",
        "trailing space ",  "=formula.png",   "<b>&amp;.jpg",           "not UTF-8 \xFF\xFE.jpg",
        ".hidden.jpg",      "back\\slash.txt", "\"],\"status\":\"clear\",\"x\":[\""};
    char longest[256];
    struct stat stat;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ok(lstat(tap_path("a/tree/Odd names/%s", names[i]), &stat) == 0, "odd name %zu", i);
    for (int i = 0; i < 250; i++)
        longest[i] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"[i % 50];
    memcpy(longest + 250, "y.png", 6);
    ok(lstat(tap_path("a/tree/Odd names/%s", longest), &stat) == 0, "a name of 255 bytes");
}

static void test_refused(void)
{
    tutela_error error = {0};
    struct stat stat_before, stat_after;
    FILE *file;

    mkdir(tap_path("full"), 0755);
    file = fopen(tap_path("full/.hidden"), "w");
    fclose(file);
    stat(tap_path("full"), &stat_before);
    is_i64(tt_training_create(tap_path("full"), 0, &error), TUTELA_ARGUMENT,
           "a folder that holds even a hidden file is refused");
    stat(tap_path("full"), &stat_after);
    ok(stat_before.st_nlink == stat_after.st_nlink, "and nothing was made in it");
    ok(strstr(error.text, "not empty") != NULL, "the error says why: %s", error.text);
    ok(error.advice[0] != 0, "and what to do: %s", error.advice);

    error = (tutela_error){0};
    is_i64(tt_training_create(tap_path("full/.hidden"), 0, &error), TUTELA_ARGUMENT,
           "a file is refused");
    is_i64(error.os_error, ENOTDIR, "for what it is");
    ok(error.advice[0] != 0, "with advice");

    error = (tutela_error){0};
    is_i64(tt_training_create(tap_path("no/such/parent"), 0, &error), TUTELA_RECORD,
           "a folder inside none cannot be made");
    is_i64(error.os_error, ENOENT, "for what is missing");
    ok(error.advice[0] != 0, "with advice");
    is_i64(tt_training_create(tap_path("no/such/parent"), 0, NULL), TUTELA_RECORD,
           "no error struct is fine");
}

/* A disk that is full half-way: the error says where it stopped, and what is there stays. */
static void test_stopped(void)
{
    struct rlimit old, small = {.rlim_cur = 20000};
    tutela_error error = {0};
    struct stat stat;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    is_i64(tt_training_create(tap_path("stopped"), 0, &error), TUTELA_RECORD,
           "what cannot be written is no success");
    setrlimit(RLIMIT_FSIZE, &old);
    is_i64(error.os_error, EFBIG, "the system's reason is kept");
    ok(strncmp(error.text, "tree/Pictures/", 14) == 0, "the error says where: %s", error.text);
    ok(lstat(tap_path("stopped/tree/Pictures"), &stat) == 0, "what was made stays");
}

int main(void)
{
    test_same();
    test_other_seed();
    test_special();
    test_names();
    test_refused();
    test_stopped();
    return tap_done();
}
