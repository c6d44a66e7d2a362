/*
 * digester: the digests of one stream, each by lanes or by OpenSSL.
 *
 * Which of them is settled when a stream begins, by how many go beside it, and stays: a stream does
 * not change its kind half-way.
 */
#include "base/mem.h"
#include "digest/cpu.h"
#include "digest/digest.h"
#include "digest/evp.h"
#include "digest/lanes.h"

#include <pthread.h>

/* Jobs handed to lanes at once; what stands on the stack is 8 KiB. */
#define BATCH 256u
/* Streams a lane: with so many of unequal length the lanes are full nearly to the end. */
#define STREAMS_A_LANE 4u
#define WIDTH_MAX 64u

/* Chosen once for the life of the process; written by `choose` alone, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static tt_lanes lanes[TUTELA_ALGORITHM_COUNT];
static uint32_t in_lanes; /* algorithms that have any */

static void choose(void)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (tt_lanes_choose(&lanes[i], i, tt_cpu_features()))
            in_lanes |= TUTELA_BIT(i);
}

struct tt_digester {
    uint32_t capable;
    uint32_t mask;  /* of the stream in work; 0 between streams */
    uint32_t lanes; /* those of `mask` that go by lanes */
    tt_lane_stream stream[TUTELA_ALGORITHM_COUNT];
    tt_evp *evp[TUTELA_ALGORITHM_COUNT]; /* made when first needed */
};

tutela_status tt_digester_new(tt_digester **out, uint32_t capable, tutela_error *error)
{
    tt_digester *digester;

    (void)pthread_once(&once, choose);
    capable &= TT_DIGEST_ALL;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (capable & TUTELA_BIT(i))
            TT_TRY(tt_evp_offers(i, error));
    digester = tt_alloc(1, sizeof *digester);
    if (!digester)
        return tt_no_memory(error);
    digester->capable = capable;
    *out = digester;
    return TUTELA_OK;
}

void tt_digester_free(tt_digester *digester)
{
    if (!digester)
        return;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        tt_evp_free(digester->evp[i]);
    tt_free(digester);
}

tutela_status tt_digester_begin(tt_digester *digester, uint32_t mask, size_t streams,
                                tutela_error *error)
{
    if (mask & ~digester->capable)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "digest: not prepared for that algorithm");
    digester->mask = mask;
    digester->lanes = 0;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(mask & TUTELA_BIT(i)))
            continue;
        if ((in_lanes & TUTELA_BIT(i)) && streams > 0) {
            digester->lanes |= TUTELA_BIT(i);
            tt_lanes_begin(&lanes[i], &digester->stream[i]);
        } else {
            TT_TRY(tt_evp_begin(&digester->evp[i], i, error));
        }
    }
    return TUTELA_OK;
}

static void run_lanes(const tt_digest_job *jobs, size_t count, int algorithm)
{
    tt_lane_job taken[BATCH];
    size_t many = 0;

    for (size_t j = 0; j < count; j++) {
        tt_digester *digester = jobs[j].digester;

        if (!(digester->lanes & TUTELA_BIT(algorithm)))
            continue;
        taken[many++]
            = (tt_lane_job){.stream = &digester->stream[algorithm], .data = jobs[j].data,
                            .size = jobs[j].size,
                            .digest = jobs[j].end ? jobs[j].end->value[algorithm] : NULL};
        if (many == BATCH) {
            tt_lanes_run(&lanes[algorithm], taken, many);
            many = 0;
        }
    }
    tt_lanes_run(&lanes[algorithm], taken, many);
}

/* What lanes leave of the algorithms in `mask`. */
static tutela_status run_evp(const tt_digest_job *job, uint32_t mask, tutela_error *error)
{
    const tt_digester *digester = job->digester;

    mask &= digester->mask & ~digester->lanes;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(mask & TUTELA_BIT(i)))
            continue;
        TT_TRY(tt_evp_update(digester->evp[i], i, job->data, job->size, error));
        if (job->end)
            TT_TRY(tt_evp_end(digester->evp[i], i, job->end->value[i], error));
    }
    return TUTELA_OK;
}

tutela_status tt_digest_update_many(const tt_digest_job *jobs, size_t count, tutela_error *error)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (in_lanes & TUTELA_BIT(i))
            run_lanes(jobs, count, i);
    for (size_t j = 0; j < count; j++)
        TT_TRY(run_evp(&jobs[j], TT_DIGEST_ALL, error));
    for (size_t j = 0; j < count; j++) {
        if (!jobs[j].end)
            continue;
        jobs[j].end->mask = jobs[j].digester->mask;
        jobs[j].digester->mask = jobs[j].digester->lanes = 0;
    }
    return TUTELA_OK;
}

tutela_status tt_digest_update_one(int algorithm, const tt_digest_job *jobs, size_t count,
                                   tutela_error *error)
{
    if (in_lanes & TUTELA_BIT(algorithm))
        run_lanes(jobs, count, algorithm);
    for (size_t j = 0; j < count; j++)
        TT_TRY(run_evp(&jobs[j], TUTELA_BIT(algorithm), error));
    return TUTELA_OK;
}

uint32_t tt_digester_mask(const tt_digester *digester)
{
    return digester->mask;
}

size_t tt_digest_lanes(int algorithm)
{
    (void)pthread_once(&once, choose);
    return in_lanes & TUTELA_BIT(algorithm) ? tt_lanes_full(&lanes[algorithm]) : 1;
}

tutela_status tt_digester_end(tt_digester *digester, tt_digests *out, tutela_error *error)
{
    tt_digest_job job = {.digester = digester, .data = "", .size = 0, .end = out};

    return tt_digest_update_many(&job, 1, error);
}

size_t tt_digest_width(void)
{
    size_t width = 1;

    (void)pthread_once(&once, choose);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((in_lanes & TUTELA_BIT(i)) && tt_lanes_width(&lanes[i]) > width)
            width = tt_lanes_width(&lanes[i]);
    if (width > 1)
        width *= STREAMS_A_LANE;
    return width < WIDTH_MAX ? width : WIDTH_MAX;
}

tutela_status tt_digest_bytes(uint32_t mask, const void *data, size_t size, tt_digests *out,
                              tutela_error *error)
{
    tt_digester *digester = NULL;
    tt_digest_job job = {.data = data, .size = size, .end = out};
    tutela_status status = tt_digester_new(&digester, mask, error);

    if (status != TUTELA_OK)
        return status;
    job.digester = digester;
    status = tt_digester_begin(digester, mask, 0, error);
    if (status == TUTELA_OK)
        status = tt_digest_update_many(&job, 1, error);
    tt_digester_free(digester);
    return status;
}
