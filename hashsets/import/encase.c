/*
 * encase: the .hash file of EnCase, version 2. Little-endian.
 *
 *     0x000  48 41 53 48 0D 0A FF 00, version u32 (2), u32 (1)
 *     0x010  number of records, u32
 *     0x408  name of the set, category: UTF-16, neither needed
 *     0x480  records: MD5, 16 bytes; two zero bytes
 *
 * The number is known to lie, so records go to the end of the file and a wrong number is told.
 */
#include "hashsets/import/formats.h"

#include "base/cursor.h"

#include <string.h>

#define MAGIC "HASH\r\n\xFF" /* with its NUL */
#define VERSION 2u
#define HEADER_SIZE 0x480u
#define MD5_SIZE 16u
#define RECORD_SIZE 18u

/* Bytes gathered over the edges of chunks: the header, then one record at a time. */
typedef struct tt_encase {
    tt_input *input;
    tt_cursor chunk;
    uint8_t held[HEADER_SIZE];
} tt_encase;

int tt_encase_bid(const uint8_t *head, size_t size)
{
    return size >= sizeof MAGIC && memcmp(head, MAGIC, sizeof MAGIC) == 0 ? 100 : 0;
}

/*
 * The next `size` bytes, borrowed: *got of them, fewer only at the end of the file. At most
 * HEADER_SIZE.
 */
static tutela_status take(tt_encase *file, size_t size, const uint8_t **data, size_t *got,
                          tutela_error *error)
{
    size_t held = 0;

    if (tt_cursor_left(&file->chunk) >= size) {
        *data = tt_cursor_take(&file->chunk, size);
        *got = size;
        return TUTELA_OK;
    }
    while (held < size) {
        size_t left = tt_cursor_left(&file->chunk);
        size_t part = left < size - held ? left : size - held;

        if (part == 0) {
            const uint8_t *more;

            TT_TRY(tt_input_chunk(file->input, &more, &left, NULL, error));
            if (left == 0)
                break;
            file->chunk = tt_cursor_over(more, left);
            continue;
        }
        memcpy(file->held + held, tt_cursor_take(&file->chunk, part), part);
        held += part;
    }
    *data = file->held;
    *got = held;
    return TUTELA_OK;
}

static tutela_status unusable(tutela_status status, tutela_error *error)
{
    return tt_advise(error, status,
                     "check that it arrived whole, or export its digests as text, one a line");
}

/* *stated: the number of records the header tells. */
static tutela_status read_header(tt_encase *file, uint32_t *stated, tutela_error *error)
{
    const char *name = tt_input_name(file->input);
    const uint8_t *data;
    size_t got;

    TT_TRY(take(file, HEADER_SIZE, &data, &got, error));
    if (!tt_encase_bid(data, got) || got < HEADER_SIZE)
        return unusable(tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                                "%s: EnCase hash list without its header", name), error);
    tt_cursor header = tt_cursor_over(data, got);
    tt_cursor_skip(&header, sizeof MAGIC);
    if (tt_cursor_u32(&header) != VERSION)
        return unusable(tt_fail(error, TUTELA_LIST_UNUSABLE, 0,
                                "%s: EnCase hash list of another version than %u", name, VERSION),
                        error);
    tt_cursor_skip(&header, 4);
    *stated = tt_cursor_u32(&header);
    return TUTELA_OK;
}

static tutela_status read_record(tt_draft *entry, const uint8_t *data, size_t size,
                                 const tt_row_sink *sink, tutela_error *error)
{
    if (size < RECORD_SIZE) {
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
        return tt_draft_end(entry, sink, error);
    }
    tt_cursor record = tt_cursor_over(data, size);
    memcpy(entry->row.digests.value[TUTELA_MD5], tt_cursor_take(&record, MD5_SIZE), MD5_SIZE);
    entry->row.digests.mask = TUTELA_BIT(TUTELA_MD5);
    /* No tool looks at these two, so a digest is not given up for them; but it is odd. */
    if (tt_cursor_u16(&record) != 0)
        tt_sink_count(sink, "record whose filler is not zero");
    return tt_draft_end(entry, sink, error);
}

tutela_status tt_encase_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    tt_encase file = {.input = input};
    tt_draft entry = {0};
    const uint8_t *data;
    uint64_t whole = 0;
    uint32_t stated = 0;
    size_t got;

    TT_TRY(read_header(&file, &stated, error));
    for (;;) {
        TT_TRY(take(&file, RECORD_SIZE, &data, &got, error));
        if (got == 0)
            break;
        tt_draft_begin(&entry, whole + 1);
        TT_TRY(read_record(&entry, data, got, sink, error));
        if (got < RECORD_SIZE)
            break;
        whole++;
    }
    if (whole != stated)
        tt_sink_count(sink, "header with a wrong number of records");
    return TUTELA_OK;
}
