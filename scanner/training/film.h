/*
 * film: a few frames of a moving pattern, each a JPEG of its own, for the video containers.
 */
#ifndef TT_TRAINING_FILM_H
#define TT_TRAINING_FILM_H

#include "base/buf.h"
#include "training/random.h"

#define TT_FILM_WIDTH  112u
#define TT_FILM_HEIGHT 84u
#define TT_FILM_FRAMES 6u
#define TT_FILM_RATE   4u /* frames a second */

/* Frame i is bytes offset[i] to offset[i + 1] of data, unless data failed. */
typedef struct tt_film {
    tt_buf data;
    uint32_t offset[TT_FILM_FRAMES + 1];
} tt_film;

/* *out is the caller's: tt_film_done. */
void tt_film_shoot(tt_film *out, tt_random *random);
void tt_film_done(tt_film *film);
#define TT_AUTO_FILM __attribute__((cleanup(tt_film_done)))

/* Append frame i; a film without memory makes `out` fail. */
void tt_film_add(tt_buf *out, const tt_film *film, uint32_t i);
/* Bytes of frame i. */
uint32_t tt_film_size(const tt_film *film, uint32_t i);

#endif
