/*
 * kernels: the table.
 *
 * Where one kernel begins to beat the next was measured (bench/kernels.c) and is a matter of the
 * core's width, not of its clock, so that the numbers serve other processors too. Those of NEON are
 * taken over from SSE4.1, which has the same width, and wait for a machine to measure on.
 */
#include "digest/kernels.h"
#include "base/status.h"
#include "digest/cpu.h"

#define NEVER (TT_KERNEL_LANES + 1)

static const tt_kernel kernels[] = {
#if defined(__x86_64__)
    {"AVX-512", TUTELA_MD5, TT_CPU_AVX512, 32, 17, 17, tt_md5_avx512_32},
    {"AVX-512", TUTELA_MD5, TT_CPU_AVX512, 16, 2, 2, tt_md5_avx512_16},
    {"AVX2", TUTELA_MD5, TT_CPU_AVX2, 16, 9, 9, tt_md5_avx2_16},
    {"AVX2", TUTELA_MD5, TT_CPU_AVX2, 8, 2, 2, tt_md5_avx2_8},
    {"SSE4.1", TUTELA_MD5, TT_CPU_SSE41, 8, 5, 5, tt_md5_sse41_8},
    {"SSE4.1", TUTELA_MD5, TT_CPU_SSE41, 4, 2, 2, tt_md5_sse41_4},
    {"AVX-512", TUTELA_MD5, TT_CPU_AVX512, 1, 1, 1, tt_md5_avx512_1},
    {"AVX-512", TUTELA_SHA1, TT_CPU_AVX512, 16, 2, 4, tt_sha1_avx512},
    {"AVX2", TUTELA_SHA1, TT_CPU_AVX2, 8, 3, 5, tt_sha1_avx2},
    {"SSE4.1", TUTELA_SHA1, TT_CPU_SSE41, 4, 3, NEVER, tt_sha1_sse41},
    {"SHA extensions", TUTELA_SHA1, TT_CPU_SHA, 2, 2, 2, tt_sha1_shani_2},
    {"SHA extensions", TUTELA_SHA1, TT_CPU_SHA, 1, 1, 1, tt_sha1_shani_1},
    {"AVX-512", TUTELA_SHA256, TT_CPU_AVX512, 16, 2, 8, tt_sha256_avx512},
    {"AVX2", TUTELA_SHA256, TT_CPU_AVX2, 8, 2, NEVER, tt_sha256_avx2},
    {"SSE4.1", TUTELA_SHA256, TT_CPU_SSE41, 4, 3, NEVER, tt_sha256_sse41},
    {"SHA extensions", TUTELA_SHA256, TT_CPU_SHA, 2, 2, 2, tt_sha256_shani_2},
    {"SHA extensions", TUTELA_SHA256, TT_CPU_SHA, 1, 1, 1, tt_sha256_shani_1},
#elif defined(__aarch64__)
    {"NEON", TUTELA_MD5, TT_CPU_NEON, 8, 5, 5, tt_md5_neon_8},
    {"NEON", TUTELA_MD5, TT_CPU_NEON, 4, 2, 2, tt_md5_neon_4},
    {"NEON", TUTELA_SHA1, TT_CPU_NEON, 4, 3, NEVER, tt_sha1_neon},
    {"NEON", TUTELA_SHA256, TT_CPU_NEON, 4, 3, NEVER, tt_sha256_neon},
#endif
    {"plain C", TUTELA_MD5, 0, 1, 1, 1, tt_md5_plain},
    {"plain C", TUTELA_SHA1, 0, 1, 1, 1, tt_sha1_plain},
    {"plain C", TUTELA_SHA256, 0, 1, 1, 1, tt_sha256_plain},
};

const tt_kernel *tt_kernel_at(size_t index)
{
    return index < sizeof kernels / sizeof kernels[0] ? &kernels[index] : NULL;
}

/* RFC 1321, 3.3; FIPS 180-4, 5.3.1 and 5.3.3. */
static const struct {
    unsigned words;
    uint32_t first[TT_STATE_WORDS];
} states[TUTELA_ALGORITHM_COUNT] = {
    [TUTELA_MD5] = {4, {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}},
    [TUTELA_SHA1] = {5, {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}},
    [TUTELA_SHA256] = {8,
                       {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                        0x1f83d9ab, 0x5be0cd19}},
};

unsigned tt_kernel_words(int algorithm)
{
    return algorithm >= 0 && algorithm < TUTELA_ALGORITHM_COUNT ? states[algorithm].words : 0;
}

const uint32_t *tt_kernel_first(int algorithm)
{
    return states[algorithm].first;
}
