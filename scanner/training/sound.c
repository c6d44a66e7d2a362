/*
 * sound: WAV, AIFF, AU and FLAC of slow chords, and MP3 of silence.
 */
#include "training/make.h"
#include "training/bytes.h"
#include "training/picture.h"

#define RATE 8000u /* samples a second: enough for a tone, and small */

typedef struct tune {
    uint32_t samples;
    uint32_t step[3]; /* of the phase, for each tone of the chord */
} tune;

static tune compose(tt_random *random)
{
    /* A pentatonic scale in hertz: any three of these sound well together. */
    static const uint16_t hertz[] = {131, 147, 165, 196, 220, 262, 294, 330, 392, 440};
    tune t = {.samples = (uint32_t)tt_random_between(random, 6000, 24000)};

    for (int i = 0; i < 3; i++)
        t.step[i] = hertz[tt_random_below(random, sizeof hertz / sizeof hertz[0])] * 65536u / RATE;
    return t;
}

/* The n-th sample, 16 bits, swelling and fading once. */
static int16_t sample(const tune *t, uint32_t n)
{
    int32_t sum = 0;
    int32_t swell = tt_picture_wave((uint32_t)((uint64_t)n * 32767 / t->samples));

    for (int i = 0; i < 3; i++)
        sum += tt_picture_wave(n * t->step[i]) / 4;
    return (int16_t)((int64_t)sum * swell / 32768);
}

void tt_make_wav(tt_buf *out, tt_random *random)
{
    tune t = compose(random);

    tt_buf_add_text(out, "RIFF");
    tt_bytes_le(out, 36 + t.samples * 2, 4);
    tt_buf_add_text(out, "WAVEfmt ");
    tt_bytes_le(out, 16, 4);
    tt_bytes_le(out, 1, 2); /* plain samples */
    tt_bytes_le(out, 1, 2); /* channels */
    tt_bytes_le(out, RATE, 4);
    tt_bytes_le(out, RATE * 2, 4);
    tt_bytes_le(out, 2, 2);
    tt_bytes_le(out, 16, 2);
    tt_buf_add_text(out, "data");
    tt_bytes_le(out, t.samples * 2, 4);
    for (uint32_t i = 0; i < t.samples; i++)
        tt_bytes_le(out, (uint16_t)sample(&t, i), 2);
}

void tt_make_aiff(tt_buf *out, tt_random *random)
{
    tune t = compose(random);

    tt_buf_add_text(out, "FORM");
    tt_bytes_be(out, 4 + 26 + 16 + t.samples * 2, 4);
    tt_buf_add_text(out, "AIFFCOMM");
    tt_bytes_be(out, 18, 4);
    tt_bytes_be(out, 1, 2); /* channels */
    tt_bytes_be(out, t.samples, 4);
    tt_bytes_be(out, 16, 2);
    tt_bytes_be(out, 0x400B, 2); /* RATE as an 80-bit float: exponent, then 8000 << 51 */
    tt_bytes_be(out, UINT64_C(0xFA00000000000000), 8);
    tt_buf_add_text(out, "SSND");
    tt_bytes_be(out, 8 + t.samples * 2, 4);
    tt_bytes_be(out, 0, 8); /* offset and block size: none */
    for (uint32_t i = 0; i < t.samples; i++)
        tt_bytes_be(out, (uint16_t)sample(&t, i), 2);
}

void tt_make_au(tt_buf *out, tt_random *random)
{
    tune t = compose(random);

    tt_buf_add_text(out, ".snd");
    tt_bytes_be(out, 24, 4);
    tt_bytes_be(out, t.samples * 2, 4);
    tt_bytes_be(out, 3, 4); /* 16-bit samples */
    tt_bytes_be(out, RATE, 4);
    tt_bytes_be(out, 1, 4);
    for (uint32_t i = 0; i < t.samples; i++)
        tt_bytes_be(out, (uint16_t)sample(&t, i), 2);
}

/* A tag, then frames of 128 kbit/s whose side information says that nothing sounds. */
void tt_make_mp3(tt_buf *out, tt_random *random)
{
    enum { FRAME = 417, HEAD = 4, SIDE = 32 };
    static const char title[] = "synthetic training sound";
    int32_t frames = tt_random_between(random, 20, 90);

    tt_buf_add(out, "ID3\3\0\0\0\0\0", 9);
    tt_bytes_be(out, 10 + sizeof title, 1);
    tt_buf_add_text(out, "TIT2");
    tt_bytes_be(out, sizeof title, 4);
    tt_bytes_be(out, 0, 3); /* no flags; Latin-1 */
    tt_buf_add_text(out, title);
    for (int32_t i = 0; i < frames; i++) {
        tt_bytes_be(out, 0xFFFB90C4u, HEAD);
        tt_bytes_fill(out, 0, SIDE);
        /* Bytes no decoder looks at, so that no two files of silence are the same. */
        for (int j = HEAD + SIDE; j < FRAME; j++)
            tt_bytes_be(out, i == 0 ? tt_random_below(random, 128) : 0, 1);
    }
}

/* The checksums of FLAC, highest bit first: `width` is 8 or 16 bits. */
static uint32_t flac_checksum(const char *data, size_t size, unsigned width, uint32_t polynomial)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= (uint32_t)(uint8_t)data[i] << (width - 8);
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> (width - 1) & 1 ? crc << 1 ^ polynomial : crc << 1;
    }
    return crc & ((1u << width) - 1);
}

/* Frames of 4096 samples, each kept as it is ("verbatim"). RFC 9639. */
void tt_make_flac(tt_buf *out, tt_random *random)
{
    enum { FRAME = 4096 };
    tune t = compose(random);
    uint32_t frames = t.samples / FRAME;

    tt_buf_add_text(out, "fLaC");
    tt_bytes_be(out, 0x80000022u, 4); /* the last block of metadata, 34 bytes */
    tt_bytes_be(out, FRAME, 2);
    tt_bytes_be(out, FRAME, 2);
    tt_bytes_be(out, 0, 6); /* smallest and largest frame: not stated */
    tt_bytes_be(out, (uint64_t)RATE << 44 | UINT64_C(15) << 36 | (uint64_t)frames * FRAME, 8);
    tt_bytes_fill(out, 0, 16); /* digest of the sound: not stated */
    for (uint32_t frame = 0; frame < frames; frame++) {
        size_t from = out->size;

        tt_bytes_be(out, 0xFFF8C408u, 4); /* 4096 samples, 8 kHz, one channel, 16 bits */
        tt_bytes_be(out, frame, 1);
        if (tt_buf_failed(out))
            return;
        tt_bytes_be(out, flac_checksum(out->data + from, out->size - from, 8, 0x07), 1);
        tt_bytes_be(out, 0x02, 1); /* verbatim */
        for (uint32_t i = 0; i < FRAME; i++)
            tt_bytes_be(out, (uint16_t)sample(&t, frame * FRAME + i), 2);
        if (tt_buf_failed(out))
            return;
        tt_bytes_be(out, flac_checksum(out->data + from, out->size - from, 16, 0x8005), 2);
    }
}
