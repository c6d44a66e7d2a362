/*
 * manifest: what a signature is over, as text (FORMAT.md).
 *
 * It is never parsed: who has a set writes down the manifest it must have, and compares. So every
 * fact agrees with the set, or the signature is not the set's.
 */
#ifndef TT_HASHSETS_MANIFEST_H
#define TT_HASHSETS_MANIFEST_H

#include "base/buf.h"
#include "hashsets/set.h"

/* Bytes of a manifest, at most: some ten thousand lists, and at once in memory. */
#define TT_MANIFEST_MAX (1u << 20)

/* What is not taken from the set: when it is signed, and what signing changes of it. */
typedef struct tt_manifest_facts {
    const uint8_t *identity; /* TT_IDENTITY_SIZE bytes */
    int64_t expires;
    int64_t signed_at;
} tt_manifest_facts;

/*
 * Append the manifest of a set. Only the set's own facts enter, none of another it may be laid over.
 * TUTELA_ARGUMENT when it would be longer than TT_MANIFEST_MAX. Thread: any.
 */
TT_MUST_USE tutela_status tt_manifest_add(tt_buf *out, const tt_set *set,
                                          const tt_manifest_facts *facts, tutela_error *error);

#endif
