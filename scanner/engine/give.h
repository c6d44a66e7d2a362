/*
 * give: an item that is a container, on its way to those who open it.
 *
 *   head ──▶ container, large ──▶ opened ahead ──────────┐
 *     │                                                  ▼
 *     └────▶ own bytes digested ──▶ given, or settled ──▶ concluded when both are through
 *
 * A large one is given as soon as its head is known, so that it is opened while its own bytes are still being
 * digested: a stream of its own, which no second core can help with, is then not in the way of its members.
 */
#ifndef TT_ENGINE_GIVE_H
#define TT_ENGINE_GIVE_H

#include "engine/item.h"

/*
 * Is an item whose own bytes came to `status` to be opened? What is left of a container that was not fully
 * read can still hold something.
 */
int tt_give_is_due(const tt_item *item, const tt_run *run, tutela_item_status status);

/*
 * The item's own bytes are through: it goes on to be opened, and is left. `status` and `reason` are of these,
 * `digests` of all of them, or NULL. Can wait while many are being opened. Afterwards look at
 * bench->given_up. TUTELA_MEMORY, TUTELA_UNAVAILABLE.
 */
TT_MUST_USE tutela_status tt_give(tt_item *item, tt_bench *bench, tutela_item_status status,
                                  const char *reason, const tt_digests *digests,
                                  tutela_error *error);

/*
 * Is it to be given before its own bytes are read, with no digests? So is the image of a disk, where that is
 * wished for: it is nobody's known file. Should it be no image after all, its own bytes are a task of their own.
 */
int tt_give_goes_undigested(const tt_item *item, const tt_run *run);

/* The item's first bytes were read, and more will come. As above. */
TT_MUST_USE tutela_status tt_give_ahead(tt_item *item, tt_bench *bench, tutela_error *error);

/*
 * Nothing more will be heard of the item's own bytes; who had to say something of it has. Also for the
 * watchdog, while the item's thread hangs in a call.
 */
void tt_give_up(tt_item *item, tt_run *run);

#endif
