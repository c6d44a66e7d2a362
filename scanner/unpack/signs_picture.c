/*
 * signs_picture: see pictures.h. Sources: ITU-T T.81 (JPEG), PNG and GIF89a specifications, RIFF and BMP as
 * Microsoft describes them; the trailer of Samsung's cameras as their files have it.
 */
#include "unpack/pictures.h"

#include "base/cursor.h"

#include <string.h>

/* Of a BMP, in either direction: more is no picture, and would make its size overflow. */
#define SIDE_MAX (UINT32_C(1) << 24)
/* Things in Samsung's trailer: it has some ten. */
#define THINGS_MAX 256u

/* ---- First bytes --------------------------------------------------------------------------- */

/* Where a BMP's pixels end, or what it states, whichever is more; 0: it is none. */
static uint64_t end_of_bmp(const uint8_t *head)
{
    uint32_t stated = tt_load32(head + 2), from = tt_load32(head + 10), size = tt_load32(head + 14);
    uint32_t width = tt_load32(head + 18), height = tt_load32(head + 22), depth = tt_load16(head + 28);
    uint32_t method = tt_load32(head + 30);
    uint64_t pixels;

    if (size < 40 || size > 124 || from < 14 + size || tt_load16(head + 26) != 1 || depth > 32)
        return 0;
    if (height > INT32_MAX)
        height = 0 - height; /* from top to bottom */
    if (width > SIDE_MAX || height > SIDE_MAX)
        return 0;
    pixels = method == 0 || method == 3 ? ((uint64_t)width * depth + 31) / 32 * 4 * height
                                        : tt_load32(head + 34);
    return from + pixels > stated ? from + pixels : stated;
}

/* Where a RIFF ends; 0: it is none, or states no size, as some do who write on and on. */
static uint64_t end_of_riff(const uint8_t *head)
{
    uint32_t stated = tt_load32(head + 4);

    return memcmp(head, "RIFF", 4) == 0 && stated >= 4 && stated != UINT32_MAX ? 8 + (uint64_t)stated
                                                                               : 0;
}

tt_picture tt_picture_of(const uint8_t *head, size_t size)
{
    static const struct {
        tt_picture_kind kind;
        size_t size;
        const char *bytes;
    } signs[] = {
        {TT_PICTURE_JPEG, 3, "\xff\xd8\xff"},
        {TT_PICTURE_PNG, 8, "\x89PNG\r\n\x1a\n"},
        {TT_PICTURE_GIF, 6, "GIF87a"},
        {TT_PICTURE_GIF, 6, "GIF89a"},
    };
    uint64_t end = 0;

    for (size_t i = 0; size >= 12 && i < sizeof signs / sizeof signs[0]; i++)
        if (memcmp(head, signs[i].bytes, signs[i].size) == 0)
            return (tt_picture){signs[i].kind, 0};
    if (size >= 12 && head[0] == 'R' && (end = end_of_riff(head)) > 0)
        return (tt_picture){TT_PICTURE_RIFF, end};
    if (size >= TT_PICTURE_HEAD && head[0] == 'B' && head[1] == 'M')
        end = end_of_bmp(head);
    return (tt_picture){end > 0 ? TT_PICTURE_BMP : TT_PICTURE_NONE, end};
}

/* ---- Last bytes ---------------------------------------------------------------------------- */

/*
 * Bytes before the trailer in which Samsung's cameras keep what they know of a picture, which is not
 * looked at; as many as there are when it has none, or when it begins before them.
 */
static size_t before_trailer(const uint8_t *tail, size_t size)
{
    size_t table, count, most = 0, at;

    if (size < 20 || memcmp(tail + size - 4, "SEFT", 4) != 0)
        return size;
    table = tt_load32(tail + size - 8);
    if (table < 12 || table > size - 8)
        return size;
    at = size - 8 - table;
    count = tt_load32(tail + at + 8);
    if (memcmp(tail + at, "SEFH", 4) != 0 || count > THINGS_MAX || 12 + count * 12 > table)
        return size;
    /* Each says how far before the table it begins. */
    for (size_t i = 0; i < count; i++) {
        size_t back = tt_load32(tail + at + 12 + i * 12 + 4);
        most = back > most ? back : most;
    }
    return most <= at ? at - most : size;
}

/* Bytes before zeros, and before the end of a line that some put behind a picture. */
static size_t before_blank(const uint8_t *tail, size_t size)
{
    while (size > 0 && (tail[size - 1] == 0 || tail[size - 1] == '\n' || tail[size - 1] == '\r'))
        size--;
    return size;
}

static int ends_with(const uint8_t *tail, size_t size, const char *sign, size_t length)
{
    return size >= length && memcmp(tail + size - length, sign, length) == 0;
}
#define ENDS_WITH(text) ends_with(tail, size, text, sizeof(text) - 1)

int tt_picture_goes_on(const tt_picture *picture, const uint8_t *tail, size_t size,
                       uint64_t file_size)
{
    size_t all = size;

    if (picture->kind == TT_PICTURE_NONE || file_size < TT_PICTURE_HEAD)
        return 0;
    size = before_blank(tail, size);
    if (size == 0)
        return 1; /* more zeros than can be seen from here */
    switch (picture->kind) {
    case TT_PICTURE_JPEG:
        size = before_blank(tail, before_trailer(tail, size));
        return !ENDS_WITH("\xff\xd9");
    case TT_PICTURE_PNG:
        return !ENDS_WITH("IEND\xae\x42\x60\x82");
    case TT_PICTURE_GIF:
        return !ENDS_WITH(";") || (size > 1 && tail[size - 2] != 0);
    case TT_PICTURE_NONE:
    case TT_PICTURE_RIFF:
    case TT_PICTURE_BMP:
    default:
        return file_size - (all - size) > picture->end;
    }
}
