/*
 * ends: what an item's last bytes say of it: a zip can stand behind anything, and a picture should end as its
 * format says. Thread: the item's worker.
 */
#ifndef TT_ENGINE_ENDS_H
#define TT_ENGINE_ENDS_H

#include "engine/item.h"

/*
 * All of the item was read: *holds becomes 1 when a zip ends where it does, or, if it is to be opened, when
 * something may lie behind a picture. Reads its last bytes once more when they are not in the buffer;
 * afterwards look at bench->given_up. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_item_end_holds(const tt_item *item, tt_bench *bench, int *holds,
                                            tutela_error *error);

#endif
