/* writer: sections in order, padded to pages; then the checksums; last the header. */
#include "hashsets/writer.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "digest/sha256.h"
#include "hashsets/pages.h"

#include <errno.h>
#include <string.h>

/*
 * Written at once, and from a multiple of it on: where file systems keep so large a piece as one in
 * the page cache, readers map it with one entry of the page table instead of 512, which is worth a
 * third of the speed of look-ups in a large set.
 */
#define BUFFER (512u * TT_SET_PAGE)

struct tt_writer {
    int fd;
    const char *path;
    uint64_t position; /* in the file, of what follows the buffer's bytes */
    size_t used;
    uint8_t (*sums)[TT_SUM_SIZE]; /* of pages 1 on */
    size_t sum_count;
    size_t sum_room;
    uint8_t *slot;    /* of the section under way, in page_0 */
    uint64_t section; /* where it began */
    uint32_t sections;
    uint8_t page_0[TT_SET_PAGE];
    uint8_t buffer[BUFFER];
};

static tutela_status cannot(const tt_writer *writer, const char *what, tutela_error *error)
{
    return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot %s", writer->path, what);
}

tutela_status tt_writer_new(tt_writer **out, int fd, const char *path, tutela_error *error)
{
    tt_writer *writer = tt_alloc(1, sizeof *writer);

    if (!writer)
        return tt_no_memory(error);
    writer->fd = fd;
    writer->path = path;
    writer->position = TT_SET_PAGE;
    /* A header of zeros until all else is there: nothing half-written can pass for a set. */
    if (tt_write_all(fd, writer->page_0, TT_SET_PAGE) != 0) {
        tutela_status status = cannot(writer, "write", error);
        tt_free(writer);
        return status;
    }
    *out = writer;
    return TUTELA_OK;
}

void tt_writer_free(tt_writer *writer)
{
    if (!writer)
        return;
    tt_free(writer->sums);
    tt_free(writer);
}

/* Write the whole pages of the buffer; they end a piece of the file, or a section and are padded. */
static tutela_status flush(tt_writer *writer, tutela_error *error)
{
    for (size_t at = 0; at < writer->used; at += TT_SET_PAGE) {
        if (tt_grow((void **)&writer->sums, &writer->sum_room, writer->sum_count,
                    sizeof *writer->sums)
            != 0)
            return tt_no_memory(error);
        tt_page_sum(writer->buffer + at, writer->sums[writer->sum_count++]);
    }
    if (writer->used && tt_write_all(writer->fd, writer->buffer, writer->used) != 0)
        return cannot(writer, "write", error);
    writer->used = 0;
    return TUTELA_OK;
}

static tutela_status take_slot(tt_writer *writer, uint16_t id, uint8_t algorithm, uint8_t encoding,
                               tutela_error *error)
{
    if (writer->sections >= TT_SLOTS_MAX)
        return tt_fail(error, TUTELA_STATE, 0, "%s: more sections than a set can have",
                       writer->path);
    writer->slot = writer->page_0 + TT_AT_SLOTS + writer->sections * TT_SLOT_SIZE;
    writer->sections++;
    writer->section = writer->position;
    tt_store16(writer->slot + TT_SLOT_ID, id);
    writer->slot[TT_SLOT_ALGORITHM] = algorithm;
    writer->slot[TT_SLOT_ENCODING] = encoding;
    tt_store64(writer->slot + TT_SLOT_OFFSET, writer->position);
    return TUTELA_OK;
}

tutela_status tt_writer_begin(tt_writer *writer, uint16_t id, uint8_t algorithm, uint32_t width,
                              tutela_error *error)
{
    TT_TRY(take_slot(writer, id, algorithm, TT_ENCODING_ARRAY, error));
    tt_store32(writer->slot + TT_SLOT_WIDTH, width);
    return TUTELA_OK;
}

tutela_status tt_writer_add(tt_writer *writer, const void *data, size_t size, tutela_error *error)
{
    const uint8_t *from = data;

    while (size) {
        size_t part = BUFFER - (size_t)(writer->position % BUFFER);
        if (part > size)
            part = size;
        memcpy(writer->buffer + writer->used, from, part);
        writer->used += part;
        writer->position += part;
        from += part;
        size -= part;
        if (writer->position % BUFFER == 0)
            TT_TRY(flush(writer, error));
    }
    return TUTELA_OK;
}

tutela_status tt_writer_end(tt_writer *writer, tutela_error *error)
{
    uint64_t bytes = writer->position - writer->section;
    size_t over = writer->used % TT_SET_PAGE;

    tt_store64(writer->slot + TT_SLOT_BYTES, bytes);
    tt_store64(writer->slot + TT_SLOT_COUNT, bytes / tt_load32(writer->slot + TT_SLOT_WIDTH));
    if (over) {
        memset(writer->buffer + writer->used, 0, TT_SET_PAGE - over);
        writer->used += TT_SET_PAGE - over;
        writer->position += TT_SET_PAGE - over;
    }
    return flush(writer, error);
}

tutela_status tt_writer_number(tt_writer *writer, uint64_t value, uint32_t width,
                               tutela_error *error)
{
    uint8_t bytes[8];

    tt_store64(bytes, value);
    return tt_writer_add(writer, bytes, width, error);
}

uint32_t tt_width_for(uint64_t most)
{
    if (most <= UINT8_MAX)
        return 1;
    if (most <= UINT16_MAX)
        return 2;
    return most <= UINT32_MAX ? 4 : 8;
}

tutela_status tt_writer_implied(tt_writer *writer, uint16_t id, uint8_t algorithm,
                                uint8_t encoding, uint64_t count, uint64_t constant,
                                tutela_error *error)
{
    TT_TRY(take_slot(writer, id, algorithm, encoding, error));
    tt_store64(writer->slot + TT_SLOT_COUNT, count);
    tt_store64(writer->slot + TT_SLOT_CONSTANT, constant);
    return TUTELA_OK;
}

uint64_t tt_writer_section(const tt_writer *writer)
{
    return writer->section;
}

tutela_status tt_writer_read(const tt_writer *writer, uint64_t section, uint64_t offset, void *out,
                             size_t size, tutela_error *error)
{
    int got = tt_pread_all(writer->fd, out, size, section + offset);

    if (got == 0)
        return TUTELA_OK;
    errno = got < 0 ? errno : EIO;
    return cannot(writer, "read back", error);
}

/*
 * The checksums of `count` pages as a section, straight to the file: the next one is of its pages,
 * and of no others. *out becomes its bytes with padding, tt_free; *padded how many they are.
 */
static tutela_status write_sums(tt_writer *writer, uint16_t id, const void *sums, size_t count,
                                uint8_t **out, size_t *padded, tutela_error *error)
{
    size_t bytes = count * TT_SUM_SIZE;
    size_t whole = (bytes + TT_SET_PAGE - 1) / TT_SET_PAGE * TT_SET_PAGE;
    uint8_t *image = tt_alloc(whole, 1);

    if (!image)
        return tt_no_memory(error);
    *out = image;
    *padded = whole;
    memcpy(image, sums, bytes);
    TT_TRY(tt_writer_begin(writer, id, TT_NO_ALGORITHM, TT_SUM_SIZE, error));
    tt_store64(writer->slot + TT_SLOT_BYTES, bytes);
    tt_store64(writer->slot + TT_SLOT_COUNT, count);
    writer->position += whole;
    if (tt_write_all(writer->fd, image, whole) != 0)
        return cannot(writer, "write", error);
    return TUTELA_OK;
}

/* SUMS of all pages so far, then ROOTS of the pages of SUMS. */
static tutela_status write_checksums(tt_writer *writer, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *sums = NULL;
    TT_AUTO_FREE uint8_t *sums_of_sums = NULL;
    TT_AUTO_FREE uint8_t *roots = NULL;
    size_t size = 0;
    size_t pages;

    TT_TRY(write_sums(writer, TT_SECTION_SUMS, writer->sums, writer->sum_count, &sums, &size,
                      error));
    pages = size / TT_SET_PAGE;
    sums_of_sums = tt_alloc(pages, TT_SUM_SIZE);
    if (!sums_of_sums)
        return tt_no_memory(error);
    for (size_t i = 0; i < pages; i++)
        tt_page_sum(sums + i * TT_SET_PAGE, sums_of_sums + i * TT_SUM_SIZE);
    TT_TRY(write_sums(writer, TT_SECTION_ROOTS, sums_of_sums, pages, &roots, &size, error));
    tt_sha256_bytes(roots, size, writer->page_0 + TT_AT_ROOTS);
    return TUTELA_OK;
}

tutela_status tt_writer_finish(tt_writer *writer, const tt_set_facts *facts, tutela_error *error)
{
    uint8_t *page = writer->page_0;
    uint32_t flags = 0;
    ssize_t wrote;

    TT_TRY(write_checksums(writer, error));
    memcpy(page + TT_AT_MAGIC, TT_SET_MAGIC, TT_SET_MAGIC_SIZE);
    tt_store32(page + TT_AT_VERSION, TT_SET_VERSION);
    tt_store64(page + TT_AT_FILE_SIZE, writer->position);
    tt_store32(page + TT_AT_PAGE, TT_SET_PAGE);
    tt_store32(page + TT_AT_SECTIONS, writer->sections);
    tt_store64(page + TT_AT_ENTRIES, facts->entries);
    tt_store64(page + TT_AT_CREATED, (uint64_t)facts->created);
    tt_store64(page + TT_AT_EXPIRES, (uint64_t)facts->expires);
    tt_store32(page + TT_AT_SUMS_KIND, TT_SUMS_TWO);
    for (size_t mask = 0; mask < TT_SET_MASKS; mask++)
        tt_store64(page + TT_AT_MASKS + mask * 8, facts->masks[mask]);
    if (facts->key_id) {
        flags |= TT_SET_SEALED;
        memcpy(page + TT_AT_KEY_ID, facts->key_id, TT_KEY_ID_SIZE);
    }
    if (facts->base_id) {
        flags |= TT_SET_DELTA;
        memcpy(page + TT_AT_BASE, facts->base_id, TT_IDENTITY_SIZE);
        tt_store32(page + TT_AT_LAYER, facts->layer);
    }
    tt_store32(page + TT_AT_FLAGS, flags);
    tt_store64(page + TT_AT_PAGE_SUM, tt_sum(page, TT_SET_PAGE));
    wrote = tt_pwrite(writer->fd, page, TT_SET_PAGE, 0);
    if (wrote != (ssize_t)TT_SET_PAGE) {
        errno = wrote < 0 ? errno : ENOSPC; /* a regular file takes less only when it is full */
        return cannot(writer, "write", error);
    }
    return TUTELA_OK;
}
