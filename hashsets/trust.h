/*
 * trust: whether a set that is sound may be used: who must have signed it, until when, and not
 * after a newer one.
 */
#ifndef TT_HASHSETS_TRUST_H
#define TT_HASHSETS_TRUST_H

#include "hashsets/seen.h"

typedef struct tt_trust {
    const char *const *keys; /* files of public keys, one of which must have signed; NULL: none */
    size_t key_count;
    const char *state_folder; /* of seen.h; NULL: nothing is remembered */
    int64_t now;              /* wall time */
    tt_warn warn;
} tt_trust;

/*
 * TUTELA_SET_REFUSED when the set is not signed by one of the keys, has expired, was signed a day
 * after `now` or more, or is refused by tt_seen_check; the statuses of tt_public_key_load.
 * Thread: any.
 */
TT_MUST_USE tutela_status tt_trust_check(const tt_set *set, const tt_trust *trust,
                                         tutela_error *error);

#endif
