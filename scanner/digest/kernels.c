/*
 * kernels: the table.
 *
 * Rates were measured, the best of many rounds (bench/kernels.c, "full lanes"; bench/README.md names
 * the machine), OpenSSL's without some features by OPENSSL_ia32cap. A kernel takes as long for one lane
 * as for all, so they also say where one begins to beat the next. Both are a matter of the core's width,
 * not of its clock: the ratios serve other processors too. Those of NEON are taken over from SSE4.1,
 * which has the same width, and wait for a machine to measure on.
 *
 * OpenSSL has MD5 too, but it is no faster than plain C.
 */
#include "digest/kernels.h"
#include "base/status.h"
#include "digest/cpu.h"

#define NEVER (TT_KERNEL_LANES + 1)

static const tt_kernel kernels[] = {
#if defined(__x86_64__)
    {"AVX-512", TUTELA_MD5, TT_CPU_AVX512, 32, 17, 17, 6830, tt_md5_avx512_32},
    {"AVX-512", TUTELA_MD5, TT_CPU_AVX512, 16, 2, 2, 6640, tt_md5_avx512_16},
    {"AVX2", TUTELA_MD5, TT_CPU_AVX2, 16, 9, 9, 4250, tt_md5_avx2_16},
    {"AVX2", TUTELA_MD5, TT_CPU_AVX2, 8, 2, 2, 2990, tt_md5_avx2_8},
    {"SSE4.1", TUTELA_MD5, TT_CPU_SSE41, 8, 5, 5, 2220, tt_md5_sse41_8},
    {"SSE4.1", TUTELA_MD5, TT_CPU_SSE41, 4, 2, 2, 1490, tt_md5_sse41_4},
    {"AVX-512", TUTELA_MD5, TT_CPU_AVX512, 1, 1, 1, 560, tt_md5_avx512_1},
    {"AVX-512", TUTELA_SHA1, TT_CPU_AVX512, 16, 3, 5, 4360, tt_sha1_avx512},
    {"AVX2", TUTELA_SHA1, TT_CPU_AVX2, 8, 3, 5, 1960, tt_sha1_avx2},
    {"SSE4.1", TUTELA_SHA1, TT_CPU_SSE41, 4, 3, NEVER, 950, tt_sha1_sse41},
#elif defined(__aarch64__)
    {"NEON", TUTELA_MD5, TT_CPU_NEON, 8, 5, 5, 2220, tt_md5_neon_8},
    {"NEON", TUTELA_MD5, TT_CPU_NEON, 4, 2, 2, 1490, tt_md5_neon_4},
    {"NEON", TUTELA_SHA1, TT_CPU_NEON, 4, 3, NEVER, 950, tt_sha1_neon},
    {"NEON", TUTELA_SHA256, TT_CPU_NEON, 4, 3, NEVER, 450, tt_sha256_neon},
#endif
#ifndef TT_TEST_ALONE /* there is no OpenSSL where the kernels' tests are built for another machine */
    {"OpenSSL", TUTELA_SHA1, 0, 1, 1, 1, 420, tt_sha1_openssl},
#endif
#if defined(__x86_64__)
    {"SHA extensions", TUTELA_SHA1, TT_CPU_SHA, 2, 2, 2, 1090, tt_sha1_shani_2},
    {"SHA extensions", TUTELA_SHA1, TT_CPU_SHA, 1, 1, 1, 1070, tt_sha1_shani_1},
    {"AVX-512", TUTELA_SHA256, TT_CPU_AVX512, 16, 3, 10, 2200, tt_sha256_avx512},
    {"AVX2", TUTELA_SHA256, TT_CPU_AVX2, 8, 3, NEVER, 870, tt_sha256_avx2},
    {"SSE4.1", TUTELA_SHA256, TT_CPU_SSE41, 4, 3, NEVER, 450, tt_sha256_sse41},
    {"SHA extensions", TUTELA_SHA256, TT_CPU_SHA, 2, 2, 2, 1240, tt_sha256_shani_2},
    {"SHA extensions", TUTELA_SHA256, TT_CPU_SHA, 1, 1, 1, 1040, tt_sha256_shani_1},
#endif
#ifndef TT_TEST_ALONE
    {"OpenSSL", TUTELA_SHA256, 0, 1, 1, 1, 195, tt_sha256_openssl},
#endif
    {"plain C", TUTELA_MD5, 0, 2, 2, 2, 750, tt_md5_plain_2},
    {"plain C", TUTELA_MD5, 0, 1, 1, 1, 490, tt_md5_plain},
    {"plain C", TUTELA_SHA1, 0, 1, 1, 1, 380, tt_sha1_plain},
    {"plain C", TUTELA_SHA256, 0, 1, 1, 1, 180, tt_sha256_plain},
};

/* What OpenSSL's own code reaches with features that it finds. The first that fits counts. */
static const struct {
    int algorithm;
    uint32_t needs;
    unsigned rate;
} openssl_rates[] = {
    {TUTELA_SHA1, TT_CPU_OPENSSL_SHA, 1130},   {TUTELA_SHA1, TT_CPU_OPENSSL_AVX2, 610},
    {TUTELA_SHA256, TT_CPU_OPENSSL_SHA, 1060}, {TUTELA_SHA256, TT_CPU_OPENSSL_AVX2, 280},
};

static int is_openssl(const tt_kernel *kernel)
{
#ifndef TT_TEST_ALONE
    return kernel->function == tt_sha1_openssl || kernel->function == tt_sha256_openssl;
#else
    (void)kernel;
    return 0;
#endif
}

unsigned tt_kernel_rate(const tt_kernel *kernel, uint32_t features)
{
    for (size_t i = 0; i < sizeof openssl_rates / sizeof openssl_rates[0]; i++)
        if (is_openssl(kernel) && openssl_rates[i].algorithm == kernel->algorithm
            && (openssl_rates[i].needs & ~features) == 0)
            return openssl_rates[i].rate;
    return kernel->rate;
}

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
