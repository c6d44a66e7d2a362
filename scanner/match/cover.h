/*
 * cover: which digests of an item must be looked up so that no entry of the lists is missed.
 */
#ifndef TT_MATCH_COVER_H
#define TT_MATCH_COVER_H

#include "digest/digest.h"

#include <stdint.h>

/*
 * The mask that costs least of those that hold `asked` and at least one algorithm of every mask that
 * entries have: bit m of `present` is set when some entry has exactly the algorithms of m. `cost` is
 * what each algorithm costs, at most a quarter of what 32 bits hold; what is asked for costs nothing
 * more. Of masks that cost the same it is the one with fewer algorithms, then the lower. Thread: any.
 */
uint32_t tt_cover_cheapest(uint32_t present, uint32_t asked,
                           const uint32_t cost[TUTELA_ALGORITHM_COUNT]);

#endif
