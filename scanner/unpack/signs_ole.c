/*
 * signs_ole: by which first bytes OLE2 compound files are known, and the streams of documents in them
 * that hold files of their own.
 *
 * Those streams have no sign that is meant as one: several numbers and texts must fit each other.
 */
#include "unpack/officeart.h"
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>

int tt_fits_ole2(const uint8_t *head, size_t size)
{
    return size >= 8 && memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0 ? 2 : 0;
}

/* ---- \1Ole10Native ------------------------------------------------------------------------- */

/* A text that ends with a NUL, without control characters; NULL when there is none. */
static const uint8_t *text(tt_cursor *c, size_t *length)
{
    const uint8_t *at = c->data + c->at;

    for (*length = 0; *length < tt_cursor_left(c) && at[*length] != 0; ++*length)
        if (at[*length] < ' ')
            return NULL;
    return tt_cursor_take(c, *length + 1);
}

/* A picture of Paint, bare: it states its own size, at the place where a BMP has it. */
static int parse_bare(const uint8_t *head, size_t size, tt_package *out)
{
    if (size < 18 || memcmp(head + 4, "BM", 2) != 0 || tt_load32(head + 6) != tt_load32(head)
        || tt_load32(head) < 26)
        return 0;
    *out = (tt_package){.total = tt_load32(head), .start = 4, .size = tt_load32(head)};
    return 1;
}

int tt_package_parse(const uint8_t *head, size_t size, tt_package *out)
{
    tt_cursor c = tt_cursor_over(head, size);
    uint64_t total = tt_cursor_u32(&c);
    uint32_t path_size, file_size;
    const uint8_t *label, *path;
    size_t label_size, unused;

    if (tt_cursor_u16(&c) != 2 || c.failed)
        return parse_bare(head, size, out);
    label = text(&c, &label_size);
    if (!label || !text(&c, &unused))
        return 0;
    if (tt_cursor_u16(&c) != 0 || tt_cursor_u16(&c) != 3)
        return 0;
    path_size = tt_cursor_u32(&c);
    path = tt_cursor_take(&c, path_size);
    file_size = tt_cursor_u32(&c);
    if (c.failed || path_size == 0 || path[path_size - 1] != 0
        || total < c.at - 4 || file_size > total + 4 - c.at)
        return 0;
    *out = (tt_package){.total = total, .start = c.at, .size = file_size};
    /* Of a path the last part. */
    for (size_t i = label_size; i > 0 && label[i - 1] != '/' && label[i - 1] != '\\'; i--)
        out->name_size++;
    out->name = (size_t)(label - head) + label_size - out->name_size;
    return 1;
}

int tt_fits_ole10native(const uint8_t *head, size_t size)
{
    tt_package package;

    return tt_package_parse(head, size, &package) ? 2 : 0;
}

/* ---- Thumbs.db ----------------------------------------------------------------------------- */

static int is_picture(const uint8_t *at)
{
    return memcmp(at, "\xff\xd8\xff", 3) == 0 || memcmp(at, "\x89PNG", 4) == 0;
}

size_t tt_thumbnail_head(const uint8_t *head, size_t size)
{
    uint32_t first = size >= 16 ? tt_load32(head) : 0;

    if ((first != 12 && first != 16 && first != 24) || size < first + 4)
        return 0;
    if (is_picture(head + first))
        return first;
    /* The older kind: a second header, which begins with 1. */
    return tt_load32(head + first) == 1 && size >= first + 20 && is_picture(head + first + 16)
               ? first + 16
               : 0;
}

int tt_fits_thumbnail(const uint8_t *head, size_t size)
{
    return tt_thumbnail_head(head, size) > 0 ? 2 : 0;
}

/* ---- Pictures of Office -------------------------------------------------------------------- */

int tt_fits_officeart(const uint8_t *head, size_t size)
{
    tt_art_blip blip;
    tt_art_kind kind = tt_art_parse(head, size, &blip);

    /* PowerPoint's stream "Pictures" is a run of them and nothing else. */
    return kind == TT_ART_SURE ? 2 : kind != TT_ART_NONE;
}

int tt_fits_word(const uint8_t *head, size_t size)
{
    if (size < 68)
        return 0;
    /* [MS-DOC] 2.5.1: the stream "WordDocument" of Word 97 and later, whose format's number and the
     * oldest that can read it are these. */
    if (tt_load16(head) == 0xa5ec)
        return tt_load16(head + 2) >= 0xc0 && tt_load16(head + 2) <= 0x112
                       && (tt_load16(head + 12) == 0xbf || tt_load16(head + 12) == 0xc1)
                   ? 2
                   : 0;
    /* [MS-DOC] 2.9.190: the stream "Data" begins with the header of a picture. */
    return tt_load32(head) >= 68 && tt_load16(head + 4) == 68
                   && (tt_load16(head + 6) == 0x64 || tt_load16(head + 6) == 0x66)
                   && tt_load16(head + 12) == 0
               ? 2
               : 0;
}

int tt_fits_excel(const uint8_t *head, size_t size)
{
    /* [MS-XLS] 2.4.21: the first record of the stream "Workbook" of Excel 97 and later. */
    return size >= 20 && tt_load32(head) == 0x00100809 && tt_load32(head + 4) == 0x00050600 ? 2 : 0;
}
