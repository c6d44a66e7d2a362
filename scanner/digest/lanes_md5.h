/*
 * lanes_md5: MD5 (RFC 1321, 3.4) in the words of a vector_*.h, which is included first.
 *
 * A step waits for the step before it, so that one vector leaves the core idle: md5_lanes can work
 * on two in turn.
 */
#ifndef TT_DIGEST_LANES_MD5_H
#define TT_DIGEST_LANES_MD5_H

#ifndef V_LANES
#include "digest/vector_plain.h"
#endif

#include <stdalign.h>

/* floor(2^32 * abs(sin(i + 1))), of the first three rounds and of the last. */
#define MD5_CONSTANTS(X)                                                                         \
    X(0xd76aa478) X(0xe8c7b756) X(0x242070db) X(0xc1bdceee) X(0xf57c0faf) X(0x4787c62a)          \
    X(0xa8304613) X(0xfd469501) X(0x698098d8) X(0x8b44f7af) X(0xffff5bb1) X(0x895cd7be)          \
    X(0x6b901122) X(0xfd987193) X(0xa679438e) X(0x49b40821) X(0xf61e2562) X(0xc040b340)          \
    X(0x265e5a51) X(0xe9b6c7aa) X(0xd62f105d) X(0x02441453) X(0xd8a1e681) X(0xe7d3fbc8)          \
    X(0x21e1cde6) X(0xc33707d6) X(0xf4d50d87) X(0x455a14ed) X(0xa9e3e905) X(0xfcefa3f8)          \
    X(0x676f02d9) X(0x8d2a4c8a) X(0xfffa3942) X(0x8771f681) X(0x6d9d6122) X(0xfde5380c)          \
    X(0xa4beea44) X(0x4bdecfa9) X(0xf6bb4b60) X(0xbebfbc70) X(0x289b7ec6) X(0xeaa127fa)          \
    X(0xd4ef3085) X(0x04881d05) X(0xd9d4d039) X(0xe6db99e5) X(0x1fa27cf8) X(0xc4ac5665)
#define MD5_CONSTANTS_I(X)                                                                       \
    X(0xf4292244) X(0x432aff97) X(0xab9423a7) X(0xfc93a039) X(0x655b59c3) X(0x8f0ccc92)          \
    X(0xffeff47d) X(0x85845dd1) X(0x6fa87e4f) X(0xfe2ce6e0) X(0xa3014314) X(0x4e0811a1)          \
    X(0xf7537e82) X(0xbd3af235) X(0x2ad7d2bb) X(0xeb86d391)

/* The functions of the four rounds, added to a sum. */
#define MD5_F(sum, x, y, z) v_add(sum, v_choose(x, y, z))
#define MD5_G(sum, x, y, z) v_add_md5_g(sum, x, y, z)
#define MD5_H(sum, x, y, z) v_add(sum, v_xor3(x, y, z))
#define MD5_I(sum, x, y, z) v_add_md5_i(sum, x, y, z)

/* One step of vector n. What does not wait for b is added first. */
#define MD5_STEP_OF(n, f, a, b, c, d, constant, word, turn)       \
    do {                                                          \
        v_words sum_ = v_add(v_add(a##n, constant), w##n[word]);  \
        v_settle(sum_);                                           \
        sum_ = f(sum_, b##n, c##n, d##n);                         \
        a##n = v_add(b##n, v_rotate(sum_, turn));                 \
    } while (0)

#define MD5_STEP(f, a, b, c, d, i, word, turn)                    \
    do {                                                          \
        v_words constant_ = v_constant(constants, i);             \
        MD5_STEP_OF(0, f, a, b, c, d, constant_, word, turn);     \
        if (vectors == 2)                                         \
            MD5_STEP_OF(1, f, a, b, c, d, constant_, word, turn); \
    } while (0)

/* Step i takes word (i * times + plus) of the block. */
#define MD5_FOUR(f, i, times, plus, s0, s1, s2, s3)                             \
    MD5_STEP(f, a, b, c, d, (i), ((i) * (times) + (plus)) & 15, s0);            \
    MD5_STEP(f, d, a, b, c, (i) + 1, (((i) + 1) * (times) + (plus)) & 15, s1);  \
    MD5_STEP(f, c, d, a, b, (i) + 2, (((i) + 2) * (times) + (plus)) & 15, s2);  \
    MD5_STEP(f, b, c, d, a, (i) + 3, (((i) + 3) * (times) + (plus)) & 15, s3)

#define MD5_ROUND(f, i, times, plus, s0, s1, s2, s3)           \
    MD5_FOUR(f, i, times, plus, s0, s1, s2, s3);               \
    MD5_FOUR(f, (i) + 4, times, plus, s0, s1, s2, s3);         \
    MD5_FOUR(f, (i) + 8, times, plus, s0, s1, s2, s3);         \
    MD5_FOUR(f, (i) + 12, times, plus, s0, s1, s2, s3)

/* As a tt_kernel_function with 1 or 2 vectors of lanes; a constant, so that the other case goes. */
V_INLINE void md5_lanes(uint32_t *state, const uint8_t *const *data, size_t blocks,
                        const unsigned vectors)
{
    alignas(64) static const uint32_t table[]
        = {MD5_CONSTANTS(V_CONSTANT) MD5_CONSTANTS_I(V_CONSTANT_I)};
    const size_t row = (size_t)V_LANES * vectors;
    const size_t second = vectors == 2 ? V_LANES : 0;
    v_words a0 = v_load(state), a1 = v_load(state + second);
    v_words b0 = v_load(state + row), b1 = v_load(state + row + second);
    v_words c0 = v_load(state + 2 * row), c1 = v_load(state + 2 * row + second);
    v_words d0 = v_load(state + 3 * row), d1 = v_load(state + 3 * row + second);

    for (size_t i = 0; i < blocks; i++) {
        const v_words before[2][4] = {{a0, b0, c0, d0}, {a1, b1, c1, d1}};
        const uint32_t *constants = table;
        v_words w0[16], w1[16];

        /* A compiler that knew them would load them all before the loop, and have no room. */
        __asm__("" : "+r"(constants));
        v_load_block(w0, data, i * 64);
        if (vectors == 2)
            v_load_block(w1, data + V_LANES, i * 64);
        MD5_ROUND(MD5_F, 0, 1, 0, 7, 12, 17, 22);
        MD5_ROUND(MD5_G, 16, 5, 1, 5, 9, 14, 20);
        MD5_ROUND(MD5_H, 32, 3, 5, 4, 11, 16, 23);
        MD5_ROUND(MD5_I, 48, 7, 0, 6, 10, 15, 21);
        a0 = v_add(a0, before[0][0]), a1 = v_add(a1, before[1][0]);
        b0 = v_add(b0, before[0][1]), b1 = v_add(b1, before[1][1]);
        c0 = v_add(c0, before[0][2]), c1 = v_add(c1, before[1][2]);
        d0 = v_add(d0, before[0][3]), d1 = v_add(d1, before[1][3]);
    }
    v_store(state, a0), v_store(state + row, b0);
    v_store(state + 2 * row, c0), v_store(state + 3 * row, d0);
    if (vectors == 2) {
        v_store(state + second, a1), v_store(state + row + second, b1);
        v_store(state + 2 * row + second, c1), v_store(state + 3 * row + second, d1);
    }
}

#endif
