/*
 * random: the same numbers on every machine, from a seed and a name.
 *
 * xoshiro256** seeded by splitmix64 (Blackman and Vigna, public domain). Every file has a generator
 * of its own, seeded by the file's name, so that a file added to the plan changes no other. Not for
 * secrets. Draw once in a statement: C leaves the order of arguments and initialisers open, and
 * compilers differ. Thread: single.
 */
#ifndef TT_TRAINING_RANDOM_H
#define TT_TRAINING_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct tt_random {
    uint64_t state[4];
} tt_random;

/* The generator of `name` under this seed. */
tt_random tt_random_named(uint64_t seed, const char *name);
uint64_t tt_random_next(tt_random *random);
/* 0 to limit - 1; 0 when limit is 0. */
uint32_t tt_random_below(tt_random *random, uint32_t limit);
/* low to high, both included; low <= high. */
int32_t tt_random_between(tt_random *random, int32_t low, int32_t high);

#endif
