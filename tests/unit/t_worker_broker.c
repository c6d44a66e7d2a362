/*
 * The broker with a real worker, and with workers that die, stop, lie, flood, eat memory or spin: the
 * job has a status, what was told before stands and is told once, and the next job works.
 *
 * The bad workers are this program, started by the broker under a name that says how it misbehaves.
 */
#include "unpack_kit.h"
#include "worker_kit.h"

#include "worker/gather.h"
#include "worker/process.h"
#include "worker/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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
    for (volatile uint64_t i = 0;; i++)
        if (i % 10000000 == 0)
            must_do(tt_pages_beat(&server.pages, NULL));
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
    {"spin", do_spin, TUTELA_ITEM_LIMIT, "it takes more processor time than the limit"},
};
#define MANNERS (sizeof manners / sizeof manners[0])

/*
 * A worker that misbehaves at a file that begins with "bad", each time, and at one that begins with
 * "onc" only when not asked to be careful; all others it serves well.
 */
static int be_worker(const char *name)
{
    const manner *m = NULL;

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
            must_do(tt_pages_end(&server.pages, &(tt_unpacked){.trouble = {TUTELA_ITEM_CLEAR, ""},
                                                               .container = 1}, NULL));
        } else {
            must_do(tt_gather_run(server.gather, &order, job_fd, NULL));
        }
        (void)close(job_fd);
    }
}

/* ---- Jobs ---------------------------------------------------------------------------------- */

static const char *self;
static char worker_path[1024];
static listener heard;

static int file_of(const void *data, size_t size)
{
    const char *path = tap_path("file");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    if (write(fd, data, size) != (ssize_t)size)
        printf("# the file cannot be written\n");
    (void)close(fd);
    return open(path, O_RDONLY);
}

static tutela_status run(tt_broker *b, const void *data, size_t size, tt_unpacked *out)
{
    int fd = file_of(data, size);
    tt_job job = {.fd = fd, .size = size, .mask = KIT_MASK, .teller = keep, .user = &heard};
    tutela_error error = {0};
    tutela_status status;

    heard.count = heard.total = 0;
    *out = (tt_unpacked){.tries = 77};
    status = tt_broker_unpack(b, &job, out, &error);
    if (status != TUTELA_OK)
        printf("# %s\n", error.text);
    if (status == TUTELA_OK && out->trouble.status != TUTELA_ITEM_CLEAR)
        printf("# try %u, %zu told: %s\n", out->tries, heard.count, out->trouble.reason);
    (void)close(fd);
    return status;
}

static tt_broker *broker_of(const char *program, const tt_broker_options *options)
{
    tt_broker_options with = options ? *options : (tt_broker_options){0};
    tutela_error error = {0};
    tt_broker *b = NULL;

    with.program = program;
    if (tt_broker_new(&b, &with, &error) != TUTELA_OK) {
        printf("Bail out! %s: %s\n", program, error.text);
        exit(1);
    }
    return b;
}

static int same_digests(const kept *k, bytes content)
{
    tt_digests want;

    return tt_digest_bytes(KIT_MASK, content.data, content.size, &want, NULL) == TUTELA_OK
           && k->digests.mask == KIT_MASK && k->bytes == content.size
           && memcmp(k->digests.value[TUTELA_MD5], want.value[TUTELA_MD5], 16) == 0
           && memcmp(k->digests.value[TUTELA_SHA256], want.value[TUTELA_SHA256], 32) == 0;
}

/* A tar of 300 members of all sizes with a zip between them, through the real worker. */
static void test_good_job(void)
{
    enum { COUNT = 300 };
    static kit_member members[COUNT];
    kit_member inner[2] = {{"in-one", kit_noise(100)}, {"in-two", kit_noise(700000)}};
    bytes zip = kit_archive("zip", NULL, inner, 2), tar;
    tt_broker *b = broker_of(worker_path, NULL);
    tt_unpacked out;
    size_t wrong = 0;

    for (size_t i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "member-%zu", i);
        members[i] = (kit_member){strdup(name), kit_noise(i % 50 == 49 ? 600000 : i * 7 % 1000)};
    }
    members[100] = (kit_member){"box.zip", zip};
    tar = kit_archive("pax", NULL, members, COUNT);
    for (int round = 0; round < 2; round++) {
        is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "a good job");
        ok(out.container && out.trouble.status == TUTELA_ITEM_CLEAR && out.tries == 1, "is clear");
        is_u64(heard.count, COUNT + 3, "everything is told, the container twice");
        for (size_t i = 0; i < heard.count; i++) {
            const kept *k = &heard.items[i];
            size_t at = i <= 100 ? i : i - 3;
            if (i == 101 || i == 102)
                wrong += strcmp(k->name, inner[i - 101].name) != 0 || k->parent != 101
                         || !same_digests(k, inner[i - 101].content);
            else if (i == 100)
                wrong += !k->opens || k->number != 101;
            else
                wrong += strcmp(k->name, members[at].name) != 0 || k->parent != 0
                         || !same_digests(k, members[at].content);
        }
        is_u64(wrong, 0, "names, parents and digests are right");
    }
    ok(run(b, "plain text", 10, &out) == TUTELA_OK && !out.container && heard.count == 0
       && out.trouble.status == TUTELA_ITEM_CLEAR, "what is no container is none");
    ok(run(b, "", 0, &out) == TUTELA_OK && !out.container, "nor is an empty file");
    ok(run(b, tar.data, tar.size / 2, &out) == TUTELA_OK
       && out.trouble.status == TUTELA_ITEM_MALFORMED && heard.count > 100, "one cut off says so");
    is_u64(tt_broker_layers(b) | TT_LAYER_LANDLOCK, TT_LAYER_ALL, "its sandbox is whole");
    tt_broker_free(b);
}

/* It misbehaves in the first try only. */
static void test_once(tt_broker *b, const manner *m)
{
    tt_unpacked out;

    is_i64(run(b, "once", 4, &out), TUTELA_OK, "%s: once only", m->name);
    if (m->act == do_deaf || m->act == do_endless) /* they tell more than the second try does */
        ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CRASHED,
           "%s: a second try that tells less is not believed", m->name);
    else
        ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CLEAR && heard.count == 5
           && heard.items[3].number == 2 && heard.items[4].number == 4,
           "%s: the second try goes on", m->name);
}

/* Each manner: twice tried, a status, what was told stands, and the worker after it works. */
static void test_manner(const manner *m)
{
    const char *path = tap_path("%s", m->name);
    tt_broker_options options = {.silence = m->act == do_stop ? 1 : 20, .cpu = 1, .wall = 30, .memory = 256 << 20,
                                 .budget = {.entries = 5000}};
    kit_member one = {"good", kit_noise(1000)};
    bytes tar = kit_archive("pax", NULL, &one, 1);
    tt_broker *b;
    tt_unpacked out;

    if (symlink(self, path) != 0)
        printf("# no link\n");
    b = broker_of(path, &options);
    is_i64(run(b, "bad file", 8, &out), TUTELA_OK, "%s: the call does not fail", m->name);
    is_i64(out.trouble.status, m->status, "%s: its status", m->name);
    is_text(out.trouble.reason, m->reason, "%s: its reason", m->name);
    ok(out.tries == 2 && out.container, "%s: tried twice", m->name);
    ok(heard.count >= 4 && heard.items[0].number == 1 && heard.items[1].opens
       && heard.items[2].number == 3 && heard.items[3].number != 1, "%s: what was told stands, once",
       m->name);
    ok(heard.total > heard.count || (heard.items[heard.count - 1].number == 2
       && heard.items[heard.count - 1].trouble.status == m->status), "%s: what was open ends", m->name);
    is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "%s: the next job", m->name);
    ok(out.tries == 1 && heard.count == 1 && same_digests(&heard.items[0], one.content),
       "%s: it works", m->name);
    if (m->act != do_stop && m->act != do_spin) /* those take their time */
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

static void test_arguments(void)
{
    tt_broker_options no_program = {.program = tap_path("nothing-there")};
    tt_broker_options no_worker = {.program = "/bin/true"};
    tt_broker *b = NULL;
    tutela_error error = {0};
    tt_unpacked out;
    tt_job job = {.fd = 0, .size = 1, .mask = KIT_MASK, .teller = keep, .user = &heard};
    int pipes[2];

    is_i64(tt_broker_new(&b, &no_program, &error), TUTELA_UNAVAILABLE, "a program that is not there");
    ok(error.advice[0] && !b, "with advice");
    is_i64(tt_broker_new(&b, &no_worker, &error), TUTELA_UNAVAILABLE, "a program that is no worker");
    b = broker_of(worker_path, NULL);
    job.fd = -1;
    is_i64(tt_broker_unpack(b, &job, &out, &error), TUTELA_ARGUMENT, "no descriptor");
    if (pipe(pipes) != 0)
        return;
    job.fd = pipes[0];
    is_i64(tt_broker_unpack(b, &job, &out, &error), TUTELA_ARGUMENT, "a pipe");
    job.fd = open(tap_path("both"), O_RDWR | O_CREAT, 0600);
    job.mask = 0;
    is_i64(tt_broker_unpack(b, &job, &out, &error), TUTELA_ARGUMENT, "no digests");
    job.mask = KIT_MASK;
    ok(write(job.fd, "x", 1) == 1 && tt_broker_unpack(b, &job, &out, &error) == TUTELA_OK,
       "a file open to write is opened anew");
    (void)close(job.fd);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    tt_broker_free(b);
    tt_broker_free(NULL);
}

/* The teller's refusal and `stop` end a job at once, and the broker can be used again. */
static void test_stop(void)
{
    const char *path = tap_path("stop");
    tt_broker *b = broker_of(path, NULL);
    atomic_int stop = 1;
    int fd = file_of("bad", 3);
    tt_job job = {.fd = fd, .size = 3, .mask = KIT_MASK, .stop = &stop, .teller = keep,
                  .user = &heard};
    tt_unpacked out;

    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_CANCELLED, "stopped");
    heard.stop_at = 2;
    is_i64(run(b, "bad", 3, &out), TUTELA_RECORD, "the teller's own answer");
    heard.stop_at = 0;
    ok(run(b, "plain", 5, &out) == TUTELA_OK && out.tries == 1, "it goes on after that");
    (void)close(fd);
    tt_broker_free(b);
}

/* A worker killed while it waits costs the next file nothing; and nothing is left unreaped. */
static void test_killed_idle(void)
{
    tt_broker *b = broker_of(worker_path, NULL);
    tt_unpacked out;
    char path[64];
    int child = 0;
    FILE *in;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    in = fopen(path, "r");
    if (!in || fscanf(in, "%d", &child) != 1)
        skip(1, "this kernel does not list children");
    else
        ok(kill(child, SIGKILL) == 0, "killed while idle");
    if (in)
        fclose(in);
    ok(run(b, "plain", 5, &out) == TUTELA_OK && out.trouble.status == TUTELA_ITEM_CLEAR
       && out.tries <= 2, "the next file is read all the same");
    tt_broker_free(b);
    errno = 0;
    ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no zombie is left");
}

static void *work(void *argument)
{
    tt_broker *b = broker_of(worker_path, NULL);
    uintptr_t right = 0;
    const char *path = argument;
    listener *mine = calloc(1, sizeof *mine);

    for (int i = 0; i < 20; i++) {
        int fd = open(path, O_RDONLY);
        tt_job job = {.fd = fd, .size = (uint64_t)lseek(fd, 0, SEEK_END), .mask = KIT_MASK,
                      .teller = keep, .user = mine};
        tt_unpacked out;
        mine->count = 0;
        right += tt_broker_unpack(b, &job, &out, NULL) == TUTELA_OK && mine->count == 1;
        (void)close(fd);
    }
    tt_broker_free(b);
    free(mine);
    return (void *)right;
}

static void test_threads(void)
{
    kit_member one = {"good", kit_noise(1000)};
    bytes tar = kit_archive("pax", NULL, &one, 1);
    pthread_t threads[4];
    uintptr_t right = 0;
    static char path[1024];

    (void)close(file_of(tar.data, tar.size));
    snprintf(path, sizeof path, "%s", tap_path("file"));
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, path);
    for (int i = 0; i < 4; i++) {
        void *some;
        pthread_join(threads[i], &some);
        right += (uintptr_t)some;
    }
    is_u64(right, 80, "four threads with a broker each");
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
    size = readlink("/proc/self/exe", path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    self = path;
    /* The real one lies in the folder above that of the tests. */
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
    test_good_job();
    test_arguments();
    test_manners();
    test_stop();
    test_killed_idle();
    test_threads();
    test_orphan();
    return tap_done();
}
