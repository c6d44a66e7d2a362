/*
 * picture: the patterns. Each is one function of a pixel's place and a few numbers drawn at random,
 * coloured by a ramp over a small hand-picked palette so that a page of them is pleasant to see.
 */
#include "training/picture.h"

#include <string.h>

#define RAMP_END  1024 /* 0 is the ramp's first colour, RAMP_END its last; a power of two */
#define COLOURS   5
#define SITES     12 /* cells of one picture: enough to look like stained glass */
#define ARRAY_COUNT(array) (sizeof(array) / sizeof(array)[0])

static const uint32_t palettes[][COLOURS] = {
    {0x264653, 0x2A9D8F, 0xE9C46A, 0xF4A261, 0xE76F51},
    {0x0B132B, 0x1C2541, 0x3A506B, 0x5BC0BE, 0xE8F7F6},
    {0x2D1E2F, 0x7A306C, 0xB1497A, 0xF08A6B, 0xFCE2A9},
    {0x10312B, 0x2F5D50, 0x6A9C78, 0xB7D3A8, 0xF3F2D8},
    {0x22223B, 0x4A4E69, 0x9A8C98, 0xC9ADA7, 0xF2E9E4},
    {0x03045E, 0x0077B6, 0x00B4D8, 0x90E0EF, 0xF1FAFC},
    {0x3D0C11, 0x8C1C13, 0xBF4342, 0xE7A977, 0xF7E9D7},
    {0x1B1725, 0x4B3F72, 0x417B5A, 0xD0CEBA, 0xE9D2C0},
};

/* What a pattern knows: its colours and its own numbers. */
typedef struct brush {
    uint8_t ramp[RAMP_END + 1][3];
    int32_t width;
    int32_t height;
    int32_t phase;
    uint32_t salt;
    int32_t number[6];
    int32_t site[SITES][2];
} brush;

/* A place along the ramp, in 1/RAMP_END; beyond the ends it swings back. */
typedef int32_t pattern(const brush *brush, int32_t x, int32_t y);

static uint32_t root(uint32_t square)
{
    uint32_t answer = 0;

    for (uint32_t bit = 1u << 15; bit; bit >>= 1)
        if ((answer | bit) * (answer | bit) <= square)
            answer |= bit;
    return answer;
}

static int32_t distance(int32_t x, int32_t y)
{
    return (int32_t)root((uint32_t)(x * x + y * y));
}

/* A parabola through the zeros and peaks of the sine: within 6 %, and smooth to the eye and ear. */
int32_t tt_picture_wave(uint32_t phase)
{
    int32_t half = (int32_t)(phase & 32767);
    int32_t height = half * (32768 - half) >> 13;

    if (height > 32767)
        height = 32767;
    return phase & 32768 ? -height : height;
}

static uint32_t scatter(uint32_t salt, int32_t x, int32_t y)
{
    uint32_t value = salt ^ (uint32_t)x * 0x8DA6B343u ^ (uint32_t)y * 0xD8163841u;

    value = (value ^ value >> 15) * 0x2C1B3C6Du;
    value = (value ^ value >> 12) * 0x297A2D39u;
    return value ^ value >> 15;
}

static int32_t gradient(const brush *b, int32_t x, int32_t y)
{
    int32_t along = x * b->number[0] / b->width + y * b->number[1] / b->height;

    return along + b->number[2] + b->phase * 8;
}

static int32_t rings(const brush *b, int32_t x, int32_t y)
{
    int32_t from = distance(x - b->site[0][0], y - b->site[0][1]);

    return from * (6 + b->number[0] / 90) + b->number[2] - b->phase * 16;
}

static int32_t checks(const brush *b, int32_t x, int32_t y)
{
    int32_t side = 12 + b->number[0] / 50;
    int32_t column = (x + y * b->number[3] / 2048 + b->phase) / side;
    int32_t row = (y + b->height) / side;
    int32_t shade = (x + y) * 200 / (b->width + b->height);

    return ((column + row) & 1 ? 640 : 120) + shade + column * 31 % 97;
}

static int32_t cells(const brush *b, int32_t x, int32_t y)
{
    int32_t first = INT32_MAX;
    int32_t second = INT32_MAX;
    int32_t owner = 0;
    int32_t other = 0;

    for (int32_t i = 0; i < SITES; i++) {
        int32_t across = x - b->site[i][0] - b->phase * (i % 3 - 1);
        int32_t down = y - b->site[i][1];
        int32_t square = across * across + down * down;

        if (square < first) {
            second = first;
            other = owner;
            first = square;
            owner = i;
        } else if (square < second) {
            second = square;
            other = i;
        }
    }
    /* How far the border is: the difference of squares over twice the distance of the sites. */
    int32_t apart = distance(b->site[owner][0] - b->site[other][0],
                             b->site[owner][1] - b->site[other][1]);

    if (second - first < 3 * apart)
        return 0;
    return 180 + owner * 311 % 760 + (int32_t)root((uint32_t)first) / 2;
}

/* Value noise: random numbers on a grid, smoothly joined. 0 to 1023. */
static int32_t noise(uint32_t salt, int32_t x, int32_t y, int32_t grid)
{
    int32_t column = x / grid;
    int32_t row = y / grid;
    int32_t u = x % grid * 256 / grid;
    int32_t v = y % grid * 256 / grid;

    u = u * u * (768 - 2 * u) >> 16;
    v = v * v * (768 - 2 * v) >> 16;

    int32_t a = (int32_t)(scatter(salt, column, row) & 1023);
    int32_t b = (int32_t)(scatter(salt, column + 1, row) & 1023);
    int32_t c = (int32_t)(scatter(salt, column, row + 1) & 1023);
    int32_t d = (int32_t)(scatter(salt, column + 1, row + 1) & 1023);

    return ((a * (256 - u) + b * u) * (256 - v) + (c * (256 - u) + d * u) * v) >> 16;
}

static int32_t clouds(const brush *b, int32_t x, int32_t y)
{
    int32_t grid = 40 + b->number[0] / 16;
    int32_t sum = 4 * noise(b->salt, x + b->phase, y, grid);

    sum += 2 * noise(b->salt + 1, x, y, grid / 2);
    sum += noise(b->salt + 2, x, y, grid / 4);
    return sum / 5 - 180;
}

static int32_t waves(const brush *b, int32_t x, int32_t y)
{
    uint32_t across = (uint32_t)(x * (150 + b->number[0] / 3) + y * b->number[3] / 8);
    uint32_t down = (uint32_t)(y * (150 + b->number[1] / 3) + b->phase * 2048);
    int32_t sum = tt_picture_wave(across) + tt_picture_wave(down + across / 2);

    return 512 + sum / 128;
}

/* Truchet's tiles: quarter circles, each tile turned at random, that join into loops. */
static int32_t tiles(const brush *b, int32_t x, int32_t y)
{
    int32_t side = 24 + b->number[0] / 60;
    int32_t u = (x + b->phase) % side;
    int32_t v = y % side;

    if (scatter(b->salt, (x + b->phase) / side, y / side) & 1)
        u = side - 1 - u;

    int32_t near = distance(u, v);
    int32_t far = distance(side - 1 - u, side - 1 - v);
    int32_t off = (near < far ? near : far) - side / 2;

    if (off < 0)
        off = -off;
    return off < side / 6 ? 900 - off * 20 : 200 + (x + y) / 4;
}

static pattern *const patterns[] = {gradient, rings, checks, cells, clouds, waves, tiles};

/* Mix neighbours of the palette all along the ramp. */
static void mix(brush *b, const uint32_t palette[COLOURS])
{
    for (int32_t place = 0; place <= RAMP_END; place++) {
        int32_t scaled = place * (COLOURS - 1);
        int32_t index = place < RAMP_END ? scaled / RAMP_END : COLOURS - 2;
        int32_t part = scaled - index * RAMP_END;

        for (int i = 0; i < 3; i++) {
            int32_t from = (int32_t)(palette[index] >> (16 - 8 * i) & 255);
            int32_t to = (int32_t)(palette[index + 1] >> (16 - 8 * i) & 255);

            b->ramp[place][i] = (uint8_t)(from + (to - from) * part / RAMP_END);
        }
    }
}

/* The colour of any place: beyond the ramp's ends it swings back. */
static const uint8_t *colour(const brush *b, int32_t place)
{
    uint32_t folded = (uint32_t)place & (2 * RAMP_END - 1);

    return b->ramp[folded > RAMP_END ? 2 * RAMP_END - folded : folded];
}

void tt_picture_paint(tt_picture *out, uint32_t width, uint32_t height, uint32_t phase,
                      tt_random *random)
{
    brush b = {.width = (int32_t)width, .height = (int32_t)height, .phase = (int32_t)phase};
    const uint32_t *palette = palettes[tt_random_below(random, ARRAY_COUNT(palettes))];
    pattern *place = patterns[tt_random_below(random, ARRAY_COUNT(patterns))];

    mix(&b, palette);
    b.salt = (uint32_t)tt_random_next(random);
    for (size_t i = 0; i < ARRAY_COUNT(b.number); i++)
        b.number[i] = tt_random_between(random, 0, RAMP_END);
    for (size_t i = 0; i < SITES; i++) {
        b.site[i][0] = tt_random_between(random, 0, b.width - 1);
        b.site[i][1] = tt_random_between(random, 0, b.height - 1);
    }

    out->width = width;
    out->height = height;
    tt_buf_init(&out->pixels, (size_t)TT_PICTURE_SIDE_MAX * TT_PICTURE_SIDE_MAX * 3);
    uint8_t *at = tt_buf_extend(&out->pixels, (size_t)width * height * 3);

    for (int32_t y = 0; at && y < b.height; y++)
        for (int32_t x = 0; x < b.width; x++, at += 3)
            memcpy(at, colour(&b, place(&b, x, y)), 3);
}

void tt_picture_any(tt_picture *out, tt_random *random)
{
    static const uint16_t sizes[][2] = {{160, 120}, {120, 160}, {192, 144},
                                        {144, 108}, {108, 144}, {176, 132}};
    const uint16_t *size = sizes[tt_random_below(random, ARRAY_COUNT(sizes))];

    tt_picture_paint(out, size[0], size[1], 0, random);
}

void tt_picture_done(tt_picture *picture)
{
    tt_buf_done(&picture->pixels);
}

uint8_t tt_picture_grey(const uint8_t *pixel)
{
    return (uint8_t)((pixel[0] * 299 + pixel[1] * 587 + pixel[2] * 114) / 1000);
}
