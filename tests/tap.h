/*
 * tap: the Test Anything Protocol in one header, for the unit tests.
 *
 *     int main(void) { ok(1 + 1 == 2, "sums"); is_u64(f(), 7, "f"); return tap_done(); }
 *
 * A failure prints where and both values and goes on; the plan comes at the end. Each program gets
 * a folder of its own from tap_folder(), removed when all passed.
 */
#ifndef TT_TESTS_TAP_H
#define TT_TESTS_TAP_H

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tap_count, tap_failed;
static char tap_folder_name[256];

#define ok(condition, ...) tap_ok_at(__FILE__, __LINE__, (condition) ? 1 : 0, __VA_ARGS__)
#define is_u64(got, want, ...) tap_u64_at(__FILE__, __LINE__, (uint64_t)(got), (uint64_t)(want), __VA_ARGS__)
#define is_i64(got, want, ...) tap_i64_at(__FILE__, __LINE__, (int64_t)(got), (int64_t)(want), __VA_ARGS__)
#define is_text(got, want, ...) tap_text_at(__FILE__, __LINE__, (got), (want), __VA_ARGS__)
#define is_mem(got, want, size, ...) tap_mem_at(__FILE__, __LINE__, (got), (want), (size), __VA_ARGS__)
#define skip(count, why) tap_skip_some((count), (why))

#define TAP_FORMAT(a, b) __attribute__((format(printf, a, b), unused))

TAP_FORMAT(4, 5) static int tap_ok_at(const char *file, int line, int passed, const char *name, ...)
{
    va_list arguments;

    tap_count++;
    printf("%sok %d - ", passed ? "" : "not ", tap_count);
    va_start(arguments, name);
    vprintf(name, arguments);
    va_end(arguments);
    printf("\n");
    if (!passed) {
        tap_failed++;
        printf("#   at %s:%d\n", file, line);
    }
    fflush(stdout);
    return passed;
}

#define TAP_NAME(buffer, name)                              \
    char buffer[512];                                       \
    va_list arguments;                                      \
    va_start(arguments, name);                              \
    vsnprintf(buffer, sizeof buffer, name, arguments);      \
    va_end(arguments)

TAP_FORMAT(5, 6)
static int tap_u64_at(const char *file, int line, uint64_t got, uint64_t want, const char *name, ...)
{
    TAP_NAME(text, name);
    int passed = tap_ok_at(file, line, got == want, "%s", text);
    if (!passed)
        printf("#   got %" PRIu64 "\n#   want %" PRIu64 "\n", got, want);
    return passed;
}

TAP_FORMAT(5, 6)
static int tap_i64_at(const char *file, int line, int64_t got, int64_t want, const char *name, ...)
{
    TAP_NAME(text, name);
    int passed = tap_ok_at(file, line, got == want, "%s", text);
    if (!passed)
        printf("#   got %" PRId64 "\n#   want %" PRId64 "\n", got, want);
    return passed;
}

TAP_FORMAT(5, 6)
static int tap_text_at(const char *file, int line, const char *got, const char *want,
                       const char *name, ...)
{
    TAP_NAME(text, name);
    int same = got && want ? strcmp(got, want) == 0 : got == want;
    int passed = tap_ok_at(file, line, same, "%s", text);
    if (!passed)
        printf("#   got  '%s'\n#   want '%s'\n", got ? got : "(null)", want ? want : "(null)");
    return passed;
}

TAP_FORMAT(6, 7)
static int tap_mem_at(const char *file, int line, const void *got, const void *want, size_t size,
                      const char *name, ...)
{
    TAP_NAME(text, name);
    int passed = tap_ok_at(file, line, memcmp(got, want, size) == 0, "%s", text);
    if (!passed)
        for (size_t i = 0; i < size; i++)
            if (((const uint8_t *)got)[i] != ((const uint8_t *)want)[i]) {
                printf("#   first difference at byte %zu: got %02x, want %02x\n", i,
                       ((const uint8_t *)got)[i], ((const uint8_t *)want)[i]);
                break;
            }
    return passed;
}

__attribute__((unused)) static void tap_skip_some(int count, const char *why)
{
    for (int i = 0; i < count; i++)
        printf("ok %d # SKIP %s\n", ++tap_count, why);
    fflush(stdout); /* a child process must not say it again */
}

/* Is the test run by another program, valgrind, which makes calls of its own and takes memory of its own? */
__attribute__((unused)) static int tap_under(void)
{
    const char *under = getenv("TEST_UNDER");

    return under && *under;
}

/* A new empty folder for this program, under TMPDIR or /tmp. */
__attribute__((unused)) static const char *tap_folder(void)
{
    const char *base = getenv("TMPDIR");

    if (tap_folder_name[0])
        return tap_folder_name;
    snprintf(tap_folder_name, sizeof tap_folder_name, "%s/tutela-test-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(tap_folder_name)) {
        printf("Bail out! no temporary folder\n");
        exit(1);
    }
    return tap_folder_name;
}

/* A path inside tap_folder(); static, good for four calls. */
TAP_FORMAT(1, 2) static const char *tap_path(const char *name, ...)
{
    static char paths[4][1024];
    static int turn;
    char *path = paths[turn++ & 3];

    TAP_NAME(text, name);
    snprintf(path, sizeof paths[0], "%s/%s", tap_folder(), text);
    return path;
}

/* A file with these bytes, made anew; a failed test when it cannot be. */
__attribute__((unused)) static void tap_write(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        ok(0, "writes %s", path);
    close(fd);
}

/* Print the plan, remove the folder when all passed. The value for main to return. */
__attribute__((unused)) static int tap_done(void)
{
    printf("1..%d\n", tap_count);
    if (tap_folder_name[0] && !tap_failed) {
        char command[sizeof tap_folder_name * 2 + 64];
        snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", tap_folder_name,
                 tap_folder_name);
        if (system(command) != 0)
            printf("# %s stays behind\n", tap_folder_name);
    }
    return tap_failed ? 1 : 0;
}

#endif
