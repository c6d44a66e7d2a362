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
#include "identify/mime.h"
#include "mention/mention.h"
#include "unpack/tree.h"
#include "worker/keyring.h"

#include <stdatomic.h>

/* One process and its slot. Single. */
typedef struct tt_broker tt_broker;

/* How well types are to be known: not at all; by signature, or as text; by libmagic too where it is needed. */
typedef enum tt_types { TT_TYPES_NONE, TT_TYPES_BY_SIGNATURE, TT_TYPES_FULLY } tt_types;

typedef struct tt_broker_options {
    const char *program;    /* path of tutela-worker; NULL: see tt_broker_program */
    uint64_t memory;        /* bytes of address space a worker may have; 0: 2 GiB */
    uint32_t silence;       /* seconds without a word before it is killed; 0: 60 */
    uint32_t wall;          /* seconds a try, the teller's own time left out; 0: see tt_hire_limits_of */
    uint32_t cpu;           /* seconds of processor time a try; 0: likewise */
    uint32_t second;        /* nanoseconds in one of those, for tests in a hurry; 0: a real one */
    int require;            /* a layer of the sandbox that is missing is TUTELA_UNAVAILABLE */
    tt_types types;         /* what knows them is loaded from the start; else when a job first asks for
                               them, by a worker in the place of the first */
    const atomic_int *stop; /* looked at some times a second, as tt_job.stop, and while a worker is being
                               started; outlives the broker; or NULL */
    const tt_keyring *secrets; /* passwords for what is encrypted; NULL: none. Outlives the broker */
    tt_budget budget;       /* its secrets and spool: see above and below */
    const char *spool_folder; /* where a worker has a file without a name for what goes beyond
                                 budget.spool_memory, encrypted under keys that only it has; NULL: none.
                                 When none can be made there, what would go there says so */
    uint64_t spool_bytes;   /* of each; 0: 64 GiB */
} tt_broker_options;

/* A member of a container, checked. Pointers are borrowed for the call. */
typedef struct tt_told {
    uint64_t number;   /* from 1, rising by 1 */
    uint64_t parent;   /* its container, told of before by tt_told.opens; 0: the file itself */
    int opens;         /* a container begins: its members follow; it is told once more, with the same
                          number and name, when it ends, also when the worker died inside it */
    const uint8_t *name; /* any bytes but NUL, at most TT_NAME_MAX */
    size_t name_size;
    uint64_t bytes;
    int64_t modified;
    tutela_origin origin;
    const tt_cover *cover; /* when it ends: of the image of a disk; NULL: it is none */
    tt_trouble trouble; /* reason: static, out of a table */
    uint64_t position;  /* bytes of it that were read when a limit was hit */
    const tt_digests *digests; /* of all its bytes, also of a damaged container's; NULL when some were
                                  not read, or it opens */
    const char *mime;          /* "type/subtype" by the first bytes, of a container also when it begins;
                                  "" when not asked for, or when none of its bytes came */
    /*
     * NULL; or it is no member, but a digest that one mentions as text: the one told of last, of `number`, which
     * has ended. `space`: in the free space of a disk, the image of which is the container of this number that
     * is open (0: the file); `bytes` is then the disk's size. Each digest once, by rising places.
     */
    const tt_mention *mention;
    int space;
} tt_told;

typedef tutela_status (*tt_teller)(void *user, const tt_told *told, tutela_error *error);

/* What is to be said of the file itself. */
typedef struct tt_opened {
    tt_trouble trouble; /* what is missing in it: CLEAR when it was read as a container to its end, or
                           is none; members say it of themselves. Its reason is static */
    uint64_t position;  /* bytes of it that were read, when a limit was hit, or as last heard of */
    int container;
    uint32_t tries;     /* 1, or 2 when the first worker failed */
    int disk;           /* it is the image of one, and `cover` says what became of its bytes */
    tt_cover cover;
    char mime[TT_MIME_MAX + 1]; /* as tt_told.mime; "" also when the worker failed */
} tt_opened;

/* Files that a job may have beside its first. */
#define TT_PARTS_MAX 4096u

/* A file to be taken apart, or to be told the type of. */
typedef struct tt_job {
    int fd;        /* regular, readable; stays the caller's. Its place is not moved. Or see feeding */
    uint64_t size; /* bytes, of a regular file */
    /*
     * More files, which with it make one that is taken apart, in this order: regular, open to be read only, the
     * caller's, as the sizes of each are; at most TT_PARTS_MAX. What is told of "the file" is of the whole.
     */
    const int *parts;
    const uint64_t *part_sizes;
    size_t part_count;
    uint32_t mask; /* digests wanted of each member: at least one */
    tt_types types; /* of each member and of the file itself */
    int mentions;   /* digests that members mention as text are told too */
    int only_type; /* the file's own type and nothing else: it is not opened. Implies types; mask may
                      be 0 and teller NULL */
    const uint64_t *from;   /* TUTELA_STEPS_MAX, as in tt_budget; NULL: nothing is passed over */
    uint32_t share, shares; /* 2 or more: only the share-th part of what it holds, as in tt_budget; each
                               part is a job of its own, with numbers of its own */
    const atomic_int *stop; /* looked at some times a second: when set, the worker is killed; or NULL */
    /*
     * NULL; or fd is a stream of unknown size that comes only once: nothing is tried again, and while
     * this is 1 the worker may be waiting for whoever sends, and no limit of time by the clock counts.
     */
    const atomic_int *feeding;
    tt_teller teller;
    void *user;
} tt_job;

/*
 * Start a worker. TUTELA_UNAVAILABLE, with advice, when it cannot be, or cannot know types that are
 * wanted; TUTELA_CANCELLED when options->stop was set; TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_broker_new(tt_broker **out, const tt_broker_options *options,
                                        tutela_error *error);
void tt_broker_free(tt_broker *broker);

/*
 * Everything in a file; *out is set when it answers TUTELA_OK. A worker that fails is no failure of
 * this call: out->trouble is then `crashed`, `timeout` or `limit`. Answers what the teller answers if
 * that is not TUTELA_OK; TUTELA_CANCELLED when job->stop or the broker's was set; TUTELA_UNAVAILABLE when
 * no worker can be started for the first try: when none can be for the second, out->trouble is what the
 * first came to. TUTELA_ARGUMENT; TUTELA_MEMORY. The broker can be used again after each.
 */
TT_MUST_USE tutela_status tt_broker_unpack(tt_broker *broker, const tt_job *job, tt_opened *out,
                                           tutela_error *error);

/*
 * Where tutela-worker is: beside the running program, or in ../libexec/tutela as seen from there, or
 * where it was installed. A new string, the caller's. TUTELA_UNAVAILABLE, TUTELA_MEMORY. Thread: any.
 */
TT_MUST_USE tutela_status tt_broker_program(char **out, tutela_error *error);

/* The layers of the sandbox that were active in the last worker started: bits, and words for them. */
typedef enum tt_layer {
    TT_LAYER_NO_NEW_PRIVILEGES = 1,
    TT_LAYER_LANDLOCK = 2,
    TT_LAYER_SECCOMP = 4,
    TT_LAYER_LIMITS = 8,
    TT_LAYER_NOT_DUMPABLE = 16
} tt_layer;
#define TT_LAYER_ALL 31u
uint32_t tt_broker_layers(const tt_broker *broker);
/* The version of Landlock's interface that worker found; 0: none. */
uint32_t tt_broker_landlock(const tt_broker *broker);
/* "seccomp", "landlock", ...: of one bit; NULL for any other number. Static. Thread: any. */
const char *tt_layer_name(uint32_t layer);

#endif
