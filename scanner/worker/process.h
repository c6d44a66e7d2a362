/*
 * process: one tutela-worker as a process: started, waited for with a limit, killed, reaped.
 *
 * Signals, handlers and other children of the program around are left alone.
 */
#ifndef TT_WORKER_PROCESS_H
#define TT_WORKER_PROCESS_H

#include "worker/wire.h"

#include <sys/types.h>

/* Zeroed: none. Single. */
typedef struct tt_process {
    pid_t pid;   /* 0: none, or reaped */
    int handle;  /* a pidfd, or -1 */
    int socket;  /* the broker's end */
    int life;    /* of the pipe that ties the worker to us */
    const tt_wire_slot *slots; /* shared, read-only here */
    int how;     /* as waitpid has it, once it ended */
} tt_process;

/* Start it. TUTELA_UNAVAILABLE, with advice; TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_process_start(tt_process *out, const char *program,
                                           tutela_error *error);
/*
 * End it: it gets `grace` nanoseconds to do so by itself, is killed, reaped, and all it had is closed.
 * process->how says how it ended. One that hangs in the kernel is waited for no longer than a second; a
 * later call of this or of tt_process_start reaps it. Safe on a zeroed one.
 */
void tt_process_end(tt_process *process, int64_t grace);
/* Processor time it has used, in nanoseconds. */
int64_t tt_process_used(const tt_process *process);
/*
 * Does it do something: run, wait for a processor, wait for a disk? *used: what it had used when this was
 * asked last, 0 at first; having used more since is doing something. 1 also when nobody can tell.
 */
int tt_process_at_work(const tt_process *process, int64_t *used);
/* It may use so many seconds more from now; the kernel ends it then. */
void tt_process_allow(const tt_process *process, uint32_t seconds);
/* What its end says of the file it was at. */
tt_trouble tt_process_verdict(int how);

/*
 * A message to it, with those of TT_WIRE_FDS descriptors that are not -1, which stay the caller's; NULL:
 * none; of a message of parts, with order->parts of them. order->with is set on the way. 0, or -1 with errno; never waits.
 */
int tt_process_send(const tt_process *process, const tt_wire_order *order, const int *fds);

#endif
