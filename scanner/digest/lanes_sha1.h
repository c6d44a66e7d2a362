/*
 * lanes_sha1: SHA-1 (FIPS 180-4, 6.1.2) in the words of a vector_*.h, which is included first.
 */
#ifndef TT_DIGEST_LANES_SHA1_H
#define TT_DIGEST_LANES_SHA1_H

#ifndef V_LANES
#include "digest/vector_plain.h"
#endif

#include <stdalign.h>

#define SHA1_CONSTANTS(X) X(0x5a827999) X(0x6ed9eba1) X(0x8f1bbcdc) X(0xca62c1d6)

/* One round; the next one knows these words by the names after theirs. */
#define SHA1_ROUND(f, a, b, c, d, e, constant, word)                                        \
    do {                                                                                    \
        e = v_add(v_add(e, v_add(constant, word)), f(b, c, d));                             \
        v_settle(e);                                                                        \
        e = v_add(e, v_rotate(a, 5));                                                       \
        b = v_rotate(b, 30);                                                                \
    } while (0)

/* Word i of the schedule, which takes the place of word i - 16. */
#define SHA1_NEXT(i)                                                                        \
    do {                                                                                    \
        v_words mix_ = v_xor3(w[((i) + 13) & 15], w[((i) + 8) & 15],                        \
                              v_xor2(w[((i) + 2) & 15], w[(i) & 15]));                      \
        w[(i) & 15] = v_rotate(mix_, 1);                                                    \
    } while (0)

#define SHA1_LATER(f, a, b, c, d, e, k, i)               \
    SHA1_NEXT(i);                                        \
    SHA1_ROUND(f, a, b, c, d, e, k, w[(i) & 15])

/* Five rounds bring every name back to its word. */
#define SHA1_FIVE(round, f, k, i)        \
    round(f, a, b, c, d, e, k, i);       \
    round(f, e, a, b, c, d, k, (i) + 1); \
    round(f, d, e, a, b, c, k, (i) + 2); \
    round(f, c, d, e, a, b, k, (i) + 3); \
    round(f, b, c, d, e, a, k, (i) + 4)

#define SHA1_TWENTY(f, k, i)                 \
    SHA1_FIVE(SHA1_LATER, f, k, (i));        \
    SHA1_FIVE(SHA1_LATER, f, k, (i) + 5);    \
    SHA1_FIVE(SHA1_LATER, f, k, (i) + 10);   \
    SHA1_FIVE(SHA1_LATER, f, k, (i) + 15)

/* The first 16 rounds take the block itself. */
#define SHA1_EARLY(f, a, b, c, d, e, k, i)   \
    w[i] = v_swap(w[i]);                     \
    SHA1_ROUND(f, a, b, c, d, e, k, w[i])

/* As a tt_kernel_function. */
V_INLINE void sha1_lanes(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    alignas(64) static const uint32_t table[] = {SHA1_CONSTANTS(V_CONSTANT)};
    v_words a = v_load(state), b = v_load(state + V_LANES), c = v_load(state + 2 * V_LANES);
    v_words d = v_load(state + 3 * V_LANES), e = v_load(state + 4 * V_LANES);

    for (size_t i = 0; i < blocks; i++) {
        const v_words before[5] = {a, b, c, d, e};
        const uint32_t *constants = table;
        v_words w[16], k;

        /* A compiler that knew them would load them all before the loop, and have no room. */
        __asm__("" : "+r"(constants));
        v_load_block(w, data, i * 64);
        k = v_constant(constants, 0);
        SHA1_FIVE(SHA1_EARLY, v_choose, k, 0);
        SHA1_FIVE(SHA1_EARLY, v_choose, k, 5);
        SHA1_FIVE(SHA1_EARLY, v_choose, k, 10);
        SHA1_EARLY(v_choose, a, b, c, d, e, k, 15);
        SHA1_LATER(v_choose, e, a, b, c, d, k, 16);
        SHA1_LATER(v_choose, d, e, a, b, c, k, 17);
        SHA1_LATER(v_choose, c, d, e, a, b, k, 18);
        SHA1_LATER(v_choose, b, c, d, e, a, k, 19);
        k = v_constant(constants, 1);
        SHA1_TWENTY(v_xor3, k, 20);
        k = v_constant(constants, 2);
        SHA1_TWENTY(v_majority, k, 40);
        k = v_constant(constants, 3);
        SHA1_TWENTY(v_xor3, k, 60);
        a = v_add(a, before[0]);
        b = v_add(b, before[1]);
        c = v_add(c, before[2]);
        d = v_add(d, before[3]);
        e = v_add(e, before[4]);
    }
    v_store(state, a), v_store(state + V_LANES, b), v_store(state + 2 * V_LANES, c);
    v_store(state + 3 * V_LANES, d), v_store(state + 4 * V_LANES, e);
}

#endif
