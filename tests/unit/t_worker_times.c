/*
 * The broker with workers that take their time: fall silent, do nothing in many words, or spin. All at
 * once, since each is given that time twice.
 */
#include "worker_bad.h"
#include "worker/hire.h"

#include <pthread.h>
#include <sys/wait.h>

static void test_manners(void)
{
    trial *trials[MANNERS] = {NULL};
    pthread_t threads[MANNERS];

    for (size_t i = 0; i < MANNERS; i++) {
        if (!is_slow(&manners[i]))
            continue;
        trials[i] = new_trial(&manners[i]);
        pthread_create(&threads[i], NULL, run_trial, trials[i]);
    }
    for (size_t i = 0; i < MANNERS; i++) {
        if (!trials[i])
            continue;
        pthread_join(threads[i], NULL);
        check_trial(trials[i]);
        free_trial(trials[i]);
    }
}

/* A worker ends when the program that started it is gone, even while it spins. */
static void test_orphan(void)
{
    int ready[2], how;
    pid_t parent, worker = 0;
    char path[1024];

    set_program(path, "spin");
    if (pipe(ready) != 0)
        return;
    parent = fork();
    if (parent == 0) {
        tt_process p;
        tt_wire_order setup = {.kind = TT_WIRE_SETUP};
        tt_wire_order go = {.kind = TT_WIRE_ORDER, .job = 1, .size = 3, .mask = KIT_MASK};
        int fds[TT_WIRE_FDS] = {[TT_WIRE_FD_JOB] = file_of("bad", 3), [TT_WIRE_FD_SPOOL] = -1};
        if (tt_process_start(&p, path, NULL) != TUTELA_OK
            || tt_process_send(&p, &setup, NULL) != 0 || tt_process_send(&p, &go, fds) != 0)
            _exit(1);
        (void)!write(ready[1], &p.pid, sizeof p.pid);
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
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

/* What was not asked for grows with the file; what was stays. */
static void limits(void)
{
    static tt_broker broker = {.options = {.wall = 3600, .cpu = 3600, .budget = {.expanded = UINT64_C(1) << 40}}};
    const uint64_t drive = UINT64_C(8) << 40;
    tt_hire_limits own = tt_hire_limits_of(&broker, drive);

    ok(own.wall == 3600 + (drive >> 24) && own.cpu == own.wall && own.expanded == 4 * drive,
       "a drive of eight terabytes has days, and all that is on it may come out");
    own = tt_hire_limits_of(&broker, 1000);
    ok(own.wall == 3600 && own.cpu == 3600 && own.expanded == UINT64_C(1) << 40, "a small file has an hour");
    own = tt_hire_limits_of(&broker, TT_SIZE_UNKNOWN);
    ok(own.wall == 3600 && own.cpu == 3600 && own.expanded == UINT64_C(1) << 40, "and so has a stream");
    own = tt_hire_limits_of(&broker, UINT64_MAX / 8);
    ok(own.cpu <= UINT32_MAX && own.expanded >= UINT64_MAX / 16, "the largest file does not go round");
    broker.own_wall = broker.own_cpu = broker.own_expanded = 1;
    own = tt_hire_limits_of(&broker, drive);
    ok(own.wall == 3600 && own.cpu == 3600 && own.expanded == UINT64_C(1) << 40, "what was given is kept");
}

int main(int count, char **arguments)
{
    bad_main(count, arguments);
    test_orphan();
    test_manners();
    limits();
    return tap_done();
}
