/*
 * serve: the life of a worker: lock up, then one order after another until the broker is gone.
 */
#ifndef TT_WORKER_SERVE_H
#define TT_WORKER_SERVE_H

#include "worker/keyring.h"
#include "worker/pages.h"

/* Single. */
typedef struct tt_server {
    tt_pages pages;
    struct tt_gather *gather;
    struct tt_identify *identify; /* NULL: types are not asked for */
    tt_keyring keyring;           /* as long as the process */
    tt_spool spool;               /* bytes 0: none is asked for */
    size_t part_count;            /* that came for the next job, or are the job's */
    int *part_fds;                /* NULL before the first; room for the job's own file, [0], and all parts */
    uint64_t *part_ends;
} tt_server;

/*
 * Take up what posix_spawn left at the descriptors of wire.h, load what is loaded from files, lock up
 * and say so. TUTELA_ARGUMENT: this process was not started by a broker; TUTELA_UNAVAILABLE: it
 * cannot know types, which was said; TUTELA_MEMORY, TUTELA_IO.
 */
TT_MUST_USE tutela_status tt_serve_begin(tt_server *out, tutela_error *error);
/* The next job; *fd is the caller's to close, its parts are the server's. TUTELA_CANCELLED: the broker is gone. */
TT_MUST_USE tutela_status tt_serve_next(tt_server *server, tt_wire_order *out, int *fd,
                                        tutela_error *error);
/* All of it. Answers when the broker is gone (TUTELA_OK), or why it went no further. */
TT_MUST_USE tutela_status tt_serve(tutela_error *error);

#endif
