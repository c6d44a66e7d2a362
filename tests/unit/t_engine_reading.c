/* engine/reading: ends, limits, change, and media that fail, by way of /proc/self/mem. */
#include "engine/reading.h"

#include "base/io.h"

#include "tap.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static tt_watch watch;
static int reads;

/* The program's own pread64 goes before the C library's: it counts. */
ssize_t counted_pread(int fd, void *buffer, size_t size, off_t offset) __asm__("pread64");
ssize_t counted_pread(int fd, void *buffer, size_t size, off_t offset)
{
    reads++;
    return syscall(SYS_pread64, fd, buffer, size, offset);
}

static int ready_reads;
static int ready_fails; /* an errno for all of them */

ssize_t counted_preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
    __asm__("preadv64v2");
ssize_t counted_preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
{
    ready_reads++;
    if (ready_fails) {
        errno = ready_fails;
        return -1;
    }
    return syscall(SYS_preadv2, fd, pieces, (long)count, (long)offset, 0L, (long)flags);
}

static const tt_read_limits no_limits = {.max_overrun = UINT64_C(1) << 30};

static int file_of(const char *path, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    char block[1000];

    memset(block, 'x', sizeof block);
    while (size > 0) {
        size_t some = size < sizeof block ? size : sizeof block;

        if (write(fd, block, some) != (ssize_t)some)
            return -1;
        size -= some;
    }
    return fd;
}

static void start(tt_reading *reading, const char *path)
{
    struct stat stat;
    int fd = open(path, O_RDONLY);

    if (fstat(fd, &stat) != 0)
        ok(0, "fstat %s", path);
    tt_reading_close(reading);
    tt_reading_open(reading, fd, &stat, 0);
}

/* Read to the end; the last answer. */
static tt_read_answer read_all(tt_reading *reading, const tt_read_limits *limits)
{
    tt_read_answer answer;

    do
        answer = tt_reading_next(reading, limits, &watch, 0);
    while (answer == TT_READ_DATA || answer == TT_READ_AGAIN);
    return answer;
}

static void ends(tt_reading *reading)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 200001};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *path = tap_path("file");

        close(file_of(path, sizes[i]));
        start(reading, path);
        ok(read_all(reading, &no_limits) == TT_READ_END, "a file of %zu bytes ends", sizes[i]);
        is_u64(reading->got, sizes[i], "and gave all of them");
        is_i64(tt_reading_changed(reading, &watch, 0), 0, "unchanged");
        tt_reading_rewind(reading);
        ok(read_all(reading, &no_limits) == TT_READ_END && reading->got == sizes[i],
           "and again after a rewind");
    }
}

/* How many reads a file takes where a short one means the end, and where it does not. */
static void read_count(tt_reading *reading)
{
    static const struct {
        size_t size;
        int paged, other;
    } cases[] = {{0, 1, 1}, {1, 1, 2}, {65535, 1, 2}, {65536, 1, 2}, {65537, 2, 3}};
    const char *path = tap_path("file");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int paged = 0; paged < 2; paged++) {
            close(file_of(path, cases[i].size));
            start(reading, path);
            reading->paged = paged;
            reads = ready_reads = 0;
            ok(read_all(reading, &no_limits) == TT_READ_END && reading->got == cases[i].size,
               "%zu bytes, %s", cases[i].size, paged ? "paged" : "other");
            is_i64(reads + ready_reads, paged ? cases[i].paged : cases[i].other, "by so many reads");
        }
}

/* What does not come at once is asked for again, and waited for then. */
static void not_in_memory(tt_reading *reading)
{
    const char *path = tap_path("file");

    close(file_of(path, 150000));
    start(reading, path);
    reading->paged = 1;
    reads = ready_reads = 0;
    ready_fails = EAGAIN;
    is_i64(tt_reading_next(reading, &no_limits, &watch, 0), TT_READ_AGAIN, "nothing in memory: again");
    is_i64(reading->offset + reading->filled, 0, "and nothing was given");
    ok(read_all(reading, &no_limits) == TT_READ_END && reading->got == 150000, "then all is read");
    is_i64(ready_reads, 1, "asked for once without waiting");
    is_i64(reads, 3, "and read with it");
    ready_fails = EIO;
    start(reading, path);
    reading->paged = 1;
    ok(read_all(reading, &no_limits) == TT_READ_END && reading->got == 150000
           && reading->unread_count == 0,
       "an error without waiting is not the medium's");
    ready_fails = EOPNOTSUPP;
    for (int i = 0; i < 3; i++) {
        ready_reads = i == 0 ? 0 : ready_reads;
        start(reading, path);
        reading->paged = 1;
        ok(read_all(reading, &no_limits) == TT_READ_END && reading->got == 150000,
           "a file system that only reads with waiting is read");
    }
    is_i64(ready_reads, 1, "and asked no second time");
    ready_fails = 0;
    reading->waits = 0;
}

/* A file that states less than it has is read to its end, and one that grows has changed. */
static void more_than_stated(tt_reading *reading)
{
    const char *path = tap_path("file");
    int fd = file_of(path, 200000);

    for (int paged = 0; paged < 2; paged++) {
        start(reading, path);
        reading->paged = paged;
        reading->stated = 10;
        ok(read_all(reading, &no_limits) == TT_READ_END && reading->got == 200000,
           "a stated size of 10 is passed");
    }
    start(reading, path);
    reading->paged = 1;
    ok(pwrite(fd, "y", 1, 200000) == 1, "one byte more than when it was opened");
    ok(read_all(reading, &no_limits) == TT_READ_END, "is read to an end");
    is_i64(tt_reading_changed(reading, &watch, 0), 1, "and has changed");
    close(fd);
}

static void limits(tt_reading *reading)
{
    const tt_read_limits small = {.max_bytes = 70000, .max_overrun = 1000};
    const char *path = tap_path("file");
    int fd = file_of(path, 70000);

    start(reading, path);
    ok(read_all(reading, &small) == TT_READ_END, "as large as the limit is within it");
    ok(write(fd, "y", 1) == 1, "one byte more");
    start(reading, path);
    ok(read_all(reading, &small) == TT_READ_LIMIT, "one more byte is past it");
    is_u64(reading->got, 70000, "of which no more than the limit was taken");
    is_u64(reading->offset, 70000, "and the position is the limit");
    close(fd);
}

static void change(tt_reading *reading)
{
    const char *path = tap_path("file");
    int fd = file_of(path, 100);

    start(reading, path);
    ok(read_all(reading, &no_limits) == TT_READ_END, "reads");
    ok(write(fd, "more", 4) == 4, "it grows");
    is_i64(tt_reading_changed(reading, &watch, 0), 1, "which is noticed");
    is_i64(tt_reading_changed(reading, &watch, 0), 0, "once");
    close(fd);
}

/*
 * /proc/self/mem gives EIO where nothing is mapped: a medium with holes. The reading begins at the
 * first mapped byte, so the file is wrapped to start there.
 */
static void holes(tt_reading *reading)
{
    const size_t page = 4096, pages = 64;
    uint8_t *memory = mmap(NULL, page * (pages + 64), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct stat stat;
    int fd = open("/proc/self/mem", O_RDONLY);
    uint64_t origin = (uint64_t)(uintptr_t)memory, unread = 0;

    if (memory == MAP_FAILED || fd < 0 || fstat(fd, &stat) != 0) {
        skip(5, "no /proc/self/mem");
        return;
    }
    munmap(memory + page * 10, page * 3);
    munmap(memory + page * 20, page);
    munmap(memory + page * pages, page * 64); /* the end */
    stat.st_size = (off_t)(origin + page * pages);
    tt_reading_close(reading);
    tt_reading_open(reading, fd, &stat, 0);
    reading->offset = origin;
    ok(read_all(reading, &no_limits) == TT_READ_END, "a medium with holes is read to its end");
    is_u64(reading->unread_count, 2, "two stretches could not be read");
    is_u64(reading->unread[0].offset, origin + page * 10, "the first begins where it begins");
    ok(reading->unread[1].offset <= origin + page * 20
           && reading->unread[1].offset + reading->unread[1].length >= origin + page * 21,
       "the second covers its hole");
    for (size_t i = 0; i < reading->unread_count; i++)
        unread += reading->unread[i].length;
    is_u64(reading->got + unread, page * pages, "read and unread come to the whole");
    munmap(memory, page * pages);
}

/* More bad spots than there is room for ranges; and a limit that lies in one of them. */
static void many_holes(tt_reading *reading)
{
    const size_t page = 4096, pages = 2 * (TT_UNREAD_MAX + 50);
    const tt_read_limits in_hole = {.max_overrun = 1000};
    tt_read_limits small = in_hole;
    uint8_t *memory = mmap(NULL, page * (pages + 64), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct stat stat;
    int fd = open("/proc/self/mem", O_RDONLY);
    uint64_t origin = (uint64_t)(uintptr_t)memory, before = 0;
    const tutela_range *last;
    int apart = 1;

    if (memory == MAP_FAILED || fd < 0 || fstat(fd, &stat) != 0) {
        skip(6, "no /proc/self/mem");
        return;
    }
    for (size_t i = 1; i < pages; i += 2)
        munmap(memory + page * i, page);
    munmap(memory + page * pages, page * 64);
    stat.st_size = (off_t)(origin + page * pages);
    tt_reading_close(reading);
    tt_reading_open(reading, fd, &stat, 0);
    reading->offset = origin;
    ok(read_all(reading, &no_limits) == TT_READ_END, "a medium full of holes is read to its end");
    is_u64(reading->unread_count, TT_UNREAD_MAX, "no more ranges than there is room for");
    for (size_t i = 0; i < TT_UNREAD_MAX; i++) {
        apart = apart && reading->unread[i].offset >= before;
        before = reading->unread[i].offset + reading->unread[i].length;
    }
    last = &reading->unread[TT_UNREAD_MAX - 1];
    ok(apart, "in order");
    is_u64(last->offset + last->length, origin + page * pages, "the last reaches to the last hole");
    is_u64(reading->got, page * pages / 2, "what is between the holes was read");

    tt_reading_rewind(reading);
    reading->offset = origin;
    small.max_bytes = origin + page + 100;
    ok(read_all(reading, &small) == TT_READ_LIMIT, "a limit within a hole is a limit");
    is_u64(reading->offset, origin + 2 * page, "where the hole ends");
    is_u64(reading->got, page, "and nothing past it was read");
    munmap(memory, page * pages);
}

/* All stated bytes came, and then an error instead of the end. */
static void no_end(tt_reading *reading)
{
    const size_t page = 4096;
    uint8_t *memory = mmap(NULL, page * 6, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                           0);
    struct stat stat;
    int fd = open("/proc/self/mem", O_RDONLY);
    uint64_t origin = (uint64_t)(uintptr_t)memory;

    if (memory == MAP_FAILED || fd < 0 || fstat(fd, &stat) != 0) {
        skip(4, "no /proc/self/mem");
        return;
    }
    munmap(memory + page * 4, page * 2);
    stat.st_size = (off_t)(origin + page * 4);
    tt_reading_close(reading);
    tt_reading_open(reading, fd, &stat, 0);
    reading->offset = origin;
    ok(read_all(reading, &no_limits) == TT_READ_END, "an error where the end should be ends it");
    is_u64(reading->got, page * 4, "with all it states read");
    is_u64(reading->unread_count, 1, "but not as if the end had been seen");
    is_u64(reading->unread[0].offset, origin + page * 4, "from there on it is unread");
    munmap(memory, page * 4);
}

static void watching(void)
{
    tt_watch one = {0};
    int64_t since;

    tt_watch_begin(&one, 3);
    since = tt_watch_since(&one);
    ok(since > 0, "a call has begun");
    ok(!tt_watch_give_up(&one, since - 1), "another call is not given up for it");
    ok(tt_watch_give_up(&one, since), "the call that was meant is");
    ok(!tt_watch_give_up(&one, since), "and only once");
    is_i64(tt_watch_since(&one), 0, "then it is nobody's call");
    is_i64(tt_watch_end(&one), -1, "the worker is told");
    one = (tt_watch){0};
    ok(!tt_watch_give_up(&one, tt_watch_since(&one)), "outside a call there is nothing to give up");
    tt_watch_begin(&one, 0);
    is_i64(tt_watch_end(&one), 0, "a call that answers goes on");
}

/* A call lasts as long as the watchdog has seen it last. */
static void seeing(void)
{
    const int64_t tick = TT_SECOND / 20;
    tt_seen seen = {0};
    int64_t at = 1000 * TT_SECOND;

    is_i64(tt_seen_lasts(&seen, 0, at, tick), 0, "no call");
    is_i64(tt_seen_lasts(&seen, at - 7, at, tick), 7, "a call since the last look");
    is_i64(tt_seen_lasts(&seen, at - 7, at + tick, tick), tick + 7, "it goes on");
    is_i64(tt_seen_lasts(&seen, at - 7, at + 9 * TT_SECOND, 2 * tick), 3 * tick + 7,
           "nine seconds in which nobody looked count as one late look");
    is_i64(tt_seen_lasts(&seen, at + 5, at + 9 * TT_SECOND, 2 * tick), 2 * tick,
           "so they do for a call that is new");
    is_i64(tt_seen_lasts(&seen, 0, at + 10 * TT_SECOND, tick), 0, "which is over");
    is_i64(tt_seen_lasts(&seen, at + 5, at + 5 + tick, tick), tick, "and forgotten");
}

int main(void)
{
    tt_reading reading;

    ok(tt_reading_init(&reading, NULL) == TUTELA_OK, "a reading");
    ends(&reading);
    read_count(&reading);
    not_in_memory(&reading);
    more_than_stated(&reading);
    limits(&reading);
    change(&reading);
    holes(&reading);
    many_holes(&reading);
    no_end(&reading);
    tt_reading_done(&reading);
    watching();
    seeing();
    return tap_done();
}
