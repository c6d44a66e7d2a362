/*
 * signs_outlook: the first bytes of what Outlook, OneNote and the help compiler write.
 *
 * Sources: [MS-OXTNEF] 2.1.1, [MS-ONESTORE] 2.3.1, [MS-PST] 2.2.2.6; a help file's as its readers have it.
 */
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>

#define LENGTH(text) (sizeof(text) - 1)
#define HAS(at, text) \
    (size >= (at) + LENGTH(text) && memcmp(head + (at), text, LENGTH(text)) == 0)

int tt_fits_tnef(const uint8_t *head, size_t size)
{
    return HAS(0, "\x78\x9f\x3e\x22") ? 2 : 0;
}

int tt_fits_onenote(const uint8_t *head, size_t size)
{
    /* {7B5C52E4-D88C-4DA7-AEB1-5378D02996D3}: a section. A table of contents holds no files. */
    return HAS(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3") ? 2 : 0;
}

int tt_fits_chm(const uint8_t *head, size_t size)
{
    /* The version and the header's size are small numbers. */
    return HAS(0, "ITSF") && size >= 12 && tt_load32(head + 4) <= 255 && head[9] == 0 ? 2 : 0;
}

int tt_fits_pst(const uint8_t *head, size_t size)
{
    /* An archive's, a synchronised folder's, an address book's. */
    if (!HAS(0, "!BDN"))
        return 0;
    return HAS(8, "SM") || HAS(8, "SO") || HAS(8, "AB") ? 2 : 0;
}
