/* inside: see inside.h. */
#include "engine/inside.h"

#include "base/channel.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

/* Seconds that a stream may have to wait for room in all, unless the options say how many. */
#define WAITS 3600u

/* Of a container that was not read to its end, since nobody wants it to be any more. */
static const tt_trouble stopped = {TUTELA_ITEM_PARTIAL, "stopped before all it holds was read"};

struct tt_inside {
    const tt_engine *engine;
    tutela_open_options open;
    char *worker, *hold_folder, *spool_folder;
    tt_keyring keyring;
    int (*on_member)(void *user, const tutela_finding *finding);
    void *user;
    tutela_scan_options hand_over; /* what the collector is told: where findings go */
    tt_broker *broker;
    tt_trouble broken; /* not CLEAR: there is no broker, and will be none */
    tt_scratch scratch;

    const atomic_int *cancelled; /* NULL, or the caller's word that nothing is to be opened any more */

    /* The container at hand. */
    tt_control control;
    tt_collector collector;
    tutela_summary counts; /* of the last one */
    uint64_t mentions;     /* told of the item at hand */
    tt_container container;
    tt_reach reach;
    tt_trouble trouble;
    atomic_int stop;

    /* Of a stream. */
    int streams;
    pthread_t thread;
    atomic_int feeding;
    int in; /* the end of the channel that is written to; -1: nobody reads any more */
    int64_t waited; /* nanoseconds, for room in it */
    int late;       /* that was too long */
    tutela_status status;
    tutela_error error;

    /* Between that thread and the caller's. */
    int on_thread; /* it is the thread that runs, not the caller's */
    tt_lock lock;
    tt_signal turn;
    int over;                    /* it has come to its end */
    const tutela_finding *asked; /* NULL, or it waits till this is handed over */
    int refused;
};

/* A member for the caller; free is nobody's. */
static int call(const tt_inside *inside, const tutela_finding *finding)
{
    return inside->on_member ? inside->on_member(inside->user, finding) : 1;
}

/*
 * Findings are kept until the end. One that cannot be, since memory or disk are full, waits for it: the
 * reading is over then, and so that the caller comes, nobody takes the rest of the stream.
 */
static int give(void *user, const tutela_finding *finding)
{
    tt_inside *inside = user;

    if (!inside->on_thread)
        return call(inside, finding);
    tt_channel_stop(inside->container.fd);
    tt_lock_take(&inside->lock);
    inside->asked = finding;
    tt_signal_all(&inside->turn);
    while (inside->asked)
        tt_signal_wait(&inside->turn, &inside->lock);
    tt_lock_give(&inside->lock);
    return inside->refused;
}

static int copy_text(char **out, const char *text)
{
    *out = text ? tt_copy_text(text) : NULL;
    return text && !*out ? -1 : 0;
}

/* What the options point to is the caller's. */
static tutela_status copy_open(tt_inside *inside, const tutela_open_options *options,
                               tutela_error *error)
{
    inside->open = *options;
    inside->open.passwords = NULL;
    inside->hand_over.memory = options->memory;
    if (copy_text(&inside->worker, options->worker) != 0
        || copy_text(&inside->hold_folder, options->hold_folder) != 0
        || copy_text(&inside->spool_folder, options->spool_folder) != 0)
        return tt_no_memory(error);
    inside->open.worker = inside->worker;
    inside->open.hold_folder = inside->hold_folder;
    if (options->control)
        inside->cancelled = &((const tt_control *)options->control)->cancelled;
    inside->open.spool_folder = inside->hand_over.spool_folder = inside->spool_folder;
    return tt_keyring_copy(&inside->keyring, options->passwords, options->password_count, error);
}

tutela_status tt_inside_new(tt_inside **out, const tt_engine *engine,
                            const tutela_open_options *options,
                            int (*on_member)(void *user, const tutela_finding *finding),
                            void *user, tutela_error *error)
{
    tt_inside *inside = tt_alloc(1, sizeof *inside);
    tutela_status status;

    if (!inside)
        return tt_no_memory(error);
    inside->engine = engine;
    inside->broken.status = TUTELA_ITEM_CLEAR;
    inside->on_member = on_member;
    inside->user = user;
    inside->hand_over.on_finding = give;
    inside->hand_over.user = inside;
    if (options->flags & TUTELA_OPEN_INVENTORY)
        inside->hand_over.flags = TUTELA_SCAN_INVENTORY;
    inside->in = -1;
    tt_scratch_init(&inside->scratch);
    status = copy_open(inside, options, error);
    if (status != TUTELA_OK) {
        tt_inside_free(inside);
        return status;
    }
    *out = inside;
    return TUTELA_OK;
}

void tt_inside_free(tt_inside *inside)
{
    if (!inside)
        return;
    if (inside->streams) {
        tt_trouble trouble;
        atomic_store(&inside->stop, 1);
        inside->on_member = NULL;
        if (tt_inside_end(inside, &trouble, NULL) != TUTELA_OK)
            inside->streams = 0; /* nobody is there to be told */
    }
    tt_broker_free(inside->broker);
    tt_scratch_done(&inside->scratch);
    tt_signal_done(&inside->turn);
    tt_lock_done(&inside->lock);
    tt_free(inside->worker);
    tt_keyring_done(&inside->keyring);
    tt_free(inside->hold_folder);
    tt_free(inside->spool_folder);
    tt_free(inside);
}

int tt_inside_opens(const tt_inside *inside)
{
    return !(inside->open.flags & TUTELA_OPEN_NOTHING);
}

int tt_inside_carves(const tt_inside *inside)
{
    return (inside->open.flags & TUTELA_OPEN_CARVE) != 0;
}

int tt_inside_inventory(const tt_inside *inside)
{
    return (inside->open.flags & TUTELA_OPEN_INVENTORY) != 0;
}

int tt_inside_mentions(tt_inside *inside)
{
    inside->mentions = 0;
    return (inside->open.flags & TUTELA_OPEN_MENTIONS) != 0;
}

tutela_status tt_inside_tell(tt_inside *inside, const tutela_finding *mention, tutela_error *error)
{
    inside->mentions++;
    if (call(inside, mention) != 0)
        return tt_fail(error, TUTELA_RECORD, 0, "findings: the caller could not record one");
    return TUTELA_OK;
}

int tt_inside_is_open(const tt_inside *inside)
{
    return inside->streams;
}

static int is_cancelled(const tt_inside *inside)
{
    return inside->cancelled && atomic_load(inside->cancelled);
}

/* A worker process, for a container that is asked for types like this. */
static tutela_status have_broker(tt_inside *inside, tt_types types, tutela_error *error)
{
    tt_helper helper = {.options = &inside->open, .keyring = &inside->keyring,
                        .stop = inside->cancelled, .second = inside->engine->second,
                        .types = types};
    tutela_status status = TUTELA_OK;

    if (!inside->broker && inside->broken.status == TUTELA_ITEM_CLEAR)
        status = tt_members_broker(&inside->broker, &helper, &inside->broken, error);
    inside->trouble = inside->broken;
    if (status != TUTELA_CANCELLED)
        return status;
    inside->trouble = stopped;
    return TUTELA_OK;
}

/* A container comes: have a worker process for it, and somewhere to put findings. */
static tutela_status prepare(tt_inside *inside, const char *name, int is_stream, tutela_error *error)
{
    tt_types types = TT_TYPES_NONE;

    if (inside->hand_over.flags & TUTELA_SCAN_INVENTORY)
        types = TT_TYPES_BY_SIGNATURE;
    /* What comes only once is asked for all there is to be known. */
    TT_TRY(have_broker(inside, is_stream ? TT_TYPES_FULLY : types, error));
    inside->control = (tt_control){0};
    inside->reach = (tt_reach){0};
    atomic_store(&inside->stop, 0);
    TT_TRY(tt_collector_init(&inside->collector, &inside->hand_over, &inside->control, error));
    inside->container = (tt_container){.name = {.data = name, .size = strlen(name)},
                                       .engine = inside->engine,
                                       .collector = &inside->collector,
                                       .stop = &inside->stop,
                                       .reach = &inside->reach,
                                       .first = inside->engine->shown,
                                       .mentions = (inside->open.flags & TUTELA_OPEN_MENTIONS) != 0,
                                       .types = types};
    return TUTELA_OK;
}

static tutela_status report(tt_inside *inside, tutela_error *error)
{
    tutela_status status;

    if (!inside->broker)
        return TUTELA_OK;
    status = tt_members_report(&inside->container, inside->broker, &inside->scratch,
                               &inside->trouble, error);
    if (status == TUTELA_CANCELLED && is_cancelled(inside)) {
        inside->trouble = stopped;
        return TUTELA_OK;
    }
    if (status != TUTELA_UNAVAILABLE || (inside->open.flags & TUTELA_OPEN_REQUIRE_SANDBOX))
        return status;
    inside->trouble = tt_no_worker; /* it could be started once; the next container may have more luck */
    return TUTELA_OK;
}

/* What was found is handed over, however the reading ended. */
static tutela_status deliver(tt_inside *inside, tutela_status status, tt_trouble *out,
                             tutela_error *error)
{
    tutela_status delivered = tt_collector_deliver(&inside->collector, status ? NULL : error);

    inside->counts = inside->collector.total;
    tt_collector_done(&inside->collector);
    if (status == TUTELA_OK)
        status = delivered;
    if (status == TUTELA_OK)
        *out = inside->trouble;
    return status;
}

static tutela_status lend(tt_inside *inside, const void *data, size_t size, tutela_error *error)
{
    int fd = tt_memory_file();
    tutela_status status = TUTELA_OK;

    if (fd < 0 || tt_write_all(fd, data, size) != 0)
        status = tt_fail(error, TUTELA_IO, errno, "check: a file in memory");
    inside->container.fd = fd;
    inside->container.size = size;
    if (status == TUTELA_OK)
        status = report(inside, error);
    if (fd >= 0)
        (void)tt_close(fd);
    return status;
}

tutela_status tt_inside_buffer(tt_inside *inside, const char *name, const void *data, size_t size,
                               tt_trouble *out, tutela_error *error)
{
    TT_TRY(prepare(inside, name, 0, error));
    return deliver(inside, lend(inside, data, size, error), out, error);
}

/* ---- Streams ------------------------------------------------------------------------------- */

static void close_in(tt_inside *inside)
{
    if (inside->in >= 0)
        (void)tt_close(inside->in);
    inside->in = -1;
}

static void *run(void *argument)
{
    tt_inside *inside = argument;

    inside->on_thread = 1;
    inside->status = report(inside, &inside->error);
    inside->on_thread = 0;
    tt_channel_stop(inside->container.fd);
    (void)tt_close(inside->container.fd);
    tt_digest_thread_end();
    tt_lock_take(&inside->lock);
    inside->over = 1;
    tt_signal_all(&inside->turn);
    tt_lock_give(&inside->lock);
    return NULL;
}

static void wait_for_end(tt_inside *inside)
{
    tt_lock_take(&inside->lock);
    while (!inside->over) {
        if (!inside->asked) {
            tt_signal_wait(&inside->turn, &inside->lock);
            continue;
        }
        inside->refused = call(inside, inside->asked);
        inside->asked = NULL;
        tt_signal_all(&inside->turn);
    }
    tt_lock_give(&inside->lock);
    (void)pthread_join(inside->thread, NULL);
}

tutela_status tt_inside_begin(tt_inside *inside, const char *name, tutela_error *error)
{
    tutela_status status;

    TT_TRY(prepare(inside, name, 1, error));
    if (tt_channel_open(&inside->in, &inside->container.fd) != 0) {
        tt_collector_done(&inside->collector);
        return tt_fail(error, TUTELA_IO, errno, "check: a channel to tutela-worker");
    }
    inside->waited = 0;
    inside->late = inside->over = 0;
    atomic_store(&inside->feeding, 1);
    inside->container.feeding = &inside->feeding;
    status = tt_thread_start(&inside->thread, run, inside, error);
    if (status != TUTELA_OK) {
        close_in(inside);
        (void)tt_close(inside->container.fd);
        tt_collector_done(&inside->collector);
        return status;
    }
    inside->streams = 1;
    return TUTELA_OK;
}

/*
 * The process has all that it can take: while it works on that it waits for nobody, and its time counts. One
 * that hangs is killed for that, which ends the wait. One that takes a little now and then can make it last.
 */
static void wait_for_room(tt_inside *inside)
{
    uint64_t most = inside->open.max_seconds ? inside->open.max_seconds : WAITS;
    int64_t from = tt_clock_monotonic();
    int64_t second = inside->engine->second ? inside->engine->second : TT_SECOND;

    atomic_store(&inside->feeding, 0);
    tt_channel_wait(inside->in);
    atomic_store(&inside->feeding, 1);
    inside->waited += tt_clock_monotonic() - from;
    if ((uint64_t)(inside->waited / second) < most)
        return;
    inside->late = 1;
    atomic_store(&inside->stop, 1);
    close_in(inside);
}

size_t tt_inside_offer(tt_inside *inside, const void *data, size_t size)
{
    ssize_t some = inside->in >= 0 ? tt_channel_offer(inside->in, data, size) : -1;

    if (some >= 0)
        return (size_t)some;
    close_in(inside); /* it has ended, which it says itself */
    return size;
}

void tt_inside_add(tt_inside *inside, const void *data, size_t size)
{
    const char *at = data;

    while (inside->in >= 0 && size > 0) {
        size_t some = tt_inside_offer(inside, at, size);

        at += some;
        size -= some;
        if (size > 0)
            wait_for_room(inside);
    }
}

tutela_status tt_inside_end(tt_inside *inside, tt_trouble *out, tutela_error *error)
{
    atomic_store(&inside->feeding, 0);
    close_in(inside);
    wait_for_end(inside);
    inside->streams = 0;
    if (inside->late && inside->status == TUTELA_CANCELLED) {
        inside->status = TUTELA_OK;
        inside->trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "it takes more time than the limit"};
    }
    if (inside->status != TUTELA_OK && error)
        *error = inside->error;
    return deliver(inside, inside->status, out, error);
}

void tt_inside_count(tt_inside *inside, tutela_summary *summary)
{
    tt_summary_join(summary, &inside->counts);
    summary->mentions += inside->mentions;
    inside->mentions = 0;
    inside->counts = (tutela_summary){0};
}

const uint64_t *tt_inside_coverage(const tt_inside *inside)
{
    return inside->reach.disk ? inside->reach.cover.bytes : NULL;
}
