/* trust: the order of the questions is that of their weight: who, then when. */
#include "hashsets/trust.h"
#include "base/clock.h"
#include "hashsets/set_internal.h"
#include "hashsets/signing_key.h"

#include <string.h>

#define DAY (INT64_C(86400) * TT_SECOND)

static tutela_status refuse(const tt_set *set, const char *what, const char *advice,
                            tutela_error *error)
{
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: %s", set->path, what);
    return tt_advise(error, TUTELA_SET_REFUSED, "%s", advice);
}

/* Every key is read, so that a file that holds none is always told. */
static tutela_status check_keys(const tt_set *set, const tt_trust *trust, tutela_error *error)
{
    int found = 0;

    for (size_t i = 0; i < trust->key_count; i++) {
        uint8_t key[TT_ED25519_KEY_SIZE];
        TT_TRY(tt_public_key_load(trust->keys[i], key, error));
        found |= set->is_signed && memcmp(key, set->signature.key, sizeof key) == 0;
    }
    if (found || trust->key_count == 0)
        return TUTELA_OK;
    if (!set->is_signed)
        return refuse(set, "not signed", "get the signed set; its signature may have been cut off",
                      error);
    return refuse(set, "signed with another key",
                  "if that key is to be trusted, name it too with --require-signature", error);
}

static tutela_status check_times(const tt_set *set, int64_t now, tutela_error *error)
{
    int64_t expires = tt_set_expires(set);
    char time[32];

    if (set->is_signed && set->signature.signed_at - DAY > now)
        return refuse(set, "signed at a time that is yet to come", "set the clock right", error);
    if (expires == TT_TIME_UNKNOWN || now < expires)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_SET_REFUSED, 0, "%s: expired at %s", set->path,
                  tt_clock_text(expires, time));
    return tt_advise(error, TUTELA_SET_REFUSED, "get a newer one, or build it again from its lists");
}

tutela_status tt_trust_check(const tt_set *set, const tt_trust *trust, tutela_error *error)
{
    TT_TRY(check_keys(set, trust, error));
    TT_TRY(check_times(set, trust->now, error));
    if (!set->is_signed || !trust->state_folder)
        return TUTELA_OK;
    return tt_seen_check(set, trust->state_folder, trust->now, &trust->warn, error);
}
