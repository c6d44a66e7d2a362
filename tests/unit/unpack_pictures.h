/*
 * unpack_pictures: pictures of every kind that has an end, of noise, and what cameras put behind them.
 */
#ifndef TT_TESTS_UNPACK_PICTURES_H
#define TT_TESTS_UNPACK_PICTURES_H

#include "unpack_made.h"

__attribute__((unused)) static void put_big(bytes *out, uint64_t value, size_t size)
{
    while (size-- > 0)
        put_number(out, value >> (8 * size) & 255, 1);
}

/* A scan of so many bytes, stuffed, with markers that restart it, behind a few segments. */
__attribute__((unused)) static bytes jpeg_of(size_t size)
{
    bytes out = kit_copy("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20), noise = kit_noise(size);

    /* A preview in it, which has an end of its own. */
    PUT_TEXT(&out, "\xff\xe1");
    put_big(&out, 12, 2);
    kit_add(&out, "Exif\0\0\xff\xd8\xff\xd9", 10);
    kit_add(&out, "\xff\xff\xdb\0\5abc", 8);
    kit_add(&out, "\xff\xda\0\x08\1\1\0\0\x3f\0", 10);
    for (size_t i = 0; i < size; i++) {
        kit_add(&out, noise.data + i, 1);
        if (noise.data[i] == 0xff)
            kit_add(&out, "", 1);
        if (i % 64 == 63)
            kit_add(&out, "\xff\xd3", 2);
    }
    kit_add(&out, "\xff\xff\xd9", 3);
    free(noise.data);
    return out;
}

static void png_chunk(bytes *out, const char *name, const void *data, size_t size)
{
    bytes summed = kit_copy(name, 4);

    kit_add(&summed, data, size);
    put_big(out, size, 4);
    kit_add(out, summed.data, summed.size);
    put_big(out, crc_of(summed.data, summed.size), 4);
    free(summed.data);
}

__attribute__((unused)) static bytes png_of(size_t size)
{
    bytes out = kit_copy("\x89PNG\r\n\x1a\n", 8), noise = kit_noise(size);

    png_chunk(&out, "IHDR", "\0\0\0\1\0\0\0\1\10\2\0\0", 13);
    png_chunk(&out, "IDAT", noise.data, size / 2);
    png_chunk(&out, "IDAT", noise.data + size / 2, size - size / 2);
    png_chunk(&out, "IEND", "", 0);
    free(noise.data);
    return out;
}

__attribute__((unused)) static bytes gif_of(size_t size)
{
    bytes out = kit_copy("GIF89a\1\0\1\0\x80\0\0abcdef", 19), noise = kit_noise(size);

    kit_add(&out, "!\xf9\4\0\0\0\0\0", 8);
    kit_add(&out, ",\0\0\0\0\1\0\1\0\x81" "ABCDEFGHIJKL\10", 23);
    for (size_t at = 0; at < size; at += 255) {
        size_t some = size - at < 255 ? size - at : 255;
        put_number(&out, some, 1);
        kit_add(&out, noise.data + at, some);
    }
    kit_add(&out, "\0;", 2);
    free(noise.data);
    return out;
}

__attribute__((unused)) static bytes webp_of(size_t size)
{
    bytes out = kit_copy("RIFF", 4), noise = kit_noise(size);

    PUT32(&out, 12 + size);
    PUT_TEXT(&out, "WEBPVP8 ");
    PUT32(&out, size);
    kit_add(&out, noise.data, size);
    free(noise.data);
    return out;
}

/* Of 8 bits a pixel, 16 of them in a row; what it states as its size is often wrong. */
__attribute__((unused)) static bytes bmp_of(size_t rows, size_t stated)
{
    bytes out = kit_copy("BM", 2), noise = kit_noise(16 * rows);

    PUT32(&out, stated);
    PUT32(&out, 0);
    PUT32(&out, 54);
    PUT32(&out, 40);
    PUT32(&out, 16);
    PUT32(&out, rows);
    PUT16(&out, 1);
    PUT16(&out, 8);
    put_number(&out, 0, 8);
    put_number(&out, 0, 8);
    put_number(&out, 0, 8);
    kit_add(&out, noise.data, noise.size);
    free(noise.data);
    return out;
}

#define PICTURES 6
static const char *const picture_names[PICTURES] = {"JPEG", "PNG", "GIF", "WebP", "BMP", "another BMP"};

__attribute__((unused)) static bytes any_picture(size_t which, size_t size)
{
    size &= ~(size_t)15;
    switch (which) {
    case 0:
        return jpeg_of(size);
    case 1:
        return png_of(size);
    case 2:
        return gif_of(size);
    case 3:
        return webp_of(size);
    case 4:
        return bmp_of(size / 16, 54 + size);
    default:
        return bmp_of(size / 16, 0);
    }
}

/* What Samsung's cameras write behind a picture: two things, and their table. */
__attribute__((unused)) static void put_samsung(bytes *out, size_t size)
{
    bytes noise = kit_noise(size);

    kit_add(out, noise.data, size);
    kit_add(out, "some more", 9);
    PUT_TEXT(out, "SEFH");
    PUT32(out, 106);
    PUT32(out, 2);
    PUT32(out, 0x0a010000);
    PUT32(out, size + 9);
    PUT32(out, size);
    PUT32(out, 0x0a310000);
    PUT32(out, 9);
    PUT32(out, 9);
    PUT32(out, 36);
    PUT_TEXT(out, "SEFT");
    free(noise.data);
}

#endif
