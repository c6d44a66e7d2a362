/* serve: see serve.h. */
#include "worker/serve.h"

#include "base/io.h"
#include "base/mem.h"
#include "identify/identify.h"
#include "worker/gather.h"
#include "worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes of free heap: a few levels of containers in containers. */
#define HEAP_KEPT (2 << 20)

#define NO_BROKER "tutela-worker: is started by tutela only"

/*
 * Let the kernel end this process when the broker's end of a pipe is gone, whatever it is doing then:
 * a parser that spins would else outlive a scanner that was killed. (PR_SET_PDEATHSIG asks for the
 * thread that started it, which may end much earlier.)
 */
static int tie_to_broker(void)
{
    struct pollfd life = {.fd = TT_WIRE_LIFE, .events = POLLIN};
    int flags = fcntl(TT_WIRE_LIFE, F_GETFL);

    if (flags < 0 || fcntl(TT_WIRE_LIFE, F_SETOWN, (int)getpid()) < 0
        || fcntl(TT_WIRE_LIFE, F_SETFL, flags | O_ASYNC | O_NONBLOCK) < 0)
        return 0;
    return poll(&life, 1, 0) == 0; /* else it was gone before */
}

/*
 * Between two small jobs the heap stays as it is: to give it back to the kernel and have it anew, page by
 * page, is a tenth of what such a job takes. What is larger than that goes back at once.
 */
static void keep_heap(void)
{
#ifdef M_TRIM_THRESHOLD
    (void)mallopt(M_MMAP_THRESHOLD, HEAP_KEPT / 2);
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
#endif
}

/* Digest a little with everything, so that OpenSSL has read its configuration. */
static void prepare(void)
{
    tt_digests digests;

    keep_heap();
    tt_formats_prepare();
    (void)tt_digest_width();
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (tt_digest_bytes(TUTELA_BIT(i), "", 0, &digests, NULL) != TUTELA_OK)
            continue; /* a job that wants it will fail, and say why */
}

/*
 * What knows types reads its databases when it is first asked: here, if types will be; where only raw space is
 * to be told from others later on, which needs no file. It lives as long as the process, and so do the signatures.
 */
static tutela_status load_types(tt_identify **out, uint32_t types, tutela_error *error)
{
    tt_signatures *signatures = NULL;
    tt_type type;
    int known;

    TT_TRY(tt_signatures_new(&signatures, error));
    TT_TRY(tt_identify_new(out, signatures, error));
    if (!types)
        return TUTELA_OK;
    return types == TT_TYPES_FULLY ? tt_identify_full(*out, "x", 1, &type, error)
                                   : tt_identify_fast(*out, "x", 1, &type, &known, error);
}

/*
 * What goes beyond memory: at a place of its own, since what came beyond that is closed on locking up.
 * Without the file or the cipher the rest works, and says where it is missed.
 */
static tt_spool take_spool(const tt_wire_order *setup, int fd)
{
    tt_spool spool = {.fd = -1, .bytes = setup->spool_bytes};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    if (fd >= 0 && tt_veil_offered(NULL) == TUTELA_OK
        && (fd == TT_WIRE_OWN || dup3(fd, TT_WIRE_OWN, O_CLOEXEC) >= 0)
        /* Whoever started the scanner may allow smaller files: then writing fails, and nobody dies. */
        && sigaction(SIGXFSZ, &ignore, NULL) == 0)
        spool.fd = TT_WIRE_OWN;
    return spool;
}

static tutela_status say_ready(tt_pages *pages, const tt_sandboxed *done, tutela_error *error)
{
    tt_wire_word word = {.kind = TT_WIRE_READY, .page = done->landlock, .count = done->layers};

    return tt_pages_say(pages, &word, error);
}

/* The first message, and the passwords that come with it, if any do. */
static tutela_status take_setup(tt_server *server, tt_wire_order *out, int *fds,
                                tutela_error *error)
{
    TT_AUTO_CLOSE int secrets = -1;

    TT_TRY(tt_pages_order(TT_WIRE_SOCKET, out, fds, error));
    secrets = fds[TT_WIRE_FD_SECRETS];
    if (out->kind != TT_WIRE_SETUP)
        return tt_fail(error, TUTELA_ARGUMENT, 0, NO_BROKER);
    if (out->secrets == 0)
        return TUTELA_OK;
    return tt_keyring_read(&server->keyring, secrets, out->secrets, error);
}

tutela_status tt_serve_begin(tt_server *out, tutela_error *error)
{
    tt_sandbox how = {.socket = TT_WIRE_SOCKET, .descriptors = TT_WIRE_OWN};
    tt_wire_order setup;
    tt_sandboxed done;
    void *memory;
    int fds[TT_WIRE_PART_FDS];

    *out = (tt_server){0};
    TT_TRY(take_setup(out, &setup, fds, error));
    memory = mmap(NULL, TT_WIRE_MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, TT_WIRE_MEMORY, 0);
    if (memory == MAP_FAILED || !tie_to_broker())
        return tt_fail(error, TUTELA_ARGUMENT, 0, NO_BROKER);
    (void)tt_close(TT_WIRE_MEMORY);
    prepare();
    out->spool = take_spool(&setup, fds[TT_WIRE_FD_SPOOL]);
    tt_pages_init(&out->pages, TT_WIRE_SOCKET, memory);
    if (load_types(&out->identify, setup.types, error) != TUTELA_OK && setup.types) {
        tt_wire_word cannot = {.kind = TT_WIRE_NO_TYPES};
        TT_TRY(tt_pages_say(&out->pages, &cannot, error));
        return tt_fail(error, TUTELA_UNAVAILABLE, 0, "tutela-worker: cannot know types");
    }
    how.memory = setup.memory;
    how.spool = out->spool.bytes;
    how.spool_fd = out->spool.fd;
    if (out->spool.fd >= 0)
        how.descriptors = out->spool.fd + 1;
    tt_sandbox_enter(&how, &done);
    TT_TRY(tt_gather_new(&out->gather, &out->pages, out->identify, error));
    tt_gather_unlock(out->gather, &out->keyring.secrets);
    if (out->spool.bytes > 0)
        tt_gather_spool(out->gather, &out->spool);
    return say_ready(&out->pages, &done, error);
}

/* Parts of the next job: they wait. Their sizes become ends once the first file's is known. */
static tutela_status take_parts(tt_server *server, const tt_wire_order *order, const int *fds,
                                tutela_error *error)
{
    if (!server->part_fds) {
        server->part_fds = tt_alloc(1 + TT_PARTS_MAX, sizeof *server->part_fds);
        server->part_ends = tt_alloc(1 + TT_PARTS_MAX, sizeof *server->part_ends);
    }
    if (!server->part_fds || !server->part_ends)
        return tt_no_memory(error);
    if (order->parts > TT_PARTS_MAX - server->part_count)
        return tt_fail(error, TUTELA_IO, 0, "broker: more parts than there may be");
    for (size_t i = 0; i < order->parts; i++) {
        server->part_count++;
        server->part_fds[server->part_count] = fds[i];
        server->part_ends[server->part_count] = order->sizes[i];
    }
    return TUTELA_OK;
}

/* The file of an order, and the parts that came before it, are what the next run is over. */
static tutela_status join_parts(tt_server *server, const tt_wire_order *order, int fd,
                                tutela_error *error)
{
    uint64_t end = order->sizes[0];

    if (order->parts != server->part_count)
        return tt_fail(error, TUTELA_IO, 0, "broker: other parts than it says");
    if (order->parts == 0)
        return TUTELA_OK;
    server->part_fds[0] = fd;
    server->part_ends[0] = end;
    for (size_t i = 1; i <= server->part_count; i++)
        server->part_ends[i] = end += server->part_ends[i];
    if (end != order->size)
        return tt_fail(error, TUTELA_IO, 0, "broker: another size than its parts have");
    tt_gather_parts(server->gather, server->part_fds, server->part_ends, 1 + server->part_count);
    return TUTELA_OK;
}

static void drop_parts(tt_server *server)
{
    for (; server->part_count > 0; server->part_count--)
        (void)tt_close(server->part_fds[server->part_count]);
}

tutela_status tt_serve_next(tt_server *server, tt_wire_order *out, int *fd, tutela_error *error)
{
    int fds[TT_WIRE_PART_FDS];

    drop_parts(server);
    for (;;) {
        TT_TRY(tt_pages_order(server->pages.socket, out, fds, error));
        if (out->kind == TT_WIRE_CREDIT)
            server->pages.credits++;
        else if (out->kind == TT_WIRE_PARTS)
            TT_TRY(take_parts(server, out, fds, error));
        else
            break;
    }
    *fd = fds[TT_WIRE_FD_JOB];
    if (out->kind != TT_WIRE_ORDER || *fd < 0)
        return tt_fail(error, TUTELA_IO, 0, "broker: an order that is none");
    return join_parts(server, out, *fd, error);
}

tutela_status tt_serve(tutela_error *error)
{
    tt_server server = {0};
    tt_wire_order order = {0};
    tutela_status status = tt_serve_begin(&server, error);
    int fd = -1;

    while (status == TUTELA_OK) {
        status = tt_serve_next(&server, &order, &fd, error);
        if (status != TUTELA_OK)
            break;
        status = tt_gather_run(server.gather, &order, fd, error);
        (void)tt_close(fd);
        drop_parts(&server);
    }
    if (status == TUTELA_MEMORY && server.gather) {
        tt_wire_word word = {.kind = TT_WIRE_FAILED, .job = order.job, .at = server.pages.at};
        if (tt_pages_say(&server.pages, &word, NULL) != TUTELA_OK)
            return TUTELA_IO;
    }
    return status == TUTELA_CANCELLED ? TUTELA_OK : status;
}
