/*
 * vector_avx512: the words that the digest templates are written in, for 16 lanes of AVX-512.
 *
 * One instruction rotates and one does any logic of three operands; the number of the latter is its
 * truth table (Intel SDM, VPTERNLOGD).
 */
#ifndef TT_DIGEST_VECTOR_AVX512_H
#define TT_DIGEST_VECTOR_AVX512_H

#define V_LANES 16u
#define V_CONSTANT(k)   (k),
#define V_CONSTANT_I(k) (k),

#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define V_TARGET __attribute__((target("avx512f,avx512bw")))
#define V_INLINE V_TARGET __attribute__((always_inline)) static inline

typedef __m512i v_words;

/* Macros, since the number of bits must be a constant even where nothing is inlined. */
#define v_rotate(x, bits) _mm512_rol_epi32((x), (bits))
#define v_shift(x, bits)  _mm512_srli_epi32((x), (bits))

/* Makes a sum now: a compiler that adds its parts in another order makes the next step wait. */
#define v_settle(x) __asm__("" : "+v"(x))

V_INLINE v_words v_add(v_words x, v_words y)
{
    return _mm512_add_epi32(x, y);
}

V_INLINE v_words v_xor2(v_words x, v_words y)
{
    return _mm512_xor_si512(x, y);
}

/*
 * The instruction overwrites its first operand, for which the compiler must copy it: z, the one that
 * was ready first, so that the copy delays nothing.
 *
 * x ^ y ^ z
 */
V_INLINE v_words v_xor3(v_words x, v_words y, v_words z)
{
    return _mm512_ternarylogic_epi32(z, x, y, 0x96);
}

/* x ? y : z */
V_INLINE v_words v_choose(v_words x, v_words y, v_words z)
{
    return _mm512_ternarylogic_epi32(z, x, y, 0xb8);
}

/* What two of three say. */
V_INLINE v_words v_majority(v_words x, v_words y, v_words z)
{
    return _mm512_ternarylogic_epi32(z, x, y, 0xe8);
}

/* sum + (z ? x : y) */
V_INLINE v_words v_add_md5_g(v_words sum, v_words x, v_words y, v_words z)
{
    return v_add(sum, v_choose(z, x, y));
}

/* sum + (y ^ (x | ~z)) */
V_INLINE v_words v_add_md5_i(v_words sum, v_words x, v_words y, v_words z)
{
    return v_add(sum, _mm512_ternarylogic_epi32(z, x, y, 0x65));
}

V_INLINE v_words v_constant(const uint32_t *constants, size_t i)
{
    return _mm512_set1_epi32((int)constants[i]);
}

V_INLINE v_words v_load(const uint32_t *from)
{
    return _mm512_loadu_si512(from);
}

V_INLINE void v_store(uint32_t *to, v_words x)
{
    _mm512_storeu_si512(to, x);
}

/* Turn each word's bytes round. */
V_INLINE v_words v_swap(v_words x)
{
    return _mm512_shuffle_epi8(
        x, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)));
}

/* Four lanes' blocks: words 4j + k of the four come to stand in quarter j of row k. */
V_INLINE void v_four(const uint8_t *const *data, size_t offset, v_words *row)
{
    v_words a = _mm512_loadu_si512(data[0] + offset), b = _mm512_loadu_si512(data[1] + offset);
    v_words c = _mm512_loadu_si512(data[2] + offset), d = _mm512_loadu_si512(data[3] + offset);
    v_words low_ab = _mm512_unpacklo_epi32(a, b), high_ab = _mm512_unpackhi_epi32(a, b);
    v_words low_cd = _mm512_unpacklo_epi32(c, d), high_cd = _mm512_unpackhi_epi32(c, d);

    row[0] = _mm512_unpacklo_epi64(low_ab, low_cd);
    row[1] = _mm512_unpackhi_epi64(low_ab, low_cd);
    row[2] = _mm512_unpacklo_epi64(high_ab, high_cd);
    row[3] = _mm512_unpackhi_epi64(high_ab, high_cd);
}

/* Quarter j of the four rows becomes, side by side, word 4j of `to`. */
V_INLINE void v_quarters(v_words a, v_words b, v_words c, v_words d, v_words *to)
{
    v_words low_ab = _mm512_shuffle_i32x4(a, b, 0x44), high_ab = _mm512_shuffle_i32x4(a, b, 0xee);
    v_words low_cd = _mm512_shuffle_i32x4(c, d, 0x44), high_cd = _mm512_shuffle_i32x4(c, d, 0xee);

    to[0] = _mm512_shuffle_i32x4(low_ab, low_cd, 0x88);
    to[4] = _mm512_shuffle_i32x4(low_ab, low_cd, 0xdd);
    to[8] = _mm512_shuffle_i32x4(high_ab, high_cd, 0x88);
    to[12] = _mm512_shuffle_i32x4(high_ab, high_cd, 0xdd);
}

/* Word i of every lane's block at `offset` into words[i]: 16 loads and four steps of a transpose. */
V_INLINE void v_load_block(v_words words[16], const uint8_t *const *data, size_t offset)
{
    v_words r[4][4];

    v_four(data, offset, r[0]);
    v_four(data + 4, offset, r[1]);
    v_four(data + 8, offset, r[2]);
    v_four(data + 12, offset, r[3]);
    v_quarters(r[0][0], r[1][0], r[2][0], r[3][0], words);
    v_quarters(r[0][1], r[1][1], r[2][1], r[3][1], words + 1);
    v_quarters(r[0][2], r[1][2], r[2][2], r[3][2], words + 2);
    v_quarters(r[0][3], r[1][3], r[2][3], r[3][3], words + 3);
}

#endif
#endif
