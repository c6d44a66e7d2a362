/* The self-test of a build whose reader of sets overlooks damage, misses keys, or confuses them. */
#include "selftest_kit.h"

#include "base/cursor.h"
#include "hashsets/pages.h"
#include "hashsets/set_internal.h"

#include <stdint.h>

static enum { NOTHING, OVERLOOKS, MISSES, CONFUSES } spoilt;

/* ---- pages.c ----------------------------------------------------------------------------- */

#define tt_load64(place) (spoilt == OVERLOOKS ? tt_sum(page, TT_SET_PAGE) : (tt_load64)(place))
#include "../../hashsets/pages.c"
#undef tt_load64

/* ---- set.c ------------------------------------------------------------------------------- */

/* A key's second half loses a bit that the filter does not ask for. */
static uint64_t spoilt_load(const uint8_t *bytes, const char *words)
{
    uint64_t value = tt_load64_be(bytes);

    return spoilt == CONFUSES && strchr(words, '8') ? value & ~(UINT64_C(1) << 60) : value;
}

#define tt_load64_be(bytes) spoilt_load((bytes), #bytes)
#define tt_filter_bit(key, word) ((tt_filter_bit)((key), (word)) ^ (spoilt == MISSES))
#include "../../hashsets/set.c"

int main(void)
{
    sound("as it is");
    spoilt = OVERLOOKS;
    unsound("checksums", "hash sets,",
            "hash sets|not sealed: a wrong bit in any page is refused|page ");
    spoilt = MISSES;
    unsound("a filter", "hash sets,", "hash sets|sealed: sha1, every entry is found|message ");
    spoilt = CONFUSES;
    unsound("keys", "hash sets,",
            "hash sets|not sealed: md5, no digest a bit off is found|message 0 is found by a "
            "digest that is a bit off\n");
    spoilt = NOTHING;
    sound("as it was");
    return tap_done();
}
