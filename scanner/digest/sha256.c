/*
 * sha256: the compression function (FIPS 180-4, 6.2.2), in plain C for every machine and with the
 * SHA instructions of x86 where there are some. Neither branches nor reads by what it digests.
 */
#include "digest/sha256.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

#define ROUNDS 64
#define LENGTH_SIZE 8u /* bytes of the count of bits that ends a message */

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

void tt_sha256_begin(uint32_t state[TT_SHA256_WORDS])
{
    static const uint32_t first[TT_SHA256_WORDS] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    memcpy(state, first, sizeof first);
}

/* ---- Plain C ----------------------------------------------------------------------------- */

static uint32_t turn(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

/* Word `i` of the schedule, of which the last 16 are kept, and which takes the place of the oldest. */
static uint32_t next_word(uint32_t words[16], unsigned i)
{
    uint32_t a = words[(i + 1) % 16];
    uint32_t b = words[(i + 14) % 16];

    words[i % 16] += (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + words[(i + 9) % 16]
                     + (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    return words[i % 16];
}

/* One round; the callers turn the names of the state's words instead of its words. */
static inline void a_round(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
                           uint32_t g, uint32_t *h, uint32_t word)
{
    uint32_t one = *h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + word;

    *d += one;
    *h = one + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static inline void eight_rounds(uint32_t s[TT_SHA256_WORDS], const uint32_t *words)
{
    a_round(s[0], s[1], s[2], &s[3], s[4], s[5], s[6], &s[7], words[0]);
    a_round(s[7], s[0], s[1], &s[2], s[3], s[4], s[5], &s[6], words[1]);
    a_round(s[6], s[7], s[0], &s[1], s[2], s[3], s[4], &s[5], words[2]);
    a_round(s[5], s[6], s[7], &s[0], s[1], s[2], s[3], &s[4], words[3]);
    a_round(s[4], s[5], s[6], &s[7], s[0], s[1], s[2], &s[3], words[4]);
    a_round(s[3], s[4], s[5], &s[6], s[7], s[0], s[1], &s[2], words[5]);
    a_round(s[2], s[3], s[4], &s[5], s[6], s[7], s[0], &s[1], words[6]);
    a_round(s[1], s[2], s[3], &s[4], s[5], s[6], s[7], &s[0], words[7]);
}

void tt_sha256_block_plain(uint32_t state[TT_SHA256_WORDS], const uint8_t *block)
{
    uint32_t words[16];
    uint32_t s[TT_SHA256_WORDS];

    memcpy(words, block, sizeof words);
    for (unsigned i = 0; i < 16; i++)
        words[i] = be32toh(words[i]);
    memcpy(s, state, sizeof s);
    for (unsigned i = 0; i < ROUNDS; i += 8) {
        uint32_t now[8];

        for (unsigned k = 0; k < 8; k++)
            now[k] = constants[i + k] + (i < 16 ? words[i + k] : next_word(words, i + k));
        eight_rounds(s, now);
    }
    for (unsigned i = 0; i < TT_SHA256_WORDS; i++)
        state[i] += s[i];
}

/* ---- x86 with SHA instructions ----------------------------------------------------------- */

#if defined(__x86_64__)
#define WITH_SHA __attribute__((target("sha,sse4.1")))

/* Four rounds. The state lies as the instructions want it: *abef and *cdgh. */
WITH_SHA static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i words,
                                        const uint32_t *constant)
{
    __m128i sum = _mm_add_epi32(words, _mm_loadu_si128((const __m128i *)(const void *)constant));

    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The four words of the schedule after the sixteen in a, b, c, d. */
WITH_SHA static inline __m128i next_four(__m128i a, __m128i b, __m128i c, __m128i d)
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4));

    return _mm_sha256msg2_epu32(sum, d);
}

WITH_SHA static inline __m128i load_words(const uint8_t *bytes)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)bytes), big_endian);
}

WITH_SHA static void block_sha(uint32_t state[TT_SHA256_WORDS], const uint8_t *block)
{
    __m128i *at = (__m128i *)(void *)state;
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128(at), 0xb1);      /* CDAB */
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128(at + 1), 0x1b); /* EFGH */
    __m128i abef = _mm_alignr_epi8(low, high, 8);
    __m128i cdgh = _mm_blend_epi16(high, low, 0xf0);
    __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i a = load_words(block), b = load_words(block + 16);
    __m128i c = load_words(block + 32), d = load_words(block + 48);

    for (unsigned i = 0;; i += 16) {
        four_rounds(&abef, &cdgh, a, constants + i);
        four_rounds(&abef, &cdgh, b, constants + i + 4);
        four_rounds(&abef, &cdgh, c, constants + i + 8);
        four_rounds(&abef, &cdgh, d, constants + i + 12);
        if (i + 16 == ROUNDS)
            break;
        a = next_four(a, b, c, d);
        b = next_four(b, c, d, a);
        c = next_four(c, d, a, b);
        d = next_four(d, a, b, c);
    }
    low = _mm_shuffle_epi32(_mm_add_epi32(abef, abef_before), 0x1b);  /* FEBA */
    high = _mm_shuffle_epi32(_mm_add_epi32(cdgh, cdgh_before), 0xb1); /* DCHG */
    _mm_storeu_si128(at, _mm_blend_epi16(low, high, 0xf0));
    _mm_storeu_si128(at + 1, _mm_alignr_epi8(high, low, 8));
}

static int has_sha(void)
{
    unsigned a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3))
        return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}
#endif

/* ---- The choice -------------------------------------------------------------------------- */

typedef void (*block_function)(uint32_t state[TT_SHA256_WORDS], const uint8_t *block);

/* Written once for the life of the process by `choose`, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static block_function chosen = tt_sha256_block_plain;

static void choose(void)
{
#if defined(__x86_64__)
    const char *lower = secure_getenv("TUTELA_CPU");

    if (has_sha() && !(lower && strcmp(lower, "plain") == 0))
        chosen = block_sha;
#endif
}

const char *tt_sha256_kernel(void)
{
    (void)pthread_once(&once, choose);
    return chosen == tt_sha256_block_plain ? "plain C" : "SHA instructions";
}

void tt_sha256_block(uint32_t state[TT_SHA256_WORDS], const uint8_t *block)
{
    (void)pthread_once(&once, choose);
    chosen(state, block);
}

void tt_sha256_bytes(const void *data, size_t size, uint8_t out[TT_SHA256_SIZE])
{
    const uint8_t *at = data;
    size_t rest = size % TT_SHA256_BLOCK;
    size_t end = rest < TT_SHA256_BLOCK - LENGTH_SIZE ? TT_SHA256_BLOCK : 2 * TT_SHA256_BLOCK;
    uint8_t last[2 * TT_SHA256_BLOCK] = {0};
    uint64_t bits = htobe64((uint64_t)size * 8);
    uint32_t state[TT_SHA256_WORDS];

    (void)pthread_once(&once, choose);
    tt_sha256_begin(state);
    for (const uint8_t *stop = at + (size - rest); at < stop; at += TT_SHA256_BLOCK)
        chosen(state, at);
    if (rest)
        memcpy(last, at, rest);
    last[rest] = 0x80;
    memcpy(last + end - LENGTH_SIZE, &bits, LENGTH_SIZE);
    for (size_t i = 0; i < end; i += TT_SHA256_BLOCK)
        chosen(state, last + i);
    for (size_t i = 0; i < TT_SHA256_WORDS; i++) {
        uint32_t word = htobe32(state[i]);
        memcpy(out + 4 * i, &word, sizeof word);
    }
}
