/*
 * collector: the one place where findings leave a run.
 *
 * Workers hand findings over; they are counted, and handed to the caller at once (unsorted) or
 * sorted at the end. The caller's function is never called from two threads at once. Thread: any.
 */
#ifndef TT_ENGINE_COLLECTOR_H
#define TT_ENGINE_COLLECTOR_H

#include "base/sort.h"
#include "base/thread.h"
#include "engine/engine.h"
#include "finding/finding.h"

typedef struct tt_collector {
    tt_lock lock; /* guards all below but `control` */
    const tutela_scan_options *options;
    tt_control *control;
    tt_sort *sort; /* NULL when unsorted */
    tt_buf record;
    tt_unpacked unpacked; /* has room for any finding that was kept for sorting */
    tutela_summary total;
    int refused;   /* the caller's function refused a finding: it is not called again */
    int unsorting; /* sorting failed: what comes now is handed over at once */
} tt_collector;

TT_MUST_USE tutela_status tt_collector_init(tt_collector *collector, const tutela_scan_options *options,
                                         tt_control *control, tutela_error *error);
void tt_collector_done(tt_collector *collector);

/*
 * Take one finding. `bytes`: what to count as read for it; 0 for the second name of a file already
 * counted. TUTELA_RECORD when the caller or the temporary file refuses it. When it cannot be kept
 * for sorting it is handed over at once, and the failure is answered all the same.
 */
TT_MUST_USE tutela_status tt_collector_add(tt_collector *collector, const tutela_finding *finding,
                                        uint64_t bytes, tutela_error *error);

/*
 * Hand over what was held back for sorting, also after the run or the sorting failed: what was found
 * is not lost with it. No worker runs any more.
 */
TT_MUST_USE tutela_status tt_collector_deliver(tt_collector *collector, tutela_error *error);

/* 1 when a finding of that status is handed over at all. */
int tt_collector_wants(const tt_collector *collector, const tutela_finding *finding);

#endif
