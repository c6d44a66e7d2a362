/*
 * seen: what signed sets were used before on this machine, so that an older one, or a clock set back
 * to make an expired one usable, is noticed.
 *
 * FOLDER/seen is text, a line each (FORMAT.md): the highest wall clock, and for each signing key and
 * list name the newest time of signing. Key and name are hashed together: the file names no list.
 */
#ifndef TT_HASHSETS_SEEN_H
#define TT_HASHSETS_SEEN_H

#include "hashsets/set.h"

#include <stdint.h>

/* Lists remembered, at most: far more than anyone has, and little to read at every start. */
#define TT_SEEN_MAX 8192u

/* Something the user should know that is no reason to fail. */
typedef struct tt_warn {
    void (*call)(void *user, const tutela_error *warning); /* may be NULL */
    void *user;
} tt_warn;

/*
 * Hold a signed set against what was seen, then remember it. TUTELA_SET_REFUSED when one of its
 * lists was seen newer under the same key, when it expires and the clock was seen a day later than
 * `now`, or when what was seen cannot be made out any more. What cannot be opened or written is
 * warned of. The folder is made when it is not there. Thread: any; other processes may do the same.
 */
TT_MUST_USE tutela_status tt_seen_check(const tt_set *set, const char *folder, int64_t now,
                                        const tt_warn *warn, tutela_error *error);

#endif
