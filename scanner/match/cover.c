/* cover: which digests of an item must be looked up so that no entry of the lists is missed. */
#include "match/cover.h"

_Static_assert(TT_DIGEST_ALL < 32, "there is a bit for every mask");

static int covers(uint32_t mask, uint32_t present)
{
    for (uint32_t one = 1; one <= TT_DIGEST_ALL; one++)
        if ((present & TUTELA_BIT(one)) && !(one & mask))
            return 0;
    return 1;
}

static uint32_t cost_of(uint32_t mask, const uint32_t *cost)
{
    uint32_t sum = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (mask & TUTELA_BIT(i))
            sum += cost[i];
    return sum;
}

static int better(uint32_t a, uint32_t b, const uint32_t *cost)
{
    uint32_t left = cost_of(a, cost), right = cost_of(b, cost);

    if (left != right)
        return left < right;
    if (__builtin_popcount(a) != __builtin_popcount(b))
        return __builtin_popcount(a) < __builtin_popcount(b);
    return a < b;
}

uint32_t tt_cover_cheapest(uint32_t present, uint32_t asked,
                           const uint32_t cost[TUTELA_ALGORITHM_COUNT])
{
    uint32_t best = TT_DIGEST_ALL;

    for (uint32_t mask = 0; mask < TT_DIGEST_ALL; mask++)
        if ((mask & asked) == asked && covers(mask, present) && better(mask, best, cost))
            best = mask;
    return best;
}
