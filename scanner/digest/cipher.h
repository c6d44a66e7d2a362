/*
 * cipher: what opens encrypted containers whose password is known: AES, and the digests that keys are
 * made with. By OpenSSL, in evp.c.
 */
#ifndef TT_DIGEST_CIPHER_H
#define TT_DIGEST_CIPHER_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Look all of it up, which reads OpenSSL's configuration, before this process is locked up.
 * TUTELA_UNAVAILABLE, with advice: this OpenSSL does not offer something of it. Thread: any.
 */
TT_MUST_USE tutela_status tt_cipher_offered(tutela_error *error);

/* ---- AES, deciphering ------------------------------------------------------------------------- */

#define TT_AES_BLOCK 16u

typedef enum tt_aes_mode { TT_AES_CBC, TT_AES_ECB } tt_aes_mode;

/* One key. Single. */
typedef struct tt_aes tt_aes;

/*
 * A key of 16, 24 or 32 bytes. The caller owns *out: tt_aes_free. TUTELA_ARGUMENT: of another size;
 * TUTELA_MEMORY, TUTELA_UNAVAILABLE.
 */
TT_MUST_USE tutela_status tt_aes_new(tt_aes **out, tt_aes_mode mode, const uint8_t *key, size_t size,
                                     tutela_error *error);
/*
 * Whole blocks, `size` bytes of them, from `from` to `to`, which may be the same. `iv`: the block before
 * the first; NULL in ECB mode. No padding is taken away. TUTELA_UNAVAILABLE.
 */
TT_MUST_USE tutela_status tt_aes_decipher(tt_aes *aes, const uint8_t *iv, const void *from, void *to,
                                          size_t size, tutela_error *error);
/* The key is wiped. Safe on NULL. */
void tt_aes_free(tt_aes *aes);

/* ---- Digests for keys ------------------------------------------------------------------------- */

typedef enum tt_hash_kind { TT_HASH_SHA1, TT_HASH_SHA256, TT_HASH_SHA384, TT_HASH_SHA512 } tt_hash_kind;

#define TT_HASH_KINDS 4u
#define TT_HASH_MAX 64u /* bytes of the longest */

/* Single. */
typedef struct tt_hash tt_hash;

/* Bytes of its digest, and of the blocks that HMAC pads a key to. */
size_t tt_hash_size(tt_hash_kind kind);
size_t tt_hash_block(tt_hash_kind kind);
/* Begun. The caller owns *out: tt_hash_free. TUTELA_MEMORY, TUTELA_UNAVAILABLE. */
TT_MUST_USE tutela_status tt_hash_new(tt_hash **out, tt_hash_kind kind, tutela_error *error);
/* The next bytes. TUTELA_UNAVAILABLE. */
TT_MUST_USE tutela_status tt_hash_add(tt_hash *hash, const void *data, size_t size,
                                      tutela_error *error);
/* Its digest, of tt_hash_size bytes; and it is begun again. TUTELA_UNAVAILABLE. */
TT_MUST_USE tutela_status tt_hash_end(tt_hash *hash, uint8_t *out, tutela_error *error);
/* Safe on NULL. */
void tt_hash_free(tt_hash *hash);

#endif
