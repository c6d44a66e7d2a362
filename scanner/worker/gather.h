/*
 * gather: a sink of the tree that digests members and tells of them.
 *
 * Small members are kept whole, and many of them digested side by side, which is several times
 * faster; small containers too, when all their bytes came before their members. Large ones go through
 * a digester of their own as their bytes come. What is told keeps the order in which the tree went.
 */
#ifndef TT_WORKER_GATHER_H
#define TT_WORKER_GATHER_H

#include "identify/identify.h"
#include "worker/pages.h"

/* Single; kept from job to job. */
typedef struct tt_gather tt_gather;

/*
 * TUTELA_MEMORY. `pages` outlives it, and so does `identify`; NULL: types cannot be asked for.
 */
TT_MUST_USE tutela_status tt_gather_new(tt_gather **out, tt_pages *pages, tt_identify *identify,
                                        tutela_error *error);
void tt_gather_free(tt_gather *gather);
/* Passwords that encrypted members are tried with from now on; they outlive it, or NULL: none. */
void tt_gather_unlock(tt_gather *gather, const tt_secrets *secrets);
/* From now on what goes beyond memory goes there. It outlives the gather. */
void tt_gather_spool(tt_gather *gather, tt_spool *spool);

/*
 * The next run is over these files and no other; the arrays outlive that. It is forgotten then.
 */
void tt_gather_parts(tt_gather *gather, const int *fds, const uint64_t *ends, size_t count);

/*
 * All that is in the file behind fd, told as `order` says, its end too. TUTELA_MEMORY; TUTELA_IO:
 * nobody listens; TUTELA_UNAVAILABLE: a digest that OpenSSL does not offer; TUTELA_ARGUMENT: types
 * without `identify`.
 */
TT_MUST_USE tutela_status tt_gather_run(tt_gather *gather, const tt_wire_order *order, int fd,
                                        tutela_error *error);

#endif
