/* pages: checksums of pages; the only file that knows xxHash. */
#include "hashsets/pages.h"
#include "base/cursor.h"
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

static int is_sound(const uint8_t *page, const uint8_t *wanted)
{
    return tt_sum(page, TT_SET_PAGE) == tt_load64(wanted + TT_SUM_STRONG);
}

static int is_pinned(const uint8_t *page, const uint8_t *wanted)
{
    uint8_t whole[TT_SHA256_SIZE];

    tt_sha256_bytes(page, TT_SET_PAGE, whole);
    return memcmp(whole, wanted, TT_SUM_STRONG) == 0;
}

void tt_page_sum(const uint8_t *page, uint8_t out[TT_SUM_SIZE])
{
    uint8_t whole[TT_SHA256_SIZE];

    tt_sha256_bytes(page, TT_SET_PAGE, whole);
    memcpy(out, whole, TT_SUM_STRONG);
    tt_store64(out + TT_SUM_STRONG, tt_sum(page, TT_SET_PAGE));
}

/* Hold a page against the checksums of it, which are known to be good. */
static tutela_status compare(const tt_pages *pages, uint64_t page, const uint8_t *wanted, int both,
                             tutela_error *error)
{
    const uint8_t *bytes = pages->map + page * TT_SET_PAGE;
    int pinned = pages->pinned || both;

    if ((pinned && !is_pinned(bytes, wanted)) || ((!pinned || both) && !is_sound(bytes, wanted))) {
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

static tutela_status verify(const tt_pages *pages, uint64_t page, int both, tutela_error *error)
{
    uint64_t place;

    if (page == 0 || page >= pages->roots_page) /* page 0 and ROOTS were checked at open */
        return TUTELA_OK;
    if (page >= pages->sums_page)
        return compare(pages, page, pages->roots + (page - pages->sums_page) * TT_SUM_SIZE, both,
                       error);
    place = (page - 1) * TT_SUM_SIZE;
    TT_TRY(tt_pages_touch(pages, pages->sums_page * TT_SET_PAGE + place, error));
    return compare(pages, page, pages->sums + place, both, error);
}

tutela_status tt_pages_verify(const tt_pages *pages, uint64_t page, tutela_error *error)
{
    return verify(pages, page, 0, error);
}

tutela_status tt_pages_verify_all(const tt_pages *pages, int both, tutela_error *error)
{
    for (uint64_t page = pages->sums_page; page < pages->roots_page; page++)
        TT_TRY(verify(pages, page, both, error));
    for (uint64_t page = 1; page < pages->sums_page; page++)
        TT_TRY(verify(pages, page, both, error));
    return TUTELA_OK;
}
