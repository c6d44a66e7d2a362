/*
 * unpack_outlook: winmail.dat and OneNote sections put together byte by byte, since nothing here
 * writes them.
 */
#ifndef TT_TESTS_UNPACK_OUTLOOK_H
#define TT_TESTS_UNPACK_OUTLOOK_H

#include "unpack_made.h"

/* A part that is made to be put into a larger one, and not needed afterwards. */
__attribute__((unused)) static void put_bytes(bytes *out, bytes part)
{
    kit_add(out, part.data, part.size);
    free(part.data);
}

/* ASCII as UTF-16. */
__attribute__((unused)) static bytes wide_of(const char *text)
{
    bytes out = nothing();

    for (; *text; text++)
        PUT16(&out, (uint8_t)*text);
    return out;
}

/* ---- Compressed RTF ------------------------------------------------------------------------ */

static const char rtf_words[]
    = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
      "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
      "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

typedef struct rtf_window {
    uint8_t bytes[4096];
    size_t place, filled;
} rtf_window;

/* The longest run of the window that `text` begins with; none that reaches into what is not written. */
__attribute__((unused)) static size_t rtf_match(const rtf_window *w, const uint8_t *text, size_t left,
                                                size_t *from)
{
    size_t best = 0;

    for (size_t at = 0; at < w->filled; at++) {
        size_t run = 0;
        while (run < 17 && run < left && at + run < w->filled && at + run != w->place
               && w->bytes[at + run] == text[run])
            run++;
        if (run > best && at != w->place) {
            best = run;
            *from = at;
        }
    }
    return best;
}

__attribute__((unused)) static bytes rtf_of(bytes plain)
{
    rtf_window w = {.place = sizeof rtf_words - 1, .filled = sizeof rtf_words - 1};
    bytes body = nothing(), out = nothing();
    size_t at = 0, control = 0;
    int ended = 0;

    memcpy(w.bytes, rtf_words, sizeof rtf_words - 1);
    for (unsigned token = 0; !ended; token++) {
        size_t from = 0, run = rtf_match(&w, plain.data + at, plain.size - at, &from);
        if (token % 8 == 0) {
            control = body.size;
            put_number(&body, 0, 1);
        }
        ended = at == plain.size;
        if (ended || run >= 2) {
            body.data[control] |= (uint8_t)(1u << token % 8);
            size_t reference = ended ? w.place << 4 : from << 4 | (run - 2);
            put_number(&body, reference >> 8, 1);
            put_number(&body, reference & 255, 1);
        } else {
            run = 1;
            kit_add(&body, plain.data + at, 1);
        }
        for (size_t i = 0; !ended && i < run; i++, at++) {
            w.bytes[w.place] = plain.data[at];
            if (w.filled < 4096)
                w.filled = w.place + 1;
            w.place = (w.place + 1) % 4096;
        }
    }
    PUT32(&out, body.size + 12);
    PUT32(&out, plain.size);
    PUT_TEXT(&out, "LZFu");
    PUT32(&out, ~(uint32_t)crc32(0xffffffffu, body.data, (uInt)body.size));
    put_bytes(&out, body);
    return out;
}

/* ---- winmail.dat --------------------------------------------------------------------------- */

__attribute__((unused)) static bytes tnef_begun(void)
{
    bytes out = kit_copy("\x78\x9f\x3e\x22\x01\x00", 6);

    return out;
}

/* An attribute; `data` is given up. */
__attribute__((unused)) static void tnef_put(bytes *out, unsigned level, uint32_t id, bytes data)
{
    unsigned sum = 0;

    put_number(out, level, 1);
    PUT32(out, id);
    PUT32(out, data.size);
    for (size_t i = 0; i < data.size; i++)
        sum += data.data[i];
    put_bytes(out, data);
    PUT16(out, sum & 0xffff);
}

static void tnef_fill(bytes *out)
{
    while (out->size % 4)
        put_number(out, 0, 1);
}

/* A property with one value of variable length; `value` is given up. */
__attribute__((unused)) static void tnef_property(bytes *out, unsigned id, unsigned type, bytes value)
{
    PUT16(out, type);
    PUT16(out, id);
    PUT32(out, 1);
    PUT32(out, value.size);
    put_bytes(out, value);
    tnef_fill(out);
}

/* One that is known by a name, with one number as its value. */
__attribute__((unused)) static void tnef_named(bytes *out, const char *name)
{
    bytes wide = wide_of(name);

    PUT16(out, 3);
    PUT16(out, 0x8001);
    for (int i = 0; i < 4; i++)
        PUT32(out, 0x01020304);
    PUT32(out, 1);
    PUT32(out, wide.size);
    put_bytes(out, wide);
    tnef_fill(out);
    PUT32(out, 7);
}

__attribute__((unused)) static void tnef_head(bytes *out)
{
    bytes version = nothing(), page = nothing();

    PUT32(&version, 0x10000);
    tnef_put(out, 1, 0x00089006, version);
    PUT32(&page, 1252);
    PUT32(&page, 0);
    tnef_put(out, 1, 0x00069007, page);
    tnef_put(out, 1, 0x00078008, kit_copy("IPM.Microsoft Mail.Note", 24));
    tnef_put(out, 1, 0x00018004, kit_copy("a subject", 10));
}

__attribute__((unused)) static void tnef_attachment_begun(bytes *out)
{
    tnef_put(out, 2, 0x00069002, kit_copy("\1\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0", 14));
}

__attribute__((unused)) static void tnef_attachment(bytes *out, const char *name, bytes content)
{
    tnef_attachment_begun(out);
    tnef_put(out, 2, 0x0006800f, kit_copy(content.data, content.size));
    tnef_put(out, 2, 0x00018010, kit_copy(name, strlen(name) + 1));
}

/* A mail of some attachments and a body. */
__attribute__((unused)) static bytes tnef_of(const kit_member *members, size_t count)
{
    bytes out = tnef_begun(), all = nothing();

    tnef_head(&out);
    tnef_put(&out, 1, 0x0002800c, kit_copy("the body", 9));
    PUT32(&all, 2);
    tnef_named(&all, "a-name");
    tnef_property(&all, 0x1009, 0x102, rtf_of((bytes){(uint8_t *)"{\\rtf1 body body body}", 22}));
    tnef_put(&out, 1, 0x00069003, all);
    for (size_t i = 0; i < count; i++)
        tnef_attachment(&out, members[i].name, members[i].content);
    return out;
}

/* ---- OneNote ------------------------------------------------------------------------------- */

#define ONE_OPENING "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"
#define ONE_CLOSING "\x22\xa7\xfb\x71\x79\x0f\x0b\x4a\xbb\x13\x89\x92\x56\x42\x6b\x24"
#define ONE_STORE "\x3f\xdd\x9a\x10\x1b\x91\xf5\x49\xa5\xd0\x17\x91\xed\xc8\xae\xd8"

__attribute__((unused)) static void one_file(bytes *out, bytes content)
{
    size_t start = out->size;

    kit_add(out, ONE_OPENING, 16);
    put_number(out, content.size, 8);
    PUT32(out, 0);
    put_number(out, 0, 8);
    kit_add(out, content.data, content.size);
    while ((out->size - start) % 8)
        put_number(out, 0, 1);
    kit_add(out, ONE_CLOSING, 16);
}

__attribute__((unused)) static void one_end(bytes *out)
{
    for (size_t i = 0; i < 8; i++)
        out->data[196 + i] = (uint8_t)((uint64_t)out->size >> (8 * i));
}

__attribute__((unused)) static bytes one_begun(void)
{
    bytes out = kit_copy("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 16);

    put_number(&out, 0x1122334455667788u, 8);
    for (size_t i = 0; i < 3; i++)
        put_number(&out, 0, 8);
    kit_add(&out, ONE_STORE, 16);
    while (out.size < 1024)
        put_number(&out, 0, 1);
    return out;
}

__attribute__((unused)) static bytes one_of(const kit_member *members, size_t count)
{
    bytes out = one_begun();

    for (size_t i = 0; i < count; i++) {
        PUT_TEXT(&out, "a page's objects");
        one_file(&out, members[i].content);
    }
    PUT_TEXT(&out, "more of them    ");
    one_end(&out);
    return out;
}

/* ---- Help files ---------------------------------------------------------------------------- */

#define CHM_FRAME 32768u
#define CHM_STORAGE "::DataSpace/Storage/MSCompressed/"

static void chm_number(bytes *out, uint64_t value)
{
    int shift = 56;

    while (shift > 0 && value >> shift == 0)
        shift -= 7;
    for (; shift >= 0; shift -= 7)
        put_number(out, (value >> shift & 127) | (shift > 0 ? 128 : 0), 1);
}

/* The directory's parts of `size` bytes each. */
typedef struct chm_list {
    bytes chunks, entries;
    size_t size;
    unsigned count, parts;
} chm_list;

static void chm_flush(chm_list *l, int last)
{
    size_t start = l->chunks.size, spare = l->size - 20 - l->entries.size;

    PUT_TEXT(&l->chunks, "PMGL");
    PUT32(&l->chunks, spare);
    PUT32(&l->chunks, 0);
    PUT32(&l->chunks, l->parts == 0 ? 0xffffffffu : l->parts - 1);
    PUT32(&l->chunks, last ? 0xffffffffu : l->parts + 1);
    put_bytes(&l->chunks, l->entries);
    while (l->chunks.size < start + l->size - 2)
        put_number(&l->chunks, 0, 1);
    PUT16(&l->chunks, l->count);
    l->entries = nothing();
    l->count = 0;
    l->parts++;
}

static void chm_entry(chm_list *l, const char *name, unsigned section, size_t at, size_t size)
{
    if (l->entries.size + strlen(name) + 20 > l->size - 22)
        chm_flush(l, 0);
    chm_number(&l->entries, strlen(name));
    PUT_TEXT(&l->entries, name);
    chm_number(&l->entries, section);
    chm_number(&l->entries, at);
    chm_number(&l->entries, size);
    l->count++;
}

/* As blocks that are not compressed, one to a frame, each of which stands for itself. */
static bytes chm_packed(bytes plain, bytes *table)
{
    bytes out = nothing();

    for (size_t at = 0; at < plain.size; at += CHM_FRAME) {
        uint8_t frame[CHM_FRAME] = {0};
        uint32_t head = 3u << 28 | CHM_FRAME << 4;
        memcpy(frame, plain.data + at, plain.size - at < CHM_FRAME ? plain.size - at : CHM_FRAME);
        put_number(table, out.size, 8);
        PUT16(&out, head >> 16);
        PUT16(&out, head & 0xffff);
        for (int i = 0; i < 3; i++)
            PUT32(&out, 1);
        kit_add(&out, frame, sizeof frame);
    }
    return out;
}

/* What the container needs to read its compressed part. */
static void chm_storage(bytes *content, chm_list *l, bytes plain)
{
    bytes table = nothing(), packed = chm_packed(plain, &table);
    size_t at = content->size;

    PUT32(content, 6);
    PUT_TEXT(content, "LZXC");
    PUT32(content, 2);
    PUT32(content, 1);
    PUT32(content, 1);
    PUT32(content, 1);
    PUT32(content, 0);
    chm_entry(l, CHM_STORAGE "ControlData", 0, at, content->size - at);
    at = content->size;
    put_number(content, plain.size, 8);
    chm_entry(l, CHM_STORAGE "SpanInfo", 0, at, 8);
    at = content->size;
    PUT32(content, 2);
    PUT32(content, table.size / 8);
    PUT32(content, 8);
    PUT32(content, 0x28);
    put_number(content, plain.size, 8);
    put_number(content, packed.size, 8);
    put_number(content, CHM_FRAME, 8);
    put_bytes(content, table);
    chm_entry(l, CHM_STORAGE "Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable",
              0, at, content->size - at);
    chm_entry(l, CHM_STORAGE "Content", 0, content->size, packed.size);
    put_bytes(content, packed);
}

static void chm_heads(bytes *out, const chm_list *l, size_t content)
{
    size_t end = 0x78 + 0x54 + l->chunks.size;

    PUT_TEXT(out, "ITSF");
    PUT32(out, 3);
    PUT32(out, 0x60);
    PUT32(out, 1);
    PUT32(out, 0x01020304);
    PUT32(out, 0x409);
    kit_add(out, "\x10\xfd\x01\x7c\xaa\x7b\xd0\x11\x9e\x0c\x00\xa0\xc9\x22\xe6\xec", 16);
    kit_add(out, "\x11\xfd\x01\x7c\xaa\x7b\xd0\x11\x9e\x0c\x00\xa0\xc9\x22\xe6\xec", 16);
    put_number(out, 0x60, 8);
    put_number(out, 0x18, 8);
    put_number(out, 0x78, 8);
    put_number(out, end - 0x78, 8);
    put_number(out, end, 8);
    PUT32(out, 0x1fe);
    PUT32(out, 0);
    put_number(out, end + content, 8);
    put_number(out, 0, 8);
    PUT_TEXT(out, "ITSP");
    PUT32(out, 1);
    PUT32(out, 0x54);
    PUT32(out, 10);
    PUT32(out, l->size);
    PUT32(out, 2);
    PUT32(out, 1);
    PUT32(out, 0xffffffffu);
    PUT32(out, 0);
    PUT32(out, l->parts - 1);
    PUT32(out, 0xffffffffu);
    PUT32(out, l->parts);
    for (int i = 0; i < 9; i++)
        PUT32(out, i == 5 ? 0x54 : 0xffffffffu);
}

/* Members whose names begin with '+' are in the part that is not compressed; `size` bytes to a part of
 * the directory. */
__attribute__((unused)) static bytes chm_of(const kit_member *members, size_t count, size_t size)
{
    chm_list l = {.chunks = nothing(), .entries = nothing(), .size = size};
    bytes out = nothing(), content = nothing(), plain = nothing();

    chm_entry(&l, "/", 0, 0, 0);
    for (size_t i = 0; i < count; i++) {
        const char *name = members[i].name;
        bytes *to = name[0] == '+' ? &content : &plain;
        char path[64];
        snprintf(path, sizeof path, "/%s", name);
        chm_entry(&l, path, name[0] != '+', to->size, members[i].content.size);
        kit_add(to, members[i].content.data, members[i].content.size);
    }
    chm_storage(&content, &l, plain);
    chm_flush(&l, 1);
    chm_heads(&out, &l, content.size);
    put_bytes(&out, l.chunks);
    put_bytes(&out, content);
    free(l.entries.data);
    free(plain.data);
    return out;
}

#endif
