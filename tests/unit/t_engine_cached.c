/*
 * engine/cached: what of a file was in the page cache before it is read is there afterwards, and
 * nothing else; where the kernel says what is there, and where it does not.
 */
#include "engine/engine.h"
#include "engine/reading.h"

#include "base/cache_io.h"

#include "tap.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MIB ((size_t)1 << 20)
#define CACHESTAT 451

enum { PAGES_MOST = 64 * 256 };

static tt_watch watch;
static int mute; /* an errno of cachestat, as on an older system */
static size_t page;

/* Definitions in the program go before the C library's. */
long told_syscall(long number, long a, long b, long c, long d, long e, long f) __asm__("syscall");
long told_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    static long (*real)(long, long, long, long, long, long, long);

    if (!real)
        real = (long (*)(long, long, long, long, long, long, long))(uintptr_t)dlsym(RTLD_NEXT,
                                                                                  "syscall");
    if (number == CACHESTAT && mute) {
        errno = mute;
        return -1;
    }
    return real(number, a, b, c, d, e, f);
}

/* Which pages of the file are in memory; how many. */
static size_t resident(const char *path, unsigned char pages[PAGES_MOST])
{
    static unsigned char own[PAGES_MOST];
    int fd = open(path, O_RDONLY);
    struct stat stat;
    size_t count, sum = 0;
    void *map;

    if (!pages)
        pages = own;
    if (fd < 0 || fstat(fd, &stat) != 0)
        return 0;
    count = ((size_t)stat.st_size + page - 1) / page;
    map = mmap(NULL, (size_t)stat.st_size, PROT_NONE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED && mincore(map, (size_t)stat.st_size, pages) == 0)
        for (size_t i = 0; i < count; i++)
            sum += pages[i] &= 1;
    munmap(map, (size_t)stat.st_size);
    close(fd);
    return sum;
}

/* Not in memory any more; 0 when this file system keeps it there. */
static int chill(const char *path)
{
    int fd = open(path, O_RDONLY);

    fsync(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
    return resident(path, NULL) == 0;
}

static void make(const char *path, size_t size)
{
    static char block[MIB];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    for (size_t at = 0; at < size; at += sizeof block) {
        size_t some = size - at < sizeof block ? size - at : sizeof block;

        memset(block, (int)(at / sizeof block) + 1, sizeof block);
        if (write(fd, block, some) != (ssize_t)some)
            ok(0, "written");
    }
    close(fd);
}

/* Have these bytes in memory, and no others. */
static void warm(const char *path, off_t offset, size_t size)
{
    static char bytes[MIB];
    int fd = open(path, O_RDONLY);

    posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
    for (ssize_t got = 1; size > 0 && got > 0; offset += got, size -= (size_t)got)
        got = pread(fd, bytes, size < sizeof bytes ? size : sizeof bytes, offset);
    close(fd);
}

/* Read the file to its end, `times` over. */
static uint64_t read_it(const char *path, int drop, int times)
{
    const tt_read_limits limits = {.max_overrun = MIB, .drop_cached = drop};
    tt_reading reading;
    tt_read_answer answer = TT_READ_END;
    struct stat stat;
    uint64_t got = 0;
    int fd = open(path, O_RDONLY);

    if (tt_reading_init(&reading, NULL) != TUTELA_OK || fstat(fd, &stat) != 0)
        return 0;
    tt_reading_open(&reading, fd, &stat, 1);
    for (int i = 0; i < times; i++) {
        if (i > 0)
            tt_reading_rewind(&reading);
        do
            answer = tt_reading_next(&reading, &limits, &watch, 0);
        while (answer == TT_READ_DATA || answer == TT_READ_AGAIN);
        got += reading.got;
    }
    tt_reading_close(&reading);
    tt_reading_done(&reading);
    return answer == TT_READ_END ? got : 0;
}

static void whole_files(const char *how)
{
    const char *path = tap_path("large");
    const size_t size = 64 * MIB, pages = size / page;

    make(path, size);
    chill(path);
    is_u64(read_it(path, 1, 1), size, "64 MiB, %s, drop: read", how);
    is_u64(resident(path, NULL), 0, "64 MiB, %s, drop: not in memory afterwards", how);
    is_u64(read_it(path, 0, 1), size, "64 MiB, %s, keep: read", how);
    ok(resident(path, NULL) > pages / 2, "64 MiB, %s, keep: in memory afterwards", how);
    warm(path, 0, size);
    is_u64(read_it(path, 1, 1), size, "64 MiB in memory, %s, drop: read", how);
    ok(resident(path, NULL) > pages / 2, "64 MiB in memory, %s, drop: still in memory", how);
    is_u64(read_it(path, 0, 1), size, "64 MiB in memory, %s, keep: read", how);
    ok(resident(path, NULL) > pages / 2, "64 MiB in memory, %s, keep: still in memory", how);
    unlink(path);
}

/* Stretches of whole pieces (`step` bytes, every third of them) are there before: what after? */
static void stretches(const char *how, size_t size, size_t step, int times)
{
    static unsigned char before[PAGES_MOST], after[PAGES_MOST];
    const char *path = tap_path("pieces");

    make(path, size);
    chill(path);
    for (size_t at = step; at < size; at += 3 * step)
        warm(path, (off_t)at, step);
    ok(resident(path, before) > 0, "some of %zu bytes is in memory", size);
    is_u64(read_it(path, 1, times), size * (size_t)times, "%zu bytes, %s, %d times: read", size, how,
           times);
    resident(path, after);
    is_mem(after, before, (size + page - 1) / page, "%zu bytes by %zu, %s: all as before", size, step,
           how);
    unlink(path);
}

static void small_files(const char *how)
{
    static const size_t sizes[] = {1, 4095, 4096, 65536, 65537, 200000};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *path = tap_path("small");

        make(path, sizes[i]);
        chill(path);
        is_u64(read_it(path, 1, 2), 2 * sizes[i], "%zu bytes, %s, twice", sizes[i], how);
        is_u64(resident(path, NULL), 0, "not in memory before, nor after");
        warm(path, 0, sizes[i]);
        is_u64(read_it(path, 1, 2), 2 * sizes[i], "%zu bytes in memory, %s, twice", sizes[i], how);
        is_u64(resident(path, NULL), (sizes[i] + page - 1) / page, "as before");
    }
}

/* Nobody can say what was in memory: then it stays. */
static void unknown(void)
{
    const char *path = tap_path("unknown");

    make(path, 4 * MIB);
    warm(path, 0, 4 * MIB);
    mute = EPERM;
    is_u64(read_it(path, 1, 2), 8 * MIB, "what nobody knows of is read");
    is_u64(resident(path, NULL), 4 * MIB / page, "and stays");
    mute = 0;
}

/* More stretches than are noted: what was there stays, at the price of some that was not. */
static void in_shreds(const char *how)
{
    static unsigned char before[PAGES_MOST], after[PAGES_MOST];
    const char *path = tap_path("shreds");
    const size_t pages = 4 * TT_CACHED_MAX;
    size_t lost = 0, stayed;

    make(path, pages * page);
    chill(path);
    for (size_t i = 0; i < pages; i += 2)
        warm(path, (off_t)(i * page), page);
    resident(path, before);
    is_u64(read_it(path, 1, 1), pages * page, "a file in shreds, %s, is read", how);
    stayed = resident(path, after);
    for (size_t i = 0; i < pages; i++)
        lost += before[i] && !after[i];
    is_u64(lost, 0, "and loses nothing that was there");
    ok(stayed < pages, "while some of the rest goes");
}

/* A whole scan. */
static void scans(void)
{
    const char *targets[] = {tap_path("tree")};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .threads = 2};
    tutela_summary summary = {.size = sizeof summary};
    char cold[1200], hot[1200];
    tt_engine *engine = NULL;
    tutela_error error;
    tt_control control;

    mkdir(targets[0], 0700);
    snprintf(cold, sizeof cold, "%s/cold", targets[0]);
    snprintf(hot, sizeof hot, "%s/hot", targets[0]);
    make(cold, 9 * MIB);
    make(hot, 3 * MIB);
    if (tt_engine_new(&engine, NULL, 0, TUTELA_BIT(TUTELA_MD5), &error) != TUTELA_OK)
        ok(0, "an engine");
    for (int drop = 1; drop >= 0; drop--) {
        memset(&control, 0, sizeof control);
        options.flags = drop ? TUTELA_SCAN_DROP_CACHE : 0;
        chill(cold);
        warm(hot, 0, 3 * MIB);
        ok(tt_engine_scan(engine, &options, &control, &summary, &error) == TUTELA_OK
               && summary.bytes == 12 * MIB,
           "scanned");
        is_u64(resident(cold, NULL), drop ? 0 : 9 * MIB / page, "what was not in memory, drop %d", drop);
        is_u64(resident(hot, NULL), 3 * MIB / page, "what was in memory, drop %d", drop);
    }
    tt_engine_drop(engine);
}

static void noting(void)
{
    static tt_cached cached;

    tt_cached_note(&cached, 0, 10);
    tt_cached_note(&cached, 10, 5);
    is_u64(cached.count, 1, "neighbours are one stretch");
    is_u64(cached.was[0].length, 15, "of both");
    for (uint64_t i = 1; i <= 2 * TT_CACHED_MAX; i++)
        tt_cached_note(&cached, 100 * i, 1);
    is_u64(cached.count, TT_CACHED_MAX, "no more stretches than there is room for");
    is_u64(cached.was[TT_CACHED_MAX - 1].offset + cached.was[TT_CACHED_MAX - 1].length, UINT64_MAX,
           "the last then reaches to the end");
}

int main(void)
{
    static const struct {
        const char *how;
        int mute;
    } ways[] = {{"told by cachestat", 0}, {"told by mincore", ENOSYS}};

    page = (size_t)tt_page_size();
    noting();
    make(tap_path("probe"), MIB);
    if (!chill(tap_path("probe"))) {
        skip(1, "this file system keeps what it has in memory");
        return tap_done();
    }
    for (size_t i = 0; i < 2; i++) {
        mute = ways[i].mute;
        whole_files(ways[i].how);
        small_files(ways[i].how);
        stretches(ways[i].how, 3 * MIB, TT_READ_SIZE, 1);
        stretches(ways[i].how, 20 * MIB + 5000, 16 * TT_READ_SIZE, 2);
        stretches(ways[i].how, 300000, page, 1);
        in_shreds(ways[i].how);
    }
    mute = 0;
    unknown();
    scans();
    return tap_done();
}
