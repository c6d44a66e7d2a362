/*
 * compile: one pass over the sorted rows gives entries their numbers and writes the first
 * algorithm's keys; all else waits in columns and in a sort per further algorithm.
 */
#include "hashsets/compile.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "base/thread.h"
#include "hashsets/column.h"
#include "hashsets/index.h"

#include <stdlib.h>
#include <string.h>

#define LINT_SHARE 32u /* of the memory, what lint may hold of the entries' records */

/* A row taken apart. Pointers into its bytes. */
typedef struct row {
    const uint8_t *digest[TUTELA_ALGORITHM_COUNT]; /* NULL when it has none */
    uint32_t mask;
    uint64_t size;
    const char *id;
    size_t id_size;
    uint64_t date;
} row;

typedef struct compiler {
    const tt_compile_job *job;
    tt_set_facts facts;
    int first; /* the lowest algorithm of the set */
    tt_sort *keys[TUTELA_ALGORITHM_COUNT]; /* fingerprint and number; not for `first` */
    tt_column entry_record;
    tt_column entry_size;
    tt_column entry_id;
    tt_column entry_mask;
    tt_column entry_date;
    tt_stock ids;
    /* Rows equal in all but their record: the bytes they share, and their records. */
    uint8_t *held;
    size_t held_size;
    size_t held_room;
    uint32_t *records;
    size_t record_count;
    size_t record_room;
    uint64_t duplicates;
    uint64_t unsized;
} compiler;

/* ---- One group of rows ------------------------------------------------------------------- */

/* `count` bytes, most significant first. */
static uint64_t number_of(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;

    while (count--)
        value = value << 8 | *bytes++;
    return value;
}

/* The rows' shared bytes were made by build.c: they are what compile.h says. */
static row take_apart(const uint8_t *bytes, int prints)
{
    row out = {.size = TT_SIZE_UNKNOWN};
    int first = bytes[0];
    uint8_t shape;

    out.digest[first] = bytes + 1;
    bytes += 1 + tt_row_digest(prints, first);
    shape = *bytes++;
    out.mask = shape & TT_DIGEST_ALL;
    for (int algorithm = first + 1; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        if (out.mask >> algorithm & 1) {
            out.digest[algorithm] = bytes;
            bytes += tt_row_digest(prints, algorithm);
        }
    if (shape >> 4 != TT_ROW_SIZE_UNKNOWN) {
        out.size = number_of(bytes, shape >> 4);
        bytes += shape >> 4;
    }
    out.id = (const char *)bytes;
    out.id_size = strlen(out.id);
    bytes += out.id_size + 1;
    out.date = number_of(bytes + 1, *bytes);
    return out;
}

static tutela_status add_keys(compiler *to, const row *one, uint32_t rank, tutela_error *error)
{
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++) {
        uint8_t key[TT_INDEX_RECORD];
        if (!one->digest[algorithm])
            continue;
        if (algorithm == to->first) {
            TT_TRY(tt_writer_add(to->job->writer, one->digest[algorithm], TT_KEY_SIZE, error));
            TT_TRY(tt_lint_key(to->job->lint, one->digest[algorithm], rank, error));
            continue;
        }
        tt_index_record(key, one->digest[algorithm], to->facts.entries);
        TT_TRY(tt_sort_add(to->keys[algorithm], key, sizeof key, error));
    }
    return TUTELA_OK;
}

static tutela_status add_entry(compiler *to, const row *one, uint32_t rank, uint64_t id,
                               tutela_error *error)
{
    if (to->facts.entries >= TT_ENTRIES_MAX)
        return tt_advise(error,
                         tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "more than %u entries in one set",
                                 TT_ENTRIES_MAX),
                         "make several sets: a scan takes as many as are named");
    TT_TRY(add_keys(to, one, rank, error));
    TT_TRY(tt_column_add(&to->entry_record, rank, error));
    TT_TRY(tt_column_add(&to->entry_size, one->size + 1, error)); /* unknown becomes 0 */
    TT_TRY(tt_column_add(&to->entry_id, id, error));
    TT_TRY(tt_column_add(&to->entry_mask, one->mask, error));
    TT_TRY(tt_column_add(&to->entry_date, one->date, error));
    to->facts.masks[one->mask]++;
    to->unsized += one->mask == TUTELA_BIT(TUTELA_MD5) && one->size == TT_SIZE_UNKNOWN;
    to->facts.entries++;
    return TUTELA_OK;
}

static int order_numbers(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a;
    uint32_t second = *(const uint32_t *)b;

    return (first > second) - (first < second);
}

/* Make entries of the rows held, in the order of their records' ranks. */
static tutela_status flush_group(compiler *to, tutela_error *error)
{
    uint64_t id = 0;
    row one;

    if (!to->record_count)
        return TUTELA_OK;
    one = take_apart(to->held, to->job->prints);
    if (one.id_size) {
        id = tt_stock_bytes(&to->ids) + 1;
        TT_TRY(tt_stock_add(&to->ids, one.id, one.id_size + 1, error));
    }
    for (size_t i = 0; i < to->record_count; i++) {
        tt_names_count(to->job->names, to->records[i]);
        to->records[i] = tt_names_rank(to->job->names, to->records[i]);
    }
    if (to->record_count > 1)
        qsort(to->records, to->record_count, sizeof *to->records, order_numbers);
    for (size_t i = 0; i < to->record_count; i++)
        TT_TRY(add_entry(to, &one, to->records[i], id, error));
    to->record_count = 0;
    return TUTELA_OK;
}

static tutela_status hold(compiler *to, const uint8_t *bytes, size_t size, tutela_error *error)
{
    if (size > to->held_room) {
        uint8_t *grown = tt_realloc(to->held, size, 2);
        if (!grown)
            return tt_no_memory(error);
        to->held = grown;
        to->held_room = size * 2;
    }
    memcpy(to->held, bytes, size);
    to->held_size = size;
    return TUTELA_OK;
}

/* Rows equal in all but the record are neighbours, and equal ones have the same record too. */
static tutela_status take_row(compiler *to, const uint8_t *bytes, size_t size, tutela_error *error)
{
    size_t shared = size - TT_ROW_RECORD;
    uint32_t record = (uint32_t)(tt_load64_be(bytes + size - 8) & UINT32_MAX);

    if (!to->record_count || shared != to->held_size || memcmp(bytes, to->held, shared) != 0) {
        TT_TRY(flush_group(to, error));
        TT_TRY(hold(to, bytes, shared, error));
    } else if (to->records[to->record_count - 1] == record) {
        to->duplicates++;
        return TUTELA_OK;
    }
    if (tt_grow((void **)&to->records, &to->record_room, to->record_count, sizeof *to->records)
        != 0)
        return tt_no_memory(error);
    to->records[to->record_count++] = record;
    return TUTELA_OK;
}

/* ---- The whole --------------------------------------------------------------------------- */

static tutela_status begin(compiler *to, tutela_error *error)
{
    uint32_t further = to->job->listed & (to->job->listed - 1); /* without the lowest */
    uint64_t share = to->job->memory;

    to->first = __builtin_ctz(to->job->listed);
    if (further)
        share /= (uint64_t)__builtin_popcount(further);
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        if (further >> algorithm & 1) {
            TT_TRY(tt_sort_new(&to->keys[algorithm], NULL, (size_t)share, to->job->folder, error));
            tt_sort_workers(to->keys[algorithm], tt_thread_processors() - 1);
        }
    return TUTELA_OK;
}

/* Entries' numbers, and the keys of the first algorithm straight into the file. */
static tutela_status read_rows(compiler *to, uint64_t *keys, tutela_error *error)
{
    tt_writer *writer = to->job->writer;
    const void *bytes = NULL;
    size_t size = 0;

    tt_lint_begin(to->job->lint, to->first);
    TT_TRY(tt_writer_begin(writer, TT_SECTION_KEYS, (uint8_t)to->first, TT_KEY_SIZE, error));
    for (;;) {
        TT_TRY(tt_sort_next(to->job->rows, &bytes, &size, error));
        if (!bytes)
            break;
        TT_TRY(take_row(to, bytes, size, error));
    }
    TT_TRY(flush_group(to, error));
    TT_TRY(tt_lint_end(to->job->lint, error));
    TT_TRY(tt_writer_end(writer, error));
    *keys = tt_writer_section(writer);
    return TUTELA_OK;
}

static tutela_status write_entries(compiler *to, tutela_error *error)
{
    tt_writer *writer = to->job->writer;

    TT_TRY(tt_column_write(&to->entry_record, writer, TT_SECTION_ENTRY_RECORD, TT_NO_ALGORITHM,
                           error));
    tt_lint_entries(to->job->lint, &to->entry_record, writer, to->job->memory / LINT_SHARE);
    TT_TRY(tt_column_write(&to->entry_size, writer, TT_SECTION_ENTRY_SIZE, TT_NO_ALGORITHM, error));
    TT_TRY(tt_column_write(&to->entry_id, writer, TT_SECTION_ENTRY_ID, TT_NO_ALGORITHM, error));
    TT_TRY(tt_column_write(&to->entry_mask, writer, TT_SECTION_ENTRY_MASK, TT_NO_ALGORITHM, error));
    TT_TRY(tt_column_write(&to->entry_date, writer, TT_SECTION_ENTRY_DATE, TT_NO_ALGORITHM, error));
    return tt_stock_write(&to->ids, writer, TT_SECTION_IDS, error);
}

/* The rows: numbers for their entries, and the keys of the lowest algorithm. */
static tutela_status write_first(compiler *to, tutela_error *error)
{
    tt_writer *writer = to->job->writer;
    uint64_t section = 0;
    uint64_t keys = 0;

    TT_TRY(begin(to, error));
    TT_TRY(read_rows(to, &section, error));
    for (uint32_t mask = 0; mask < TT_SET_MASKS; mask++)
        if (mask >> to->first & 1)
            keys += to->facts.masks[mask];
    TT_TRY(tt_writer_implied(writer, TT_SECTION_NUMBERS, (uint8_t)to->first, TT_ENCODING_IDENTITY,
                             keys, 0, error));
    return tt_index_write(writer, to->first, section, keys, error);
}

static tutela_status write_set(compiler *to, tutela_error *error)
{
    tt_writer *writer = to->job->writer;

    if (to->job->listed)
        TT_TRY(write_first(to, error));
    TT_TRY(write_entries(to, error));
    TT_TRY(tt_names_write(to->job->names, writer, error));
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        if (to->keys[algorithm])
            TT_TRY(tt_index_write_sorted(writer, algorithm, to->keys[algorithm], to->job->folder,
                                         to->job->lint, error));
    if (to->job->delta)
        TT_TRY(tt_delta_write(to->job->delta, writer, &to->facts, error));
    return tt_writer_finish(writer, &to->facts, error);
}

tutela_status tt_compile(const tt_compile_job *job, tt_build_counts *counts, tutela_error *error)
{
    compiler to = {.job = job,
                   .facts = {.created = job->created,
                             .expires = job->expires,
                             .key_id = job->seal ? tt_seal_id(job->seal) : NULL},
                   .entry_record = TT_COLUMN(job->folder),
                   .entry_size = TT_COLUMN(job->folder),
                   .entry_id = TT_COLUMN(job->folder),
                   .entry_mask = TT_COLUMN(job->folder),
                   .entry_date = TT_COLUMN(job->folder),
                   .ids = TT_SPOOL(job->folder)};
    tutela_status status = write_set(&to, error);

    if (status == TUTELA_OK) {
        *counts = (tt_build_counts){.accepted = to.facts.entries,
                                    .duplicates = to.duplicates,
                                    .unsized = to.unsized};
        memcpy(counts->masks, to.facts.masks, sizeof counts->masks);
    }
    for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
        tt_sort_free(to.keys[algorithm]);
    tt_column_done(&to.entry_record);
    tt_column_done(&to.entry_size);
    tt_column_done(&to.entry_id);
    tt_column_done(&to.entry_mask);
    tt_column_done(&to.entry_date);
    tt_stock_done(&to.ids);
    tt_free(to.held);
    tt_free(to.records);
    return status;
}
