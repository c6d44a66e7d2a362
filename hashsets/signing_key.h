/*
 * signing_key: the two files of a signing key, secret and public.
 *
 *     FILE       "tutela-ed25519-secret " and 64 hex digits: the seed; of its owner alone
 *     FILE.pub   "tutela-ed25519 " and base64 of the 32 bytes of the public key; for everyone
 *
 * Each is one line. Words stand before the bytes so that neither passes for the other, nor for the
 * key that seals sets, nor that one for these.
 */
#ifndef TT_HASHSETS_SIGNING_KEY_H
#define TT_HASHSETS_SIGNING_KEY_H

#include "base/status.h"
#include "digest/ed25519.h"

#include <stdint.h>

/*
 * Make a new key at `path` (mode 0600) and `path`.pub, both synced. TUTELA_ARGUMENT when either is
 * there already: neither is ever written over. TUTELA_IO, TUTELA_RECORD, TUTELA_UNAVAILABLE.
 * Thread: any.
 */
TT_MUST_USE tutela_status tt_signing_key_create(const char *path, tutela_error *error);

/*
 * Read the secret seed, 32 bytes, which the caller wipes. TUTELA_IO when it cannot be read;
 * TUTELA_ARGUMENT when it is no such file, or others than its owner may use it. Thread: any.
 */
TT_MUST_USE tutela_status tt_signing_key_load(const char *path, uint8_t *seed,
                                              tutela_error *error);

/* Read a public key, 32 bytes. TUTELA_IO, TUTELA_ARGUMENT. Thread: any. */
TT_MUST_USE tutela_status tt_public_key_load(const char *path, uint8_t *key, tutela_error *error);

#endif
