/*
 * cpu: what this processor offers the digest kernels, as far as the operating system lets it.
 */
#ifndef TT_DIGEST_CPU_H
#define TT_DIGEST_CPU_H

#include <stdint.h>

/* Features, as bits of a set. Every set of them is a machine that could be. */
#define TT_CPU_SSE41  1u  /* SSSE3 too, as every processor with SSE4.1 has */
#define TT_CPU_AVX2   2u  /* 256 bits */
#define TT_CPU_AVX512 4u  /* F, BW and VL: 512 bits, rotations and ternary logic at every width */
#define TT_CPU_SHA    8u  /* the SHA extensions; kernels have those of x86, OpenSSL arm64's too */
#define TT_CPU_NEON   16u /* 128 bits, of arm64 */
/* What OpenSSL's own code finds here; what is taken away from our kernels is not from it. */
#define TT_CPU_OPENSSL_AVX2 32u
#define TT_CPU_OPENSSL_SHA  64u
#define TT_CPU_OPENSSL      (TT_CPU_OPENSSL_AVX2 | TT_CPU_OPENSSL_SHA)
#define TT_CPU_ALL          127u

/*
 * The features of this machine, less what the environment variable TUTELA_CPU takes away: words
 * between commas, each a widest vector to use ("avx2", "sse4.1", "scalar": no vectors and no SHA
 * extensions, "plain" the same) or a feature to do without ("-shani"). It can only take away, and
 * words that say neither are passed over. Read once a process. Thread: any.
 */
uint32_t tt_cpu_features(void);

/* The same with nothing taken away. Thread: any. */
uint32_t tt_cpu_present(void);

/* `features` less what `wish`, in the words of TUTELA_CPU or NULL, takes away. Thread: any. */
uint32_t tt_cpu_lower(uint32_t features, const char *wish);

#endif
