/*
 * ed25519: signatures (RFC 8032, pure Ed25519). Thread: any.
 */
#ifndef TT_DIGEST_ED25519_H
#define TT_DIGEST_ED25519_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define TT_ED25519_KEY_SIZE 32u /* bytes of a seed, and of a public key */
#define TT_ED25519_SIGNATURE_SIZE 64u

/* The public key that belongs to a secret seed of 32 bytes. TUTELA_UNAVAILABLE. */
TT_MUST_USE tutela_status tt_ed25519_public(const uint8_t *seed, uint8_t *out,
                                            tutela_error *error);
/* Sign `size` bytes; 64 bytes to *out. TUTELA_UNAVAILABLE when this OpenSSL does not do it. */
TT_MUST_USE tutela_status tt_ed25519_sign(const uint8_t *seed, const void *message, size_t size,
                                          uint8_t *out, tutela_error *error);
/* *good becomes 1 when the signature is that key's of that message, else 0. TUTELA_UNAVAILABLE. */
TT_MUST_USE tutela_status tt_ed25519_verify(const uint8_t *public, const void *message, size_t size,
                                            const uint8_t *signature, int *good,
                                            tutela_error *error);

#endif
