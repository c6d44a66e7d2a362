/*
 * office_info: see office_info.h.
 *
 * The Agile kind is a small XML file. It is not read as XML: what is looked for are three elements, whose
 * attributes have no other place to be, and what is not found, or not as Office writes it, makes a document
 * that stays encrypted.
 */
#include "unpack/office_info.h"

#include "base/cursor.h"

#include <string.h>

#define AES_128 0x660eu /* and the next two */
#define SHA_1 0x8004u
#define STANDARD_SPIN 50000u /* no field states it */
#define NAME_MAX_SIZE 32u    /* of an element or an attribute that is looked for */

/* ---- Agile --------------------------------------------------------------------------------- */

/* A part of the XML. */
typedef struct part {
    const char *text;
    size_t size;
} part;

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The tag of the element of that name, whatever its prefix: from behind its name to its '>'. 0: none. */
static int find_tag(part all, const char *name, part *out)
{
    size_t length = strlen(name);

    for (size_t at = 0; at + length + 1 < all.size; at++) {
        const char *place = all.text + at, *end;
        if ((*place != '<' && *place != ':') || memcmp(place + 1, name, length) != 0
            || !is_space(place[1 + length]))
            continue;
        place += 1 + length;
        end = memchr(place, '>', all.size - (size_t)(place - all.text));
        if (!end)
            return 0;
        *out = (part){place, (size_t)(end - place)};
        return 1;
    }
    return 0;
}

/* The value of an attribute in a tag; of no size when it is not there. */
static part attribute(part tag, const char *name)
{
    char wanted[NAME_MAX_SIZE + 2];
    size_t length = strlen(name);
    const char *place, *end;

    memcpy(wanted, name, length);
    memcpy(wanted + length, "=\"", 2);
    place = memmem(tag.text, tag.size, wanted, length + 2);
    if (!place || place == tag.text || !is_space(place[-1]))
        return (part){"", 0};
    place += length + 2;
    end = memchr(place, '"', tag.size - (size_t)(place - tag.text));
    return end ? (part){place, (size_t)(end - place)} : (part){"", 0};
}

/* A number of up to nine digits; 0 for anything else. */
static uint64_t number(part tag, const char *name)
{
    part value = attribute(tag, name);
    uint64_t out = 0;

    for (size_t i = 0; i < value.size; i++) {
        if (value.text[i] < '0' || value.text[i] > '9' || value.size > 9)
            return 0;
        out = out * 10 + (uint64_t)(value.text[i] - '0');
    }
    return out;
}

static int is(part value, const char *text)
{
    return value.size == strlen(text) && memcmp(value.text, text, value.size) == 0;
}

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Base64. 0: it is none, or too long. */
static int blob(part tag, const char *name, tt_office_blob *out)
{
    part value = attribute(tag, name);
    uint32_t bits = 0, held = 0;

    out->size = 0;
    while (value.size > 0 && value.text[value.size - 1] == '=')
        value.size--;
    for (size_t i = 0; i < value.size; i++) {
        int digit = digit_of(value.text[i]);
        if (digit < 0)
            return 0;
        bits = (bits << 6 | (uint32_t)digit) & 0xffff;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (out->size == sizeof out->bytes)
            return 0;
        out->bytes[out->size++] = (uint8_t)(bits >> held);
    }
    return out->size > 0;
}

/* AES in its chained mode, and a digest that is known. */
static int way(part tag, tt_office_way *out)
{
    static const char *const names[TT_HASH_KINDS] = {"SHA1", "SHA256", "SHA384", "SHA512"};
    part name = attribute(tag, "hashAlgorithm");
    uint64_t bits = number(tag, "keyBits");
    size_t kind = 0;

    while (kind < TT_HASH_KINDS && !is(name, names[kind]))
        kind++;
    if (kind == TT_HASH_KINDS || (bits != 128 && bits != 192 && bits != 256)
        || !is(attribute(tag, "cipherAlgorithm"), "AES")
        || !is(attribute(tag, "cipherChaining"), "ChainingModeCBC")
        || number(tag, "blockSize") != TT_AES_BLOCK)
        return 0;
    out->hash = (tt_hash_kind)kind;
    out->key_size = (size_t)bits / 8;
    return blob(tag, "saltValue", &out->salt);
}

/* Whole blocks of the cipher, and as many bytes as are needed of them. */
static int is_padded(const tt_office_blob *b, size_t needed)
{
    return b->size >= needed && b->size % TT_AES_BLOCK == 0;
}

/* The key for a password; there may be others, for certificates. */
static int find_password(part xml, part *out)
{
    while (find_tag(xml, "encryptedKey", out)) {
        if (attribute(*out, "spinCount").size > 0)
            return 1;
        xml.size -= (size_t)(out->text - xml.text);
        xml.text = out->text;
    }
    return 0;
}

static int parse_agile(part xml, tt_office_info *out)
{
    part data, password, integrity;

    if (!find_tag(xml, "keyData", &data) || !find_password(xml, &password)
        || !way(data, &out->data) || !way(password, &out->password))
        return 0;
    out->spin = number(password, "spinCount");
    if (!blob(password, "encryptedVerifierHashInput", &out->verifier)
        || !blob(password, "encryptedVerifierHashValue", &out->verifier_hash)
        || !blob(password, "encryptedKeyValue", &out->key))
        return 0;
    if (find_tag(xml, "dataIntegrity", &integrity)
        && (!blob(integrity, "encryptedHmacKey", &out->mac_key)
            || !blob(integrity, "encryptedHmacValue", &out->mac)
            || !is_padded(&out->mac_key, tt_hash_size(out->data.hash))
            || !is_padded(&out->mac, tt_hash_size(out->data.hash))))
        out->mac_key.size = out->mac.size = 0;
    return is_padded(&out->verifier, TT_AES_BLOCK) && is_padded(&out->key, out->data.key_size)
           && is_padded(&out->verifier_hash, tt_hash_size(out->password.hash));
}

/* ---- Standard ------------------------------------------------------------------------------ */

static int take_blob(tt_cursor *c, size_t size, tt_office_blob *out)
{
    const uint8_t *bytes = tt_cursor_take(c, size);

    if (!bytes)
        return 0;
    memcpy(out->bytes, bytes, size);
    out->size = size;
    return 1;
}

static int parse_standard(tt_cursor *c, tt_office_info *out)
{
    size_t head = tt_cursor_u32(c), start = c->at;
    uint32_t cipher, hash, bits;

    tt_cursor_skip(c, 8); /* flags, size of what is more */
    cipher = tt_cursor_u32(c);
    hash = tt_cursor_u32(c);
    bits = tt_cursor_u32(c);
    tt_cursor_seek(c, start + head);
    /* Key's bits of 128, 192 and 256 go with the ciphers in that order. */
    if (c->failed || cipher < AES_128 || cipher > AES_128 + 2
        || bits != 128 + 64 * (cipher - AES_128) || (hash != SHA_1 && hash != 0)
        || tt_cursor_u32(c) != TT_AES_BLOCK)
        return 0;
    out->password.hash = TT_HASH_SHA1;
    out->password.key_size = bits / 8;
    out->spin = STANDARD_SPIN;
    return take_blob(c, TT_AES_BLOCK, &out->password.salt)
           && take_blob(c, TT_AES_BLOCK, &out->verifier)
           && tt_cursor_u32(c) == tt_hash_size(TT_HASH_SHA1)
           && take_blob(c, 2 * (size_t)TT_AES_BLOCK, &out->verifier_hash);
}

int tt_office_info_parse(const uint8_t *bytes, size_t size, tt_office_info *out)
{
    tt_cursor c = tt_cursor_over(bytes, size);
    unsigned major = tt_cursor_u16(&c), minor = tt_cursor_u16(&c);

    *out = (tt_office_info){0};
    tt_cursor_skip(&c, 4); /* flags */
    if (c.failed)
        return 0;
    if (major == 4 && minor == 4) {
        out->agile = 1;
        return parse_agile((part){(const char *)bytes + c.at, size - c.at}, out);
    }
    return major >= 2 && major <= 4 && minor == 2 && parse_standard(&c, out);
}
