/* signs_officeart: what begins a picture's record (see officeart.h). */
#include "unpack/officeart.h"

#include "base/cursor.h"

#include <string.h>

#define RECORD_HEAD 8u
#define DIGEST 16u
#define TAG 1u
#define METAFILE_HEAD 34u
#define DEFLATED 0x00
#define NOT_DEFLATED 0xfe

typedef enum looks { METAFILE, JPEG, PNG, DIB, TIFF } looks;

/* The instance of a record with one digest; with two it is one more. */
typedef struct row {
    uint16_t type, instance;
    looks looks;
} row;

static const row rows[] = {
    {0xf01a, 0x3d4, METAFILE}, /* EMF */
    {0xf01b, 0x216, METAFILE}, /* WMF */
    {0xf01c, 0x542, METAFILE}, /* PICT */
    {0xf01d, 0x46a, JPEG},
    {0xf01d, 0x6e2, JPEG}, /* of CMYK */
    {0xf02a, 0x46a, JPEG},
    {0xf02a, 0x6e2, JPEG},
    {0xf01e, 0x6e0, PNG},
    {0xf01f, 0x7a8, DIB},
    {0xf029, 0x6e4, TIFF},
};

/* Of the headers of bitmaps that there ever were. */
static int is_dib(const uint8_t *at)
{
    uint32_t size = tt_load32(at);

    return size == 12 || size == 40 || size == 52 || size == 56 || size == 64 || size == 108
           || size == 124;
}

static int begins(looks as, const uint8_t *at)
{
    switch (as) {
    case JPEG:
        return memcmp(at, "\xff\xd8\xff", 3) == 0;
    case PNG:
        return memcmp(at, "\x89PNG", 4) == 0;
    case TIFF:
        return memcmp(at, "II*\0", 4) == 0 || memcmp(at, "MM\0*", 4) == 0;
    case DIB:
        return is_dib(at);
    case METAFILE:
    default:
        return 0;
    }
}

/* The rest of a record with that many digests; 0 when there is no room for it. */
static int parse_rest(const uint8_t *head, size_t size, looks as, size_t digests, tt_art_blip *out,
                      int *good)
{
    uint64_t length = tt_load32(head + 4);
    size_t header = RECORD_HEAD + digests * DIGEST + (as == METAFILE ? METAFILE_HEAD : TAG);
    const uint8_t *at = head + header;

    if (RECORD_HEAD + length < header || size < header)
        return 0;
    *out = (tt_art_blip){.header = header, .size = RECORD_HEAD + length - header};
    if (as != METAFILE) {
        *good = out->size >= 4 && size >= header + 4 && begins(as, at);
        return 1;
    }
    out->metafile = 1;
    out->inflated = tt_load32(at - METAFILE_HEAD);
    out->stored = tt_load32(at - 6);
    out->method = at[-2];
    *good = out->stored == out->size && at[-1] == 0xfe
            && (out->method == DEFLATED || out->method == NOT_DEFLATED);
    return 1;
}

/* Quick, since it is asked of every byte of some streams: can this be anything? */
static int may_be(const uint8_t *head)
{
    if (head[3] == 0xf0 && ((head[2] >= 0x1a && head[2] <= 0x1f) || head[2] == 0x29 || head[2] == 0x2a))
        return 1;
    if (head[0] % 16 != 0)
        return 0;
    switch (head[1]) {
    case 0x21:
    case 0x3d:
    case 0x46:
    case 0x54:
    case 0x6e:
    case 0x7a:
        return 1;
    default:
        return 0;
    }
}

/* The record as one of that row, with so many digests. */
static tt_art_kind parse_as(const row *r, const uint8_t *head, size_t size, size_t digests,
                            tt_art_blip *out)
{
    unsigned first = tt_load16(head), instance = first % 16 == 0 ? first / 16 : 0;
    int type_fits = r->type == tt_load16(head + 2), instance_fits = r->instance == (instance & ~1u);
    int good = 0;

    if ((!type_fits && !instance_fits) || !parse_rest(head, size, r->looks, digests, out, &good))
        return TT_ART_NONE;
    if (type_fits && instance_fits && digests == 1 + instance % 2)
        return good ? TT_ART_SURE : TT_ART_PLAIN;
    return good ? TT_ART_DAMAGED : TT_ART_NONE;
}

tt_art_kind tt_art_parse(const uint8_t *head, size_t size, tt_art_blip *out)
{
    tt_art_kind best = TT_ART_NONE;

    if (size < RECORD_HEAD || !may_be(head))
        return TT_ART_NONE;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        tt_art_blip blip;
        tt_art_kind kind = parse_as(&rows[i / 2], head, size, 1 + i % 2, &blip);
        if (kind > best) {
            best = kind;
            *out = blip;
        }
    }
    return best;
}
