/*
 * film: frames, and AVI around them.
 */
#include "training/film.h"
#include "training/bytes.h"
#include "training/make.h"
#include "training/picture.h"

void tt_film_shoot(tt_film *out, tt_random *random)
{
    tt_random start = *random;

    tt_buf_init(&out->data, TT_MAKE_MAX);
    for (uint32_t i = 0; i < TT_FILM_FRAMES; i++) {
        TT_AUTO_PICTURE tt_picture picture;

        *random = start;
        tt_picture_paint(&picture, TT_FILM_WIDTH, TT_FILM_HEIGHT, i * 3, random);
        out->offset[i] = (uint32_t)out->data.size;
        tt_jpeg_encode(&out->data, &picture, 0);
    }
    out->offset[TT_FILM_FRAMES] = (uint32_t)out->data.size;
}

void tt_film_done(tt_film *film)
{
    tt_buf_done(&film->data);
}

uint32_t tt_film_size(const tt_film *film, uint32_t i)
{
    return film->offset[i + 1] - film->offset[i];
}

void tt_film_add(tt_buf *out, const tt_film *film, uint32_t i)
{
    if (tt_buf_failed(&film->data))
        out->failed = 1;
    else
        tt_buf_add(out, film->data.data + film->offset[i], tt_film_size(film, i));
}

/* Begin a RIFF list; the answer is for end_list. */
static size_t begin_list(tt_buf *out, const char *list, const char *type)
{
    tt_buf_add_text(out, list);
    tt_bytes_le(out, 0, 4);
    tt_buf_add_text(out, type);
    return out->size - 8;
}

static void end_list(tt_buf *out, size_t from)
{
    tt_bytes_patch_le(out, from, out->size - from - 4, 4);
}

static void put_avi_head(tt_buf *out)
{
    size_t head = begin_list(out, "LIST", "hdrl");

    tt_buf_add_text(out, "avih");
    tt_bytes_le(out, 56, 4);
    tt_bytes_le(out, 1000000 / TT_FILM_RATE, 4);
    tt_bytes_le(out, 0, 8);
    tt_bytes_le(out, 0x10, 4); /* has an index */
    tt_bytes_le(out, TT_FILM_FRAMES, 4);
    tt_bytes_le(out, 0, 4);
    tt_bytes_le(out, 1, 4); /* streams */
    tt_bytes_le(out, 0, 4);
    tt_bytes_le(out, TT_FILM_WIDTH, 4);
    tt_bytes_le(out, TT_FILM_HEIGHT, 4);
    tt_bytes_fill(out, 0, 16);

    size_t stream = begin_list(out, "LIST", "strl");

    tt_buf_add_text(out, "strh");
    tt_bytes_le(out, 56, 4);
    tt_buf_add_text(out, "vidsMJPG");
    tt_bytes_fill(out, 0, 12);
    tt_bytes_le(out, 1, 4);
    tt_bytes_le(out, TT_FILM_RATE, 4);
    tt_bytes_le(out, 0, 4);
    tt_bytes_le(out, TT_FILM_FRAMES, 4);
    tt_bytes_fill(out, 0, 16);
    tt_bytes_le(out, TT_FILM_WIDTH, 2);
    tt_bytes_le(out, TT_FILM_HEIGHT, 2);

    tt_buf_add_text(out, "strf");
    tt_bytes_le(out, 40, 4);
    tt_bytes_le(out, 40, 4);
    tt_bytes_le(out, TT_FILM_WIDTH, 4);
    tt_bytes_le(out, TT_FILM_HEIGHT, 4);
    tt_bytes_le(out, 1, 2);
    tt_bytes_le(out, 24, 2);
    tt_buf_add_text(out, "MJPG");
    tt_bytes_le(out, TT_FILM_WIDTH * TT_FILM_HEIGHT * 3, 4);
    tt_bytes_fill(out, 0, 16);
    end_list(out, stream);
    end_list(out, head);
}

void tt_make_avi(tt_buf *out, tt_random *random)
{
    TT_AUTO_FILM tt_film film;
    uint32_t place[TT_FILM_FRAMES];

    tt_film_shoot(&film, random);

    size_t file = begin_list(out, "RIFF", "AVI ");

    put_avi_head(out);

    size_t frames = begin_list(out, "LIST", "movi");

    for (uint32_t i = 0; i < TT_FILM_FRAMES; i++) {
        place[i] = (uint32_t)(out->size - frames - 4);
        tt_buf_add_text(out, "00dc");
        tt_bytes_le(out, tt_film_size(&film, i), 4);
        tt_film_add(out, &film, i);
        tt_bytes_align(out, 2);
    }
    end_list(out, frames);
    tt_buf_add_text(out, "idx1");
    tt_bytes_le(out, TT_FILM_FRAMES * 16, 4);
    for (uint32_t i = 0; i < TT_FILM_FRAMES; i++) {
        tt_buf_add_text(out, "00dc");
        tt_bytes_le(out, 0x10, 4); /* can be shown without the frames before it */
        tt_bytes_le(out, place[i], 4);
        tt_bytes_le(out, tt_film_size(&film, i), 4);
    }
    end_list(out, file);
}
