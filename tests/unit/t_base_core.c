/* base: status, mem, buf, cursor, out, io, replace, clock. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/out.h"

#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>

static void errors(void)
{
    tutela_error error;

    ok(tt_fail(NULL, TUTELA_IO, ENOENT, "x") == TUTELA_IO, "an error may be NULL");
    (void)tt_advise(&error, tt_fail(&error, TUTELA_IO, ENOENT, "%s: cannot open", "a/b"), "do %d",
                    1);
    is_text(error.text, "a/b: cannot open: No such file or directory", "text with the system's why");
    is_text(error.advice, "do 1", "advice");
    is_u64((uint64_t)error.os_error, ENOENT, "errno is kept");
    is_u64(error.offset, TUTELA_NO_OFFSET, "no offset");
    (void)tt_fail(&error, TUTELA_IO, 0, "%0400d", 1);
    is_u64(strlen(error.text), sizeof error.text - 1, "a long text is cut, not overrun");
    (void)tt_fail(&error, TUTELA_IO, ENOENT, "%03000d\xc3\xa4%0240d: cannot open", 1, 2);
    ok(strncmp(error.text, "...", 3) == 0
           && strstr(error.text, "2: cannot open: No such file or directory"),
       "its end is kept, which says why: %s", error.text);
    for (int i = 0; i < 3; i++) {
        (void)tt_fail(&error, TUTELA_IO, 0, "%03000d\xe2\x82\xac%0*d", 1,
                      (int)sizeof error.text - 6 + i, 2);
        ok((error.text[3] & 0xc0) != 0x80, "no character is cut in two");
    }
}

static void memory(void)
{
    void *items = NULL;
    size_t room = 0;

    ok(tt_alloc(SIZE_MAX, 2) == NULL && tt_alloc_raw(SIZE_MAX / 2, 3) == NULL,
       "a size that overflows is refused");
    ok(tt_alloc_raw(1, (size_t)PTRDIFF_MAX + 1) == NULL, "more than PTRDIFF_MAX is refused");
    ok(tt_grow(&items, &room, 0, 16) == 0 && room >= 1, "grows from nothing");
    ok(tt_grow(&items, &room, 1000, 16) == 0 && room > 1000, "grows past what is asked");
    ok(tt_grow(&items, &room, SIZE_MAX / 4, 16) < 0 && room > 1000 && items,
       "a growth that cannot be keeps the old block");
    tt_free(items);
    items = tt_alloc(0, 8);
    ok(items != NULL, "nothing is still a block");
    tt_free(items);
}

static void buffers(void)
{
    tt_buf buf;

    tt_buf_init(&buf, 10);
    tt_buf_add_text(&buf, "12345");
    tt_buf_printf(&buf, "%d", 67890);
    is_text(buf.data, "1234567890", "appends up to the ceiling");
    ok(!tt_buf_failed(&buf), "and has not failed");
    tt_buf_add_char(&buf, 'x');
    ok(tt_buf_failed(&buf), "one byte more fails");
    tt_buf_add_text(&buf, "");
    is_u64(buf.size, 10, "and keeps what was there");
    tt_buf_clear(&buf);
    ok(!tt_buf_failed(&buf) && buf.size == 0, "clearing forgets the failure");
    tt_buf_done(&buf);
}

static void cursors(void)
{
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    tt_cursor cursor = tt_cursor_over(bytes, sizeof bytes);
    tt_cursor part;

    is_u64(tt_cursor_u8(&cursor), 1, "u8");
    is_u64(tt_cursor_u64(&cursor), UINT64_C(0x0908070605040302), "u64, little-endian");
    is_u64(tt_cursor_left(&cursor), 0, "all taken");
    is_u64(tt_cursor_u16(&cursor), 0, "past the end is zero");
    ok(cursor.failed, "and sticks");
    cursor = tt_cursor_over(bytes, sizeof bytes);
    tt_cursor_seek(&cursor, 8);
    is_u64(tt_cursor_u8(&cursor), 9, "seek");
    tt_cursor_seek(&cursor, 10);
    ok(cursor.failed, "a seek past the end fails");
    cursor = tt_cursor_over(bytes, sizeof bytes);
    is_u64(tt_cursor_u32(&cursor), 0x04030201, "u32");
    tt_cursor_skip(&cursor, 2);
    ok(tt_cursor_take(&cursor, 3) == bytes + 6, "bytes taken after some skipped");
    tt_cursor_skip(&cursor, UINT64_MAX);
    ok(cursor.failed && !tt_cursor_take(&cursor, 0), "a skip past the end fails for good");
    cursor = tt_cursor_over(bytes, sizeof bytes);
    part = tt_cursor_part(&cursor, 2, 3);
    is_u64(tt_cursor_u16(&part), 0x0403, "a part begins where it should");
    ok(!part.failed && tt_cursor_u16(&part) == 0 && part.failed, "and ends where it should");
    part = tt_cursor_part(&cursor, UINT64_MAX, 2);
    ok(part.failed, "a part that wraps around fails");
    is_u64(tt_load64_be(bytes), UINT64_C(0x0102030405060708), "big-endian load");
}

static void output(void)
{
    tt_out out;
    tutela_error error;
    TT_AUTO_CLOSE int full = tt_openat(AT_FDCWD, "/dev/full", O_WRONLY, 0);
    TT_AUTO_CLOSE int fd
        = tt_openat(AT_FDCWD, tap_path("out"), O_CREAT | O_RDWR, 0600);
    char big[40000];
    char back[8];

    memset(big, 'b', sizeof big);
    tt_out_init(&out, fd);
    tt_out_text(&out, "a");
    tt_out_add(&out, big, sizeof big);
    tt_out_printf(&out, "%s", "z");
    ok(tt_out_flush(&out, &error) == TUTELA_OK, "writes");
    ok(tt_pread_all(fd, back, 2, 0) == 0 && memcmp(back, "ab", 2) == 0, "in order, at the start");
    ok(tt_pread_all(fd, back, 2, sizeof big) == 0 && memcmp(back, "bz", 2) == 0, "and at the end");
    ok(tt_pread_all(fd, back, 2, sizeof big + 1) == 1, "an end in the middle is told");
    if (full < 0) {
        skip(2, "no /dev/full");
        return;
    }
    tt_out_init(&out, full);
    tt_out_text(&out, "x");
    ok(tt_out_flush(&out, &error) == TUTELA_RECORD, "a full disk is an error");
    is_u64((uint64_t)error.os_error, ENOSPC, "with its reason");
}

static void replacing(void)
{
    tt_replace replace = {.fd = -1};
    tutela_error error;
    const char *path = tap_path("replaced");
    char back[4] = {0};
    int fd;

    ok(tt_replace_begin(&replace, path, &error) == TUTELA_OK, "begins");
    ok(access(path, F_OK) != 0, "nothing is there before the commit");
    ok(tt_write_all(replace.fd, "new", 3) == 0, "writes");
    ok(tt_replace_commit(&replace, &error) == TUTELA_OK, "commits");
    tt_replace_done(&replace);
    fd = tt_openat(AT_FDCWD, path, O_RDONLY, 0);
    ok(fd >= 0 && tt_pread_all(fd, back, 3, 0) == 0 && strcmp(back, "new") == 0, "and it is there");
    (void)tt_close(fd);
    ok(tt_replace_begin(&replace, path, &error) == TUTELA_OK
           && tt_write_all(replace.fd, "bad", 3) == 0,
       "a second one begins");
    tt_replace_done(&replace);
    fd = tt_openat(AT_FDCWD, path, O_RDONLY, 0);
    ok(tt_pread_all(fd, back, 3, 0) == 0 && strcmp(back, "new") == 0,
       "dropped, it leaves the old file");
    (void)tt_close(fd);
    ok(tt_replace_begin(&replace, tap_path("none/such"), &error) == TUTELA_IO,
       "a folder that is not there is an error");
    tt_replace_done(&replace);
    ok(tt_replace_begin(&replace, "/dev/null", &error) == TUTELA_IO, "a device is not replaced");
    ok(tt_replace_begin(&replace, tap_folder(), &error) == TUTELA_IO, "nor a folder");
    fd = tt_temporary(tap_folder());
    ok(fd >= 0 && tt_pwrite(fd, "x", 1, 5) == 1, "a temporary file has no name and can be written");
    (void)tt_close(fd);
}

/* How many names are in the test's folder. */
static size_t names(void)
{
    DIR *folder = opendir(tap_folder());
    size_t count = 0;

    while (folder && readdir(folder))
        count++;
    if (folder)
        (void)closedir(folder);
    return count;
}

static void replacing_edges(void)
{
    tt_replace replace = {.fd = -1};
    tutela_error error;
    char longest[NAME_MAX + 2] = {0};
    mode_t mask = umask(027);
    struct stat file;
    size_t before = names();

    memset(longest, 'n', NAME_MAX);
    ok(tt_replace_begin(&replace, tap_path("%s", longest), &error) == TUTELA_OK
           && tt_replace_commit(&replace, &error) == TUTELA_OK,
       "the longest of names can be replaced");
    tt_replace_done(&replace);
    is_u64(names(), before + 1, "and nothing else is left");
    ok(stat(tap_path("%s", longest), &file) == 0 && (file.st_mode & 07777) == 0640,
       "the umask is obeyed");
    (void)umask(mask);
    longest[NAME_MAX] = 'n';
    ok(tt_replace_begin(&replace, tap_path("%s", longest), &error) == TUTELA_IO
           && error.os_error == ENAMETOOLONG,
       "one that is too long is told before anything is written");
    tt_replace_done(&replace); /* done twice: nothing happens */
}

static void creating(void)
{
    const char *path = tap_path("created");
    struct stat file;
    size_t before = names();
    char back[8];
    int fd;

    ok(tt_create_whole(path, "secret", 6, 0600) == 0, "a small file is made");
    fd = tt_openat(AT_FDCWD, path, O_RDONLY, 0);
    ok(fd >= 0 && tt_pread_all(fd, back, 6, 0) == 0 && memcmp(back, "secret", 6) == 0
           && tt_pread_all(fd, back, 7, 0) == 1,
       "whole");
    ok(tt_fstat(fd, &file) == 0 && (file.st_mode & 07777) == 0600, "with the mode it was to have");
    is_u64(file.st_nlink, 1, "under one name");
    (void)tt_close(fd);
    errno = 0;
    ok(tt_create_whole(path, "other", 5, 0600) == -1 && errno == EEXIST, "not a second time");
    ok(symlink("nowhere", tap_path("dangling")) == 0
           && tt_create_whole(tap_path("dangling"), "x", 1, 0600) == -1 && errno == EEXIST,
       "nor through a link that leads nowhere");
    ok(tt_create_whole(tap_path("none/such"), "x", 1, 0600) == -1 && errno == ENOENT,
       "a folder that is not there is told");
    is_u64(names(), before + 2, "nothing else is left");
}

static void clocks(void)
{
    char text[32];

    is_text(tt_clock_text(0, text), "1970-01-01T00:00:00Z", "the epoch");
    is_text(tt_clock_text(INT64_C(1795321800) * TT_SECOND + 999, text), "2026-11-22T04:30:00Z",
            "a day of this year, rounded down");
    is_text(tt_clock_text(-1, text), "1969-12-31T23:59:59Z", "before the epoch, rounded down");
    ok(tt_clock_monotonic() <= tt_clock_monotonic(), "monotonic time does not go back");
}

/* Written by its descriptor, read by its name, by no one else; gone with its descriptor. */
static void in_memory(void)
{
    int fd = tt_memory_file(), again;
    char name[64], back[8] = "";
    struct stat facts;

    ok(fd >= 0 && tt_write_all(fd, "hello", 5) == 0, "a file in memory takes bytes");
    ok(fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 07777) == 0600,
       "it is a file, and its owner's");
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    again = tt_openat(AT_FDCWD, name, O_RDONLY, 0);
    ok(again >= 0 && tt_pread_all(again, back, 5, 0) == 0 && strcmp(back, "hello") == 0,
       "and has a name to be opened by");
    ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "no program that is started gets it");
    (void)tt_close(again);
    (void)tt_close(fd);
    ok(tt_openat(AT_FDCWD, name, O_RDONLY, 0) < 0, "which ends with it");
}

int main(void)
{
    errors();
    memory();
    buffers();
    cursors();
    output();
    replacing();
    replacing_edges();
    creating();
    in_memory();
    clocks();
    return tap_done();
}
