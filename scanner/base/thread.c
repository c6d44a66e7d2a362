/* thread: names for the few things of pthreads that are used. */
#include "base/thread.h"

#include "base/clock.h"
#include "base/fault.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

void tt_lock_init(tt_lock *lock)
{
    (void)pthread_mutex_init(lock, NULL);
}

void tt_lock_done(tt_lock *lock)
{
    (void)pthread_mutex_destroy(lock);
}

void tt_lock_take(tt_lock *lock)
{
    (void)pthread_mutex_lock(lock);
}

void tt_lock_give(tt_lock *lock)
{
    (void)pthread_mutex_unlock(lock);
}

void tt_signal_init(tt_signal *signal)
{
    pthread_condattr_t attributes;

    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(signal, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void tt_signal_done(tt_signal *signal)
{
    (void)pthread_cond_destroy(signal);
}

void tt_signal_wait(tt_signal *signal, tt_lock *lock)
{
    (void)pthread_cond_wait(signal, lock);
}

void tt_signal_wait_for(tt_signal *signal, tt_lock *lock, int64_t nanoseconds)
{
    int64_t end = tt_clock_monotonic() + nanoseconds;
    struct timespec until = {.tv_sec = end / TT_SECOND, .tv_nsec = end % TT_SECOND};

    (void)pthread_cond_timedwait(signal, lock, &until);
}

void tt_signal_one(tt_signal *signal)
{
    (void)pthread_cond_signal(signal);
}

void tt_signal_all(tt_signal *signal)
{
    (void)pthread_cond_broadcast(signal);
}

tutela_status tt_thread_start(pthread_t *out, void *(*body)(void *), void *argument,
                              tutela_error *error)
{
    sigset_t all, before;
    int os_error;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    os_error = tt_fault(TT_FAULT_THREAD) ? EAGAIN : pthread_create(out, NULL, body, argument);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (os_error != 0)
        return tt_advise(error, tt_fail(error, TUTELA_MEMORY, os_error, "cannot start a thread"),
                         "use fewer threads, or raise the limit on processes");
    return TUTELA_OK;
}

uint32_t tt_thread_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return CPU_COUNT(&set) > 0 ? (uint32_t)CPU_COUNT(&set) : 1;
}
