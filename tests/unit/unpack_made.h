/*
 * unpack_made: archives put together byte by byte, for what no writer here writes: rar, cab, lha, and
 * zips whose parts contradict each other. Stored members only.
 */
#ifndef TT_TESTS_UNPACK_MADE_H
#define TT_TESTS_UNPACK_MADE_H

#include "unpack_kit.h"

#include <zlib.h>

/* Little-endian numbers. */
__attribute__((unused)) static void put_number(bytes *out, uint64_t value, size_t size)
{
    uint8_t raw[8];

    for (size_t i = 0; i < size; i++)
        raw[i] = (uint8_t)(value >> (8 * i));
    kit_add(out, raw, size);
}
#define PUT16(out, value) put_number(out, value, 2)
#define PUT32(out, value) put_number(out, value, 4)
#define PUT_TEXT(out, text) kit_add(out, text, strlen(text))

__attribute__((unused)) static uint32_t crc_of(const void *data, size_t size)
{
    return (uint32_t)crc32(0, data, (uInt)size);
}

__attribute__((unused)) static bytes nothing(void)
{
    return (bytes){calloc(1, 8), 0};
}

__attribute__((unused)) static bytes text_of(const char *text)
{
    return kit_copy(text, strlen(text));
}

/* ---- zip ----------------------------------------------------------------------------------- */

typedef struct zip_part {
    const char *name;
    const char *text; /* stored */
    unsigned flags, method;
    uint32_t crc_wrong; /* added to the checksum */
    int unlisted;       /* in no directory */
    uint64_t place;     /* set by zip_member */
} zip_part;

__attribute__((unused)) static void zip_member(bytes *out, zip_part *part)
{
    size_t size = strlen(part->text);

    part->place = out->size;
    PUT_TEXT(out, "PK\3\4");
    PUT16(out, 20);
    PUT16(out, part->flags);
    PUT16(out, part->method);
    PUT32(out, 0x50000000);
    PUT32(out, crc_of(part->text, size) + part->crc_wrong);
    PUT32(out, size);
    PUT32(out, size);
    PUT16(out, strlen(part->name));
    PUT16(out, 0);
    PUT_TEXT(out, part->name);
    PUT_TEXT(out, part->text);
}

__attribute__((unused)) static void zip_record(bytes *out, const zip_part *part)
{
    size_t size = strlen(part->text);

    PUT_TEXT(out, "PK\1\2");
    PUT16(out, 0x0314);
    PUT16(out, 20);
    PUT16(out, part->flags);
    PUT16(out, part->method);
    PUT32(out, 0x50000000);
    PUT32(out, crc_of(part->text, size) + part->crc_wrong);
    PUT32(out, size);
    PUT32(out, size);
    PUT16(out, strlen(part->name));
    PUT16(out, 0); /* extra */
    PUT16(out, 0); /* comment */
    PUT16(out, 0);
    PUT16(out, 0);
    PUT32(out, 0x81a40000);
    PUT32(out, part->place);
    PUT_TEXT(out, part->name);
}

__attribute__((unused)) static void zip_end(bytes *out, size_t count, size_t start, size_t comment)
{
    size_t size = out->size - start;

    PUT_TEXT(out, "PK\5\6");
    PUT32(out, 0);
    PUT16(out, count);
    PUT16(out, count);
    PUT32(out, size);
    PUT32(out, start);
    PUT16(out, comment);
    for (size_t i = 0; i < comment; i++)
        kit_add(out, "c", 1);
}

/* All of it; `comment` bytes of comment. */
__attribute__((unused)) static bytes zip_of(zip_part *parts, size_t count, size_t comment)
{
    bytes out = nothing();
    size_t start, listed = 0;

    for (size_t i = 0; i < count; i++)
        zip_member(&out, &parts[i]);
    start = out.size;
    for (size_t i = 0; i < count; i++)
        if (!parts[i].unlisted) {
            zip_record(&out, &parts[i]);
            listed++;
        }
    zip_end(&out, listed, start, comment);
    return out;
}

/* ---- rar ----------------------------------------------------------------------------------- */

/* A RAR 4 header: `body` is all of it but its checksum. */
__attribute__((unused)) static void rar_header(bytes *out, bytes body)
{
    PUT16(out, crc_of(body.data, body.size) & 0xffff);
    kit_add(out, body.data, body.size);
    free(body.data);
}

__attribute__((unused)) static bytes rar_of(const kit_member *members, size_t count, unsigned flags,
                                            unsigned method)
{
    bytes out = kit_copy("Rar!\x1a\x07\0", 7), body = nothing();

    put_number(&body, 0x73, 1);
    PUT16(&body, 0);
    PUT16(&body, 13);
    put_number(&body, 0, 6);
    rar_header(&out, body);
    for (size_t i = 0; i < count; i++) {
        const bytes *c = &members[i].content;
        body = nothing();
        put_number(&body, 0x74, 1);
        PUT16(&body, 0x8000 | flags);
        PUT16(&body, 32 + strlen(members[i].name));
        PUT32(&body, c->size);
        PUT32(&body, c->size);
        put_number(&body, 3, 1); /* Unix */
        PUT32(&body, crc_of(c->data, c->size));
        PUT32(&body, 0x50000000);
        put_number(&body, 20, 1);
        put_number(&body, method, 1);
        PUT16(&body, strlen(members[i].name));
        PUT32(&body, 0x81a4);
        PUT_TEXT(&body, members[i].name);
        rar_header(&out, body);
        kit_add(&out, c->data, c->size);
    }
    body = nothing();
    put_number(&body, 0x7b, 1);
    PUT16(&body, 0x4000);
    PUT16(&body, 7);
    rar_header(&out, body);
    return out;
}

static void put_vint(bytes *out, uint64_t value)
{
    do {
        put_number(out, (value & 127) | (value > 127 ? 128 : 0), 1);
        value >>= 7;
    } while (value > 0);
}

__attribute__((unused)) static void rar5_header(bytes *out, bytes body)
{
    bytes sized = nothing();

    put_vint(&sized, body.size);
    kit_add(&sized, body.data, body.size);
    PUT32(out, crc_of(sized.data, sized.size));
    kit_add(out, sized.data, sized.size);
    free(sized.data);
    free(body.data);
}

__attribute__((unused)) static bytes rar5_of(const kit_member *members, size_t count)
{
    bytes out = kit_copy("Rar!\x1a\x07\x01\0", 8), body = nothing();

    put_vint(&body, 1);
    put_vint(&body, 0);
    put_vint(&body, 0);
    rar5_header(&out, body);
    for (size_t i = 0; i < count; i++) {
        const bytes *c = &members[i].content;
        body = nothing();
        put_vint(&body, 2);
        put_vint(&body, 2); /* data follows */
        put_vint(&body, c->size);
        put_vint(&body, 4); /* with a checksum */
        put_vint(&body, c->size);
        put_vint(&body, 0644);
        PUT32(&body, crc_of(c->data, c->size));
        put_vint(&body, 0); /* stored */
        put_vint(&body, 1); /* Unix */
        put_vint(&body, strlen(members[i].name));
        PUT_TEXT(&body, members[i].name);
        rar5_header(&out, body);
        kit_add(&out, c->data, c->size);
    }
    body = nothing();
    put_vint(&body, 5);
    put_vint(&body, 0);
    put_vint(&body, 0);
    rar5_header(&out, body);
    return out;
}

/* ---- cab ----------------------------------------------------------------------------------- */

static uint32_t cab_sum(const uint8_t *at, size_t size, uint32_t sum)
{
    for (; size >= 4; size -= 4, at += 4)
        sum ^= (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16
               | (uint32_t)at[3] << 24;
    if (size == 3)
        sum ^= (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
    else if (size == 2)
        sum ^= (uint32_t)at[0] << 8 | at[1];
    else if (size == 1)
        sum ^= at[0];
    return sum;
}

/* One folder of one block, of at most 32 KiB in all. */
__attribute__((unused)) static bytes cab_of(const kit_member *members, size_t count)
{
    bytes out = nothing(), files = nothing(), data = nothing(), sizes = nothing();

    for (size_t i = 0; i < count; i++) {
        PUT32(&files, members[i].content.size);
        PUT32(&files, data.size);
        PUT16(&files, 0);
        PUT32(&files, 0x50000000);
        PUT16(&files, 0x20);
        kit_add(&files, members[i].name, strlen(members[i].name) + 1);
        kit_add(&data, members[i].content.data, members[i].content.size);
    }
    PUT16(&sizes, data.size);
    PUT16(&sizes, data.size);
    PUT_TEXT(&out, "MSCF");
    PUT32(&out, 0);
    PUT32(&out, 36 + 8 + files.size + 8 + data.size);
    PUT32(&out, 0);
    PUT32(&out, 36 + 8);
    PUT32(&out, 0);
    PUT16(&out, 0x0103);
    PUT16(&out, 1);
    PUT16(&out, count);
    PUT16(&out, 0);
    PUT32(&out, 7);
    PUT32(&out, 36 + 8 + files.size);
    PUT16(&out, 1);
    PUT16(&out, 0); /* stored */
    kit_add(&out, files.data, files.size);
    PUT32(&out, cab_sum(sizes.data, 4, cab_sum(data.data, data.size, 0)));
    kit_add(&out, sizes.data, 4);
    kit_add(&out, data.data, data.size);
    free(files.data);
    free(data.data);
    free(sizes.data);
    return out;
}

/* ---- lha ----------------------------------------------------------------------------------- */

static unsigned crc16_of(const uint8_t *at, size_t size)
{
    unsigned crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
    }
    return crc;
}

__attribute__((unused)) static bytes lha_of(const kit_member *members, size_t count,
                                            const char *method)
{
    bytes out = nothing();

    for (size_t i = 0; i < count; i++) {
        const bytes *c = &members[i].content;
        bytes body = nothing();
        unsigned sum = 0;
        PUT_TEXT(&body, method);
        PUT32(&body, c->size);
        PUT32(&body, c->size);
        PUT32(&body, 0x50000000);
        put_number(&body, 0x20, 1);
        put_number(&body, 0, 1);
        put_number(&body, strlen(members[i].name), 1);
        PUT_TEXT(&body, members[i].name);
        PUT16(&body, crc16_of(c->data, c->size));
        for (size_t k = 0; k < body.size; k++)
            sum += body.data[k];
        put_number(&out, body.size, 1);
        put_number(&out, sum & 255, 1);
        kit_add(&out, body.data, body.size);
        kit_add(&out, c->data, c->size);
        free(body.data);
    }
    put_number(&out, 0, 1);
    return out;
}

#endif
