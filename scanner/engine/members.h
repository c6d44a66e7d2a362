/*
 * members: what a container holds, from what the worker process tells of it to findings.
 *
 *   container ──▶ worker process ──▶ told of: names, sizes, digests, what is missing
 *                                       │
 *                                       ▼
 *                 chains ◀── open containers on the way      match ──▶ collector
 *
 * Members are digested by what the lists ask for. At the first that is in a known-bad list the reading
 * begins anew with all digests, and what was reported before is passed over: one hit or a thousand, a
 * container is read twice at most and nothing is kept.
 */
#ifndef TT_ENGINE_MEMBERS_H
#define TT_ENGINE_MEMBERS_H

#include "engine/run.h"
#include "worker/broker.h"

/* What becomes of a container when no worker process can be started. */
extern const tt_trouble tt_no_worker;

/* What a worker process is started with. */
typedef struct tt_helper {
    const tutela_open_options *options; /* every member is there */
    const tt_keyring *keyring;  /* passwords; they outlive the broker */
    const atomic_int *stop;     /* as tt_broker_options.stop */
    uint32_t second;            /* likewise; 0 but in tests */
    tt_types types;             /* that its first container will be asked for */
} tt_helper;

/*
 * Start a worker process. Without one *out stays NULL, and *broken says what becomes of containers: they are
 * `unsupported`. TUTELA_UNAVAILABLE only when a sandbox is required; TUTELA_CANCELLED when `stop` was set;
 * TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_members_broker(tt_broker **out, const tt_helper *helper,
                                            tt_trouble *broken, tutela_error *error);

/* A container to be opened. */
typedef struct tt_container {
    int fd;
    uint64_t size;     /* bytes */
    const int *parts;  /* and so many files more, as in tt_job */
    const uint64_t *part_sizes;
    size_t part_count;
    tutela_name name;  /* where its members' chains begin */
    const tt_engine *engine;
    tt_collector *collector;
    const atomic_int *stop; /* look at it now and then */
    uint32_t first;         /* algorithms to look members up by */
    uint32_t only;          /* mask of types, as in tutela_scan_options */
    tt_types types;         /* how well to know those of members that are no hits */
    int mentions;           /* digests that members have as text are looked up too */
    const tt_steps *from;   /* NULL; or where it is gone on with */
    tt_reach *reach;        /* NULL; or set to how far its reading came, when there was one */
    uint32_t share, shares; /* 2 or more: only a part of it, as in tt_job */
    const atomic_int *feeding; /* NULL; or it is a stream that comes once, and 1 while more may come */
} tt_container;

/*
 * Report everything in the container. *out: what is missing in it, or of
 * what it holds the first status that is not complete; CLEAR when all was opened and read. Answers as
 * tt_broker_unpack, or TUTELA_RECORD, TUTELA_SET_REFUSED. Thread: single for each broker and scratch.
 */
TT_MUST_USE tutela_status tt_members_report(const tt_container *container, tt_broker *broker,
                                            tt_scratch *scratch, tt_trouble *out,
                                            tutela_error *error);

/*
 * What the shares of a container came to, in their order: what is missing in the container itself goes
 * before what is missing in something that it holds. Thread: any.
 */
tt_trouble tt_members_sum(const tt_trouble *shares, size_t count);

#endif
