/* worker: one thread with some items in work. */
#include "engine/worker.h"

#include "base/mem.h"
#include "engine/give.h"
#include "engine/hands.h"

/* A call that lasts longer holds up what else the worker has in work. */
#define PATIENCE (TT_SECOND / 10)

struct tt_worker {
    atomic_uint holders; /* the run's caller and the thread */
    tt_run *run;
    tt_walker *walker;
    tt_watch watch;
    tt_lock lock; /* held by the watchdog while it copies a hung worker's items */
    tt_bench bench;
    tt_hands hands;
    tt_digest_job *jobs;
    tt_entry *taken; /* `count` entries on their way from the walk to items */
    size_t count;
    tt_seen call; /* the watchdog's: calls in work, */
    tt_seen list; /* and those that the walk makes */

    /* Of a worker that was given up in the walk: what it came back with after all. */
    atomic_int returned; /* the rest and what was taken is set, and the watchdog's */
    tutela_status status;
    tutela_error error;
};

static void worker_free(tt_worker *worker)
{
    tt_run *run = worker->run;

    tt_hands_done(&worker->hands);
    tt_free(worker->jobs);
    for (size_t i = 0; i < worker->count; i++)
        tt_entry_done(&worker->taken[i]);
    tt_free(worker->taken);
    tt_free(worker->bench.tail);
    tt_identify_free(worker->bench.identify);
    tt_scratch_done(&worker->bench.scratch);
    tt_walker_free(worker->walker);
    tt_lock_done(&worker->lock);
    tt_free(worker);
    tt_run_drop(run);
}

void tt_worker_drop(tt_worker *worker)
{
    if (atomic_fetch_sub(&worker->holders, 1) == 1)
        worker_free(worker);
}

/* What another worker had to leave. 0 when there is nothing. */
static int take_rescue(tt_run *run, tt_task *out)
{
    int found = 0;

    tt_lock_take(&run->lock);
    if (run->rescue_count > 0) {
        *out = run->rescues[--run->rescue_count];
        found = 1;
    }
    tt_lock_give(&run->lock);
    return found;
}

/* What the worker is to do next. */
typedef enum step { STEP_ON, STEP_END } step;

static int may_go_on(const tt_worker *worker)
{
    return !worker->bench.given_up && !tt_run_stopped(worker->run);
}

/* Take entries from the walk for idle items. */
static tutela_status take_some(tt_worker *worker, tt_take *answer, tutela_error *error)
{
    tt_hands *hands = &worker->hands;
    tutela_status status;
    size_t count = 0;

    tt_watch_begin(&worker->watch, TT_WATCH_WALK);
    status = tt_walk_take(worker->walker, worker->taken, hands->width - hands->busy, 0, &count,
                          answer, error);
    worker->count = count;
    if (tt_watch_end(&worker->watch) != 0) {
        worker->status = status;
        worker->error = *error;
        worker->bench.given_up = 1;
        atomic_store_explicit(&worker->returned, 1, memory_order_release);
        return TUTELA_OK;
    }
    if (status == TUTELA_OK)
        status = tt_hands_ready(hands, worker->run->engine, count, error);
    for (size_t i = 0; i < count && status == TUTELA_OK; i++) {
        tt_task task = {.entry = worker->taken[i]};

        tt_hands_begin(hands, &task);
    }
    if (status == TUTELA_OK)
        worker->count = 0;
    return status;
}

/* Others are listing: there may be entries soon. Or work that another has too much of, or the board. */
static void wait_for_walk(tt_worker *worker)
{
    tt_run *run = worker->run;
    uint64_t seen = tt_walk_nudges(run->walk);

    tt_hands_enlist(&worker->hands, run);
    tt_hands_help(&worker->hands, run);
    tt_walk_wait(worker->walker, seen);
    tt_hands_delist(&worker->hands, run);
}

/*
 * Find work for idle items. What another worker had to leave is done alone, one after another: it may
 * hang too, and nothing else shall be held up with it.
 */
static tutela_status refill(tt_worker *worker, step *next, tutela_error *error)
{
    tt_hands *hands = &worker->hands;
    tt_task rescue = {0};
    tt_take answer = TT_TAKE_SOME;
    int more = 1;

    if (hands->busy == 0) {
        TT_TRY(tt_hands_ready(hands, worker->run->engine, 1, error));
        if (take_rescue(worker->run, &rescue)) {
            tt_hands_begin(hands, &rescue);
            return TUTELA_OK;
        }
    }
    while (may_go_on(worker) && answer == TT_TAKE_SOME && hands->busy < hands->width)
        TT_TRY(take_some(worker, &answer, error));
    if (!may_go_on(worker) || hands->busy > 0)
        return TUTELA_OK;
    if (answer == TT_TAKE_LATER)
        wait_for_walk(worker);
    else if (answer == TT_TAKE_END)
        TT_TRY(tt_hands_wait(hands, worker->run, &more, error));
    if (!more)
        *next = STEP_END;
    return TUTELA_OK;
}

/* Digest what was read, side by side. */
static tutela_status digest(tt_worker *worker, tutela_error *error)
{
    const tt_hands *hands = &worker->hands;
    size_t count = 0;

    for (size_t i = 0; i < hands->busy; i++)
        if (hands->items[i]->job.digester)
            worker->jobs[count++] = hands->items[i]->job;
    TT_TRY(tt_digest_update_many(worker->jobs, count, error));
    for (size_t i = 0; i < hands->busy; i++)
        hands->items[i]->job.digester = NULL;
    return TUTELA_OK;
}

/*
 * A round: read on in every item, digest what came, conclude those that are through. In any call that
 * hangs, items beside the one it is for may go to others, so that `busy` becomes less.
 */
static tutela_status work(tt_worker *worker, tutela_error *error)
{
    tt_hands *hands = &worker->hands;

    tt_hands_share(hands, worker->run);
    worker->bench.company = hands->busy;
    for (size_t i = 0; i < hands->busy && may_go_on(worker); i++)
        TT_TRY(tt_item_fill(hands->items[i], &worker->bench, error));
    if (may_go_on(worker))
        TT_TRY(digest(worker, error));
    for (size_t i = 0; i < hands->busy && may_go_on(worker); i++)
        TT_TRY(tt_item_conclude(hands->items[i], &worker->bench, error));
    if (worker->bench.given_up)
        return TUTELA_OK;
    tt_hands_sweep(hands);
    return tt_hands_serve(hands, worker->run, error);
}

/* Close what is open while the watchdog still looks: the thread that frees it all must not hang. */
static void leave_items(tt_worker *worker)
{
    tt_hands *hands = &worker->hands;

    for (size_t i = 0; i < hands->busy && !worker->bench.given_up; i++)
        if (hands->items[i]->active)
            tt_item_leave(hands->items[i], &worker->bench);
}

static void *run_worker(void *argument)
{
    tt_worker *worker = argument;
    tt_run *run = worker->run;
    tutela_status status = TUTELA_OK;
    tutela_error error = {0};
    step next = STEP_ON;

    while (next == STEP_ON && status == TUTELA_OK && may_go_on(worker)) {
        status = refill(worker, &next, &error);
        if (next == STEP_ON && status == TUTELA_OK && may_go_on(worker))
            status = work(worker, &error);
    }
    if (status != TUTELA_OK && !worker->bench.given_up)
        tt_run_fail(run, status, &error);
    leave_items(worker);
    /* Wait until a watchdog that gave this worker up has copied what it needs. */
    tt_lock_take(&worker->lock);
    tt_lock_give(&worker->lock);
    if (!worker->bench.given_up) {
        /* While the run still waits for this thread: what comes after may meet the process's end. */
        tt_digest_thread_end();
        tt_lock_take(&run->lock);
        run->running--;
        tt_run_changed(run);
        tt_lock_give(&run->lock);
    }
    tt_worker_drop(worker);
    return NULL;
}

static tutela_status prepare(tt_worker *worker, tutela_error *error)
{
    const tt_engine *engine = worker->run->engine;
    size_t width = worker->run->width;

    worker->jobs = tt_alloc(width, sizeof *worker->jobs);
    worker->taken = tt_alloc(width, sizeof *worker->taken);
    if (!worker->jobs || !worker->taken)
        return tt_no_memory(error);
    TT_TRY(tt_hands_init(&worker->hands, width, error));
    /* The first item here, on the caller's thread: what OpenSSL lacks is said before anything runs. */
    TT_TRY(tt_hands_ready(&worker->hands, engine, 1, error));
    TT_TRY(tt_walker_new(&worker->walker, worker->run->walk, error));
    return tt_identify_new(&worker->bench.identify, engine->signatures, error);
}

tutela_status tt_worker_start(tt_worker **out, tt_run *run, tutela_error *error)
{
    tt_worker *worker = tt_alloc(1, sizeof *worker);
    pthread_t thread;
    tutela_status status;

    if (!worker)
        return tt_no_memory(error);
    atomic_fetch_add(&run->holders, 1);
    worker->run = run;
    worker->bench.run = run;
    worker->bench.watch = &worker->watch;
    worker->bench.seat = &worker->hands.seat;
    tt_lock_init(&worker->lock);
    tt_scratch_init(&worker->bench.scratch);
    atomic_init(&worker->holders, 2);
    status = prepare(worker, error);
    tt_lock_take(&run->lock);
    run->running++;
    tt_lock_give(&run->lock);
    if (status == TUTELA_OK)
        status = tt_thread_start(&thread, run_worker, worker, error);
    if (status != TUTELA_OK) {
        tt_lock_take(&run->lock);
        run->running--;
        tt_lock_give(&run->lock);
        worker_free(worker);
        return status;
    }
    (void)pthread_detach(thread);
    *out = worker;
    return TUTELA_OK;
}

/* The hung worker's other items are for someone else to do. */
static tutela_status rescue(tt_worker *worker, int hung, tutela_error *error)
{
    tt_run *run = worker->run;
    tutela_status status = TUTELA_OK;

    tt_lock_take(&run->lock);
    for (size_t i = 0; i < worker->hands.busy && status == TUTELA_OK; i++) {
        tt_item *item = worker->hands.items[i];
        tt_task task = {.link = item->link, .ahead = item->ahead};

        if (!item->active || (int)i == hung)
            continue;
        status = tt_entry_copy(&task.entry, &item->entry, error);
        if (status == TUTELA_OK)
            status = tt_run_rescue(run, &task, error);
        if (status == TUTELA_OK)
            item->ahead = NULL;
        tt_entry_done(&task.entry);
    }
    tt_lock_give(&run->lock);
    return status;
}

/* No more will come of the containers it had in work and nobody else took over. */
static void forsake(tt_worker *worker)
{
    for (size_t i = 0; i < worker->hands.busy; i++)
        tt_give_up(worker->hands.items[i], worker->run);
}

/* The worker's memory is its own again: nobody digests what it has read. */
static void withdraw(tt_worker *worker)
{
    for (size_t i = 0; i < worker->hands.busy; i++)
        tt_board_close(&worker->run->board, &worker->hands.items[i]->ticket);
}

/* The item a worker hangs on; none when it was reported before and only its closing hangs. */
static tutela_status report_hung(tt_worker *worker, int hung, tutela_error *error)
{
    const tt_item *item = worker->hands.items[hung];
    tt_scratch scratch;
    tutela_status status;

    if (!item->active)
        return TUTELA_OK;
    tt_scratch_init(&scratch);
    status = tt_item_report_unread(item, worker->run, &scratch, TUTELA_ITEM_TIMEOUT,
                                   "no answer in time", error);
    tt_scratch_done(&scratch);
    return status;
}

/*
 * A worker was given up in the walk. If it still is in its call, the walk states the folder. If it
 * came out of it just before, it will have an entry, or a failure, that nobody else knows of: wait
 * for that, which no call delays any more, and take it over.
 */
static tutela_status take_over(tt_worker *worker, tutela_error *error)
{
    tt_run *run = worker->run;
    tutela_status status = TUTELA_OK;

    while (tt_walker_calling_since(worker->walker) == 0
           && !atomic_load_explicit(&worker->returned, memory_order_acquire))
        tt_clock_sleep(TT_SECOND / 1000);
    if (!atomic_load_explicit(&worker->returned, memory_order_acquire))
        return TUTELA_OK;
    if (worker->status != TUTELA_OK) {
        *error = worker->error;
        return worker->status;
    }
    tt_lock_take(&run->lock);
    for (size_t i = 0; i < worker->count && status == TUTELA_OK; i++) {
        tt_task task = {.entry = worker->taken[i]};

        status = tt_run_rescue(run, &task, error);
        worker->taken[i] = task.entry;
    }
    tt_lock_give(&run->lock);
    return status;
}

/*
 * Has the worker hung for longer than `limit`, and is it given up now? One that is in the walk may
 * be waiting for the next target, and whoever sends targets may take his time: there, the call on a
 * folder counts. Not at the end of a run, which waits for nobody.
 */
static int give_up(tt_worker *worker, const tt_look *look)
{
    int64_t since = tt_watch_since(&worker->watch);
    int64_t listing = tt_walker_calling_since(worker->walker);
    int64_t lasts = tt_seen_lasts(&worker->call, since, look->now, look->awake);
    int64_t list_lasts = tt_seen_lasts(&worker->list, listing, look->now, look->awake);

    if (look->report && list_lasts <= look->limit
        && atomic_load_explicit(&worker->watch.what, memory_order_relaxed) == TT_WATCH_WALK)
        return 0;
    return lasts > look->limit && tt_watch_give_up(&worker->watch, since);
}

/* What a worker has beside the call that it is in for so long: others have their hands free. */
static void relieve(tt_worker *worker, int64_t now)
{
    int64_t since;
    int held;

    if (atomic_load_explicit(&worker->run->hungry_count, memory_order_relaxed) == 0)
        return;
    since = tt_watch_hold(&worker->watch, now, PATIENCE);
    if (since == 0)
        return;
    held = atomic_load_explicit(&worker->watch.what, memory_order_relaxed);
    held = tt_hands_relieve(&worker->hands, worker->run, held);
    atomic_store_explicit(&worker->watch.what, held, memory_order_relaxed);
    tt_watch_release(&worker->watch, since);
}

tutela_status tt_worker_check(tt_worker *worker, const tt_look *look, int *given_up,
                              tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int hung;

    tt_lock_take(&worker->lock);
    *given_up = give_up(worker, look);
    if (*given_up) {
        hung = atomic_load_explicit(&worker->watch.what, memory_order_relaxed);
        tt_walker_abandon(worker->walker);
        withdraw(worker);
        if (look->report)
            status = hung == TT_WATCH_WALK ? take_over(worker, error)
                                           : report_hung(worker, hung, error);
        if (look->report && status == TUTELA_OK)
            status = rescue(worker, hung, error);
        forsake(worker);
        tt_lock_take(&worker->run->lock);
        worker->run->running--;
        tt_run_changed(worker->run); /* who is hungry may be all there is, or see a rescue */
        tt_lock_give(&worker->run->lock);
    }
    tt_lock_give(&worker->lock);
    /* After that, since a worker is given up only if it had a while to come out by itself. */
    if (!*given_up)
        relieve(worker, look->now);
    return status;
}
