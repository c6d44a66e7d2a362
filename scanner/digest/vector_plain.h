/*
 * vector_plain: the words that the digest templates are written in, for one stream in plain C: what
 * every machine can do.
 */
#ifndef TT_DIGEST_VECTOR_PLAIN_H
#define TT_DIGEST_VECTOR_PLAIN_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define V_LANES 1u
#define V_CONSTANT(k)   (k),
#define V_CONSTANT_I(k) (k),
#define V_TARGET
#define V_INLINE __attribute__((always_inline)) static inline

typedef uint32_t v_words;

#define v_rotate(x, bits) ((x) << (bits) | (x) >> (32 - (bits)))
#define v_shift(x, bits)  ((x) >> (bits))

/* Makes a sum now: a compiler that adds its parts in another order makes the next step wait. */
#define v_settle(x) __asm__("" : "+r"(x))

V_INLINE v_words v_add(v_words x, v_words y)
{
    return x + y;
}

V_INLINE v_words v_xor2(v_words x, v_words y)
{
    return x ^ y;
}

/* x ^ y ^ z */
V_INLINE v_words v_xor3(v_words x, v_words y, v_words z)
{
    return x ^ y ^ z;
}

/* x ? y : z */
V_INLINE v_words v_choose(v_words x, v_words y, v_words z)
{
    return z ^ (x & (y ^ z));
}

/* What two of three say. */
V_INLINE v_words v_majority(v_words x, v_words y, v_words z)
{
    return y ^ ((x ^ y) & (y ^ z));
}

/* sum + (z ? x : y), of which only the last sum waits for x, the word that is ready last. */
V_INLINE v_words v_add_md5_g(v_words sum, v_words x, v_words y, v_words z)
{
    sum = v_add(sum, y & ~z);
    v_settle(sum);
    return v_add(sum, x & z);
}

/* sum + (y ^ (x | ~z)) */
V_INLINE v_words v_add_md5_i(v_words sum, v_words x, v_words y, v_words z)
{
    return sum + (y ^ (x | ~z));
}

V_INLINE v_words v_constant(const uint32_t *constants, size_t i)
{
    return constants[i];
}

V_INLINE v_words v_load(const uint32_t *from)
{
    return *from;
}

V_INLINE void v_store(uint32_t *to, v_words x)
{
    *to = x;
}

/* Turn each word's bytes round. */
V_INLINE v_words v_swap(v_words x)
{
    return __builtin_bswap32(x);
}

/* Word i, little-endian, of the block at `offset` into words[i]. */
V_INLINE void v_load_block(v_words words[16], const uint8_t *const *data, size_t offset)
{
    memcpy(words, data[0] + offset, 16 * sizeof words[0]);
    for (size_t i = 0; i < 16; i++)
        words[i] = le32toh(words[i]);
}

#endif
