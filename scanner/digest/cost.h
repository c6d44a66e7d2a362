/*
 * cost: what digests cost on a machine, so that of several that do as well the cheapest is taken.
 */
#ifndef TT_DIGEST_COST_H
#define TT_DIGEST_COST_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What a byte of each algorithm costs a core with these features (TT_CPU_ bits; tt_cpu_features())
 * when `streams`, at least one, are digested side by side. Only ratios mean something. Thread: any.
 */
void tt_digest_costs(uint32_t features, size_t streams, uint32_t cost[TUTELA_ALGORITHM_COUNT]);

#endif
