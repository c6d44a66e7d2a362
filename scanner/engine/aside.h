/*
 * aside: the algorithms of one long stream, each by a thread of its own.
 *
 *   update ──▶ bytes ──┬──▶ caller: the first algorithm
 *                      ├──▶ thread: the second          all are through before update returns
 *                      └──▶ thread: the third
 *
 * A stream cannot be read twice, so all that a match needs is digested as it comes, and one thread would take
 * the sum of what its algorithms take. Nothing is kept of the bytes when the call is over.
 */
#ifndef TT_ENGINE_ASIDE_H
#define TT_ENGINE_ASIDE_H

#include "digest/digest.h"

/* Fewer bytes in one call are digested before a thread has woken up. */
#define TT_ASIDE_LEAST ((size_t)128 << 10)

/* Single. */
typedef struct tt_aside tt_aside;

/*
 * Start a thread for each algorithm of `mask` but its first. TUTELA_MEMORY, TUTELA_UNAVAILABLE: without
 * them the same digests come out.
 */
TT_MUST_USE tutela_status tt_aside_new(tt_aside **out, uint32_t mask, tutela_error *error);
/* Ends its threads. Safe on NULL. */
void tt_aside_free(tt_aside *aside);

/* The algorithm that is the caller's to digest. */
int tt_aside_own(const tt_aside *aside);
/*
 * Have the others' digested of the digester's next bytes, which stay where they are until tt_aside_end; that
 * follows in any case, and answers what went wrong.
 */
void tt_aside_begin(tt_aside *aside, tt_digester *digester, const void *data, size_t size);
TT_MUST_USE tutela_status tt_aside_end(tt_aside *aside, tutela_error *error);

#endif
