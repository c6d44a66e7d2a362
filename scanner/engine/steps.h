/*
 * steps: places in containers: where a limit was hit, and where an earlier scan is gone on with.
 */
#ifndef TT_ENGINE_STEPS_H
#define TT_ENGINE_STEPS_H

#include "unpack/tree.h"

#include <sys/stat.h>

/* A place, its outermost step first; count 0: nowhere. */
typedef struct tt_steps {
    tutela_step step[TUTELA_STEPS_MAX];
    size_t count;
} tt_steps;

/* How far a reading of a container, or of a share of it, came. */
typedef struct tt_reach {
    tt_steps steps; /* where the first limit was hit; else one step: what was read of it */
    int limited;    /* a limit was hit */
    int cut;        /* its members are not all there, for whatever reason */
    int disk;       /* it is the image of a disk, and `cover` says what became of its bytes */
    tt_cover cover;
} tt_reach;

/*
 * How far the shares of a container came together, in their order: limited when one is, and then nothing
 * before the place was left out by any. Thread: any.
 */
tt_reach tt_reach_sum(const tt_reach *shares, size_t count);

/* What to pass over, for tt_job.from. */
void tt_steps_members(const tt_steps *steps, uint64_t out[TUTELA_STEPS_MAX]);

/* The targets that are gone on with, by path. Zero it. */
typedef struct tt_froms {
    const tutela_from **by_path;
    size_t count;
} tt_froms;

/* `list` outlives it. TUTELA_ARGUMENT when one is out of bounds, or two have the same path; TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_froms_init(tt_froms *out, const tutela_from *list, size_t count,
                                        tutela_error *error);
void tt_froms_done(tt_froms *froms);

typedef enum tt_going {
    TT_GOING_NOT,  /* it is not gone on with */
    TT_GOING_ON,   /* it is, from *out, which may be its start */
    TT_GOING_ANEW  /* it would be, but is another by now: from its start */
} tt_going;

/* What becomes of the target at `path`, which the system says this of. *out is set. Thread: any. */
tt_going tt_froms_find(const tt_froms *froms, const char *path, const struct stat *stat, tt_steps *out);

/* Say so in a finding; `steps`, which it then points to, outlive it. */
void tt_steps_say(tutela_finding *finding, tt_going going, const tutela_step *steps, size_t count);

#endif
