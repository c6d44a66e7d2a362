/*
 * scan_stream: standard input as one object.
 */
#include "scan.h"

#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* One read. A pipe of the same size lets the writer work while we digest. */
#define PIECE (1u << 20)

/* What the progress thread looks at. */
struct flow {
    _Atomic uint64_t bytes;
    uint64_t expected; /* 0: not known */
};

static void ask(void *user, tutela_progress *out)
{
    struct flow *flow = user;

    out->bytes = atomic_load(&flow->bytes);
    out->expected_bytes = flow->expected;
    out->survey_done = flow->expected > 0;
}

/* Read a piece: its size, 0 at the end, or -1 with errno; ECANCELED when a signal came. */
static ssize_t read_piece(char *piece)
{
    struct pollfd waits[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = cli_signals_fd(), .events = POLLIN}};
    ssize_t got;

    do {
        while (poll(waits, 2, -1) < 0 && errno == EINTR) {
        }
        if (waits[1].revents) {
            errno = ECANCELED;
            return -1;
        }
        got = read(STDIN_FILENO, piece, PIECE);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    return got;
}

/* Feed the stream to its end, or to where reading fails; *os_error says why it did, or is 0. */
static tutela_status feed(tutela_context *context, struct flow *flow, int *os_error,
                          tutela_error *error)
{
    char *piece = malloc(PIECE);
    tutela_status status = TUTELA_OK;
    ssize_t got = 0;

    *os_error = 0;
    if (!piece) {
        error->status = TUTELA_MEMORY;
        return TUTELA_MEMORY;
    }
    while (status == TUTELA_OK && (got = read_piece(piece)) > 0) {
        status = tutela_stream_update(context, piece, (size_t)got, error);
        atomic_fetch_add(&flow->bytes, (uint64_t)got);
    }
    if (got < 0)
        *os_error = errno;
    free(piece);
    return status;
}

static void prepare(struct flow *flow)
{
    struct stat file;
    off_t at;

    *flow = (struct flow){0};
    if (fstat(STDIN_FILENO, &file) != 0)
        return;
    if (S_ISFIFO(file.st_mode)) {
        /* Unprivileged users may be refused; then it is only slower. */
        (void)fcntl(STDIN_FILENO, F_SETPIPE_SZ, (int)PIECE);
    } else if (S_ISREG(file.st_mode)) {
        at = lseek(STDIN_FILENO, 0, SEEK_CUR);
        if (at >= 0 && at < file.st_size)
            flow->expected = (uint64_t)(file.st_size - at);
    }
}

static int64_t clock_now(clockid_t clock)
{
    struct timespec time;

    (void)clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/*
 * The whole of one stream with a context; *finding is borrowed from it. One that could not be taken to its end
 * is ended all the same, so that what it held till there is told.
 */
static tutela_status check(scan_run *scan, tutela_context *context, const tutela_finding **finding,
                           tutela_error *error)
{
    const char *name = cli_text(scan->plan.args, OPT_NAME);
    tutela_status status = tutela_stream_begin(context, name ? name : "-", error), ended;
    struct flow flow;
    int os_error = 0;

    if (status != TUTELA_OK)
        return status;
    prepare(&flow);
    if (scan->plan.progress)
        cli_progress_start(&scan->progress, 0, ask, &flow);
    status = feed(context, &flow, &os_error, error);
    cli_progress_stop(&scan->progress);
    if (status != TUTELA_OK)
        os_error = ECANCELED;
    ended = os_error ? tutela_stream_fail(context, os_error, finding, status ? NULL : error)
                     : tutela_stream_end(context, finding, error);
    return status != TUTELA_OK ? status : ended;
}

static int on_member(void *user, const tutela_finding *finding)
{
    return scan_outputs_add(user, finding) == TUTELA_OK ? 0 : -1;
}

tutela_status scan_stream(scan_run *scan)
{
    tutela_open_options open = scan->plan.open;
    tutela_context *context = NULL;
    const tutela_finding *finding = NULL;
    int64_t began = clock_now(CLOCK_MONOTONIC);
    tutela_error error = {0};
    tutela_status status = tutela_context_new(&context, scan->scanner, &error);

    open.control = scan->control;
    scan->summary.started = clock_now(CLOCK_REALTIME);
    if (status == TUTELA_OK)
        status = tutela_context_open(context, &open, on_member, scan, &error);
    if (status == TUTELA_OK)
        status = check(scan, context, &finding, &error);
    tutela_context_count(context, &scan->summary); /* of a run that fails, too: it was told */
    if (status == TUTELA_OK) {
        tutela_summary_add(&scan->summary, finding);
        status = scan_outputs_add(scan, finding);
    }
    if (status == TUTELA_OK) {
        scan->summary.duration = clock_now(CLOCK_MONOTONIC) - began;
        tutela_summary_end(&scan->summary);
        if (cli_signals_caught())
            status = TUTELA_CANCELLED;
    }
    tutela_context_free(context);
    /* A report that failed said more than the library, which only knows that it was stopped. */
    if (status != TUTELA_OK && scan->error.status == TUTELA_OK)
        scan->error = error;
    return status;
}
