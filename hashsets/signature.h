/*
 * signature: the block after a signed set (FORMAT.md): who says what it is, and when.
 */
#ifndef TT_HASHSETS_SIGNATURE_H
#define TT_HASHSETS_SIGNATURE_H

#include "base/buf.h"
#include "digest/ed25519.h"
#include "hashsets/manifest.h"
#include "hashsets/set.h"

/* Places of the block's fields. It takes whole pages; what is left of the last one is zero. */
enum {
    TT_SIGNED_AT_MAGIC = 0,
    TT_SIGNED_AT_VERSION = 8,   /* u32 */
    TT_SIGNED_AT_MANIFEST = 12, /* u32: bytes of the manifest */
    TT_SIGNED_AT_SIZE = 16,     /* u64: bytes of the block */
    TT_SIGNED_AT_TIME = 24,     /* i64: when it was signed */
    TT_SIGNED_AT_KEY = 32,      /* 32 bytes: the public key */
    TT_SIGNED_AT_SIGNATURE = 64, /* 64 bytes */
    TT_SIGNED_AT_TEXT = 128     /* the manifest */
};
#define TT_SIGNED_MAGIC "\x89TSIG\r\n\x1a"
#define TT_SIGNED_VERSION 1u
#define TT_SIGNED_MAX (TT_SIGNED_AT_TEXT + TT_MANIFEST_MAX + TT_SET_PAGE) /* bytes of a block */

/*
 * Read and verify what follows `set` in the file `fd` of `set->file_bytes` bytes; its lists have been
 * read. *out says who signed it. TUTELA_SET_REFUSED unless it is a signature of this very set.
 * Thread: any.
 */
TT_MUST_USE tutela_status tt_signature_read(const tt_set *set, int fd, tt_set_signature *out,
                                            tutela_error *error);

/* Append the block for a set with these facts, signed with the secret `seed`. TUTELA_ARGUMENT. */
TT_MUST_USE tutela_status tt_signature_add(tt_buf *out, const tt_set *set,
                                           const tt_manifest_facts *facts, const uint8_t *seed,
                                           tutela_error *error);

#endif
