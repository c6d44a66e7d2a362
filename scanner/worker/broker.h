/*
 * broker: one worker process, and the talk with it.
 *
 * `tutela-worker` is started by posix_spawn, locks itself up before it reads a byte, and lives for
 * many jobs. It gets one read-only descriptor a job and tells what it found in fixed-size records.
 * Nothing it tells is trusted: records are copied out of shared memory before they are looked at, and
 * each count, length, number, name and status in them is checked. A worker that crashes, makes a
 * forbidden call, lies, floods, falls silent or spends its budget is killed and started anew; the job
 * is tried once more, alone, and then has a status. What was told and was sound stands.
 */
#ifndef TT_WORKER_BROKER_H
#define TT_WORKER_BROKER_H

#include "digest/digest.h"
#include "unpack/tree.h"

#include <stdatomic.h>

/* One process and its slot. Single. */
typedef struct tt_broker tt_broker;

typedef struct tt_broker_options {
    const char *program;    /* path of tutela-worker; NULL: beside this program, or where it was installed */
    uint64_t memory;        /* bytes of address space a worker may have; 0: 2 GiB */
    uint32_t silence;       /* seconds without a word before it is killed; 0: 60 */
    uint32_t wall;          /* seconds a job; 0: an hour */
    uint32_t cpu;           /* seconds of processor time a job; 0: an hour */
    int require;            /* a layer of the sandbox that is missing is TUTELA_UNAVAILABLE */
    tt_budget budget;
} tt_broker_options;

/* A member of a container, checked. Pointers are borrowed for the call. */
typedef struct tt_told {
    uint64_t number;   /* from 1, rising by 1 */
    uint64_t parent;   /* its container, told of before by tt_told.opens; 0: the file itself */
    int opens;         /* a container begins: members may follow; it is told once more when it ends */
    const uint8_t *name; /* any bytes but NUL, at most TT_NAME_MAX */
    size_t name_size;
    uint64_t bytes;
    int64_t modified;
    tt_trouble trouble; /* reason: static, out of a table */
    uint64_t position;  /* where a limit was hit */
    const tt_digests *digests; /* of all its bytes; NULL when trouble left some unread, or it opens */
    const char *mime;          /* "" when not asked for */
} tt_told;

typedef tutela_status (*tt_teller)(void *user, const tt_told *told, tutela_error *error);

/* Start a worker. TUTELA_UNAVAILABLE, with advice, when it cannot be, TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_broker_new(tt_broker **out, const tt_broker_options *options,
                                        tutela_error *error);
void tt_broker_free(tt_broker *broker);

/*
 * Everything in the file behind fd, `size` bytes, digested with `mask`. *trouble is what is missing
 * in the file itself: CLEAR when it was read as a container to its end, with *container, or is none.
 * `stop` is looked at some times a second; when it is set the worker is killed. Answers what the
 * teller answers if that is not TUTELA_OK; TUTELA_UNAVAILABLE when no worker can be started any more.
 */
TT_MUST_USE tutela_status tt_broker_unpack(tt_broker *broker, int fd, uint64_t size, uint32_t mask,
                                           const atomic_int *stop, tt_teller teller, void *user,
                                           tt_trouble *trouble, int *container,
                                           tutela_error *error);

/* The layers of the sandbox that were active in the last worker started: bits, and words for them. */
typedef enum tt_layer {
    TT_LAYER_NO_NEW_PRIVILEGES = 1,
    TT_LAYER_LANDLOCK = 2,
    TT_LAYER_SECCOMP = 4,
    TT_LAYER_LIMITS = 8,
    TT_LAYER_NOT_DUMPABLE = 16
} tt_layer;
uint32_t tt_broker_layers(const tt_broker *broker);

#endif
