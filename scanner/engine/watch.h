/*
 * watch: tells when a thread hangs in a system call, and takes its work away safely.
 *
 * A worker brackets every call that can hang with tt_watch_begin and tt_watch_end. The watchdog may
 * give a worker up while it is inside: one atomic word decides who is first. A worker that is told
 * so by tt_watch_end owns nothing any more but its own memory: it must leave.
 *
 * Or the watchdog holds the worker for a moment, while it is inside, to give others what that worker
 * has no hands for; should it come back meanwhile, it waits in tt_watch_end.
 */
#ifndef TT_ENGINE_WATCH_H
#define TT_ENGINE_WATCH_H

#include "base/clock.h"

#include <stdatomic.h>

#define TT_WATCH_WALK (-1) /* `what` while in the walk; else the number of an item */
#define TT_WATCH_GIVEN_UP INT64_C(-1)
#define TT_WATCH_HELD INT64_C(-2)

typedef struct tt_watch {
    atomic_int_fast64_t since; /* 0: in no call; a word from above; else when the call began */
    atomic_int what;
} tt_watch;

static inline void tt_watch_begin(tt_watch *watch, int what)
{
    atomic_store_explicit(&watch->what, what, memory_order_relaxed);
    atomic_store_explicit(&watch->since, tt_clock_coarse(), memory_order_release);
}

/* 0; or -1 when the worker was given up meanwhile. */
static inline int tt_watch_end(tt_watch *watch)
{
    int_fast64_t since = atomic_load_explicit(&watch->since, memory_order_acquire);

    while (since != TT_WATCH_GIVEN_UP) {
        if (since == TT_WATCH_HELD) {
            tt_clock_sleep(TT_SECOND / 100000);
            since = atomic_load_explicit(&watch->since, memory_order_acquire);
        } else if (atomic_compare_exchange_strong(&watch->since, &since, INT64_C(0))) {
            return 0;
        }
    }
    return -1;
}

/* The watchdog's side: 1 when the worker has now been given up, for a call longer than `limit`. */
static inline int tt_watch_give_up(tt_watch *watch, int64_t now, int64_t limit)
{
    int_fast64_t since = atomic_load_explicit(&watch->since, memory_order_acquire);

    return since > 0 && now - since > limit
           && atomic_compare_exchange_strong(&watch->since, &since, TT_WATCH_GIVEN_UP);
}

/*
 * The watchdog's side: hold a worker that is in a call for longer than `limit`. Answers since when, for
 * tt_watch_release; or 0 when it is not.
 */
static inline int64_t tt_watch_hold(tt_watch *watch, int64_t now, int64_t limit)
{
    int_fast64_t since = atomic_load_explicit(&watch->since, memory_order_acquire);

    return since > 0 && now - since > limit
                   && atomic_compare_exchange_strong(&watch->since, &since, TT_WATCH_HELD)
               ? since
               : 0;
}

static inline void tt_watch_release(tt_watch *watch, int64_t since)
{
    atomic_store_explicit(&watch->since, since, memory_order_release);
}

#endif
