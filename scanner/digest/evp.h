/*
 * evp: one digest of one stream by OpenSSL. Inner to the module.
 */
#ifndef TT_DIGEST_EVP_H
#define TT_DIGEST_EVP_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* What OpenSSL keeps of a stream. Single. */
typedef struct tt_evp tt_evp;

/* TUTELA_UNAVAILABLE when this machine's OpenSSL does not offer the algorithm. Thread: any. */
TT_MUST_USE tutela_status tt_evp_offers(int algorithm, tutela_error *error);

/*
 * Begin a stream of an algorithm that was asked for with tt_evp_offers. *evp is NULL, or of an earlier
 * stream of that algorithm; the caller's, failed or not: tt_evp_free. TUTELA_MEMORY,
 * TUTELA_UNAVAILABLE. Thread: single.
 */
TT_MUST_USE tutela_status tt_evp_begin(tt_evp **evp, int algorithm, tutela_error *error);
/* The next bytes. TUTELA_UNAVAILABLE. Thread: single. */
TT_MUST_USE tutela_status tt_evp_update(tt_evp *evp, int algorithm, const void *data, size_t size,
                                        tutela_error *error);
/* End the stream; `digest` gets tt_digest_size bytes. TUTELA_UNAVAILABLE. Thread: single. */
TT_MUST_USE tutela_status tt_evp_end(tt_evp *evp, int algorithm, uint8_t *digest,
                                     tutela_error *error);
/* NULL is fine. Thread: single. */
void tt_evp_free(tt_evp *evp);

#endif
