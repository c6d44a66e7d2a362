/*
 * checks: what a pattern cannot say, for the rows that name one.
 *
 * A check runs only after its row's pattern fitted. It sees untrusted bytes: every offset is
 * compared with `size` before it is used, and every loop has a limit.
 */
#include "base/cursor.h"
#include "identify/signature.h"

#include <string.h>

/* Frames of sound that must agree: two by chance is one in a million heads, three is none. */
#define FRAMES_WANTED 3
/* Packets looked at: beyond eight, more proves nothing. */
#define PACKETS_WANTED 8
#define PACKET_SIZE    188u
/* Entries of a zip until its document part must have shown; Office writes it among the first 10. */
#define ZIP_ENTRIES 64
#define ZIP_NAME_AT 30u
/* Bytes of an mbox "From " line: an address and a date. */
#define MBOX_LINE 256u
/* Bytes until <svg: licences in comments are long. */
#define SVG_HEAD 4096u
/* Bytes of a Matroska header that are searched: seven short elements and some padding. */
#define EBML_HEAD 128u

/* ---- Sound in frames ----------------------------------------------------------------------- */

/* kbit/s by row and index; 0 for "free" and for the forbidden one. ISO 11172-3 and 13818-3. */
static const uint16_t bit_rates[5][16] = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0}, /* 1, layer I */
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0},    /* 1, layer II */
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},     /* 1, layer III */
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0},    /* 2, layer I */
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},         /* 2, II and III */
};
static const uint32_t sample_rates[4] = {44100, 48000, 32000, 0};

/* Length in bytes of the MPEG audio frame whose 4 header bytes are at `at`; 0 when it is none. */
static size_t mpeg_frame_size(const uint8_t *at)
{
    unsigned version = at[1] >> 3 & 3; /* 3: 1, 2: 2, 0: 2.5, 1: none */
    unsigned layer = 4 - (at[1] >> 1 & 3);
    uint32_t rate = sample_rates[at[2] >> 2 & 3];
    uint32_t bits;
    size_t padding = at[2] >> 1 & 1;

    if (at[0] != 0xff || at[1] < 0xe0 || version == 1 || layer == 4 || rate == 0)
        return 0;
    bits = bit_rates[version == 3 ? layer - 1 : (layer == 1 ? 3 : 4)][at[2] >> 4] * 1000u;
    if (version != 3)
        rate >>= version == 2 ? 1 : 2;
    if (layer == 1)
        return bits == 0 ? 0 : (12 * bits / rate + padding) * 4;
    return bits == 0 ? 0 : (layer == 3 && version != 3 ? 72 : 144) * bits / rate + padding;
}

/* Length of the ADTS frame at `at` (6 header bytes); 0 when it is none. ISO 13818-7. */
static size_t adts_frame_size(const uint8_t *at)
{
    size_t size = ((size_t)(at[3] & 3) << 11) | ((size_t)at[4] << 3) | (at[5] >> 5);

    if (at[0] != 0xff || (at[1] & 0xf6) != 0xf0 || (at[2] >> 2 & 15) > 12)
        return 0;
    return size < 7 ? 0 : size;
}

/*
 * Frames follow each other and keep what `mask` covers of their header. At least two must be seen,
 * or one that is the whole item.
 */
static int frames_agree(const uint8_t *head, size_t size, size_t header,
                        size_t (*frame_size)(const uint8_t *), const uint8_t mask[3])
{
    size_t at = 0, seen = 0;

    while (seen < FRAMES_WANTED && header <= size - at) {
        size_t length = frame_size(head + at);
        if (length == 0)
            return 0;
        for (size_t i = 0; i < 3; i++)
            if ((head[at + i] ^ head[i]) & mask[i])
                return 0;
        seen++;
        if (length >= size - at)
            return seen > 1 || length == size;
        at += length;
    }
    return seen > 1;
}

int tt_check_mpeg_frames(const uint8_t *head, size_t size)
{
    static const uint8_t mask[3] = {0xff, 0xfe, 0x0c}; /* version, layer, sample rate */

    return frames_agree(head, size, 4, mpeg_frame_size, mask);
}

int tt_check_adts_frames(const uint8_t *head, size_t size)
{
    static const uint8_t mask[3] = {0xff, 0xff, 0xfd}; /* all but the private bit */

    return frames_agree(head, size, 6, adts_frame_size, mask);
}

/* ---- MPEG transport streams ---------------------------------------------------------------- */

/* Every packet starts with 47, and the first is no text that happens to have a G in place. */
static int packets_agree(const uint8_t *head, size_t size, size_t first, size_t stride)
{
    size_t at = first;

    for (size_t i = 0; i < PACKETS_WANTED && at < size; i++, at += stride)
        if (head[at] != 0x47)
            return 0;
    for (size_t i = first; i < size && i < first + PACKET_SIZE; i++)
        if (head[i] < 9 || head[i] == 0xff)
            return 1;
    return 0;
}

int tt_check_packets_188(const uint8_t *head, size_t size)
{
    return packets_agree(head, size, 0, PACKET_SIZE);
}

/* With a four-byte time code before each packet: camcorders and Blu-ray. */
int tt_check_packets_192(const uint8_t *head, size_t size)
{
    return packets_agree(head, size, 4, PACKET_SIZE + 4);
}

/* ---- Matroska ------------------------------------------------------------------------------- */

/* The element DocType (4282) holds this. Its size takes one to eight bytes; RFC 8794. */
static int has_doctype(const uint8_t *head, size_t size, const char *wanted)
{
    size_t end = size < EBML_HEAD ? size : EBML_HEAD, length = strlen(wanted);
    const uint8_t *at = memmem(head, end, "\x42\x82", 2);
    size_t value;

    if (!at || (size_t)(at - head) + 2 >= end)
        return 0;
    /* The leading zero bits of the size say how many bytes it has. */
    value = (size_t)(at - head) + 2;
    value += at[2] == 0 ? 9 : (size_t)__builtin_clz(at[2]) - 24 + 1;
    return value <= end && end - value >= length && memcmp(head + value, wanted, length) == 0;
}

int tt_check_ebml_matroska(const uint8_t *head, size_t size)
{
    return has_doctype(head, size, "matroska");
}

int tt_check_ebml_webm(const uint8_t *head, size_t size)
{
    return has_doctype(head, size, "webm");
}

/* ---- Office documents ---------------------------------------------------------------------- */

/* 1 when the zip entry whose header is at `at` has a name that begins with `prefix`. */
static int entry_begins(const uint8_t *head, size_t size, size_t at, const char *prefix)
{
    size_t length = strlen(prefix);

    return size - at >= ZIP_NAME_AT && size - at - ZIP_NAME_AT >= length
           && tt_load16(head + at + 26) >= length
           && memcmp(head + at + ZIP_NAME_AT, prefix, length) == 0;
}

/*
 * The part that says which kind of document it is ("word/", "xl/", "ppt/") is rarely the first
 * entry. Entries are found by their mark, not by the sizes in headers: those may be zero.
 */
static int has_part(const uint8_t *head, size_t size, const char *wanted)
{
    static const char *const first[] = {"[Content_Types].xml", "_rels/", "docProps/", "customXml/"};
    static const char *const parts[] = {"word/", "xl/", "ppt/"};
    int office = 0;
    const uint8_t *at = head;

    /* Most zips are nothing of the kind, and three rows ask. */
    if (size <= ZIP_NAME_AT || !memchr("[_dcwxp", head[ZIP_NAME_AT], 7))
        return 0;
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        office |= entry_begins(head, size, 0, first[i]);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        office |= entry_begins(head, size, 0, parts[i]);
    for (int entry = 0; office && at && entry < ZIP_ENTRIES; entry++) {
        size_t offset = (size_t)(at - head);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            if (entry_begins(head, size, offset, parts[i]))
                return strcmp(parts[i], wanted) == 0;
        at = memmem(at + 1, size - offset - 1, "PK\3\4", 4);
    }
    return 0;
}

int tt_check_ooxml_word(const uint8_t *head, size_t size)
{
    return has_part(head, size, "word/");
}

int tt_check_ooxml_sheet(const uint8_t *head, size_t size)
{
    return has_part(head, size, "xl/");
}

int tt_check_ooxml_slides(const uint8_t *head, size_t size)
{
    return has_part(head, size, "ppt/");
}

/* ---- Pictures in XML ------------------------------------------------------------------------ */

/* The outermost element is svg: before it only a declaration, comments and a document type. */
int tt_check_svg(const uint8_t *head, size_t size)
{
    const uint8_t *at = memmem(head, size < SVG_HEAD ? size : SVG_HEAD, "<svg", 4);
    size_t after = at ? (size_t)(at - head) + 4 : size;

    if (after >= size || !strchr(" \t\r\n>/", head[after]) || head[after] == '\0')
        return 0;
    for (size_t i = 0; i + 4 < after; i++)
        if (head[i] == '<' && head[i + 1] != '?' && head[i + 1] != '!')
            return 0;
    return 1;
}

/* ---- Programs and mail --------------------------------------------------------------------- */

/* The DOS header points at a Windows one. */
int tt_check_pe(const uint8_t *head, size_t size)
{
    uint32_t at;

    if (size < 64)
        return 0;
    at = tt_load32(head + 60);
    return at <= size - 4 && memcmp(head + at, "PE\0\0", 4) == 0;
}

static int is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static int is_header_name(uint8_t c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

/* "From someone Thu Jan  1 00:00:00 1970", then a line "Name: value". */
int tt_check_mbox(const uint8_t *head, size_t size)
{
    const uint8_t *end = memchr(head, '\n', size < MBOX_LINE ? size : MBOX_LINE);
    size_t line = end ? (size_t)(end - head) : 0, name;
    int has_time = 0;

    for (size_t i = 5; i + 5 <= line; i++)
        has_time |= is_digit(head[i]) && is_digit(head[i + 1]) && head[i + 2] == ':'
                    && is_digit(head[i + 3]) && is_digit(head[i + 4]);
    if (!has_time)
        return 0;
    for (name = line + 1; name < size && name - line < MBOX_LINE && is_header_name(head[name]);)
        name++;
    return name > line + 1 && name < size && head[name] == ':';
}
