/* pairs: a bounded table with open addressing. */
#include "hashsets/pairs.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

#define FIRST_SLOTS 64u

void tt_pairs_begin(tt_pairs *pairs)
{
    *pairs = (tt_pairs){.seed = (uint64_t)tt_clock_monotonic() ^ (uint64_t)(uintptr_t)pairs};
}

void tt_pairs_done(tt_pairs *pairs)
{
    tt_free(pairs->pair);
    tt_free(pairs->slot);
    *pairs = (tt_pairs){0};
}

/* The slot of a pair, or the empty one where it belongs. */
static uint32_t *slot_of(const tt_pairs *pairs, uint32_t first, uint32_t second)
{
    uint64_t sum = pairs->seed + ((uint64_t)first << 32 | second);

    /* The finalizer of splitmix64: every bit of the sum depends on every bit of the pair. */
    sum = (sum ^ sum >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    sum = (sum ^ sum >> 27) * UINT64_C(0x94d049bb133111eb);
    sum ^= sum >> 31;
    for (size_t at = (size_t)sum & (pairs->slots - 1);; at = (at + 1) & (pairs->slots - 1)) {
        uint32_t place = pairs->slot[at];
        if (!place
            || (pairs->pair[place - 1].first == first && pairs->pair[place - 1].second == second))
            return &pairs->slot[at];
    }
}

static tutela_status grow(tt_pairs *pairs, tutela_error *error)
{
    size_t slots = pairs->slots ? pairs->slots * 2 : FIRST_SLOTS;
    uint32_t *slot = tt_alloc(slots, sizeof *slot);

    if (!slot)
        return tt_no_memory(error);
    tt_free(pairs->slot);
    pairs->slot = slot;
    pairs->slots = slots;
    for (size_t i = 0; i < pairs->count; i++)
        *slot_of(pairs, pairs->pair[i].first, pairs->pair[i].second) = (uint32_t)i + 1;
    return TUTELA_OK;
}

tutela_status tt_pairs_at(tt_pairs *pairs, uint32_t first, uint32_t second, tt_pair **out,
                          tutela_error *error)
{
    uint32_t *slot;

    if (2 * (pairs->count + 1) > pairs->slots)
        TT_TRY(grow(pairs, error));
    slot = slot_of(pairs, first, second);
    if (!*slot && pairs->count >= TT_PAIRS_MAX) {
        pairs->full = 1;
        *out = NULL;
        return TUTELA_OK;
    }
    if (!*slot) {
        if (tt_grow((void **)&pairs->pair, &pairs->room, pairs->count, sizeof *pairs->pair) != 0)
            return tt_no_memory(error);
        pairs->pair[pairs->count++] = (tt_pair){.first = first, .second = second};
        *slot = (uint32_t)pairs->count;
    }
    *out = &pairs->pair[*slot - 1];
    return TUTELA_OK;
}

static uint64_t all_digests(const tt_pair *pair)
{
    uint64_t sum = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        sum += pair->digests[i];
    return sum;
}

static int order(const void *a, const void *b)
{
    const tt_pair *one = a;
    const tt_pair *other = b;
    uint64_t first = all_digests(one);
    uint64_t second = all_digests(other);

    if (one->rows != other->rows)
        return one->rows > other->rows ? -1 : 1;
    if (first != second)
        return first > second ? -1 : 1;
    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    return (one->second > other->second) - (one->second < other->second);
}

void tt_pairs_order(tt_pairs *pairs)
{
    if (pairs->count > 1)
        qsort(pairs->pair, pairs->count, sizeof *pairs->pair, order);
}
