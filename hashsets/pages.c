/* pages: checksums of pages; the only file that knows xxHash. */
#include "hashsets/pages.h"
#include "base/cursor.h"

#include <inttypes.h>
#include <xxhash.h>

uint64_t tt_sum(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

uint64_t tt_sum_seeded(const void *data, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, size, seed);
}

tutela_status tt_pages_verify(const tt_pages *pages, uint64_t page, tutela_error *error)
{
    uint64_t wanted;

    if (page - 1 >= pages->count) /* page 0 and the checksums themselves were checked at open */
        return TUTELA_OK;
    wanted = tt_load64(pages->sums + (page - 1) * TT_SUM_SIZE);
    if (tt_sum(pages->map + page * TT_SET_PAGE, TT_SET_PAGE) != wanted) {
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
