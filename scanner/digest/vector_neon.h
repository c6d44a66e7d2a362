/*
 * vector_neon: the words that the digest templates are written in, for 4 lanes of arm64's NEON.
 *
 * Words of memory are little-endian here, as everywhere on Linux for arm64 but for big-endian
 * kernels, which this file refuses.
 */
#ifndef TT_DIGEST_VECTOR_NEON_H
#define TT_DIGEST_VECTOR_NEON_H

#define V_LANES 4u
#define V_CONSTANT(k)   (k),
#define V_CONSTANT_I(k) (k),

#if defined(__aarch64__)

#if defined(__ARM_BIG_ENDIAN)
#error "digest kernels for NEON want a little-endian machine"
#endif

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

#define V_TARGET
#define V_INLINE __attribute__((always_inline)) static inline

typedef uint32x4_t v_words;

/* Macros, since the number of bits must be a constant even where nothing is inlined. */
#define v_rotate(x, bits) vsriq_n_u32(vshlq_n_u32((x), (bits)), (x), 32 - (bits))
#define v_shift(x, bits)  vshrq_n_u32((x), (bits))

/* Makes a sum now: a compiler that adds its parts in another order makes the next step wait. */
#define v_settle(x) __asm__("" : "+w"(x))

V_INLINE v_words v_add(v_words x, v_words y)
{
    return vaddq_u32(x, y);
}

V_INLINE v_words v_xor2(v_words x, v_words y)
{
    return veorq_u32(x, y);
}

/* x ^ y ^ z */
V_INLINE v_words v_xor3(v_words x, v_words y, v_words z)
{
    return veorq_u32(x, veorq_u32(y, z));
}

/* x ? y : z */
V_INLINE v_words v_choose(v_words x, v_words y, v_words z)
{
    return vbslq_u32(x, y, z);
}

/* What two of three say: y where x and y agree, else z. */
V_INLINE v_words v_majority(v_words x, v_words y, v_words z)
{
    return vbslq_u32(veorq_u32(x, y), z, y);
}

/* sum + (z ? x : y) */
V_INLINE v_words v_add_md5_g(v_words sum, v_words x, v_words y, v_words z)
{
    return v_add(sum, v_choose(z, x, y));
}

/* sum + (y ^ (x | ~z)) */
V_INLINE v_words v_add_md5_i(v_words sum, v_words x, v_words y, v_words z)
{
    return v_add(sum, veorq_u32(y, vornq_u32(x, z)));
}

V_INLINE v_words v_constant(const uint32_t *constants, size_t i)
{
    return vdupq_n_u32(constants[i]);
}

V_INLINE v_words v_load(const uint32_t *from)
{
    return vld1q_u32(from);
}

V_INLINE void v_store(uint32_t *to, v_words x)
{
    vst1q_u32(to, x);
}

/* Turn each word's bytes round. */
V_INLINE v_words v_swap(v_words x)
{
    return vreinterpretq_u32_u8(vrev32q_u8(vreinterpretq_u8_u32(x)));
}

V_INLINE v_words v_bytes(const uint8_t *from)
{
    return vreinterpretq_u32_u8(vld1q_u8(from));
}

/* The even, or odd, pairs of words of two rows. */
#define V_PAIRS(half, x, y) \
    vreinterpretq_u32_u64(  \
        vtrn##half##q_u64(vreinterpretq_u64_u32(x), vreinterpretq_u64_u32(y)))

/* Four words of every lane. */
V_INLINE void v_load_four(v_words *words, const uint8_t *const *data, size_t offset)
{
    v_words a = v_bytes(data[0] + offset), b = v_bytes(data[1] + offset);
    v_words c = v_bytes(data[2] + offset), d = v_bytes(data[3] + offset);
    v_words even_ab = vtrn1q_u32(a, b), odd_ab = vtrn2q_u32(a, b);
    v_words even_cd = vtrn1q_u32(c, d), odd_cd = vtrn2q_u32(c, d);

    words[0] = V_PAIRS(1, even_ab, even_cd);
    words[1] = V_PAIRS(1, odd_ab, odd_cd);
    words[2] = V_PAIRS(2, even_ab, even_cd);
    words[3] = V_PAIRS(2, odd_ab, odd_cd);
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
