/*
 * sign: makes a signed copy of a set.
 */
#ifndef TT_HASHSETS_SIGN_H
#define TT_HASHSETS_SIGN_H

#include "base/status.h"

#include <stdint.h>

typedef struct tt_sign_job {
    const char *set;    /* to be signed, signed before or not; sealed ones need no key for it */
    const char *output; /* may be the same */
    const char *key;    /* the file of the secret key (signing_key.h) */
    int64_t expires;    /* the copy's; 0: as the set has it */
    int64_t now;        /* wall time */
} tt_sign_job;

/*
 * Check every byte of the set, then write it with a signature and put it in place of what is at
 * `output`. TUTELA_SET_REFUSED when the set is no sound one; TUTELA_ARGUMENT when the copy would have
 * expired already, or has too many lists; the statuses of tt_signing_key_load; TUTELA_RECORD.
 * Thread: any.
 */
TT_MUST_USE tutela_status tt_set_sign(const tt_sign_job *job, tutela_error *error);

#endif
