/*
 * digest kernels: each against the plain one, block by block, lane by lane; the table; TUTELA_CPU.
 */
#include "lanes_kit.h"

enum { BLOCKS = 5, SHIFT = 3 };

/* One kernel on lanes of their own bytes at odd addresses, from states of their own. */
static void try_kernel(const tt_kernel *kernel, tt_kernel_function *plain)
{
    static uint8_t bytes[TT_KERNEL_LANES][SHIFT + BLOCKS * TT_BLOCK];
    uint32_t state[TT_KERNEL_STREAMS + 1], alone[TT_KERNEL_LANES][TT_STATE_WORDS];
    const uint8_t *data[TT_KERNEL_LANES];
    unsigned words = tt_kernel_words(kernel->algorithm);
    unsigned wrong = 0;

    for (size_t blocks = 0; blocks <= BLOCKS; blocks++) {
        for (unsigned lane = 0; lane < kernel->lanes; lane++) {
            lane_bytes(lane, bytes[lane], sizeof bytes[lane]);
            data[lane] = bytes[lane] + lane % (SHIFT + 1);
            for (unsigned w = 0; w < words; w++)
                state[w * kernel->lanes + lane] = alone[lane][w]
                    = (uint32_t)lane_mix(1000 * lane + w);
        }
        state[words * kernel->lanes] = 0xabcdef01;
        kernel->function(state, data, blocks);
        for (unsigned lane = 0; lane < kernel->lanes; lane++) {
            plain(alone[lane], &data[lane], blocks);
            for (unsigned w = 0; w < words; w++)
                wrong += state[w * kernel->lanes + lane] != alone[lane][w];
        }
        wrong += state[words * kernel->lanes] != 0xabcdef01;
    }
    is_u64(wrong, 0, "%s: %s, %u lanes, 0 to %d blocks", tt_digest_name(kernel->algorithm),
           kernel->name, kernel->lanes, BLOCKS);
}

static void try_kernels(void)
{
    static tt_kernel_function *const plain[]
        = {[TUTELA_MD5] = tt_md5_plain, [TUTELA_SHA1] = tt_sha1_plain,
           [TUTELA_SHA256] = tt_sha256_plain};
    const tt_kernel *kernel;
    unsigned last[TUTELA_ALGORITHM_COUNT] = {0};

    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++) {
        ok(kernel->least >= 1 && kernel->least <= kernel->lanes && kernel->least_sha >= 1
               && kernel->lanes <= TT_KERNEL_LANES,
           "%s, %s: the table is sound", tt_digest_name(kernel->algorithm), kernel->name);
        last[kernel->algorithm] = kernel->needs == 0 && kernel->lanes == 1;
        if ((kernel->needs & ~tt_cpu_features()) == 0)
            try_kernel(kernel, plain[kernel->algorithm]);
        else
            skip(1, "a kernel for another machine");
    }
    for (int a = 0; a < LANE_ALGORITHMS; a++)
        ok(last[lane_algorithm[a]], "%s: the last kernel serves everyone",
           tt_digest_name(lane_algorithm[a]));
    is_u64(tt_kernel_words(TUTELA_SHA512), 0, "none for SHA-512");
}

/* What TUTELA_CPU's words leave. */
static void try_lowering(void)
{
    const uint32_t x86 = TT_CPU_SSE41 | TT_CPU_AVX2 | TT_CPU_AVX512 | TT_CPU_SHA;

    is_u64(tt_cpu_lower(x86, NULL), x86, "no wish");
    is_u64(tt_cpu_lower(x86, ""), x86, "an empty wish");
    is_u64(tt_cpu_lower(x86, "avx512"), x86, "the widest there is");
    is_u64(tt_cpu_lower(x86, "avx2"), TT_CPU_SSE41 | TT_CPU_AVX2 | TT_CPU_SHA, "avx2");
    is_u64(tt_cpu_lower(x86, "sse4.1"), TT_CPU_SSE41 | TT_CPU_SHA, "sse4.1");
    is_u64(tt_cpu_lower(x86, "sse4.1,-shani"), TT_CPU_SSE41, "sse4.1,-shani");
    is_u64(tt_cpu_lower(x86, "-shani, -avx2"), TT_CPU_SSE41 | TT_CPU_AVX512, "-shani, -avx2");
    is_u64(tt_cpu_lower(x86, "-avx512"), x86 & ~TT_CPU_AVX512, "-avx512");
    is_u64(tt_cpu_lower(x86, "scalar"), 0, "scalar");
    is_u64(tt_cpu_lower(x86, "plain"), 0, "plain");
    is_u64(tt_cpu_lower(TT_CPU_NEON, "-neon"), 0, "-neon");
    is_u64(tt_cpu_lower(TT_CPU_NEON, "neon"), TT_CPU_NEON, "neon");
    is_u64(tt_cpu_lower(TT_CPU_SSE41, "avx512"), TT_CPU_SSE41, "what is not there stays away");
    is_u64(tt_cpu_lower(x86, "avx, ,,avx51,AVX2,scalarx"), x86, "other words are passed over");
}

int main(void)
{
    try_kernels();
    try_lowering();
    return tap_done();
}
