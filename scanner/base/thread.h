/*
 * thread: names for the few things of pthreads that are used.
 */
#ifndef TT_BASE_THREAD_H
#define TT_BASE_THREAD_H

#include "base/status.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

typedef pthread_mutex_t tt_lock;
typedef pthread_cond_t tt_signal;

void tt_lock_init(tt_lock *lock);
void tt_lock_done(tt_lock *lock);
void tt_lock_take(tt_lock *lock);
void tt_lock_give(tt_lock *lock);

/* Waits use the monotonic clock. */
void tt_signal_init(tt_signal *signal);
void tt_signal_done(tt_signal *signal);
void tt_signal_wait(tt_signal *signal, tt_lock *lock);
/* Wait until woken or `nanoseconds` have passed. */
void tt_signal_wait_for(tt_signal *signal, tt_lock *lock, int64_t nanoseconds);
void tt_signal_one(tt_signal *signal);
void tt_signal_all(tt_signal *signal);

/* Start a thread with all signals blocked, so that handlers run on the caller's threads. */
TT_MUST_USE tutela_status tt_thread_start(pthread_t *out, void *(*body)(void *), void *argument,
                                          tutela_error *error);

/* Processors this process may use, at least 1. */
uint32_t tt_thread_processors(void);

#endif
