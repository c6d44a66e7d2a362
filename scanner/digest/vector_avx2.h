/*
 * vector_avx2: the words that the digest templates are written in, for 8 lanes of AVX2.
 */
#ifndef TT_DIGEST_VECTOR_AVX2_H
#define TT_DIGEST_VECTOR_AVX2_H

#define V_LANES 8u
#define V_CONSTANT(k)   (k),
#define V_CONSTANT_I(k) ((k)-1),

#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define V_TARGET __attribute__((target("avx2")))
#define V_INLINE V_TARGET __attribute__((always_inline)) static inline

typedef __m256i v_words;

/* Macros, since the number of bits must be a constant even where nothing is inlined. */
#define v_rotate(x, bits)                                                            \
    ((bits) == 16 ? v_rotate_16(x)                                                   \
                  : _mm256_or_si256(_mm256_slli_epi32((x), (bits)),                 \
                                    _mm256_srli_epi32((x), 32 - (bits))))
#define v_shift(x, bits) _mm256_srli_epi32((x), (bits))

/* Makes a sum now: a compiler that adds its parts in another order makes the next step wait. */
#define v_settle(x) __asm__("" : "+x"(x))

/* The one turn that is a shuffle of bytes: one instruction instead of three. */
V_INLINE v_words v_rotate_16(v_words x)
{
    return _mm256_shuffle_epi8(
        x, _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0d0c0f0e09080b0a, 0x0504070601000302)));
}

V_INLINE v_words v_add(v_words x, v_words y)
{
    return _mm256_add_epi32(x, y);
}

V_INLINE v_words v_xor2(v_words x, v_words y)
{
    return _mm256_xor_si256(x, y);
}

/* x ^ y ^ z */
V_INLINE v_words v_xor3(v_words x, v_words y, v_words z)
{
    return _mm256_xor_si256(x, _mm256_xor_si256(y, z));
}

/* x ? y : z */
V_INLINE v_words v_choose(v_words x, v_words y, v_words z)
{
    return _mm256_xor_si256(z, _mm256_and_si256(x, _mm256_xor_si256(y, z)));
}

/* What two of three say: y where x and y agree, else z. */
V_INLINE v_words v_majority(v_words x, v_words y, v_words z)
{
    return _mm256_xor_si256(
        y, _mm256_and_si256(_mm256_xor_si256(x, y), _mm256_xor_si256(y, z)));
}

/* sum + (z ? x : y), of which only the last sum waits for x, the word that is ready last. */
V_INLINE v_words v_add_md5_g(v_words sum, v_words x, v_words y, v_words z)
{
    sum = v_add(sum, _mm256_andnot_si256(z, y));
    v_settle(sum);
    return v_add(sum, _mm256_and_si256(x, z));
}

/*
 * sum + 1 + (y ^ (x | ~z)), which is sum - (y ^ (~x & z)) and so an instruction less; the constants
 * of these steps are 1 less instead.
 */
V_INLINE v_words v_add_md5_i(v_words sum, v_words x, v_words y, v_words z)
{
    return _mm256_sub_epi32(sum, _mm256_xor_si256(y, _mm256_andnot_si256(x, z)));
}

V_INLINE v_words v_constant(const uint32_t *constants, size_t i)
{
    return _mm256_set1_epi32((int)constants[i]);
}

V_INLINE v_words v_load(const uint32_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

V_INLINE void v_store(uint32_t *to, v_words x)
{
    _mm256_storeu_si256((__m256i *)(void *)to, x);
}

/* Turn each word's bytes round. */
V_INLINE v_words v_swap(v_words x)
{
    return _mm256_shuffle_epi8(
        x, _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)));
}

/* 16 bytes of lanes 0 and 4 of `data`: loads can do this half of the transpose. */
V_INLINE v_words v_two(const uint8_t *const *data, size_t offset)
{
    const __m128i *low = (const __m128i *)(const void *)(data[0] + offset);
    const __m128i *high = (const __m128i *)(const void *)(data[4] + offset);

    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)),
                                   _mm_loadu_si128(high), 1);
}

/* Four words of every lane. */
V_INLINE void v_load_four(v_words *words, const uint8_t *const *data, size_t offset)
{
    v_words a = v_two(data, offset), b = v_two(data + 1, offset);
    v_words c = v_two(data + 2, offset), d = v_two(data + 3, offset);
    v_words low_ab = _mm256_unpacklo_epi32(a, b), high_ab = _mm256_unpackhi_epi32(a, b);
    v_words low_cd = _mm256_unpacklo_epi32(c, d), high_cd = _mm256_unpackhi_epi32(c, d);

    words[0] = _mm256_unpacklo_epi64(low_ab, low_cd);
    words[1] = _mm256_unpackhi_epi64(low_ab, low_cd);
    words[2] = _mm256_unpacklo_epi64(high_ab, high_cd);
    words[3] = _mm256_unpackhi_epi64(high_ab, high_cd);
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
