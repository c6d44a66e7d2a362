/*
 * passing: members of a container that are passed over, since an earlier run has read them.
 */
#ifndef TT_UNPACK_PASSING_H
#define TT_UNPACK_PASSING_H

#include "unpack/tree.h"

/* Members to pass over in a container at `depth`, which is on the way to the place or not. Thread: any. */
uint64_t tt_passing_of(const tt_budget *budget, int on_way, uint32_t depth);
/* Whether its count-th member, from 1, is on the way too: the first that is not passed over. Thread: any. */
int tt_passing_leads(const tt_budget *budget, int on_way, uint32_t depth, uint64_t count);

/*
 * Pass over the first `count` members of the reader. Where they are packed into one stream they are
 * unpacked, a `piece` of `size` bytes at a time, so that the sink hears of it; elsewhere they are not even
 * read. *more is 0 when it has fewer: *trouble says what stopped it, and never CLEAR, for it had more.
 * TUTELA_MEMORY, or what the sink answers. Thread: single.
 */
TT_MUST_USE tutela_status tt_passing_run(tt_reader *reader, uint64_t count, uint8_t *piece, size_t size,
                                         const tt_sink *sink, void *user, int *more,
                                         tt_trouble *trouble, tutela_error *error);

#endif
