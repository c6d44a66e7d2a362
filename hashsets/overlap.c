/* overlap: looks rows up in other sets, many at once. */
#include "hashsets/overlap.h"
#include "base/mem.h"
#include "hashsets/layers.h"
#include "hashsets/pairs.h"

#include <string.h>

/* Rows that wait for a look-up: enough for tt_set_find_many to overlap its waits. 1.4 MB. */
#define BATCH 1024u
/*
 * Entries of one digest that are looked at for their lists: a list behind thousands of entries of
 * another one for the same digest may be missed, but no row takes longer than that.
 */
#define ENTRIES_LOOKED 4096u
#define ROW_LISTS 64u /* lists of one set that one row is counted for */

/* A set, and where its lists begin in the numbering of all. */
typedef struct other {
    const tt_set *set;
    uint32_t base;
    uint32_t opposed; /* lists of the other polarity */
    const tt_set_list *met; /* the list met last, most often met next; of some layer */
    size_t last;            /* its index in the whole set */
} other;

/* A list that one row is in, by any layer. */
typedef struct found {
    size_t list; /* index in the whole set */
    uint32_t mask; /* by which digests */
} found;

struct tt_overlap {
    other *sets;
    size_t set_count;
    tutela_polarity opposite;
    size_t held;
    tt_pairs pairs;
    uint32_t source[BATCH];
    tt_digests digests[BATCH];
    uint8_t values[BATCH][TUTELA_DIGEST_MAX]; /* of one algorithm */
    tt_set_run runs[BATCH];
    tt_set_run by_row[BATCH][TUTELA_ALGORITHM_COUNT]; /* in one layer */
    found lists[BATCH][ROW_LISTS];                    /* in one set */
    size_t list_count[BATCH];
};

tutela_status tt_overlap_new(tt_overlap **out, tt_set *const *sets, size_t count,
                             tutela_polarity polarity, tutela_error *error)
{
    tt_overlap *overlap = tt_alloc(1, sizeof *overlap);
    uint32_t base = 0;

    if (overlap)
        overlap->sets = tt_alloc(count + 1, sizeof *overlap->sets);
    if (!overlap || !overlap->sets) {
        tt_overlap_free(overlap);
        return tt_no_memory(error);
    }
    tt_pairs_begin(&overlap->pairs);
    overlap->opposite = polarity == TUTELA_KNOWN_BAD ? TUTELA_KNOWN_GOOD : TUTELA_KNOWN_BAD;
    overlap->set_count = count;
    for (size_t i = 0; i < count; i++) {
        other *one = &overlap->sets[i];
        size_t lists = tt_set_list_count(sets[i]);
        *one = (other){.set = sets[i], .base = base};
        for (size_t n = 0; n < lists; n++)
            one->opposed += tt_set_list_at(sets[i], n)->polarity == overlap->opposite;
        base += (uint32_t)lists;
    }
    *out = overlap;
    return TUTELA_OK;
}

void tt_overlap_free(tt_overlap *overlap)
{
    if (!overlap)
        return;
    tt_pairs_done(&overlap->pairs);
    tt_free(overlap->sets);
    tt_free(overlap);
}

/* The index of an entry's list; the number of lists when it is none of the set's. */
static size_t list_index(other *in, const tt_set_list *list)
{
    size_t count = tt_set_list_count(in->set);

    if (in->met == list)
        return in->last;
    for (size_t i = 0; i < count; i++)
        if (tt_set_list_order(tt_set_list_at(in->set, i), list) == 0) {
            in->met = list;
            return in->last = i;
        }
    return count;
}

/*
 * Add the opposed lists of a row's entries in one layer to what was found of it, until all of them are
 * there by this digest.
 */
static tutela_status look_at(tt_overlap *overlap, other *in, const tt_set *layer, int algorithm,
                             size_t row, tutela_error *error)
{
    const tt_set_run *run = &overlap->by_row[row][algorithm];
    found *lists = overlap->lists[row];
    size_t *count = &overlap->list_count[row];
    uint32_t seen = 0;

    for (uint64_t n = 0; n < run->count && n < ENTRIES_LOOKED && seen < in->opposed; n++) {
        uint64_t number = 0;
        tt_set_entry entry;
        size_t list;
        size_t at = 0;
        int hidden = 0;
        TT_TRY(tt_set_entry_of(layer, algorithm, run->first + n, &number, error));
        TT_TRY(tt_set_hidden(layer, number, &hidden, error));
        if (hidden)
            continue;
        TT_TRY(tt_set_entry_at(layer, number, &entry, error));
        list = list_index(in, entry.list);
        if (entry.list->polarity != overlap->opposite || list == tt_set_list_count(in->set))
            continue;
        while (at < *count && lists[at].list != list)
            at++;
        if (at == ROW_LISTS)
            continue;
        if (at == *count)
            lists[(*count)++] = (found){.list = list};
        seen += !(lists[at].mask >> algorithm & 1);
        lists[at].mask |= TUTELA_BIT(algorithm);
    }
    return TUTELA_OK;
}

static tutela_status tally(tt_overlap *overlap, const other *in, size_t row, tutela_error *error)
{
    const found *lists = overlap->lists[row];

    for (size_t i = 0; i < overlap->list_count[row]; i++) {
        tt_pair *pair = NULL;
        TT_TRY(tt_pairs_at(&overlap->pairs, overlap->source[row],
                           in->base + (uint32_t)lists[i].list, &pair, error));
        if (!pair)
            continue;
        pair->rows++;
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            pair->digests[a] += lists[i].mask >> a & 1;
    }
    return TUTELA_OK;
}

/* The runs of all held rows in one layer, for one algorithm. */
static tutela_status find(tt_overlap *overlap, const tt_set *layer, int algorithm,
                          tutela_error *error)
{
    size_t count = 0;

    for (size_t row = 0; row < overlap->held; row++)
        if (overlap->digests[row].mask >> algorithm & 1)
            memcpy(overlap->values[count++], overlap->digests[row].value[algorithm],
                   tt_digest_size(algorithm));
    TT_TRY(tt_set_find_many(layer, algorithm, overlap->values[0], sizeof overlap->values[0],
                            count, overlap->runs, error));
    count = 0;
    for (size_t row = 0; row < overlap->held; row++)
        overlap->by_row[row][algorithm] = overlap->digests[row].mask >> algorithm & 1
                                              ? overlap->runs[count++]
                                              : (tt_set_run){0};
    return TUTELA_OK;
}

static tutela_status hold_against(tt_overlap *overlap, other *in, tutela_error *error)
{
    memset(overlap->list_count, 0, sizeof overlap->list_count);
    for (const tt_set *layer = in->set; layer; layer = tt_set_below(layer)) {
        for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
            TT_TRY(find(overlap, layer, algorithm, error));
        for (size_t row = 0; row < overlap->held; row++)
            for (int algorithm = 0; algorithm < TUTELA_ALGORITHM_COUNT; algorithm++)
                TT_TRY(look_at(overlap, in, layer, algorithm, row, error));
    }
    for (size_t row = 0; row < overlap->held; row++)
        TT_TRY(tally(overlap, in, row, error));
    return TUTELA_OK;
}

static tutela_status flush(tt_overlap *overlap, tutela_error *error)
{
    tutela_status status = TUTELA_OK;

    for (size_t i = 0; status == TUTELA_OK && overlap->held && i < overlap->set_count; i++)
        if (overlap->sets[i].opposed)
            status = hold_against(overlap, &overlap->sets[i], error);
    overlap->held = 0;
    return status;
}

tutela_status tt_overlap_add(tt_overlap *overlap, uint32_t source, const tt_digests *digests,
                             tutela_error *error)
{
    overlap->source[overlap->held] = source;
    overlap->digests[overlap->held++] = *digests;
    return overlap->held == BATCH ? flush(overlap, error) : TUTELA_OK;
}

tutela_status tt_overlap_finish(tt_overlap *overlap, tutela_error *error)
{
    TT_TRY(flush(overlap, error));
    tt_pairs_order(&overlap->pairs);
    return TUTELA_OK;
}

int tt_overlap_at(const tt_overlap *overlap, size_t index, tt_overlap_pair *out)
{
    const tt_pair *pair;
    size_t set = 0;

    if (index >= overlap->pairs.count)
        return 0;
    pair = &overlap->pairs.pair[index];
    while (set + 1 < overlap->set_count && overlap->sets[set + 1].base <= pair->second)
        set++;
    *out = (tt_overlap_pair){.list = tt_set_list_at(overlap->sets[set].set,
                                                    pair->second - overlap->sets[set].base),
                             .set = set,
                             .source = pair->first,
                             .rows = pair->rows};
    memcpy(out->digests, pair->digests, sizeof out->digests);
    return 1;
}
