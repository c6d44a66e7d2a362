/* match, covers: of the digests that miss no entry, the cheapest. */
#include "match/cover.h"

#include "tap.h"

enum { MD5 = 1, SHA1 = 2, SHA256 = 4, SHA512 = 8, ALL = 15 };

/* Costs as a core with full lanes and one with a single stream have them, and some more. */
static const uint32_t full[] = {14, 22, 43, 196}, single[] = {169, 89, 88, 196}, even[] = {1, 1, 1, 1};

/* The masks 1 to 15 as bits of what entries have. */
#define HAS(mask) (1u << (mask))

static void chosen(void)
{
    static const struct {
        uint32_t present, asked;
        const uint32_t *cost;
        uint32_t want;
        const char *what;
    } cases[] = {
        {0, 0, full, 0, "no entries"},
        {0, SHA256, full, SHA256, "no entries, one asked for"},
        {HAS(MD5), 0, single, MD5, "MD5 alone listed: no choice"},
        {HAS(SHA512), 0, full, SHA512, "SHA-512 alone listed: no choice"},
        {HAS(MD5 | SHA1), 0, full, MD5, "both listed, full lanes"},
        {HAS(MD5 | SHA1), 0, single, SHA1, "both listed, one stream"},
        {HAS(MD5 | SHA1 | SHA256), 0, full, MD5, "three listed, full lanes"},
        {HAS(MD5 | SHA1 | SHA256), 0, single, SHA256, "three listed, one stream"},
        {HAS(MD5 | SHA1), MD5, single, MD5, "MD5 is asked for and covers: nothing else"},
        {HAS(MD5 | SHA1), SHA256, single, SHA1 | SHA256, "SHA-256 asked for does not cover"},
        {HAS(MD5 | SHA1) | HAS(MD5), 0, single, MD5, "one entry has MD5 alone"},
        {HAS(MD5 | SHA1) | HAS(SHA1 | SHA256), 0, full, SHA1, "one for two kinds of entry"},
        {HAS(SHA256 | SHA512) | HAS(MD5 | SHA512), 0, full, MD5 | SHA256,
         "two that cost less than one"},
        {HAS(SHA256 | SHA512) | HAS(MD5 | SHA512), 0, even, SHA512, "one when two cost more"},
        {HAS(MD5 | SHA1), 0, even, MD5, "the lower when nothing else tells"},
        {HAS(MD5) | HAS(SHA1) | HAS(SHA256) | HAS(SHA512), 0, full, ALL, "all are needed"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_u64(tt_cover_cheapest(cases[i].present, cases[i].asked, cases[i].cost), cases[i].want,
               "%s", cases[i].what);
}

static uint32_t total(uint32_t mask, const uint32_t *cost)
{
    uint32_t sum = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        sum += mask >> i & 1 ? cost[i] : 0;
    return sum;
}

/* An entry of each kind has a digest in the mask. */
static int misses_none(uint32_t present, uint32_t mask)
{
    for (uint32_t kind = 1; kind <= ALL; kind++)
        if (present >> kind & 1 && !(kind & mask))
            return 0;
    return 1;
}

/* Every set of kinds of entries, all that can be asked for, several costs: by trying all masks. */
static void every_one(void)
{
    static const uint32_t costs[][TUTELA_ALGORITHM_COUNT]
        = {{14, 22, 43, 196}, {169, 89, 88, 196}, {1, 1, 1, 1}, {9, 4, 2, 1}, {UINT32_MAX / 4, 1, 1, 1}};
    uint64_t wrong = 0;

    for (uint32_t kinds = 0; kinds < 1u << 15; kinds++)
        for (uint32_t asked = 0; asked <= ALL; asked += 3)
            for (size_t c = kinds % 5; c < 5; c += 3) {
                uint32_t present = kinds << 1;
                uint32_t got = tt_cover_cheapest(present, asked, costs[c]);

                wrong += (got & asked) != asked || !misses_none(present, got);
                for (uint32_t other = 0; other <= ALL; other++)
                    wrong += (other & asked) == asked && misses_none(present, other)
                             && total(other, costs[c]) < total(got, costs[c]);
            }
    is_u64(wrong, 0, "whatever entries have: nothing is missed and nothing cheaper would do");
}

int main(void)
{
    chosen();
    every_one();
    return tap_done();
}
