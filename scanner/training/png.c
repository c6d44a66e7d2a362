/*
 * png: PNG (RFC 2083), eight bits of red, green and blue, in stored deflate blocks; and the icon
 * file that wraps one.
 */
#include "training/make.h"
#include "training/bytes.h"
#include "training/picture.h"

/* Length, type, data, and a checksum over type and data. */
static void put_chunk(tt_buf *out, const char *type, const void *data, size_t size)
{
    size_t from;

    tt_bytes_be(out, size, 4);
    from = out->size;
    tt_buf_add(out, type, 4);
    if (size > 0)
        tt_buf_add(out, data, size);
    if (!tt_buf_failed(out))
        tt_bytes_be(out, tt_bytes_crc32(out->data + from, size + 4), 4);
}

static void put_head(tt_buf *out, const tt_picture *picture)
{
    TT_AUTO_BUF tt_buf head;

    tt_buf_init(&head, 64);
    tt_bytes_be(&head, picture->width, 4);
    tt_bytes_be(&head, picture->height, 4);
    tt_bytes_be(&head, 0x08, 1); /* bits of a sample */
    tt_bytes_be(&head, 0x02, 1); /* red, green, blue */
    tt_bytes_be(&head, 0, 3);    /* deflate, filters by row, not interlaced */
    if (tt_buf_failed(&head))
        out->failed = 1;
    else
        put_chunk(out, "IHDR", head.data, head.size);
}

static void put_pixels(tt_buf *out, const tt_picture *picture)
{
    static const char words[] = "Comment\0synthetic training picture";
    size_t row = (size_t)picture->width * 3;
    TT_AUTO_BUF tt_buf rows;
    TT_AUTO_BUF tt_buf stream;

    tt_buf_init(&rows, TT_MAKE_MAX);
    tt_buf_init(&stream, TT_MAKE_MAX);
    for (uint32_t y = 0; y < picture->height; y++) {
        tt_buf_add_char(&rows, 0); /* no filter */
        tt_buf_add(&rows, tt_picture_at(picture, 0, y), row);
    }
    if (!tt_buf_failed(&rows)) {
        tt_bytes_be(&stream, 0x7801, 2); /* zlib's head: deflate, 32 KiB window */
        tt_bytes_deflate(&stream, rows.data, rows.size);
        tt_bytes_be(&stream, tt_bytes_adler32(rows.data, rows.size), 4);
    }
    if (tt_buf_failed(&rows) || tt_buf_failed(&stream)) {
        out->failed = 1;
        return;
    }
    put_chunk(out, "tEXt", words, sizeof words - 1);
    put_chunk(out, "IDAT", stream.data, stream.size);
}

static void encode(tt_buf *out, const tt_picture *picture)
{
    if (tt_buf_failed(&picture->pixels)) {
        out->failed = 1;
        return;
    }
    tt_buf_add(out, "\x89PNG\r\n\x1A\n", 8);
    put_head(out, picture);
    put_pixels(out, picture);
    put_chunk(out, "IEND", NULL, 0);
}

void tt_make_png(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_any(&picture, random);
    encode(out, &picture);
}

void tt_make_ico(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;
    size_t from;

    tt_picture_paint(&picture, 48, 48, 0, random);
    tt_bytes_le(out, 0, 2);
    tt_bytes_le(out, 1, 2); /* an icon, not a cursor */
    tt_bytes_le(out, 1, 2); /* one picture */
    tt_bytes_le(out, 48, 1);
    tt_bytes_le(out, 48, 1);
    tt_bytes_le(out, 0, 2); /* no palette */
    tt_bytes_le(out, 1, 2); /* planes */
    tt_bytes_le(out, 24, 2);
    tt_bytes_le(out, 0, 4); /* the picture's bytes, once known */
    tt_bytes_le(out, 22, 4);
    from = out->size;
    encode(out, &picture);
    tt_bytes_patch_le(out, from - 8, out->size - from, 4);
}
