/*
 * jpeg: a baseline JPEG encoder (ITU-T T.81), grey or YCbCr without subsampling, integers only.
 *
 *   8 x 8 pixels ──▶ cosine transform ──▶ divide by the table ──▶ zigzag ──▶ Huffman codes
 *
 * One quantisation table and one pair of Huffman tables (annex K's, for luminance) serve every
 * component: a little larger than need be, and half the code.
 */
#include "training/make.h"
#include "training/bytes.h"
#include "training/picture.h"

#define BLOCK 64

static const uint8_t zigzag[BLOCK] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/* Table K.1, row by row. */
static const uint8_t quantum[BLOCK] = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};

/* Tables K.3 and K.5: how many codes of each length from 1, then the symbols in code order. */
static const uint8_t dc_counts[16] = {0, 1, 5, 1, 1, 1, 1, 1, 1};
static const uint8_t dc_symbols[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t ac_counts[16] = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125};
static const uint8_t ac_symbols[162] = {
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61,
    0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52,
    0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25,
    0x26, 0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45,
    0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64,
    0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83,
    0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
    0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6,
    0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3,
    0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8,
    0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA};

#define COSINE_BITS 13

typedef struct codes {
    uint16_t code[256];
    uint8_t length[256];
} codes;

typedef struct encoder {
    tt_buf *out;
    uint32_t held; /* bits not yet written, the latest lowest */
    unsigned held_count;
    int32_t cosine[8][8]; /* by frequency, place; scaled by 2^COSINE_BITS */
    codes dc;
    codes ac;
} encoder;

/* Annex C: codes of one length count up, and double when the length grows. */
static void codes_init(codes *out, const uint8_t counts[16], const uint8_t *symbols)
{
    uint16_t code = 0;

    for (uint8_t length = 1; length <= 16; length++, code = (uint16_t)(code << 1))
        for (uint8_t i = 0; i < counts[length - 1]; i++, symbols++) {
            out->code[*symbols] = code++;
            out->length[*symbols] = length;
        }
}

/* cos(k pi / 16) / 2, scaled; the first row's 1 / sqrt(8) is the value at 4. */
static void cosine_init(encoder *e)
{
    static const int32_t quarter[9] = {4096, 4017, 3784, 3406, 2896, 2276, 1567, 799, 0};

    for (int frequency = 0; frequency < 8; frequency++)
        for (int place = 0; place < 8; place++) {
            int turn = (2 * place + 1) * frequency % 32;
            int32_t value;

            if (turn > 16)
                turn = 32 - turn;
            value = turn > 8 ? -quarter[16 - turn] : quarter[turn];
            e->cosine[frequency][place] = frequency ? value : quarter[4];
        }
}

static void put_bits(encoder *e, uint32_t bits, unsigned count)
{
    e->held = e->held << count | (bits & ((1u << count) - 1));
    e->held_count += count;
    while (e->held_count >= 8) {
        uint8_t byte = (uint8_t)(e->held >> (e->held_count - 8));

        tt_buf_add_char(e->out, (char)byte);
        if (byte == 0xFF) /* not to be taken for a marker */
            tt_buf_add_char(e->out, 0);
        e->held_count -= 8;
    }
}

/* A symbol, then the value's own bits: negative ones as value - 1, in `size` bits. */
static void put_value(encoder *e, const codes *table, unsigned run, int32_t value)
{
    uint32_t magnitude = (uint32_t)(value < 0 ? -value : value);
    unsigned size = 0;

    while (magnitude >> size)
        size++;
    put_bits(e, table->code[run << 4 | size], table->length[run << 4 | size]);
    if (size > 0)
        put_bits(e, (uint32_t)(value < 0 ? value - 1 : value), size);
}

/*
 * Eight values, `stride` apart, into eight frequencies. The cosines of even frequencies are the
 * same on both sides of the middle, those of odd ones opposite: that saves half of the products.
 */
static void transform_line(const encoder *e, int32_t *line, int stride, int shift)
{
    int32_t half[2][4];

    for (int i = 0; i < 4; i++) {
        half[0][i] = line[i * stride] + line[(7 - i) * stride];
        half[1][i] = line[i * stride] - line[(7 - i) * stride];
    }
    for (int frequency = 0; frequency < 8; frequency++) {
        const int32_t *from = half[frequency & 1];
        const int32_t *cosine = e->cosine[frequency];

        line[frequency * stride] =
            (from[0] * cosine[0] + from[1] * cosine[1] + from[2] * cosine[2] + from[3] * cosine[3])
            >> shift;
    }
}

/* Rows, keeping three bits more than whole numbers, then columns. */
static void transform(const encoder *e, int32_t block[BLOCK])
{
    for (int y = 0; y < 8; y++)
        transform_line(e, block + 8 * y, 1, COSINE_BITS - 3);
    for (int x = 0; x < 8; x++)
        transform_line(e, block + x, 8, COSINE_BITS + 3);
}

/* Rounded; most answers are 0, and those need no division. */
static int32_t divide(int32_t value, int32_t by)
{
    int32_t magnitude = value < 0 ? -value : value;

    if (2 * magnitude < by)
        return 0;
    magnitude = (magnitude + by / 2) / by;
    return value < 0 ? -magnitude : magnitude;
}

static void put_block(encoder *e, int32_t block[BLOCK], int32_t *last_dc)
{
    unsigned run = 0;
    int32_t dc;

    transform(e, block);
    dc = divide(block[0], quantum[0]);
    put_value(e, &e->dc, 0, dc - *last_dc);
    *last_dc = dc;
    for (int i = 1; i < BLOCK; i++) {
        int at = zigzag[i];
        int32_t value = divide(block[at], quantum[at]);

        if (value == 0) {
            run++;
            continue;
        }
        for (; run > 15; run -= 16)
            put_bits(e, e->ac.code[0xF0], e->ac.length[0xF0]);
        put_value(e, &e->ac, run, value);
        run = 0;
    }
    if (run > 0)
        put_bits(e, e->ac.code[0], e->ac.length[0]);
}

/* One component of a pixel, centred on zero. 0: brightness, 1: blue less it, 2: red less it. */
static int32_t component(const uint8_t *pixel, int which)
{
    static const int32_t weight[3][3] = {
        {306, 601, 117}, {-173, -339, 512}, {512, -429, -83}}; /* of 1024 */
    const int32_t *w = weight[which];
    int32_t value = (w[0] * pixel[0] + w[1] * pixel[1] + w[2] * pixel[2]) >> 10;

    return which == 0 ? value - 128 : value;
}

static void put_pixels(encoder *e, const tt_picture *picture, int components)
{
    int32_t last_dc[3] = {0};
    int32_t block[BLOCK];

    for (uint32_t top = 0; top < picture->height; top += 8)
        for (uint32_t left = 0; left < picture->width; left += 8)
            for (int which = 0; which < components; which++) {
                for (uint32_t i = 0; i < BLOCK; i++) {
                    uint32_t x = left + i % 8;
                    uint32_t y = top + i / 8;

                    x = x < picture->width ? x : picture->width - 1;
                    y = y < picture->height ? y : picture->height - 1;
                    block[i] = component(tt_picture_at(picture, x, y), which);
                }
                put_block(e, block, &last_dc[which]);
            }
    put_bits(e, 127, 7); /* fill the last byte with ones */
}

static void put_huffman(tt_buf *out, int id, const uint8_t counts[16], const uint8_t *symbols,
                        size_t size)
{
    tt_bytes_be(out, 0xFFC4, 2);
    tt_bytes_be(out, 2 + 1 + 16 + size, 2);
    tt_bytes_be(out, (uint64_t)id, 1);
    tt_buf_add(out, counts, 16);
    tt_buf_add(out, symbols, size);
}

static void put_head(tt_buf *out, const tt_picture *picture, int components)
{
    static const char comment[] = "synthetic training picture";

    tt_buf_add(out, "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\1\0\x48\0\x48\0\0", 20);
    tt_bytes_be(out, 0xFFFE, 2);
    tt_bytes_be(out, 2 + sizeof comment - 1, 2);
    tt_buf_add_text(out, comment);

    tt_bytes_be(out, 0xFFDB, 2);
    tt_bytes_be(out, 2 + 1 + BLOCK, 2);
    tt_bytes_be(out, 0, 1);
    for (int i = 0; i < BLOCK; i++)
        tt_bytes_be(out, quantum[zigzag[i]], 1);

    tt_bytes_be(out, 0xFFC0, 2);
    tt_bytes_be(out, (uint64_t)(8 + 3 * components), 2);
    tt_bytes_be(out, 8, 1); /* bits of a sample */
    tt_bytes_be(out, picture->height, 2);
    tt_bytes_be(out, picture->width, 2);
    tt_bytes_be(out, (uint64_t)components, 1);
    for (int i = 1; i <= components; i++)
        tt_bytes_be(out, (uint64_t)i << 16 | 0x1100, 3); /* id, 1 x 1, table 0 */

    put_huffman(out, 0x00, dc_counts, dc_symbols, sizeof dc_symbols);
    put_huffman(out, 0x10, ac_counts, ac_symbols, sizeof ac_symbols);

    tt_bytes_be(out, 0xFFDA, 2);
    tt_bytes_be(out, (uint64_t)(6 + 2 * components), 2);
    tt_bytes_be(out, (uint64_t)components, 1);
    for (int i = 1; i <= components; i++)
        tt_bytes_be(out, (uint64_t)i << 8, 2); /* id, Huffman tables 0 and 0 */
    tt_bytes_be(out, 0x003F00, 3);             /* all frequencies, at once */
}

void tt_jpeg_encode(tt_buf *out, const tt_picture *picture, int grey)
{
    encoder e = {.out = out};
    int components = grey ? 1 : 3;

    if (tt_buf_failed(&picture->pixels)) {
        out->failed = 1;
        return;
    }
    codes_init(&e.dc, dc_counts, dc_symbols);
    codes_init(&e.ac, ac_counts, ac_symbols);
    cosine_init(&e);
    put_head(out, picture, components);
    put_pixels(&e, picture, components);
    tt_bytes_be(out, 0xFFD9, 2);
}

void tt_make_jpeg(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_any(&picture, random);
    tt_jpeg_encode(out, &picture, 0);
}

void tt_make_jpeg_grey(tt_buf *out, tt_random *random)
{
    TT_AUTO_PICTURE tt_picture picture;

    tt_picture_paint(&picture, 96, 72, 0, random);
    tt_jpeg_encode(out, &picture, 1);
}
