/*
 * match: digests of an item -> matches with entries of sets -> grade.
 *
 * An entry's digests are tied together by its number alone. When one digest of an item finds an
 * entry, each other digest that the entry lists must find the same entry too: it then agrees, else
 * the entry's digests disagree.
 *
 * A set of several layers is asked layer by layer. What a newer one hides is left out once it is
 * found, so that removals cost a miss nothing.
 */
#include "match/match.h"

#include "base/mem.h"
#include "hashsets/layers.h"
#include "hashsets/row.h"
#include "match/cover.h"
#include "match/grade.h"

#include <stdlib.h>
#include <string.h>

struct tt_matcher {
    tt_set **sets;
    size_t count;
    uint32_t present; /* see tt_cover_cheapest */
    uint32_t listed;
    uint32_t polarities;
};

tutela_status tt_matcher_new(tt_matcher **out, tt_set *const *sets, size_t count,
                             tutela_error *error)
{
    tt_matcher *matcher = tt_alloc(1, sizeof *matcher);

    if (matcher)
        matcher->sets = tt_alloc(count, sizeof *matcher->sets);
    if (!matcher || !matcher->sets) {
        tt_free(matcher);
        return tt_no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        matcher->sets[i] = tt_set_keep(sets[i]);
        for (uint32_t mask = 1; mask <= TT_DIGEST_ALL; mask++)
            if (tt_set_mask_count(sets[i], mask) > 0) {
                matcher->present |= TUTELA_BIT(mask);
                matcher->listed |= mask;
            }
        for (const tt_set *set = sets[i]; set; set = tt_set_below(set))
            matcher->polarities |= tt_set_polarities(set);
    }
    matcher->count = count;
    *out = matcher;
    return TUTELA_OK;
}

void tt_matcher_free(tt_matcher *matcher)
{
    if (!matcher)
        return;
    for (size_t i = 0; i < matcher->count; i++)
        tt_set_close(matcher->sets[i]);
    tt_free(matcher->sets);
    tt_free(matcher);
}

uint32_t tt_matcher_cover(const tt_matcher *matcher, uint32_t asked,
                          const uint32_t cost[TUTELA_ALGORITHM_COUNT])
{
    return tt_cover_cheapest(matcher->present, asked, cost);
}

uint32_t tt_matcher_polarities(const tt_matcher *matcher)
{
    return matcher->polarities;
}

uint32_t tt_matcher_listed(const tt_matcher *matcher)
{
    return matcher->listed;
}

/* What becomes of an entry that a digest of `algorithm` found. */
typedef tutela_status entry_taker(void *user, const tt_set *set, int algorithm, uint64_t number,
                                  tutela_error *error);

/* The entry of the key at `position`, unless a newer layer hides it. */
static tutela_status take_entry(const tt_set *set, int algorithm, uint64_t position,
                                entry_taker *take, void *user, tutela_error *error)
{
    uint64_t number = 0;
    int hidden = 0;

    TT_TRY(tt_set_entry_of(set, algorithm, position, &number, error));
    TT_TRY(tt_set_hidden(set, number, &hidden, error));
    return hidden ? TUTELA_OK : take(user, set, algorithm, number, error);
}

/* The entries of one layer that any of the digests finds, once for each that does. */
static tutela_status find_entries(const tt_set *set, const tt_digests *digests, tt_prints *prints,
                                  entry_taker *take, void *user, tutela_error *error)
{
    tt_set_prints(set, digests, prints);
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        uint64_t first = 0, count = 0;

        if (!(digests->mask & TUTELA_BIT(a)) || tt_set_digest_count(set, a) == 0)
            continue;
        TT_TRY(tt_set_find_print(set, a, prints->value[a], &first, &count, error));
        for (uint64_t i = 0; i < count; i++)
            TT_TRY(take_entry(set, a, first + i, take, user, error));
    }
    return TUTELA_OK;
}

/* The taker that gathers polarities: `user` is a mask of them. */
static tutela_status add_polarity(void *user, const tt_set *set, int algorithm, uint64_t number,
                                  tutela_error *error)
{
    uint32_t *mask = user;
    tt_set_entry entry;

    (void)algorithm;
    TT_TRY(tt_set_entry_at(set, number, &entry, error));
    *mask |= TUTELA_BIT(entry.list->polarity);
    return TUTELA_OK;
}

tutela_status tt_match_probe(const tt_matcher *matcher, const tt_digests *digests,
                             uint32_t *polarities, tutela_error *error)
{
    tt_prints prints = {0};
    uint32_t mask = 0;

    for (size_t s = 0; s < matcher->count; s++)
        for (const tt_set *set = matcher->sets[s]; set; set = tt_set_below(set))
            TT_TRY(find_entries(set, digests, &prints, add_polarity, &mask, error));
    *polarities = mask;
    return TUTELA_OK;
}

void tt_matches_done(tt_matches *matches)
{
    tt_free(matches->match);
    tt_free(matches->opaque);
    *matches = (tt_matches){0};
}

/* An entry of one layer that a digest of the item found. */
typedef struct touched {
    uint64_t number;
    uint32_t agreed; /* the algorithms that found it */
    uint32_t reserved;
} touched;

typedef struct touched_list {
    touched *item;
    size_t count;
    size_t room;
} touched_list;

/* The taker that keeps them: `user` is a touched_list. */
static tutela_status touch(void *user, const tt_set *set, int algorithm, uint64_t number,
                           tutela_error *error)
{
    touched_list *list = user;

    (void)set;
    if (tt_grow((void **)&list->item, &list->room, list->count, sizeof *list->item) != 0)
        return tt_no_memory(error);
    list->item[list->count++] = (touched){.number = number, .agreed = TUTELA_BIT(algorithm)};
    return TUTELA_OK;
}

static int by_number(const void *left, const void *right)
{
    const touched *a = left, *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

/* One row for each entry, however many digests found it. */
static void unite(touched_list *list)
{
    size_t kept = 0;

    if (list->count > 1)
        qsort(list->item, list->count, sizeof *list->item, by_number);
    for (size_t i = 0; i < list->count; i++)
        if (kept > 0 && list->item[kept - 1].number == list->item[i].number)
            list->item[kept - 1].agreed |= list->item[i].agreed;
        else
            list->item[kept++] = list->item[i];
    list->count = kept;
}

static tutela_status add_match(const tt_set *set, const touched *found, const tt_digests *digests,
                               uint64_t bytes, tt_matches *out, tutela_error *error)
{
    tt_set_entry entry;
    tutela_match match;

    TT_TRY(tt_set_entry_at(set, found->number, &entry, error));
    if (tt_grow((void **)&out->match, &out->room, out->count, sizeof *out->match) != 0
        || tt_grow((void **)&out->opaque, &out->opaque_room, out->count, sizeof *out->opaque) != 0)
        return tt_no_memory(error);
    memcpy(out->opaque[out->count], entry.opaque, sizeof out->opaque[0]);
    match = (tutela_match){.list = entry.list->name,
                           .version = entry.list->version,
                           .entry = entry.id == entry.opaque ? NULL : entry.id,
                           .category = {.scheme = entry.scheme, .value = entry.value},
                           .polarity = (int32_t)entry.list->polarity,
                           .agreed = found->agreed,
                           .disagreed = entry.mask & digests->mask & ~found->agreed,
                           .owner = entry.owner,
                           .updated = entry.updated,
                           .flags = entry.flags};
    match.grade = (int32_t)tt_grade(match.agreed, match.disagreed, entry.size, bytes);
    out->match[out->count++] = match;
    return TUTELA_OK;
}

static int by_number_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Matches that are the same in what has a text: by the rest of what reports show. */
static int by_rest(const tutela_match *a, const tutela_match *b)
{
    int order = by_number_of(a->polarity, b->polarity);

    if (order == 0)
        order = by_number_of(a->agreed, b->agreed);
    if (order == 0)
        order = by_number_of(a->disagreed, b->disagreed);
    if (order == 0)
        order = by_number_of(a->grade, b->grade);
    if (order == 0)
        order = by_number_of(a->flags, b->flags);
    return order != 0 ? order : by_number_of(a->updated, b->updated);
}

/* Matches with one layer; `list` and `prints` are kept from layer to layer. */
static tutela_status match_layer(const tt_set *set, const tt_digests *digests, uint64_t bytes,
                                 tt_prints *prints, touched_list *list, tt_matches *out,
                                 tutela_error *error)
{
    list->count = 0;
    TT_TRY(find_entries(set, digests, prints, touch, list, error));
    unite(list);
    for (size_t i = 0; i < list->count; i++)
        TT_TRY(add_match(set, &list->item[i], digests, bytes, out, error));
    return TUTELA_OK;
}

static int by_text(const void *left, const void *right)
{
    const tutela_match *a = left, *b = right;
    int order = strcmp(a->list, b->list);

    if (order == 0)
        order = strcmp(a->version, b->version);
    if (order == 0)
        order = strcmp(a->entry, b->entry);
    if (order == 0)
        order = strcmp(a->category.scheme, b->category.scheme);
    if (order == 0)
        order = strcmp(a->category.value, b->category.value);
    if (order == 0)
        order = strcmp(a->owner, b->owner);
    return order != 0 ? order : by_rest(a, b);
}

/* No more matches: ids in `opaque` no longer move, and the order is that of reports. */
static void settle(tt_matches *out)
{
    for (size_t i = 0; i < out->count; i++)
        if (!out->match[i].entry)
            out->match[i].entry = out->opaque[i];
    if (out->count > 1)
        qsort(out->match, out->count, sizeof *out->match, by_text);
}

tutela_status tt_match_find(const tt_matcher *matcher, const tt_digests *digests, uint64_t bytes,
                            tt_matches *out, tutela_error *error)
{
    touched_list list = {0};
    tt_prints prints = {0};
    tutela_status status = TUTELA_OK;

    out->count = 0;
    for (size_t s = 0; s < matcher->count; s++)
        for (const tt_set *set = matcher->sets[s]; set && status == TUTELA_OK;
             set = tt_set_below(set))
            status = match_layer(set, digests, bytes, &prints, &list, out, error);
    tt_free(list.item);
    settle(out);
    return status;
}

/* ---- Digests without an item ------------------------------------------------------------- */

tutela_status tt_match_listed(const tt_set *set, int algorithm, const uint8_t *digest,
                              tt_matches *out, tutela_error *error)
{
    tt_digests asked = {0};
    touched_list list = {0};
    tt_prints prints = {0};
    tutela_status status = TUTELA_OK;

    asked.mask = TUTELA_BIT(algorithm);
    memcpy(asked.value[algorithm], digest, tt_digest_size(algorithm));
    out->count = 0;
    for (; set && status == TUTELA_OK; set = tt_set_below(set))
        status = match_layer(set, &asked, TT_SIZE_UNKNOWN, &prints, &list, out, error);
    tt_free(list.item);
    settle(out);
    return status;
}

/* Many sets hold lists of one polarity: the first entry of a run then tells it all. */
static tutela_status polarities_of_run(const tt_set *set, int algorithm, const tt_set_run *run,
                                       uint8_t *polarities, tutela_error *error)
{
    uint32_t possible = tt_set_polarities(set);
    uint32_t mask = *polarities;

    for (uint64_t i = 0; i < run->count && (mask & possible) != possible; i++)
        TT_TRY(take_entry(set, algorithm, run->first + i, add_polarity, &mask, error));
    *polarities = (uint8_t)mask;
    return TUTELA_OK;
}

/* Digests looked up at once: far more than it takes to keep memory busy, and 32 KiB of stack. */
#define PART 1024u

/* Up to PART digests, sealed once for all layers: they are under one key. */
static tutela_status listed_part(const tt_set *set, int algorithm, const uint8_t *digests,
                                 size_t stride, size_t count, uint8_t *polarities,
                                 tutela_error *error)
{
    uint8_t room[PART * TT_KEY_SIZE];
    tt_set_run runs[PART];
    const uint8_t *prints = NULL;

    for (; set; set = tt_set_below(set)) {
        if (tt_set_digest_count(set, algorithm) == 0)
            continue;
        if (!prints)
            prints = tt_set_prints_many(set, algorithm, digests, &stride, count, room);
        TT_TRY(tt_set_find_prints(set, algorithm, prints, stride, count, runs, error));
        for (size_t i = 0; i < count; i++)
            TT_TRY(polarities_of_run(set, algorithm, &runs[i], &polarities[i], error));
    }
    return TUTELA_OK;
}

tutela_status tt_match_listed_many(const tt_set *set, int algorithm, const uint8_t *digests,
                                   size_t stride, size_t count, uint8_t *polarities,
                                   tutela_error *error)
{
    memset(polarities, 0, count);
    for (size_t at = 0, part; at < count; at += part) {
        part = count - at < PART ? count - at : PART;
        TT_TRY(listed_part(set, algorithm, digests + at * stride, stride, part, &polarities[at],
                           error));
    }
    return TUTELA_OK;
}

tutela_grade tt_matches_grade(const tt_matches *matches)
{
    tutela_grade best = TUTELA_GRADE_NONE;

    for (size_t i = 0; i < matches->count; i++)
        best = tt_grade_better(best, (tutela_grade)matches->match[i].grade);
    return best;
}

uint32_t tt_matches_polarity(const tt_matches *matches)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < matches->count; i++)
        mask |= TUTELA_BIT(matches->match[i].polarity);
    return mask;
}
