/*
 * digests: random digests that are numbers made from a seed and their place, so that nobody need
 * hold a list to know what is on it.
 */
#ifndef TT_BENCH_DIGESTS_H
#define TT_BENCH_DIGESTS_H

#include <stdint.h>
#include <string.h>

#define DIGEST 16u
#define ONE_IN 100u /* queries a hit */

/* splitmix64: different places give different numbers. */
static inline uint64_t mix(uint64_t place)
{
    uint64_t z = place * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline void digest_at(uint64_t seed, uint64_t place, uint8_t out[DIGEST])
{
    uint64_t half[2] = {mix(seed << 40 ^ (2 * place + 1)), mix(seed << 40 ^ (2 * place + 2))};

    memcpy(out, half, DIGEST);
}

/* Query number `turn`; returns 1 when it is on the list. */
static inline int query_at(uint64_t count, uint64_t seed, uint64_t turn, uint8_t out[DIGEST])
{
    uint64_t chance = mix(~seed ^ turn);
    int hit = chance % ONE_IN == 0;

    digest_at(hit ? seed : seed + 1, hit ? chance / ONE_IN % count : turn, out);
    return hit;
}

#endif
