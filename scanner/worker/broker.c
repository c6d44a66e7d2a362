/*
 * broker: orders, answers, time, and what is done when a worker fails (see broker.h).
 *
 * A try goes wrong in one way only, however it does: its trouble is set, the worker is ended, and what
 * the reader has told stands. The second try is told the same events again, which are checked and not
 * passed on, and from there on each event is sent at once, so that what lies before a crash is seen.
 */
#include "worker/broker.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "worker/hire.h"

#include <errno.h>
#include <string.h>

#define LOOK (TT_SECOND / 10)   /* how often the clock and `stop` are looked at */
#define DYING (TT_SECOND / 2)   /* between the end of its socket and its own */
#define SETTLE (TT_SECOND / 50) /* to come to an end that nobody waits for: half of what a start takes */
#define PARTS_NAP (TT_SECOND / 1000)
/* Words that tell nothing: a worker says one a second at most. */
#define EMPTY_WORDS 16u
#define EMPTY_WORDS_A_SECOND 4u

#define CANNOT "its parser told what cannot be"

/* One try of a job. */
typedef struct attempt {
    tt_broker *broker;
    const tt_job *job;
    tt_wire_reader *reader;
    int64_t begun;  /* less the time that the teller took */
    int64_t heard;
    int64_t used;   /* processor time before it */
    uint64_t empty; /* words that told nothing */
    size_t slots;   /* in the page copied last */
    uint64_t at;    /* bytes of the file the worker says it has read */
    tt_trouble failed; /* not CLEAR: how it went wrong */
} attempt;

/* ---- One try ------------------------------------------------------------------------------- */

static int fail(attempt *a, tutela_item_status status, const char *reason)
{
    if (a->failed.status == TUTELA_ITEM_CLEAR)
        a->failed = (tt_trouble){status, reason};
    return 0;
}

static tt_types types_of(const tt_job *job)
{
    return job->only_type ? TT_TYPES_FULLY : job->types;
}

static uint64_t size_of(const tt_job *job)
{
    uint64_t size = job->size;

    for (size_t i = 0; i < job->part_count; i++)
        size += job->part_sizes[i];
    return job->feeding ? TT_SIZE_UNKNOWN : size;
}

/*
 * A message that may be too much for now: for its room, or for what a user may have on the way. The worker,
 * which has nothing else to do, takes them one after another. 0, or -1 with errno.
 */
static int send_patiently(const attempt *a, const tt_wire_order *order, const int *fds)
{
    int64_t until = tt_clock_monotonic() + (int64_t)a->broker->options.silence * TT_SECOND;
    int sent;

    do {
        sent = tt_process_send(&a->broker->process, order, fds);
        if (sent == 0 || (errno != EAGAIN && errno != ETOOMANYREFS))
            break;
        tt_clock_sleep(PARTS_NAP);
    } while (tt_clock_monotonic() < until && !tt_hire_stopped(a->broker, a->job->stop));
    return sent;
}

/* The files that follow the first, before the order. 0, or -1 with errno. */
static int send_parts(const attempt *a)
{
    const tt_job *job = a->job;
    tt_wire_order some = {.kind = TT_WIRE_PARTS, .job = a->broker->job};

    for (size_t at = 0; at < job->part_count; at += some.parts) {
        size_t left = job->part_count - at;
        some.parts = (uint32_t)(left < TT_WIRE_PART_FDS ? left : TT_WIRE_PART_FDS);
        memcpy(some.sizes, job->part_sizes + at, some.parts * sizeof some.sizes[0]);
        if (send_patiently(a, &some, job->parts + at) < 0)
            return -1;
    }
    return 0;
}

static tutela_status send_order(attempt *a, int fd, tutela_error *error)
{
    tt_broker *b = a->broker;
    const tt_budget *budget = &b->options.budget;
    const tt_wire_reader *before = a->reader->before;
    tt_wire_order order = {.kind = TT_WIRE_ORDER, .job = ++b->job, .size = size_of(a->job),
                           .mask = a->job->mask, .depth = budget->depth,
                           .careful = before ? before->events : UINT64_MAX,
                           .entries = budget->entries,
                           .expanded = tt_hire_limits_of(b, size_of(a->job)).expanded,
                           .ratio = budget->ratio, .ratio_from = budget->ratio_from,
                           .spool_memory = budget->spool_memory,
                           .types = (uint32_t)types_of(a->job),
                           .only_type = a->job->only_type != 0,
                           .share = a->job->share, .shares = a->job->shares,
                           .mentions = a->job->mentions != 0,
                           .partition = budget->wishes.partition,
                           .no_deleted = budget->wishes.no_deleted != 0,
                           .carve = budget->wishes.carve != 0,
                           .parts = (uint32_t)a->job->part_count, .sizes = {a->job->size}};
    int fds[TT_WIRE_FDS];

    if (a->job->from)
        memcpy(order.from, a->job->from, sizeof order.from);
    tt_hire_no_fds(fds);
    fds[TT_WIRE_FD_JOB] = fd;
    TT_TRY(tt_hire(b, a->job->stop, error));
    tt_process_allow(&b->process, (uint32_t)tt_hire_limits_of(b, size_of(a->job)).cpu);
    if (send_parts(a) == 0 && tt_process_send(&b->process, &order, fds) == 0)
        return TUTELA_OK;
    /* It died while it had nothing to do, which is not this file's doing. */
    tt_process_end(&b->process, 0);
    TT_TRY(tt_hire(b, a->job->stop, error));
    tt_process_allow(&b->process, (uint32_t)tt_hire_limits_of(b, size_of(a->job)).cpu);
    if (send_parts(a) < 0 || tt_process_send(&b->process, &order, fds) < 0)
        return tt_fail(error, TUTELA_UNAVAILABLE, errno, "%s: does not listen", b->program);
    return TUTELA_OK;
}

/* A page: copied and given back. 0: it is none. */
static int copy_page(attempt *a, const tt_wire_word *word)
{
    tt_broker *b = a->broker;
    tt_wire_order credit = {.kind = TT_WIRE_CREDIT, .page = word->page, .job = b->job};

    if (word->page != b->next_page || word->count == 0 || word->count > TT_WIRE_SLOTS)
        return fail(a, TUTELA_ITEM_CRASHED, CANNOT);
    memcpy(b->copy, b->process.slots + (size_t)word->page * TT_WIRE_SLOTS,
           word->count * sizeof b->copy[0]);
    b->next_page = (b->next_page + 1) % TT_WIRE_PAGES;
    /* It may be gone already, with a last page said: that page counts. */
    if (tt_process_send(&b->process, &credit, NULL) < 0 && errno != EPIPE && errno != ECONNRESET)
        (void)fail(a, TUTELA_ITEM_CRASHED, "its parser does not listen");
    a->slots = word->count;
    return 1;
}

static tutela_status take_page(attempt *a, const tt_wire_word *word, tutela_error *error)
{
    tt_broker *b = a->broker;
    int64_t from = tt_clock_monotonic();
    tutela_status status;

    if (!copy_page(a, word))
        return TUTELA_OK;
    status = tt_wire_read(a->reader, b->copy, word->count, a->job->teller, a->job->user, error);
    if (a->reader->lie)
        (void)fail(a, TUTELA_ITEM_CRASHED, CANNOT);
    a->begun += tt_clock_monotonic() - from;
    return status;
}

static tutela_status take_word(attempt *a, const tt_wire_word *word, tutela_error *error)
{
    uint64_t seconds;

    a->heard = tt_clock_monotonic();
    if (word->job != a->broker->job || word->zero || word->at > size_of(a->job) || word->at < a->at) {
        (void)fail(a, TUTELA_ITEM_CRASHED, CANNOT);
        return TUTELA_OK;
    }
    a->at = word->at;
    if (word->kind == TT_WIRE_PAGE) {
        tutela_status status = take_page(a, word, error);
        a->heard = tt_clock_monotonic();
        return status;
    }
    if (word->kind == TT_WIRE_FAILED) {
        (void)fail(a, TUTELA_ITEM_LIMIT, "it needs more memory than a worker may have");
        return TUTELA_OK;
    }
    seconds = (uint64_t)((a->heard - a->begun) / TT_SECOND);
    if (word->kind != TT_WIRE_BEAT || ++a->empty > EMPTY_WORDS + EMPTY_WORDS_A_SECOND * seconds)
        (void)fail(a, TUTELA_ITEM_CRASHED, CANNOT);
    return TUTELA_OK;
}

/* Is there still time? */
static int in_time(attempt *a)
{
    const tt_broker_options *options = &a->broker->options;
    const tt_hire_limits limits = tt_hire_limits_of(a->broker, size_of(a->job));
    int64_t now = tt_clock_monotonic();

    if (a->job->feeding && atomic_load(a->job->feeding))
        a->begun = a->heard = now;
    if (now - a->begun > (int64_t)(limits.wall * options->second))
        return fail(a, TUTELA_ITEM_LIMIT, "it takes more time than the limit");
    if (tt_process_used(&a->broker->process) - a->used > (int64_t)(limits.cpu * options->second))
        return fail(a, TUTELA_ITEM_LIMIT, "it takes more processor time than the limit");
    if (now - a->heard > (int64_t)options->silence * options->second)
        return fail(a, TUTELA_ITEM_TIMEOUT, "its parser fell silent");
    return 1;
}

/* Words until the file is through, or the try has failed. */
static tutela_status listen_to(attempt *a, tutela_error *error)
{
    tt_broker *b = a->broker;

    while (!a->reader->over && a->failed.status == TUTELA_ITEM_CLEAR) {
        tt_wire_word word;
        tt_heard got = tt_hire_hear(&b->process, &word, LOOK);
        if (tt_hire_stopped(b, a->job->stop))
            return tt_fail(error, TUTELA_CANCELLED, 0, "stopped");
        if (got == TT_HEARD_WORD) {
            TT_TRY(take_word(a, &word, error));
        } else if (got == TT_HEARD_BABBLE) {
            (void)fail(a, TUTELA_ITEM_CRASHED, CANNOT);
        } else if (got == TT_HEARD_GONE) {
            tt_process_end(&b->process, DYING);
            a->failed = tt_process_verdict(b->process.how);
            return TUTELA_OK;
        }
        if (a->failed.status == TUTELA_ITEM_CLEAR && !a->reader->over)
            (void)in_time(a);
    }
    return TUTELA_OK;
}

/* Is the job's last record in the page at hand? It is looked for only where nobody listens any more. */
static int ends_here(const attempt *a)
{
    for (size_t i = 0; i < a->slots; i++)
        if (a->broker->copy[i].record.kind == TT_WIRE_FILE)
            return 1;
    return 0;
}

/*
 * The teller wants no more. A worker that is through in a moment lives on, which costs less than another
 * start; what it told was not believed, and is not looked at.
 */
static void settle(attempt *a)
{
    tt_broker *b = a->broker;
    int64_t until = tt_clock_monotonic() + SETTLE;
    int over = ends_here(a);

    while (!over && a->failed.status == TUTELA_ITEM_CLEAR && tt_clock_monotonic() < until) {
        tt_wire_word word;
        tt_heard got = tt_hire_hear(&b->process, &word, SETTLE);

        if (got == TT_HEARD_NOTHING)
            continue;
        if (got != TT_HEARD_WORD || word.job != b->job || (word.kind != TT_WIRE_PAGE && word.kind != TT_WIRE_BEAT))
            break;
        over = word.kind == TT_WIRE_PAGE && copy_page(a, &word) && ends_here(a);
    }
    if (!over)
        tt_process_end(&b->process, 0);
}

static tutela_status run_attempt(attempt *a, int fd, tutela_error *error)
{
    tt_broker *b = a->broker;
    tutela_status status;

    TT_TRY(send_order(a, fd, error));
    a->begun = a->heard = tt_clock_monotonic();
    a->used = tt_process_used(&b->process);
    status = listen_to(a, error);
    if (a->failed.status != TUTELA_ITEM_CLEAR || tt_hire_stopped(b, a->job->stop))
        tt_process_end(&b->process, 0);
    else if (status != TUTELA_OK)
        settle(a);
    return status;
}

/* ---- A job --------------------------------------------------------------------------------- */

static tt_wire_reader new_reader(const tt_broker *b, const tt_job *job, const tt_wire_reader *before)
{
    const tt_budget *budget = &b->options.budget;

    return (tt_wire_reader){.size = size_of(job), .mask = job->mask, .depth = budget->depth,
                            .entries = job->only_type ? 0 : budget->entries,
                            .expanded = tt_hire_limits_of(b, size_of(job)).expanded, .before = before,
                            .types = types_of(job) != TT_TYPES_NONE,
                            .mentions = job->mentions, .carve = budget->wishes.carve};
}

/* What the last try left open ends with its trouble, and so does the file. */
static tutela_status give_up(const attempt *last, tt_wire_reader *told, tt_opened *out,
                             tutela_error *error)
{
    TT_TRY(tt_wire_end(told, &last->failed, last->job->teller, last->job->user, error));
    *out = (tt_opened){.trouble = last->failed, .position = last->at,
                         .disk = told->file.disk, .cover = told->file.cover,
                         .container = told->last > 0 || told->file.disk, .tries = last->job->feeding ? 1 : 2};
    return TUTELA_OK;
}

static tutela_status try_twice(tt_broker *b, const tt_job *job, int fd, tt_wire_reader *readers,
                               tt_opened *out, tutela_error *error)
{
    attempt tries[2];
    uint32_t most = job->feeding ? 1 : 2, last = 0;

    for (uint32_t i = 0; i < most; i++) {
        tutela_status status;
        readers[i] = new_reader(b, job, i ? &readers[0] : NULL);
        tries[i] = (attempt){.broker = b, .job = job, .reader = &readers[i],
                             .failed = {TUTELA_ITEM_CLEAR, ""}};
        status = run_attempt(&tries[i], fd, error);
        if (status == TUTELA_UNAVAILABLE && i > 0)
            break;
        TT_TRY(status);
        if (tries[i].failed.status == TUTELA_ITEM_CLEAR) {
            *out = readers[i].file;
            out->tries = i + 1;
            return TUTELA_OK;
        }
        last = i;
    }
    /* The second tells nothing before it has passed the place where the first one ended. */
    return give_up(&tries[last], &readers[readers[1].events > readers[0].events], out, error);
}

/* Are they files that can only be read from, as many as may be, of sizes that can be summed up? */
static tutela_status check_parts(const tt_job *job, tutela_error *error)
{
    uint64_t left = INT64_MAX - (job->size < INT64_MAX ? job->size : INT64_MAX);

    if (job->part_count > TT_PARTS_MAX || (job->part_count > 0 && job->feeding))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "more parts than a container may have");
    for (size_t i = 0; i < job->part_count; i++) {
        int flags = fcntl(job->parts[i], F_GETFL);
        struct stat about;

        if (flags < 0 || (flags & (O_ACCMODE | O_PATH)) != O_RDONLY
            || tt_fstat(job->parts[i], &about) < 0 || !S_ISREG(about.st_mode)
            || job->part_sizes[i] > left)
            return tt_fail(error, TUTELA_ARGUMENT, 0, "a part of a container is no file to be read");
        left -= job->part_sizes[i];
    }
    return TUTELA_OK;
}

/* A descriptor that can only be read from: the caller's own, or the same file opened anew in *own. */
static tutela_status readable(int fd, int stream, int *own, tutela_error *error)
{
    int flags = fcntl(fd, F_GETFL);
    struct stat about;
    char path[32] = "/proc/self/fd/";
    size_t at = strlen(path);
    unsigned number = (unsigned)fd, scale = 1;

    if (stream)
        return TUTELA_OK;
    if (flags >= 0 && tt_fstat(fd, &about) < 0)
        return tt_fail(error, TUTELA_IO, errno, "no size of a container");
    if (flags < 0 || (!S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode)))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "a container must be a regular file or a block device");
    if ((flags & (O_ACCMODE | O_PATH)) == O_RDONLY)
        return TUTELA_OK;
    while (number / scale >= 10)
        scale *= 10;
    for (; scale > 0; scale /= 10)
        path[at++] = (char)('0' + number / scale % 10);
    *own = tt_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);
    return *own < 0 ? tt_fail(error, TUTELA_IO, errno, "a container cannot be opened to be read")
                    : TUTELA_OK;
}

tutela_status tt_broker_unpack(tt_broker *broker, const tt_job *job, tt_opened *out,
                               tutela_error *error)
{
    TT_AUTO_CLOSE int own = -1;
    TT_AUTO_FREE tt_wire_reader *readers = NULL;
    tutela_status status;

    if ((job->mask & ~TT_DIGEST_ALL) || (!job->only_type && (!job->teller || job->mask == 0)))
        return tt_fail(error, TUTELA_ARGUMENT, 0, "a job without digests, or nobody to tell");
    TT_TRY(check_parts(job, error));
    if (types_of(job) > broker->options.types) {
        broker->options.types = types_of(job);
        tt_process_end(&broker->process, 0);
    }
    TT_TRY(readable(job->fd, job->feeding != NULL, &own, error));
    readers = tt_alloc(2, sizeof *readers);
    if (!readers)
        return tt_no_memory(error);
    status = try_twice(broker, job, own >= 0 ? own : job->fd, readers, out, error);
    tt_wire_done(&readers[0]);
    tt_wire_done(&readers[1]);
    return status;
}
