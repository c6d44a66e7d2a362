/*
 * sandbox: a process locks itself up for good.
 *
 * Layer upon layer, so that one that is missing or broken is not the end: no new privileges; Landlock
 * without a right to any path, port or outside process; a filter of system calls; resource limits; and
 * nothing of it can be dumped or looked into. What stays: memory, time, the descriptors it holds
 * (reading a file at a place, writing to one socket, and to a file without a name if it has one), and
 * ending.
 */
#ifndef TT_WORKER_SANDBOX_H
#define TT_WORKER_SANDBOX_H

#include <stdint.h>

typedef struct tt_sandbox {
    uint64_t memory;  /* bytes of address space; 0, or a sanitizer's build: not limited */
    uint64_t spool;   /* bytes that a file may have which it writes to */
    int spool_fd;     /* the one it may write to at a place, and cut off; -1: none */
    int socket;       /* the one descriptor that may be written to and listened at */
    int descriptors;  /* the first of those that are closed; above these two */
} tt_sandbox;

/* What became of it. */
typedef struct tt_sandboxed {
    uint32_t layers;   /* TT_LAYER_ bits of those that are active */
    uint32_t landlock; /* the version of its interface; 0: none */
} tt_sandboxed;

/*
 * Lock up this process, from the next call on and without a way back. It must have one thread, and
 * have loaded what it loads from files. Thread: single.
 */
void tt_sandbox_enter(const tt_sandbox *how, tt_sandboxed *out);

#endif
