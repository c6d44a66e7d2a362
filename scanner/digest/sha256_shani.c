/*
 * sha256_shani: SHA-256 of one or two streams by the SHA extensions of x86 (Intel SDM volume 2;
 * FIPS 180-4, 6.2.2). Two rounds wait for the two before them, and a second stream fills the time.
 */
#include "digest/kernels.h"
#include "digest/sha256_constants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <stdalign.h>

#define WITH_SHA __attribute__((target("sha,sse4.1")))
#define INLINE   WITH_SHA __attribute__((always_inline)) static inline

#define ONE_EACH(k) k,
alignas(64) static const uint32_t constants[] = {SHA256_CONSTANTS(ONE_EACH)};

typedef struct stream {
    __m128i abef, cdgh; /* the state as the instructions want it, a and c in the highest words */
    __m128i abef_before, cdgh_before;
    __m128i words[4];
} stream;

INLINE void load_state(stream *s, const uint32_t *state, size_t step)
{
    s->abef = _mm_set_epi32((int)state[0], (int)state[step], (int)state[4 * step],
                            (int)state[5 * step]);
    s->cdgh = _mm_set_epi32((int)state[2 * step], (int)state[3 * step], (int)state[6 * step],
                            (int)state[7 * step]);
}

INLINE void store_state(const stream *s, uint32_t *state, size_t step)
{
    state[0] = (uint32_t)_mm_extract_epi32(s->abef, 3);
    state[step] = (uint32_t)_mm_extract_epi32(s->abef, 2);
    state[2 * step] = (uint32_t)_mm_extract_epi32(s->cdgh, 3);
    state[3 * step] = (uint32_t)_mm_extract_epi32(s->cdgh, 2);
    state[4 * step] = (uint32_t)_mm_extract_epi32(s->abef, 1);
    state[5 * step] = (uint32_t)_mm_extract_epi32(s->abef, 0);
    state[6 * step] = (uint32_t)_mm_extract_epi32(s->cdgh, 1);
    state[7 * step] = (uint32_t)_mm_extract_epi32(s->cdgh, 0);
}

INLINE void load_block(stream *s, const uint8_t *block)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

    s->abef_before = s->abef;
    s->cdgh_before = s->cdgh;
    for (int i = 0; i < 4; i++)
        s->words[i] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), big_endian);
}

/* Four rounds with words[i]. */
INLINE void four_rounds(stream *s, int i, __m128i constant)
{
    __m128i sum = _mm_add_epi32(s->words[i], constant);

    s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, sum);
    s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The four words of the schedule after the sixteen in a, b, c, d, in a's place. */
INLINE void next_four(stream *s, int a, int b, int c, int d)
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(s->words[a], s->words[b]),
                                _mm_alignr_epi8(s->words[d], s->words[c], 4));

    s->words[a] = _mm_sha256msg2_epu32(sum, s->words[d]);
}

#define EARLY(a, b, c, d)                                               \
    constant = _mm_load_si128((const __m128i *)(const void *)(k + 4 * (a))); \
    four_rounds(&one, a, constant);                                     \
    if (streams == 2)                                                   \
        four_rounds(&two, a, constant)

#define LATER(a, b, c, d)            \
    next_four(&one, a, b, c, d);     \
    if (streams == 2)                \
        next_four(&two, a, b, c, d); \
    EARLY(a, b, c, d)

#define SIXTEEN(step)  \
    step(0, 1, 2, 3);  \
    step(1, 2, 3, 0);  \
    step(2, 3, 0, 1);  \
    step(3, 0, 1, 2)

INLINE void add_before(stream *s)
{
    s->abef = _mm_add_epi32(s->abef, s->abef_before);
    s->cdgh = _mm_add_epi32(s->cdgh, s->cdgh_before);
}

INLINE void sha256(uint32_t *state, const uint8_t *const *data, size_t blocks,
                   const unsigned streams)
{
    stream one, two;

    load_state(&one, state, streams);
    if (streams == 2)
        load_state(&two, state + 1, streams);
    for (size_t i = 0; i < blocks; i++) {
        const uint32_t *k = constants;
        __m128i constant;

        load_block(&one, data[0] + i * TT_BLOCK);
        if (streams == 2)
            load_block(&two, data[1] + i * TT_BLOCK);
        SIXTEEN(EARLY);
        k += 16;
        SIXTEEN(LATER);
        k += 16;
        SIXTEEN(LATER);
        k += 16;
        SIXTEEN(LATER);
        add_before(&one);
        if (streams == 2)
            add_before(&two);
    }
    store_state(&one, state, streams);
    if (streams == 2)
        store_state(&two, state + 1, streams);
}

WITH_SHA void tt_sha256_shani_1(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha256(state, data, blocks, 1);
}

WITH_SHA void tt_sha256_shani_2(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha256(state, data, blocks, 2);
}

#endif
