/* share: see share.h. */
#include "unpack/share.h"

#include "unpack/tree.h"

/* `value` times weight / whole, rounded down, without what products of 64 bits would overflow by. */
static uint64_t part_of(uint64_t value, uint64_t weight, uint64_t whole)
{
    if (weight >= whole)
        return value;
    for (; whole >> 31; whole >>= 1)
        weight >>= 1;
    return value / whole * weight + value % whole * weight / whole;
}

uint64_t tt_share_begins(const tt_share *share, uint64_t size)
{
    return part_of(size, share->index, share->count);
}

uint64_t tt_share_ends(const tt_share *share, uint64_t size)
{
    return part_of(size, (uint64_t)share->index + 1, share->count);
}

/* By weight, and as much again divided evenly: what is light may still hold much. */
static uint64_t fair(const tt_share *share, uint64_t value)
{
    uint64_t most = part_of(value, share->weight, share->whole) + value / share->count + 1;

    return most < value ? most : value;
}

void tt_share_budget(const tt_share *share, tt_budget *budget)
{
    if (share->whole == 0)
        return;
    budget->entries = fair(share, budget->entries);
    if (budget->entries < share->members)
        budget->entries = share->members;
    budget->expanded = fair(share, budget->expanded);
    budget->ratio = fair(share, budget->ratio);
    budget->ratio_from = fair(share, budget->ratio_from);
}
