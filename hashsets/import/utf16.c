/* utf16: UTF-16 into UTF-8, a buffer at a time (see utf16.h). */
#include "hashsets/import/utf16.h"

#include <string.h>

static uint16_t unit_at(const uint8_t *at, int big)
{
    return (uint16_t)(big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

int tt_utf16_begin(tt_utf16 *wide, const uint8_t *head, size_t size)
{
    if (size < 2 || (memcmp(head, "\xFF\xFE", 2) != 0 && memcmp(head, "\xFE\xFF", 2) != 0))
        return 0;
    int big = head[0] == 0xFE;
    uint16_t first = 0;
    for (size_t at = 2; at + 2 <= size; at += 2) {
        first = unit_at(head + at, big);
        if (first > ' ' || first == 0 || !memchr(" \t\r\n", first, 4))
            break;
    }
    if (first == '<')
        return 0;
    wide->big = big;
    wide->lost = first == '{' || first == '[' ? 0xFF : 0;
    wide->at = 2;
    return 1;
}

static void put(tt_utf16 *wide, uint32_t code)
{
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    unsigned size = 1u + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF);

    for (unsigned i = size - 1; i > 0; i--, code >>= 6)
        wide->out[i] = (uint8_t)(0x80 | (code & 0x3F));
    wide->out[0] = (uint8_t)(leads[size] | code);
    wide->out_at = 0;
    wide->out_size = (uint8_t)size;
}

static void put_lost(tt_utf16 *wide)
{
    wide->out[0] = wide->lost;
    wide->out_at = 0;
    wide->out_size = 1;
}

/* One unit more. 0 when there is none, or only half of one. */
static int step(tt_utf16 *wide)
{
    if (wide->end - wide->at < 2) {
        if (!wide->ended || (wide->at == wide->end && wide->high == 0))
            return 0;
        wide->at = wide->end;
        wide->high = 0;
        put_lost(wide);
        return 1;
    }
    uint16_t unit = unit_at(wide->raw + wide->at, wide->big);
    int low = (unit & 0xFC00) == 0xDC00;
    if (wide->high != 0 && !low) {
        wide->high = 0;
        put_lost(wide);
        return 1;
    }
    wide->at += 2;
    if (wide->high != 0)
        put(wide, 0x10000u + ((wide->high & 0x3FFu) << 10 | (unit & 0x3FFu)));
    else if (low)
        put_lost(wide);
    else if ((unit & 0xFC00) != 0xD800)
        put(wide, unit);
    wide->high = (unit & 0xFC00) == 0xD800 ? unit : 0;
    return 1;
}

size_t tt_utf16_decode(tt_utf16 *wide, uint8_t *out, size_t room)
{
    size_t made = 0;

    do {
        while (wide->out_at < wide->out_size && made < room)
            out[made++] = wide->out[wide->out_at++];
        /* Nearly all of a list is ASCII. */
        while (wide->high == 0 && made < room && wide->end - wide->at >= 2
               && unit_at(wide->raw + wide->at, wide->big) < 0x80) {
            out[made++] = wide->raw[wide->at + (size_t)wide->big];
            wide->at += 2;
        }
    } while (made < room && step(wide));
    return made;
}

void tt_utf16_compact(tt_utf16 *wide)
{
    if (wide->at > 0)
        memmove(wide->raw, wide->raw + wide->at, wide->end - wide->at);
    wide->end -= wide->at;
    wide->at = 0;
}
