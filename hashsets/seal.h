/*
 * seal: the key of a sealed set, and what it makes of a digest.
 *
 * A fingerprint is HMAC-SHA-256(key, algorithm as one byte, digest) cut to 16 bytes: without the key
 * a set says neither what it lists nor whether it lists a digest at hand. The key's id is the first
 * 8 bytes of HMAC-SHA-256(key, "tutela set key id"): it tells keys apart and nothing about them. No
 * algorithm has the number of that label's first byte, so no fingerprint is ever an id.
 *
 * A key file holds 32 bytes from the system's random source, raw, and belongs to its owner alone.
 */
#ifndef TT_HASHSETS_SEAL_H
#define TT_HASHSETS_SEAL_H

#include "base/status.h"
#include "hashsets/format.h"

#include <stddef.h>
#include <stdint.h>

#define TT_SEAL_KEY_SIZE 32u /* bytes of a key file */

/*
 * A key ready for use. Shared, immutable. What is kept is locked in memory and left out of core
 * files where the system lets us, and wiped at the end.
 */
typedef struct tt_seal tt_seal;

/*
 * Read a key file. TUTELA_IO when it cannot be read; TUTELA_ARGUMENT when it is no regular file of
 * 32 bytes, holds zeros only, or others than its owner may use it. The caller owns *out:
 * tt_seal_free. Thread: any.
 */
TT_MUST_USE tutela_status tt_seal_load(tt_seal **out, const char *path, tutela_error *error);
/* NULL is fine. */
void tt_seal_free(tt_seal *seal);

/*
 * Make a key file, mode 0600, synced. TUTELA_ARGUMENT when there is something at `path` already:
 * a key written over would make every set under it useless. TUTELA_IO, TUTELA_RECORD. Thread: any.
 */
TT_MUST_USE tutela_status tt_seal_create(const char *path, tutela_error *error);

/* TT_KEY_ID_SIZE bytes, borrowed. */
const uint8_t *tt_seal_id(const tt_seal *seal);
/* 1 when both make the same fingerprints; NULL, for not sealed, is equal to NULL alone. */
int tt_seal_same(const tt_seal *a, const tt_seal *b);

/* A digest to be sealed. */
typedef struct tt_seal_job {
    const uint8_t *digest; /* as long as its algorithm's are */
    uint8_t *fingerprint;  /* gets TT_KEY_SIZE bytes; may not overlap any digest */
    int algorithm;
    int reserved;
} tt_seal_job;

/*
 * The fingerprints of `count` digests: those of a sealed set, or with seal NULL of an unsealed one
 * (the first bytes of the digest). Many at once, so that kernels with lanes can do them side by
 * side. Thread: any.
 */
void tt_seal_many(const tt_seal *seal, const tt_seal_job *jobs, size_t count);

#endif
