/*
 * lanes_kit: what the tests of the digest kernels share: bytes in which every lane and every block
 * differ, and the digests to compare with.
 *
 * Those are OpenSSL's. Where there is none (tests/arm64 has no OpenSSL for the other machine), with
 * TT_TEST_ALONE, they come from the plain C kernel one stream at a time, which published vectors vouch for.
 */
#ifndef TT_TESTS_LANES_KIT_H
#define TT_TESTS_LANES_KIT_H

#include "base/status.h"
#include "digest/cpu.h"
#include "digest/digest.h"
#include "digest/lanes.h"

#include "tap.h"

enum { LANE_ALGORITHMS = 3 }; /* MD5, SHA-1, SHA-256 */

static const int lane_algorithm[LANE_ALGORITHMS] = {TUTELA_MD5, TUTELA_SHA1, TUTELA_SHA256};

/* Numbers that look random, the same in every run (splitmix64). */
__attribute__((unused)) static uint64_t lane_mix(uint64_t place)
{
    uint64_t z = (place + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The bytes of stream number `stream`. */
__attribute__((unused)) static void lane_bytes(uint64_t stream, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(lane_mix(stream << 32 | i / 8) >> (i % 8 * 8));
}

/* The digest to compare with. */
__attribute__((unused)) static void lane_reference(int algorithm, const void *data, size_t size,
                                                   uint8_t *out)
{
#ifdef TT_TEST_ALONE
    tt_lanes plain;
    tt_lane_stream stream;
    tt_lane_job job = {&stream, data, size, out};

    (void)tt_lanes_choose(&plain, algorithm, 0);
    tt_lanes_begin(&plain, &stream);
    tt_lanes_run(&plain, &job, 1);
#else
    tt_digests all;

    if (tt_digest_bytes(TUTELA_BIT(algorithm), data, size, &all, NULL) != TUTELA_OK) {
        ok(0, "OpenSSL digests");
        exit(1);
    }
    memcpy(out, all.value[algorithm], tt_digest_size(algorithm));
#endif
}

/*
 * The sets of features that this machine can stand for, one after another; 0 at the end. With what
 * OpenSSL finds here, and with nothing of it, which changes the break-evens.
 */
__attribute__((unused)) static int lane_next_subset(uint32_t *subset)
{
    uint32_t all = tt_cpu_features();

    do {
        *subset = (*subset - all) & all;
    } while ((*subset & TT_CPU_OPENSSL) && (*subset & TT_CPU_OPENSSL) != (all & TT_CPU_OPENSSL));
    return *subset != 0;
}

/* Lanes that have this kernel and no other; 0 when this machine cannot run it. */
__attribute__((unused)) static int lane_only(tt_lanes *out, const tt_kernel *kernel)
{
    *out = (tt_lanes){.algorithm = kernel->algorithm, .words = tt_kernel_words(kernel->algorithm),
                      .rows = 1};
    out->row[0].kernel = kernel;
    out->row[0].least = 1;
    out->row[0].rate = kernel->rate;
    return (kernel->needs & ~tt_cpu_features()) == 0;
}

/* "avx2 shani md5", say. Static. */
__attribute__((unused)) static const char *lane_name(uint32_t subset, int algorithm)
{
    static char text[80];

    snprintf(text, sizeof text, "[%s%s%s%s%s%s] %s", subset & TT_CPU_SSE41 ? " sse4.1" : "",
             subset & TT_CPU_AVX2 ? " avx2" : "", subset & TT_CPU_AVX512 ? " avx512" : "",
             subset & TT_CPU_SHA ? " sha" : "", subset & TT_CPU_NEON ? " neon" : "",
             subset & TT_CPU_OPENSSL ? " openssl" : "",
             tt_digest_name(algorithm));
    return text;
}

#endif
