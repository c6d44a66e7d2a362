/*
 * The start of a worker that goes wrong: it is stopped, dies or does nothing before it is ready. It is
 * started once more; then that is said, of a first try by the call, of a second one by what the first came
 * to. One that is merely slow is waited for.
 *
 * A worker's name says at which of its starts it does what: "23-stop".
 */
#include "worker_starts.h"

#include <pthread.h>

static double used_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void misbehave(const char *how)
{
    if (strcmp(how, "stop") == 0)
        (void)raise(SIGSTOP);
    else if (strcmp(how, "die") == 0)
        _exit(3);
    else if (strcmp(how, "sleep") == 0)
        (void)pause();
    else
        while (used_seconds() < 1) /* of processor time: longer than one may do nothing */
            continue;
}

/* A good one else, which dies of each bad file. */
__attribute__((noreturn)) static void be_starter(const char *program, const char *name)
{
    long start = note_start(program);
    const char *how = strchr(name, '-') + 1;

    for (const char *at = name; *at != '-'; at++)
        if (*at - '0' == start)
            misbehave(how);
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        char head[4] = "";
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        (void)!pread(job_fd, head, 3, 0);
        if (strcmp(head, "bad") == 0) {
            tt_pages_begin(&server.pages, order.job);
            tell_some();
            abort();
        }
        must_do(tt_gather_run(server.gather, &order, job_fd, NULL));
        (void)close(job_fd);
    }
}

typedef struct start_trial {
    const char *name;
    const atomic_int *stop;
    char program[1024], file[1100];
    tt_broker *broker;
    tutela_status made, bad_status, good_status;
    tutela_error error;
    double took;
    long starts; /* till the broker was made, or not */
    listener told, after;
    tt_opened bad, good;
    bytes tar;
} start_trial;

static void *run_start(void *argument)
{
    start_trial *t = argument;
    double from = now_seconds();
    tt_broker_options options = {.program = t->program, .second = moment / 2, .stop = t->stop};
    tt_job bad = {.mask = KIT_MASK, .teller = keep, .user = &t->told};
    tt_job good = {.mask = KIT_MASK, .teller = keep, .user = &t->after};

    t->made = tt_broker_new(&t->broker, &options, &t->error);
    t->starts = starts_of(t->program);
    if (t->made == TUTELA_OK) {
        t->bad_status = run_at(t->broker, bad, t->file, "bad file", 8, &t->bad);
        t->good_status = run_at(t->broker, good, t->file, t->tar.data, t->tar.size, &t->good);
    }
    tt_broker_free(t->broker);
    t->took = now_seconds() - from;
    return NULL;
}

enum { TRIALS = 9 };
static start_trial *trials[TRIALS];
static pthread_t threads[TRIALS];
static size_t trial_count;

static start_trial *begin_start(const char *name, const atomic_int *stop)
{
    start_trial *t = calloc(1, sizeof *t);
    kit_member one = {"good", kit_noise(1000)};

    trials[trial_count] = t;
    t->name = name;
    t->stop = stop;
    set_program(t->program, name);
    snprintf(t->file, sizeof t->file, "%s.file", t->program);
    t->tar = kit_archive("pax", NULL, &one, 1);
    free(one.content.data);
    pthread_create(&threads[trial_count++], NULL, run_start, t);
    return t;
}

static void never(const start_trial *t, const char *why)
{
    is_i64(t->made, TUTELA_UNAVAILABLE, "%s: no worker", t->name);
    ok(strstr(t->error.text, why) != NULL, "%s: says why (%s)", t->name, t->error.text);
    is_i64(t->starts, 2, "%s: tried twice", t->name);
}

/* The bad file is `crashed` after two tries, if the second of them could be started or not. */
static void twice(const start_trial *t, long starts)
{
    const listener *l = &t->told;

    is_i64(t->made, TUTELA_OK, "%s: a worker", t->name);
    is_i64(t->starts, starts, "%s: after as many starts", t->name);
    is_i64(t->bad_status, TUTELA_OK, "%s: the call does not fail", t->name);
    is_i64(t->bad.trouble.status, TUTELA_ITEM_CRASHED, "%s: what the first try came to", t->name);
    is_text(t->bad.trouble.reason, "its parser died", "%s: why", t->name);
    is_i64(t->bad.tries, 2, "%s: tries", t->name);
    ok(l->count == 4 && l->items[2].number == 3 && l->items[3].number == 2
           && l->items[3].trouble.status == TUTELA_ITEM_CRASHED, "%s: what was told stands, and ends", t->name);
    is_i64(t->good_status, TUTELA_OK, "%s: the next job", t->name);
    ok(t->after.count == 1 && t->good.trouble.status == TUTELA_ITEM_CLEAR, "%s: is done", t->name);
}

int main(int count, char **arguments)
{
    static atomic_int stop;
    const char *name = strrchr(arguments[0], '/');
    start_trial *t[TRIALS];
    int before;

    name = name ? name + 1 : arguments[0];
    if (count == 1 && name[0] >= '0' && name[0] <= '9')
        be_starter(arguments[0], name);
    bad_main(count, arguments);
    before = descriptors();
    t[0] = begin_start("1-stop", NULL);
    t[1] = begin_start("12-stop", NULL);
    t[2] = begin_start("12-die", NULL);
    t[3] = begin_start("12-sleep", NULL);
    t[4] = begin_start("23-stop", NULL);
    t[5] = begin_start("23-die", NULL);
    t[6] = begin_start("2-sleep", NULL);
    t[7] = begin_start("1-spin", NULL);
    t[8] = begin_start("123456789-stop", &stop);
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    atomic_store(&stop, 1);
    for (size_t i = 0; i < trial_count; i++)
        pthread_join(threads[i], NULL);
    twice(t[0], 2);
    never(t[1], "is not ready");
    never(t[2], "before it was ready");
    never(t[3], "is not ready");
    twice(t[4], 1);
    twice(t[5], 1);
    twice(t[6], 1);
    twice(t[7], 1);
    is_i64(t[8]->made, TUTELA_CANCELLED, "a start ends when it is to");
    ok(t[8]->starts == 1 && t[8]->took < AT_ONCE + 0.2, "at once (%.1f s)", t[8]->took);
    for (size_t i = 0; i < trial_count; i++)
        ok(trials[i]->took < (is_patient() ? 30 : 7), "%s: in time (%.1f s)", trials[i]->name, trials[i]->took);
    ok(is_childless(), "no process is left");
    is_i64(descriptors(), before, "no descriptor");
    is_i64(shared_maps(), 0, "no shared memory");
    for (size_t i = 0; i < trial_count; i++) {
        free(trials[i]->tar.data);
        free(trials[i]);
    }
    return tap_done();
}
