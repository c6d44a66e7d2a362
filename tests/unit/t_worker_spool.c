/*
 * A worker with a spool: what it holds beyond memory is in the one file that it was given, which has
 * no name, and which tells nothing while the worker is at it, when it is killed, and afterwards.
 *
 * The worker is this program, started under another name.
 */
#include "broker_kit.h"
#include "spool_kit.h"

#include "worker/process.h"
#include "worker/serve.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#define FEW (UINT64_C(64) << 10)
#define MOST (UINT64_C(16) << 20)

static char program[1024], folder[1024];
static bytes text, zip, tar; /* each in the next one */

static void make_tar(void)
{
    kit_member in = {"in", kit_text(900000, 1)}, box = {"box", {NULL, 0}};

    text = in.content;
    box.content = zip = kit_archive("zip", "zip:compression=store", &in, 1);
    tar = kit_archive("pax", NULL, &box, 1);
}

static size_t size_of(int fd)
{
    struct stat about = {0};

    (void)fstat(fd, &about);
    return (size_t)about.st_size;
}

/* ---- One that is talked with here ------------------------------------------------------------ */

static int hear(const tt_process *p, tt_wire_word *out)
{
    struct pollfd ready = {.fd = p->socket, .events = POLLIN};

    return poll(&ready, 1, 20000) == 1 && recv(p->socket, out, sizeof *out, 0) == sizeof *out;
}

static int begin(tt_process *p, int spool)
{
    tt_wire_order setup = {.kind = TT_WIRE_SETUP, .memory = UINT64_C(2) << 30, .spool_memory = FEW,
                           .spool_bytes = MOST};
    int fds[TT_WIRE_FDS] = {[TT_WIRE_FD_JOB] = -1, [TT_WIRE_FD_SPOOL] = spool};
    tt_wire_word word;

    return tt_process_start(p, program, NULL) == TUTELA_OK && tt_process_send(p, &setup, fds) == 0
           && hear(p, &word) && word.kind == TT_WIRE_READY;
}

/* A job whose bytes come through a pipe: its other end. */
static int order_pipe(const tt_process *p, uint64_t job)
{
    tt_wire_order order = {.kind = TT_WIRE_ORDER, .job = job, .size = TT_SIZE_UNKNOWN,
                           .mask = KIT_MASK, .careful = UINT64_MAX, .spool_memory = FEW};
    int ends[2] = {-1, -1}, fds[TT_WIRE_FDS] = {-1, -1};

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    fds[TT_WIRE_FD_JOB] = ends[0];
    ok(tt_process_send(p, &order, fds) == 0, "a job is taken");
    (void)close(ends[0]);
    return ends[1];
}

static int feed(int in, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(in, data, size);
        if (put <= 0)
            return 0;
        data += put;
        size -= (size_t)put;
    }
    return 1;
}

/* It has held so much that the file has this size. */
static int waits_at(int spool, size_t size)
{
    for (int i = 0; i < 2000 && size_of(spool) < size; i++)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    return size_of(spool) >= size;
}

static void test_disk(int spool, const char *when)
{
    bytes disk = kit_on_disk(spool);

    is_u64(kit_shared(disk, text), 0, "%s: no run of 8 bytes of content is on the disk", when);
    ok(kit_shared((bytes){text.data, 1000}, text) > 900, "where one would be found");
    ok(kit_uneven(disk) < 500, "%s: it looks random: %.0f", when, kit_uneven(disk));
    is_u64(kit_names(folder), 0, "%s: nothing has a name", when);
    free(disk.data);
}

/* What it told of the job, until it is through. */
static int hear_all(const tt_process *p)
{
    tt_wire_reader r = {.size = tar.size, .mask = KIT_MASK, .depth = 32, .entries = 100,
                        .expanded = 1 << 30};
    tt_wire_word word;
    int over;

    heard.count = heard.total = 0;
    while (!r.over && !r.lie && hear(p, &word))
        if (word.kind == TT_WIRE_PAGE)
            (void)!tt_wire_read(&r, p->slots + (size_t)word.page * TT_WIRE_SLOTS, word.count, keep,
                                &heard, NULL);
    over = r.over && !r.lie && r.file.trouble.status == TUTELA_ITEM_CLEAR;
    tt_wire_done(&r);
    return over;
}

static void test_jobs(void)
{
    int spool = tt_temporary(folder), in;
    bytes first = {NULL, 0};
    tt_process p;

    ok(begin(&p, spool), "a worker with a spool");
    for (uint64_t job = 1; job <= 2; job++) {
        bytes now;
        in = order_pipe(&p, job);
        ok(feed(in, tar.data, 800000) && waits_at(spool, 500000), "it holds what came");
        test_disk(spool, "while it waits for more");
        now = kit_on_disk(spool);
        if (job == 1)
            first = now;
        else
            is_u64(kit_shared(now, first), 0, "another job has another key");
        if (job == 2)
            free(now.data);
        ok(feed(in, tar.data + 800000, tar.size - 800000) && close(in) == 0 && hear_all(&p),
           "it opens what it held");
        ok(heard.count == 3 && same_digests(&heard.items[1], text), "and tells what is in it");
        is_u64(size_of(spool), 0, "then nothing is left in the file");
    }
    free(first.data);
    tt_process_end(&p, 0);
    (void)close(spool);
}

static void test_kill(void)
{
    int spool = tt_temporary(folder), in;
    tt_process p;

    ok(begin(&p, spool), "one more worker");
    in = order_pipe(&p, 1);
    ok(feed(in, tar.data, 800000) && waits_at(spool, 500000), "it holds what came");
    (void)kill(p.pid, SIGKILL);
    tt_process_end(&p, 0);
    test_disk(spool, "killed");
    (void)close(in);
    (void)close(spool);
}

/* ---- The broker's ---------------------------------------------------------------------------- */

static const char *opened(const char *name, uint64_t memory, const tt_broker_options *with)
{
    tt_broker_options options = *with;
    static char said[100];
    tt_opened out;
    tt_broker *b;

    options.budget.spool_memory = memory;
    b = broker_of(program, &options);
    said[0] = 0;
    for (int again = 0; again < 2; again++) {
        ok(run(b, tar.data, tar.size, &out) == TUTELA_OK && out.tries == 1, "%s: a job", name);
        if (heard.count == 3)
            snprintf(said, sizeof said, "%s", same_digests(&heard.items[1], text) ? "opened" : "lost");
        else if (heard.count == 1)
            snprintf(said, sizeof said, "%s", heard.items[0].trouble.reason);
    }
    tt_broker_free(b);
    is_u64(kit_names(folder), 0, "%s: nothing has a name", name);
    return said;
}

static void test_broker(void)
{
    is_text(opened("none", FEW, &(tt_broker_options){0}),
            "too large to be held in memory, where it must be sought in", "without a spool");
    is_text(opened("one", FEW, &(tt_broker_options){.spool_folder = folder}), "opened", "with one");
    is_text(opened("small", FEW, &(tt_broker_options){.spool_folder = folder, .spool_bytes = 800000}),
            "larger than the spool may be, where it must be sought in", "with a small one");
    is_text(opened("gone", FEW, &(tt_broker_options){.spool_folder = "/nowhere at all"}),
            "too large to be held in memory, and the spool cannot be written", "where none can be made");
    is_text(opened("unused", 4 << 20, &(tt_broker_options){.spool_folder = "/nowhere at all"}),
            "opened", "which matters only where it is missed");
}

int main(int count, char **arguments)
{
    char self[1000];
    ssize_t size;

    if (count == 1 && strstr(arguments[0], "/worker"))
        _exit(tt_serve(NULL) == TUTELA_OK ? 0 : 1);
    alarm(100);
    (void)signal(SIGPIPE, SIG_IGN);
    size = readlink("/proc/self/exe", self, sizeof self - 1);
    self[size > 0 ? size : 0] = 0;
    snprintf(program, sizeof program, "%s", tap_path("worker"));
    snprintf(folder, sizeof folder, "%s", tap_path("spool"));
    if (size <= 0 || symlink(self, program) != 0 || mkdir(folder, 0700) != 0)
        return 1;
    make_tar();
    test_jobs();
    test_kill();
    test_broker();
    free(text.data);
    free(zip.data);
    free(tar.data);
    return tap_done();
}
