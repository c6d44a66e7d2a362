/*
 * watch: tells when a thread hangs in a system call, and takes its work away safely.
 *
 * A worker brackets every call that can hang with tt_watch_begin and tt_watch_end. The watchdog may
 * give a worker up while it is inside: one atomic word decides who is first. A worker that is told
 * so by tt_watch_end owns nothing any more but its own memory: it must leave.
 *
 * What counts is the time that the watchdog itself was awake for: when the whole process stood still,
 * since the machine was overloaded or stopped, no call is to blame.
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

/* Since when the worker is in its call; 0 when in none, or given up. */
static inline int64_t tt_watch_since(const tt_watch *watch)
{
    int_fast64_t since = atomic_load_explicit(&watch->since, memory_order_acquire);

    return since > 0 ? since : 0;
}

/* The watchdog's side: give the worker up. 1 when it still was in the call that began at `since`. */
static inline int tt_watch_give_up(tt_watch *watch, int64_t since)
{
    int_fast64_t expected = since;

    return since > 0
           && atomic_compare_exchange_strong(&watch->since, &expected, TT_WATCH_GIVEN_UP);
}

/* How long the watchdog has seen one call last. Zeroed to begin. Single. */
typedef struct tt_seen {
    int64_t since; /* the call */
    int64_t lasted;
} tt_seen;

/*
 * The watchdog looks: the call began at `since`, or 0, there is none. `awake`: nanoseconds since the
 * last look, as far as they count. Answers how long the call has lasted, as far as that counts.
 */
static inline int64_t tt_seen_lasts(tt_seen *seen, int64_t since, int64_t now, int64_t awake)
{
    if (since <= 0) {
        *seen = (tt_seen){0};
    } else if (since != seen->since) {
        seen->since = since;
        seen->lasted = now - since < awake ? now - since : awake;
    } else {
        seen->lasted += awake;
    }
    return seen->lasted;
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
