/* pages: checksums of pages; the only file that knows xxHash. */
#include "hashsets/pages.h"
#include "digest/sha256.h"

#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

uint64_t tt_sum(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

uint64_t tt_sum_seeded(const void *data, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, size, seed);
}

void tt_page_sum(const uint8_t *page, uint8_t out[TT_SUM_SIZE])
{
    uint8_t whole[TT_SHA256_SIZE];

    tt_sha256_bytes(page, TT_SET_PAGE, whole);
    memcpy(out, whole, TT_SUM_SIZE);
}

/* Hold a page against the checksum of it, which is known to be good. */
static tutela_status compare(const tt_pages *pages, uint64_t page, const uint8_t *wanted,
                             tutela_error *error)
{
    uint8_t sum[TT_SUM_SIZE];

    tt_page_sum(pages->map + page * TT_SET_PAGE, sum);
    if (memcmp(sum, wanted, TT_SUM_SIZE) != 0) {
        tutela_status status = tt_fail(error, TUTELA_SET_REFUSED, 0,
                                       "%s: damaged (checksum of page %" PRIu64 ")", pages->path,
                                       page);
        (void)tt_fail_at(error, status, page * TT_SET_PAGE);
        return tt_advise(error, status, "build it again with 'tutela set build'");
    }
    if (pages->seen)
        atomic_fetch_or_explicit(&pages->seen[page / 64], UINT64_C(1) << (page % 64),
                                 memory_order_relaxed);
    return TUTELA_OK;
}

tutela_status tt_pages_verify(const tt_pages *pages, uint64_t page, tutela_error *error)
{
    uint64_t place;

    if (page == 0 || page >= pages->roots_page) /* page 0 and ROOTS were checked at open */
        return TUTELA_OK;
    if (page >= pages->sums_page)
        return compare(pages, page, pages->roots + (page - pages->sums_page) * TT_SUM_SIZE, error);
    place = (page - 1) * TT_SUM_SIZE;
    TT_TRY(tt_pages_touch(pages, pages->sums_page * TT_SET_PAGE + place, error));
    return compare(pages, page, pages->sums + place, error);
}

tutela_status tt_pages_verify_all(const tt_pages *pages, tutela_error *error)
{
    for (uint64_t page = pages->sums_page; page < pages->roots_page; page++)
        TT_TRY(tt_pages_verify(pages, page, error));
    for (uint64_t page = 1; page < pages->sums_page; page++)
        TT_TRY(tt_pages_verify(pages, page, error));
    return TUTELA_OK;
}
