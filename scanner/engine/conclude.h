/*
 * conclude: what an item's digests mean, and the finding that says so. Used by scans of paths and
 * by checks of buffers and streams alike.
 */
#ifndef TT_ENGINE_CONCLUDE_H
#define TT_ENGINE_CONCLUDE_H

#include "base/status.h"
#include "engine/engine.h"
#include "mention/mention.h"

/* Working memory for concluding, one a thread; ends with tt_verdict_done. Single. */
typedef struct tt_verdict {
    tt_matches matches;
    tutela_name chain;
    tutela_finding finding; /* points into the verdict, and at what the caller gave */
} tt_verdict;

void tt_verdict_done(tt_verdict *verdict);

/* Begin a finding for the item named by `size` bytes at `name`, NUL-ended, borrowed. */
void tt_verdict_begin(tt_verdict *verdict, const char *name, size_t size, tutela_item_status status,
                      const char *reason);

/*
 * The item was read fully: look its digests up and set status, grade and matches. `digests` is
 * borrowed by the finding. TUTELA_SET_REFUSED, TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_verdict_match(tt_verdict *verdict, const tt_engine *engine,
                                           const tt_digests *digests, uint64_t bytes,
                                           tutela_error *error);

/*
 * Look a digest up that is mentioned. *known: it is on a known-bad list, and the verdict's finding, begun by
 * tt_verdict_begin, says so; that its chain and file are said is left to the caller. `digests` holds what the
 * finding borrows. TUTELA_SET_REFUSED, TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_verdict_mention(tt_verdict *verdict, const tt_engine *engine,
                                             const tt_mention *mention, tt_digests *digests, int *known,
                                             tutela_error *error);

/*
 * Something of the item or of what it holds was not read: its status says so, matches or not. Content
 * that is known to be good is known as it is. Nothing happens for a `status` of CLEAR.
 */
void tt_finding_incomplete(tutela_finding *finding, tutela_item_status status, const char *reason);

/* Set or clear the flag that the name's extension contradicts the MIME type. Thread: any. */
void tt_finding_mismatch(tutela_finding *finding);

#endif
