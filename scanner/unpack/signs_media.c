/*
 * signs_media: the first bytes of images of disks that are containers of their own. Sources: the papers of
 * libewf and libvmdk, QEMU's of QCOW, Microsoft's of VHD and VHDX, what AFFLIB writes. A VHD of fixed size
 * has nothing in front: it is a raw image.
 */
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>

static int begins(const uint8_t *head, size_t size, const char *bytes, size_t count)
{
    return size >= count && memcmp(head, bytes, count) == 0;
}

int tt_fits_aff(const uint8_t *head, size_t size)
{
    return begins(head, size, "AFF10\r\n\0", 8) ? 2 : 0;
}

/* The first file of an image: those that follow it have other numbers. */
int tt_fits_ewf(const uint8_t *head, size_t size)
{
    return size >= 13 && memcmp(head, "EVF\x09\x0d\x0a\xff\0\1\1\0\0\0", 13) == 0 ? 2 : 0;
}

int tt_fits_qcow(const uint8_t *head, size_t size)
{
    return size >= 48 && memcmp(head, "QFI\xfb\0\0\0", 7) == 0 && head[7] >= 1 && head[7] <= 3 ? 2 : 0;
}

int tt_fits_vhd(const uint8_t *head, size_t size)
{
    if (begins(head, size, "vhdxfile", 8))
        return 2;
    /* The copy of the footer, of an image that grows or differs from another. */
    return size >= 64 && memcmp(head, "conectix", 8) == 0 && memcmp(head + 60, "\0\0\0", 3) == 0
                   && (head[63] == 3 || head[63] == 4)
               ? 2
               : 0;
}

int tt_fits_vmdk(const uint8_t *head, size_t size)
{
    return size >= 8 && (memcmp(head, "KDMV", 4) == 0 || memcmp(head, "COWD", 4) == 0)
                   && tt_load32(head + 4) >= 1 && tt_load32(head + 4) <= 3
               ? 2
               : 0;
}
