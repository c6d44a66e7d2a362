/* diff: merges the sorted keys of all layers of two sets. */
#include "hashsets/diff.h"
#include "base/cursor.h"
#include "hashsets/layers.h"
#include "hashsets/set_internal.h"

#include <string.h>

/* The keys of one layer that are to be seen, in order. */
typedef struct layer_reader {
    const tt_set *layer;
    uint64_t next;      /* position after `key` */
    const uint8_t *key; /* NULL at the end */
} layer_reader;

/* Those of a whole set, each once. */
typedef struct reader {
    int algorithm;
    size_t count;
    const uint8_t *key; /* NULL at the end */
    layer_reader layer[TT_LAYERS_MAX];
} reader;

static tutela_status next_of_layer(layer_reader *from, int algorithm, tutela_error *error)
{
    const tt_set *set = from->layer;
    const tt_section *keys = &set->index[algorithm].keys;
    const uint8_t *last = from->key;

    from->key = NULL;
    while (from->next < keys->count) {
        uint64_t place = from->next * TT_KEY_SIZE;
        uint64_t number = 0;
        int hidden = 0;

        TT_TRY(tt_pages_touch(&set->pages, keys->offset + place, error));
        if (last && memcmp(keys->data + place, last, TT_KEY_SIZE) < 0)
            return tt_set_refuse(set->path, "malformed (order of keys)", error);
        last = keys->data + place;
        TT_TRY(tt_set_entry_of(set, algorithm, from->next++, &number, error));
        TT_TRY(tt_set_hidden(set, number, &hidden, error));
        if (!hidden) {
            from->key = last;
            break;
        }
    }
    return TUTELA_OK;
}

/* On to the next key; the layers that are at the one now leave it. */
static tutela_status next_key(reader *from, tutela_error *error)
{
    const uint8_t *now = from->key;
    const uint8_t *least = NULL;

    for (size_t i = 0; i < from->count; i++) {
        layer_reader *one = &from->layer[i];
        while (now && one->key && memcmp(one->key, now, TT_KEY_SIZE) == 0)
            TT_TRY(next_of_layer(one, from->algorithm, error));
        if (one->key && (!least || memcmp(one->key, least, TT_KEY_SIZE) < 0))
            least = one->key;
    }
    from->key = least;
    return TUTELA_OK;
}

static tutela_status begin(reader *from, const tt_set *set, int algorithm, tutela_error *error)
{
    *from = (reader){.algorithm = algorithm};
    for (; set; set = tt_set_below(set)) {
        layer_reader *one = &from->layer[from->count++];
        one->layer = set;
        TT_TRY(next_of_layer(one, algorithm, error));
    }
    return next_key(from, error);
}

int tt_set_comparable(const tt_set *a, const tt_set *b)
{
    return tt_seal_same(a->seal, b->seal);
}

tutela_status tt_set_compare(const tt_set *a, const tt_set *b, int algorithm, tt_set_diff *out,
                             tutela_error *error)
{
    tt_set_diff counts = {0};
    reader one;
    reader other;

    TT_TRY(begin(&one, a, algorithm, error));
    TT_TRY(begin(&other, b, algorithm, error));
    while (one.key || other.key) {
        int order = !one.key ? 1 : !other.key ? -1 : memcmp(one.key, other.key, TT_KEY_SIZE);
        counts.only_a += order < 0;
        counts.only_b += order > 0;
        counts.both += order == 0;
        if (order <= 0)
            TT_TRY(next_key(&one, error));
        if (order >= 0)
            TT_TRY(next_key(&other, error));
    }
    *out = counts;
    return TUTELA_OK;
}
