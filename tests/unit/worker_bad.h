/*
 * worker_bad: workers that die, stop, lie, flood, eat memory or spin, and what must come of a job that
 * meets one.
 *
 * The bad workers are the test program itself, started by the broker under a name that says how it
 * misbehaves; its main begins with bad_main.
 */
#ifndef TT_TESTS_WORKER_BAD_H
#define TT_TESTS_WORKER_BAD_H

#include "broker_kit.h"

#include "worker/gather.h"
#include "worker/process.h"
#include "worker/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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
                    .mime = order.types ? "text/plain" : NULL, .digests = mask ? &digests : NULL};

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
    int fds[TT_WIRE_PART_FDS];

    must_do(tt_pages_order(TT_WIRE_SOCKET, &order, fds, NULL));
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
/* Sound pages, each when the one before was given back, and none of the credits is taken. */
static void do_deaf(void)
{
    for (uint64_t i = 4; i < 9000000; i++) {
        tt_wire_order credit;
        struct iovec part = {&credit, sizeof credit};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        /* The place of the next peek moves on: see be_worker. */
        if (recvmsg(TT_WIRE_SOCKET, &message, MSG_PEEK) != sizeof credit)
            _exit(22);
        server.pages.credits = TT_WIRE_PAGES;
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

/* Is it given its time before it is ended? */
static int is_slow(const manner *m)
{
    return m->act == do_stop || m->act == do_wait || m->act == do_spin;
}

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
    int from = 0;

    if (strcmp(name, "untyped") == 0)
        return be_untyped();
    for (size_t i = 0; i < MANNERS; i++)
        if (strcmp(name, manners[i].name) == 0)
            m = &manners[i];
    if (!m)
        return 21;
    if (m->act == do_deaf && setsockopt(TT_WIRE_SOCKET, SOL_SOCKET, SO_PEEK_OFF, &from, sizeof from) < 0)
        return 23;
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        char head[4] = "";
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        (void)!pread(job_fd, head, 3, 0);
        if (strcmp(head, "bad") == 0 || (strcmp(head, "onc") == 0 && order.careful > 1000)) {
            tt_pages_begin(&server.pages, order.job);
            if (!order.only_type)
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

/* ---- What must come of it ------------------------------------------------------------------ */

static char self[1024];
/* Nanoseconds in a "second" of the limits that are to be hit: an honest worker is well within. */
static uint32_t moment = 500000000;

/* Is this run slow, under a sanitizer perhaps? */
__attribute__((unused)) static int is_patient(void)
{
    return getenv("TEST_PATIENCE") && atof(getenv("TEST_PATIENCE")) > 1;
}

/* Is this a bad worker? It does not come back then. */
static void bad_main(int count, char **arguments)
{
    const char *name = strrchr(arguments[0], '/');

    name = name ? name + 1 : arguments[0];
    if (count == 1 && strncmp(name, "t_", 2) != 0)
        _exit(be_worker(name));
    alarm(is_patient() ? 600 : 150);
    if (is_patient())
        moment = 3000000000u;
    (void)!readlink("/proc/self/exe", self, sizeof self - 1);
}

/* The program under the name of a manner. */
static void set_program(char out[1024], const char *name)
{
    snprintf(out, 1024, "%s", tap_path("%s", name));
    if (symlink(self, out) != 0 && errno != EEXIST)
        printf("# no link\n");
}

/* One manner tried, in any thread; and then looked at, in main's. */
typedef struct trial {
    const manner *m;
    char program[1024], file[1024];
    bytes tar; /* a good one, with this in it */
    bytes content;
    tt_broker *broker;
    listener told, after;
    tutela_status bad_status, good_status;
    tt_opened bad, good;
} trial;

__attribute__((unused)) static trial *new_trial(const manner *m)
{
    trial *t = calloc(1, sizeof *t);
    kit_member one = {"good", kit_noise(1000)};

    t->m = m;
    set_program(t->program, m->name);
    snprintf(t->file, sizeof t->file, "%s", tap_path("%s.file", m->name));
    t->content = one.content;
    t->tar = kit_archive("pax", NULL, &one, 1);
    return t;
}

/* A bad file, and then a good one. */
__attribute__((unused)) static void *run_trial(void *argument)
{
    trial *t = argument;
    tt_broker_options options = {.silence = t->m->act == do_stop ? 1 : 60,
                                 .wall = t->m->act == do_wait ? 1 : 60,
                                 .cpu = t->m->act == do_spin ? 1 : 60, .memory = 256 << 20,
                                 .second = is_slow(t->m) ? moment : 0, .budget = {.entries = 5000}};
    tt_job bad = {.mask = KIT_MASK, .teller = keep, .user = &t->told};
    tt_job good = {.mask = KIT_MASK, .teller = keep, .user = &t->after};

    t->broker = broker_of(t->program, &options);
    t->bad_status = run_at(t->broker, bad, t->file, "bad file", 8, &t->bad);
    t->good_status = run_at(t->broker, good, t->file, t->tar.data, t->tar.size, &t->good);
    return NULL;
}

/* Twice tried, a status, what was told stands, once, and the worker after it works. */
__attribute__((unused)) static void check_trial(const trial *t)
{
    const manner *m = t->m;
    const listener *l = &t->told;

    is_i64(t->bad_status, TUTELA_OK, "%s: the call does not fail", m->name);
    is_i64(t->bad.trouble.status, m->status, "%s: its status", m->name);
    is_text(t->bad.trouble.reason, m->reason, "%s: its reason", m->name);
    ok(t->bad.tries == 2 && t->bad.container, "%s: tried twice", m->name);
    ok(l->count >= 4 && l->items[0].number == 1 && l->items[1].opens && l->items[2].number == 3
       && l->items[3].number != 1, "%s: what was told stands, once", m->name);
    ok(l->total > l->count || (l->items[l->count - 1].number == 2
       && l->items[l->count - 1].trouble.status == m->status), "%s: what was open ends", m->name);
    is_i64(t->good_status, TUTELA_OK, "%s: the next job", m->name);
    ok(t->good.tries == 1 && t->after.count == 1 && same_digests(&t->after.items[0], t->content),
       "%s: it works", m->name);
}

__attribute__((unused)) static void free_trial(trial *t)
{
    tt_broker_free(t->broker);
    free(t->tar.data);
    free(t->content.data);
    free(t);
}

#endif
