/*
 * signs_unread: the first bytes of containers that nothing here opens (see unread.c). A format that comes
 * to be read leaves this table.
 */
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>

typedef struct sign {
    size_t at;
    size_t size;
    const char *bytes;
} sign;

#define SIGN(what, at, text) {at, sizeof(text) - 1, text}

static const sign signs[] = {
    SIGN("ace", 7, "**ACE**"),
    SIGN("alz", 0, "ALZ\1"),
    SIGN("egg", 0, "EGGA\0\1"),
    SIGN("lrzip", 0, "LRZI\0"),
    SIGN("lzop", 0, "\x89LZO\0\r\n\x1a\n"),
    SIGN("snappy", 0, "\xff\x06\0\0sNaPpY"),
    SIGN("stuffit", 0, "StuffIt (c)1997-"),
    /* What a database has not taken in yet lies beside it. */
    SIGN("sqlite's journal", 0, "\x37\x7f\x06\x82"),
    SIGN("sqlite's journal", 0, "\x37\x7f\x06\x83"),
    /* Images of disks: EnCase's that hold files or are of its second kind, and those of other programs. */
    SIGN("ewf2", 0, "EVF2\r\n\x81\0"),
    SIGN("lef", 0, "LVF\x09\r\n\xff\0"),
    SIGN("lef2", 0, "LEF2\r\n\x81\0"),
    SIGN("dmg, encrypted", 0, "encrcdsa"),
    SIGN("parallels", 0, "WithoutFreeSpace"),
    SIGN("parallels", 0, "WithouFreSpacExt"),
    SIGN("vdi", 64, "\x7f\x10\xda\xbe"),
    SIGN("wim", 0, "MSWIM\0\0\0"),
    SIGN("zoo", 20, "\xdc\xa7\xc4\xfd"),
    SIGN("zpaq", 0, "7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3"),
    SIGN("zpaq", 0, "zPQ\1"),
};

/* An ARJ has two bytes of sign: the rest of its first header must make sense. */
static int is_arj(const uint8_t *head, size_t size)
{
    unsigned length;

    if (size < 34 || memcmp(head, "\x60\xea", 2) != 0)
        return 0;
    length = tt_load16(head + 2);
    /* 2,600 bytes at most; its fixed part 30 at least; type 2 is the archive's own header. */
    return length >= 32 && length <= 2600 && head[4] >= 30 && head[4] <= length && head[10] == 2;
}

int tt_fits_unread(const uint8_t *head, size_t size)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (size >= signs[i].at + signs[i].size
            && memcmp(head + signs[i].at, signs[i].bytes, signs[i].size) == 0)
            return 2;
    return is_arj(head, size) ? 2 : 0;
}
