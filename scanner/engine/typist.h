/*
 * typist: has worker processes say what libmagic takes first bytes for.
 *
 *   first bytes that no sure signature knows ──▶ a file in memory ──▶ tutela-worker ──▶ "type/subtype"
 *
 * libmagic parses whatever it is given, so it is where no hash set is: this process is not linked with
 * it. A worker process is started when the first question comes, which for most scans is never, and
 * stays; a further one only when so many have come that its start is worth it and the others are at
 * work. Nobody waits long: a question is given up after PATIENCE seconds, and is then one that nobody
 * could answer, as it is where no worker process is to be had.
 */
#ifndef TT_ENGINE_TYPIST_H
#define TT_ENGINE_TYPIST_H

#include "base/selftest.h"
#include "base/status.h"
#include "identify/mime.h"

#include <stdatomic.h>
#include <stddef.h>

/* Shared. */
typedef struct tt_typist tt_typist;

/*
 * Starts nothing. `options`: of them the program and the sandbox count, and how long a worker may be
 * silent; every member is there; copied; NULL: the defaults. `threads`: as many may ask at once. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_typist_new(tt_typist **out, const tutela_open_options *options,
                                        size_t threads, tutela_error *error);
/* Nobody asks any more. Safe on NULL. */
void tt_typist_free(tt_typist *typist);

/*
 * What a worker process says of an item's first min(size, TT_IDENTIFY_HEAD) bytes; see
 * tt_identify_full. "" when nobody could tell: none can be started, or this question ended it, twice.
 * `stop`: looked at while waiting; or NULL. TUTELA_CANCELLED when it was set; TUTELA_MEMORY;
 * TUTELA_UNAVAILABLE when the whole sandbox is required and not to be had.
 */
TT_MUST_USE tutela_status tt_typist_ask(tt_typist *typist, const void *head, size_t size,
                                        const atomic_int *stop, char out[TT_MIME_MAX + 1],
                                        tutela_error *error);

/*
 * A worker process starts, libmagic's database is there, and what a sure signature says goes before
 * it: one check more of the group at hand. None where there is no tutela-worker, of which nothing can be
 * wrong. TUTELA_UNAVAILABLE with advice, TUTELA_MEMORY, TUTELA_RECORD.
 */
TT_MUST_USE tutela_status tt_selftest_typist(tt_selftest *test, tutela_error *error);

#endif
