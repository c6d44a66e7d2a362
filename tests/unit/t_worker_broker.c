/*
 * The broker with workers that die, stop, lie, flood, eat memory or spin: the job has a status, what
 * was told before stands and is told once, and the next job works.
 *
 * The bad workers are this program, started by the broker under a name that says how it misbehaves.
 */
#include "broker_kit.h"

#include "worker/gather.h"
#include "worker/process.h"
#include "worker/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* ---- Workers that misbehave ---------------------------------------------------------------- */

static tt_server server;
static tt_wire_order order;
static int job_fd;

static void must_do(tutela_status status)
{
    if (status != TUTELA_OK)
        _exit(20);
}

static void tell(tt_wire_kind kind, uint64_t number, uint64_t parent, const char *name, uint32_t mask)
{
    tt_digests digests = {.mask = mask};
    tt_told told = {.number = number, .parent = parent, .name = (const uint8_t *)name,
                    .name_size = strlen(name), .trouble = {TUTELA_ITEM_CLEAR, ""},
                    .digests = mask ? &digests : NULL};

    must_do(tt_pages_tell(&server.pages, kind, &told, NULL));
}

/* A member, a container, a member in it: told, and then trouble. */
static void tell_some(void)
{
    tell(TT_WIRE_WHOLE, 1, 0, "first", order.mask);
    tell(TT_WIRE_OPENS, 2, 0, "box", 0);
    tell(TT_WIRE_WHOLE, 3, 2, "inside", order.mask);
    must_do(tt_pages_flush(&server.pages, NULL));
}

/* It ends as soon as the broker does. */
static void listen_only(void)
{
    must_do(tt_pages_order(TT_WIRE_SOCKET, &order, &job_fd, NULL));
}

static void do_abort(void) { abort(); }
static void do_kill(void) { (void)syscall(SYS_tgkill, getpid(), getpid(), SIGSEGV); }
static void do_exit(void) { _exit(0); }
static void do_stop(void)
{
    for (;;)
        listen_only();
}
static void do_spin(void)
{
    for (volatile int i = 0;; i = 1 - i)
        continue;
}
static void do_wait(void)
{
    for (;;) {
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        must_do(tt_pages_beat(&server.pages, NULL));
    }
}
static void do_forbidden(void) { (void)open("/etc/passwd", O_RDWR); }
static void do_lie(void) { tell(TT_WIRE_WHOLE, 9, 2, "a jump", order.mask); must_do(tt_pages_flush(&server.pages, NULL)); }
static void do_page(void)
{
    tt_wire_word word = {.kind = TT_WIRE_PAGE, .page = 4000000000u, .count = 1, .job = order.job};
    must_do(tt_pages_say(&server.pages, &word, NULL));
}
static void do_count(void)
{
    tt_wire_word word = {.kind = TT_WIRE_PAGE, .page = server.pages.page,
                         .count = TT_WIRE_SLOTS + 1, .job = order.job};
    must_do(tt_pages_say(&server.pages, &word, NULL));
}
static void do_half(void) { (void)!write(TT_WIRE_SOCKET, "half", 4); }
static void do_other_job(void)
{
    tt_wire_word word = {.kind = TT_WIRE_BEAT, .job = order.job + 1};
    must_do(tt_pages_say(&server.pages, &word, NULL));
}
static void do_flood(void)
{
    tt_wire_word word = {.kind = TT_WIRE_BEAT, .job = order.job};
    for (;;)
        must_do(tt_pages_say(&server.pages, &word, NULL));
}
/* Sound pages, without ever taking back a credit; slowly, so that none is overwritten unread. */
static void do_deaf(void)
{
    for (uint64_t i = 4; i < 9000000; i++) {
        server.pages.credits = TT_WIRE_PAGES;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        tell(TT_WIRE_WHOLE, i, 2, "more", order.mask);
        must_do(tt_pages_flush(&server.pages, NULL));
    }
}
static void do_endless(void)
{
    for (uint64_t i = 4;; i++)
        tell(TT_WIRE_WHOLE, i, 2, "more", order.mask);
}
static void do_memory(void)
{
    for (;;) {
        volatile char *block = malloc(1 << 20);
        if (!block) {
            tt_wire_word word = {.kind = TT_WIRE_FAILED, .job = order.job};
            must_do(tt_pages_say(&server.pages, &word, NULL));
            _exit(1);
        }
        block[0] = 1;
    }
}

typedef struct manner {
    const char *name;
    void (*act)(void);
    tutela_item_status status;
    const char *reason;
} manner;

#define CANNOT "its parser told what cannot be"
static const manner manners[] = {
    {"abort", do_abort, TUTELA_ITEM_CRASHED, "its parser died"},
    {"fault", do_kill, TUTELA_ITEM_CRASHED, "its parser died"},
    {"exit", do_exit, TUTELA_ITEM_CRASHED, "its parser died"},
    {"forbidden", do_forbidden, TUTELA_ITEM_CRASHED, "its parser made a forbidden call"},
    {"lie", do_lie, TUTELA_ITEM_CRASHED, CANNOT},
    {"page", do_page, TUTELA_ITEM_CRASHED, CANNOT},
    {"count", do_count, TUTELA_ITEM_CRASHED, CANNOT},
    {"half", do_half, TUTELA_ITEM_CRASHED, CANNOT},
    {"job", do_other_job, TUTELA_ITEM_CRASHED, CANNOT},
    {"flood", do_flood, TUTELA_ITEM_CRASHED, CANNOT},
    {"deaf", do_deaf, TUTELA_ITEM_CRASHED, "its parser does not listen"},
    {"endless", do_endless, TUTELA_ITEM_CRASHED, CANNOT},
    {"memory", do_memory, TUTELA_ITEM_LIMIT, "it needs more memory than a worker may have"},
    {"stop", do_stop, TUTELA_ITEM_TIMEOUT, "its parser fell silent"},
    {"wait", do_wait, TUTELA_ITEM_LIMIT, "it takes more time than the limit"},
    {"spin", do_spin, TUTELA_ITEM_LIMIT, "it takes more processor time than the limit"},
};
#define MANNERS (sizeof manners / sizeof manners[0])

/* Instead of ready, that it cannot know types. */
static int be_untyped(void)
{
    tt_wire_word word = {.kind = TT_WIRE_NO_TYPES};

    listen_only();
    tt_pages_init(&server.pages, TT_WIRE_SOCKET, NULL);
    must_do(tt_pages_say(&server.pages, &word, NULL));
    return order.types ? 1 : 2;
}

/*
 * A worker that misbehaves at a file that begins with "bad", each time, and at one that begins with
 * "onc" only when not asked to be careful; all others it serves well.
 */
static int be_worker(const char *name)
{
    const manner *m = NULL;

    if (strcmp(name, "untyped") == 0)
        return be_untyped();
    for (size_t i = 0; i < MANNERS; i++)
        if (strcmp(name, manners[i].name) == 0)
            m = &manners[i];
    if (!m)
        return 21;
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        char head[4] = "";
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        (void)!pread(job_fd, head, 3, 0);
        if (strcmp(head, "bad") == 0 || (strcmp(head, "onc") == 0 && order.careful > 1000)) {
            tt_pages_begin(&server.pages, order.job);
            tell_some();
            m->act();
            for (;;)
                listen_only();
        } else if (strcmp(head, "onc") == 0) {
            tt_pages_begin(&server.pages, order.job);
            tell_some();
            tell(TT_WIRE_ENDS, 2, 0, "", order.mask);
            tell(TT_WIRE_WHOLE, 4, 0, "last", order.mask);
            must_do(tt_pages_end(&server.pages, &(tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""},
                                                               .container = 1}, NULL));
        } else {
            must_do(tt_gather_run(server.gather, &order, job_fd, NULL));
        }
        (void)close(job_fd);
    }
}

/* ---- Jobs ---------------------------------------------------------------------------------- */

static const char *self;
static uint32_t moment = 1; /* seconds that an honest worker is well within */

/* It misbehaves in the first try only. */
static void test_once(tt_broker *b, const manner *m)
{
    tt_opened out;

    is_i64(run(b, "once", 4, &out), TUTELA_OK, "%s: once only", m->name);
    if (m->act == do_deaf || m->act == do_endless) /* they tell more than the second try does */
        ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CRASHED,
           "%s: a second try that tells less is not believed", m->name);
    else
        ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CLEAR && heard.count == 5
           && heard.items[3].number == 2 && heard.items[4].number == 4,
           "%s: the second try goes on", m->name);
}

/* What was told before it misbehaved, once, and the end of the container that was open. */
static void check_told(const manner *m)
{
    ok(heard.count >= 4 && heard.items[0].number == 1 && heard.items[1].opens
       && heard.items[2].number == 3 && heard.items[3].number != 1, "%s: what was told stands, once",
       m->name);
    ok(heard.total > heard.count || (heard.items[heard.count - 1].number == 2
       && heard.items[heard.count - 1].trouble.status == m->status), "%s: what was open ends", m->name);
}

/* Each manner: twice tried, a status, what was told stands, and the worker after it works. */
static void test_manner(const manner *m)
{
    const char *path = tap_path("%s", m->name);
    tt_broker_options options = {.silence = m->act == do_stop ? moment : 20, .cpu = moment,
                                 .wall = m->act == do_wait ? moment : 30, .memory = 256 << 20,
                                 .budget = {.entries = 5000}};
    kit_member one = {"good", kit_noise(1000)};
    bytes tar = kit_archive("pax", NULL, &one, 1);
    tt_broker *b;
    tt_opened out;

    if (symlink(self, path) != 0)
        printf("# no link\n");
    b = broker_of(path, &options);
    is_i64(run(b, "bad file", 8, &out), TUTELA_OK, "%s: the call does not fail", m->name);
    is_i64(out.trouble.status, m->status, "%s: its status", m->name);
    is_text(out.trouble.reason, m->reason, "%s: its reason", m->name);
    ok(out.tries == 2 && out.container, "%s: tried twice", m->name);
    check_told(m);
    is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "%s: the next job", m->name);
    ok(out.tries == 1 && heard.count == 1 && same_digests(&heard.items[0], one.content),
       "%s: it works", m->name);
    if (m->act != do_stop && m->act != do_wait && m->act != do_spin) /* those take their time */
        test_once(b, m);
    tt_broker_free(b);
    free(tar.data);
    free(one.content.data);
}

static void test_manners(void)
{
    for (size_t i = 0; i < MANNERS; i++) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        if (strcmp(manners[i].name, "memory") == 0)
            continue; /* no limit under a sanitizer */
#endif
        test_manner(&manners[i]);
    }
}

/* ---- Around it ----------------------------------------------------------------------------- */

/* The teller's refusal and `stop` end a job at once, and the broker can be used again. */
static void test_stop(void)
{
    const char *path = tap_path("stop");
    tt_broker *b = broker_of(path, NULL);
    atomic_int stop = 1;
    int fd = file_of("bad", 3);
    tt_job job = {.fd = fd, .size = 3, .mask = KIT_MASK, .stop = &stop, .teller = keep,
                  .user = &heard};
    tt_opened out;

    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_CANCELLED, "stopped");
    heard.stop_at = 2;
    is_i64(run(b, "bad", 3, &out), TUTELA_RECORD, "the teller's own answer");
    heard.stop_at = 0;
    ok(run(b, "plain", 5, &out) == TUTELA_OK && out.tries == 1, "it goes on after that");
    (void)close(fd);
    tt_broker_free(b);
}

/* Types are asked for, and cannot be known here. */
static void test_untyped(void)
{
    tt_broker_options options = {.program = tap_path("untyped"), .types = 1};
    tt_broker *b = NULL;
    tutela_error error = {0};

    if (symlink(self, options.program) != 0)
        printf("# no link\n");
    is_i64(tt_broker_new(&b, &options, &error), TUTELA_UNAVAILABLE, "types that cannot be known");
    ok(!b && strstr(error.text, "types") && strstr(error.advice, "libmagic"), "with advice");
}

/* A worker ends when the program that started it is gone, even while it spins. */
static void test_orphan(void)
{
    int ready[2], how;
    pid_t parent, worker = 0;
    char path[64];

    if (pipe(ready) != 0)
        return;
    parent = fork();
    if (parent == 0) {
        tt_process p;
        tt_wire_order setup = {.kind = TT_WIRE_SETUP};
        tt_wire_order go = {.kind = TT_WIRE_ORDER, .job = 1, .size = 3, .mask = KIT_MASK};
        if (tt_process_start(&p, tap_path("spin"), NULL) != TUTELA_OK
            || tt_process_send(&p, &setup, -1) != 0
            || tt_process_send(&p, &go, file_of("bad", 3)) != 0)
            _exit(1);
        (void)!write(ready[1], &p.pid, sizeof p.pid);
        sleep(1);
        _exit(0);
    }
    (void)close(ready[1]);
    ok(read(ready[0], &worker, sizeof worker) == sizeof worker && worker > 0, "a worker spins");
    (void)waitpid(parent, &how, 0);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)worker);
    how = 0;
    for (int i = 0; i < 100 && !how; i++) {
        char state[512] = "", *end;
        FILE *in = fopen(path, "r");
        how = !in || !fgets(state, sizeof state, in) || !(end = strrchr(state, ')')) || end[2] == 'Z';
        if (in)
            fclose(in);
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    ok(how, "and ends with the program that started it");
    (void)close(ready[0]);
}

int main(int count, char **arguments)
{
    static char path[1024];
    const char *name = strrchr(arguments[0], '/');
    ssize_t size;

    name = name ? name + 1 : arguments[0];
    if (count == 1 && strncmp(name, "t_", 2) != 0)
        return be_worker(name);
    alarm(150);
    if (getenv("TEST_PATIENCE") && atof(getenv("TEST_PATIENCE")) > 1)
        moment = 3;
    size = readlink("/proc/self/exe", path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    self = path;
    test_manners();
    test_stop();
    test_untyped();
    test_orphan();
    return tap_done();
}
