/*
 * fuzz_sqlite: what the fuzz targets of the lists in SQLite files share.
 *
 * The first byte of an input chooses: odd, and the header is made one that SQLite goes on behind, so
 * that the pages are reached. The rest is the file.
 */
#ifndef TT_TESTS_FUZZ_SQLITE_H
#define TT_TESTS_FUZZ_SQLITE_H

#include "fuzz_import.h"

#include "unit/sqlite_kit.h"

#define SQLITE_ROOM (1u << 20)
#define SQLITE_PAGE 512u

static void fuzz_sqlite(const char *format, const uint8_t *data, size_t size)
{
    static uint8_t image[SQLITE_ROOM + SQLITE_PAGE];

    if (size < 1 || size > SQLITE_ROOM)
        return;
    int whole = data[0] & 1;
    size--;
    memcpy(image, data + 1, size);
    if (whole) {
        size_t pages = size / SQLITE_PAGE + 1;

        memset(image + size, 0, pages * SQLITE_PAGE - size);
        size = pages * SQLITE_PAGE;
        memcpy(image, "SQLite format 3\0\2\0\1\1\0\x40\x20\x20", 24);
        memset(image + 24, 0, 32); /* counters, free pages, cookie: none */
        image[28 + 2] = (uint8_t)(pages >> 8);
        image[28 + 3] = (uint8_t)pages;
        image[47] = 4; /* schema format */
        image[59] = 1; /* UTF-8 */
        memset(image + 92, 0, 4);
    }
    fuzz_import(format, image, size);
}

/* The database of these statements as a seed, its header left alone or to be made whole. */
static size_t sqlite_seed(const char *statements, int whole, uint8_t *out, size_t room)
{
    sqlite_kit kit;

    kit_begin(&kit, "PRAGMA page_size=512");
    kit_run(&kit, statements);
    kit_image(&kit);
    promise(kit.size < room, "a seed fits");
    out[0] = (uint8_t)whole;
    memcpy(out + 1, kit.data, kit.size);
    sqlite3_free(kit.data);
    return kit.size + 1;
}

#endif
