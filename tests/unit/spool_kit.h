/* spool_kit: what the tests of spools share: a nameless file, and what may not be found in it. */
#ifndef TT_TESTS_SPOOL_KIT_H
#define TT_TESTS_SPOOL_KIT_H

#include "unpack_kit.h"

#include "base/io.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

__attribute__((unused)) static tt_spool kit_spool(uint64_t most)
{
    tt_spool spool = {.fd = tt_temporary(tap_folder()), .bytes = most};

    if (spool.fd < 0)
        printf("# no file for a spool\n");
    return spool;
}

/* All that is in a file now. */
__attribute__((unused)) static bytes kit_on_disk(int fd)
{
    struct stat about = {0};
    bytes out;

    (void)fstat(fd, &about);
    out = (bytes){malloc((size_t)about.st_size + 8), (size_t)about.st_size};
    if (pread(fd, out.data, out.size, 0) != (ssize_t)out.size)
        printf("# the spool cannot be read\n");
    return out;
}

static int kit_by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Runs of 8 bytes of `where` that are anywhere in `what`: two that are random share none. */
__attribute__((unused)) static size_t kit_shared(bytes where, bytes what)
{
    size_t count = what.size < 8 ? 0 : what.size - 7, found = 0;
    uint64_t *runs = malloc((count + 1) * 8), run;

    for (size_t i = 0; i < count; i++)
        memcpy(&runs[i], what.data + i, 8);
    qsort(runs, count, 8, kit_by_value);
    for (size_t i = 0; i + 8 <= where.size; i++) {
        memcpy(&run, where.data + i, 8);
        found += run != 0 && bsearch(&run, runs, count, 8, kit_by_value) != NULL; /* a hole is zeros */
    }
    free(runs);
    return found;
}

/*
 * How far the counts of byte values are from even: about 255 for random bytes, above 500 in one of
 * 10^16 cases, and for text hundreds of times that. Bytes of holes are left out.
 */
__attribute__((unused)) static double kit_uneven(bytes b)
{
    double counts[256] = {0}, sum = 0, mean;
    size_t some = 0;

    for (size_t at = 0; at + 4096 <= b.size; at += 4096) {
        static const uint8_t hole[4096];
        if (memcmp(b.data + at, hole, sizeof hole) == 0)
            continue;
        for (size_t i = at; i < at + 4096; i++)
            counts[b.data[i]]++;
        some += 4096;
    }
    mean = (double)some / 256;
    for (int i = 0; i < 256 && some > 0; i++)
        sum += (counts[i] - mean) * (counts[i] - mean) / mean;
    return some > 0 ? sum : 1e9;
}

/* Names in a folder. */
__attribute__((unused)) static size_t kit_names(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    while (folder && readdir(folder))
        count++;
    if (folder)
        (void)closedir(folder);
    return count - 2;
}

/* Text that is nowhere twice. */
__attribute__((unused)) static bytes kit_text(size_t size, unsigned start)
{
    bytes out = {malloc(size + 16), 0};

    for (unsigned i = start; out.size < size; i++)
        out.size += (size_t)sprintf((char *)out.data + out.size, "%07u\n", i);
    out.size = size;
    return out;
}

#endif
