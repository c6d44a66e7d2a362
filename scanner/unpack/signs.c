/*
 * signs: see signs.h. A container whose first bytes are damaged is not known as one: so each test
 * looks at no more than it must, and a tar, which has two signs, is known by either.
 */
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>

/* 2 when the bytes at `at` are these. */
static int has(const uint8_t *head, size_t size, size_t at, const void *sign, size_t length)
{
    return size >= at + length && memcmp(head + at, sign, length) == 0 ? 2 : 0;
}
#define HAS(at, text) has(head, size, at, text, sizeof(text) - 1)

int tt_fits_zip(const uint8_t *head, size_t size)
{
    /* A member; no member at all; a file once split in parts, or meant to be. */
    if (HAS(0, "PK\3\4") || HAS(0, "PK\5\6"))
        return 2;
    return HAS(0, "PK\7\010PK\3\4") || HAS(0, "PK00PK\3\4") ? 2 : 0;
}

/* ---- tar ----------------------------------------------------------------------------------- */

/* An octal number among spaces and NULs; -1 when it is none. */
static long octal(const uint8_t *field, size_t size)
{
    long value = 0;
    size_t at = 0, digits = 0;

    while (at < size && field[at] == ' ')
        at++;
    for (; at < size && field[at] >= '0' && field[at] <= '7'; at++, digits++)
        value = value * 8 + (field[at] - '0');
    while (at < size && (field[at] == ' ' || field[at] == 0))
        at++;
    return digits > 0 && at == size ? value : -1;
}

/* The sum of a tar header's bytes, its own field counted as spaces: as unsigned, or, as some wrote
 * it, signed. */
static int tar_sum_fits(const uint8_t *head)
{
    long plain = 0, sign = 0, stated = octal(head + 148, 8);

    for (size_t i = 0; stated >= 0 && i < 512; i++) {
        uint8_t byte = i >= 148 && i < 156 ? ' ' : head[i];
        plain += byte;
        sign += (int8_t)byte;
    }
    return stated >= 0 && (stated == plain || stated == sign);
}

int tt_fits_tar(const uint8_t *head, size_t size)
{
    if (HAS(257, "ustar\0") || HAS(257, "ustar "))
        return 2;
    return size >= 512 && head[0] != 0 && tar_sum_fits(head) ? 2 : 0;
}

/* ---- Archives ------------------------------------------------------------------------------ */

int tt_fits_sevenzip(const uint8_t *head, size_t size)
{
    return HAS(0, "7z\xbc\xaf\x27\x1c");
}

int tt_fits_rar(const uint8_t *head, size_t size)
{
    return HAS(0, "Rar!\x1a\x07\0");
}

int tt_fits_rar5(const uint8_t *head, size_t size)
{
    return HAS(0, "Rar!\x1a\x07\x01\0");
}

int tt_fits_cab(const uint8_t *head, size_t size)
{
    return HAS(0, "MSCF\0\0\0\0");
}

/* All of a cpio header's numbers are digits. */
static int digits(const uint8_t *at, size_t count, int hex)
{
    for (size_t i = 0; i < count; i++) {
        int octal_digit = at[i] >= '0' && at[i] <= '7';
        int other = (at[i] >= '8' && at[i] <= '9') || ((at[i] | 32) >= 'a' && (at[i] | 32) <= 'f');
        if (!octal_digit && !(hex && other))
            return 0;
    }
    return 1;
}

/* Two bytes are a weak sign: the rest of the binary header must make sense too. */
static int binary_cpio(const uint8_t *head, size_t size, int swapped)
{
    size_t low = swapped ? 1 : 0; /* where the low byte of a word stands */
    uint16_t word[13];

    if (size < 26)
        return 0;
    for (size_t i = 0; i < 13; i++)
        word[i] = (uint16_t)(head[2 * i + 1 - low] << 8 | head[2 * i + low]);
    /* The magic number, a mode that is of a known type, a name of a sane length. */
    return word[0] == 070707 && (word[3] >> 12) != 0 && word[10] > 1 && word[10] <= 4096
           && head[26 > size - 1 ? size - 1 : 26] != 0;
}

int tt_fits_cpio(const uint8_t *head, size_t size)
{
    if ((HAS(0, "070701") || HAS(0, "070702")) && size >= 110)
        return digits(head + 6, 104, 1) ? 2 : 1;
    if (HAS(0, "070707") && size >= 76)
        return digits(head + 6, 70, 0) ? 2 : 1;
    return binary_cpio(head, size, 0) || binary_cpio(head, size, 1);
}

int tt_fits_ar(const uint8_t *head, size_t size)
{
    return HAS(0, "!<arch>\n");
}

/* The volume descriptors of an ISO 9660, after 16 sectors of 2,048 bytes: one in each. */
#define DISC_SECTOR 2048u
#define DESCRIPTORS ((size_t)16 * DISC_SECTOR)
#define PRIMARY_DESCRIPTOR 1u
#define LAST_DESCRIPTOR 255u

int tt_fits_iso9660(const uint8_t *head, size_t size)
{
    return HAS(DESCRIPTORS + 1, "CD001");
}

int tt_fits_xar(const uint8_t *head, size_t size)
{
    return HAS(0, "xar!\0");
}

int tt_fits_lha(const uint8_t *head, size_t size)
{
    if (size < 22 || head[2] != '-' || head[3] != 'l' || head[6] != '-' || head[20] > 3)
        return 0;
    if (head[4] == 'h')
        return (head[5] >= '0' && head[5] <= '7') || head[5] == 'd' ? 2 : 0;
    return head[4] == 'z' && (head[5] == 's' || head[5] == '4' || head[5] == '5') ? 2 : 0;
}

int tt_fits_rpm(const uint8_t *head, size_t size)
{
    /* The lead: a sign, and a major version of 3 or 4; what it holds is a compressed cpio. */
    return HAS(0, "\xed\xab\xee\xdb") && size >= 8 && (head[4] == 3 || head[4] == 4) ? 2 : 0;
}

/* ---- Compressed files ---------------------------------------------------------------------- */

int tt_fits_gzip(const uint8_t *head, size_t size)
{
    return HAS(0, "\x1f\x8b\x08") && size >= 10 && (head[3] & 0xe0) == 0 ? 2 : 0;
}

int tt_fits_bzip2(const uint8_t *head, size_t size)
{
    if (!HAS(0, "BZh") || size < 10 || head[3] < '1' || head[3] > '9')
        return 0;
    return HAS(4, "\x31\x41\x59\x26\x53\x59") || HAS(4, "\x17\x72\x45\x38\x50\x90") ? 2 : 0;
}

int tt_fits_xz(const uint8_t *head, size_t size)
{
    return HAS(0, "\xfd" "7zXZ\0");
}

/* It has no sign: properties, a size of dictionary and a size, each of which must be likely. */
int tt_fits_lzma(const uint8_t *head, size_t size)
{
    uint32_t dictionary, low;
    uint64_t length;

    if (size < 14 || head[0] >= 9 * 5 * 5 || head[13] != 0)
        return 0;
    dictionary = tt_load32(head + 1);
    length = tt_load64(head + 5);
    /* Writers take 2^n bytes, or half as much again. */
    low = dictionary & (~dictionary + 1);
    if (dictionary < 4096 || (dictionary != low && dictionary != 3 * (uint64_t)low))
        return 0;
    if (length != UINT64_MAX && length >= UINT64_C(1) << 40)
        return 0;
    return head[0] == 0x5d ? 2 : 1; /* what every writer takes unless told otherwise */
}

int tt_fits_lzip(const uint8_t *head, size_t size)
{
    return HAS(0, "LZIP\0") || HAS(0, "LZIP\1") ? 2 : 0;
}

/* Both begin with a frame, or with one to be skipped, of the same sixteen signs. */
static int skipped_frame(const uint8_t *head, size_t size)
{
    return size >= 8 && (tt_load32(head) & 0xfffffff0u) == 0x184d2a50u;
}

int tt_fits_zstd(const uint8_t *head, size_t size)
{
    return HAS(0, "\x28\xb5\x2f\xfd") || skipped_frame(head, size) ? 2 : 0;
}

int tt_fits_lz4(const uint8_t *head, size_t size)
{
    return HAS(0, "\x04\x22\x4d\x18") || HAS(0, "\x02\x21\x4c\x18") ? 2 : 0;
}

int tt_fits_compress(const uint8_t *head, size_t size)
{
    /* Bits of a code: 9 to 16; the two bits between are always 0. The first code is a byte's. */
    if (!HAS(0, "\x1f\x9d") || size < 5 || (head[2] & 0x60) != 0)
        return 0;
    return (head[2] & 31) >= 9 && (head[2] & 31) <= 16 && (head[4] & 1) == 0 ? 2 : 0;
}

/* ---- Ends ---------------------------------------------------------------------------------- */

uint64_t tt_end_of_sevenzip(const uint8_t *head, size_t size)
{
    uint64_t end;

    /* The header at its end: offset after these 32 bytes, and size. */
    if (size < 32 || __builtin_add_overflow(tt_load64(head + 12), tt_load64(head + 20), &end))
        return 0;
    return end < UINT64_MAX - 32 ? end + 32 : 0;
}

uint64_t tt_end_of_cab(const uint8_t *head, size_t size)
{
    uint64_t end, sign;

    if (size < 36)
        return 0;
    end = tt_load32(head + 8);
    /* Flag 4: reserved bytes, which in a signed one are where the signature lies. */
    if (size >= 60 && head[30] & 4 && tt_load16(head + 36) == 20) {
        sign = (uint64_t)tt_load32(head + 44) + tt_load32(head + 48);
        if (sign > end)
            end = sign;
    }
    return end;
}

uint64_t tt_end_of_iso9660(const uint8_t *head, size_t size)
{
    for (size_t at = DESCRIPTORS; at < size && size - at >= DISC_SECTOR; at += DISC_SECTOR) {
        tt_cursor volume = tt_cursor_over(head + at, DISC_SECTOR);
        uint64_t blocks;
        uint8_t type = tt_cursor_u8(&volume);
        if (memcmp(tt_cursor_take(&volume, 5), "CD001", 5) != 0 || type == LAST_DESCRIPTOR)
            return 0;
        if (type != PRIMARY_DESCRIPTOR)
            continue;
        /* Each number stands there in both orders; some writers spoil the second, which nobody reads. */
        tt_cursor_seek(&volume, 80);
        blocks = tt_cursor_u32(&volume);
        tt_cursor_seek(&volume, 128);
        return blocks * tt_cursor_u16(&volume);
    }
    return 0;
}
