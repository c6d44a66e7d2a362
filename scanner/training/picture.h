/*
 * picture: colour fields and patterns, in memory, and the encoder that films share.
 *
 * Patterns are computed with integers only, so that a picture has the same pixels everywhere.
 * They are gradients, rings, checks, cells, clouds, waves and tiles; none depicts anything.
 */
#ifndef TT_TRAINING_PICTURE_H
#define TT_TRAINING_PICTURE_H

#include "base/buf.h"
#include "training/random.h"

#define TT_PICTURE_SIDE_MAX 1024u /* pixels; encoders count on it */

/* Rows from the top, pixels from the left, three bytes (red, green, blue) each. Single. */
typedef struct tt_picture {
    uint32_t width;
    uint32_t height;
    tt_buf pixels; /* width * height * 3 bytes, unless failed */
} tt_picture;

/*
 * Paint a pattern that `random` chooses. `phase` moves it a little, for the frames of a video: the
 * same generator state and another phase give the next frame. *out is the caller's:
 * tt_picture_done. A picture without memory has failed pixels, which encoders hand on.
 */
void tt_picture_paint(tt_picture *out, uint32_t width, uint32_t height, uint32_t phase,
                      tt_random *random);
/* As tt_picture_paint, in one of the usual sizes. */
void tt_picture_any(tt_picture *out, tt_random *random);
void tt_picture_done(tt_picture *picture);
#define TT_AUTO_PICTURE __attribute__((cleanup(tt_picture_done)))

/* The pixel at x, y as three bytes. */
static inline const uint8_t *tt_picture_at(const tt_picture *picture, uint32_t x, uint32_t y)
{
    return (const uint8_t *)picture->pixels.data + ((size_t)y * picture->width + x) * 3;
}

/* Its brightness, 0 to 255 (the weights of Rec. 601). */
uint8_t tt_picture_grey(const uint8_t *pixel);

/* sin(2 pi phase / 65536) * 32767, nearly, without floating point. */
int32_t tt_picture_wave(uint32_t phase);

/* Append one JPEG file, of one component when `grey`. */
void tt_jpeg_encode(tt_buf *out, const tt_picture *picture, int grey);

#endif
