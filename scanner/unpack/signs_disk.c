/*
 * signs_disk: the first sectors of a disk: a partition table, or a file system without one.
 *
 * A sector that ends in 55 AA is nothing rare: there are programs that begin so. So a table of DOS kind must
 * be one in which every entry makes sense, and a boot sector must say what FAT's, exFAT's and NTFS' do. Sources:
 * the UEFI specification (GPT), Microsoft's of FAT and exFAT, the kernel's headers of ext2, swap and the
 * labels of BSD, Sun and Apple.
 */
#include "unpack/signs.h"

#include "base/cursor.h"
#include "unpack/heads.h"

#include <string.h>

#define SECTOR 512u
#define BOOT_FILE 8192u /* in which NTFS keeps its own first sectors: no disk */

static int holds(const uint8_t *head, size_t size, size_t at, const char *bytes, size_t count)
{
    return size >= at + count && memcmp(head + at, bytes, count) == 0;
}

static int is_power(uint32_t n, uint32_t least, uint32_t most)
{
    return n >= least && n <= most && (n & (n - 1)) == 0;
}

/* FAT, by the block of numbers behind its jump. */
static int is_fat(const uint8_t *s)
{
    uint32_t fats = s[16], reserved = tt_load16(s + 14), sectors = tt_load16(s + 19);

    return (s[0] == 0xeb || s[0] == 0xe9) && is_power(tt_load16(s + 11), 512, 4096)
           && is_power(s[13], 1, 128) && reserved > 0 && (fats == 1 || fats == 2)
           && (s[21] == 0xf0 || s[21] >= 0xf8) && (sectors > 0 || tt_load32(s + 32) > 0)
           && (tt_load16(s + 22) > 0 || tt_load32(s + 36) > 0);
}

/* Its four entries: each empty, or a place on a disk; at least one is. */
static int is_dos_table(const uint8_t *s)
{
    int used = 0;

    for (size_t i = 0; i < 4; i++) {
        const uint8_t *entry = s + 446 + 16 * i;
        uint32_t from = tt_load32(entry + 8), count = tt_load32(entry + 12);
        if (entry[0] != 0 && entry[0] != 0x80)
            return 0;
        if (entry[4] == 0 && (from != 0 || count != 0))
            return 0;
        if (entry[4] != 0 && (from == 0 || count == 0))
            return 0;
        used += entry[4] != 0;
    }
    return used > 0;
}

static int is_boot_sector(const uint8_t *head, size_t size)
{
    if (!holds(head, size, 510, "\x55\xaa", 2))
        return 0;
    return holds(head, size, 3, "NTFS    ", 8) || holds(head, size, 3, "EXFAT   ", 8)
           || holds(head, size, 3, "-FVE-FS-", 8) || is_fat(head) || is_dos_table(head);
}

/* ext2 and those after it: the superblock, where blocks are of 1 to 64 KiB and there is an inode. */
static int is_ext(const uint8_t *head, size_t size)
{
    return holds(head, size, 1080, "\x53\xef", 2) && tt_load32(head + 1024 + 24) <= 6
           && tt_load32(head + 1024) > 0 && tt_load32(head + 1024 + 4) > 0
           && tt_load16(head + 1024 + 58) <= 7;
}

/* Sun's label: two bytes of sign, and a sum that is right, or three bytes of a second sign. */
static int is_sun(const uint8_t *head, size_t size)
{
    static const uint8_t second[] = {0x60, 0x0d, 0xde, 0xee};
    uint16_t sum = 0;
    int same = 0;

    if (!holds(head, size, 508, "\xda\xbe", 2) || size < SECTOR)
        return 0;
    for (size_t i = 0; i < SECTOR; i += 2)
        sum ^= tt_load16(head + i);
    for (size_t i = 0; i < sizeof second; i++)
        same += head[188 + i] == second[i];
    return sum == 0 || same >= 3;
}

static int is_table(const uint8_t *head, size_t size)
{
    return holds(head, size, SECTOR, "EFI PART", 8) || holds(head, size, 4096, "EFI PART", 8)
           || (holds(head, size, 0, "ER", 2) && holds(head, size, SECTOR, "PM", 2)) /* Apple */
           || holds(head, size, SECTOR, "PM\0\0", 4)
           || holds(head, size, SECTOR, "\x57\x45\x56\x82", 4)                      /* BSD */
           || is_sun(head, size);
}

/* UFS, in either order, and its second kind also where The Sleuth Kit does not look for it. */
static int is_ufs(const uint8_t *head, size_t size, size_t at)
{
    static const char *const signs[] = {"\x54\x19\x01\x00", "\x00\x01\x19\x54",
                                        "\x19\x01\x54\x19", "\x19\x54\x01\x19"};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (holds(head, size, at + 1372, signs[i], 4))
            return 1;
    return 0;
}

static int is_other_files(const uint8_t *head, size_t size)
{
    static const struct {
        uint32_t at;
        const char *bytes;
        size_t size;
    } signs[] = {
#define SIGN(at, bytes) {at, bytes, sizeof(bytes) - 1}
        SIGN(1024, "H+\0\4"),          SIGN(1024, "HX\0\5"),
        SIGN(0, "XFSB"),               SIGN(32, "NXSB"), /* APFS */
        SIGN(0, "LUKS\xba\xbe"),       SIGN(4086, "SWAPSPACE2"),
        SIGN(3, "ReFS\0\0\0\0"),       SIGN(SECTOR, "LABELONE"),
        SIGN(1024, "\x10\x20\xf5\xf2"), /* F2FS */
        SIGN(1024, "\xe2\xe1\xf5\xe0"), /* EROFS */
        SIGN(4096, "\xfc\x4e\x2b\xa9"), /* an array of Linux' */
        SIGN(32768, "JFS1"),           SIGN(65536, "ReIsEr"),
        SIGN(65588, "ReIsEr"),         SIGN(65600, "_BHRfS_M"), /* Btrfs */
#undef SIGN
    };

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (holds(head, size, signs[i].at, signs[i].bytes, signs[i].size))
            return 1;
    return is_ufs(head, size, 8192) || is_ufs(head, size, 65536)
           || (holds(head, size, 1024, "BD", 2) && holds(head, size, 1024 + 0x7c, "H+", 2));
}

int tt_surely_disk(const uint8_t *head, size_t size)
{
    return size >= 1024
           && (is_table(head, size) || is_ext(head, size) || is_other_files(head, size)
               || (size > BOOT_FILE && holds(head, size, 510, "\x55\xaa", 2)
                   && (holds(head, size, 3, "NTFS    ", 8) || holds(head, size, 3, "EXFAT   ", 8))));
}

/* Zeros, and what lies behind them is not known here: there may be the sign of one that leaves so much free. */
static int is_blank(const uint8_t *head, size_t size)
{
    return size >= TT_HEAD_SIZE && size < TT_DISK_HEAD && head[0] == 0
           && memcmp(head, head + 1, size - 1) == 0;
}

int tt_fits_disk(const uint8_t *head, size_t size)
{
    if (size < 1024)
        return 0;
    return is_boot_sector(head, size) || tt_surely_disk(head, size) ? 2 : is_blank(head, size);
}
