/*
 * lanes_sha256: SHA-256 (FIPS 180-4, 6.2.2) in the words of a vector_*.h, which is included first.
 */
#ifndef TT_DIGEST_LANES_SHA256_H
#define TT_DIGEST_LANES_SHA256_H

#ifndef V_LANES
#include "digest/vector_plain.h"
#endif

#include "digest/sha256_constants.h"

#include <stdalign.h>

/* To the right, as the standard has it. */
#define SHA256_TURN(x, bits) v_rotate(x, 32 - (bits))
#define SHA256_SUM(x, i, j, k) \
    v_xor3(SHA256_TURN(x, i), SHA256_TURN(x, j), SHA256_TURN(x, k))
#define SHA256_MIX(x, i, j, k) v_xor3(SHA256_TURN(x, i), SHA256_TURN(x, j), v_shift(x, k))

/* One round; the next one knows these words by the names after theirs. */
#define SHA256_ROUND(a, b, c, d, e, f, g, h, i)                                             \
    do {                                                                                    \
        h = v_add(h, v_add(v_constant(constants, i), w[(i) & 15]));                         \
        h = v_add(h, v_choose(e, f, g));                                                    \
        v_settle(h);                                                                        \
        h = v_add(h, SHA256_SUM(e, 6, 11, 25));                                             \
        d = v_add(d, h);                                                                    \
        h = v_add(h, v_add(v_majority(a, b, c), SHA256_SUM(a, 2, 13, 22)));                 \
    } while (0)

/* The first 16 rounds take the block itself; later ones make a word of those before it. */
#define SHA256_EARLY(a, b, c, d, e, f, g, h, i) \
    w[i] = v_swap(w[i]);                        \
    SHA256_ROUND(a, b, c, d, e, f, g, h, i)
#define SHA256_LATER(a, b, c, d, e, f, g, h, i)                                             \
    do {                                                                                    \
        v_words low_ = w[((i) + 1) & 15], high_ = w[((i) + 14) & 15];                       \
        w[(i) & 15] = v_add(v_add(w[(i) & 15], w[((i) + 9) & 15]),                          \
                            v_add(SHA256_MIX(low_, 7, 18, 3), SHA256_MIX(high_, 17, 19, 10))); \
        SHA256_ROUND(a, b, c, d, e, f, g, h, i);                                            \
    } while (0)

/* Eight rounds bring every name back to its word. */
#define SHA256_EIGHT(round, i)                \
    round(a, b, c, d, e, f, g, h, (i));       \
    round(h, a, b, c, d, e, f, g, (i) + 1);   \
    round(g, h, a, b, c, d, e, f, (i) + 2);   \
    round(f, g, h, a, b, c, d, e, (i) + 3);   \
    round(e, f, g, h, a, b, c, d, (i) + 4);   \
    round(d, e, f, g, h, a, b, c, (i) + 5);   \
    round(c, d, e, f, g, h, a, b, (i) + 6);   \
    round(b, c, d, e, f, g, h, a, (i) + 7)

/* As a tt_kernel_function. */
V_INLINE void sha256_lanes(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    alignas(64) static const uint32_t table[] = {SHA256_CONSTANTS(V_CONSTANT)};
    v_words a = v_load(state), b = v_load(state + V_LANES);
    v_words c = v_load(state + 2 * V_LANES), d = v_load(state + 3 * V_LANES);
    v_words e = v_load(state + 4 * V_LANES), f = v_load(state + 5 * V_LANES);
    v_words g = v_load(state + 6 * V_LANES), h = v_load(state + 7 * V_LANES);

    for (size_t i = 0; i < blocks; i++) {
        const v_words before[8] = {a, b, c, d, e, f, g, h};
        const uint32_t *constants = table;
        v_words w[16];

        /* A compiler that knew them would load them all before the loop, and have no room. */
        __asm__("" : "+r"(constants));
        v_load_block(w, data, i * 64);
        SHA256_EIGHT(SHA256_EARLY, 0);
        SHA256_EIGHT(SHA256_EARLY, 8);
        for (unsigned later = 16; later < 64; later += 16) {
            constants += sizeof table / 4 / sizeof *table;
            SHA256_EIGHT(SHA256_LATER, 0);
            SHA256_EIGHT(SHA256_LATER, 8);
        }
        a = v_add(a, before[0]), b = v_add(b, before[1]);
        c = v_add(c, before[2]), d = v_add(d, before[3]);
        e = v_add(e, before[4]), f = v_add(f, before[5]);
        g = v_add(g, before[6]), h = v_add(h, before[7]);
    }
    v_store(state, a), v_store(state + V_LANES, b);
    v_store(state + 2 * V_LANES, c), v_store(state + 3 * V_LANES, d);
    v_store(state + 4 * V_LANES, e), v_store(state + 5 * V_LANES, f);
    v_store(state + 6 * V_LANES, g), v_store(state + 7 * V_LANES, h);
}

#endif
