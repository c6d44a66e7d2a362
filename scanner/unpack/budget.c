/* budget: see budget.h. */
#include "unpack/budget.h"

#define DEPTH 32u
/* Each level takes some hundred KiB of memory, and some KiB on the stack of calls. */
#define DEPTH_MAX 256u
#define ENTRIES UINT64_C(10000000)
#define EXPANDED (UINT64_C(1) << 40)
#define RATIO 1000u
#define RATIO_FROM (UINT64_C(1) << 30)
#define SPOOL_MEMORY (UINT64_C(256) << 20)

static uint64_t or_else(uint64_t value, uint64_t otherwise)
{
    return value ? value : otherwise;
}

void tt_budget_set(tt_budget *out, const tt_budget *given)
{
    *out = (tt_budget){0};
    if (given)
        *out = *given;
    out->depth = (uint32_t)or_else(out->depth, DEPTH);
    if (out->depth > DEPTH_MAX)
        out->depth = DEPTH_MAX;
    out->entries = or_else(out->entries, ENTRIES);
    out->expanded = or_else(out->expanded, EXPANDED);
    out->ratio = or_else(out->ratio, RATIO);
    out->ratio_from = or_else(out->ratio_from, RATIO_FROM);
    out->spool_memory = or_else(out->spool_memory, SPOOL_MEMORY);
}

uint64_t tt_budget_left(const tt_budget *budget, uint64_t top, uint64_t expanded)
{
    uint64_t most = budget->expanded;
    uint64_t by_ratio = top > UINT64_MAX / budget->ratio ? UINT64_MAX : top * budget->ratio;

    if (by_ratio < budget->ratio_from)
        by_ratio = budget->ratio_from;
    if (by_ratio < most)
        most = by_ratio;
    return most > expanded ? most - expanded : 0;
}
