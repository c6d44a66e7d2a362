/*
 * matroska: MKV (RFC 9559) with a track of JPEG frames, and WebM of the same shape, whose frame is
 * no VP8 anyone can decode: enough to be known for what it is, and nothing to see.
 */
#include "training/bytes.h"
#include "training/film.h"
#include "training/make.h"

/* Element numbers, with their length marks as they stand in a file. */
enum {
    EBML = 0x1A45DFA3,
    EBML_VERSION = 0x4286,
    EBML_READ_VERSION = 0x42F7,
    EBML_MAX_ID = 0x42F2,
    EBML_MAX_SIZE = 0x42F3,
    DOC_TYPE = 0x4282,
    DOC_VERSION = 0x4287,
    DOC_READ_VERSION = 0x4285,
    SEGMENT = 0x18538067,
    INFO = 0x1549A966,
    TIMESTAMP_SCALE = 0x2AD7B1,
    MUXING_APP = 0x4D80,
    WRITING_APP = 0x5741,
    TRACKS = 0x1654AE6B,
    TRACK_ENTRY = 0xAE,
    TRACK_NUMBER = 0xD7,
    TRACK_UID = 0x73C5,
    TRACK_TYPE = 0x83,
    CODEC_ID = 0x86,
    VIDEO = 0xE0,
    PIXEL_WIDTH = 0xB0,
    PIXEL_HEIGHT = 0xBA,
    CLUSTER = 0x1F43B675,
    TIMESTAMP = 0xE7,
    SIMPLE_BLOCK = 0xA3
};

static void put_id(tt_buf *out, uint32_t id)
{
    tt_bytes_be(out, id, id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1);
}

/* Sizes always take eight bytes, so that they can be written once known. */
static size_t begin(tt_buf *out, uint32_t id)
{
    put_id(out, id);
    tt_bytes_be(out, UINT64_C(1) << 56, 8);
    return out->size;
}

static void end(tt_buf *out, size_t from)
{
    tt_bytes_patch_be(out, from - 8, UINT64_C(1) << 56 | (out->size - from), 8);
}

static void put_number(tt_buf *out, uint32_t id, uint32_t value)
{
    put_id(out, id);
    tt_bytes_be(out, 0x84, 1); /* four bytes */
    tt_bytes_be(out, value, 4);
}

static void put_words(tt_buf *out, uint32_t id, const char *text)
{
    size_t from = begin(out, id);

    tt_buf_add_text(out, text);
    end(out, from);
}

static void put_head(tt_buf *out, const char *type)
{
    size_t from;

    /* The document's type comes early and short: readers look for it in the first bytes. */
    put_id(out, EBML);
    tt_bytes_be(out, UINT64_C(1) << 56, 8);
    from = out->size;
    put_number(out, EBML_VERSION, 1);
    put_number(out, EBML_READ_VERSION, 1);
    put_number(out, EBML_MAX_ID, 4);
    put_number(out, EBML_MAX_SIZE, 8);
    put_id(out, DOC_TYPE);
    tt_bytes_be(out, *type == 'w' ? 0x84 : 0x88, 1); /* four letters, or eight */
    tt_buf_add_text(out, type);
    put_number(out, DOC_VERSION, 2);
    put_number(out, DOC_READ_VERSION, 2);
    end(out, from);
}

static void put_track(tt_buf *out, const char *codec)
{
    size_t info = begin(out, INFO);

    put_number(out, TIMESTAMP_SCALE, 1000000); /* milliseconds */
    put_words(out, MUXING_APP, "synthetic");
    put_words(out, WRITING_APP, "synthetic");
    end(out, info);

    size_t tracks = begin(out, TRACKS);
    size_t entry = begin(out, TRACK_ENTRY);

    put_number(out, TRACK_NUMBER, 1);
    put_number(out, TRACK_UID, 1);
    put_number(out, TRACK_TYPE, 1); /* video */
    put_words(out, CODEC_ID, codec);

    size_t video = begin(out, VIDEO);

    put_number(out, PIXEL_WIDTH, TT_FILM_WIDTH);
    put_number(out, PIXEL_HEIGHT, TT_FILM_HEIGHT);
    end(out, video);
    end(out, entry);
    end(out, tracks);
}

/* Begin a block of track 1, a key frame, `time` milliseconds after the cluster's. */
static size_t begin_block(tt_buf *out, uint32_t time)
{
    size_t from = begin(out, SIMPLE_BLOCK);

    tt_bytes_be(out, 0x81, 1);
    tt_bytes_be(out, time, 2);
    tt_bytes_be(out, 0x80, 1);
    return from;
}

void tt_make_mkv(tt_buf *out, tt_random *random)
{
    TT_AUTO_FILM tt_film film;
    size_t segment;
    size_t cluster;

    tt_film_shoot(&film, random);
    put_head(out, "matroska");
    segment = begin(out, SEGMENT);
    put_track(out, "V_MJPEG");
    cluster = begin(out, CLUSTER);
    put_number(out, TIMESTAMP, 0);
    for (uint32_t i = 0; i < TT_FILM_FRAMES; i++) {
        size_t block = begin_block(out, i * 1000 / TT_FILM_RATE);

        tt_film_add(out, &film, i);
        end(out, block);
    }
    end(out, cluster);
    end(out, segment);
}

void tt_make_webm(tt_buf *out, tt_random *random)
{
    size_t segment;
    size_t cluster;
    size_t block;

    put_head(out, "webm");
    segment = begin(out, SEGMENT);
    put_track(out, "V_VP8");
    cluster = begin(out, CLUSTER);
    put_number(out, TIMESTAMP, 0);
    block = begin_block(out, 0);
    for (int i = 0; i < 2048; i++)
        tt_bytes_le(out, tt_random_next(random), 8);
    end(out, block);
    end(out, cluster);
    end(out, segment);
}
