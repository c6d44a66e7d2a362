/*
 * mail_decode: see mail_decode.h. RFC 2045, 6.7 and 6.8.
 *
 * What cannot be decoded is stated, never guessed: the bytes would be no one's. Two things that are
 * met in the wild are not damage: 8-bit characters in quoted-printable, and padding beyond need.
 */
#include "unpack/mail_decode.h"

#include <string.h>

/* All but the values have one of the two high bits. */
#define BAD 0xff
#define GAP 0xfe
#define PAD 0xfd

/* What each character stands for. */
/* clang-format off */
static const uint8_t low[128] = {
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, GAP, GAP, BAD, BAD, GAP, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    GAP, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,  62, BAD, BAD, BAD,  63,
     52,  53,  54,  55,  56,  57,  58,  59,  60,  61, BAD, BAD, BAD, PAD, BAD, BAD,
    BAD,   0,   1,   2,   3,   4,   5,   6,   7,   8,   9,  10,  11,  12,  13,  14,
     15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25, BAD, BAD, BAD, BAD, BAD,
    BAD,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,
     41,  42,  43,  44,  45,  46,  47,  48,  49,  50,  51, BAD, BAD, BAD, BAD, BAD,
};
/* clang-format on */

static uint8_t value_of(uint8_t c)
{
    return c < sizeof low ? low[c] : BAD;
}

int tt_hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void tt_decode_begin(tt_decoder *d, tt_coding coding)
{
    memset(d, 0, sizeof *d);
    d->coding = coding;
}

void tt_decode_trim(tt_decoder *d, tt_line *line)
{
    if (d->coding == TT_CODING_BASE64)
        line->ending = 0;
    if (d->coding != TT_CODING_QUOTED || line->ending == 0)
        return;
    const uint8_t *end = line->text + line->size;
    while (end > line->text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    /* A soft break, or, in two pieces of a long line, its '=' came before. */
    if ((end > line->text && end[-1] == '=') || (end == line->text && d->count == 1)) {
        line->ending = 0;
        if (end == line->text)
            d->count = 0;
        else
            end--;
    } else if (end > line->text + 1 && end[-2] == '=') {
        d->spoilt = 1; /* half an escape */
    }
    line->size = (size_t)(end - line->text);
}

/* ---- base64 -------------------------------------------------------------------------------- */

/* Four characters at a time, while they are plain. How many were used. */
static size_t whole_groups(const uint8_t *in, size_t size, uint8_t *out, size_t room, size_t *made)
{
    size_t at = 0;

    while (size - at >= 4 && room - *made >= TT_DECODE_ROOM) {
        uint8_t a = value_of(in[at]), b = value_of(in[at + 1]), c = value_of(in[at + 2]),
                e = value_of(in[at + 3]);
        if ((a | b | c | e) & 0xc0)
            break;
        out[*made] = (uint8_t)(a << 2 | b >> 4);
        out[*made + 1] = (uint8_t)(b << 4 | c >> 2);
        out[*made + 2] = (uint8_t)(c << 6 | e);
        *made += 3;
        at += 4;
    }
    return at;
}

static size_t flush(tt_decoder *d, uint8_t *out)
{
    size_t made = d->count > 1 ? d->count - 1u : 0;

    for (size_t i = 0; i < made; i++)
        out[i] = (uint8_t)(d->bits << (6 * (4 - d->count)) >> (16 - 8 * i));
    d->count = 0;
    return made;
}

static size_t one_char(tt_decoder *d, uint8_t c, uint8_t *out)
{
    uint8_t value = value_of(c);

    if (value == GAP)
        return 0;
    if (d->padded) {
        d->beyond |= value != PAD;
        return 0;
    }
    if (value == PAD) {
        d->padded = 1;
        d->spoilt |= d->count < 2;
        return flush(d, out);
    }
    if (value == BAD) {
        d->spoilt = 1;
        return 0;
    }
    d->bits = d->bits << 6 | value;
    d->count++;
    return d->count == 4 ? flush(d, out) : 0;
}

static size_t base64(tt_decoder *d, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                     size_t room)
{
    size_t at = 0, made = 0;

    while (at < size && room - made >= TT_DECODE_ROOM) {
        if (d->count == 0 && !d->padded)
            at += whole_groups(in + at, size - at, out, room, &made);
        if (at < size && room - made >= TT_DECODE_ROOM)
            made += one_char(d, in[at++], out + made);
    }
    *used = at;
    return made;
}

/* ---- quoted-printable ---------------------------------------------------------------------- */

/* One character, with what of an escape came before it. */
static size_t one_quoted(tt_decoder *d, uint8_t c, uint8_t *out)
{
    if (d->count == 0 && c != '=') {
        out[0] = c;
        return 1;
    }
    if (d->count == 0 || (d->count == 1 && tt_hex_value(c) >= 0)) {
        d->escape[d->count++] = c;
        return 0;
    }
    size_t made = d->count;
    d->count = 0;
    if (made == 2 && tt_hex_value(c) >= 0) {
        out[0] = (uint8_t)(tt_hex_value(d->escape[1]) << 4 | tt_hex_value(c));
        return 1;
    }
    /* No escape: left as it is. */
    d->spoilt = 1;
    memcpy(out, d->escape, made);
    out[made] = c;
    return made + 1;
}

static size_t quoted(tt_decoder *d, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                     size_t room)
{
    size_t at = 0, made = 0;

    while (at < size && room - made >= TT_DECODE_ROOM)
        made += one_quoted(d, in[at++], out + made);
    *used = at;
    return made;
}

/* ---- All ----------------------------------------------------------------------------------- */

size_t tt_decode(tt_decoder *d, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                 size_t room)
{
    if (d->coding == TT_CODING_BASE64)
        return base64(d, in, size, used, out, room);
    if (d->coding == TT_CODING_QUOTED)
        return quoted(d, in, size, used, out, room);
    *used = size < room ? size : room;
    memcpy(out, in, *used);
    return *used;
}

size_t tt_decode_end(tt_decoder *d, uint8_t *out)
{
    if (d->coding == TT_CODING_BASE64) {
        d->spoilt |= d->count > 0;
        return flush(d, out);
    }
    if (d->coding == TT_CODING_QUOTED && d->count > 0) {
        size_t made = d->count == 2 ? 2 : 0; /* a '=' alone at the end is a soft break */
        d->spoilt |= made > 0;
        memcpy(out, d->escape, made);
        d->count = 0;
        return made;
    }
    return 0;
}
