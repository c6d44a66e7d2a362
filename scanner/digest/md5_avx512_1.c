/*
 * md5_avx512_1: MD5 of one stream in one word of a vector.
 *
 * A step of MD5 waits for the one before it. Rotation and logic of three operands in one instruction
 * each make that wait four cycles, one less than general registers need.
 */
#include "digest/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <stdalign.h>
#include <string.h>

#define V_LANES         1u
#define V_CONSTANT(k)   (k), 0, 0, 0,
#define V_CONSTANT_I(k) (k), 0, 0, 0,
#define V_TARGET        __attribute__((target("avx512f,avx512vl")))
#define V_INLINE        V_TARGET __attribute__((always_inline)) static inline

typedef __m128i v_words;

#define v_rotate(x, bits) _mm_rol_epi32((x), (bits))

/* Makes a sum now: a compiler that adds its parts in another order makes the next step wait. */
#define v_settle(x) __asm__("" : "+v"(x))

V_INLINE v_words v_add(v_words x, v_words y)
{
    return _mm_add_epi32(x, y);
}

V_INLINE v_words v_xor3(v_words x, v_words y, v_words z)
{
    return _mm_ternarylogic_epi32(z, x, y, 0x96);
}

V_INLINE v_words v_choose(v_words x, v_words y, v_words z)
{
    return _mm_ternarylogic_epi32(z, x, y, 0xb8);
}

V_INLINE v_words v_add_md5_g(v_words sum, v_words x, v_words y, v_words z)
{
    return v_add(sum, v_choose(z, x, y));
}

V_INLINE v_words v_add_md5_i(v_words sum, v_words x, v_words y, v_words z)
{
    return v_add(sum, _mm_ternarylogic_epi32(z, x, y, 0x65));
}

V_INLINE v_words v_constant(const uint32_t *constants, size_t i)
{
    return _mm_load_si128((const __m128i *)(const void *)(constants + 4 * i));
}

V_INLINE v_words v_load(const uint32_t *from)
{
    return _mm_cvtsi32_si128((int)*from);
}

V_INLINE void v_store(uint32_t *to, v_words x)
{
    *to = (uint32_t)_mm_cvtsi128_si32(x);
}

V_INLINE void v_load_block(v_words words[16], const uint8_t *const *data, size_t offset)
{
    for (size_t i = 0; i < 16; i++) {
        uint32_t word;

        memcpy(&word, data[0] + offset + 4 * i, sizeof word);
        words[i] = _mm_cvtsi32_si128((int)word);
    }
}

#include "digest/lanes_md5.h"

V_TARGET void tt_md5_avx512_1(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 1);
}

#endif
