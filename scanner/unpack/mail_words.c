/*
 * mail_words: see mail_words.h. RFC 2045 (parameters), RFC 2047, RFC 2231.
 *
 * Charsets: UTF-8, and the two of western Europe. The others would need tables that the C library
 * keeps in files, which no worker can open; their names stay in their own bytes.
 */
#include "unpack/mail_words.h"

#include "unpack/mail_decode.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Segments of one parameter (RFC 2231). */
#define SEGMENTS_MAX 100u
#define WORD_MAX 1024u /* of one encoded word, decoded; RFC 2047 allows 75 characters */

/* What is being written, as far as there is room. */
typedef struct written {
    uint8_t *out;
    size_t room, size;
} written;

static void put(written *t, uint8_t c)
{
    if (c != 0 && t->size < t->room)
        t->out[t->size++] = c;
}

int tt_value_is(tt_value value, const char *text)
{
    size_t size = strlen(text);

    return value.size == size && strncasecmp((const char *)value.text, text, size) == 0;
}

/* ---- Charsets ------------------------------------------------------------------------------ */

typedef enum charset { AS_IT_IS, LATIN } charset;

static charset charset_of(tt_value name)
{
    static const char *const latin[] = {"iso-8859-1", "latin1", "windows-1252", "cp1252"};

    for (size_t i = 0; i < sizeof latin / sizeof latin[0]; i++)
        if (tt_value_is(name, latin[i]))
            return LATIN;
    return AS_IT_IS;
}

/* Windows' characters where ISO 8859-1 has none. */
static const uint16_t windows[32]
    = {0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
       0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
       0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

static void put_char(written *t, charset set, uint8_t c)
{
    unsigned code = c >= 0x80 && c < 0xa0 ? windows[c - 0x80] : c;

    if (set == AS_IT_IS || c < 0x80) {
        put(t, c);
    } else if (code < 0x800) {
        put(t, (uint8_t)(0xc0 | code >> 6));
        put(t, (uint8_t)(0x80 | (code & 0x3f)));
    } else {
        put(t, (uint8_t)(0xe0 | code >> 12));
        put(t, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
        put(t, (uint8_t)(0x80 | (code & 0x3f)));
    }
}

/* ---- Parameters ---------------------------------------------------------------------------- */

static int is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(tt_value *v)
{
    for (; v->size > 0 && is_space(v->text[0]); v->size--)
        v->text++;
    while (v->size > 0 && is_space(v->text[v->size - 1]))
        v->size--;
}

/* The value up to the next ';' that stands in no quotes; what follows it stays in *rest. */
static tt_value until_semicolon(tt_value *rest)
{
    tt_value out = {rest->text, 0};
    int quoted = 0;

    for (; out.size < rest->size; out.size++) {
        uint8_t c = rest->text[out.size];
        if (quoted && c == '\\' && out.size + 1 < rest->size)
            out.size++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == ';' && !quoted)
            break;
    }
    size_t used = out.size < rest->size ? out.size + 1 : out.size;
    rest->text += used;
    rest->size -= used;
    trim(&out);
    return out;
}

/* What stands after "NAME="; .text is NULL when it is not there. */
static tt_value find(tt_value value, const char *name)
{
    (void)until_semicolon(&value);
    while (value.size > 0) {
        tt_value one = until_semicolon(&value), key = one;
        const uint8_t *equals = memchr(one.text, '=', one.size);
        if (!equals)
            continue;
        key.size = (size_t)(equals - one.text);
        one.text = equals + 1;
        one.size -= key.size + 1;
        trim(&key);
        trim(&one);
        if (tt_value_is(key, name))
            return one;
    }
    return (tt_value){NULL, 0};
}

/* A value without its quotes and backslashes. */
static void unquote(tt_value v, written *out)
{
    if (v.size == 0 || v.text[0] != '"') {
        for (size_t i = 0; i < v.size; i++)
            put(out, v.text[i]);
        return;
    }
    for (size_t i = 1; i < v.size && v.text[i] != '"'; i++) {
        if (v.text[i] == '\\' && i + 1 < v.size)
            i++;
        put(out, v.text[i]);
    }
}

size_t tt_value_plain(tt_value value, const char *name, uint8_t *out, size_t room)
{
    written t = {out, room, 0};
    tt_value found = find(value, name);

    if (!found.text || found.size > room)
        return 0;
    unquote(found, &t);
    return t.size;
}

/* ---- RFC 2231 ------------------------------------------------------------------------------ */

/* What charset'language'text says of its charset; the text stays. */
static charset take_charset(tt_value *v)
{
    const uint8_t *first = memchr(v->text, '\'', v->size), *second = NULL;
    charset set = AS_IT_IS;

    if (first)
        second = memchr(first + 1, '\'', v->size - (size_t)(first + 1 - v->text));
    if (second) {
        set = charset_of((tt_value){v->text, (size_t)(first - v->text)});
        v->size -= (size_t)(second + 1 - v->text);
        v->text = second + 1;
    }
    return set;
}

static void put_percent(written *out, charset set, tt_value v)
{
    for (size_t i = 0; i < v.size; i++) {
        if (v.text[i] == '%' && i + 2 < v.size && tt_hex_value(v.text[i + 1]) >= 0
            && tt_hex_value(v.text[i + 2]) >= 0) {
            put_char(out, set,
                     (uint8_t)(tt_hex_value(v.text[i + 1]) << 4 | tt_hex_value(v.text[i + 2])));
            i += 2;
        } else if (v.text[i] != '"') {
            put_char(out, set, v.text[i]);
        }
    }
}

/* NAME*0=, NAME*1*=, ... one after another. */
static void put_segments(tt_value value, const char *name, written *out)
{
    charset set = AS_IT_IS;
    char key[64];

    for (unsigned i = 0; i < SEGMENTS_MAX; i++) {
        (void)snprintf(key, sizeof key, "%s*%u*", name, i);
        tt_value v = find(value, key);
        if (v.text) {
            if (i == 0)
                set = take_charset(&v);
            put_percent(out, set, v);
            continue;
        }
        (void)snprintf(key, sizeof key, "%s*%u", name, i);
        v = find(value, key);
        if (!v.text)
            return;
        unquote(v, out);
    }
}

/* ---- RFC 2047 ------------------------------------------------------------------------------ */

/* One encoded word at the front of `v`: =?charset?B?text?=. How many bytes it has; 0: it is none. */
static size_t encoded_word(tt_value v, written *out)
{
    const uint8_t *end = v.text + v.size, *set_end, *from, *until;
    uint8_t raw[WORD_MAX];
    size_t used, size;
    tt_decoder d;

    if (v.size < 8 || v.text[0] != '=' || v.text[1] != '?')
        return 0;
    set_end = memchr(v.text + 2, '?', v.size - 2);
    if (!set_end || end - set_end < 5 || set_end[2] != '?')
        return 0;
    from = set_end + 3;
    until = memmem(from, (size_t)(end - from), "?=", 2);
    int base64 = (set_end[1] | 32) == 'b';
    if (!until || (!base64 && (set_end[1] | 32) != 'q') || until - from > (ptrdiff_t)WORD_MAX - 8)
        return 0;
    tt_decode_begin(&d, base64 ? TT_CODING_BASE64 : TT_CODING_QUOTED);
    size = tt_decode(&d, from, (size_t)(until - from), &used, raw, sizeof raw - 2);
    size += tt_decode_end(&d, raw + size);
    charset set = charset_of((tt_value){v.text + 2, (size_t)(set_end - v.text - 2)});
    for (size_t i = 0; i < size; i++)
        put_char(out, set, !base64 && raw[i] == '_' ? ' ' : raw[i]);
    return (size_t)(until + 2 - v.text);
}

/* Encoded words decoded, and the white space between two of them left out. */
static void put_words(tt_value v, written *out)
{
    size_t gap = 0;
    int after = 0;

    for (size_t i = 0; i < v.size;) {
        size_t kept = out->size, used = encoded_word((tt_value){v.text + i, v.size - i}, out);
        if (used > 0) {
            if (after && gap > 0 && kept >= gap) {
                memmove(out->out + kept - gap, out->out + kept, out->size - kept);
                out->size -= gap;
            }
            after = 1;
            gap = 0;
            i += used;
            continue;
        }
        if (!is_space(v.text[i]))
            after = 0;
        gap += (size_t)after;
        put(out, v.text[i++]);
    }
}

size_t tt_value_name(tt_value value, const char *name, uint8_t *out, size_t room)
{
    uint8_t raw[4096];
    written t = {out, room, 0}, plain = {raw, sizeof raw, 0};
    char key[64];

    (void)snprintf(key, sizeof key, "%s*", name);
    tt_value found = find(value, key);
    if (found.text) {
        charset set = take_charset(&found);
        put_percent(&t, set, found);
        return t.size;
    }
    found = find(value, name);
    if (found.text) {
        unquote(found, &plain);
        put_words((tt_value){raw, plain.size}, &t);
        return t.size;
    }
    put_segments(value, name, &t);
    return t.size;
}
