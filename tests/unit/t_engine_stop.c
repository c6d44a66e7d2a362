/*
 * Stopping: a stream, a buffer or a scan whose workers are slow, stopped, or not ready yet ends at once when
 * it is cancelled, says what it did not read, and leaves nothing behind. And what a context starts its
 * worker for: once.
 */
#include "worker_starts.h"

#include "engine/engine.h"

#include "open_kit.h"

#include <sys/stat.h>

/* CONTAINERS: more than a page, or a byte, can count. */
enum { LARGE = 3000000, SMALL = 3000, FILES = 12, THREADS = 4, CONTAINERS = 300, RUNS = 10 };

#define STOPPED "stopped before all it holds was read"

/* ---- Workers -------------------------------------------------------------------------------- */

static void stop_itself(void)
{
    (void)raise(SIGSTOP);
}

/* Stopped before it is ready, at each job, or never; one that dies of every tenth; or one busy for long. */
__attribute__((noreturn)) static void be_stopper(const char *program, const char *name)
{
    long start = note_start(program);
    unsigned jobs = 0;

    if (strcmp(name, "x-early") == 0 || (strcmp(name, "x-second") == 0 && start > 1))
        stop_itself();
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        if (strcmp(name, "x-job") == 0 || strcmp(name, "x-second") == 0) {
            tt_pages_begin(&server.pages, order.job);
            tell_some();
            if (strcmp(name, "x-second") == 0)
                abort();
            stop_itself();
        } else if (strcmp(name, "x-slow") == 0) {
            tt_pages_begin(&server.pages, order.job);
            tell_some();
            do_wait();
        } else if (strcmp(name, "x-crash") == 0 && ++jobs % 10 == 0) {
            abort();
        }
        must_do(tt_gather_run(server.gather, &order, job_fd, NULL));
        (void)close(job_fd);
    }
}

/* ---- Cancelling ----------------------------------------------------------------------------- */

static tutela_scanner *scanner;

typedef struct later {
    tutela_control *control;
    pthread_t thread;
    int waits;  /* for something to be told */
    double at;  /* when it was */
} later;

/* What was inside is told. It never is: a test of that fails, and no limit of the worker's is waited for. */
static atomic_int is_told;

static int note_told(void *user, const tutela_finding *finding)
{
    int answer = on_told(user, finding);

    if (finding->chain_count == 3)
        atomic_store(&is_told, 1);
    return answer;
}

static void *cancel_later(void *argument)
{
    later *l = argument;

    for (int i = 0; l->waits && i < 500 && !atomic_load(&is_told); i++)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 150000000}, NULL);
    l->at = now_seconds();
    tutela_control_cancel(l->control);
    return NULL;
}

static void begin_later(later *l)
{
    if (tutela_control_new(&l->control, NULL) != TUTELA_OK)
        exit(1);
    pthread_create(&l->thread, NULL, cancel_later, l);
}

/* How long it took from there. */
static double end_later(later *l)
{
    double end = now_seconds();

    pthread_join(l->thread, NULL);
    tutela_control_free(l->control);
    return end - l->at;
}

static tutela_context *context_of(const char *program, tutela_control *control, tales *all)
{
    tutela_open_options options = {.size = sizeof options, .worker = program, .control = control,
                                   .flags = TUTELA_OPEN_INVENTORY};
    tutela_context *context = NULL;

    if (tutela_context_new(&context, scanner, NULL) != TUTELA_OK
        || tutela_context_open(context, &options, note_told, all, NULL) != TUTELA_OK)
        exit(1);
    return context;
}

static int tells_of(const tales *all, const char *chain)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->of[i].chain, chain) == 0)
            return 1;
    return 0;
}

typedef enum way { BUFFER, STREAM, STREAM_END } way;

/* A context that is cancelled while it waits for the worker, and then asked once more. */
static void try_context(const char *name, way how)
{
    static const char *const ways[] = {"buffer", "stream", "end of a stream"};
    bytes box = box_of("pax", NULL, how == STREAM ? LARGE : SMALL * 30);
    tutela_error error = {0};
    tutela_context *context;
    static tales all;
    told own = {0};
    char program[1024];
    later l = {0};
    tutela_status status;
    double took, from;

    set_program(program, name);
    all.count = 0;
    atomic_store(&is_told, 0);
    l.waits = strcmp(name, "x-early") != 0;
    begin_later(&l);
    context = context_of(program, l.control, &all);
    status = how == BUFFER ? buffer(context, box, &own, &error) : stream(context, box, 70000, &own, &error);
    took = now_seconds() - l.at;
    ok(l.at > 0 && took < AT_ONCE, "%s, %s: ends at once (%.2f s)", name, ways[how], took);
    is_i64(status, TUTELA_OK, "%s, %s: the call does not fail (%s)", name, ways[how], error.text);
    is_i64(own.status, TUTELA_ITEM_PARTIAL, "%s, %s: not all was read", name, ways[how]);
    is_text(own.reason, STOPPED, "%s, %s: why", name, ways[how]);
    is_u64(own.bytes, box.size, "%s, %s: all was digested", name, ways[how]);
    if (strcmp(name, "x-early") != 0)
        ok(tells_of(&all, "s|box|inside"), "%s, %s: what was told stands", name, ways[how]);
    all.count = 0;
    from = now_seconds();
    status = buffer(context, box, &own, &error);
    ok(status == TUTELA_OK && own.status == TUTELA_ITEM_PARTIAL && all.count == 0 && now_seconds() - from < AT_ONCE,
       "%s, %s: nothing is opened any more", name, ways[how]);
    status = buffer(context, (bytes){(uint8_t *)(uintptr_t) "plain", 5}, &own, &error);
    ok(status == TUTELA_OK && own.status == TUTELA_ITEM_CLEAR, "%s, %s: what is none is checked", name, ways[how]);
    tutela_context_free(context);
    (void)end_later(&l);
    free(box.data);
}

static int count_known(void *user, const tutela_finding *finding)
{
    *(unsigned *)user += finding->chain_count == 2 && finding->bytes == strlen(KNOWN) && finding->digest_mask;
    return 0;
}

static char tree[600];

static void make_tree(void)
{
    bytes box = box_of("pax", NULL, SMALL);
    char path[700];

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    (void)mkdir(tree, 0700);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%d.tar", tree, i);
        tap_write(path, box.data, box.size);
    }
    free(box.data);
}

static tutela_status scan(const char *program, tutela_control *control, tutela_summary *summary,
                          unsigned *known)
{
    const char *targets[] = {tree};
    tutela_open_options open = {.size = sizeof open, .worker = program};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .threads = THREADS, .control = control, .flags = TUTELA_SCAN_INVENTORY, .on_finding = count_known,
                                   .user = known, .open = &open};

    summary->size = sizeof *summary;
    return tutela_scan_paths(scanner, &options, summary, NULL);
}

/* All workers of a scan are stopped, or slow. */
static void try_scan(const char *name)
{
    tutela_summary summary = {0};
    unsigned known = 0;
    char program[1024];
    later l = {0};
    double took;

    set_program(program, name);
    begin_later(&l);
    is_i64(scan(program, l.control, &summary, &known), TUTELA_CANCELLED, "%s: a scan is cancelled", name);
    took = end_later(&l);
    ok(took < AT_ONCE, "%s: at once (%.2f s)", name, took);
    ok(!summary.complete, "%s: and is not whole", name);
    ok(is_childless(), "%s: no process is left", name);
}

/* ---- What is left --------------------------------------------------------------------------- */

/* A context's first container, whatever it is, is what its worker is started for. */
static void test_starts(void)
{
    bytes large = box_of("pax", NULL, LARGE), small = box_of("pax", NULL, SMALL);
    static tales all;
    char program[1024];
    told own;

    for (int is_stream = 0; is_stream < 2; is_stream++) {
        tutela_context *context;
        all.count = 0;
        set_program(program, is_stream ? "x-streams" : "x-buffers");
        context = context_of(program, NULL, &all);
        for (int i = 0; i < 2; i++)
            ok((is_stream ? stream(context, large, 70000, &own, NULL) : buffer(context, small, &own, NULL))
                       == TUTELA_OK && own.status == TUTELA_ITEM_CLEAR, "opened");
        is_i64(starts_of(program), 1, is_stream ? "streams: one start" : "buffers: one start");
        tutela_context_free(context);
    }
    free(large.data);
    free(small.data);
}

/* A second try that cannot be started: the item has the first one's status. */
static void test_second(void)
{
    bytes box = box_of("pax", NULL, SMALL);
    tutela_context *context;
    static tales all;
    char program[1024];
    told own = {0};
    double from = now_seconds();

    set_program(program, "x-second");
    context = context_of(program, NULL, &all);
    is_i64(buffer(context, box, &own, NULL), TUTELA_OK, "no second try: the call does not fail");
    is_i64(own.status, TUTELA_ITEM_CRASHED, "no second try: the status");
    is_text(own.reason, "its parser died", "no second try: the reason");
    ok(tells_of(&all, "s|box|inside") && tells_of(&all, "s|box"), "no second try: what was told stands");
    ok(now_seconds() - from < (is_patient() ? 25 : 9), "no second try: in time (%.1f s)", now_seconds() - from);
    tutela_context_free(context);
    free(box.data);
}

/* Many containers, some of which the worker dies of. */
static void test_many(const char *name, unsigned count, int want_crashes)
{
    bytes box = box_of("pax", NULL, 600);
    tutela_context *context;
    static tales all;
    char program[1024];
    int before, crashed = 0, wrong = 0;
    told own = {0};

    set_program(program, name);
    before = descriptors();
    context = context_of(program, NULL, &all);
    for (unsigned i = 0; i < count; i++) {
        all.count = 0;
        if (buffer(context, box, &own, NULL) != TUTELA_OK)
            wrong++;
        crashed += own.status == TUTELA_ITEM_CRASHED;
        wrong += own.status == TUTELA_ITEM_CLEAR && all.count != 3;
        if (i == 0 || i == count - 1)
            ok(descriptors() <= before + 4 && shared_maps() <= 1, "%s, %u: what one worker needs", name, i + 1);
    }
    is_i64(wrong, 0, "%s: %u are opened", name, count);
    is_i64(crashed, want_crashes, "%s: of which it died", name);
    tutela_context_free(context);
    is_i64(descriptors(), before, "%s: no descriptor is left", name);
    is_i64(shared_maps(), 0, "%s: no shared memory", name);
    ok(is_childless(), "%s: no process", name);
    free(box.data);
}

/* Descriptors of a process that goes on: runs that were whole, and cancelled at any time. */
static void test_runs(void)
{
    tutela_summary summary = {0};
    unsigned known = 0;
    char program[1024];
    int before, cancelled = 0;

    set_program(program, "x-good");
    is_i64(scan(program, NULL, &summary, &known), TUTELA_OK, "a scan");
    is_u64(known, FILES, "finds all");
    before = descriptors();
    for (unsigned i = 0; i < RUNS; i++) {
        later l = {0};
        if (tutela_control_new(&l.control, NULL) != TUTELA_OK)
            exit(1);
        if (i % 2 == 0)
            tutela_control_cancel(l.control);
        cancelled += scan(program, l.control, &summary, &known) == TUTELA_CANCELLED;
        tutela_control_free(l.control);
    }
    ok(cancelled > 0, "%d scans were cancelled as they began", cancelled);
    is_i64(descriptors(), before, "scans: no descriptor is left");
    is_i64(shared_maps(), 0, "scans: no shared memory");
    ok(is_childless(), "scans: no process");
}

/* It knows no file: what is listed tells what was found. */
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
    static const char *const names[] = {"x-early", "x-job", "x-slow"};
    const char *name = strrchr(arguments[0], '/');
    int before;

    name = name ? name + 1 : arguments[0];
    if (count == 1 && strncmp(name, "x-", 2) == 0)
        be_stopper(arguments[0], name);
    bad_main(count, arguments);
    scanner = scanner_of_none();
    ((tt_engine *)scanner)->second = is_patient() ? 0 : 250000000; /* of a worker's limits */
    make_tree();
    test_starts();
    before = descriptors();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (way how = BUFFER; how <= STREAM_END; how++)
            try_context(names[i], how);
        try_scan(names[i]);
    }
    is_i64(descriptors(), before, "cancelled: no descriptor is left");
    is_i64(shared_maps(), 0, "cancelled: no shared memory");
    test_second();
    test_many("x-good", CONTAINERS, 0);
    /* Twice each: the second worker's first job is a good one. */
    test_many("x-crash", 60, 0);
    test_runs();
    tutela_scanner_free(scanner);
    return tap_done();
}
