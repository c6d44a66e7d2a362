/*
 * hire: a broker's worker, started when there is none, and what it is given then. Inner to the broker.
 */
#ifndef TT_WORKER_HIRE_H
#define TT_WORKER_HIRE_H

#include "worker/process.h"

struct tt_broker {
    tt_broker_options options;
    char *program;
    char *spool_folder; /* NULL: none */
    tt_process process; /* pid 0: none at the moment */
    uint64_t job;
    uint32_t next_page;
    uint32_t layers, landlock;
    int own_wall, own_cpu, own_expanded; /* these limits were given: they do not grow with the file */
    tt_wire_slot copy[TT_WIRE_SLOTS];
};

/* What came of waiting for a word. */
typedef enum tt_heard { TT_HEARD_NOTHING, TT_HEARD_WORD, TT_HEARD_BABBLE, TT_HEARD_GONE } tt_heard;

/* Wait for a word of the worker, for so many nanoseconds at most. */
tt_heard tt_hire_hear(const tt_process *process, tt_wire_word *out, int64_t within);

/*
 * The limits of one try at a file of so many bytes: those that were given, or the defaults, which grow with it,
 * since a disk's image takes hours, and more comes out of it than out of any archive.
 */
typedef struct tt_hire_limits {
    uint64_t wall, cpu; /* seconds */
    uint64_t expanded;  /* bytes */
} tt_hire_limits;
tt_hire_limits tt_hire_limits_of(const tt_broker *broker, uint64_t size);

/* Shall the broker stop, or the job at hand? `job`: its own word for it, or NULL. */
int tt_hire_stopped(const tt_broker *broker, const atomic_int *job);

/* A worker, if there is none, unless `job` says stop meanwhile. As tt_broker_new. */
TT_MUST_USE tutela_status tt_hire(tt_broker *broker, const atomic_int *job, tutela_error *error);

/* None of the descriptors that a message may have. */
void tt_hire_no_fds(int *fds);

#endif
