/* reasons: the words of reasons.def, by their numbers (see wire.h). */
#include "worker/wire.h"

#include <string.h>

static const tt_trouble reasons[] = {
    {TUTELA_ITEM_CLEAR, ""},
#define REASON(status, words) {TUTELA_ITEM_##status, words},
#include "worker/reasons.def"
#undef REASON
};

#define REASONS (sizeof reasons / sizeof reasons[0])

uint16_t tt_wire_reason(const tt_trouble *trouble)
{
    uint16_t first = 0;

    if (trouble->status == TUTELA_ITEM_CLEAR)
        return 0;
    for (uint16_t i = 1; i < REASONS; i++) {
        if (reasons[i].status != trouble->status)
            continue;
        if (!first)
            first = i;
        if (trouble->reason && strcmp(reasons[i].reason, trouble->reason) == 0)
            return i;
    }
    return first;
}

int tt_wire_trouble(tt_trouble *out, uint16_t status, uint16_t reason)
{
    if (reason >= REASONS || reasons[reason].status != (tutela_item_status)status)
        return 0;
    *out = reasons[reason];
    return 1;
}
