/*
 * worker: one thread that takes entries, keeps some items in work, and digests them side by side.
 */
#ifndef TT_ENGINE_WORKER_H
#define TT_ENGINE_WORKER_H

#include "engine/item.h"

typedef struct tt_worker tt_worker;

/*
 * Start a worker: a thread of its own that ends by itself and then frees the worker, unless the
 * watchdog keeps a hold on it. The run's `running` counts it from here on.
 * TUTELA_MEMORY, TUTELA_UNAVAILABLE. Thread: the run's caller.
 */
TT_MUST_USE tutela_status tt_worker_start(tt_worker **out, tt_run *run, tutela_error *error);

/* One look of the watchdog. Times are in nanoseconds. */
typedef struct tt_look {
    int64_t now;   /* coarse clock */
    int64_t awake; /* since the last look, as far as the watchdog could have looked */
    int64_t limit; /* how long a call may last */
    int report;    /* 0: the run stops anyway */
} tt_look;

/*
 * If the worker has hung in one call for longer than the limit, give it up: the item it hangs on is
 * reported as `timeout`, its other items go to the run's rescues (unless the run stops anyway).
 * *given_up says so. Thread: the run's caller.
 */
TT_MUST_USE tutela_status tt_worker_check(tt_worker *worker, const tt_look *look, int *given_up,
                                          tutela_error *error);

/* Let go of the worker. Thread: the run's caller. */
void tt_worker_drop(tt_worker *worker);

#endif
