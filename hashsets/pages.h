/*
 * pages: checksums of pages, and which pages of a mapped set have been checked.
 *
 * Each has two: SHA-256, by which a signature that vouches for the set vouches for the page, and XXH3,
 * which finds accidents at a tenth of the cost. Without a signature there is no more to be found:
 * whoever can write the file can make any checksum fit.
 *
 * Two levels: SUMS holds a checksum of each page of content, ROOTS one of each page of SUMS. Whoever
 * trusts ROOTS, which is small, can trust any page after having read two.
 */
#ifndef TT_HASHSETS_PAGES_H
#define TT_HASHSETS_PAGES_H

#include "base/status.h"
#include "hashsets/format.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* 64-bit XXH3, against accidents. Thread: any. */
uint64_t tt_sum(const void *data, size_t size);
/* The same with a seed: for tables of strings from a list. */
uint64_t tt_sum_seeded(const void *data, size_t size, uint64_t seed);
/* Both checksums of the page of TT_SET_PAGE bytes. Thread: any. */
void tt_page_sum(const uint8_t *page, uint8_t out[TT_SUM_SIZE]);

/* The pages of a mapped set. Shared: the bits only ever turn from 0 to 1, by any thread. */
typedef struct tt_pages {
    const uint8_t *map;
    const uint8_t *sums;     /* checksum of page n at (n - 1) * TT_SUM_SIZE */
    const uint8_t *roots;    /* of page sums_page + n at n * TT_SUM_SIZE; checked before */
    uint64_t sums_page;      /* pages 1 to before this one are content */
    uint64_t roots_page;     /* pages from sums_page to before this one are SUMS */
    int pinned;              /* someone vouches for the set: SHA-256 counts. Else XXH3 will do */
    _Atomic uint64_t *seen;  /* a bit a page; NULL once all are known good */
    const char *path;        /* for messages */
} tt_pages;

/*
 * Check page `page`, whether seen before or not, and the page of SUMS it is checked with if that was
 * not seen. TUTELA_SET_REFUSED.
 */
TT_MUST_USE tutela_status tt_pages_verify(const tt_pages *pages, uint64_t page,
                                          tutela_error *error);

/*
 * Check every page, those of SUMS first: as tt_pages_verify does or, with `both`, by each of its
 * checksums. TUTELA_SET_REFUSED.
 */
TT_MUST_USE tutela_status tt_pages_verify_all(const tt_pages *pages, int both,
                                              tutela_error *error);

/* Check the page that holds byte `offset` of the file, when it was not yet. */
static inline tutela_status tt_pages_touch(const tt_pages *pages, uint64_t offset,
                                           tutela_error *error)
{
    uint64_t page = offset / TT_SET_PAGE;

    /* Relaxed: the bit says something about bytes that never change, and guards nothing else. */
    if (!pages->seen
        || atomic_load_explicit(&pages->seen[page / 64], memory_order_relaxed) >> (page % 64) & 1)
        return TUTELA_OK;
    return tt_pages_verify(pages, page, error);
}

#endif
