/*
 * quicktime: MP4 and MOV (ISO/IEC 14496-12), one track of JPEG frames.
 */
#include "training/bytes.h"
#include "training/film.h"
#include "training/make.h"

#define TIMESCALE 1000u /* units a second */
#define DURATION  (TT_FILM_FRAMES * TIMESCALE / TT_FILM_RATE)

/* Begin a box; the answer is for end_box. */
static size_t begin_box(tt_buf *out, const char *type)
{
    tt_bytes_be(out, 0, 4);
    tt_buf_add(out, type, 4);
    return out->size - 8;
}

static void end_box(tt_buf *out, size_t from)
{
    tt_bytes_patch_be(out, from, out->size - from, 4);
}

/* A box that begins with a version and flags. */
static size_t begin_full(tt_buf *out, const char *type, uint32_t flags)
{
    size_t from = begin_box(out, type);

    tt_bytes_be(out, flags, 4);
    return from;
}

static void put_matrix(tt_buf *out)
{
    static const uint32_t unit[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

    for (int i = 0; i < 9; i++)
        tt_bytes_be(out, unit[i], 4);
}

static void put_movie_head(tt_buf *out)
{
    size_t box = begin_full(out, "mvhd", 0);

    tt_bytes_be(out, 0, 8); /* made and changed: not stated */
    tt_bytes_be(out, TIMESCALE, 4);
    tt_bytes_be(out, DURATION, 4);
    tt_bytes_be(out, 0x10000, 4); /* at its own speed */
    tt_bytes_be(out, 0x100, 2);   /* full volume */
    tt_bytes_fill(out, 0, 10);
    put_matrix(out);
    tt_bytes_fill(out, 0, 24);
    tt_bytes_be(out, 2, 4); /* the next track's number */
    end_box(out, box);
}

static void put_track_head(tt_buf *out)
{
    size_t box = begin_full(out, "tkhd", 7); /* enabled, in the movie, in the preview */

    tt_bytes_be(out, 0, 8);
    tt_bytes_be(out, 1, 4);
    tt_bytes_be(out, 0, 4);
    tt_bytes_be(out, DURATION, 4);
    tt_bytes_fill(out, 0, 16);
    put_matrix(out);
    tt_bytes_be(out, TT_FILM_WIDTH << 16, 4);
    tt_bytes_be(out, TT_FILM_HEIGHT << 16, 4);
    end_box(out, box);
}

/* MP4 says "JPEG" in a descriptor (14496-1, object type 0x6C); MOV by the entry's name. */
static void put_descriptor(tt_buf *out)
{
    size_t box = begin_full(out, "esds", 0);

    tt_bytes_be(out, 0x03150001, 4); /* stream descriptor, 21 bytes, number 1 */
    tt_bytes_be(out, 0x00040D6C, 4); /* no flags; decoder descriptor, 13 bytes, JPEG */
    tt_bytes_be(out, 0x11, 1);       /* visual */
    tt_bytes_fill(out, 0, 11);       /* buffer and bit rates: not stated */
    tt_bytes_be(out, 0x060102, 3);   /* synchronisation: the file format's */
    end_box(out, box);
}

static void put_sample_entry(tt_buf *out, int mp4)
{
    size_t list = begin_full(out, "stsd", 0);
    size_t entry;

    tt_bytes_be(out, 1, 4);
    entry = begin_box(out, mp4 ? "mp4v" : "jpeg");
    tt_bytes_fill(out, 0, 6);
    tt_bytes_be(out, 1, 2); /* data in this file */
    tt_bytes_fill(out, 0, 16);
    tt_bytes_be(out, TT_FILM_WIDTH, 2);
    tt_bytes_be(out, TT_FILM_HEIGHT, 2);
    tt_bytes_be(out, 0x480000, 4); /* 72 dots an inch */
    tt_bytes_be(out, 0x480000, 4);
    tt_bytes_be(out, 0, 4);
    tt_bytes_be(out, 1, 2);
    tt_bytes_fill(out, 0, 32); /* the encoder's name: none */
    tt_bytes_be(out, 24, 2);
    tt_bytes_be(out, 0xFFFF, 2); /* no colour table */
    if (mp4)
        put_descriptor(out);
    end_box(out, entry);
    end_box(out, list);
}

/* Where the samples are. The answer is where the chunk's offset will have to be written. */
static size_t put_sample_table(tt_buf *out, const tt_film *film, int mp4)
{
    size_t table = begin_box(out, "stbl");
    size_t box;

    put_sample_entry(out, mp4);
    box = begin_full(out, "stts", 0);
    tt_bytes_be(out, 1, 4);
    tt_bytes_be(out, TT_FILM_FRAMES, 4);
    tt_bytes_be(out, TIMESCALE / TT_FILM_RATE, 4);
    end_box(out, box);

    box = begin_full(out, "stsc", 0);
    tt_bytes_be(out, 1, 4);
    tt_bytes_be(out, 1, 4);
    tt_bytes_be(out, TT_FILM_FRAMES, 4);
    tt_bytes_be(out, 1, 4);
    end_box(out, box);

    box = begin_full(out, "stsz", 0);
    tt_bytes_be(out, 0, 4);
    tt_bytes_be(out, TT_FILM_FRAMES, 4);
    for (uint32_t i = 0; i < TT_FILM_FRAMES; i++)
        tt_bytes_be(out, tt_film_size(film, i), 4);
    end_box(out, box);

    box = begin_full(out, "stco", 0);
    tt_bytes_be(out, 1, 4);
    tt_bytes_be(out, 0, 4);
    end_box(out, box);
    end_box(out, table);
    return out->size - 4;
}

static size_t put_media(tt_buf *out, const tt_film *film, int mp4)
{
    size_t media = begin_box(out, "mdia");
    size_t box = begin_full(out, "mdhd", 0);
    size_t place;

    tt_bytes_be(out, 0, 8);
    tt_bytes_be(out, TIMESCALE, 4);
    tt_bytes_be(out, DURATION, 4);
    tt_bytes_be(out, 0x55C40000, 4); /* language: undetermined */
    end_box(out, box);

    box = begin_full(out, "hdlr", 0);
    tt_buf_add(out, mp4 ? "\0\0\0\0vide" : "mhlrvide", 8);
    tt_bytes_fill(out, 0, 13);
    end_box(out, box);

    size_t information = begin_box(out, "minf");

    box = begin_full(out, "vmhd", 1);
    tt_bytes_be(out, 0, 8);
    end_box(out, box);
    box = begin_box(out, "dinf");

    size_t references = begin_full(out, "dref", 0);

    tt_bytes_be(out, 1, 4);
    end_box(out, begin_full(out, "url ", 1)); /* data in this file */
    end_box(out, references);
    end_box(out, box);
    place = put_sample_table(out, film, mp4);
    end_box(out, information);
    end_box(out, media);
    return place;
}

static void put_file(tt_buf *out, tt_random *random, int mp4)
{
    TT_AUTO_FILM tt_film film;
    size_t box = begin_box(out, "ftyp");
    size_t place;

    tt_film_shoot(&film, random);
    if (mp4)
        tt_buf_add(out, "mp42\0\0\0\0mp42isom", 16);
    else
        tt_buf_add(out, "qt  \0\0\2\0qt  ", 12);
    end_box(out, box);

    size_t movie = begin_box(out, "moov");

    put_movie_head(out);
    box = begin_box(out, "trak");
    put_track_head(out);
    place = put_media(out, &film, mp4);
    end_box(out, box);
    end_box(out, movie);

    box = begin_box(out, "mdat");
    tt_bytes_patch_be(out, place, out->size, 4);
    for (uint32_t i = 0; i < TT_FILM_FRAMES; i++)
        tt_film_add(out, &film, i);
    end_box(out, box);
}

void tt_make_mp4(tt_buf *out, tt_random *random)
{
    put_file(out, random, 1);
}

void tt_make_mov(tt_buf *out, tt_random *random)
{
    put_file(out, random, 0);
}
