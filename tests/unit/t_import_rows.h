/*
 * t_import_rows: gathers what a list reader gives, for the t_import_... tests.
 *
 * Every reading also checks what must hold for any list: no error text repeats the list, texts are
 * clean, digests are never void, and nothing is printed by a library: what is broken in a list would
 * be quoted there.
 */
#ifndef TT_TESTS_IMPORT_ROWS_H
#define TT_TESTS_IMPORT_ROWS_H

#include "tap.h"

#include "base/text.h"
#include "hashsets/import/import.h"
#include "hashsets/import/input.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/mman.h>

#define ROWS_MAX 4096

typedef struct got_row {
    tt_digests digests;
    uint64_t size, line;
    int64_t updated;
    uint32_t flags;
    char entry[256], scheme[256], value[256], owner[256];
} got_row;

static got_row rows[ROWS_MAX];
static struct {
    uint64_t line;
    tutela_reject reason;
} rejects[ROWS_MAX];
static size_t row_count, reject_count;
static const char *got_format;
static tutela_error got_error;
static char got_version[256];

__attribute__((unused)) static tutela_status keep_row(void *user, const tt_row *row,
                                                      tutela_error *error)
{
    (void)user;
    (void)error;
    if (row_count < ROWS_MAX) {
        got_row *out = &rows[row_count];
        memset(out, 0, sizeof *out);
        out->digests.mask = row->digests.mask;
        for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
            if (row->digests.mask & TUTELA_BIT(i))
                memcpy(out->digests.value[i], row->digests.value[i], tt_digest_size(i));
        out->size = row->size;
        out->line = row->line;
        out->updated = row->updated;
        out->flags = row->flags;
        snprintf(out->entry, sizeof out->entry, "%s", row->entry);
        snprintf(out->scheme, sizeof out->scheme, "%s", row->scheme);
        snprintf(out->value, sizeof out->value, "%s", row->value);
        snprintf(out->owner, sizeof out->owner, "%s", row->owner);
        if (row->digests.mask == 0 || !tt_utf8_is(row->entry, strlen(row->entry))
            || !tt_utf8_is(row->value, strlen(row->value))
            || !tt_utf8_is(row->owner, strlen(row->owner)))
            ok(0, "row %" PRIu64 " is sound", row->line);
    }
    row_count++;
    return TUTELA_OK;
}

__attribute__((unused)) static void keep_reject(void *user, uint64_t line, tutela_reject reason)
{
    (void)user;
    if (reject_count < ROWS_MAX) {
        rejects[reject_count].line = line;
        rejects[reject_count].reason = reason;
    }
    reject_count++;
}

/* What was counted that is no row; `what` is static, so the pointer may be kept. */
static struct {
    const char *what;
    size_t times;
} counts[16];

__attribute__((unused)) static void keep_count(void *user, const char *what)
{
    (void)user;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i].what && strcmp(counts[i].what, what) != 0)
            continue;
        counts[i].what = what;
        counts[i].times++;
        return;
    }
    ok(0, "no more kinds are counted than the tests have room for");
}

__attribute__((unused)) static size_t counted(const char *what)
{
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (counts[i].what && strcmp(counts[i].what, what) == 0)
            return counts[i].times;
    return 0;
}

/* How many kinds of things were counted. */
__attribute__((unused)) static size_t kinds_counted(void)
{
    size_t kinds = 0;

    while (kinds < sizeof counts / sizeof counts[0] && counts[kinds].what)
        kinds++;
    return kinds;
}

__attribute__((unused)) static tutela_status keep_version(void *user, const char *text,
                                                          tutela_error *error)
{
    (void)user;
    (void)error;
    if (row_count > 0 || reject_count > 0 || got_version[0] != '\0' || text[0] == '\0')
        ok(0, "a version comes once, and first");
    snprintf(got_version, sizeof got_version, "%s", text);
    return TUTELA_OK;
}

static const tt_row_sink keep_all = {
    .take = keep_row, .reject = keep_reject, .count = keep_count, .version = keep_version};

/* 1 when a run of eight or more hex digits of `text` stands in the list. */
__attribute__((unused)) static int tells(const char *text, const char *data, size_t size)
{
    for (const char *at = text; *at; at++) {
        size_t run = 0;
        while (isxdigit((unsigned char)at[run]))
            run++;
        if (run >= 8 && memmem(data, size, at, run))
            return 1;
        at += run ? run - 1 : 0;
    }
    return 0;
}

/* An empty file in memory, the same each time it is asked for. */
static int memory_file(int *file)
{
    if (*file == 0)
        *file = memfd_create("list", MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, 0) != 0) {
        printf("Bail out! no file in memory\n");
        exit(1);
    }
    return *file;
}

/* Run tt_import_file; a word on standard error fails the test. */
static tutela_status read_silently(const char *path, const tt_import_options *options)
{
    static int file;
    int said = memory_file(&file), errors = dup(2);

    lseek(said, 0, SEEK_SET);
    dup2(said, 2);
    tutela_status status = tt_import_file(path, options, &keep_all, &got_format, &got_error);
    dup2(errors, 2);
    close(errors);
    if (lseek(said, 0, SEEK_END) != 0)
        ok(0, "nothing is printed");
    return status;
}

/*
 * Read bytes as a list, by way of a file in memory; the outcome is in the variables above. `map` may
 * be NULL.
 */
__attribute__((unused)) static tutela_status read_mapped(const char *data, size_t size,
                                                         const char *map)
{
    static int file;
    const tt_import_options options = {.map = map};
    char path[64];
    int fd = memory_file(&file);

    if (pwrite(fd, data, size, 0) != (ssize_t)size) {
        printf("Bail out! no file in memory\n");
        exit(1);
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    row_count = reject_count = 0;
    memset(counts, 0, sizeof counts);
    got_format = NULL;
    got_version[0] = '\0';
    memset(&got_error, 0, sizeof got_error);
    tutela_status status = read_silently(path, map ? &options : NULL);
    /* The path stands in front of the text; what follows must tell nothing. */
    size_t skipped = strncmp(got_error.text, path, strlen(path)) == 0 ? strlen(path) : 0;
    if (tells(got_error.text + skipped, data, size) || tells(got_error.advice, data, size))
        ok(0, "the error of a broken list tells nothing of it");
    return status;
}

__attribute__((unused)) static tutela_status read_bytes(const char *data, size_t size)
{
    return read_mapped(data, size, NULL);
}

__attribute__((unused)) static tutela_status read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

/* A sample under tests/data/lists, NUL-ended; *size without the NUL. The caller frees it. */
__attribute__((unused)) static char *load_sample(const char *name, size_t *size)
{
    char path[256];
    snprintf(path, sizeof path, "tests/data/lists/%s", name);
    FILE *file = fopen(path, "rb");
    char *data = calloc(1, 65536);

    if (!file || !data) {
        printf("Bail out! cannot read %s\n", path);
        exit(1);
    }
    *size = fread(data, 1, 65535, file);
    fclose(file);
    return data;
}

__attribute__((unused)) static tutela_status read_sample(const char *name)
{
    size_t size;
    char *data = load_sample(name, &size);
    tutela_status status = read_bytes(data, size);

    free(data);
    return status;
}

/* The digests of "tutela sample N", which the samples list. */
__attribute__((unused)) static void sample_digests(unsigned number, tt_digests *out)
{
    char text[64];
    int size = snprintf(text, sizeof text, "tutela sample %u", number);

    if (tt_digest_bytes(TT_DIGEST_ALL, text, (size_t)size, out, NULL) != TUTELA_OK) {
        printf("Bail out! no digests\n");
        exit(1);
    }
}

__attribute__((unused)) static uint64_t sample_size(unsigned number)
{
    char text[64];

    return (uint64_t)snprintf(text, sizeof text, "tutela sample %u", number);
}

/* Hex of one digest of "tutela sample N"; static, good for eight calls. */
__attribute__((unused)) static const char *sample_hex(unsigned number, int algorithm)
{
    static char texts[8][2 * TUTELA_DIGEST_MAX + 1];
    static int turn;
    char *text = texts[turn++ & 7];
    tt_digests digests;

    sample_digests(number, &digests);
    tt_hex_encode(digests.value[algorithm], tt_digest_size(algorithm), text);
    return text;
}

/* The most memory this process ever had. */
__attribute__((unused)) static size_t peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    size_t peak = 0;

    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtoull(line + 6, NULL, 10);
    if (status)
        fclose(status);
    return peak;
}

/* Row `index` has exactly the digests in `mask` of "tutela sample N". */
__attribute__((unused)) static void is_sample(size_t index, unsigned number, uint32_t mask,
                                              const char *name)
{
    tt_digests want;
    int same = index < row_count && rows[index].digests.mask == mask;

    sample_digests(number, &want);
    for (int i = 0; same && i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i))
            same = memcmp(rows[index].digests.value[i], want.value[i], tt_digest_size(i)) == 0;
    ok(same, "%s: row %zu has the digests of sample %u", name, index, number);
}

__attribute__((unused)) static void is_reject(size_t index, uint64_t line, tutela_reject reason,
                                              const char *name)
{
    int there = index < reject_count;

    is_u64(there ? rejects[index].line : 0, line, "%s: line of the reject", name);
    is_text(there ? tutela_reject_text((int32_t)rejects[index].reason) : "none",
            tutela_reject_text((int32_t)reason), "%s: reason", name);
}

#endif
