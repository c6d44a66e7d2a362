/* walk_picture: where JPEG, PNG (MNG, JNG), GIF and BMP pictures end. */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

/* ---- JPEG ------------------------------------------------------------------------------------ */

/*
 * Bytes of a scan without an ff: a picture of 64 million pixels of one colour, packed as well as can be, has
 * 400,000 of them.
 */
#define JPEG_QUIET (UINT64_C(1) << 20)

typedef struct jpeg {
    unsigned segments; /* in order */
    int frame, scan;   /* begun */
} jpeg;

static int is_frame(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* DHT, DAC, SOS, DQT, DNL, DRI, DHP, EXP, APPn, COM: what a picture may hold between its start and end. */
static int is_segment(uint8_t marker)
{
    return is_frame(marker) || marker == 0xc4 || marker == 0xcc || (marker >= 0xda && marker <= 0xdf)
           || (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe || marker == 0xf7 || marker == 0xf8;
}

/* Behind the scan's bytes from `at` on: the marker that ends it, or up to where it could be followed. */
static uint64_t behind_scan(tt_view *view, uint64_t at)
{
    uint64_t met;

    while ((met = tt_view_find(view, at, tt_carve_near(view, at, JPEG_QUIET), 0xff))
           != TT_VIEW_NOWHERE) {
        const uint8_t *next = tt_view_at(view, met, 2);

        if (!next || (next[1] != 0 && next[1] != 0xff && (next[1] & 0xf8) != 0xd0))
            return met;
        at = met + (next[1] == 0xff ? 1 : 2);
    }
    return at;
}

/* The segment at `at`: where it ends, a scan's bytes with it; 0: it is in no order. */
static uint64_t behind_segment(tt_view *view, jpeg *picture, uint64_t at)
{
    const uint8_t *head = tt_view_at(view, at, 10);
    unsigned length, parts;

    if (!head || !is_segment(head[1]))
        return 0;
    length = tt_be16(head + 2);
    if (length < 2)
        return 0;
    if (is_frame(head[1])) {
        parts = head[9];
        if (length != 8 + 3 * parts || parts == 0)
            return 0;
        picture->frame = 1;
    }
    if (head[1] == 0xda) {
        if (!picture->frame || length != 6 + 2u * head[4])
            return 0;
        picture->scan = 1;
        return behind_scan(view, at + 2 + length);
    }
    return at + 2 + length;
}

void tt_walk_jpeg(tt_view *view, uint64_t from, tt_carved *out)
{
    jpeg picture = {0, 0, 0};
    uint64_t at = from + 2, next;
    const uint8_t *marker;

    while ((marker = tt_view_at(view, at, 2)) && marker[0] == 0xff) {
        if (marker[1] == 0xff || marker[1] == 1) {
            at += marker[1] == 0xff ? 1 : 2;
            continue;
        }
        if (marker[1] == 0xd9 && picture.scan) {
            tt_carved_stated(view, out, "jpg", at + 2);
            return;
        }
        next = behind_segment(view, &picture, at);
        if (next == 0)
            break;
        picture.segments++;
        at = next;
    }
    /* Two segments in order are no accident. */
    if (picture.segments > 1 || picture.scan)
        tt_carved_cut(view, out, "jpg", at);
}

/* ---- PNG ------------------------------------------------------------------------------------- */

#define PNG_SIGN 8u

static int is_name(const uint8_t *at)
{
    for (size_t i = 0; i < 4; i++)
        if ((at[i] | 32) < 'a' || (at[i] | 32) > 'z')
            return 0;
    return 1;
}

void tt_walk_png(tt_view *view, uint64_t from, tt_carved *out)
{
    static const struct {
        const char *sign, *first, *last, *extension;
    } kinds[] = {{"\x89PNG\r\n\x1a\n", "IHDR", "IEND", "png"},
                 {"\x8aMNG\r\n\x1a\n", "MHDR", "MEND", "mng"},
                 {"\x8bJNG\r\n\x1a\n", "JHDR", "IEND", "jng"}};
    const uint8_t *head = tt_view_at(view, from, PNG_SIGN + 8);
    size_t kind = 0, chunks = 0;
    uint64_t at = from + PNG_SIGN;

    while (kind < 3 && (!head || memcmp(head, kinds[kind].sign, PNG_SIGN) != 0))
        kind++;
    if (kind == 3 || memcmp(head + PNG_SIGN + 4, kinds[kind].first, 4) != 0)
        return;
    while ((head = tt_view_at(view, at, 8)) && head[0] < 128 && is_name(head + 4)) {
        int last = memcmp(head + 4, kinds[kind].last, 4) == 0;

        at += 12 + (uint64_t)tt_be32(head);
        chunks++;
        if (last) {
            tt_carved_stated(view, out, kinds[kind].extension, at);
            return;
        }
    }
    if (chunks > 0)
        tt_carved_cut(view, out, kinds[kind].extension, at);
}

/* ---- GIF ------------------------------------------------------------------------------------- */

#define GIF_HEAD 13u

static unsigned colours(uint8_t flags)
{
    return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

/* Behind pieces of at most 255 bytes, which one of none ends; 0. */
static uint64_t behind_pieces(tt_view *view, uint64_t at)
{
    const uint8_t *size;

    while ((size = tt_view_at(view, at, 1))) {
        at += 1u + *size;
        if (*size == 0)
            return at;
    }
    return 0;
}

/* Behind the block at `at`, 0: it is none. *sound: it was a picture or an extension that is known. */
static uint64_t behind_block(tt_view *view, uint64_t at, int *sound)
{
    const uint8_t *head = tt_view_at(view, at, 2);

    if (!head)
        return 0;
    if (head[0] == '!') {
        if (head[1] == 0xf9 || head[1] == 0xfe || head[1] == 0xff || head[1] == 0x01)
            *sound = 1;
        return behind_pieces(view, at + 2);
    }
    if (head[0] != ',')
        return 0;
    head = tt_view_at(view, at, 10);
    if (!head)
        return 0;
    at += 10 + colours(head[9]);
    head = tt_view_at(view, at, 1);
    if (!head || *head < 2 || *head > 12)
        return 0;
    *sound = 1;
    return behind_pieces(view, at + 1);
}

void tt_walk_gif(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, GIF_HEAD);
    uint64_t at, next;
    int sound = 0;

    if (!head || (memcmp(head, "GIF87a", 6) != 0 && memcmp(head, "GIF89a", 6) != 0))
        return;
    at = from + GIF_HEAD + colours(head[10]);
    while ((next = behind_block(view, at, &sound)) > 0)
        at = next;
    head = tt_view_at(view, at, 1);
    if (sound && head && *head == ';')
        tt_carved_stated(view, out, "gif", at + 1);
    else if (sound)
        tt_carved_cut(view, out, "gif", at);
}

/* ---- BMP ------------------------------------------------------------------------------------- */

#define BMP_HEAD   14u
#define BMP_SIDE   65535u /* pixels: no file that is larger has been met, and numbers of chance are */
#define BMP_PIXELS (128u << 10) /* pixels begin behind the heads and 256 colours, not far behind */
#define BMP_BEHIND 4096u  /* bytes behind the pixels: colour profiles are larger, and stated apart */

typedef struct bmp {
    uint32_t head, pixels; /* bytes of the second head; where the pixels are */
    uint32_t width, height, packed, packed_size;
    unsigned planes, bits;
} bmp;

static bmp take_bmp(const uint8_t *head)
{
    const uint8_t *at = head + BMP_HEAD + 4;
    bmp b = {.head = tt_load32(head + BMP_HEAD), .pixels = tt_load32(head + 10)};

    if (b.head == 12) {
        b.width = tt_load16(at);
        b.height = tt_load16(at + 2);
        b.planes = tt_load16(at + 4);
        b.bits = tt_load16(at + 6);
        return b;
    }
    b.width = tt_load32(at);
    b.height = tt_load32(at + 4);
    if (b.height > INT32_MAX)
        b.height = 0 - b.height; /* rows from the top */
    b.planes = tt_load16(at + 8);
    b.bits = tt_load16(at + 10);
    b.packed = tt_load32(at + 12);
    b.packed_size = tt_load32(at + 16);
    return b;
}

static int is_among(uint32_t value, const uint8_t *values, size_t count)
{
    while (count > 0 && values[count - 1] != value)
        count--;
    return count > 0;
}

static int makes_sense(const bmp *b)
{
    static const uint8_t heads[] = {12, 40, 52, 56, 64, 108, 124}, depths[] = {1, 2, 4, 8, 16, 24, 32};

    return is_among(b->head, heads, sizeof heads) && is_among(b->bits, depths, sizeof depths)
           && b->planes == 1 && b->width > 0 && b->width <= BMP_SIDE && b->height > 0
           && b->height <= BMP_SIDE && b->pixels >= BMP_HEAD + b->head && b->pixels <= BMP_PIXELS
           && b->packed <= 13;
}

/* Bytes of head and pixels: as many as it says where they are packed. */
static uint64_t bmp_size(const bmp *b)
{
    if (b->packed != 0 && b->packed != 3 && b->packed != 6)
        return b->pixels + (uint64_t)b->packed_size;
    return b->pixels + (((uint64_t)b->width * b->bits + 31) / 32) * 4 * b->height;
}

void tt_walk_bmp(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, BMP_HEAD + 40);
    uint64_t stated, needed;
    bmp b;

    if (!head || tt_load32(head + 6) != 0)
        return;
    b = take_bmp(head);
    if (!makes_sense(&b))
        return;
    needed = bmp_size(&b);
    stated = tt_load32(head + 2);
    /* Some writers state nothing, or nonsense. */
    if (stated < needed || (stated > needed + BMP_BEHIND && b.head != 124))
        stated = needed;
    tt_carved_stated(view, out, "bmp", from + stated);
}
