/* hire: see hire.h, and of broker.h what makes and ends a broker. */
#include "worker/hire.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define MEMORY (UINT64_C(2) << 30)
#define SILENCE 60u
#define HOUR 3600u
#define BUDGET_DEPTH 32u
#define BUDGET_DEPTH_MAX 256u
#define BUDGET_ENTRIES UINT64_C(10000000)
#define BUDGET_EXPANDED (UINT64_C(1) << 40)
#define SECOND_EACH (UINT64_C(16) << 20) /* bytes of a file for which there is a second more */
#define EXPANDED_EACH 4u                 /* times a file's own bytes, where that is more */
#define BUDGET_RATIO 1000u
#define BUDGET_RATIO_FROM (UINT64_C(1) << 30)
#define BUDGET_SPOOL (UINT64_C(256) << 20)
#define SPOOL_BYTES (UINT64_C(64) << 30)

/*
 * To load its libraries and lock up takes some hundredths of a second. One that runs, waits for a processor
 * or for a disk is at it, however much else the machine has to do; one that was stopped, or that waits for
 * something else, will not be.
 */
#define START 30u      /* seconds at most */
#define START_STILL 2u /* of them doing nothing */
#define STARTS 2u             /* of which each may die, or be stopped, before it is ready */
#define LOOK (TT_SECOND / 10) /* how often all this is looked at */

const char *tt_layer_name(uint32_t layer)
{
    static const char *const names[]
        = {"no new privileges", "landlock", "seccomp", "limits", "not dumpable"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (layer == 1u << i)
            return names[i];
    return NULL;
}

tt_heard tt_hire_hear(const tt_process *process, tt_wire_word *out, int64_t within)
{
    struct pollfd ready = {.fd = process->socket, .events = POLLIN};
    ssize_t got;

    if (poll(&ready, 1, (int)(within / (TT_SECOND / 1000))) <= 0)
        return TT_HEARD_NOTHING;
    got = recv(process->socket, out, sizeof *out, MSG_DONTWAIT | MSG_TRUNC);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return TT_HEARD_NOTHING;
    if (got <= 0)
        return TT_HEARD_GONE;
    return got == (ssize_t)sizeof *out ? TT_HEARD_WORD : TT_HEARD_BABBLE;
}

int tt_hire_stopped(const tt_broker *broker, const atomic_int *job)
{
    return (job && atomic_load(job)) || (broker->options.stop && atomic_load(broker->options.stop));
}

/* It gave its first word. */
static tutela_status take_ready(tt_broker *b, const tt_wire_word *word, tutela_error *error)
{
    if (word->kind == TT_WIRE_NO_TYPES)
        return tt_advise(error,
                         tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: cannot know types", b->program),
                         "install libmagic-mgc");
    if (word->kind != TT_WIRE_READY)
        return tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: does not answer", b->program);
    b->layers = word->count & TT_LAYER_ALL;
    b->landlock = word->page;
    if (b->options.require && b->layers != TT_LAYER_ALL) {
        uint32_t missing = TT_LAYER_ALL & ~b->layers;
        return tt_advise(error,
                         tt_fail(error, TUTELA_UNAVAILABLE, 0, "sandbox: no %s on this machine",
                                 tt_layer_name(missing & (~missing + 1))),
                         "a newer kernel has it; without --sandbox=require the other layers do");
    }
    return TUTELA_OK;
}

/*
 * *again: it gave no word, which another may. Time is counted in looks: while we stood still ourselves, with
 * the whole machine perhaps, it was not the worker that did nothing.
 */
static tutela_status wait_ready(tt_broker *b, const atomic_int *job, int *again, tutela_error *error)
{
    int64_t second = b->options.second, lasts = 0, still = 0, used = 0;
    tt_wire_word word;
    tt_heard got;

    *again = 0;
    while ((got = tt_hire_hear(&b->process, &word, LOOK)) == TT_HEARD_NOTHING) {
        if (tt_hire_stopped(b, job))
            return tt_fail(error, TUTELA_CANCELLED, 0, "stopped");
        lasts += LOOK;
        still = tt_process_at_work(&b->process, &used) ? 0 : still + LOOK;
        if (lasts < START * second && still < START_STILL * second)
            continue;
        *again = still >= START_STILL * second;
        return tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: is not ready after %u seconds", b->program,
                       (unsigned)(lasts / second));
    }
    if (got == TT_HEARD_WORD)
        return take_ready(b, &word, error);
    *again = got == TT_HEARD_GONE;
    return tt_fail(error, TUTELA_UNAVAILABLE, 0,
                   *again ? "%s: ended before it was ready" : "%s: does not answer", b->program);
}

void tt_hire_no_fds(int *fds)
{
    for (size_t i = 0; i < TT_WIRE_FDS; i++)
        fds[i] = -1;
}

/* The first message, and with it the passwords and a spool. *again: as wait_ready. */
static tutela_status send_setup(tt_broker *b, int *again, tutela_error *error)
{
    const tt_keyring *secrets = b->options.secrets;
    tt_wire_order setup = {.kind = TT_WIRE_SETUP, .memory = b->options.memory,
                           .spool_memory = b->options.budget.spool_memory,
                           .spool_bytes = b->spool_folder ? b->options.spool_bytes : 0,
                           .secrets = secrets ? secrets->secrets.count : 0,
                           .types = (uint32_t)b->options.types};
    TT_AUTO_CLOSE int file = setup.secrets > 0 ? tt_keyring_file(secrets) : -1;
    /* Its own, so that nothing is left of what a worker wrote that died. */
    TT_AUTO_CLOSE int spool = b->spool_folder ? tt_temporary(b->spool_folder) : -1;
    int fds[TT_WIRE_FDS];

    if (setup.secrets > 0 && file < 0)
        return tt_fail(error, TUTELA_UNAVAILABLE, errno, "%s: passwords cannot be handed over",
                       b->program);
    tt_hire_no_fds(fds);
    fds[TT_WIRE_FD_SECRETS] = file;
    fds[TT_WIRE_FD_SPOOL] = spool;
    if (tt_process_send(&b->process, &setup, fds) < 0) {
        *again = errno == EPIPE || errno == ECONNRESET;
        if (*again)
            return tt_fail(error, TUTELA_UNAVAILABLE, 0, "%s: ended before it was ready", b->program);
        return tt_fail(error, TUTELA_UNAVAILABLE, errno, "%s: does not listen", b->program);
    }
    return TUTELA_OK;
}

static tutela_status hire_one(tt_broker *b, const atomic_int *job, int *again, tutela_error *error)
{
    tutela_status status;

    *again = 0;
    b->next_page = 0;
    TT_TRY(tt_process_start(&b->process, b->program, error));
    status = send_setup(b, again, error);
    if (status == TUTELA_OK)
        status = wait_ready(b, job, again, error);
    if (status != TUTELA_OK)
        tt_process_end(&b->process, 0);
    return status;
}

tutela_status tt_hire(tt_broker *b, const atomic_int *job, tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int again = 1;

    if (b->process.pid > 0)
        return TUTELA_OK;
    for (unsigned i = 0; i < STARTS && again; i++) {
        if (tt_hire_stopped(b, job))
            return tt_fail(error, TUTELA_CANCELLED, 0, "stopped");
        status = hire_one(b, job, &again, error);
    }
    return status;
}

static uint64_t or_else(uint64_t value, uint64_t otherwise)
{
    return value ? value : otherwise;
}

/* The defaults stand here, so that the bounds of the check and the worker's own are the same. */
static void set_options(tt_broker_options *out, const tt_broker_options *given)
{
    tt_budget *budget = &out->budget;

    if (given)
        *out = *given;
    out->program = NULL;
    out->spool_folder = NULL;
    out->spool_bytes = or_else(out->spool_bytes, SPOOL_BYTES);
    out->memory = or_else(out->memory, MEMORY);
    out->silence = (uint32_t)or_else(out->silence, SILENCE);
    out->wall = (uint32_t)or_else(out->wall, HOUR);
    out->cpu = (uint32_t)or_else(out->cpu, HOUR);
    out->second = (uint32_t)or_else(out->second, TT_SECOND);
    budget->depth = (uint32_t)or_else(budget->depth, BUDGET_DEPTH);
    if (budget->depth > BUDGET_DEPTH_MAX)
        budget->depth = BUDGET_DEPTH_MAX;
    budget->entries = or_else(budget->entries, BUDGET_ENTRIES);
    budget->expanded = or_else(budget->expanded, BUDGET_EXPANDED);
    budget->ratio = or_else(budget->ratio, BUDGET_RATIO);
    budget->ratio_from = or_else(budget->ratio_from, BUDGET_RATIO_FROM);
    budget->spool_memory = or_else(budget->spool_memory, BUDGET_SPOOL);
}

tt_hire_limits tt_hire_limits_of(const tt_broker *broker, uint64_t size)
{
    const tt_broker_options *o = &broker->options;
    uint64_t more = size == TT_SIZE_UNKNOWN ? 0 : size / SECOND_EACH;
    tt_hire_limits limits = {.wall = o->wall, .cpu = o->cpu, .expanded = o->budget.expanded};

    if (!broker->own_wall)
        limits.wall += more;
    if (!broker->own_cpu)
        limits.cpu = limits.cpu + more < UINT32_MAX ? limits.cpu + more : UINT32_MAX;
    if (!broker->own_expanded && size != TT_SIZE_UNKNOWN && size / EXPANDED_EACH < UINT64_MAX / 16
        && size * EXPANDED_EACH > limits.expanded)
        limits.expanded = size * EXPANDED_EACH;
    return limits;
}

static tutela_status find_program(tt_broker *b, const tt_broker_options *options,
                                  tutela_error *error)
{
    if (!options || !options->program)
        return tt_broker_program(&b->program, error);
    b->program = tt_copy_text(options->program);
    return b->program ? TUTELA_OK : tt_no_memory(error);
}

tutela_status tt_broker_new(tt_broker **out, const tt_broker_options *options, tutela_error *error)
{
    tt_broker *b = tt_alloc(1, sizeof *b);
    tutela_status status = TUTELA_OK;

    if (!b)
        return tt_no_memory(error);
    b->process = (tt_process){.handle = -1, .socket = -1, .life = -1};
    set_options(&b->options, options);
    b->own_wall = options && options->wall > 0;
    b->own_cpu = options && options->cpu > 0;
    b->own_expanded = options && options->budget.expanded > 0;
    if (options && options->spool_folder) {
        b->spool_folder = tt_copy_text(options->spool_folder);
        if (!b->spool_folder)
            status = tt_no_memory(error);
    }
    if (status == TUTELA_OK)
        status = find_program(b, options, error);
    if (status == TUTELA_OK)
        status = tt_hire(b, NULL, error);
    if (status != TUTELA_OK) {
        tt_broker_free(b);
        return status;
    }
    *out = b;
    return TUTELA_OK;
}

void tt_broker_free(tt_broker *broker)
{
    if (!broker)
        return;
    tt_process_end(&broker->process, 0);
    tt_free(broker->program);
    tt_free(broker->spool_folder);
    tt_free(broker);
}

uint32_t tt_broker_layers(const tt_broker *broker)
{
    return broker->layers;
}

uint32_t tt_broker_landlock(const tt_broker *broker)
{
    return broker->landlock;
}
