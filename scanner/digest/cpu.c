/*
 * cpu: reads the processor's features, once.
 *
 * A processor's word is not enough: registers that the operating system does not save between
 * threads must not be used, so what XGETBV says counts as much as CPUID (Intel SDM volume 1, 14.3
 * and 15.2).
 */
#include "digest/cpu.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>

/* State that the operating system keeps, in the bits of XCR0. */
#define SAVES_AVX    0x06u /* XMM and YMM */
#define SAVES_AVX512 0xe6u /* masks and ZMM too */

/* Bits of CPUID leaf 7, register EBX, that make TT_CPU_AVX512. */
#define AVX512_BITS ((unsigned)(bit_AVX512F | bit_AVX512BW) | (unsigned)bit_AVX512VL)

static unsigned saved_state(unsigned leaf1)
{
    unsigned low, high;

    if (!(leaf1 & bit_OSXSAVE))
        return 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    (void)high;
    return low;
}

static uint32_t detect(void)
{
    unsigned a, b, c, d, leaf1, saved;
    uint32_t found = 0;

    if (!__get_cpuid(1, &a, &b, &leaf1, &d))
        return 0;
    saved = saved_state(leaf1);
    if ((leaf1 & bit_SSE4_1) && (leaf1 & bit_SSSE3))
        found |= TT_CPU_SSE41;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return found;
    if ((b & bit_SHA) && (found & TT_CPU_SSE41))
        found |= TT_CPU_SHA;
    if ((b & bit_AVX2) && (saved & SAVES_AVX) == SAVES_AVX)
        found |= TT_CPU_AVX2;
    if ((b & AVX512_BITS) == AVX512_BITS && (saved & SAVES_AVX512) == SAVES_AVX512)
        found |= TT_CPU_AVX512;
    return found;
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

/* Bits of AT_HWCAP in the Linux ABI. */
#define HAS_ASIMD 0x02u
#define HAS_SHA   0x60u /* SHA-1 and SHA-256 */

static uint32_t detect(void)
{
    unsigned long said = getauxval(AT_HWCAP);

    return (said & HAS_ASIMD ? TT_CPU_NEON : 0) | ((said & HAS_SHA) == HAS_SHA ? TT_CPU_SHA : 0);
}

#else

static uint32_t detect(void)
{
    return 0;
}

#endif

/* Words of TUTELA_CPU, and what is left after each. */
static const struct {
    const char *word;
    uint32_t keeps;
} words[] = {
    {"avx512", TT_CPU_ALL},
    {"avx2", TT_CPU_ALL & ~TT_CPU_AVX512},
    {"sse4.1", TT_CPU_ALL & ~(TT_CPU_AVX512 | TT_CPU_AVX2)},
    {"neon", TT_CPU_ALL},
    {"scalar", TT_CPU_OPENSSL},
    {"plain", TT_CPU_OPENSSL},
    {"-avx512", TT_CPU_ALL & ~TT_CPU_AVX512},
    {"-avx2", TT_CPU_ALL & ~TT_CPU_AVX2},
    {"-sse4.1", TT_CPU_ALL & ~TT_CPU_SSE41},
    {"-shani", TT_CPU_ALL & ~TT_CPU_SHA},
    {"-neon", TT_CPU_ALL & ~TT_CPU_NEON},
};

uint32_t tt_cpu_lower(uint32_t features, const char *wish)
{
    while (wish && *wish) {
        size_t size = strcspn(wish, ", ");

        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (strlen(words[i].word) == size && memcmp(words[i].word, wish, size) == 0)
                features &= words[i].keeps;
        wish += size;
        wish += strspn(wish, ", ");
    }
    return features;
}

/* Written once for the life of the process by `read_once`, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint32_t present, allowed;

static void read_once(void)
{
    present = detect();
    if (present & TT_CPU_AVX2)
        present |= TT_CPU_OPENSSL_AVX2;
    if (present & TT_CPU_SHA)
        present |= TT_CPU_OPENSSL_SHA;
    allowed = tt_cpu_lower(present, secure_getenv("TUTELA_CPU"));
}

uint32_t tt_cpu_present(void)
{
    (void)pthread_once(&once, read_once);
    return present;
}

uint32_t tt_cpu_features(void)
{
    (void)pthread_once(&once, read_once);
    return allowed;
}
