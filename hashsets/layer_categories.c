/*
 * layer_categories: counts the entries of a whole set by list and category. Of several layers, each
 * is counted by its records; then what is hidden is taken away, entry by entry.
 */
#include "base/cursor.h"
#include "base/mem.h"
#include "hashsets/layers.h"
#include "hashsets/set_internal.h"

#include <stdlib.h>
#include <string.h>

/* Entries of a category, in one layer or in all. */
typedef struct counted {
    const tt_set_list *list; /* of some layer: equal by tt_set_list_order */
    const char *scheme;
    const char *value;
    uint64_t entries;
} counted;

typedef struct counting {
    const tt_set *layer;
    counted *item;
    size_t count;
    size_t room;
} counting;

static int order(const void *a, const void *b)
{
    const counted *first = a;
    const counted *second = b;
    int out = tt_set_list_order(first->list, second->list);

    if (out == 0)
        out = strcmp(first->scheme, second->scheme);
    return out ? out : strcmp(first->value, second->value);
}

static tutela_status take_one(void *user, const tt_set_category *category, tutela_error *error)
{
    counting *to = user;

    if (tt_grow((void **)&to->item, &to->room, to->count, sizeof *to->item) != 0)
        return tt_no_memory(error);
    to->item[to->count++] = (counted){.list = &to->layer->list[category->list],
                                      .scheme = category->scheme,
                                      .value = category->value,
                                      .entries = category->entries};
    return TUTELA_OK;
}

/* All layers, each category once. Entries of all layers fit 64 bits. */
static tutela_status count_layers(const tt_set *set, counting *to, tutela_error *error)
{
    size_t kept = 0;

    for (; set; set = set->below) {
        to->layer = set;
        TT_TRY(tt_set_own_categories(set, take_one, to, error));
    }
    if (to->count)
        qsort(to->item, to->count, sizeof *to->item, order);
    for (size_t i = 0; i < to->count; i++)
        if (kept && order(&to->item[kept - 1], &to->item[i]) == 0)
            to->item[kept - 1].entries += to->item[i].entries;
        else
            to->item[kept++] = to->item[i];
    to->count = kept;
    return TUTELA_OK;
}

static tutela_status bad_counts(const tt_set *set, tutela_error *error)
{
    return tt_set_refuse(set->path, "malformed (entries by category)", error);
}

/* What the newer layers hide of `layer`. */
static tutela_status take_hidden(const tt_set *layer, const counting *from, tutela_error *error)
{
    tt_hidden_walk walk = {0};
    uint64_t number = 0;

    TT_TRY(tt_hidden_walk_begin(&walk, layer, error));
    for (;;) {
        tt_set_entry entry;
        counted wanted;
        counted *found;
        int more = 0;

        TT_TRY(tt_hidden_walk_skip(&walk, &number, &more, error));
        if (!more)
            return TUTELA_OK;
        TT_TRY(tt_set_entry_at(layer, number++, &entry, error));
        wanted = (counted){.list = entry.list, .scheme = entry.scheme, .value = entry.value};
        found = from->count ? bsearch(&wanted, from->item, from->count, sizeof wanted, order) : NULL;
        if (!found || found->entries == 0)
            return bad_counts(layer, error);
        found->entries--;
    }
}

/* What is left, by the lists of the whole, which must have as many. */
static tutela_status give_all(const tt_set *set, const counting *from, tt_category_taker *take,
                              void *user, tutela_error *error)
{
    const tt_view *view = &set->view;
    size_t next = 0;

    for (size_t list = 0; list < view->list_count; list++) {
        uint64_t left = view->list[list].entries;
        for (; next < from->count; next++) {
            const counted *one = &from->item[next];
            tt_set_category category = {.list = list,
                                        .scheme = one->scheme,
                                        .value = one->value,
                                        .entries = one->entries};
            if (one->entries == 0)
                continue;
            if (tt_set_list_order(one->list, &view->list[list]) != 0)
                break;
            if (one->entries > left)
                return bad_counts(set, error);
            left -= one->entries;
            TT_TRY(take(user, &category, error));
        }
        if (left)
            return bad_counts(set, error);
    }
    for (; next < from->count; next++)
        if (from->item[next].entries)
            return bad_counts(set, error);
    return TUTELA_OK;
}

tutela_status tt_set_categories(const tt_set *set, tt_category_taker *take, void *user,
                                tutela_error *error)
{
    counting all = {0};
    tutela_status status;

    if (!set->below)
        return tt_set_own_categories(set, take, user, error);
    status = count_layers(set, &all, error);
    for (const tt_set *layer = set->below; layer && status == TUTELA_OK; layer = layer->below)
        status = take_hidden(layer, &all, error);
    if (status == TUTELA_OK)
        status = give_all(set, &all, take, user, error);
    tt_free(all.item);
    return status;
}
