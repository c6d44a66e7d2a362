/*
 * html: the files that an HTML page or an SVG picture has in itself, as `data:` URIs (RFC 2397): in
 * attributes, in CSS, in strings of scripts.
 *
 * A page is text, and read as one run of bytes: what begins a URI is looked for everywhere, its bytes are
 * decoded as they come, and what no URI can be is passed by. So a page without one costs a search for
 * colons, and has no members; most such pages never come here, for plain.h knows them. Own code: no
 * library is needed for so little.
 *
 * base64 comes with what pages put into it: line ends, percent signs, character references, backslashes.
 * What is not base64 must be between quotes or brackets, and is percent-encoded.
 */
#include "unpack/reader.h"

#include "base/mem.h"
#include "unpack/signs.h"

#include <string.h>

#define PIECE ((size_t)1 << 16)
/* What must lie in memory at once: a type, or the longest way to write a character. */
#define AHEAD (TT_URI_TYPE_MAX + 32u)
/* "&#x0000000;" */
#define CHARACTER_MAX 16u
/* Bytes before the place that are kept: "data", and the one before. */
#define BEHIND 8u
/* No character: the URI ends here, or the page. */
#define NONE (-1)
/* Nothing of the data: a line's end. */
#define SKIP (-2)

typedef struct html_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_trouble source;
    int drained;
    /* The member. */
    int open;          /* there is one, and its end was not seen */
    int base64;
    uint8_t quote;     /* what ends it, or 0: not known */
    uint32_t window;   /* bits of base64, and how many characters of four */
    unsigned count;
    int padded;        /* '=' was seen */
    tt_trouble spoilt;
    size_t ready_at, ready_size; /* bytes made and not handed out */
    uint8_t ready[3];
    size_t at, size;
    uint8_t piece[PIECE];
} html_reader;

extern const tt_format tt_format_html;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    html_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_html;
    r->stream = stream;
    r->source = r->spoilt = fine;
    *out = &r->reader;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

/* Have AHEAD bytes, or all there are. */
static tutela_status fill(html_reader *r, tutela_error *error)
{
    size_t from = r->at > BEHIND ? r->at - BEHIND : 0, got = 0;

    if (r->size - r->at >= AHEAD || r->drained)
        return TUTELA_OK;
    memmove(r->piece, r->piece + from, r->size - from);
    r->at -= from;
    r->size -= from;
    TT_TRY(tt_stream_read(r->stream, r->piece + r->size, PIECE - r->size, &got, &r->source, error));
    r->size += got;
    r->drained = r->size < PIECE || r->source.status != TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_letter(uint8_t byte)
{
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

static int is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f';
}

static int hex_digit(uint8_t byte)
{
    if (is_digit(byte))
        return byte - '0';
    return is_letter(byte) && (byte | 32) <= 'f' ? (byte | 32) - 'a' + 10 : -1;
}

/* ---- Characters of base64 ------------------------------------------------------------------ */

/* `count` digits at `at`, beyond the place: their value, or NONE. */
static int hex_at(const html_reader *r, size_t at, size_t count)
{
    int value = 0;

    for (size_t i = r->at + at; i < r->at + at + count; i++) {
        if (i >= r->size || hex_digit(r->piece[i]) < 0)
            return NONE;
        value = value * 16 + hex_digit(r->piece[i]);
    }
    return value < 256 ? value : NONE;
}

/* "&#43;" or "&#x2b;" at the place: the character, and *length. */
static int reference_at(const html_reader *r, size_t *length)
{
    size_t at = r->at + 2, digits = 0;
    int hex = at < r->size && (r->piece[at] | 32) == 'x', value = 0;

    if (at >= r->size || r->piece[at - 1] != '#')
        return NONE;
    at += (size_t)hex;
    for (; at < r->size && digits < 7; at++, digits++) {
        int digit = hex_digit(r->piece[at]);
        if (digit < 0 || (!hex && digit > 9))
            break;
        value = value * (hex ? 16 : 10) + digit;
    }
    if (digits == 0 || value > 255 || at >= r->size || r->piece[at] != ';')
        return NONE;
    *length = at + 1 - r->at;
    return is_blank((uint8_t)value) ? SKIP : value;
}

/* After a backslash, in a script or in CSS. */
static int escaped_at(const html_reader *r, size_t *length)
{
    uint8_t next = r->at + 1 < r->size ? r->piece[r->at + 1] : 0;

    *length = 2;
    if (next == '/' || next == '+' || next == '=')
        return next;
    if (next == 'n' || next == 'r' || next == '\n' || next == '\r')
        return SKIP;
    *length = next == 'u' ? 6 : 4;
    if (next == 'u')
        return hex_at(r, 2, 4);
    return next == 'x' ? hex_at(r, 2, 2) : NONE;
}

/* "2x" or "100w" after a blank: in a srcset that ends the URI. */
static int is_descriptor(const html_reader *r, size_t at)
{
    size_t start;

    while (at < r->size && is_blank(r->piece[at]))
        at++;
    start = at;
    while (at < r->size && at < start + 8 && (is_digit(r->piece[at]) || r->piece[at] == '.'))
        at++;
    if (at == start || at + 1 >= r->size || !strchr("wxh", r->piece[at]) || !r->piece[at])
        return 0;
    return r->piece[at + 1] == ',' || r->piece[at + 1] == r->quote || is_blank(r->piece[at + 1]);
}

/* The character at the place, and *length, its bytes; SKIP; NONE: none of base64's. */
static int character(const html_reader *r, size_t *length)
{
    uint8_t byte = r->at < r->size ? r->piece[r->at] : 0;
    int value;

    *length = 1;
    switch (byte) {
    case '%':
        *length = 3;
        value = hex_at(r, 1, 2);
        return value >= 0 && is_blank((uint8_t)value) ? SKIP : value;
    case '&':
        return reference_at(r, length);
    case '\\':
        return escaped_at(r, length);
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return r->quote && !is_descriptor(r, r->at) ? SKIP : NONE;
    default:
        return byte;
    }
}

/* The six bits of a character of base64, or of its form for URLs; NONE. */
static int bits_of(int character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 26;
    if (character >= '0' && character <= '9')
        return character - '0' + 52;
    if (character == '+' || character == '-')
        return 62;
    return character == '/' || character == '_' ? 63 : NONE;
}

/* ---- Finding ------------------------------------------------------------------------------- */

/* Is there a byte of data at the place? An empty URI is no file. */
static int has_data(html_reader *r)
{
    size_t length = 0, kept = r->at;
    int what = SKIP;

    if (!r->base64)
        return r->quote && r->at < r->size && r->piece[r->at] != r->quote;
    for (int i = 0; i < 16 && what == SKIP && r->at < r->size; i++) {
        if (!r->drained && r->size - r->at < CHARACTER_MAX)
            break; /* it is not seen yet */
        what = character(r, &length);
        r->at += what == SKIP ? length : 0;
    }
    if (what == SKIP)
        r->at = kept;
    return what == SKIP || bits_of(what) >= 0;
}

/* The colon before the place: does it begin a URI with data? */
static int begins(html_reader *r)
{
    tt_uri uri;

    if (!tt_uri_begins(r->piece, r->size, r->at, &uri))
        return 0;
    r->base64 = uri.base64;
    r->quote = uri.quote;
    r->at = uri.data;
    return has_data(r);
}

static tutela_status find(html_reader *r, int *found, tutela_error *error)
{
    *found = 0;
    for (;;) {
        const uint8_t *colon;
        TT_TRY(fill(r, error));
        if (r->at == r->size)
            return TUTELA_OK;
        colon = memchr(r->piece + r->at, ':', r->size - r->at);
        if (!colon) {
            r->at = r->size;
            continue;
        }
        r->at = (size_t)(colon - r->piece) + 1;
        TT_TRY(fill(r, error));
        if (begins(r)) {
            *found = 1;
            return TUTELA_OK;
        }
    }
}

/* ---- Decoding ------------------------------------------------------------------------------ */

static void spoil(html_reader *r, const char *why)
{
    r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
}

/* The URI ends at the place. */
static void end(html_reader *r)
{
    uint8_t byte = r->at < r->size ? r->piece[r->at] : 0;

    r->open = 0;
    if (r->source.status != TUTELA_ITEM_CLEAR)
        r->spoilt = r->source;
    else if (r->at == r->size)
        spoil(r, "cut off");
    else if (r->base64 && (r->count == 1 || byte == '='))
        spoil(r, "damaged");
    else if (r->base64 && r->quote && byte != r->quote && !is_blank(byte) && byte != '\\')
        spoil(r, "damaged");
}

/* Bytes of base64 at the end: of two characters one, of three two. */
static size_t last_bytes(html_reader *r, uint8_t *out)
{
    size_t made = r->count > 1 ? r->count - 1 : 0;

    for (size_t i = 0; i < made; i++)
        out[i] = (uint8_t)(r->window >> (6 * r->count - 8 - 8 * i));
    return made;
}

/* A step of base64: bytes made, at most 3. */
static size_t step_base64(html_reader *r, uint8_t *out)
{
    size_t length = 1, made;
    int what = character(r, &length), bits = what >= 0 ? bits_of(what) : NONE;

    if (what == SKIP) {
        r->at += length;
        return 0;
    }
    if (what == '=' && r->count > 1) {
        r->padded = 1;
        made = last_bytes(r, out);
        r->count = 0;
        r->at += length;
        return made;
    }
    if (what == '=' && r->padded == 1) {
        r->padded = 2;
        r->at += length;
        return 0;
    }
    if (bits < 0 || r->padded) {
        made = last_bytes(r, out);
        end(r);
        return made;
    }
    r->at += length;
    r->window = r->window << 6 | (uint32_t)bits;
    if (++r->count < 4)
        return 0;
    r->count = 0;
    for (size_t i = 0; i < 3; i++)
        out[i] = (uint8_t)(r->window >> (16 - 8 * i));
    return 3;
}

static size_t step_percent(html_reader *r, uint8_t *out)
{
    uint8_t byte = r->at < r->size ? r->piece[r->at] : 0;
    int value = byte == '%' ? hex_at(r, 1, 2) : NONE;

    if (r->at == r->size || byte == r->quote) {
        end(r);
        return 0;
    }
    r->at += value >= 0 ? 3 : 1;
    *out = value >= 0 ? (uint8_t)value : byte;
    /* Line ends and tabs are no part of a URI. */
    return value >= 0 || (byte != '\n' && byte != '\r' && byte != '\t');
}

/* One step on: what it made is ready. */
static tutela_status step(html_reader *r, tutela_error *error)
{
    TT_TRY(fill(r, error));
    r->ready_at = 0;
    r->ready_size = r->base64 ? step_base64(r, r->ready) : step_percent(r, r->ready);
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    html_reader *r = (html_reader *)reader;
    uint8_t *out = buffer;
    size_t made = 0;

    while (made < size && (r->open || r->ready_at < r->ready_size)) {
        if (r->ready_at < r->ready_size)
            out[made++] = r->ready[r->ready_at++];
        else
            TT_TRY(step(r, error));
    }
    *got = made;
    if (made == 0)
        *trouble = r->spoilt;
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    html_reader *r = (html_reader *)reader;

    while (r->open)
        TT_TRY(step(r, error));
    TT_TRY(find(r, more, error));
    if (!*more) {
        *trouble = r->source;
        return TUTELA_OK;
    }
    r->open = 1;
    r->window = r->count = 0;
    r->ready_at = r->ready_size = 0;
    r->padded = 0;
    r->spoilt = fine;
    out->name_size = 0;
    out->size = TT_SIZE_UNKNOWN;
    out->modified = INT64_MIN;
    out->trouble = fine;
    return TUTELA_OK;
}

const tt_format tt_format_html = {"html", 0, begin, next, read_member, shut};
