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

/* The same in plain C, which every machine can do. */
void tt_sha256_block_plain(uint32_t state[TT_SHA256_WORDS], const uint8_t *block);

/* The digest of `size` bytes. Needs no memory and cannot fail. Thread: any. */
void tt_sha256_bytes(const void *data, size_t size, uint8_t out[TT_SHA256_SIZE]);

/*
 * How tt_sha256_block works on this machine; TUTELA_CPU=plain makes it plain C. Static. Thread: any.
 */
const char *tt_sha256_kernel(void);

#endif
