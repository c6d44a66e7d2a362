/*
 * webp: lossless WebP ("WebP Lossless Bitstream Specification"), with prefix codes of eight bits
 * for every value of red, green and blue: larger than need be, but true WebP in one page.
 */
#include "training/make.h"
#include "training/bytes.h"
#include "training/picture.h"

#define GREEN_SYMBOLS 280u /* 256 values and 24 lengths of copies, which are not used */

/* Bits go into bytes from the lowest up. */
typedef struct writer {
    tt_buf *out;
    uint32_t held;
    unsigned held_count;
} writer;

static void put_bits(writer *w, uint32_t bits, unsigned count)
{
    w->held |= bits << w->held_count;
    w->held_count += count;
    for (; w->held_count >= 8; w->held_count -= 8, w->held >>= 8)
        tt_bytes_le(w->out, w->held, 1);
}

/*
 * A code whose first 256 symbols have eight bits and whose other symbols have none, so that a
 * value's code is the value itself. The lengths are coded in turn: one bit, 0 for "no code" and 1
 * for "eight bits".
 */
static void put_plain_code(writer *w, unsigned symbols)
{
    /* Where lengths of lengths stand in the stream: 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8. */
    static const uint8_t lengths[12] = {[2] = 1, [11] = 1};

    put_bits(w, 0, 1); /* a normal code */
    put_bits(w, sizeof lengths - 4, 4);
    for (size_t i = 0; i < sizeof lengths; i++)
        put_bits(w, lengths[i], 3);
    put_bits(w, 0, 1); /* lengths for the whole alphabet follow */
    for (unsigned i = 0; i < symbols; i++)
        put_bits(w, i < 256, 1);
}

/* A code of one symbol, which takes no bits. */
static void put_single_code(writer *w, uint32_t symbol)
{
    put_bits(w, 1, 1); /* a simple code */
    put_bits(w, 0, 1); /* of one symbol */
    put_bits(w, 1, 1); /* written in eight bits */
    put_bits(w, symbol, 8);
}

/* Prefix codes are read from their highest bit on. */
static void put_sample(writer *w, uint8_t value)
{
    uint32_t turned = 0;

    for (int bit = 0; bit < 8; bit++)
        turned |= (uint32_t)(value >> bit & 1) << (7 - bit);
    put_bits(w, turned, 8);
}

static void put_stream(tt_buf *out, const tt_picture *picture)
{
    writer w = {.out = out};

    tt_bytes_le(out, 0x2F, 1);
    put_bits(&w, picture->width - 1, 14);
    put_bits(&w, picture->height - 1, 14);
    put_bits(&w, 0, 1); /* no transparency */
    put_bits(&w, 0, 3); /* version */
    put_bits(&w, 0, 1); /* no transform */
    put_bits(&w, 0, 1); /* no cache of colours */
    put_bits(&w, 0, 1); /* the same codes everywhere */
    put_plain_code(&w, GREEN_SYMBOLS);
    put_plain_code(&w, 256); /* red */
    put_plain_code(&w, 256); /* blue */
    put_single_code(&w, 255); /* alpha */
    put_single_code(&w, 0);   /* distance */
    for (uint32_t y = 0; y < picture->height; y++)
        for (uint32_t x = 0; x < picture->width; x++) {
            const uint8_t *pixel = tt_picture_at(picture, x, y);

            put_sample(&w, pixel[1]);
            put_sample(&w, pixel[0]);
            put_sample(&w, pixel[2]);
        }
    put_bits(&w, 0, 7); /* the last byte */
}

void tt_make_webp(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;
    size_t from = out->size;

    tt_picture_any(&picture, random);
    if (tt_buf_failed(&picture.pixels)) {
        out->failed = 1;
        return;
    }
    tt_buf_add(out, "RIFF\0\0\0\0WEBPVP8L\0\0\0\0", 20);
    put_stream(out, &picture);
    tt_bytes_patch_le(out, from + 16, out->size - from - 20, 4);
    tt_bytes_align(out, 2);
    tt_bytes_patch_le(out, from + 4, out->size - from - 8, 4);
}
