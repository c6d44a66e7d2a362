/* digest, costs: what is cheapest on machines that could be, by how many streams there are. */
#include "digest/cost.h"

#include "digest/cpu.h"

#include "tap.h"

enum { MD5 = TUTELA_MD5, SHA1 = TUTELA_SHA1, SHA256 = TUTELA_SHA256, SHA512 = TUTELA_SHA512 };

static int cheapest(uint32_t features, size_t streams)
{
    uint32_t cost[TUTELA_ALGORITHM_COUNT];
    int best = 0;

    tt_digest_costs(features, streams, cost);
    for (int i = 1; i < TUTELA_ALGORITHM_COUNT; i++)
        if (cost[i] < cost[best])
            best = i;
    return best;
}

#if defined(__x86_64__)
#define SSE  TT_CPU_SSE41
#define AVX2 (SSE | TT_CPU_AVX2 | TT_CPU_OPENSSL_AVX2)
#define WIDE (AVX2 | TT_CPU_AVX512)
#define SHA  (TT_CPU_SHA | TT_CPU_OPENSSL_SHA)

static void machines(void)
{
    static const struct {
        uint32_t features;
        const char *name;
        int fast_sha;
    } all[] = {{WIDE | SHA, "AVX-512, SHA extensions", 1}, {WIDE, "AVX-512", 0},
               {AVX2 | SHA, "AVX2, SHA extensions", 1},    {AVX2, "AVX2", 0},
               {SSE | SHA, "SSE4.1, SHA extensions", 1},   {SSE, "SSE4.1", 0}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        is_i64(cheapest(all[i].features, 64), MD5, "%s: MD5 for many streams", all[i].name);
        if (all[i].fast_sha)
            ok(cheapest(all[i].features, 1) == SHA1 || cheapest(all[i].features, 1) == SHA256,
               "%s: not MD5 for one", all[i].name);
    }
    is_i64(cheapest(AVX2, 1), SHA1, "OpenSSL's SHA-1 beats MD5 in one stream where there is AVX2");
    is_i64(cheapest(SSE, 1), MD5, "and does not where there is none");
    ok(cheapest(TT_CPU_OPENSSL, 64) != MD5, "no kernels but OpenSSL's: not MD5, however many");
    is_i64(cheapest(0, 64), MD5, "nor SHA extensions: MD5");
}

/* Twice the streams cost each of them no more; and no machine pays more than OpenSSL on it asks. */
static void streams(void)
{
    unsigned dearer = 0, above = 0, free = 0;

    for (uint32_t features = 0; features <= TT_CPU_ALL; features++) {
        uint32_t by_openssl[TUTELA_ALGORITHM_COUNT];

        tt_digest_costs(features & TT_CPU_OPENSSL, 1, by_openssl);
        for (size_t many = 1; many <= 100; many++) {
            uint32_t cost[TUTELA_ALGORITHM_COUNT], twice[TUTELA_ALGORITHM_COUNT];

            tt_digest_costs(features, many, cost);
            tt_digest_costs(features, 2 * many, twice);
            for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
                free += cost[i] == 0;
                dearer += twice[i] > cost[i];
                /* A kernel that serves short pieces better may be as much slower in long ones. */
                above += cost[i] > by_openssl[i] + by_openssl[i] / 25;
            }
        }
    }
    is_u64(free, 0, "nothing is free");
    is_u64(dearer, 0, "twice the streams cost each of them no more");
    is_u64(above, 0, "nor more than by OpenSSL, but for 4 %%");
}
#endif

int main(void)
{
#if defined(__x86_64__)
    machines();
    streams();
#endif
    ok(cheapest(tt_cpu_features(), 1) >= MD5 && cheapest(tt_cpu_features(), 1) <= SHA512,
       "this machine has costs");
    return tap_done();
}
