/*
 * set_fix: makes the checksums of a hash set right again after its bytes were changed on purpose,
 * so that tests reach what lies behind them.
 */
#ifndef TT_TESTS_SET_FIX_H
#define TT_TESTS_SET_FIX_H

#include "base/cursor.h"
#include "digest/sha256.h"
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

/* Make the checksum of each of `count` pages from `page` on right, in the `size` bytes at `sums`. */
static inline void set_fix_level(uint8_t *image, uint64_t page, uint64_t count, uint64_t sums,
                                 size_t size)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = sums + i * TT_SUM_SIZE;
        if (at + TT_SUM_SIZE > size)
            break;
        tt_page_sum(image + (page + i) * TT_SET_PAGE, image + at);
    }
}

/* Where the section with that id says it begins, 0 when it cannot be there. */
static inline uint64_t set_place(uint8_t *image, size_t size, uint16_t id)
{
    const uint8_t *slot = set_slot(image, id, TT_NO_ALGORITHM);
    uint64_t place = slot ? tt_load64(slot + TT_SLOT_OFFSET) : 0;

    return place <= size && place % TT_SET_PAGE == 0 ? place : 0;
}

/*
 * Works on any image of at least one page; what its table says is not trusted. `size` is the set's,
 * without a signature.
 */
static inline void set_fix(uint8_t *image, size_t size)
{
    uint64_t sums = set_place(image, size, TT_SECTION_SUMS);
    uint64_t roots = set_place(image, size, TT_SECTION_ROOTS);

    if (sums && roots > sums) {
        set_fix_level(image, 1, sums / TT_SET_PAGE - 1, sums, size);
        set_fix_level(image, sums / TT_SET_PAGE, (roots - sums) / TT_SET_PAGE, roots, size);
        tt_sha256_bytes(image + roots, size - roots, image + TT_AT_ROOTS);
    }
    tt_store64(image + TT_AT_PAGE_SUM, 0);
    tt_store64(image + TT_AT_PAGE_SUM, tt_sum(image, TT_SET_PAGE));
}

#endif
