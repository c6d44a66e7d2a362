/* inside: see inside.h. */
#include "engine/inside.h"

#include "base/channel.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

/* A worker process that takes no bytes for so many seconds is given up. */
#define PATIENCE 60u

struct tt_inside {
    const tt_engine *engine;
    tutela_open_options open;
    char *worker;
    tt_keyring keyring;
    tutela_scan_options hand_over; /* what the collector is told: where findings go */
    tt_broker *broker;
    tt_trouble broken; /* not CLEAR: there is no broker, and will be none */
    tt_scratch scratch;

    /* The container at hand. */
    tt_control control;
    tt_collector collector;
    tutela_summary counts; /* of the last one */
    tt_container container;
    tt_trouble trouble;
    atomic_int stop;

    /* Of a stream. */
    int streams;
    pthread_t thread;
    atomic_int feeding;
    int in; /* the end of the channel that is written to; -1: nobody reads any more */
    tutela_status status;
    tutela_error error;
};

/* What the options point to is the caller's. */
static tutela_status copy_open(tt_inside *inside, const tutela_open_options *options,
                               tutela_error *error)
{
    inside->open = *options;
    inside->open.passwords = NULL;
    if (options->worker) {
        inside->open.worker = inside->worker = tt_copy_text(options->worker);
        if (!inside->worker)
            return tt_no_memory(error);
    }
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
    inside->hand_over.on_finding = on_member;
    inside->hand_over.user = user;
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
        inside->hand_over.on_finding = NULL;
        if (tt_inside_end(inside, &trouble, NULL) != TUTELA_OK)
            inside->streams = 0; /* nobody is there to be told */
    }
    tt_broker_free(inside->broker);
    tt_scratch_done(&inside->scratch);
    tt_free(inside->worker);
    tt_keyring_done(&inside->keyring);
    tt_free(inside);
}

int tt_inside_opens(const tt_inside *inside)
{
    return !(inside->open.flags & TUTELA_OPEN_NOTHING);
}

int tt_inside_is_open(const tt_inside *inside)
{
    return inside->streams;
}

/* A container comes: have a worker process for it, and somewhere to put findings. */
static tutela_status prepare(tt_inside *inside, const char *name, tutela_error *error)
{
    if (!inside->broker && inside->broken.status == TUTELA_ITEM_CLEAR)
        TT_TRY(tt_members_broker(&inside->broker, &inside->open, &inside->keyring, &inside->broken,
                                 error));
    inside->trouble = inside->broken;
    inside->control = (tt_control){0};
    atomic_store(&inside->stop, 0);
    TT_TRY(tt_collector_init(&inside->collector, &inside->hand_over, &inside->control, error));
    inside->container = (tt_container){.name = {.data = name, .size = strlen(name)},
                                       .engine = inside->engine,
                                       .collector = &inside->collector,
                                       .stop = &inside->stop,
                                       .first = inside->engine->shown};
    return TUTELA_OK;
}

static tutela_status report(tt_inside *inside, tutela_error *error)
{
    if (!inside->broker)
        return TUTELA_OK;
    return tt_members_report(&inside->container, inside->broker, &inside->scratch,
                             &inside->trouble, error);
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
    TT_TRY(prepare(inside, name, error));
    return deliver(inside, lend(inside, data, size, error), out, error);
}

/* ---- Streams ------------------------------------------------------------------------------- */

static void *run(void *argument)
{
    tt_inside *inside = argument;

    inside->status = report(inside, &inside->error);
    (void)tt_close(inside->container.fd); /* whoever writes is told that nobody reads */
    tt_digest_thread_end();
    return NULL;
}

tutela_status tt_inside_begin(tt_inside *inside, const char *name, tutela_error *error)
{
    unsigned seconds = inside->open.silence ? inside->open.silence : PATIENCE;
    tutela_status status;

    TT_TRY(prepare(inside, name, error));
    if (tt_channel_open(&inside->in, &inside->container.fd, seconds) != 0) {
        tt_collector_done(&inside->collector);
        return tt_fail(error, TUTELA_IO, errno, "check: a channel to tutela-worker");
    }
    atomic_store(&inside->feeding, 1);
    inside->container.feeding = &inside->feeding;
    status = tt_thread_start(&inside->thread, run, inside, error);
    if (status != TUTELA_OK) {
        (void)tt_close(inside->in);
        (void)tt_close(inside->container.fd);
        tt_collector_done(&inside->collector);
        return status;
    }
    inside->streams = 1;
    return TUTELA_OK;
}

void tt_inside_add(tt_inside *inside, const void *data, size_t size)
{
    if (inside->in < 0 || tt_channel_write(inside->in, data, size) == 0)
        return;
    /* It has ended, which it will say itself; or it hangs, and then the end is for us to make. */
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        atomic_store(&inside->feeding, 0);
    (void)tt_close(inside->in);
    inside->in = -1;
}

tutela_status tt_inside_end(tt_inside *inside, tt_trouble *out, tutela_error *error)
{
    atomic_store(&inside->feeding, 0);
    if (inside->in >= 0)
        (void)tt_close(inside->in);
    inside->in = -1;
    (void)pthread_join(inside->thread, NULL);
    inside->streams = 0;
    if (inside->status != TUTELA_OK && error)
        *error = inside->error;
    return deliver(inside, inside->status, out, error);
}

void tt_inside_count(tt_inside *inside, tutela_summary *summary)
{
    tt_summary_join(summary, &inside->counts);
    inside->counts = (tutela_summary){0};
}
