/*
 * set_fix: makes the checksums of a hash set right again after its bytes were changed on purpose,
 * so that tests reach what lies behind them.
 */
#ifndef TT_TESTS_SET_FIX_H
#define TT_TESTS_SET_FIX_H

#include "base/cursor.h"
#include "hashsets/format.h"
#include "hashsets/pages.h"

/* The slot of the section with that id and algorithm in page 0, NULL when there is none. */
static inline uint8_t *set_slot(uint8_t *image, uint16_t id, uint8_t algorithm)
{
    for (size_t i = 0; i < TT_SLOTS_MAX; i++) {
        uint8_t *slot = image + TT_AT_SLOTS + i * TT_SLOT_SIZE;
        if (tt_load16(slot + TT_SLOT_ID) == id && slot[TT_SLOT_ALGORITHM] == algorithm)
            return slot;
    }
    return NULL;
}

/* Works on any image of at least one page; what its table says is not trusted. */
static inline void set_fix(uint8_t *image, size_t size)
{
    const uint8_t *slot = set_slot(image, TT_SECTION_SUMS, TT_NO_ALGORITHM);
    uint64_t sums = slot ? tt_load64(slot + TT_SLOT_OFFSET) : 0;

    if (sums >= TT_SET_PAGE && sums <= size && sums % TT_SET_PAGE == 0) {
        for (uint64_t page = 1; page < sums / TT_SET_PAGE; page++) {
            uint64_t at = sums + (page - 1) * TT_SUM_SIZE;
            if (at + TT_SUM_SIZE > size)
                break;
            tt_store64(image + at, tt_sum(image + page * TT_SET_PAGE, TT_SET_PAGE));
        }
        tt_store64(image + TT_AT_SUMS_SUM, tt_sum(image + sums, size - sums));
    }
    tt_store64(image + TT_AT_PAGE_SUM, 0);
    tt_store64(image + TT_AT_PAGE_SUM, tt_sum(image, TT_SET_PAGE));
}

#endif
