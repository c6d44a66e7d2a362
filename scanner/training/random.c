/*
 * random: xoshiro256** seeded by splitmix64, keyed by a seed and a name.
 */
#include "training/random.h"

static uint64_t rotate(uint64_t value, unsigned by)
{
    return value << by | value >> (64 - by);
}

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* FNV-1a, 64 bits: spreads names that differ in one letter well enough for splitmix to finish. */
static uint64_t hash(const char *name)
{
    uint64_t value = UINT64_C(0xCBF29CE484222325);

    for (; *name; name++)
        value = (value ^ (uint8_t)*name) * UINT64_C(0x100000001B3);
    return value;
}

tt_random tt_random_named(uint64_t seed, const char *name)
{
    tt_random random;
    uint64_t start = seed;

    start = splitmix(&start) ^ hash(name);
    for (int i = 0; i < 4; i++)
        random.state[i] = splitmix(&start);
    return random;
}

uint64_t tt_random_next(tt_random *random)
{
    uint64_t *s = random->state;
    uint64_t answer = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return answer;
}

uint32_t tt_random_below(tt_random *random, uint32_t limit)
{
    return (uint32_t)((tt_random_next(random) >> 32) * limit >> 32);
}

int32_t tt_random_between(tt_random *random, int32_t low, int32_t high)
{
    return low + (int32_t)tt_random_below(random, (uint32_t)(high - low) + 1);
}
