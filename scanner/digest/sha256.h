/*
 * sha256: the compression function, for keyed digests that begin from a state made before, and the
 * digest of a few bytes in memory.
 *
 * Whole streams are digest.h's business; a MAC over one block would cost it ten times its work.
 */
#ifndef TT_DIGEST_SHA256_H
#define TT_DIGEST_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define TT_SHA256_BLOCK 64u /* bytes */
#define TT_SHA256_WORDS 8u
#define TT_SHA256_SIZE 32u /* bytes of a digest */

/* The state that a digest begins with. Thread: any. */
void tt_sha256_begin(uint32_t state[TT_SHA256_WORDS]);

/* Take one block of 64 bytes into the state. Thread: any. */
void tt_sha256_block(uint32_t state[TT_SHA256_WORDS], const uint8_t *block);

/* The digest of `size` bytes. Needs no memory and cannot fail. Thread: any. */
void tt_sha256_bytes(const void *data, size_t size, uint8_t out[TT_SHA256_SIZE]);

/* Blocks of as many digests that all go on from one state. */
typedef struct tt_sha256_many {
    const uint32_t *from;   /* TT_SHA256_WORDS of them */
    const uint8_t *blocks;  /* TT_SHA256_BLOCK bytes each, behind one another */
    uint8_t *out;           /* gets of each state the first `size` bytes as a digest shows them */
    size_t size;            /* 16 or 32 */
    size_t stride;          /* bytes from one result to the next; results and blocks do not overlap */
} tt_sha256_many;

/*
 * Take each block into a state of its own, side by side: many times faster a block than one after
 * another from about ten on, and best by multiples of 16. Thread: any.
 */
void tt_sha256_block_many(const tt_sha256_many *many, size_t count);

/* What tt_sha256_block works by on this machine, of which TUTELA_CPU can take away. Static. */
const char *tt_sha256_kernel(void);
/* The same of tt_sha256_block_many. Static. Thread, of both: any. */
const char *tt_sha256_kernel_many(void);

#endif
