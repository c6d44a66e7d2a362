/* openers: see openers.h. */
#include "engine/openers.h"

#include "base/io.h"
#include "base/mem.h"
#include "engine/members.h"
#include "engine/mentions.h"

/* Openings that may wait, for each opener. */
#define QUEUE_EACH 8u

/* Bytes of a share: to read them takes many times as long as to read the directory once more. */
#define SHARE_LEAST (UINT64_C(16) << 20)

/*
 * Each that waits holds a descriptor, each opener four, and some more for the moment in which it starts a
 * worker process: with few descriptors to be had, no more than a share of them is taken.
 */
#define QUEUE_SHARE 8u
#define OPENERS_SHARE 16u

struct tt_opener {
    tt_opener *next; /* among the run's */
    tt_run *run;
    atomic_uint holders; /* the run's list, and the thread */
    tt_watch watch;
    tt_seen seen;
    tt_broker *broker;
    tt_trouble broken; /* not CLEAR: there is no broker, and will be none */
    tt_scratch scratch;
    size_t parts_room; /* of the opening that it closes */
    int told; /* the container's own finding went to the collector */
    int given_up;
};

static void opener_drop(tt_opener *opener)
{
    tt_run *run = opener->run;

    if (atomic_fetch_sub(&opener->holders, 1) != 1)
        return;
    tt_broker_free(opener->broker);
    tt_scratch_done(&opener->scratch);
    tt_free(opener);
    tt_run_drop(run);
}

/* ---- Shares -------------------------------------------------------------------------------- */

/*
 * In how many parts it is read: by its size alone, so that a report is the same for any number of openers.
 * A limit that somebody set is for the whole, and one reader keeps to it exactly.
 */
static uint32_t shares_of(const tt_run *run, const tt_opening *opening)
{
    const tutela_open_options *open = &run->open;
    uint64_t shares = opening->size / SHARE_LEAST;

    if (!opening->divides || opening->from.count || shares < 2 || open->max_members
        || open->max_expanded || open->max_ratio)
        return 1;
    return shares < TT_SHARES_MAX ? (uint32_t)shares : TT_SHARES_MAX;
}

/* A share ended. 1: it was the last, nothing else goes on, and the opening is this opener's alone. */
static int end_share(tt_run *run, tt_opening *opening)
{
    int last;

    tt_lock_take(&run->lock);
    last = --opening->left == 0;
    tt_lock_give(&run->lock);
    return last;
}

/* ---- One opening --------------------------------------------------------------------------- */

/* Have a worker process. Without one containers are `unsupported`, unless that is not to be. */
static tutela_status have_broker(tt_opener *opener, tt_types types, tutela_error *error)
{
    tt_run *run = opener->run;
    tt_helper helper = {.options = &run->open, .keyring = &run->keyring, .stop = &run->stop,
                        .types = types};

    if (opener->broker || opener->broken.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    return tt_members_broker(&opener->broker, &helper, &opener->broken, error);
}

/* What is to be said of the container itself, when all in it was told. */
static tutela_status report(tt_opener *opener, const tt_opening *opening, tt_trouble trouble,
                            tutela_error *error)
{
    tt_scratch *scratch = &opener->scratch;
    tutela_finding *finding = &scratch->verdict.finding;
    tt_reach reach = tt_reach_sum(opening->reach, opening->shares);

    tt_verdict_begin(&scratch->verdict, scratch->path.data, scratch->path.size, trouble.status,
                     trouble.reason);
    finding->bytes = opening->bytes;
    if (opening->digests.mask)
        TT_TRY(tt_verdict_match(&scratch->verdict, opener->run->engine, &opening->digests,
                                opening->bytes, error));
    tt_finding_incomplete(finding, trouble.status, trouble.reason);
    finding->modified = tt_item_modified(&opening->before);
    finding->unread = opening->unread;
    finding->unread_count = opening->unread_count;
    finding->type = (int32_t)opening->type;
    finding->mime = opening->mime;
    finding->position = reach.steps.step;
    finding->position_count = reach.limited ? reach.steps.count : 0;
    finding->coverage = reach.disk ? reach.cover.bytes : NULL;
    tt_steps_say(finding, opening->going, opening->from.step, opening->from.count);
    opener->told = 1;
    return tt_item_report(opener->run, scratch, NULL, opening->read, error);
}

/* What is missing in its own bytes goes before what it holds; that its type was not asked for does not. */
static tt_trouble first_of(const tt_opening *opening, tt_trouble inside)
{
    int own = opening->status != TUTELA_ITEM_CLEAR
              && (!tutela_item_status_complete((int32_t)opening->status)
                  || tutela_item_status_complete((int32_t)inside.status));

    return own ? (tt_trouble){opening->status, opening->reason} : inside;
}

/* What its members were taken from is what was digested as the container, or that is said. */
static tt_trouble unless_changed(const tt_opening *opening, tt_trouble inside)
{
    struct stat now;

    if (inside.status == TUTELA_ITEM_CLEAR && tt_fstat(opening->fd, &now) == 0
        && tt_reading_differs(&opening->before, &now))
        return (tt_trouble){TUTELA_ITEM_CHANGED, "changed while it was opened"};
    return inside;
}

/* One share: what it holds is reported, and what it came to is left in *inside. */
static tutela_status open_share(tt_opener *opener, tt_opening *opening, uint32_t share,
                                tutela_error *error)
{
    tt_run *run = opener->run;
    tt_trouble *inside = &opening->inside[share];
    tutela_status status;
    tt_container container = {.fd = opening->fd, .size = opening->size, .engine = run->engine,
                              .collector = &run->collector, .stop = &run->stop,
                              .first = tt_engine_first(run->engine, run->options.flags, 0, 0),
                              .only = run->options.only, .mentions = tt_mentions_wanted(run),
                              .from = &opening->from, .reach = &opening->reach[share],
                              .share = share, .shares = opening->shares};

    if (opening->siblings) {
        container.parts = opening->siblings->fds;
        container.part_sizes = opening->siblings->sizes;
        container.part_count = opening->siblings->count;
    }
    if (tt_run_wants_types(run))
        container.types = run->options.only ? TT_TYPES_FULLY : TT_TYPES_BY_SIGNATURE;

    TT_TRY(have_broker(opener, container.types, error));
    *inside = opener->broken;
    if (!opener->broker)
        return TUTELA_OK;
    TT_TRY(tt_item_report_name(&opener->scratch, &opening->entry, error));
    container.name = opener->scratch.verdict.chain;
    status = tt_members_report(&container, opener->broker, &opener->scratch, inside, error);
    if (status != TUTELA_UNAVAILABLE || (run->open.flags & TUTELA_OPEN_REQUIRE_SANDBOX))
        return status;
    *inside = tt_no_worker;
    return TUTELA_OK;
}

/* All shares ended: what is to be said of the container. */
static tutela_status conclude(tt_opener *opener, const tt_opening *opening, tutela_error *error)
{
    tt_trouble inside = tt_members_sum(opening->inside, opening->shares);

    inside = tt_siblings_trouble(opening->siblings, unless_changed(opening, inside));
    TT_TRY(tt_item_report_name(&opener->scratch, &opening->entry, error));
    return report(opener, opening, first_of(opening, inside), error);
}

/* The run ended before it was opened. That the container itself is in a list was found, and is said. */
static tutela_status report_unopened(tt_opener *opener, const tt_opening *opening,
                                     tutela_error *error)
{
    uint32_t polarities = 0;

    if (opening->digests.mask)
        TT_TRY(tt_match_probe(opener->run->engine->matcher, &opening->digests, &polarities, error));
    if (!(polarities & TUTELA_BIT(TUTELA_KNOWN_BAD)))
        return TUTELA_OK;
    TT_TRY(tt_item_report_name(&opener->scratch, &opening->entry, error));
    return report(opener, opening,
                  (tt_trouble){TUTELA_ITEM_PARTIAL, "the run ended before it was opened"}, error);
}

/* Whoever was through last: say what is to be said of it. */
static void end(tt_opener *opener, const tt_opening *opening)
{
    tt_run *run = opener->run;
    tutela_error error = {0};
    tutela_status status;

    opener->told = opening->silent;
    if (opener->told)
        return;
    if (!tt_run_stopped(run)) {
        status = conclude(opener, opening, &error);
        if (status != TUTELA_OK)
            tt_run_fail(run, status, &error);
    }
    if (tt_run_stopped(run) && !opener->told) {
        status = report_unopened(opener, opening, &error);
        if (status != TUTELA_OK)
            tt_run_fail(run, status, &error);
    }
}

/* 1: all of it is done. A share that it was not divided in: only its end is to be said. */
static int work_on(tt_opener *opener, tt_opening *opening, uint32_t share)
{
    tt_run *run = opener->run;
    tutela_error error = {0};
    tutela_status status;

    if (share < opening->shares) {
        status = tt_run_stopped(run) ? TUTELA_OK
                                     : open_share(opener, opening, share, &error);
        if (status != TUTELA_OK)
            tt_run_fail(run, status, &error);
        if (!end_share(run, opening) || (opening->undigested && tt_opening_sent_back(run, opening)))
            return 0;
    }
    end(opener, opening);
    return 1;
}

/* Even closing can hang; then nothing of the opening is left to be said. */
static void close_one(tt_opener *opener, tt_opening *opening)
{
    opener->parts_room = opening->siblings ? opening->siblings->room : 0;
    tt_watch_begin(&opener->watch, 0);
    tt_opening_free(opening);
    if (tt_watch_end(&opener->watch) != 0)
        opener->given_up = 1;
    else
        tt_siblings_give_back(opener->run, opener->parts_room);
}

/* ---- The queue ----------------------------------------------------------------------------- */

void tt_openers_init(tt_run *run)
{
    run->openers.last = &run->openers.first;
    tt_signal_init(&run->openers.given);
    tt_signal_init(&run->openers.taken);
}

static size_t at_most(size_t wanted, size_t most)
{
    if (wanted < most)
        return wanted;
    return most > 0 ? most : 1;
}

void tt_openers_bound(tt_run *run)
{
    size_t descriptors = tt_descriptors_max();

    run->openers.most = at_most(run->threads, descriptors / OPENERS_SHARE);
    run->openers.room = at_most(run->threads * QUEUE_EACH, descriptors / QUEUE_SHARE);
    tt_siblings_bound(run);
}

/* What waits still waits since the run was stopped and no opener was left. */
void tt_openers_done(tt_run *run)
{
    while (run->openers.first) {
        tt_opening *opening = run->openers.first;

        run->openers.first = opening->next;
        tt_opening_free(opening);
    }
    tt_signal_done(&run->openers.given);
    tt_signal_done(&run->openers.taken);
}

/* Under the run's lock: no worker is left to give an opening. */
static int is_over(const tt_run *run)
{
    return run->running == 0;
}

/* The next share of an opening, also when the run was stopped: its file is to be closed. NULL: no more. */
static tt_opening *take(tt_run *run, uint32_t *share)
{
    tt_openers *openers = &run->openers;
    tt_opening *opening = NULL;

    tt_lock_take(&run->lock);
    openers->idle++;
    while (!openers->first && !is_over(run))
        tt_signal_wait(&openers->given, &run->lock);
    openers->idle--;
    if (openers->first) {
        opening = openers->first;
        *share = opening->taken++;
        if (opening->taken >= opening->shares)
            openers->first = opening->next;
        if (!openers->first)
            openers->last = &openers->first;
        openers->waiting--;
        tt_signal_one(&openers->taken);
    }
    tt_lock_give(&run->lock);
    return opening;
}

/* Under the run's lock: it takes no more openings. */
static void leave(tt_opener *opener)
{
    tt_run *run = opener->run;

    for (tt_opener **at = &run->openers.all; *at; at = &(*at)->next)
        if (*at == opener) {
            *at = opener->next;
            break;
        }
    run->openers.count--;
    tt_run_changed(run);
}

static void *run_opener(void *argument)
{
    tt_opener *opener = argument;
    tt_run *run = opener->run;
    tt_opening *opening;
    uint32_t share = 0;

    while (!opener->given_up && (opening = take(run, &share)) != NULL)
        if (work_on(opener, opening, share))
            close_one(opener, opening);
    if (!opener->given_up) {
        tt_broker_free(opener->broker);
        opener->broker = NULL;
        tt_lock_take(&run->lock);
        leave(opener);
        tt_lock_give(&run->lock);
        opener_drop(opener); /* the list's hold */
    }
    opener_drop(opener);
    return NULL;
}

/* Under the run's lock. */
static tutela_status start(tt_run *run, tutela_error *error)
{
    tt_opener *opener = tt_alloc(1, sizeof *opener);
    pthread_t thread;
    tutela_status status;

    if (!opener)
        return tt_no_memory(error);
    opener->run = run;
    opener->broken.status = TUTELA_ITEM_CLEAR;
    atomic_init(&opener->holders, 2);
    tt_scratch_init(&opener->scratch);
    status = tt_thread_start(&thread, run_opener, opener, error);
    if (status != TUTELA_OK) {
        tt_scratch_done(&opener->scratch);
        tt_free(opener);
        return status;
    }
    (void)pthread_detach(thread);
    atomic_fetch_add(&run->holders, 1);
    opener->next = run->openers.all;
    run->openers.all = opener;
    run->openers.count++;
    return TUTELA_OK;
}

/* Under the run's lock: as many openers as can be used for `shares` more. */
static tutela_status start_some(tt_run *run, uint32_t shares, tutela_error *error)
{
    tt_openers *openers = &run->openers;
    size_t wanted = openers->waiting + shares;
    tutela_status status = TUTELA_OK;

    for (uint32_t i = 0; i < shares && openers->idle + i < wanted
                         && openers->count < openers->most && status == TUTELA_OK;
         i++)
        status = start(run, error);
    /* Fewer do the same work. */
    return openers->count > 0 ? TUTELA_OK : status;
}

/* Under the run's lock: it waits for `shares` openers. */
static void queue(tt_openers *openers, tt_opening *opening, uint32_t shares)
{
    opening->next = NULL;
    *openers->last = opening;
    openers->last = &opening->next;
    openers->waiting += shares;
    tt_signal_all(&openers->given);
}

tutela_status tt_openers_give(tt_run *run, tt_opening *opening, int ahead, tutela_error *error)
{
    tt_openers *openers = &run->openers;
    tutela_status status;

    opening->going = tt_run_going(run, &opening->entry, &opening->before, &opening->from);
    opening->shares = shares_of(run, opening);
    opening->left = opening->shares + (ahead ? 1 : 0);
    tt_lock_take(&run->lock);
    status = start_some(run, opening->shares, error);
    while (status == TUTELA_OK && openers->waiting >= openers->room
           && !tt_run_stopped(run))
        tt_signal_wait(&openers->taken, &run->lock);
    if (status == TUTELA_OK) {
        openers->undigested += (size_t)opening->undigested;
        queue(openers, opening, opening->shares);
    }
    tt_lock_give(&run->lock);
    if (status != TUTELA_OK)
        tt_opening_free(opening);
    return status;
}

/* Its own reading is over. The last to be through: an opener is to end it, which can hang. */
static tutela_status end_own(tt_run *run, tt_opening *opening, int silent, tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int last;

    tt_lock_take(&run->lock);
    opening->silent = silent;
    last = --opening->left == 0;
    if (last)
        status = start_some(run, 1, error);
    if (last && status == TUTELA_OK)
        queue(&run->openers, opening, 1);
    tt_lock_give(&run->lock);
    if (status != TUTELA_OK)
        tt_opening_free(opening);
    return status;
}

tutela_status tt_openers_settled(tt_run *run, tt_opening *opening, tutela_error *error)
{
    return end_own(run, opening, 0, error);
}

void tt_openers_forsake(tt_run *run, tt_opening *opening)
{
    tutela_error error;
    tutela_status status = end_own(run, opening, 1, &error);

    if (status != TUTELA_OK)
        tt_run_fail(run, status, &error);
}

void tt_openers_check(tt_run *run, const tt_look *look)
{
    tt_lock_take(&run->lock);
    for (tt_opener *opener = run->openers.all, *next; opener; opener = next) {
        int64_t since = tt_watch_since(&opener->watch);

        next = opener->next;
        if (tt_seen_lasts(&opener->seen, since, look->now, look->awake) <= look->limit
            || !tt_watch_give_up(&opener->watch, since))
            continue;
        tt_siblings_give_back_locked(run, opener->parts_room);
        leave(opener);
        opener_drop(opener); /* its thread still holds it */
    }
    tt_lock_give(&run->lock);
}
