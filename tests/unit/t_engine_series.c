/*
 * engine: an image of a disk in several files is opened as one, by the first of them; what stands in for
 * one of them is not followed and not waited for.
 */
#include "open_kit.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* A floppy disk with FAT12, as mkfs.fat makes it. */
enum { SECTOR = 512, SECTORS = 2880, FAT_AT = 1, FAT_SIZE = 9, ROOT_AT = 19, DATA_AT = 33, ENTRIES = 3 };
static uint8_t image[SECTORS * SECTOR];

/*
 * The C library's call as base/io makes it: before a file is opened whose name ends in `ending`, something
 * happens, once.
 */
enum { NOTHING, HANG, REMOVE, WRITE };
static atomic_int happens, hanging;
static char ending[64], other[600];

static void happen(int what)
{
    struct timespec nap = {.tv_nsec = 1000000};
    int fd;

    if (what == HANG) {
        atomic_store(&hanging, 1);
        while (atomic_load(&hanging))
            (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
        atomic_store(&hanging, -1);
    } else if (what == REMOVE) {
        (void)unlink(other);
    } else if (what == WRITE) {
        fd = open(other, O_WRONLY | O_APPEND);
        if (write(fd, "more", 4) != 4)
            printf("# it is not written to\n");
        (void)close(fd);
    }
}

int hook_openat(int folder, const char *name, int flags, ...) __asm__("openat64");
int hook_openat(int folder, const char *name, int flags, ...)
{
    size_t size = strlen(name), want = strlen(ending);
    va_list arguments;
    mode_t mode = 0;

    va_start(arguments, flags);
    if (flags & (O_CREAT | __O_TMPFILE))
        mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (atomic_load(&happens) && size >= want && strcmp(name + size - want, ending) == 0)
        happen(atomic_exchange(&happens, NOTHING));
    return (int)syscall(SYS_openat, folder, name, flags, mode);
}

static tales all;
static tutela_scanner *scanner;

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void set_fat(unsigned cluster, unsigned next)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        uint8_t *at = image + (FAT_AT + copy * FAT_SIZE) * SECTOR + cluster / 2 * 3;
        if (cluster % 2 == 0) {
            at[0] = (uint8_t)next;
            at[1] = (uint8_t)((at[1] & 0xf0) | next >> 8);
        } else {
            at[1] = (uint8_t)((at[1] & 0x0f) | (next << 4 & 0xf0));
            at[2] = (uint8_t)(next >> 4);
        }
    }
}

/* A file of one cluster. */
static void add_file(unsigned number, const char *name, unsigned cluster, const char *text)
{
    uint8_t *entry = image + ROOT_AT * SECTOR + number * 32;

    memcpy(entry, name, 11);
    entry[11] = 0x20;
    put16(entry + 24, 0x5a21);
    put16(entry + 26, cluster);
    put16(entry + 28, (unsigned)strlen(text));
    memcpy(image + (DATA_AT + cluster - 2) * SECTOR, text, strlen(text));
    set_fat(cluster, 0xfff);
}

/* A file near its beginning, and the known one near its end. */
static void make_image(void)
{
    static const uint8_t boot[] = {0xeb, 0x3c, 0x90, 'm', 'k', 'f', 's', '.', 'f', 'a', 't', 0, 2, 1, 1, 0,
                                   2, 224, 0, 0x40, 0x0b, 0xf0, 9, 0, 18, 0, 2, 0};

    memcpy(image, boot, sizeof boot);
    image[38] = 0x29;
    memcpy(image + 43, "NO NAME    FAT12   ", 19);
    memcpy(image + 510, "\x55\xaa", 2);
    set_fat(0, 0xff0);
    set_fat(1, 0xfff);
    add_file(0, "FIRST   TXT", 2, "first\n");
    add_file(1, "KNOWN   TXT", 2800, KNOWN);
}

static const char *path_of(const char *folder, const char *name)
{
    static char path[600];

    snprintf(path, sizeof path, "%s/%s", tap_path("%s", folder), name);
    return path;
}

/* The image, in so many files of that folder; one of each name. */
static void split(const char *folder, const char *const *names, size_t count)
{
    size_t at = 0;

    (void)mkdir(tap_path("%s", folder), 0755);
    for (size_t i = 0; i < count; i++) {
        size_t end = i + 1 == count ? sizeof image : sizeof image / count * (i + 1);
        tap_write(path_of(folder, names[i]), image + at, end - at);
        at = end;
    }
}

static uint64_t covered; /* bytes of the disk that was told of last */

static int on_item(void *user, const tutela_finding *finding)
{
    if (finding->coverage)
        covered = 0;
    for (int i = 0; finding->coverage && i < TUTELA_COVER_COUNT; i++)
        covered += finding->coverage[i];
    return on_told(user, finding);
}

static void scan_two(const char *target, const char *second, uint32_t threads, tutela_summary *summary)
{
    const char *targets[] = {target, second};
    tutela_open_options open = {.size = sizeof open, .worker = worker_path};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = second ? 2 : 1,
                                   .threads = threads, .flags = TUTELA_SCAN_INVENTORY, .open = &open,
                                   .read_timeout = 1, .on_finding = on_item, .user = &all};
    tutela_error error = {0};

    all.count = covered = 0;
    *summary = (tutela_summary){.size = sizeof *summary};
    if (tutela_scan_paths(scanner, &options, summary, &error) != TUTELA_OK)
        ok(0, "scans: %s", error.text);
    for (size_t i = 0; i < all.count && i < sizeof all.of / sizeof all.of[0]; i++)
        if (all.of[i].status != TUTELA_ITEM_CLEAR)
            printf("# %s: %d %s\n", strrchr(all.of[i].chain, '/'), all.of[i].status, all.of[i].reason);
}

static void scan(const char *target, uint32_t threads, tutela_summary *summary)
{
    scan_two(target, NULL, threads, summary);
}

/* The one whose chain ends so; NULL: none, or several. */
static const told *find(const char *end)
{
    const told *found = NULL;

    for (size_t i = 0; i < all.count; i++) {
        size_t size = strlen(all.of[i].chain), want = strlen(end);
        if (size < want || strcmp(all.of[i].chain + size - want, end) != 0)
            continue;
        if (found)
            return NULL;
        found = &all.of[i];
    }
    return found;
}

static int is(const char *end, int32_t status)
{
    const told *t = find(end);

    return t && t->status == status;
}

static int says(const char *end, int32_t status, const char *reason)
{
    const told *t = find(end);

    return t && t->status == status && strcmp(t->reason, reason) == 0;
}

static void test_whole(void)
{
    static const char *const names[][3] = {{"disk.001", "disk.002", "disk.003"},
                                           {"a.dd.000", "a.dd.001", "a.dd.002"},
                                           {"disk.aa", "disk.ab", "disk.ac"}};
    tutela_summary summary;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char folder[16];
        snprintf(folder, sizeof folder, "whole%zu", i);
        split(folder, names[i], 3);
        for (uint32_t threads = 1; threads <= 3; threads += 2) {
            scan(tap_path("%s", folder), threads, &summary);
            ok(is("KNOWN.TXT", TUTELA_ITEM_MATCH) && is("FIRST.TXT", TUTELA_ITEM_CLEAR)
                   && strstr(find("KNOWN.TXT")->chain, names[i][0]),
               "%s, %u threads: what lies in the third part is found", names[i][0], threads);
            ok(is(names[i][0], TUTELA_ITEM_CLEAR) && is(names[i][1], TUTELA_ITEM_CLEAR)
                   && is(names[i][2], TUTELA_ITEM_CLEAR),
               "each part is an item of its own, and nothing is missing");
        }
        scan(path_of(folder, names[i][0]), 1, &summary);
        is_u64(covered, sizeof image, "what became of its bytes is said of the whole");
        ok(is("KNOWN.TXT", TUTELA_ITEM_MATCH) && !find(names[i][1]) && is(names[i][0], TUTELA_ITEM_CLEAR),
           "the first one alone is a target: the others are found");
    }
}

static const char *const three[] = {"disk.001", "disk.002", "disk.003"};

/* What is no file ends the series, and that is said. */
static void test_no_files(void)
{
    static const char *const kinds[] = {"a link", "a pipe", "a folder", "a link to nothing"};
    static const char could_not[] = "a part of it could not be opened";
    tutela_summary summary;

    for (int kind = 0; kind < 4; kind++) {
        char folder[16];
        int made;
        snprintf(folder, sizeof folder, "none%d", kind);
        split(folder, three, 3);
        if (kind == 0) {
            tap_write(tap_path("elsewhere"), image + sizeof image / 3, sizeof image / 3);
            (void)unlink(path_of(folder, "disk.002"));
            made = symlink(tap_path("elsewhere"), path_of(folder, "disk.002"));
        } else {
            (void)unlink(path_of(folder, "disk.002"));
            made = kind == 1   ? mkfifo(path_of(folder, "disk.002"), 0644)
                   : kind == 2 ? mkdir(path_of(folder, "disk.002"), 0755)
                               : symlink("nowhere", path_of(folder, "disk.002"));
        }
        ok(made == 0, "%s", kinds[kind]);
        scan(tap_path("%s", folder), 2, &summary);
        ok(says("disk.001", TUTELA_ITEM_PARTIAL, could_not) && !is("KNOWN.TXT", TUTELA_ITEM_MATCH),
           "in the place of a part is not read, and that is said");
        ok(is("FIRST.TXT", TUTELA_ITEM_CLEAR), "what lies before it is read");
        scan(path_of(folder, "disk.001"), 1, &summary);
        ok(says("disk.001", TUTELA_ITEM_PARTIAL, could_not), "the same of a target");
    }
}

/* The series ends where a part is missing: whoever reads it sees that the image is short. */
static void test_missing(void)
{
    tutela_summary summary;

    split("missing", three, 3);
    (void)unlink(path_of("missing", "disk.002"));
    scan(tap_path("missing"), 1, &summary);
    ok(find("disk.001") && !tutela_item_status_complete(find("disk.001")->status)
           && !is("KNOWN.TXT", TUTELA_ITEM_MATCH) && !find("disk.002") && find("disk.003"),
       "a part that is missing");
    split("single", three, 1);
    scan(tap_path("single"), 1, &summary);
    ok(is("disk.001", TUTELA_ITEM_CLEAR) && is("KNOWN.TXT", TUTELA_ITEM_MATCH), "one that is all there is");
}

/* More of them than descriptors are to spare; and many series at once, that share what there is. */
static void test_bounds(void)
{
    enum { SERIES = 9 };
    static char text[200][16];
    static const char *names[200];
    struct rlimit before, few;
    tutela_summary summary;
    size_t right = 0;

    for (size_t i = 0; i < 200; i++) {
        snprintf(text[i], sizeof text[i], "disk.%03zu", i);
        names[i] = text[i];
    }
    split("many", names, 200);
    (void)getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = 200;
    (void)setrlimit(RLIMIT_NOFILE, &few);
    scan(tap_path("many"), 2, &summary);
    ok(says("disk.000", TUTELA_ITEM_PARTIAL, "it has more parts than may be open at once")
           && is("disk.199", TUTELA_ITEM_CLEAR),
       "more parts than descriptors");
    (void)mkdir(tap_path("all"), 0755);
    for (int i = 0; i < SERIES; i++) {
        char folder[32];
        snprintf(folder, sizeof folder, "all/%d", i);
        split(folder, names, 60);
    }
    for (uint32_t threads = 1; threads <= 7; threads += 6) {
        scan(tap_path("all"), threads, &summary);
        for (size_t i = 0; i < all.count; i++)
            right += all.of[i].status == TUTELA_ITEM_MATCH;
        ok(right == SERIES && summary.items == SERIES * 62 && summary.complete, "many series, %u threads", threads);
        right = 0;
    }
    (void)setrlimit(RLIMIT_NOFILE, &before);
}

/* Between two calls on it a folder can be another one. */
static void test_changes(void)
{
    tutela_summary summary;

    split("gone", three, 3);
    snprintf(ending, sizeof ending, "gone/disk.002");
    snprintf(other, sizeof other, "%s", path_of("gone", "disk.003"));
    atomic_store(&happens, REMOVE);
    scan(path_of("gone", "disk.001"), 1, &summary);
    ok(says("disk.001", TUTELA_ITEM_PARTIAL, "a part of it could not be opened"), "a part that was there");
    split("longer", three, 3);
    snprintf(ending, sizeof ending, "longer/disk.003");
    snprintf(other, sizeof other, "%s", path_of("longer", "disk.002"));
    atomic_store(&happens, WRITE);
    scan(path_of("longer", "disk.001"), 1, &summary);
    ok(says("disk.001", TUTELA_ITEM_CHANGED, "changed while it was opened"), "a part that is written to");
}

/* One that cannot be opened for ever costs its own image, and not one that waits for the room it had. */
static void test_hangs(void)
{
    static char text[60][16];
    static const char *names[60];
    char hangs[600];
    struct rlimit before, few;
    tutela_summary summary;

    for (size_t i = 0; i < 60; i++) {
        snprintf(text[i], sizeof text[i], "disk.%03zu", i);
        names[i] = text[i];
    }
    split("hangs", names, 60);
    split("waits", names, 60);
    (void)getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = 200;
    (void)setrlimit(RLIMIT_NOFILE, &few);
    snprintf(ending, sizeof ending, "hangs/disk.059");
    snprintf(hangs, sizeof hangs, "%s", path_of("hangs", "disk.000"));
    atomic_store(&happens, HANG);
    scan_two(hangs, path_of("waits", "disk.000"), 2, &summary);
    ok(is("hangs/disk.000", TUTELA_ITEM_TIMEOUT), "a part whose opening hangs");
    ok(is("waits/disk.000", TUTELA_ITEM_CLEAR) && is("KNOWN.TXT", TUTELA_ITEM_MATCH),
       "another image is opened");
    is_u64(atomic_exchange(&hanging, 0), 1, "it hung");
    for (int i = 0; i < 5000 && atomic_load(&hanging) == 0; i++)
        (void)usleep(1000);
    is_i64(atomic_load(&hanging), -1, "and comes back");
    (void)usleep(20000);
    (void)setrlimit(RLIMIT_NOFILE, &before);
}

int main(void)
{
    alarm(100);
    find_worker();
    scanner = scanner_of_known();
    make_image();
    test_whole();
    test_no_files();
    test_missing();
    test_bounds();
    test_changes();
    test_hangs();
    tutela_scanner_free(scanner);
    return tap_done();
}
