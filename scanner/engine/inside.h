/*
 * inside: what the buffers and streams of a check hold.
 *
 * A buffer is lent to the worker process as a nameless file in memory. A stream goes there as it comes, by a
 * thread of its own; what is read only from front to end (tar, gzip, mail) needs no more memory for that,
 * the rest is held by the worker, up to its limit. Findings are handed over at the end, on the caller's
 * thread.
 */
#ifndef TT_ENGINE_INSIDE_H
#define TT_ENGINE_INSIDE_H

#include "engine/members.h"

/* Single. */
typedef struct tt_inside tt_inside;

/*
 * `options`: every member is there; copied, with what they point to. The engine outlives it.
 * TUTELA_ARGUMENT when passwords are out of bounds, TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_inside_new(tt_inside **out, const tt_engine *engine,
                                        const tutela_open_options *options,
                                        int (*on_member)(void *user, const tutela_finding *finding),
                                        void *user, tutela_error *error);
/* Safe on NULL. */
void tt_inside_free(tt_inside *inside);

/* Whether containers are to be opened at all. */
int tt_inside_opens(const tt_inside *inside);
/* Whether raw space is to be searched. */
int tt_inside_carves(const tt_inside *inside);
/* Whether all of it is to be told of, with its type. */
int tt_inside_inventory(const tt_inside *inside);

/* A new item begins: are digests that it mentions to be found? */
int tt_inside_mentions(tt_inside *inside);
/* Hand one over, and count it, before what the item holds is handed over. TUTELA_RECORD. */
TT_MUST_USE tutela_status tt_inside_tell(tt_inside *inside, const tutela_finding *mention,
                                         tutela_error *error);

/*
 * Open the container in a buffer; its members' chains begin with `name`, NUL-ended. *out: what is missing
 * in it or in what it holds, CLEAR when nothing is. TUTELA_RECORD, TUTELA_SET_REFUSED, TUTELA_MEMORY,
 * TUTELA_IO; TUTELA_UNAVAILABLE when a sandbox is required and not to be had.
 */
TT_MUST_USE tutela_status tt_inside_buffer(tt_inside *inside, const char *name, const void *data,
                                           size_t size, tt_trouble *out, tutela_error *error);

/* The same for a stream: begin, its bytes, its end, also when it ends early. `name` outlives it. */
TT_MUST_USE tutela_status tt_inside_begin(tt_inside *inside, const char *name, tutela_error *error);
void tt_inside_add(tt_inside *inside, const void *data, size_t size);
/* Of these bytes add as many as there is room for now, and answer how many; all, when nobody reads any more. */
size_t tt_inside_offer(tt_inside *inside, const void *data, size_t size);
TT_MUST_USE tutela_status tt_inside_end(tt_inside *inside, tt_trouble *out, tutela_error *error);
/* Add the counts of what the last container held, once. */
void tt_inside_count(tt_inside *inside, tutela_summary *summary);
/* What became of the bytes of the last container, TUTELA_COVER_COUNT numbers; NULL: it is no image of a disk. */
const uint64_t *tt_inside_coverage(const tt_inside *inside);
/* A stream was begun and has not ended. */
int tt_inside_is_open(const tt_inside *inside);

#endif
