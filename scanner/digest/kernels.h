/*
 * kernels: every way that this build can take blocks into digests, in one table.
 *
 * A kernel takes whole blocks of 64 bytes into the states of as many streams as it has lanes. Which
 * bytes a block has (the end mark and length too) is lanes.h's business. OpenSSL's own code for one
 * stream is among them: so a stream whose neighbours have ended is never slower than OpenSSL's. The rounds of an algorithm
 * stand once, in digest/lanes_*.h, in the words that a vector_*.h defines for an instruction set; a
 * new instruction set is a new vector_*.h, a file of ten lines per algorithm and a row per file.
 */
#ifndef TT_DIGEST_KERNELS_H
#define TT_DIGEST_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define TT_BLOCK          64u /* bytes of a block, of MD5, SHA-1 and SHA-256 alike */
#define TT_STATE_WORDS    8u  /* of the largest state */
#define TT_KERNEL_LANES   32u /* of the widest kernel */
#define TT_KERNEL_STREAMS (TT_KERNEL_LANES * TT_STATE_WORDS)

/*
 * Take `blocks` blocks of every lane into its state. Word w of lane n is state[w * lanes + n]; the
 * blocks of lane n stand behind one another at data[n], at any address. Lanes may share data.
 */
typedef void tt_kernel_function(uint32_t *state, const uint8_t *const *data, size_t blocks);

typedef struct tt_kernel {
    const char *name;   /* of the instruction set, for people */
    int algorithm;      /* TUTELA_MD5, TUTELA_SHA1 or TUTELA_SHA256 */
    uint32_t needs;     /* TT_CPU_ bits, all of them */
    unsigned lanes;     /* streams side by side */
    unsigned least;     /* with fewer streams the next kernel is faster */
    unsigned least_sha; /* the same where SHA extensions serve one stream, be it OpenSSL's use of
                           them; over `lanes` for "never" */
    unsigned rate;      /* MB/s of a core with all lanes full, as measured; see kernels.c and
                           tt_kernel_rate */
    tt_kernel_function *function;
} tt_kernel;

/*
 * Every kernel of this build, of an algorithm the widest first, of one lane the fastest; the last of
 * each has one lane and needs nothing. NULL from `index` = their number on. Thread: any.
 */
const tt_kernel *tt_kernel_at(size_t index);

/*
 * A kernel's rate on a machine with these features: its own, unless it is OpenSSL's code, which goes by
 * what it finds. Thread: any.
 */
unsigned tt_kernel_rate(const tt_kernel *kernel, uint32_t features);

/* Words of an algorithm's state; 0 when there are no kernels for it. Thread: any. */
unsigned tt_kernel_words(int algorithm);

/* What a digest begins with: tt_kernel_words of them. Thread: any. */
const uint32_t *tt_kernel_first(int algorithm);

tt_kernel_function tt_md5_plain, tt_md5_plain_2, tt_sha1_plain, tt_sha256_plain;
tt_kernel_function tt_sha1_openssl, tt_sha256_openssl;
#if defined(__x86_64__)
tt_kernel_function tt_md5_avx512_32, tt_md5_avx512_16, tt_md5_avx512_1;
tt_kernel_function tt_sha1_avx512, tt_sha256_avx512;
tt_kernel_function tt_md5_avx2_16, tt_md5_avx2_8, tt_sha1_avx2, tt_sha256_avx2;
tt_kernel_function tt_md5_sse41_8, tt_md5_sse41_4, tt_sha1_sse41, tt_sha256_sse41;
tt_kernel_function tt_sha1_shani_1, tt_sha1_shani_2, tt_sha256_shani_1, tt_sha256_shani_2;
#elif defined(__aarch64__)
tt_kernel_function tt_md5_neon_8, tt_md5_neon_4, tt_sha1_neon, tt_sha256_neon;
#endif

#endif
