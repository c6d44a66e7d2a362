/*
 * bitmap: the picture formats that are a head and plain pixels: BMP, TIFF, PPM, PGM, and GIF, whose
 * LZW codes are kept to the literal ones.
 */
#include "training/make.h"
#include "training/bytes.h"
#include "training/picture.h"

#define BMP_HEAD 54u /* file head 14, BITMAPINFOHEADER 40 */

/* Pass a picture without memory on as a file without memory. 1 when there are pixels. */
static int usable(tt_buf *out, const tt_picture *picture)
{
    if (tt_buf_failed(&picture->pixels))
        out->failed = 1;
    return !tt_buf_failed(out);
}

static void put_bmp(tt_buf *out, const tt_picture *picture)
{
    size_t row = ((size_t)picture->width * 3 + 3) & ~(size_t)3;
    size_t size = row * picture->height;

    tt_buf_add_text(out, "BM");
    tt_bytes_le(out, BMP_HEAD + size, 4);
    tt_bytes_le(out, 0, 4);
    tt_bytes_le(out, BMP_HEAD, 4);
    tt_bytes_le(out, 40, 4);
    tt_bytes_le(out, picture->width, 4);
    tt_bytes_le(out, picture->height, 4);
    tt_bytes_le(out, 1, 2);  /* planes */
    tt_bytes_le(out, 24, 2); /* bits of a pixel */
    tt_bytes_le(out, 0, 4);  /* not compressed */
    tt_bytes_le(out, size, 4);
    tt_bytes_le(out, 2835, 4); /* 72 dots an inch, in metres */
    tt_bytes_le(out, 2835, 4);
    tt_bytes_le(out, 0, 8); /* no palette */
    for (uint32_t y = picture->height; y-- > 0;) {
        for (uint32_t x = 0; x < picture->width; x++) {
            const uint8_t *pixel = tt_picture_at(picture, x, y);

            tt_bytes_be(out, (uint64_t)pixel[2] << 16 | (uint64_t)pixel[1] << 8 | pixel[0], 3);
        }
        tt_bytes_fill(out, 0, row - (size_t)picture->width * 3);
    }
}

void tt_make_bmp(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_paint(&picture, 150, 113, 0, random);
    if (usable(out, &picture))
        put_bmp(out, &picture);
}

static void put_tag(tt_buf *out, unsigned tag, unsigned type, uint32_t count, uint32_t value)
{
    tt_bytes_le(out, tag, 2);
    tt_bytes_le(out, type, 2);
    tt_bytes_le(out, count, 4);
    tt_bytes_le(out, value, 4);
}

/* TIFF 6.0, little-endian, one strip of red, green, blue. */
static void put_tiff(tt_buf *out, const tt_picture *picture)
{
    enum { SHORT = 3, LONG = 4, TAGS = 10, HEAD = 8, DIRECTORY = 2 + TAGS * 12 + 4 };
    uint32_t pixels = HEAD + DIRECTORY + 6;

    tt_buf_add(out, "II*\0", 4);
    tt_bytes_le(out, HEAD, 4);
    tt_bytes_le(out, TAGS, 2);
    put_tag(out, 256, LONG, 1, picture->width);
    put_tag(out, 257, LONG, 1, picture->height);
    put_tag(out, 258, SHORT, 3, HEAD + DIRECTORY); /* bits of each sample, beside the pixels */
    put_tag(out, 259, SHORT, 1, 1);                /* not compressed */
    put_tag(out, 262, SHORT, 1, 2);                /* red, green, blue */
    put_tag(out, 273, LONG, 1, pixels);
    put_tag(out, 277, SHORT, 1, 3);
    put_tag(out, 278, LONG, 1, picture->height);
    put_tag(out, 279, LONG, 1, (uint32_t)picture->pixels.size);
    put_tag(out, 284, SHORT, 1, 1); /* samples together */
    tt_bytes_le(out, 0, 4);         /* no further directory */
    for (int i = 0; i < 3; i++)
        tt_bytes_le(out, 8, 2);
    tt_buf_add(out, picture->pixels.data, picture->pixels.size);
}

void tt_make_tiff(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_any(&picture, random);
    if (usable(out, &picture))
        put_tiff(out, &picture);
}

void tt_make_ppm(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_any(&picture, random);
    if (!usable(out, &picture))
        return;
    tt_buf_printf(out, "P6\n# synthetic training picture\n%u %u\n255\n", picture.width,
                  picture.height);
    tt_buf_add(out, picture.pixels.data, picture.pixels.size);
}

void tt_make_pgm(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_any(&picture, random);
    if (!usable(out, &picture))
        return;
    tt_buf_printf(out, "P5\n# synthetic training picture\n%u %u\n255\n", picture.width,
                  picture.height);
    for (uint32_t y = 0; y < picture.height; y++)
        for (uint32_t x = 0; x < picture.width; x++)
            tt_buf_add_char(out, (char)tt_picture_grey(tt_picture_at(&picture, x, y)));
}

/* The nearest of a 5 x 5 x 5 cube of colours. */
static unsigned cube_colour(const uint8_t *pixel)
{
    unsigned index = 0;

    for (int i = 0; i < 3; i++)
        index = index * 5 + (pixel[i] + 32u) / 64;
    return index;
}

/*
 * GIF codes start at 8 bits for a palette of 128 and would grow to 9 once the decoder's table is
 * full at 256. Clearing the table before that keeps every code one byte, and each literal.
 */
static void put_gif_frame(tt_buf *out, const tt_picture *picture)
{
    enum { CLEAR = 128, END = 129, LITERALS = 120, BLOCK_MAX = 255 };
    TT_AUTO_BUF tt_buf codes;
    size_t count = (size_t)picture->width * picture->height;
    size_t done = 0;

    tt_buf_init(&codes, TT_MAKE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i % LITERALS == 0)
            tt_bytes_le(&codes, CLEAR, 1);
        tt_bytes_le(&codes, cube_colour((const uint8_t *)picture->pixels.data + i * 3), 1);
    }
    tt_bytes_le(&codes, END, 1);
    if (tt_buf_failed(&codes)) {
        out->failed = 1;
        return;
    }

    tt_buf_add(out, "\x21\xF9\4\4\x19\0\0\0", 8); /* shown for a quarter of a second */
    tt_bytes_le(out, 0x2C, 1);
    tt_bytes_le(out, 0, 4); /* at the top left */
    tt_bytes_le(out, picture->width, 2);
    tt_bytes_le(out, picture->height, 2);
    tt_bytes_le(out, 0, 1);
    tt_bytes_le(out, 7, 1); /* bits of a literal */
    while (done < codes.size) {
        size_t block = codes.size - done < BLOCK_MAX ? codes.size - done : BLOCK_MAX;

        tt_bytes_le(out, block, 1);
        tt_buf_add(out, codes.data + done, block);
        done += block;
    }
    tt_bytes_le(out, 0, 1);
}

void tt_make_gif(tt_buf *out, tt_random *random)
{
    enum { WIDTH = 112, HEIGHT = 84, FRAMES = 3 };
    tt_random start = *random;

    tt_buf_add_text(out, "GIF89a");
    tt_bytes_le(out, WIDTH, 2);
    tt_bytes_le(out, HEIGHT, 2);
    tt_bytes_le(out, 0xF6, 1); /* a palette of 128 colours */
    tt_bytes_le(out, 0, 2);
    for (unsigned i = 0; i < 128; i++) {
        unsigned level[3] = {i / 25 % 5, i / 5 % 5, i % 5};

        for (int j = 0; j < 3; j++)
            tt_bytes_le(out, i < 125 && level[j] > 0 ? level[j] * 64 - 1 : 0, 1);
    }
    tt_buf_add(out, "\x21\xFF\x0BNETSCAPE2.0\3\1\0\0\0", 19); /* again and again */
    for (uint32_t frame = 0; frame < FRAMES; frame++) {
        TT_AUTO_PICTURE tt_picture picture;

        *random = start;
        tt_picture_paint(&picture, WIDTH, HEIGHT, frame * 4, random);
        if (!usable(out, &picture))
            return;
        put_gif_frame(out, &picture);
    }
    tt_bytes_le(out, 0x3B, 1);
}
