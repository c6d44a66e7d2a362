/*
 * sort: stable external merge sort.
 *
 * Records gather in a block (block.h). A full one is sorted and written as one run (runs.h), by
 * another thread when there are any, while the next block fills. The place of a run in the file and
 * its number are settled when its block is full, so that the threads have nothing to agree on and
 * the result does not depend on them.
 */
#include "base/block.h"
#include "base/mem.h"
#include "base/runs.h"
#include "base/thread.h"

#define LEAST_MEMORY ((size_t)8 << 10)
#define AHEAD 16 /* records fetched before they are written: in order, they lie anywhere */
#define LARGEST_WRITE ((size_t)1 << 20) /* larger ones gain nothing */

/* A block, and the thread that makes a run of it. */
typedef struct lane {
    tt_block block;
    tt_runs *runs;
    uint64_t start; /* of its run, in the file */
    size_t write;   /* bytes to be written at once */
    pthread_t thread;
    int busy; /* the thread has the block */
    tutela_status status;
    tutela_error error;
} lane;

struct tt_sort {
    tt_sort_compare compare;
    size_t memory;
    char *folder;
    uint64_t count;
    int finished;

    lane lanes[1 + TT_SORT_WORKERS_MAX];
    uint32_t lane_count;
    uint32_t filling; /* the lane whose block takes records */
    size_t given; /* records of the block already handed out */
    tt_runs *runs; /* NULL as long as the first block has held everything */

    int rescued;         /* records come from the runs and from the block */
    const uint8_t *held; /* the next of the runs; NULL at their end */
    int held_given;      /* and it was handed out */
};

/* ---- Lanes ------------------------------------------------------------------------------- */

/* What each lane may take. */
static size_t share(const tt_sort *sort)
{
    return sort->memory / sort->lane_count;
}

/* What a block may take: an eighth is left for the buffer of a run being written. */
static size_t block_limit(const tt_sort *sort)
{
    return (share(sort) - share(sort) / 8) & ~(size_t)15;
}

/* Sort the lane's block, write it as its run, and make it empty; what cannot be written stays. */
static void *make_run(void *argument)
{
    lane *own = argument;
    tt_run_writer writer;
    tutela_status status = tt_run_begin(&writer, own->runs, own->start, own->write, &own->error);

    tt_block_sort(&own->block);
    for (size_t i = 0; status == TUTELA_OK && i < own->block.items; i++) {
        if (i + AHEAD < own->block.items)
            __builtin_prefetch(tt_block_at(&own->block, i + AHEAD));
        status = tt_run_put(&writer, tt_block_at(&own->block, i), &own->error);
    }
    if (status == TUTELA_OK)
        status = tt_run_end(&writer, &own->error);
    tt_run_done(&writer);
    if (status == TUTELA_OK)
        tt_block_clear(&own->block);
    own->status = status;
    return NULL;
}

/* Wait for the lane's thread; its failure becomes the caller's. */
static tutela_status wait_for(lane *one, tutela_error *error)
{
    tutela_status status;

    if (one->busy)
        (void)pthread_join(one->thread, NULL);
    one->busy = 0;
    status = one->status;
    one->status = TUTELA_OK;
    if (status != TUTELA_OK && error)
        *error = one->error;
    return status;
}

/* The block becomes one run; the next lane's takes what follows. */
static tutela_status spill(tt_sort *sort, tutela_error *error)
{
    lane *full = &sort->lanes[sort->filling];
    tutela_status status;

    if (!sort->runs)
        TT_TRY(tt_runs_new(&sort->runs, sort->compare, sort->memory, sort->folder, error));
    TT_TRY(tt_runs_reserve(sort->runs, full->block.used, full->block.widest, &full->start, error));
    full->runs = sort->runs;
    full->write = share(sort) / 8 < LARGEST_WRITE ? share(sort) / 8 & ~(size_t)7 : LARGEST_WRITE;
    /* Without a further thread, or when none can be had, this one does it. */
    full->busy = sort->lane_count > 1
                 && tt_thread_start(&full->thread, make_run, full, NULL) == TUTELA_OK;
    if (!full->busy)
        (void)make_run(full);
    sort->filling = (sort->filling + 1) % sort->lane_count;
    status = wait_for(&sort->lanes[sort->filling], error);
    if (status != TUTELA_OK && sort->lane_count == 1)
        tt_runs_take_back(sort->runs);
    return status;
}

/* ---- The border -------------------------------------------------------------------------- */

tutela_status tt_sort_new(tt_sort **out, tt_sort_compare compare, size_t memory,
                          const char *folder, tutela_error *error)
{
    tt_sort *sort = tt_alloc(1, sizeof *sort);

    if (!sort)
        return tt_no_memory(error);
    sort->compare = compare;
    sort->memory = memory < LEAST_MEMORY ? LEAST_MEMORY : memory;
    sort->folder = tt_copy_text(folder);
    for (size_t i = 0; i < 1 + TT_SORT_WORKERS_MAX; i++)
        sort->lanes[i].block.compare = compare;
    sort->lane_count = 1;
    if (!sort->folder) {
        tt_sort_free(sort);
        return tt_no_memory(error);
    }
    *out = sort;
    return TUTELA_OK;
}

void tt_sort_workers(tt_sort *sort, uint32_t workers)
{
    size_t most = sort->memory / LEAST_MEMORY; /* lanes that the memory is enough for */

    if (sort->count)
        return;
    if (workers > TT_SORT_WORKERS_MAX)
        workers = TT_SORT_WORKERS_MAX;
    if (workers + 1 > most)
        workers = (uint32_t)most - 1;
    sort->lane_count = 1 + workers;
}

tutela_status tt_sort_add(tt_sort *sort, const void *record, size_t size, tutela_error *error)
{
    tt_block *block = &sort->lanes[sort->filling].block;

    if (sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: a record after the end");
    if (size > SIZE_MAX / 4)
        return tt_no_memory(error);
    if (block->items && tt_block_wants(block, size) > block_limit(sort)) {
        TT_TRY(spill(sort, error));
        block = &sort->lanes[sort->filling].block;
    }
    TT_TRY(tt_block_add(block, record, size, block_limit(sort), error));
    sort->count++;
    return TUTELA_OK;
}

tutela_status tt_sort_finish(tt_sort *sort, tutela_error *error)
{
    if (sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: finished twice");
    sort->finished = 1;
    if (!sort->runs) {
        tt_block_sort(&sort->lanes[0].block);
        return TUTELA_OK;
    }
    TT_TRY(spill(sort, error));
    for (uint32_t i = 0; i < sort->lane_count; i++) {
        TT_TRY(wait_for(&sort->lanes[i], error));
        tt_block_done(&sort->lanes[i].block);
    }
    return tt_runs_merge(sort->runs, error);
}

/* ---- After a failure --------------------------------------------------------------------- */

/* The next record of the runs; what cannot be read any more is their end. */
static const uint8_t *next_of_runs(tt_sort *sort)
{
    const uint8_t *stored = NULL;

    if (!sort->runs || tt_runs_next(sort->runs, &stored, NULL) != TUTELA_OK)
        return NULL;
    return stored;
}

void tt_sort_rescue(tt_sort *sort)
{
    sort->finished = 1;
    sort->rescued = 1;
    tt_block_sort(&sort->lanes[0].block);
    if (sort->runs && tt_runs_rescue(sort->runs, NULL) != TUTELA_OK) {
        tt_runs_free(sort->runs);
        sort->runs = NULL;
    }
    sort->held = next_of_runs(sort);
}

/* The lesser of the two next ones; of equal ones that of the runs, which came before. */
static const uint8_t *next_rescued(tt_sort *sort)
{
    const tt_block *block = &sort->lanes[0].block;
    const uint8_t *own = sort->given < block->items ? tt_block_at(block, sort->given) : NULL;

    if (sort->held_given)
        sort->held = next_of_runs(sort);
    sort->held_given = sort->held
                       && (!own || tt_stored_order(sort->compare, sort->held, own) <= 0);
    if (sort->held_given)
        return sort->held;
    sort->given += own != NULL;
    return own;
}

tutela_status tt_sort_next(tt_sort *sort, const void **record, size_t *size, tutela_error *error)
{
    const tt_block *block = &sort->lanes[0].block;
    const uint8_t *stored = NULL;

    if (!sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: read before the end");
    if (sort->rescued)
        stored = next_rescued(sort);
    else if (sort->runs)
        TT_TRY(tt_runs_next(sort->runs, &stored, error));
    else if (sort->given < block->items)
        stored = tt_block_at(block, sort->given++);
    *record = stored ? stored + TT_STORED_HEAD : NULL;
    *size = stored ? tt_stored_size(stored) : 0;
    return TUTELA_OK;
}

uint64_t tt_sort_count(const tt_sort *sort)
{
    return sort->count;
}

void tt_sort_free(tt_sort *sort)
{
    if (!sort)
        return;
    for (uint32_t i = 0; i < sort->lane_count; i++) {
        (void)wait_for(&sort->lanes[i], NULL);
        tt_block_done(&sort->lanes[i].block);
    }
    tt_runs_free(sort->runs);
    tt_free(sort->folder);
    tt_free(sort);
}
