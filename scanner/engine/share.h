/*
 * share: an item's bytes, digested by its own worker beside those of others or, of a large file, by
 * whoever has time, by the board. Thread: the item's worker.
 */
#ifndef TT_ENGINE_SHARE_H
#define TT_ENGINE_SHARE_H

#include "engine/item.h"

/* The reading begins: choose who digests it. As tt_digester_begin. */
TT_MUST_USE tutela_status tt_share_begin(tt_item *item, const tt_bench *bench, uint32_t mask,
                                         tutela_error *error);
/* Have a buffer to read into that no piece on the board is in. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_share_buffer(tt_item *item, tutela_error *error);
/* What was read goes to the board. */
void tt_share_post(tt_item *item, tt_run *run);
/* Only the reading's first buffer stays; nothing of the item's is on the board. */
void tt_share_drop(tt_item *item);

#endif
