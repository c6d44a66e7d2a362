/*
 * index: buckets and filter are made from the keys already in the file, read back in order: their
 * sizes depend on how many there are. Both grow from front to back, so one bucket and one filter
 * block at a time are in memory.
 */
#include "hashsets/index.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "hashsets/column.h"

#include <string.h>

#define PIECE 4096u /* keys read back at a time */

/* The keys of a section, in order. */
typedef struct key_reader {
    const tt_writer *writer;
    uint64_t section;
    uint64_t count;
    uint64_t next;
    size_t held; /* in piece */
    size_t at;
    uint8_t *piece;
} key_reader;

void tt_index_record(uint8_t *out, const uint8_t *fingerprint, uint64_t number)
{
    memcpy(out, fingerprint, TT_KEY_SIZE);
    for (unsigned i = 0; i < 4; i++)
        out[TT_KEY_SIZE + i] = (uint8_t)(number >> (24 - 8 * i));
}

/* *out becomes the next key; *more 0 at the end. */
static tutela_status next_key(key_reader *from, tt_key *out, int *more, tutela_error *error)
{
    const uint8_t *bytes;

    if (from->at == from->held) {
        uint64_t left = from->count - from->next;
        from->held = left < PIECE ? (size_t)left : PIECE;
        from->at = 0;
        *more = from->held != 0;
        if (!*more)
            return TUTELA_OK;
        TT_TRY(tt_writer_read(from->writer, from->section, from->next * TT_KEY_SIZE, from->piece,
                              from->held * TT_KEY_SIZE, error));
        from->next += from->held;
    }
    bytes = from->piece + from->at++ * TT_KEY_SIZE;
    *out = (tt_key){tt_load64_be(bytes), tt_load64_be(bytes + 8)};
    *more = 1;
    return TUTELA_OK;
}

/* Bucket b begins at the first key whose leading bits are b or more; one more start ends the last. */
static tutela_status write_buckets(tt_writer *writer, int algorithm, key_reader *keys,
                                   tutela_error *error)
{
    uint32_t bits = tt_bucket_bits(keys->count);
    uint32_t width = tt_width_for(keys->count);
    uint64_t buckets = UINT64_C(1) << bits;
    uint64_t written = 0;
    uint64_t position = 0;
    int more = 1;
    tt_key key;

    TT_TRY(tt_writer_begin(writer, TT_SECTION_BUCKETS, (uint8_t)algorithm, width, error));
    for (;; position++) {
        TT_TRY(next_key(keys, &key, &more, error));
        if (!more)
            break;
        for (uint64_t bucket = tt_bucket_of(key, bits); written <= bucket; written++)
            TT_TRY(tt_writer_number(writer, position, width, error));
    }
    for (; written <= buckets; written++)
        TT_TRY(tt_writer_number(writer, position, width, error));
    return tt_writer_end(writer, error);
}

static void set_bits(uint64_t *block, tt_key key)
{
    for (unsigned word = 0; word < TT_FILTER_BLOCK / 8; word++)
        block[word] |= UINT64_C(1) << tt_filter_bit(key, word);
}

static tutela_status write_block(tt_writer *writer, uint64_t *block, tutela_error *error)
{
    for (unsigned word = 0; word < TT_FILTER_BLOCK / 8; word++) {
        TT_TRY(tt_writer_number(writer, block[word], 8, error));
        block[word] = 0;
    }
    return TUTELA_OK;
}

static tutela_status write_filter(tt_writer *writer, int algorithm, key_reader *keys,
                                  tutela_error *error)
{
    uint64_t blocks = tt_filter_blocks(keys->count);
    uint64_t block[TT_FILTER_BLOCK / 8] = {0};
    uint64_t written = 0;
    int more = 1;
    tt_key key;

    TT_TRY(tt_writer_begin(writer, TT_SECTION_FILTER, (uint8_t)algorithm, TT_FILTER_BLOCK, error));
    for (;;) {
        TT_TRY(next_key(keys, &key, &more, error));
        if (!more)
            break;
        for (uint64_t at = tt_filter_block_of(key, blocks); written < at; written++)
            TT_TRY(write_block(writer, block, error));
        set_bits(block, key);
    }
    for (; written < blocks; written++)
        TT_TRY(write_block(writer, block, error));
    return tt_writer_end(writer, error);
}

tutela_status tt_index_write(tt_writer *writer, int algorithm, uint64_t section, uint64_t count,
                             tutela_error *error)
{
    TT_AUTO_FREE uint8_t *piece = tt_alloc_raw(PIECE, TT_KEY_SIZE);
    key_reader from = {.writer = writer, .section = section, .count = count, .piece = piece};
    key_reader again = from;

    if (!piece)
        return tt_no_memory(error);
    TT_TRY(write_buckets(writer, algorithm, &from, error));
    return write_filter(writer, algorithm, &again, error);
}

/* KEYS from the sort; the numbers wait in the column. */
static tutela_status write_keys(tt_writer *writer, int algorithm, tt_sort *sort,
                                tt_column *numbers, tt_lint *lint, tutela_error *error)
{
    const void *record = NULL;
    size_t size = 0;
    uint32_t number;

    TT_TRY(tt_sort_finish(sort, error));
    tt_lint_begin(lint, algorithm);
    TT_TRY(tt_writer_begin(writer, TT_SECTION_KEYS, (uint8_t)algorithm, TT_KEY_SIZE, error));
    for (;;) {
        TT_TRY(tt_sort_next(sort, &record, &size, error));
        if (!record)
            break;
        number = (uint32_t)tt_load64_be((const uint8_t *)record + TT_INDEX_RECORD - 8);
        TT_TRY(tt_writer_add(writer, record, TT_KEY_SIZE, error));
        TT_TRY(tt_column_add(numbers, number, error));
        TT_TRY(tt_lint_key(lint, record, number, error));
    }
    TT_TRY(tt_lint_end(lint, error));
    return tt_writer_end(writer, error);
}

tutela_status tt_index_write_sorted(tt_writer *writer, int algorithm, tt_sort *sort,
                                    const char *folder, tt_lint *lint, tutela_error *error)
{
    tt_column numbers = TT_COLUMN(folder);
    tutela_status status = write_keys(writer, algorithm, sort, &numbers, lint, error);
    uint64_t section = tt_writer_section(writer);

    if (status == TUTELA_OK)
        status = tt_column_write(&numbers, writer, TT_SECTION_NUMBERS, (uint8_t)algorithm, error);
    if (status == TUTELA_OK)
        status = tt_index_write(writer, algorithm, section, tt_sort_count(sort), error);
    tt_column_done(&numbers);
    return status;
}
