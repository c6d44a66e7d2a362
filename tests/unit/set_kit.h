/*
 * set_kit: what the tests of hash sets share: made-up digests, rows, builds, whole files.
 */
#ifndef TT_TESTS_SET_KIT_H
#define TT_TESTS_SET_KIT_H

#include "tap.h"

#include "base/clock.h"
#include "hashsets/build.h"
#include "hashsets/set.h"
#include "hashsets/set_internal.h"

#include <sys/mman.h>
#include <sys/stat.h>

#define MASK(algorithm) TUTELA_BIT(TUTELA_##algorithm)
#define MEMORY (8u << 20)

/* A digest that is a function of `seed` and of nothing else. */
__attribute__((unused)) static void made_up(uint8_t *out, size_t size, uint64_t seed)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;

    for (size_t i = 0; i < size; i++) {
        state ^= state >> 30;
        state *= 0xbf58476d1ce4e5b9u;
        state ^= state >> 27;
        state *= 0x94d049bb133111ebu;
        out[i] = (uint8_t)(state >> 32);
    }
}

/* A row with the digests of `mask` made up from `seed`. */
__attribute__((unused)) static tt_row row_of(uint32_t mask, uint64_t seed)
{
    tt_row row = TT_ROW_EMPTY;

    row.line = seed;
    row.digests.mask = mask;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        made_up(row.digests.value[i], TUTELA_DIGEST_MAX, seed * 4 + (uint64_t)i);
    return row;
}

__attribute__((unused)) static tt_build *build_at(const char *path, uint64_t memory)
{
    tt_build *build = NULL;
    tutela_error error;

    if (tt_build_new(&build, path, memory, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return build;
}

__attribute__((unused)) static void list_in(tt_build *build, const char *name, tutela_polarity polarity)
{
    tutela_error error;

    if (tt_build_list(build, name, "v1", polarity, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
}

__attribute__((unused)) static void add_row(tt_build *build, const tt_row *row)
{
    tutela_error error;

    if (tt_build_add(build, row, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
}

/* Finish, free, and return the counts. */
__attribute__((unused)) static tt_build_counts finish(tt_build *build)
{
    tt_build_counts counts = {0};
    tutela_error error;

    if (tt_build_finish(build, TT_TIME_UNKNOWN, &counts, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    tt_build_free(build);
    return counts;
}

__attribute__((unused)) static tt_set *open_set(const char *path)
{
    tt_set *set = NULL;
    tutela_error error;

    if (tt_set_open(&set, path, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return set;
}

/* How many keys of the set equal the digest; UINT64_MAX when the look-up fails. */
__attribute__((unused)) static uint64_t hits(const tt_set *set, int algorithm, const uint8_t *value)
{
    uint64_t first = 0, count = 0;

    return tt_set_find(set, algorithm, value, &first, &count, NULL) == TUTELA_OK ? count
                                                                               : UINT64_MAX;
}

/* The entry of the n-th key that equals the digest; 0 when there is none. */
__attribute__((unused)) static int entry_of(const tt_set *set, int algorithm, const uint8_t *value,
                                            uint64_t n, uint64_t *number, tt_set_entry *entry)
{
    uint64_t first = 0, count = 0;

    return tt_set_find(set, algorithm, value, &first, &count, NULL) == TUTELA_OK && n < count
           && tt_set_entry_of(set, algorithm, first + n, number, NULL) == TUTELA_OK
           && tt_set_entry_at(set, *number, entry, NULL) == TUTELA_OK;
}

__attribute__((unused)) static uint8_t *read_whole(const char *path, size_t *size)
{
    struct stat facts;
    FILE *file = fopen(path, "rb");
    uint8_t *bytes;

    if (!file || fstat(fileno(file), &facts) != 0) {
        printf("Bail out! %s is not there\n", path);
        exit(1);
    }
    *size = (size_t)facts.st_size;
    bytes = malloc(*size + 1);
    *size = fread(bytes, 1, *size, file);
    fclose(file);
    return bytes;
}

__attribute__((unused)) static void write_whole(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        printf("Bail out! %s cannot be written\n", path);
        exit(1);
    }
}

__attribute__((unused)) static int same_file(const char *a, const char *b)
{
    size_t a_size, b_size;
    uint8_t *first = read_whole(a, &a_size);
    uint8_t *second = read_whole(b, &b_size);
    int same = a_size == b_size && memcmp(first, second, a_size) == 0;

    free(first);
    free(second);
    return same;
}

/* A file in memory, opened by its name in /proc: fast enough to damage every byte in turn. */
typedef struct image {
    int fd;
    char path[64];
    uint8_t *bytes;
    size_t size;
} set_image;

__attribute__((unused)) static set_image image_of(const char *path)
{
    set_image out = {.fd = memfd_create("set", MFD_CLOEXEC)};

    out.bytes = read_whole(path, &out.size);
    snprintf(out.path, sizeof out.path, "/proc/self/fd/%d", out.fd);
    if (out.fd < 0 || write(out.fd, out.bytes, out.size) != (ssize_t)out.size) {
        printf("Bail out! no memory file\n");
        exit(1);
    }
    return out;
}

__attribute__((unused)) static void put_byte(const set_image *at, size_t offset, uint8_t byte)
{
    if (pwrite(at->fd, &byte, 1, (off_t)offset) != 1)
        exit(1);
}

__attribute__((unused)) static void image_done(set_image *at)
{
    close(at->fd);
    free(at->bytes);
}

/* The status of opening; the set is closed again. */
__attribute__((unused)) static tutela_status open_status(const char *path, uint64_t eager, tutela_error *error)
{
    tt_set *set = NULL;
    tutela_status status = tt_set_open_eager(&set, path, eager, error);

    if (status == TUTELA_OK)
        tt_set_close(set);
    return status;
}

__attribute__((unused)) static void refused(const char *path, const char *words, const char *what)
{
    tutela_error error = {0};
    tt_set *set = NULL;
    tutela_status status = tt_set_open(&set, path, &error);

    ok(status == TUTELA_SET_REFUSED && !set && strstr(error.text, words) && error.advice[0],
       "%s: %s", what, error.text);
}

/* Ask for everything that was ever put in; TUTELA_OK when all of it answers. */
__attribute__((unused)) static tutela_status ask_all(const tt_set *set, uint64_t count, tutela_error *error)
{
    for (uint64_t i = 0; i < count; i++) {
        tt_row row = row_of(1, i);
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            uint64_t first = 0, found = 0;
            TT_TRY(tt_set_find(set, a, row.digests.value[a], &first, &found, error));
            for (uint64_t n = 0; n < found && n < 50; n++) {
                uint64_t number = 0;
                tt_set_entry entry;
                TT_TRY(tt_set_entry_of(set, a, first + n, &number, error));
                TT_TRY(tt_set_entry_at(set, number, &entry, error));
                if (strlen(entry.id) + strlen(entry.scheme) + strlen(entry.value) > 3 * TT_STRING_MAX)
                    return TUTELA_STATE;
            }
        }
    }
    return TUTELA_OK;
}

#endif
