/*
 * Streams whose worker dies, stops, lies, spins, takes little or nothing while they are fed: none hangs or
 * ends by a signal, each says what became of it, and the context goes on. And sources that are slow, which
 * is nobody's fault.
 */
#include "worker_bad.h"

#include "engine/engine.h"

#include "open_kit.h"

enum { TAKEN = 200000, LARGE = 3000000, FITS = 100000 };

/* ---- Workers -------------------------------------------------------------------------------- */

/* Read from the stream, `most` bytes at most; how many. */
static size_t take(size_t most)
{
    static char piece[65536];
    size_t taken = 0;
    ssize_t got = 1;

    while (taken < most && got > 0) {
        got = read(job_fd, piece, most - taken < sizeof piece ? most - taken : sizeof piece);
        taken += got > 0 ? (size_t)got : 0;
    }
    return taken;
}

/* Alive for so many tenths of a second. */
static void beat(int tenths)
{
    for (; tenths > 0; tenths--) {
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        must_do(tt_pages_beat(&server.pages, NULL));
    }
}

/* Longer than a worker may be silent; a patient one is told so by its name. */
enum { BEATS = 17, PATIENT_BEATS = 45 };
static int beats = BEATS;

/* All of it, after doing something else for longer than it may be silent: how much that was. */
static void do_late(void)
{
    char name[32];
    size_t taken;

    beat(beats);
    taken = take(SIZE_MAX);
    snprintf(name, sizeof name, "%zu", taken + TAKEN);
    tt_pages_begin(&server.pages, order.job);
    tell(TT_WIRE_WHOLE, 1, 0, name, order.mask);
    must_do(tt_pages_end(&server.pages, &(tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1,
                                                       .mime = "application/x-tar"}, NULL));
}

/* A little now and then, for ever. */
static void do_trickle(void)
{
    while (take(30000) > 0)
        beat(2);
}

/* Nothing more, and it says that this was all. */
static void do_enough(void)
{
    (void)close(job_fd);
    tt_pages_begin(&server.pages, order.job);
    tell(TT_WIRE_WHOLE, 1, 0, "all", order.mask);
    must_do(tt_pages_end(&server.pages, &(tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1,
                                                       .mime = "application/x-tar"}, NULL));
}

/* SIGSTOP: not even the clock of its limits goes on. */
static void do_freeze(void)
{
    (void)raise(SIGSTOP);
}

static const manner more[] = {
    {"late", do_late, TUTELA_ITEM_CLEAR, ""},
    {"later", do_late, TUTELA_ITEM_CLEAR, ""},
    {"enough", do_enough, TUTELA_ITEM_CLEAR, ""},
    {"trickle", do_trickle, TUTELA_ITEM_LIMIT, "it takes more time than the limit"},
    {"freeze", do_freeze, TUTELA_ITEM_TIMEOUT, "its parser fell silent"},
    {"honest", NULL, TUTELA_ITEM_CLEAR, ""},
};

static const manner *find_manner(const char *name)
{
    for (size_t i = 0; i < MANNERS; i++)
        if (strcmp(name, manners[i].name) == 0)
            return &manners[i];
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (strcmp(name, more[i].name) == 0)
            return &more[i];
    printf("Bail out! no %s\n", name);
    exit(1);
}

/* A worker that misbehaves in the middle of each stream, and serves files well. */
__attribute__((noreturn)) static void be_streamer(const manner *m)
{
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        if (m->act && order.size == TT_SIZE_UNKNOWN) {
            (void)take(TAKEN);
            tt_pages_begin(&server.pages, order.job);
            if (m->act != do_late && m->act != do_enough)
                tell_some();
            m->act();
            if (m->act != do_late && m->act != do_enough)
                do_stop();
        } else {
            must_do(tt_gather_run(server.gather, &order, job_fd, NULL));
        }
        (void)close(job_fd);
    }
}

/* ---- Trials --------------------------------------------------------------------------------- */

static tutela_scanner *scanner;

/* One context with one worker, in a thread of its own: a stream, and a buffer after it. */
typedef struct attempt_of {
    const manner *m;
    size_t size;           /* of the stream's largest member */
    const int *gaps;       /* tenths of a second before each of its pieces; NULL: none */
    char program[1100];
    bytes content, small;
    tutela_status status, after_status;
    tutela_error error, after_error;
    told own, after_own;
    tales all, after;
    double took;
} attempt_of;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static tutela_status feed_slowly(tutela_context *context, attempt_of *a)
{
    const tutela_finding *finding = NULL;
    tutela_status status = tutela_stream_begin(context, "s", &a->error);
    size_t at = 0;

    for (int i = 0; status == TUTELA_OK && at < a->content.size; i++) {
        size_t piece = a->gaps[i] < 0 ? a->content.size - at : 50000;
        if (a->gaps[i] > 0)
            nanosleep(&(struct timespec){.tv_sec = a->gaps[i] / 10, .tv_nsec = a->gaps[i] % 10 * 100000000}, NULL);
        if (piece > a->content.size - at)
            piece = a->content.size - at;
        status = tutela_stream_update(context, a->content.data + at, piece, &a->error);
        at += piece;
    }
    if (status == TUTELA_OK)
        status = tutela_stream_end(context, &finding, &a->error);
    if (status == TUTELA_OK)
        keep_told(&a->own, finding);
    return status;
}

static void *run_attempt(void *argument)
{
    attempt_of *a = argument;
    int brief = a->m->act == do_wait || a->m->act == do_trickle;
    tutela_open_options options = {.size = sizeof options, .worker = a->program, .silence = 1,
                                   .flags = TUTELA_OPEN_INVENTORY, .max_members = 5000,
                                   .max_seconds = brief ? 1 : 100,
                                   .max_cpu_seconds = a->m->act == do_spin ? 1 : 100};
    tutela_context *context = NULL;
    double from = now();

    if (tutela_context_new(&context, scanner, &a->error) != TUTELA_OK
        || tutela_context_open(context, &options, on_told, &a->all, &a->error) != TUTELA_OK)
        return NULL;
    a->status = a->gaps ? feed_slowly(context, a) : stream(context, a->content, 70000, &a->own, &a->error);
    a->took = now() - from;
    a->after = a->all; /* what was told till here */
    a->all.count = 0;
    a->after_status = buffer(context, a->small, &a->after_own, &a->after_error);
    tutela_context_free(context);
    return NULL;
}

static void check_attempt(const attempt_of *a)
{
    const char *name = a->m->name;

    is_i64(a->status, TUTELA_OK, "%s: the call does not fail, after %.1f s", name, a->took);
    is_i64(a->own.status, a->m->status, "%s: its status", name);
    is_text(a->own.reason, a->m->reason, "%s: its reason", name);
    is_u64(a->own.bytes, a->content.size, "%s: all was digested", name);
    ok(a->took < 40, "%s: in time", name);
    /* For the trickle, time may be up before it has begun. */
    if (a->m->act && a->m->act != do_trickle && a->m->status != TUTELA_ITEM_CLEAR)
        ok(a->after.count >= 2 && strcmp(a->after.of[1].chain, "s|box|inside") == 0,
           "%s: what was told stands", name);
    is_i64(a->after_status, TUTELA_OK, "%s: the next check", name);
    ok(a->after_own.status == TUTELA_ITEM_CLEAR && a->all.count == 3
           && a->all.of[1].bytes == strlen(KNOWN) && a->all.of[1].digests,
       "%s: finds what it holds (%s)", name, a->after_own.reason);
}

enum { ROOM = 24 };
static attempt_of attempts[ROOM];
static size_t attempt_count;

static attempt_of *add_attempt(const char *name, size_t size)
{
    attempt_of *a = &attempts[attempt_count++];
    char link[64];

    a->m = find_manner(name);
    a->size = size;
    snprintf(link, sizeof link, "s-%s", name);
    set_program(a->program, link);
    a->content = box_of("pax", NULL, size);
    a->small = box_of("pax", NULL, 1000);
    return a;
}

static void run_all(void)
{
    pthread_t threads[ROOM];

    for (size_t i = 0; i < attempt_count; i++)
        pthread_create(&threads[i], NULL, run_attempt, &attempts[i]);
    for (size_t i = 0; i < attempt_count; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < attempt_count; i++)
        check_attempt(&attempts[i]);
}

static void free_all(void)
{
    for (size_t i = 0; i < attempt_count; i++) {
        free(attempts[i].content.data);
        free(attempts[i].small.data);
    }
}

/* It knows no file: all members are listed. */
static tutela_scanner *scanner_of_none(void)
{
    tutela_scanner_options options = {.size = sizeof options, .digests = TUTELA_BIT(TUTELA_MD5)};
    tutela_scanner *out = NULL;

    if (tutela_scanner_new(&out, NULL, 0, &options, NULL) != TUTELA_OK)
        exit(1);
    return out;
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"abort", "fault", "exit", "forbidden", "lie", "page", "count", "half",
                                        "job", "flood", "endless", "stop", "wait", "spin",
                                        "enough", "trickle", "freeze"};
    /* The last piece is all that is left. */
    static const int brief[] = {0, 2, 2, BEATS, -1}, patient[] = {0, 2, 2, PATIENT_BEATS, -1};
    const char *name = strrchr(arguments[0], '/');
    char want[40];

    name = name ? name + 1 : arguments[0];
    beats = strcmp(name, "s-later") == 0 ? PATIENT_BEATS : BEATS;
    if (count == 1 && strncmp(name, "s-", 2) == 0)
        be_streamer(find_manner(name + 2));
    bad_main(count, arguments);
    (void)signal(SIGPIPE, SIG_DFL);
    scanner = scanner_of_none();
    /* What is a second for the workers' limits: silence is at least five of these, a word comes each real one. */
    ((tt_engine *)scanner)->second = is_patient() ? 750000000 : 250000000;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)add_attempt(names[i], LARGE);
    /* Nothing waits for room: it is at the end that it does not answer. */
    (void)add_attempt("freeze", FITS);
    (void)add_attempt(is_patient() ? "later" : "late", LARGE);
    add_attempt("honest", LARGE)->gaps = is_patient() ? patient : brief;
    run_all();
    for (size_t i = 0; i < attempt_count; i++) {
        const attempt_of *a = &attempts[i];
        if (a->m->act == do_late) {
            snprintf(want, sizeof want, "s|%zu", a->content.size);
            is_text(a->after.of[0].chain, want, "late: it got every byte");
        } else if (!a->m->act) {
            ok(a->after.count == 3 && a->after.of[1].bytes == strlen(KNOWN), "a slow source is no fault");
        }
    }
    free_all();
    tutela_scanner_free(scanner);
    return tap_done();
}
