/*
 * signs_sealed: the first bytes of CMS (S/MIME) and of OpenPGP messages, and whether they are encrypted.
 */
#include "unpack/signs.h"

#include <string.h>

/* ---- CMS ----------------------------------------------------------------------------------- */

/* The size of a DER length field at `at`, with the byte before it; 0: it is none. */
static size_t length_size(const uint8_t *at, size_t size)
{
    if (size == 0 || at[0] > 128 + 7)
        return 0;
    return at[0] <= 128 ? 1 : 1u + (at[0] & 127);
}

tt_sealed tt_cms_kind(const uint8_t *head, size_t size)
{
    static const struct {
        const char *object;
        size_t size;
        tt_sealed kind;
    } kinds[] = {
        {"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11, TT_SEALED_SIGNED},
        {"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 11, TT_SEALED_ENCRYPTED},
        {"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", 13, TT_SEALED_ENCRYPTED},
        {"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", 13, TT_SEALED_OTHER}, /* compressed */
    };
    size_t at = size > 2 && head[0] == 0x30 ? length_size(head + 1, size - 1) : 0;

    for (size_t i = 0; at > 0 && i < sizeof kinds / sizeof kinds[0]; i++)
        if (size > at + 1 + kinds[i].size && memcmp(head + at + 1, kinds[i].object, kinds[i].size) == 0
            && head[at + 1 + kinds[i].size] == 0xa0)
            return kinds[i].kind;
    return TT_SEALED_NOT;
}

int tt_fits_cms(const uint8_t *head, size_t size)
{
    return tt_cms_kind(head, size) != TT_SEALED_NOT ? 2 : 0;
}

/* ---- OpenPGP (RFC 4880) ---------------------------------------------------------------------- */

/* A packet's head. */
typedef struct packet {
    unsigned tag;
    size_t body; /* where its body begins */
    size_t size; /* of that; SIZE_MAX: not stated here */
} packet;

static int take_packet(const uint8_t *at, size_t size, packet *out)
{
    unsigned bytes;

    if (size < 6 || !(at[0] & 0x80))
        return 0;
    if (at[0] & 0x40) {
        out->tag = at[0] & 63;
        out->body = at[1] < 192 || at[1] >= 224 ? 2 : 3;
        out->size = at[1] < 192   ? at[1]
                    : at[1] < 224 ? ((size_t)(at[1] - 192) << 8) + at[2] + 192
                                  : SIZE_MAX;
        return 1;
    }
    out->tag = at[0] >> 2 & 15;
    bytes = (at[0] & 3) == 3 ? 0 : 1u << (at[0] & 3);
    out->body = 1 + bytes;
    out->size = bytes ? 0 : SIZE_MAX;
    for (unsigned i = 0; i < bytes; i++)
        out->size = out->size << 8 | at[1 + i];
    return 1;
}

/* The body of a packet that holds a session key: for someone's key (1), or for a password (3). */
static int holds_key(const packet *p, const uint8_t *body)
{
    if (p->tag == 1)
        return p->size > 12 && body[0] == 3 && body[9] >= 1 && body[9] <= 26;
    return p->tag == 3 && (body[0] == 4 || body[0] == 5) && body[1] >= 1 && body[1] <= 13;
}

/* A session key in front of another, or of what it encrypts. */
static int is_session_key(const uint8_t *at, size_t size)
{
    packet key, after;

    if (!take_packet(at, size, &key) || key.size > 2000 || key.size < 4 || size < key.body + key.size)
        return 0;
    if (!holds_key(&key, at + key.body))
        return 0;
    at += key.body + key.size;
    if (!take_packet(at, size - key.body - key.size, &after))
        return 0;
    return after.tag == 1 || after.tag == 3 || after.tag == 9 || after.tag == 18 || after.tag == 20;
}

/* What the first character of a message's base64 begins: its packet's head. */
static tt_sealed armored_kind(char first)
{
    /* Six of eight bits: 10 and a tag of 4, or 11 and a tag of 6. */
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = first ? strchr(letters, first) : NULL;
    unsigned bits = at ? (unsigned)(at - letters) : 0;

    if (bits == (0x84u >> 2) || bits == (0x8cu >> 2) || bits == (0xc1u >> 2))
        return TT_SEALED_ENCRYPTED; /* 0xc1 and 0xc3: both session keys */
    return TT_SEALED_OTHER;
}

/* Where the base64 begins: behind the lines of its header, and an empty one. */
static size_t find_armored(const uint8_t *head, size_t size, size_t at)
{
    const uint8_t *gap = memmem(head + at, size - at, "\n\n", 2);
    const uint8_t *other = memmem(head + at, size - at, "\n\r\n", 3);

    if (!gap || (other && other < gap))
        gap = other;
    at = gap ? (size_t)(gap - head) : size;
    while (at < size && (head[at] == '\n' || head[at] == '\r'))
        at++;
    return at;
}

tt_sealed tt_pgp_kind(const uint8_t *head, size_t size)
{
    static const char begin[] = "-----BEGIN PGP MESSAGE-----";
    size_t at = 0;

    if (is_session_key(head, size))
        return TT_SEALED_ENCRYPTED;
    while (at < size && (head[at] == '\n' || head[at] == '\r' || head[at] == ' '))
        at++;
    if (size - at < sizeof begin || memcmp(head + at, begin, sizeof begin - 1) != 0)
        return TT_SEALED_NOT;
    at = find_armored(head, size, at + sizeof begin - 1);
    return armored_kind(at < size ? (char)head[at] : 0);
}

int tt_fits_pgp(const uint8_t *head, size_t size)
{
    return tt_pgp_kind(head, size) != TT_SEALED_NOT ? 2 : 0;
}
