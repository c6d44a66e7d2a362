/*
 * pages: the worker's end of the talk: records into shared pages, and a word for each page.
 */
#ifndef TT_WORKER_PAGES_H
#define TT_WORKER_PAGES_H

#include "worker/wire.h"

/* Single. */
typedef struct tt_pages {
    int socket;
    tt_wire_slot *slots; /* TT_WIRE_PAGES pages, shared */
    uint32_t page;       /* being filled */
    uint32_t count;      /* slots in it */
    uint32_t credits;    /* pages that may be filled, this one counted */
    uint64_t job;
    uint64_t at;         /* bytes of the file read so far */
    int64_t spoken;      /* when the last word was said, coarse clock */
} tt_pages;

void tt_pages_init(tt_pages *out, int socket, void *memory);
/* A job begins. */
void tt_pages_begin(tt_pages *pages, uint64_t job);
/* A record into the page at hand, which goes first when it is full. TUTELA_IO: nobody listens. */
TT_MUST_USE tutela_status tt_pages_tell(tt_pages *pages, tt_wire_kind kind, const tt_told *told,
                                        tutela_error *error);
/* The last record of a job; the page goes. */
TT_MUST_USE tutela_status tt_pages_end(tt_pages *pages, const tt_opened *file,
                                       tutela_error *error);
/* What is in the page at hand goes now. */
TT_MUST_USE tutela_status tt_pages_flush(tt_pages *pages, tutela_error *error);
/* If there was no word for a second, one is said. */
TT_MUST_USE tutela_status tt_pages_beat(tt_pages *pages, tutela_error *error);
/* A word of its own. */
TT_MUST_USE tutela_status tt_pages_say(tt_pages *pages, const tt_wire_word *word,
                                       tutela_error *error);

/*
 * The next order; `fds`, TT_WIRE_PART_FDS of them, gets at its place each of the TT_WIRE_FDS descriptors that
 * came with it, or of parts those, the caller's then, and -1 where none came. TUTELA_CANCELLED: the broker is gone; TUTELA_IO.
 */
TT_MUST_USE tutela_status tt_pages_order(int socket, tt_wire_order *out, int *fds,
                                         tutela_error *error);
/* What a job may cost, and what is wished for; its spool and secrets are the worker's own. Thread: any. */
tt_budget tt_pages_budget(const tt_wire_order *order);

#endif
