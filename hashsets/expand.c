/*
 * expand: a set's index leads from fingerprints to entries; here they are sorted the other way.
 *
 * An algorithm whose numbers are an identity has its keys in the order of entries already: a plain
 * list of one algorithm needs no sorting at all.
 */
#include "hashsets/expand.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/thread.h"
#include "hashsets/build.h"
#include "hashsets/layers.h"
#include "hashsets/place.h"
#include "hashsets/set_internal.h"

#include <string.h>

#define RECORD (5u + TT_KEY_SIZE) /* entry, most significant byte first; algorithm; fingerprint */

void tt_row_of_entry(tt_row *row, const tt_set_entry *entry)
{
    row->size = entry->size;
    row->entry = entry->id == entry->opaque ? "" : entry->id;
    row->scheme = entry->scheme;
    row->value = entry->value;
    row->owner = entry->owner;
    row->flags = entry->flags;
    row->updated = entry->updated;
}

int tt_row_facts_equal(const tt_row *a, const tt_row *b)
{
    return a->size == b->size && strcmp(a->entry, b->entry) == 0
           && strcmp(a->scheme, b->scheme) == 0 && strcmp(a->value, b->value) == 0
           && strcmp(a->owner, b->owner) == 0 && a->flags == b->flags
           && tt_date_of(a->updated) == tt_date_of(b->updated);
}

/* One layer on its way back. */
typedef struct expansion {
    const tt_set *layer;
    tt_sort *sort;         /* fingerprints of the algorithms that are not in order */
    const uint8_t *next;   /* the sort's next record, NULL at its end */
    uint32_t in_order;     /* mask: algorithms whose n-th key is entry n's */
} expansion;

static tutela_status print_at(const tt_set *set, int algorithm, uint64_t position,
                              const uint8_t **out, tutela_error *error)
{
    const tt_section *keys = &set->index[algorithm].keys;
    uint64_t place = position * TT_KEY_SIZE;

    TT_TRY(tt_pages_touch(&set->pages, keys->offset + place, error));
    *out = keys->data + place;
    return TUTELA_OK;
}

static tutela_status sort_keys(expansion *in, int algorithm, tutela_error *error)
{
    const tt_set *set = in->layer;

    for (uint64_t i = 0; i < set->index[algorithm].keys.count; i++) {
        uint8_t record[RECORD];
        const uint8_t *print = NULL;
        uint64_t number = 0;

        TT_TRY(tt_set_entry_of(set, algorithm, i, &number, error));
        TT_TRY(print_at(set, algorithm, i, &print, error));
        for (unsigned at = 0; at < 4; at++)
            record[at] = (uint8_t)(number >> (24 - 8 * at));
        record[4] = (uint8_t)algorithm;
        memcpy(record + 5, print, TT_KEY_SIZE);
        TT_TRY(tt_sort_add(in->sort, record, sizeof record, error));
    }
    return TUTELA_OK;
}

static tutela_status next_record(expansion *in, tutela_error *error)
{
    const void *record = NULL;
    size_t size = 0;

    TT_TRY(tt_sort_next(in->sort, &record, &size, error));
    in->next = record;
    return TUTELA_OK;
}

/* All fingerprints of entry `number`, which must be asked for in order. */
static tutela_status gather(expansion *in, uint64_t number, tt_digests *out, tutela_error *error)
{
    out->mask = 0;
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        const uint8_t *print = NULL;
        if (!(in->in_order >> a & 1) || number >= in->layer->index[a].keys.count)
            continue;
        TT_TRY(print_at(in->layer, a, number, &print, error));
        memcpy(out->value[a], print, TT_KEY_SIZE);
        out->mask |= TUTELA_BIT(a);
    }
    while (in->next && tt_load64_be(in->next) >> 32 == number) {
        uint8_t algorithm = in->next[4];
        if (out->mask >> algorithm & 1)
            return tt_set_refuse(in->layer->path, "malformed (an entry's digests)", error);
        memcpy(out->value[algorithm], in->next + 5, TT_KEY_SIZE);
        out->mask |= TUTELA_BIT(algorithm);
        TT_TRY(next_record(in, error));
    }
    return TUTELA_OK;
}

typedef tutela_status taker(void *user, const tt_set_list *list, const tt_row *row,
                            tutela_error *error);

static tutela_status hand_over(expansion *in, taker *take, void *user, tutela_error *error)
{
    tt_hidden_walk walk;

    TT_TRY(tt_hidden_walk_begin(&walk, in->layer, error));
    for (uint64_t number = 0; number < in->layer->entries; number++) {
        tt_set_entry entry;
        tt_row row = TT_ROW_EMPTY;
        int hidden = 0;

        TT_TRY(gather(in, number, &row.digests, error));
        TT_TRY(tt_hidden_walk_next(&walk, number, &hidden, error));
        if (hidden)
            continue;
        TT_TRY(tt_set_entry_at(in->layer, number, &entry, error));
        if (entry.mask != row.digests.mask)
            return tt_set_refuse(in->layer->path, "malformed (an entry's digests)", error);
        tt_row_of_entry(&row, &entry);
        TT_TRY(take(user, entry.list, &row, error));
    }
    return TUTELA_OK;
}

static tutela_status expand_layer(expansion *in, taker *take, void *user, tutela_error *error)
{
    const tt_set *set = in->layer;

    tt_sort_workers(in->sort, tt_thread_processors() - 1);
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        if (set->index[a].numbers.encoding == TT_ENCODING_IDENTITY)
            in->in_order |= TUTELA_BIT(a);
        else
            TT_TRY(sort_keys(in, a, error));
    TT_TRY(tt_sort_finish(in->sort, error));
    TT_TRY(next_record(in, error));
    return hand_over(in, take, user, error);
}

/*
 * Hand every entry that is to be seen to `take`, layer by layer in the order of entries. The first
 * TT_KEY_SIZE bytes of the row's digests are fingerprints, the rest is undefined; row->line is 0.
 */
static tutela_status expand(const tt_set *set, uint64_t memory, const char *folder, taker *take,
                            void *user, tutela_error *error)
{
    tutela_status status = TUTELA_OK;

    if (memory > SIZE_MAX / 4)
        memory = SIZE_MAX / 4;
    for (; set && status == TUTELA_OK; set = tt_set_below(set)) {
        expansion in = {.layer = set};
        status = tt_sort_new(&in.sort, NULL, (size_t)memory, folder, error);
        if (status == TUTELA_OK)
            status = expand_layer(&in, take, user, error);
        tt_sort_free(in.sort);
    }
    return status;
}

/* ---- Into one set ------------------------------------------------------------------------ */

typedef struct compaction {
    tt_build *build;
    const tt_set_list *list; /* the rows' list now */
} compaction;

static tutela_status take_row(void *user, const tt_set_list *list, const tt_row *row,
                              tutela_error *error)
{
    compaction *to = user;

    if (list != to->list)
        TT_TRY(tt_build_list(to->build, list->name, list->version, list->polarity, error));
    to->list = list;
    return tt_build_add(to->build, row, error);
}

tutela_status tt_set_compact(const tt_set *set, const char *output, uint64_t memory,
                             int64_t created, uint64_t *entries, tutela_error *error)
{
    TT_AUTO_FREE char *folder = tt_place_folder(output);
    tt_build_counts counts = {0};
    compaction to = {0};
    tutela_status status;

    if (!folder)
        return tt_no_memory(error);
    status = tt_build_new(&to.build, output, memory / 2, error);
    if (status == TUTELA_OK)
        status = tt_build_seal(to.build, set->seal, error);
    if (status == TUTELA_OK)
        status = tt_build_prints(to.build, error);
    if (status == TUTELA_OK) {
        tt_build_expires(to.build, tt_set_expires(set));
        status = expand(set, memory / 2, folder, take_row, &to, error);
    }
    if (status == TUTELA_OK)
        status = tt_build_finish(to.build, created, &counts, error);
    tt_build_free(to.build);
    if (status == TUTELA_OK)
        *entries = counts.accepted;
    return status;
}
