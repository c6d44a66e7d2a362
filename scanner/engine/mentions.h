/*
 * mentions: digests that an item has as text, sought in its bytes as they are read for digesting, and looked up
 * when it ends. What containers hold is searched where it is opened. Thread: the item's worker.
 */
#ifndef TT_ENGINE_MENTIONS_H
#define TT_ENGINE_MENTIONS_H

#include "engine/item.h"

/* Are they to be found? */
int tt_mentions_wanted(const tt_run *run);
/* A reading of the item begins. One for the evidence is of bytes that were searched. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_item_mentions_begin(tt_item *item, const tt_run *run, tutela_error *error);
/* New bytes are in the reading's buffer. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_item_mentions_add(tt_item *item, tutela_error *error);
/*
 * The item ends: report what it mentions, once. *cut becomes 1 when that is not all. Uses the bench's scratch.
 * TUTELA_MEMORY, TUTELA_RECORD, TUTELA_SET_REFUSED.
 */
TT_MUST_USE tutela_status tt_item_mentions_report(tt_item *item, tt_bench *bench, int *cut,
                                                  tutela_error *error);

#endif
