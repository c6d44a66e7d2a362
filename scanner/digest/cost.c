/* cost: what digests cost on a machine. */
#include "digest/cost.h"

#include "digest/lanes.h"

/*
 * SHA-512 goes by OpenSSL, one stream after another: MB/s of a core, measured as the kernels' rates are
 * (bench/kernels.c).
 */
#define SHA512_RATE 480u

void tt_digest_costs(uint32_t features, size_t streams, uint32_t cost[TUTELA_ALGORITHM_COUNT])
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        tt_lanes lanes;

        cost[i] = tt_lanes_choose(&lanes, i, features) ? tt_lanes_cost(&lanes, streams)
                                                       : TT_LANES_COST_UNIT / SHA512_RATE;
    }
}
