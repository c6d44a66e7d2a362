/* run: one scan of some targets: set up, watched, and brought to its end. */
#include "engine/run.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "engine/openers.h"
#include "engine/survey.h"
#include "engine/worker.h"

/* How often hung workers and a wish to stop are looked for. */
#define TICK (TT_SECOND / 20)
/* More than this between two looks, and the process stood still: no call is to blame for the rest. */
#define AWAKE_MAX (2 * TICK)
#define READ_TIMEOUT 60u
#define OVERRUN ((uint64_t)1 << 30)
#define THREADS_MAX 1024u
/* Descriptors left to others: folders of the walk, of the survey, and the rest of the process. */
#define DESCRIPTORS_KEPT 576u
/* Given-up workers are replaced, but not for ever: a dead mount would eat a thread an item. */
#define REPLACEMENTS_MAX 256u
/* Once the run is to stop, a call that has not answered for this long is left behind. */
#define STOP_PATIENCE (TT_SECOND / 2)

void tt_run_drop(tt_run *run)
{
    if (atomic_fetch_sub(&run->holders, 1) != 1)
        return;
    for (size_t i = 0; i < run->rescue_count; i++) {
        tt_entry_done(&run->rescues[i].entry);
        tt_opening_free(run->rescues[i].ahead);
    }
    tt_free(run->rescues);
    tt_typist_free(run->typist);
    tt_collector_done(&run->collector);
    tt_links_done(&run->links);
    tt_walk_free(run->walk);
    tt_feed_done(&run->feed);
    tt_froms_done(&run->froms);
    tt_free(run->outputs);
    tt_free(run->worker);
    tt_keyring_done(&run->keyring);
    tt_free(run->hold_folder);
    tt_board_done(&run->board);
    tt_openers_done(run);
    tt_signal_done(&run->changed);
    tt_lock_done(&run->lock);
    tt_engine_drop(run->engine);
    tt_free(run);
}

void tt_run_fail(tt_run *run, tutela_status status, const tutela_error *error)
{
    tt_lock_take(&run->lock);
    if (run->status == TUTELA_OK) {
        run->status = status;
        run->error = *error;
    }
    atomic_store(&run->stop, 1);
    tt_run_changed(run);
    tt_lock_give(&run->lock);
    tt_walk_stop(run->walk);
}

tutela_status tt_run_rescue(tt_run *run, tt_task *task, tutela_error *error)
{
    if (tt_grow((void **)&run->rescues, &run->rescue_room, run->rescue_count, sizeof *run->rescues)
        != 0)
        return tt_no_memory(error);
    run->rescues[run->rescue_count++] = *task;
    *task = (tt_task){0};
    return TUTELA_OK;
}

void tt_run_changed(tt_run *run)
{
    tt_signal_all(&run->changed);
    tt_signal_all(&run->openers.given);
    tt_signal_all(&run->openers.taken);
    tt_board_rouse(&run->board);
}

int tt_run_stopped(const tt_run *run)
{
    return atomic_load_explicit(&run->stop, memory_order_relaxed);
}

int tt_run_wants_types(const tt_run *run)
{
    return run->options.only || (run->options.flags & TUTELA_SCAN_INVENTORY);
}

static int next_target(void *user, const char **path)
{
    tt_run *run = user;
    tutela_error error;
    int answer = 0;
    tutela_status status = tt_feed_next(&run->feed, path, &answer, &error);

    if (status != TUTELA_OK)
        tt_run_fail(run, status, &error);
    return answer;
}

static tutela_status note_outputs(tt_run *run, tutela_error *error)
{
    size_t count = 0;

    run->outputs = tt_alloc(run->options.output_count, sizeof *run->outputs);
    if (!run->outputs)
        return tt_no_memory(error);
    for (size_t i = 0; i < run->options.output_count; i++) {
        struct stat stat;

        /* Only a regular file can be met on the way. */
        if (tt_fstat(run->options.outputs[i], &stat) == 0 && S_ISREG(stat.st_mode))
            run->outputs[count++]
                = (tt_file_id){.device = stat.st_dev, .inode = stat.st_ino};
    }
    run->options.output_count = count;
    return TUTELA_OK;
}

/* A copy in the place of the caller's own, which is *text; NULL stays that. */
static tutela_status keep_text(char **copy, const char **text, tutela_error *error)
{
    if (!*text)
        return TUTELA_OK;
    *copy = tt_copy_text(*text);
    if (!*copy)
        return tt_no_memory(error);
    *text = *copy;
    return TUTELA_OK;
}

static tutela_status set_up(tt_run *run, tutela_error *error)
{
    const tutela_scan_options *options = &run->options;
    tt_walk_options walk;

    TT_TRY(keep_text(&run->worker, &run->open.worker, error));
    TT_TRY(keep_text(&run->hold_folder, &run->open.hold_folder, error));
    TT_TRY(tt_keyring_copy(&run->keyring, run->open.passwords, run->open.password_count, error));
    run->open.passwords = NULL;
    run->limits.max_bytes = options->max_item_bytes;
    run->limits.drop_cached = (options->flags & TUTELA_SCAN_DROP_CACHE) != 0;
    run->limits.max_overrun = options->max_overrun ? options->max_overrun : OVERRUN;
    if (tt_run_wants_types(run))
        TT_TRY(tt_signatures_ready(run->engine->signatures, error));
    TT_TRY(tt_froms_init(&run->froms, options->from, options->from_count, error));
    TT_TRY(tt_feed_init(&run->feed, options, 1, error));
    TT_TRY(note_outputs(run, error));
    TT_TRY(tt_collector_init(&run->collector, &run->options, run->control, error));
    walk = tt_feed_walk(&run->feed, options);
    walk.next_target = next_target;
    walk.user = run;
    return tt_walk_new(&run->walk, &walk, error);
}

static tutela_status run_new(tt_run **out, tt_engine *engine, const tutela_scan_options *options,
                             tt_control *control, tutela_error *error)
{
    tt_run *run = tt_alloc(1, sizeof *run);
    tutela_status status;

    if (!run)
        return tt_no_memory(error);
    atomic_init(&run->holders, 1);
    run->engine = tt_engine_keep(engine);
    run->options = *options;
    if (options->open)
        run->open = *options->open;
    run->control = control;
    tt_lock_init(&run->lock);
    tt_signal_init(&run->changed);
    tt_board_init(&run->board, &run->lock);
    tt_links_init(&run->links);
    tt_openers_init(run);
    status = set_up(run, error);
    if (status != TUTELA_OK) {
        tt_run_drop(run);
        return status;
    }
    *out = run;
    return TUTELA_OK;
}

/* The crew of a run, as its caller sees it. */
typedef struct crew {
    tt_worker **workers;
    size_t count;
    size_t replacements;
    int64_t limit;  /* nanoseconds a call may take */
    int64_t looked; /* when, the last time; coarse clock */
} crew;

static void replace(tt_run *run, crew *of)
{
    tutela_error error;
    tutela_status status;

    if (++of->replacements > REPLACEMENTS_MAX)
        status = tt_advise(&error,
                           tt_fail(&error, TUTELA_IO, 0, "too many files that never answer"),
                           "a mount may be dead: check it, then scan again");
    else
        status = tt_worker_start(&of->workers[of->count], run, &error);
    if (status == TUTELA_OK)
        of->count++;
    else
        tt_run_fail(run, status, &error);
}

/* Give up the workers that hang, and put others in their place while there is work to do. */
static void relieve(tt_run *run, crew *of)
{
    int stopped = tt_run_stopped(run);
    tt_look look = {.now = tt_clock_coarse(), .limit = of->limit, .report = !stopped};

    look.awake = look.now - of->looked < AWAKE_MAX ? look.now - of->looked : AWAKE_MAX;
    of->looked = look.now;
    if (stopped && of->limit > STOP_PATIENCE)
        look.limit = STOP_PATIENCE;
    tt_openers_check(run, &look);
    for (size_t i = of->count; i-- > 0;) {
        tutela_error error;
        int given_up = 0;
        tutela_status status = tt_worker_check(of->workers[i], &look, &given_up, &error);

        if (status != TUTELA_OK)
            tt_run_fail(run, status, &error);
        if (!given_up)
            continue;
        tt_worker_drop(of->workers[i]);
        of->workers[i] = of->workers[--of->count];
        if (!tt_run_stopped(run))
            replace(run, of);
    }
}

/* Until no worker and no opener runs: look after them, and after the caller's wish to stop. */
static void watch_over(tt_run *run, crew *of)
{
    size_t running = 1;

    of->looked = tt_clock_coarse();
    while (running > 0) {
        tt_lock_take(&run->lock);
        if (run->running + run->openers.count > 0)
            tt_signal_wait_for(&run->changed, &run->lock, TICK);
        tt_lock_give(&run->lock);
        if (atomic_load(&run->control->cancelled) && !tt_run_stopped(run)) {
            tutela_error error;

            (void)tt_fail(&error, TUTELA_CANCELLED, 0, "scan: cancelled");
            tt_run_fail(run, TUTELA_CANCELLED, &error);
        }
        relieve(run, of);
        tt_lock_take(&run->lock);
        running = run->running + run->openers.count;
        tt_lock_give(&run->lock);
    }
}

/*
 * Each item in work holds its file open. Walk and survey keep some folders open, the caller has files
 * of its own, and few descriptors must not make files unreadable.
 */
static size_t width_for(const tt_run *run, size_t threads)
{
    size_t most = tt_descriptors_max();
    size_t each = most > DESCRIPTORS_KEPT ? (most - DESCRIPTORS_KEPT) / threads : 1;

    if (each > run->engine->width)
        each = run->engine->width;
    return each > 0 ? each : 1;
}

static tutela_status start_crew(tt_run *run, crew *of, tutela_error *error)
{
    size_t wanted = run->options.threads ? run->options.threads : tt_thread_processors();

    wanted = wanted < THREADS_MAX ? wanted : THREADS_MAX;
    run->width = width_for(run, wanted);
    run->threads = wanted;
    tt_openers_bound(run);
    TT_TRY(tt_typist_new(&run->typist, &run->open, wanted, error));
    of->limit = (int64_t)(run->options.read_timeout ? run->options.read_timeout : READ_TIMEOUT)
                * TT_SECOND;
    of->workers = tt_alloc(wanted + 1, sizeof *of->workers);
    if (!of->workers)
        return tt_no_memory(error);
    for (; of->count < wanted; of->count++) {
        tutela_status status = tt_worker_start(&of->workers[of->count], run, error);

        if (status == TUTELA_OK)
            continue;
        /* Fewer threads than wished for do the same work. */
        return of->count > 0 ? TUTELA_OK : status;
    }
    return TUTELA_OK;
}

static void crew_done(crew *of)
{
    for (size_t i = 0; i < of->count; i++)
        tt_worker_drop(of->workers[i]);
    tt_free(of->workers);
}

/*
 * However the run ended, what it found is handed over. The status of the run; of a whole or cancelled
 * one that of the delivery, when that failed.
 */
static tutela_status deliver(tt_run *run, tutela_error *error)
{
    tutela_error why;
    tutela_status delivered = tt_collector_deliver(&run->collector, &why);
    tutela_status status = run->status;

    if (delivered != TUTELA_OK && (status == TUTELA_OK || status == TUTELA_CANCELLED))
        status = delivered;
    else
        why = run->error;
    if (status != TUTELA_OK && error)
        *error = why;
    return status;
}

tutela_status tt_engine_scan(tt_engine *engine, const tutela_scan_options *options,
                             tt_control *control, tutela_summary *summary, tutela_error *error)
{
    tutela_summary total;
    tutela_status status;
    tt_run *run = NULL;
    crew workers = {0};
    tt_survey *survey = NULL;
    int64_t begin = tt_clock_monotonic();
    int64_t started = tt_clock_wall();

    TT_TRY(run_new(&run, engine, options, control, error));
    status = start_crew(run, &workers, error);
    if (status != TUTELA_OK)
        tt_run_fail(run, status, error ? error : &(tutela_error){0});
    /* Targets that come one by one cannot be asked for twice. A scan goes on without an estimate. */
    else if ((options->flags & TUTELA_SCAN_SURVEY) && !options->next_target
             && tt_survey_start(&survey, options, control, NULL) != TUTELA_OK)
        survey = NULL;
    watch_over(run, &workers);
    tt_feed_close(&run->feed);
    tt_survey_end(survey);
    crew_done(&workers);
    tt_typist_free(run->typist); /* who was given up asks nothing any more, and may keep the run for ever */
    run->typist = NULL;
    status = deliver(run, error);
    total = run->collector.total;
    total.size = summary->size;
    total.started = started;
    total.duration = tt_clock_monotonic() - begin;
    tt_summary_end(&total, status != TUTELA_OK || tt_walk_targets_failed(run->walk));
    *summary = total;
    tt_run_drop(run);
    return status;
}
