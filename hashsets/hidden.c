/*
 * hidden: what a delta hides of the layers below it. It was written by whoever wrote the delta, and
 * is held against those layers.
 */
#include "hashsets/hidden.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "hashsets/layers.h"

/* ---- What is hidden ---------------------------------------------------------------------- */

/* The index-th of what a delta hides. */
static tutela_status hidden_at(const tt_set *set, uint64_t index, uint64_t *out,
                               tutela_error *error)
{
    uint64_t place = index * TT_HIDDEN_SIZE;

    TT_TRY(tt_pages_touch(&set->pages, set->hidden.offset + place, error));
    *out = tt_load64(set->hidden.data + place);
    return TUTELA_OK;
}

/* *out becomes the index of the first that is not below `value`. */
static tutela_status hidden_from(const tt_set *set, uint64_t value, uint64_t *out,
                                 tutela_error *error)
{
    uint64_t low = 0;
    uint64_t high = set->hidden.count;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint64_t found = 0;
        TT_TRY(hidden_at(set, middle, &found, error));
        if (found < value)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return TUTELA_OK;
}

/* Whether a layer newer than `layer` and older than `end` hides its entry. */
static tutela_status hidden_before(const tt_set *layer, uint64_t number, const tt_set *end,
                                   int *hidden, tutela_error *error)
{
    uint64_t wanted = tt_hidden_of(layer, number);

    *hidden = 0;
    for (const tt_set *one = layer->above; one && one != end && !*hidden; one = one->above) {
        uint64_t at = 0;
        uint64_t found = 0;
        TT_TRY(hidden_from(one, wanted, &at, error));
        if (at == one->hidden.count)
            continue;
        TT_TRY(hidden_at(one, at, &found, error));
        *hidden = found == wanted;
    }
    return TUTELA_OK;
}

tutela_status tt_set_hidden(const tt_set *layer, uint64_t number, int *hidden, tutela_error *error)
{
    return hidden_before(layer, number, NULL, hidden, error);
}

tutela_status tt_hidden_walk_begin(tt_hidden_walk *walk, const tt_set *layer, tutela_error *error)
{
    walk->layer = layer;
    for (const tt_set *one = layer->above; one; one = one->above)
        TT_TRY(hidden_from(one, tt_hidden_of(layer, 0), &walk->at[one->layer], error));
    return TUTELA_OK;
}

tutela_status tt_hidden_walk_next(tt_hidden_walk *walk, uint64_t number, int *hidden,
                                  tutela_error *error)
{
    uint64_t wanted = tt_hidden_of(walk->layer, number);

    *hidden = 0;
    for (const tt_set *one = walk->layer->above; one; one = one->above) {
        uint64_t *at = &walk->at[one->layer];
        for (; *at < one->hidden.count; ++*at) {
            uint64_t found = 0;
            TT_TRY(hidden_at(one, *at, &found, error));
            *hidden |= found == wanted;
            if (found >= wanted)
                break;
        }
    }
    return TUTELA_OK;
}

tutela_status tt_hidden_walk_skip(tt_hidden_walk *walk, uint64_t *number, int *more,
                                  tutela_error *error)
{
    uint64_t end = tt_hidden_of(walk->layer, 0) + walk->layer->entries;
    uint64_t least = end;

    for (const tt_set *one = walk->layer->above; one; one = one->above) {
        uint64_t *at = &walk->at[one->layer];
        for (; *at < one->hidden.count; ++*at) {
            uint64_t found = 0;
            TT_TRY(hidden_at(one, *at, &found, error));
            if (found < tt_hidden_of(walk->layer, *number))
                continue;
            least = found < least ? found : least;
            break;
        }
    }
    *more = least < end;
    if (*more)
        *number = least & UINT32_MAX;
    return TUTELA_OK;
}

/* ---- What a delta says of the layers below ------------------------------------------------ */

tutela_status tt_hidden_bad(const tt_set *set, tutela_error *error)
{
    return tt_set_refuse(set->path, "malformed (what it removes)", error);
}

tutela_status tt_hidden_check(const tt_set *set, const tt_layer_table *all, tutela_error *error)
{
    uint64_t least = 0;

    for (uint64_t i = 0; i < set->hidden.count; i++) {
        uint64_t found = 0;
        TT_TRY(hidden_at(set, i, &found, error));
        if (found < least || found >> 32 >= set->layer
            || (found & UINT32_MAX) >= all->at[found >> 32]->entries)
            return tt_hidden_bad(set, error);
        least = found + 1;
    }
    return TUTELA_OK;
}

tutela_status tt_hidden_count_at(const tt_set *set, uint64_t index, tt_hidden_count *out,
                                 tutela_error *error)
{
    uint64_t place = index * TT_HIDDEN_COUNT_SIZE;
    const uint8_t *bytes = set->hidden_counts.data + place;

    TT_TRY(tt_pages_touch(&set->pages, set->hidden_counts.offset + place, error));
    *out = (tt_hidden_count){.layer = tt_load16(bytes),
                          .mask = tt_load16(bytes + 2),
                          .list = tt_load32(bytes + 4),
                          .entries = tt_load64(bytes + 8)};
    return TUTELA_OK;
}

/* Their order in the file, as a number. */
static uint64_t count_rank(const tt_hidden_count *one)
{
    return (uint64_t)one->layer << 48 | (uint64_t)one->list << 16 | one->mask;
}

tutela_status tt_hidden_check_counts(const tt_set *set, const tt_layer_table *all, tutela_error *error)
{
    uint64_t hidden[TT_LAYERS_MAX] = {0};
    uint64_t least = 0;
    uint64_t from = 0;

    for (uint64_t i = 0; i < set->hidden_counts.count; i++) {
        tt_hidden_count one = {0};
        TT_TRY(tt_hidden_count_at(set, i, &one, error));
        if (one.layer >= set->layer || one.list >= all->at[one.layer]->list_count || one.mask == 0
            || one.mask >= TT_SET_MASKS || count_rank(&one) < least || one.entries == 0
            || one.entries > all->at[one.layer]->entries - hidden[one.layer])
            return tt_hidden_bad(set, error);
        least = count_rank(&one) + 1;
        hidden[one.layer] += one.entries;
    }
    for (uint64_t layer = 0; layer < set->layer; layer++) {
        uint64_t end = 0;
        TT_TRY(hidden_from(set, (layer + 1) << 32, &end, error));
        if (end - from != hidden[layer])
            return tt_hidden_bad(set, error);
        from = end;
    }
    return from == set->hidden.count ? TUTELA_OK : tt_hidden_bad(set, error);
}

/* ---- Checking all of it ------------------------------------------------------------------- */

/* *out becomes the index of the kind in HIDDEN_COUNTS, and *most its entries; 0 when it is not there. */
static tutela_status find_kind(const tt_set *set, const tt_hidden_count *kind, uint64_t *out,
                               uint64_t *most, tutela_error *error)
{
    uint64_t low = 0;
    uint64_t high = set->hidden_counts.count;
    tt_hidden_count one = {0};

    *most = 0;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        TT_TRY(tt_hidden_count_at(set, middle, &one, error));
        if (count_rank(&one) == count_rank(kind)) {
            *out = middle;
            *most = one.entries;
            return TUTELA_OK;
        }
        if (count_rank(&one) < count_rank(kind))
            low = middle + 1;
        else
            high = middle;
    }
    return TUTELA_OK;
}

tutela_status tt_hidden_check_kinds(const tt_set *set, const tt_layer_table *all, tutela_error *error)
{
    TT_AUTO_FREE uint64_t *met = tt_alloc((size_t)set->hidden_counts.count, sizeof *met);

    if (!met)
        return tt_no_memory(error);
    for (uint64_t i = 0; i < set->hidden.count; i++) {
        uint64_t found = 0;
        uint64_t at = 0;
        uint64_t most = 0;
        const tt_set *layer;
        tt_set_entry entry;
        tt_hidden_count kind;
        int hidden = 0;

        TT_TRY(hidden_at(set, i, &found, error));
        layer = all->at[found >> 32];
        TT_TRY(tt_set_entry_at(layer, found & UINT32_MAX, &entry, error));
        TT_TRY(hidden_before(layer, found & UINT32_MAX, set, &hidden, error));
        kind = (tt_hidden_count){.layer = layer->layer,
                              .list = (uint32_t)(entry.list - layer->list),
                              .mask = entry.mask};
        TT_TRY(find_kind(set, &kind, &at, &most, error));
        if (hidden || most == 0 || ++met[at] > most)
            return tt_hidden_bad(set, error);
    }
    return TUTELA_OK; /* none is over its count, and their sum was held against all at open */
}
