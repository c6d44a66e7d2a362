/* known: see known.h. Signs from the formats' own papers and from what their writers write. */
#include "disk/known.h"

#include <string.h>

typedef struct sign {
    tt_place place;
    size_t at;
    const char *bytes;
    size_t size;
} sign;

#define SIGN(place, at, text) {TT_PLACE_##place, at, text, sizeof(text) - 1}

static const sign signs[] = {
    SIGN(ENCRYPTED, 0, "LUKS\xba\xbe"),
    SIGN(ENCRYPTED, 3, "-FVE-FS-"),             /* BitLocker */
    SIGN(ENCRYPTED, 424, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01"), /* To Go */
    SIGN(ENCRYPTED, 0, "\xeb\x52\x90-FVE-FS-"), /* of Vista */
    SIGN(UNREAD, 88, "CS\x01"),                 /* Core Storage, what FileVault 2 lies in */
    SIGN(UNREAD, 32, "NXSB"),                   /* APFS */
    SIGN(UNREAD, 0, "XFSB"),
    SIGN(UNREAD, 3, "ReFS\0\0\0\0"),
    SIGN(UNREAD, 65600, "_BHRfS_M"),            /* Btrfs */
    SIGN(UNREAD, 1024, "\x10\x20\xf5\xf2"),     /* F2FS */
    SIGN(UNREAD, 1024, "\xe2\xe1\xf5\xe0"),     /* EROFS */
    SIGN(UNREAD, 65536, "ReIsEr"),
    SIGN(UNREAD, 65588, "ReIsEr"),
    SIGN(UNREAD, 32768, "JFS1"),
    SIGN(UNREAD, 9564, "\x19\x01\x54\x19"),     /* UFS2 at 8 KiB, where libtsk does not look for it */
    SIGN(UNREAD, 9564, "\x19\x54\x01\x19"),
    SIGN(UNREAD, 512, "LABELONE"),              /* Linux' logical volumes */
    SIGN(UNREAD, 4096, "\xfc\x4e\x2b\xa9"),     /* Linux' arrays, the usual kind */
    SIGN(UNREAD, 1536, "LABELONE"),
    SIGN(SWAP, 4086, "SWAPSPACE2"),
    SIGN(SWAP, 65526, "SWAPSPACE2"),
    SIGN(SWAP, 4086, "SWAP-SPACE"),
};

tt_place tt_place_of(const uint8_t *head, size_t size)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (size >= signs[i].at + signs[i].size
            && memcmp(head + signs[i].at, signs[i].bytes, signs[i].size) == 0)
            return signs[i].place;
    if (size > 0 && head[0] == 0 && memcmp(head, head + 1, size - 1) == 0)
        return TT_PLACE_BLANK;
    return TT_PLACE_OTHER;
}
