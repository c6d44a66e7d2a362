/*
 * veil: bytes on their way to a disk and back, encrypted under a key that is nowhere else than here.
 *
 * AES-256 in counter mode, the counter being a byte's place: any part can be read alone. That holds
 * as long as no place is written twice under one key, which is the caller's to see to: a new veil is
 * cheap. Whoever has the disk learns sizes and nothing more; that nobody changes it is not promised.
 */
#ifndef TT_DIGEST_VEIL_H
#define TT_DIGEST_VEIL_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* One key. Single. */
typedef struct tt_veil tt_veil;

/*
 * Look the cipher up, which reads OpenSSL's configuration, before this process is locked up.
 * TUTELA_UNAVAILABLE, with advice: this OpenSSL does not offer it. Thread: any.
 */
TT_MUST_USE tutela_status tt_veil_offered(tutela_error *error);
/*
 * A new random key. The caller owns *out: tt_veil_free. TUTELA_UNAVAILABLE: the cipher or random
 * bytes cannot be had; TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_veil_new(tt_veil **out, tutela_error *error);
/*
 * What is at `place`, `size` bytes, from `from` to `to`, which may be the same: what was plain is
 * veiled after that, and the other way round. TUTELA_UNAVAILABLE.
 */
TT_MUST_USE tutela_status tt_veil_apply(tt_veil *veil, uint64_t place, const void *from, void *to,
                                        size_t size, tutela_error *error);
/* The key is wiped. Safe on NULL. */
void tt_veil_free(tt_veil *veil);

#endif
