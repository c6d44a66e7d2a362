/* typist: see typist.h. */
#include "engine/typist.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/thread.h"
#include "identify/identify.h"
#include "worker/broker.h"

#include <string.h>

/*
 * Seconds for a question, of the clock and of silence; and of processor time. libmagic takes
 * milliseconds, but the machine may have much else to do.
 */
#define PATIENCE 20u
#define PATIENCE_LEAST 5u /* whatever a read may take: as for containers */
#define WORK 5u

/* A start costs as much as some dozen answers: questions for each process before the next is started. */
#define WORTH 64u
/* Processes: more are of no use to questions of milliseconds, and each has descriptors. */
#define MOST 16u
#define DESCRIPTORS_SHARE 32u

struct tt_typist {
    tt_broker_options how;
    char *program;
    tt_lock lock; /* guards all below */
    tt_signal changed;
    size_t most;  /* 0: none can be started, and nobody will be asked */
    size_t count; /* idle, at work, or being started */
    uint64_t asked;
    size_t idle_count;
    tt_broker *idle[MOST];
};

tutela_status tt_typist_new(tt_typist **out, const tutela_open_options *options, size_t threads,
                            tutela_error *error)
{
    tt_typist *t = tt_alloc(1, sizeof *t);
    size_t most = tt_descriptors_max() / DESCRIPTORS_SHARE;

    if (!t)
        return tt_no_memory(error);
    if (options && options->worker) {
        t->program = tt_copy_text(options->worker);
        if (!t->program) {
            tt_free(t);
            return tt_no_memory(error);
        }
    }
    t->how = (tt_broker_options){.program = t->program, .types = TT_TYPES_FULLY,
                                 .silence = PATIENCE, .wall = PATIENCE, .cpu = WORK};
    if (options) {
        t->how.require = (options->flags & TUTELA_OPEN_REQUIRE_SANDBOX) != 0;
        if (options->silence > 0 && options->silence < PATIENCE)
            t->how.silence = options->silence > PATIENCE_LEAST ? options->silence : PATIENCE_LEAST;
    }
    most = most < MOST ? most : MOST;
    most = most < threads ? most : threads;
    t->most = most > 0 ? most : 1;
    tt_lock_init(&t->lock);
    tt_signal_init(&t->changed);
    *out = t;
    return TUTELA_OK;
}

void tt_typist_free(tt_typist *typist)
{
    if (!typist)
        return;
    while (typist->idle_count > 0)
        tt_broker_free(typist->idle[--typist->idle_count]);
    tt_signal_done(&typist->changed);
    tt_lock_done(&typist->lock);
    tt_free(typist->program);
    tt_free(typist);
}

/* ---- Who is asked -------------------------------------------------------------------------- */

/* Under the lock: one idle, or NULL and *start: one is to be started, or NULL: nobody. */
static tt_broker *find_idle(tt_typist *t, int *start)
{
    *start = 0;
    t->asked++;
    while (t->idle_count == 0 && t->most > 0) {
        if (t->count < t->most && t->asked >= (uint64_t)WORTH * t->count) {
            *start = 1;
            t->count++;
            return NULL;
        }
        tt_signal_wait(&t->changed, &t->lock);
    }
    return t->idle_count > 0 ? t->idle[--t->idle_count] : NULL;
}

/* One that was to be started was not. 1: but there are others. */
static int leave_it(tt_typist *t, tutela_status status)
{
    int others;

    tt_lock_take(&t->lock);
    others = --t->count > 0;
    if (status == TUTELA_UNAVAILABLE && (others || !t->how.require))
        t->most = t->count;
    tt_signal_all(&t->changed);
    tt_lock_give(&t->lock);
    return others;
}

/* *out stays NULL when there is nobody to be asked. */
static tutela_status take(tt_typist *t, tt_broker **out, tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int start;

    do {
        tt_lock_take(&t->lock);
        *out = find_idle(t, &start);
        tt_lock_give(&t->lock);
        if (!start)
            return TUTELA_OK;
        status = tt_broker_new(out, &t->how, error);
    } while (status != TUTELA_OK && leave_it(t, status) && status == TUTELA_UNAVAILABLE);
    return status == TUTELA_UNAVAILABLE && !t->how.require ? TUTELA_OK : status;
}

static void give_back(tt_typist *t, tt_broker *broker)
{
    tt_lock_take(&t->lock);
    t->idle[t->idle_count++] = broker;
    tt_signal_one(&t->changed);
    tt_lock_give(&t->lock);
}

/* ---- A question ---------------------------------------------------------------------------- */

/* A file that holds the bytes: what a worker process gets, whatever the item is. -1: none. */
static int lend(const void *head, size_t size)
{
    int fd = tt_memory_file();

    if (fd >= 0 && tt_write_all(fd, head, size) != 0) {
        (void)tt_close(fd);
        return -1;
    }
    return fd;
}

tutela_status tt_typist_ask(tt_typist *typist, const void *head, size_t size,
                            const atomic_int *stop, char out[TT_MIME_MAX + 1], tutela_error *error)
{
    tt_job job = {.fd = -1, .size = size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD,
                  .only_type = 1, .stop = stop};
    tt_opened opened = {.trouble = {TUTELA_ITEM_CLEAR, ""}};
    tt_broker *broker = NULL;
    tutela_status status;

    TT_TRY(take(typist, &broker, error));
    if (broker)
        job.fd = lend(head, (size_t)job.size);
    if (job.fd >= 0) {
        status = tt_broker_unpack(broker, &job, &opened, error);
        (void)tt_close(job.fd);
    } else {
        status = TUTELA_OK;
    }
    if (broker)
        give_back(typist, broker);
    if (status == TUTELA_MEMORY || status == TUTELA_CANCELLED
        || (status == TUTELA_UNAVAILABLE && typist->how.require))
        return status;
    memcpy(out, opened.mime, sizeof opened.mime);
    return TUTELA_OK;
}

/* ---- The self-test ------------------------------------------------------------------------- */

static tutela_status ask_both(tt_broker *broker, tutela_error *error)
{
    static const uint8_t picture[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    static const uint8_t nothing[64];
    const struct {
        const void *head;
        size_t size;
        const char *mime;
    } questions[] = {{nothing, sizeof nothing, "application/octet-stream"},
                     {picture, sizeof picture - 1, "image/png"}};

    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        TT_AUTO_CLOSE int fd = lend(questions[i].head, questions[i].size);
        tt_job job = {.fd = fd, .size = questions[i].size, .only_type = 1};
        tt_opened opened = {.trouble = {TUTELA_ITEM_CLEAR, ""}};

        if (fd < 0)
            return tt_fail(error, TUTELA_IO, 0, "no file in memory");
        TT_TRY(tt_broker_unpack(broker, &job, &opened, error));
        if (strcmp(opened.mime, questions[i].mime) != 0)
            return tt_fail(error, TUTELA_STATE, 0, "another type than it should be");
    }
    return TUTELA_OK;
}

tutela_status tt_selftest_typist(tt_selftest *test, tutela_error *error)
{
    const tt_broker_options how = {.types = TT_TYPES_FULLY, .silence = PATIENCE, .wall = PATIENCE,
                                   .cpu = WORK};
    tutela_error said = {0};
    TT_AUTO_FREE char *program = NULL;
    tt_broker *broker = NULL;
    tutela_status status = tt_broker_program(&program, &said);

    if (status == TUTELA_UNAVAILABLE)
        return TUTELA_OK;
    if (status == TUTELA_OK)
        status = tt_broker_new(&broker, &how, &said);
    if (status == TUTELA_OK)
        status = ask_both(broker, &said);
    tt_broker_free(broker);
    return tt_selftest_answer(test, status, &said, error, "libmagic and signatures together");
}
