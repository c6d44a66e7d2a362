/* survey: counts ahead what a scan will meet. */
#include "engine/survey.h"

#include "base/mem.h"
#include "engine/feed.h"
#include "engine/watch.h"

/* Entries taken at once. */
#define BATCH 64u
/* A call that has not answered for this long when the survey is to end is left behind. */
#define PATIENCE (TT_SECOND / 2)
#define TICK (TT_SECOND / 50)

struct tt_survey {
    atomic_uint holders; /* the scan and the thread */
    atomic_int stop;
    atomic_int finished;
    tt_watch watch;
    tt_feed feed;
    tt_control *control;
    tt_walk *walk;
    tt_walker *walker;
    tt_entry entries[BATCH];
};

static void drop(tt_survey *survey)
{
    if (atomic_fetch_sub(&survey->holders, 1) != 1)
        return;
    tt_walker_free(survey->walker);
    tt_walk_free(survey->walk);
    tt_feed_done(&survey->feed);
    tt_free(survey);
}

static int next_target(void *user, const char **path)
{
    tt_survey *survey = user;
    int answer = 0;

    return tt_feed_next(&survey->feed, path, &answer, NULL) == TUTELA_OK ? answer : -1;
}

/* Add one entry to the expected numbers. 0, or -1 to end. */
static int count_entry(tt_survey *survey, const tt_entry *entry)
{
    tt_control *control = survey->control;
    uint64_t bytes = 0;

    if (entry->status == TUTELA_ITEM_CLEAR) {
        struct stat stat;
        int found = 0;
        tutela_status status;

        tt_watch_begin(&survey->watch, 0);
        status = tt_entry_stat(survey->walk, entry, &stat, &found, NULL);
        if (tt_watch_end(&survey->watch) != 0 || status != TUTELA_OK)
            return -1;
        /* A file of several names is read once. */
        if (found && stat.st_size > 0)
            bytes = (uint64_t)stat.st_size / (stat.st_nlink > 0 ? stat.st_nlink : 1);
    }
    atomic_fetch_add_explicit(&control->expected_items, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&control->expected_bytes, bytes, memory_order_relaxed);
    return 0;
}

/* Take and count some entries: 1 to go on, 0 at the end, -1 when it was cut short. */
static int count_some(tt_survey *survey)
{
    tt_take answer = TT_TAKE_END;
    tutela_status status;
    size_t count = 0;
    int result = 0;

    tt_watch_begin(&survey->watch, TT_WATCH_WALK);
    status = tt_walk_take(survey->walker, survey->entries, BATCH, 0, &count, &answer, NULL);
    if (tt_watch_end(&survey->watch) != 0 || status != TUTELA_OK)
        result = -1;
    for (size_t i = 0; i < count; i++) {
        if (result == 0 && !atomic_load(&survey->stop))
            result = count_entry(survey, &survey->entries[i]);
        tt_entry_done(&survey->entries[i]);
    }
    if (result < 0 || atomic_load(&survey->stop))
        return -1;
    return answer != TT_TAKE_END;
}

static void *run_survey(void *argument)
{
    tt_survey *survey = argument;
    int more = 1;

    while (more > 0)
        more = count_some(survey);
    if (more == 0)
        atomic_store(&survey->control->survey_done, 1);
    atomic_store(&survey->finished, 1);
    drop(survey);
    return NULL;
}

tutela_status tt_survey_start(tt_survey **out, const tutela_scan_options *options,
                              tt_control *control, tutela_error *error)
{
    tt_survey *survey = tt_alloc(1, sizeof *survey);
    tt_walk_options walk;
    pthread_t thread;
    tutela_status status;

    if (!survey)
        return tt_no_memory(error);
    survey->control = control;
    atomic_init(&survey->holders, 1);
    status = tt_feed_init(&survey->feed, options, 0, error);
    walk = tt_feed_walk(&survey->feed, options);
    walk.next_target = next_target;
    walk.user = survey;
    if (status == TUTELA_OK)
        status = tt_walk_new(&survey->walk, &walk, error);
    if (status == TUTELA_OK)
        status = tt_walker_new(&survey->walker, survey->walk, error);
    if (status == TUTELA_OK) {
        atomic_store(&survey->holders, 2);
        status = tt_thread_start(&thread, run_survey, survey, error);
        if (status != TUTELA_OK)
            atomic_store(&survey->holders, 1);
    }
    if (status != TUTELA_OK) {
        drop(survey);
        return status;
    }
    (void)pthread_detach(thread);
    *out = survey;
    return TUTELA_OK;
}

void tt_survey_end(tt_survey *survey)
{
    if (!survey)
        return;
    atomic_store(&survey->stop, 1);
    tt_feed_close(&survey->feed);
    tt_walk_stop(survey->walk);
    while (!atomic_load(&survey->finished)) {
        int64_t since = tt_watch_since(&survey->watch);

        if (since != 0 && tt_clock_coarse() - since > PATIENCE
            && tt_watch_give_up(&survey->watch, since))
            break;
        tt_clock_sleep(TICK);
    }
    drop(survey);
}
