/*
 * zip_kit: makes zip files in memory, for the tests of the list readers.
 *
 * Members are written by hand, so that a test has each byte in its power; raw deflate comes from
 * libarchive's own writer of gzip files.
 */
#ifndef TT_TESTS_ZIP_KIT_H
#define TT_TESTS_ZIP_KIT_H

#include <archive.h>
#include <archive_entry.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZIP_DEFLATED 1
#define ZIP_SIZES_BEHIND 2 /* in a descriptor behind the data, as a writer to a pipe does */
#define ZIP_ENCRYPTED 4    /* says so; the data is plain */
#define ZIP_ODD_METHOD 8   /* says bzip2 */
#define ZIP_MEMBERS_MAX 16

typedef struct zip_kit {
    uint8_t *data;
    size_t room;
    size_t size;
    size_t starts[ZIP_MEMBERS_MAX]; /* of the members' own headers */
    uint32_t facts[ZIP_MEMBERS_MAX][3]; /* checksum, size in the file, size of the member */
    size_t members;
} zip_kit;

static inline void zip_die(const char *what)
{
    printf("Bail out! zip: %s\n", what);
    exit(1);
}

static inline void zip_put(zip_kit *kit, const void *data, size_t size)
{
    if (size > kit->room - kit->size)
        zip_die("no room");
    memcpy(kit->data + kit->size, data, size);
    kit->size += size;
}

static inline void zip_number(zip_kit *kit, uint32_t value, unsigned bytes)
{
    for (; bytes; bytes--, value >>= 8)
        zip_put(kit, &(uint8_t){(uint8_t)value}, 1);
}

static inline uint32_t zip_checksum(uint32_t sum, const uint8_t *data, size_t size)
{
    sum = ~sum;
    for (size_t i = 0; i < size; i++) {
        sum ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

/* `times` blocks, deflated, at the end of the kit: a gzip file without what is around its data. */
static inline void zip_deflate(zip_kit *kit, const void *block, size_t size, unsigned times)
{
    struct archive *gzip = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    size_t used = 0;
    uint8_t *made = malloc(kit->room);

    if (!gzip || !entry || !made)
        zip_die("no memory");
    archive_write_set_format_raw(gzip);
    archive_write_add_filter_gzip(gzip);
    archive_write_set_bytes_in_last_block(gzip, 1);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_pathname(entry, "");
    if (archive_write_open_memory(gzip, made, kit->room, &used) != ARCHIVE_OK
        || archive_write_header(gzip, entry) != ARCHIVE_OK)
        zip_die("cannot deflate");
    for (; times; times--)
        if (archive_write_data(gzip, block, size) != (la_ssize_t)size)
            zip_die("cannot deflate");
    archive_entry_free(entry);
    if (archive_write_free(gzip) != ARCHIVE_OK || used < 18)
        zip_die("cannot deflate");
    /* 10 bytes of header (it names no file), 8 of checksum and size. */
    zip_put(kit, made + 10, used - 18);
    free(made);
}

static inline void zip_member(zip_kit *kit, const char *name, const void *block, size_t size,
                              unsigned times, int how)
{
    size_t at = kit->size;
    int method = how & ZIP_ODD_METHOD ? 12 : how & ZIP_DEFLATED ? 8 : 0;
    uint32_t *facts = kit->facts[kit->members], sum = 0;

    if (kit->members == ZIP_MEMBERS_MAX)
        zip_die("too many members");
    for (unsigned i = 0; i < times; i++)
        sum = zip_checksum(sum, block, size);
    kit->starts[kit->members++] = at;
    zip_put(kit, "PK\3\4\x14", 6);
    zip_number(kit, (how & ZIP_ENCRYPTED ? 1 : 0) | (how & ZIP_SIZES_BEHIND ? 8 : 0), 2);
    zip_number(kit, (uint32_t)method, 2);
    zip_number(kit, 0x58210000, 4);
    zip_number(kit, 0, 4);
    zip_number(kit, 0, 4);
    zip_number(kit, 0, 4);
    zip_number(kit, (uint32_t)strlen(name), 4);
    zip_put(kit, name, strlen(name));
    size_t data = kit->size;
    if (how & ZIP_DEFLATED)
        zip_deflate(kit, block, size, times);
    else
        zip_put(kit, block, size);
    facts[0] = sum;
    facts[1] = (uint32_t)(kit->size - data);
    facts[2] = (uint32_t)(size * times);
    if (how & ZIP_SIZES_BEHIND) {
        zip_put(kit, "PK\7\10", 4);
        for (int i = 0; i < 3; i++)
            zip_number(kit, facts[i], 4);
        return;
    }
    size_t end = kit->size;
    kit->size = at + 14;
    for (int i = 0; i < 3; i++)
        zip_number(kit, facts[i], 4);
    kit->size = end;
}

/* Add a member; `how` is a mask of the above, 0 for stored. */
static inline void zip_add(zip_kit *kit, const char *name, const void *data, size_t size, int how)
{
    zip_member(kit, name, data, size, 1, how);
}

/* Add a deflated member of `times` equal blocks. */
__attribute__((unused)) static inline void zip_add_repeated(zip_kit *kit, const char *name,
                                                            const void *block, size_t size,
                                                            unsigned times)
{
    zip_member(kit, name, block, size, times, ZIP_DEFLATED);
}

/* Write the directory behind the members. */
static inline void zip_end(zip_kit *kit)
{
    size_t directory = kit->size;

    for (size_t i = 0; i < kit->members; i++) {
        const uint8_t *header = kit->data + kit->starts[i];
        uint32_t name = header[26];

        zip_put(kit, "PK\1\2\x14\0\x14", 8);
        zip_put(kit, header + 6, 8);
        for (int j = 0; j < 3; j++)
            zip_number(kit, kit->facts[i][j], 4);
        zip_number(kit, name, 4);
        zip_put(kit, "\0\0\0\0\0\0\0\0\0\0", 10);
        zip_number(kit, (uint32_t)kit->starts[i], 4);
        zip_put(kit, header + 30, name);
    }
    size_t size = kit->size - directory;
    zip_put(kit, "PK\5\6\0\0\0\0", 8);
    zip_number(kit, (uint32_t)kit->members, 2);
    zip_number(kit, (uint32_t)kit->members, 2);
    zip_number(kit, (uint32_t)size, 4);
    zip_number(kit, (uint32_t)directory, 4);
    zip_number(kit, 0, 2);
}

#endif
