/*
 * disk_kit: small disks put together byte by byte: FAT12, with files in one run of clusters each, and
 * partition tables of DOS kind. Larger ones, and of other kinds, are made by others' tools in
 * tests/cli/images.sh.
 */
#ifndef TT_TESTS_DISK_KIT_H
#define TT_TESTS_DISK_KIT_H

#include "unpack_made.h"

#include "base/cursor.h"

#define SECTOR 512u
#define FAT_SECTORS 9u   /* of each table: of 3,072 clusters */
#define FAT_FOLDER 4u    /* sectors of the one folder */
#define FAT_DATA (1u + 2 * FAT_SECTORS + FAT_FOLDER)

typedef struct fat_disk {
    bytes image;
    size_t files;    /* in its folder */
    uint32_t next;   /* the first cluster that is free */
} fat_disk;

/* The 12 bits of a cluster, in both tables. */
__attribute__((unused)) static void fat_set(fat_disk *d, uint32_t cluster, uint32_t value)
{
    for (size_t table = 0; table < 2; table++) {
        uint8_t *at = d->image.data + SECTOR * (1 + table * FAT_SECTORS) + cluster + cluster / 2;
        uint32_t pair = tt_load16(at);
        pair = cluster % 2 ? (pair & 0x00f) | (value << 4) : (pair & 0xf000) | (value & 0xfff);
        tt_store16(at, (uint16_t)pair);
    }
}

/* An empty one, of one sector a cluster. */
__attribute__((unused)) static fat_disk fat_new(size_t sectors)
{
    fat_disk d = {{calloc(sectors, SECTOR), sectors * SECTOR}, 0, 2};
    uint8_t *s = d.image.data;

    memcpy(s, "\xeb\x3c\x90MADEHERE", 11);
    tt_store16(s + 11, SECTOR);
    s[13] = 1;
    tt_store16(s + 14, 1);
    s[16] = 2;
    tt_store16(s + 17, FAT_FOLDER * SECTOR / 32);
    tt_store16(s + 19, (uint16_t)sectors);
    s[21] = 0xf8;
    tt_store16(s + 22, FAT_SECTORS);
    s[38] = 0x29;
    memcpy(s + 43, "NO NAME    FAT12   ", 19);
    memcpy(s + 510, "\x55\xaa", 2);
    fat_set(&d, 0, 0xff8);
    fat_set(&d, 1, 0xfff);
    return d;
}

__attribute__((unused)) static uint8_t *fat_entry(const fat_disk *d, size_t file)
{
    return d->image.data + SECTOR * (1 + 2 * FAT_SECTORS) + 32 * file;
}

__attribute__((unused)) static uint8_t *fat_place(const fat_disk *d, uint32_t cluster)
{
    return d->image.data + SECTOR * (FAT_DATA + cluster - 2);
}

/* A file, `name` as in a folder ("ONE     BIN"); its first cluster. */
__attribute__((unused)) static uint32_t fat_add(fat_disk *d, const char *name, bytes content)
{
    uint32_t first = d->next, count = (uint32_t)((content.size + SECTOR - 1) / SECTOR);
    uint8_t *entry = fat_entry(d, d->files++);

    memcpy(entry, name, 11);
    entry[11] = 0x20;
    tt_store16(entry + 22, 0x6000);
    tt_store16(entry + 24, 0x5a21);
    tt_store16(entry + 26, count > 0 ? (uint16_t)first : 0);
    tt_store32(entry + 28, (uint32_t)content.size);
    for (uint32_t i = 0; i < count; i++)
        fat_set(d, first + i, i + 1 < count ? first + i + 1 : 0xfff);
    memcpy(fat_place(d, first), content.data, content.size);
    d->next += count;
    return first;
}

/* As systems delete: the name's first letter, and the clusters are free. */
__attribute__((unused)) static void fat_delete(fat_disk *d, size_t file)
{
    uint8_t *entry = fat_entry(d, file);
    uint32_t first = tt_load16(entry + 26), count = (tt_load32(entry + 28) + SECTOR - 1) / SECTOR;

    entry[0] = 0xe5;
    for (uint32_t i = 0; i < count; i++)
        fat_set(d, first + i, 0);
}

/* A part of a disk with a table; of a type. */
typedef struct disk_part {
    bytes content;
    uint8_t type;
} disk_part;

/* Each from a multiple of 64 sectors on. */
__attribute__((unused)) static bytes disk_of(const disk_part *parts, size_t count)
{
    bytes disk = {calloc(64, SECTOR), 64 * SECTOR};

    for (size_t i = 0; i < count; i++) {
        uint8_t entry[16] = {0}, zeros[64 * SECTOR] = {0};
        entry[4] = parts[i].type;
        tt_store32(entry + 8, (uint32_t)(disk.size / SECTOR));
        tt_store32(entry + 12, (uint32_t)(parts[i].content.size / SECTOR));
        memcpy(disk.data + 446 + 16 * i, entry, 16);
        kit_add(&disk, parts[i].content.data, parts[i].content.size);
        kit_add(&disk, zeros, (sizeof zeros - disk.size % sizeof zeros) % sizeof zeros);
    }
    memcpy(disk.data + 510, "\x55\xaa", 2);
    return disk;
}

#endif
