/*
 * delta: removals are sorted outside memory, then lie in a mapped temporary file, where the
 * additions are held against them.
 */
#include "hashsets/delta.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/sort.h"
#include "hashsets/expand.h"
#include "hashsets/layers.h"
#include "hashsets/place.h"
#include "hashsets/set_internal.h"

#include <errno.h>
#include <string.h>

#define BUFFER ((size_t)64 << 10) /* a multiple of TT_HIDDEN_SIZE */

/* A removal as it is sorted, by its bytes: layer, entry, list (4 bytes each), mask. */
#define RECORD 13u

/* Hidden entries of one list and digest mask. */
typedef struct kind {
    uint8_t key[10]; /* layer u16, list u32, mask u32; most significant byte first */
    uint64_t entries;
} kind;

struct tt_delta {
    const tt_set *base;
    char *output;
    char *folder; /* of the output */
    char *name;   /* of the base, from there */
    uint8_t base_id[TT_IDENTITY_SIZE];
    tt_sort *sort; /* until settled */
    int fd;        /* what is hidden, as the section has it */
    const uint8_t *hidden;
    uint64_t count;
    kind *kinds; /* sorted by key */
    size_t kind_count;
    size_t kind_room;
    const tt_set_list *list[TT_LAYERS_MAX]; /* by layer: the rows' list there, or NULL */
};

static tutela_status begin(tt_delta *delta, uint64_t memory, tutela_error *error)
{
    const tt_set *base = delta->base;

    if (!delta->output || !delta->folder)
        return tt_no_memory(error);
    if (tt_set_layers(base) >= TT_LAYERS_MAX) {
        (void)tt_fail(error, TUTELA_ARGUMENT, 0, "%s: has %u layers, as many as a set may",
                      base->path, TT_LAYERS_MAX);
        return tt_advise(error, TUTELA_ARGUMENT, "make one of them with 'tutela set compact'");
    }
    TT_TRY(tt_layers_spare(base, delta->output, "the base, or a part of it",
                           "write to another file: the new set needs its base where it is", error));
    TT_TRY(tt_place_relative(&delta->name, base->path, delta->output, error));
    if (strlen(delta->name) >= TT_BASE_NAME_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: its path from '%s' is too long", base->path,
                       delta->folder);
    memcpy(delta->base_id, base->identity, sizeof delta->base_id);
    if (memory > SIZE_MAX / 4)
        memory = SIZE_MAX / 4;
    return tt_sort_new(&delta->sort, NULL, (size_t)memory, delta->folder, error);
}

tutela_status tt_delta_new(tt_delta **out, const tt_set *base, const char *output, uint64_t memory,
                           tutela_error *error)
{
    tt_delta *delta = tt_alloc(1, sizeof *delta);
    tutela_status status;

    if (!delta)
        return tt_no_memory(error);
    delta->base = base;
    delta->fd = -1;
    delta->output = tt_copy_text(output);
    delta->folder = tt_place_folder(output);
    status = begin(delta, memory, error);
    if (status == TUTELA_OK)
        *out = delta;
    else
        tt_delta_free(delta);
    return status;
}

void tt_delta_free(tt_delta *delta)
{
    if (!delta)
        return;
    tt_unmap(delta->hidden, (size_t)delta->count * TT_HIDDEN_SIZE);
    if (delta->fd >= 0)
        (void)tt_close(delta->fd);
    tt_sort_free(delta->sort);
    tt_free(delta->output);
    tt_free(delta->folder);
    tt_free(delta->name);
    tt_free(delta->kinds);
    tt_free(delta);
}

/* ---- Removals ---------------------------------------------------------------------------- */

static uint8_t *put32(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 4; i++)
        *at++ = (uint8_t)(value >> (24 - 8 * i));
    return at;
}

static tutela_status remove_entry(tt_delta *delta, const tt_set *layer, uint64_t number,
                                  const char *name, int32_t polarity, int *found,
                                  tutela_error *error)
{
    uint8_t record[RECORD];
    uint8_t *at = record;
    tt_set_entry entry;
    int hidden = 0;

    TT_TRY(tt_set_hidden(layer, number, &hidden, error));
    if (hidden)
        return TUTELA_OK;
    TT_TRY(tt_set_entry_at(layer, number, &entry, error));
    if (strcmp(entry.list->name, name) != 0
        || (polarity && polarity != (int32_t)entry.list->polarity))
        return TUTELA_OK;
    at = put32(at, layer->layer);
    at = put32(at, number);
    at = put32(at, (uint64_t)(entry.list - layer->list));
    *at = (uint8_t)entry.mask;
    *found = 1;
    return tt_sort_add(delta->sort, record, sizeof record, error);
}

tutela_status tt_delta_remove(tt_delta *delta, const tt_digests *digests, const char *name,
                              int32_t polarity, int *found, tutela_error *error)
{
    tt_prints prints = {0};

    *found = 0;
    for (const tt_set *layer = delta->base; layer; layer = layer->below) {
        tt_set_prints(layer, digests, &prints);
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
            uint64_t first = 0, count = 0;

            if (!(digests->mask >> a & 1) || layer->index[a].keys.count == 0)
                continue;
            TT_TRY(tt_set_find_print(layer, a, prints.value[a], &first, &count, error));
            for (uint64_t i = first; i < first + count; i++) {
                uint64_t number = 0;
                TT_TRY(tt_set_entry_of(layer, a, i, &number, error));
                TT_TRY(remove_entry(delta, layer, number, name, polarity, found, error));
            }
        }
    }
    return TUTELA_OK;
}

/* ---- Settling ---------------------------------------------------------------------------- */

static tutela_status cannot(const tt_delta *delta, const char *what, tutela_error *error)
{
    return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot %s a temporary file", delta->folder,
                   what);
}

/* One more of its kind; there are few kinds, and most entries are of the one before. */
static tutela_status count_kind(tt_delta *delta, const uint8_t *record, tutela_error *error)
{
    kind one = {.entries = 1};
    size_t low = 0;
    size_t high = delta->kind_count;

    memcpy(one.key, record + 2, 2);
    memcpy(one.key + 2, record + 8, 4);
    one.key[9] = record[12];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(delta->kinds[middle].key, one.key, sizeof one.key);
        if (order == 0) {
            delta->kinds[middle].entries++;
            return TUTELA_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (tt_grow((void **)&delta->kinds, &delta->kind_room, delta->kind_count, sizeof one) != 0)
        return tt_no_memory(error);
    memmove(&delta->kinds[low + 1], &delta->kinds[low], (delta->kind_count - low) * sizeof one);
    delta->kinds[low] = one;
    delta->kind_count++;
    return TUTELA_OK;
}

/* The sorted removals into the temporary file, each once. */
static tutela_status pour(tt_delta *delta, uint8_t *buffer, tutela_error *error)
{
    const void *record = NULL;
    uint64_t last = UINT64_MAX; /* no entry has that number in that layer */
    size_t used = 0;
    size_t size = 0;

    for (;;) {
        uint64_t number;
        TT_TRY(tt_sort_next(delta->sort, &record, &size, error));
        if (used && (!record || used == BUFFER)) {
            if (tt_write_all(delta->fd, buffer, used) != 0)
                return cannot(delta, "write", error);
            used = 0;
        }
        if (!record)
            return TUTELA_OK;
        number = tt_load64_be(record);
        if (number == last)
            continue;
        last = number;
        TT_TRY(count_kind(delta, record, error));
        tt_store64(buffer + used, number);
        used += TT_HIDDEN_SIZE;
        delta->count++;
    }
}

tutela_status tt_delta_settle(tt_delta *delta, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *buffer = NULL;

    TT_TRY(tt_sort_finish(delta->sort, error));
    if (tt_sort_count(delta->sort) == 0)
        return TUTELA_OK;
    buffer = tt_alloc_raw(BUFFER, 1);
    if (!buffer)
        return tt_no_memory(error);
    delta->fd = tt_temporary(delta->folder);
    if (delta->fd < 0)
        return cannot(delta, "create", error);
    TT_TRY(pour(delta, buffer, error));
    delta->hidden = tt_map(delta->fd, (size_t)delta->count * TT_HIDDEN_SIZE);
    return delta->hidden ? TUTELA_OK : cannot(delta, "map", error);
}

uint64_t tt_delta_hidden(const tt_delta *delta)
{
    return delta->count;
}

/* ---- What the base has ------------------------------------------------------------------- */

void tt_delta_list(tt_delta *delta, const char *name, const char *version,
                   tutela_polarity polarity)
{
    for (const tt_set *layer = delta->base; layer; layer = layer->below) {
        delta->list[layer->layer] = NULL;
        for (size_t i = 0; i < layer->list_count; i++)
            if (layer->list[i].polarity == polarity && strcmp(layer->list[i].name, name) == 0
                && strcmp(layer->list[i].version, version) == 0)
                delta->list[layer->layer] = &layer->list[i];
    }
}

static int is_removed(const tt_delta *delta, const tt_set *layer, uint64_t number)
{
    uint64_t wanted = tt_hidden_of(layer, number);
    uint64_t low = 0;
    uint64_t high = delta->count;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint64_t found = tt_load64(delta->hidden + middle * TT_HIDDEN_SIZE);
        if (found == wanted)
            return 1;
        if (found < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* Whether one of the keys that equal the row's digest is of entry `number`. */
static tutela_status is_tied(const tt_set *layer, int algorithm, const tt_row *row, uint64_t number,
                             int *tied, tutela_error *error)
{
    uint64_t first = 0, count = 0;

    *tied = 0;
    TT_TRY(tt_set_find_print(layer, algorithm, row->digests.value[algorithm], &first, &count,
                             error));
    for (uint64_t i = first; i < first + count && !*tied; i++) {
        uint64_t found = 0;
        TT_TRY(tt_set_entry_of(layer, algorithm, i, &found, error));
        *tied = found == number;
    }
    return TUTELA_OK;
}

/* Whether the entry is to be seen and equal to the row in every field. */
static tutela_status is_same(const tt_delta *delta, const tt_set *layer, uint64_t number,
                             const tt_row *row, int *same, tutela_error *error)
{
    tt_set_entry entry;
    tt_row other = TT_ROW_EMPTY;
    int hidden = 0;

    *same = 0;
    TT_TRY(tt_set_hidden(layer, number, &hidden, error));
    if (hidden || is_removed(delta, layer, number))
        return TUTELA_OK;
    TT_TRY(tt_set_entry_at(layer, number, &entry, error));
    tt_row_of_entry(&other, &entry);
    if (entry.list != delta->list[layer->layer] || entry.mask != row->digests.mask
        || !tt_row_facts_equal(&other, row))
        return TUTELA_OK;
    *same = 1;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT && *same; a++)
        if (row->digests.mask >> a & 1)
            TT_TRY(is_tied(layer, a, row, number, same, error));
    return TUTELA_OK;
}

tutela_status tt_delta_has(const tt_delta *delta, const tt_row *row, int *has, tutela_error *error)
{
    int algorithm = __builtin_ctz(row->digests.mask);

    *has = 0;
    for (const tt_set *layer = delta->base; layer && !*has; layer = layer->below) {
        uint64_t first = 0, count = 0;

        if (!delta->list[layer->layer])
            continue;
        TT_TRY(tt_set_find_print(layer, algorithm, row->digests.value[algorithm], &first, &count,
                                 error));
        for (uint64_t i = first; i < first + count && !*has; i++) {
            uint64_t number = 0;
            TT_TRY(tt_set_entry_of(layer, algorithm, i, &number, error));
            TT_TRY(is_same(delta, layer, number, row, has, error));
        }
    }
    return TUTELA_OK;
}

/* ---- Writing ----------------------------------------------------------------------------- */

static tutela_status write_kinds(const tt_delta *delta, tt_writer *writer, tutela_error *error)
{
    TT_TRY(tt_writer_begin(writer, TT_SECTION_HIDDEN_COUNTS, TT_NO_ALGORITHM, TT_HIDDEN_COUNT_SIZE,
                           error));
    for (size_t i = 0; i < delta->kind_count; i++) {
        const uint8_t *key = delta->kinds[i].key;
        uint8_t bytes[TT_HIDDEN_COUNT_SIZE];
        tt_store16(bytes, (uint16_t)(key[0] << 8 | key[1]));
        tt_store16(bytes + 2, key[9]);
        tt_store32(bytes + 4, (uint32_t)(tt_load64_be(key) >> 16));
        tt_store64(bytes + 8, delta->kinds[i].entries);
        TT_TRY(tt_writer_add(writer, bytes, sizeof bytes, error));
    }
    return tt_writer_end(writer, error);
}

tutela_status tt_delta_write(const tt_delta *delta, tt_writer *writer, tt_set_facts *facts,
                             tutela_error *error)
{
    TT_TRY(tt_writer_begin(writer, TT_SECTION_BASE, TT_NO_ALGORITHM, 1, error));
    TT_TRY(tt_writer_add(writer, delta->name, strlen(delta->name) + 1, error));
    TT_TRY(tt_writer_end(writer, error));
    TT_TRY(tt_writer_begin(writer, TT_SECTION_HIDDEN, TT_NO_ALGORITHM, TT_HIDDEN_SIZE, error));
    if (delta->count)
        TT_TRY(tt_writer_add(writer, delta->hidden, (size_t)delta->count * TT_HIDDEN_SIZE, error));
    TT_TRY(tt_writer_end(writer, error));
    TT_TRY(write_kinds(delta, writer, error));
    facts->base_id = delta->base_id;
    facts->layer = tt_set_layers(delta->base);
    return TUTELA_OK;
}
