/*
 * chm_directory: see chm_directory.h. The directory is in parts of equal size, each of which says where
 * its entries end and, at its end, how many they are: both must agree.
 */
#include "unpack/chm_directory.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define FILE_HEADER 0x58u     /* up to what only version 3 has */
#define CONTENT_AT 0x58u      /* there: where the first section of content begins */
#define SECTION_HEADER 0x18u  /* the first header section: the file's size */
#define DIRECTORY_HEADER 0x54u
#define LISTING_HEADER 20u    /* of a part that lists files */
/* Larger parts libmspack does not take either. */
#define CHUNK_MAX 8192u
/* Bytes of directory: that of some 300,000 files. Were each entry as short as can be, libmspack would
 * take 300 MiB for them. */
#define DIRECTORY_MAX (UINT64_C(16) << 20)

typedef struct directory {
    uint64_t offset; /* of its first part */
    uint32_t size;   /* of each */
    uint32_t count, first, last;
} directory;

static const tt_trouble damaged = {TUTELA_ITEM_MALFORMED, "its directory is damaged"};

/* All `size` bytes at `offset`, or *trouble. */
static tutela_status get(tt_stream *stream, uint64_t offset, void *out, size_t size,
                         tt_trouble *trouble, tutela_error *error)
{
    size_t got = 0;

    TT_TRY(tt_stream_read_at(stream, offset, out, size, &got, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR && got < size)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    return TUTELA_OK;
}

/* A number of seven bits a byte, the highest first. */
static uint64_t take_number(tt_cursor *c)
{
    uint64_t value = 0;
    uint8_t byte;

    do {
        byte = tt_cursor_u8(c);
        if (value >> 57)
            c->failed = 1;
        value = value << 7 | (byte & 0x7f);
    } while (byte & 0x80 && !c->failed);
    return value;
}

/* The entries of a part end where it says, and are as many as it says. */
static int listing_fits(const uint8_t *chunk, uint32_t size)
{
    uint32_t spare = tt_load32(chunk + 4);
    tt_cursor c;

    if (spare < 2 || spare > size - LISTING_HEADER)
        return 0;
    c = tt_cursor_over(chunk, size - spare);
    tt_cursor_skip(&c, LISTING_HEADER);
    for (unsigned left = tt_load16(chunk + size - 2); left > 0; left--) {
        tt_cursor_skip(&c, take_number(&c));
        (void)take_number(&c);
        (void)take_number(&c);
        (void)take_number(&c);
    }
    return !c.failed && tt_cursor_left(&c) == 0;
}

static int chunk_fits(const uint8_t *chunk, const directory *d, uint32_t number)
{
    int listed = number >= d->first && number <= d->last;

    if (memcmp(chunk, "PMGL", 4) == 0)
        return listed && listing_fits(chunk, d->size);
    return memcmp(chunk, "PMGI", 4) == 0;
}

static tutela_status check_chunks(tt_stream *stream, const directory *d, tt_trouble *trouble,
                                  tutela_error *error)
{
    uint8_t chunk[CHUNK_MAX];

    for (uint32_t i = 0; i < d->count && trouble->status == TUTELA_ITEM_CLEAR; i++) {
        TT_TRY(get(stream, d->offset + (uint64_t)i * d->size, chunk, d->size, trouble, error));
        if (trouble->status == TUTELA_ITEM_CLEAR && !chunk_fits(chunk, d, i))
            *trouble = damaged;
    }
    return TUTELA_OK;
}

/* The numbers of the directory's own header, and whether they make sense: else its count is 0. */
static tutela_status read_directory(tt_stream *stream, uint64_t offset, uint64_t length,
                                    directory *out, tt_trouble *trouble, tutela_error *error)
{
    uint8_t head[DIRECTORY_HEADER];

    TT_TRY(get(stream, offset, head, sizeof head, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    *out = (directory){.offset = offset + sizeof head, .size = tt_load32(head + 0x10),
                       .count = tt_load32(head + 0x2c), .first = tt_load32(head + 0x20),
                       .last = tt_load32(head + 0x24)};
    if ((uint64_t)out->count * out->size > DIRECTORY_MAX)
        *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"};
    else if (memcmp(head, "ITSP", 4) != 0 || out->size < LISTING_HEADER + 2 || out->size > CHUNK_MAX
        || out->last >= out->count || out->first > out->last)
        *trouble = damaged;
    if (trouble->status != TUTELA_ITEM_CLEAR)
        out->count = 0;
    else if (length != sizeof head + (uint64_t)out->count * out->size)
        *trouble = damaged;
    return TUTELA_OK;
}

/* The size it states, and where its content begins, are as they must be. */
static tutela_status check_places(tt_stream *stream, const uint8_t *head, uint64_t end,
                                  tt_trouble *trouble, tutela_error *error)
{
    uint8_t section[SECTION_HEADER], content[8];
    uint64_t stated;

    TT_TRY(get(stream, tt_load64(head + 0x38), section, sizeof section, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    stated = tt_load64(section + 8);
    if (stated > stream->size)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    else if (stated < stream->size)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
    if (trouble->status != TUTELA_ITEM_CLEAR || tt_load32(head + 4) < 3)
        return TUTELA_OK;
    TT_TRY(get(stream, CONTENT_AT, content, sizeof content, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR && tt_load64(content) != end)
        *trouble = damaged;
    return TUTELA_OK;
}

tutela_status tt_chm_directory_check(tt_stream *stream, int *usable, tt_trouble *trouble,
                                     tutela_error *error)
{
    uint8_t head[FILE_HEADER];
    uint64_t offset, length;
    directory d = {.count = 0};

    *usable = 0;
    *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    TT_TRY(get(stream, 0, head, sizeof head, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    offset = tt_load64(head + 0x48);
    length = tt_load64(head + 0x50);
    if (offset > stream->size || length > stream->size - offset) {
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
        return TUTELA_OK;
    }
    TT_TRY(read_directory(stream, offset, length, &d, trouble, error));
    *usable = d.count > 0;
    if (trouble->status == TUTELA_ITEM_CLEAR)
        TT_TRY(check_chunks(stream, &d, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        TT_TRY(check_places(stream, head, offset + length, trouble, error));
    return TUTELA_OK;
}
