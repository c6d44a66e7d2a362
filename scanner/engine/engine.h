/*
 * engine: bytes in, findings out.
 *
 *   walk ──▶ worker ──▶ item in work ──▶ digests ──▶ match ──▶ collector ──▶ findings
 *             │   (several a worker, read and digested side by side)
 *             └── watched: a worker that hangs in a call is given up and replaced
 *
 * An engine is what a scanner is made of: sets, signatures, the algorithms to compute. It is
 * shared and counted: a worker that hangs for ever may outlive everything else that uses it.
 */
#ifndef TT_ENGINE_ENGINE_H
#define TT_ENGINE_ENGINE_H

#include "base/status.h"
#include "digest/digest.h"
#include "finding/finding.h"
#include "identify/identify.h"
#include "match/match.h"

#include <stdatomic.h>
#include <stdint.h>

typedef struct tt_engine {
    atomic_uint holders;
    /*
     * Algorithms of the first reading, each enough for all lists: `shown` when findings show what was
     * computed, the same on every machine; else, as costs here and now are, those for an item among
     * many and for one that has a core to itself.
     */
    uint32_t shown;
    uint32_t among_many;
    uint32_t alone;
    uint32_t evidence; /* algorithms of the second reading, after a hit */
    uint32_t width;    /* items one thread keeps in work */
    uint32_t second;   /* as tt_broker_options.second, for the containers of buffers and streams */
    tt_matcher *matcher;
    tt_signatures *signatures;
} tt_engine;

/* `digests`: algorithms to compute besides those the sets need. The caller owns *out. */
TT_MUST_USE tutela_status tt_engine_new(tt_engine **out, tt_set *const *sets, size_t count,
                                        uint32_t digests, tutela_error *error);
tt_engine *tt_engine_keep(tt_engine *engine);
/* One holder less; the last one frees. NULL is fine. Thread: any. */
void tt_engine_drop(tt_engine *engine);

/*
 * The algorithms of the first reading of a file of `size` bytes in a scan with these flags
 * (TUTELA_SCAN_...). `only`: it is all there is to scan. They do not depend on what else happens to be
 * in work: an entry whose digests disagree is found by some of its digests and not by others, and who
 * scans again, on more threads say, must find the same. Thread: any.
 */
uint32_t tt_engine_first(const tt_engine *engine, uint32_t flags, uint64_t size, int only);

/* Lets other threads see and stop a run. Any. */
typedef struct tt_control {
    atomic_int cancelled;
    atomic_int survey_done;
    atomic_uint_fast64_t items;
    atomic_uint_fast64_t bytes;
    atomic_uint_fast64_t matches;
    atomic_uint_fast64_t incomplete;
    atomic_uint_fast64_t expected_items;
    atomic_uint_fast64_t expected_bytes;
} tt_control;

/* Scan paths as tutela_scan_paths says; `options` is checked already. Thread: any. */
TT_MUST_USE tutela_status tt_engine_scan(tt_engine *engine, const tutela_scan_options *options,
                                         tt_control *control, tutela_summary *summary,
                                         tutela_error *error);

/* One buffer or stream at a time. Single. */
typedef struct tt_check tt_check;

TT_MUST_USE tutela_status tt_check_new(tt_check **out, tt_engine *engine, tutela_error *error);
void tt_check_free(tt_check *check);
/* See tutela_context_open; `options`: every member is there. */
TT_MUST_USE tutela_status tt_check_open(tt_check *check, const tutela_open_options *options,
                                        int (*on_member)(void *user, const tutela_finding *finding),
                                        void *user, tutela_error *error);
/* See tutela_context_count. */
void tt_check_count(tt_check *check, tutela_summary *summary);
/* See tutela_check and tutela_stream_...: the same contract. */
TT_MUST_USE tutela_status tt_check_buffer(tt_check *check, const void *data, size_t size,
                                          const char *name, const tutela_finding **out,
                                          tutela_error *error);
TT_MUST_USE tutela_status tt_check_begin(tt_check *check, const char *name, tutela_error *error);
TT_MUST_USE tutela_status tt_check_update(tt_check *check, const void *data, size_t size,
                                          tutela_error *error);
/* os_error 0: the stream came to its end; else why its source failed. */
TT_MUST_USE tutela_status tt_check_end(tt_check *check, int os_error, const tutela_finding **out,
                                       tutela_error *error);

#endif
