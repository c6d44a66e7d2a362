/*
 * sha1_shani: SHA-1 of one or two streams by the SHA extensions of x86 (Intel SDM volume 2; FIPS
 * 180-4, 6.1.2). Four rounds wait for the four before them, and a second stream fills the time.
 */
#include "digest/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,sse4.1")))
#define INLINE   WITH_SHA __attribute__((always_inline)) static inline

typedef struct stream {
    __m128i abcd, e; /* e stands in the highest word */
    __m128i abcd_before, e_before;
    __m128i words[4];
} stream;

INLINE void load_state(stream *s, const uint32_t *state, size_t step)
{
    s->abcd = _mm_set_epi32((int)state[0], (int)state[step], (int)state[2 * step],
                            (int)state[3 * step]);
    s->e = _mm_set_epi32((int)state[4 * step], 0, 0, 0);
}

INLINE void store_state(const stream *s, uint32_t *state, size_t step)
{
    state[0] = (uint32_t)_mm_extract_epi32(s->abcd, 3);
    state[step] = (uint32_t)_mm_extract_epi32(s->abcd, 2);
    state[2 * step] = (uint32_t)_mm_extract_epi32(s->abcd, 1);
    state[3 * step] = (uint32_t)_mm_extract_epi32(s->abcd, 0);
    state[4 * step] = (uint32_t)_mm_extract_epi32(s->e, 3);
}

/* The whole block turned round, since the instructions want the first word in the highest place. */
INLINE void load_block(stream *s, const uint8_t *block)
{
    const __m128i turn = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);

    s->abcd_before = s->abcd;
    s->e_before = s->e;
    for (int i = 0; i < 4; i++)
        s->words[i] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), turn);
}

/* The four words of the schedule after the sixteen in a, b, c, d, in a's place. */
#define NEXT_FOUR(s, a, b, c, d)                                                            \
    (s)->words[a] = _mm_sha1msg2_epu32(                                                     \
        _mm_xor_si128(_mm_sha1msg1_epu32((s)->words[a], (s)->words[b]), (s)->words[c]),     \
        (s)->words[d])

/* Four rounds by function f. The e of the next four is made of the a of those before. */
#define ROUNDS(s, f, sum)                                     \
    do {                                                      \
        __m128i sum_ = (sum), a_before_ = (s)->abcd;          \
        (s)->abcd = _mm_sha1rnds4_epu32((s)->abcd, sum_, f);  \
        (s)->e = a_before_;                                   \
    } while (0)

#define EARLY(s, f, i) ROUNDS(s, f, _mm_sha1nexte_epu32((s)->e, (s)->words[i]))
#define LATER(s, f, a, b, c, d)  \
    NEXT_FOUR(s, a, b, c, d);    \
    EARLY(s, f, a)

#define EACH(step, ...)           \
    step(&one, __VA_ARGS__);      \
    if (streams == 2) {           \
        step(&two, __VA_ARGS__);  \
    }

#define SIXTEEN(f0, f1, f2, f3)   \
    EACH(LATER, f0, 0, 1, 2, 3)   \
    EACH(LATER, f1, 1, 2, 3, 0)   \
    EACH(LATER, f2, 2, 3, 0, 1)   \
    EACH(LATER, f3, 3, 0, 1, 2)

#define FIRST(s, f) ROUNDS(s, f, _mm_add_epi32((s)->e, (s)->words[0]))

INLINE void add_before(stream *s)
{
    s->e = _mm_sha1nexte_epu32(s->e, s->e_before);
    s->abcd = _mm_add_epi32(s->abcd, s->abcd_before);
}

INLINE void sha1(uint32_t *state, const uint8_t *const *data, size_t blocks, const unsigned streams)
{
    stream one, two;

    load_state(&one, state, streams);
    if (streams == 2)
        load_state(&two, state + 1, streams);
    for (size_t i = 0; i < blocks; i++) {
        load_block(&one, data[0] + i * TT_BLOCK);
        if (streams == 2)
            load_block(&two, data[1] + i * TT_BLOCK);
        EACH(FIRST, 0)
        EACH(EARLY, 0, 1)
        EACH(EARLY, 0, 2)
        EACH(EARLY, 0, 3)
        SIXTEEN(0, 1, 1, 1)
        SIXTEEN(1, 1, 2, 2)
        SIXTEEN(2, 2, 2, 3)
        SIXTEEN(3, 3, 3, 3)
        add_before(&one);
        if (streams == 2)
            add_before(&two);
    }
    store_state(&one, state, streams);
    if (streams == 2)
        store_state(&two, state + 1, streams);
}

WITH_SHA void tt_sha1_shani_1(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha1(state, data, blocks, 1);
}

WITH_SHA void tt_sha1_shani_2(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha1(state, data, blocks, 2);
}

#endif
