/*
 * vector_sse41: the words that the digest templates are written in, for 4 lanes of SSE4.1.
 */
#ifndef TT_DIGEST_VECTOR_SSE41_H
#define TT_DIGEST_VECTOR_SSE41_H

#define V_LANES 4u
/* Nothing here repeats a word while loading it, so the table of constants holds each four times. */
#define V_CONSTANT(k)   (k), (k), (k), (k),
#define V_CONSTANT_I(k) ((k)-1), ((k)-1), ((k)-1), ((k)-1),

#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define V_TARGET __attribute__((target("sse4.1")))
#define V_INLINE V_TARGET __attribute__((always_inline)) static inline

typedef __m128i v_words;

/* Macros, since the number of bits must be a constant even where nothing is inlined. */
#define v_rotate(x, bits)                                                            \
    ((bits) == 16 ? v_rotate_16(x)                                                   \
                  : _mm_or_si128(_mm_slli_epi32((x), (bits)),                 \
                                    _mm_srli_epi32((x), 32 - (bits))))
#define v_shift(x, bits) _mm_srli_epi32((x), (bits))

/* Makes a sum now: a compiler that adds its parts in another order makes the next step wait. */
#define v_settle(x) __asm__("" : "+x"(x))

/* The one turn that is a shuffle of bytes: one instruction instead of three. */
V_INLINE v_words v_rotate_16(v_words x)
{
    return _mm_shuffle_epi8(
        x, _mm_set_epi64x(0x0d0c0f0e09080b0a, 0x0504070601000302));
}

V_INLINE v_words v_add(v_words x, v_words y)
{
    return _mm_add_epi32(x, y);
}

V_INLINE v_words v_xor2(v_words x, v_words y)
{
    return _mm_xor_si128(x, y);
}

/* x ^ y ^ z */
V_INLINE v_words v_xor3(v_words x, v_words y, v_words z)
{
    return _mm_xor_si128(x, _mm_xor_si128(y, z));
}

/* x ? y : z */
V_INLINE v_words v_choose(v_words x, v_words y, v_words z)
{
    return _mm_xor_si128(z, _mm_and_si128(x, _mm_xor_si128(y, z)));
}

/* What two of three say: y where x and y agree, else z. */
V_INLINE v_words v_majority(v_words x, v_words y, v_words z)
{
    return _mm_xor_si128(y, _mm_and_si128(_mm_xor_si128(x, y), _mm_xor_si128(y, z)));
}

/* sum + (z ? x : y), of which only the last sum waits for x, the word that is ready last. */
V_INLINE v_words v_add_md5_g(v_words sum, v_words x, v_words y, v_words z)
{
    sum = v_add(sum, _mm_andnot_si128(z, y));
    v_settle(sum);
    return v_add(sum, _mm_and_si128(x, z));
}

/*
 * sum + 1 + (y ^ (x | ~z)), which is sum - (y ^ (~x & z)) and so an instruction less; the constants
 * of these steps are 1 less instead.
 */
V_INLINE v_words v_add_md5_i(v_words sum, v_words x, v_words y, v_words z)
{
    return _mm_sub_epi32(sum, _mm_xor_si128(y, _mm_andnot_si128(x, z)));
}

V_INLINE v_words v_constant(const uint32_t *constants, size_t i)
{
    return _mm_load_si128((const __m128i *)(const void *)(constants + 4 * i));
}

V_INLINE v_words v_load(const uint32_t *from)
{
    return _mm_loadu_si128((const __m128i *)(const void *)from);
}

V_INLINE void v_store(uint32_t *to, v_words x)
{
    _mm_storeu_si128((__m128i *)(void *)to, x);
}

/* Turn each word's bytes round. */
V_INLINE v_words v_swap(v_words x)
{
    return _mm_shuffle_epi8(x, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

V_INLINE v_words v_bytes(const uint8_t *from)
{
    return _mm_loadu_si128((const __m128i *)(const void *)from);
}

/* Four words of every lane. */
V_INLINE void v_load_four(v_words *words, const uint8_t *const *data, size_t offset)
{
    v_words a = v_bytes(data[0] + offset), b = v_bytes(data[1] + offset);
    v_words c = v_bytes(data[2] + offset), d = v_bytes(data[3] + offset);
    v_words low_ab = _mm_unpacklo_epi32(a, b), high_ab = _mm_unpackhi_epi32(a, b);
    v_words low_cd = _mm_unpacklo_epi32(c, d), high_cd = _mm_unpackhi_epi32(c, d);

    words[0] = _mm_unpacklo_epi64(low_ab, low_cd);
    words[1] = _mm_unpackhi_epi64(low_ab, low_cd);
    words[2] = _mm_unpacklo_epi64(high_ab, high_cd);
    words[3] = _mm_unpackhi_epi64(high_ab, high_cd);
}

/* Word i of every lane's block at `offset` into words[i]. */
V_INLINE void v_load_block(v_words words[16], const uint8_t *const *data, size_t offset)
{
    v_load_four(words, data, offset);
    v_load_four(words + 4, data, offset + 16);
    v_load_four(words + 8, data, offset + 32);
    v_load_four(words + 12, data, offset + 48);
}

#endif
#endif
