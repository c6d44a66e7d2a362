/*
 * A worker that cannot be reaped when it is killed, as one that waits in the kernel for a disk that is
 * gone: nobody waits for it, and it is reaped when that has become possible.
 *
 * Such a wait cannot be had by asking; but to whoever waits for a process, one that somebody else traces
 * looks the same: killed, and not there to be reaped before the tracer lets go of it.
 */
#include "tap.h"

#include "base/clock.h"
#include "worker/process.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static char self[1024], sleeper[1024];

/* A program that does nothing, and lets anybody trace it. */
static _Noreturn void sleep_on(void)
{
    char one = 1;

    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    (void)!write(TT_WIRE_SOCKET, &one, 1);
    for (;;)
        pause();
}

/* Start it; it is at its work when this comes back. */
static int start(tt_process *p)
{
    tutela_error error = {0};
    char one;

    if (tt_process_start(p, sleeper, &error) != TUTELA_OK) {
        ok(0, "starts: %s", error.text);
        return 0;
    }
    return read(p->socket, &one, 1) == 1;
}

/* Somebody who holds on to the process until `hold` is closed. 0 when that is not allowed here. */
static pid_t trace(pid_t pid, int hold[2])
{
    int said[2];
    pid_t tracer;
    char one = 0;

    if (pipe(said) != 0 || pipe(hold) != 0)
        return 0;
    tracer = fork();
    if (tracer == 0) {
        (void)close(hold[1]);
        one = ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0;
        (void)!write(said[1], &one, 1);
        (void)!read(hold[0], &one, 1);
        _exit(0);
    }
    (void)close(said[1]);
    if (read(said[0], &one, 1) != 1)
        one = 0;
    (void)close(said[0]);
    (void)close(hold[0]);
    if (one)
        return tracer;
    (void)close(hold[1]);
    (void)waitpid(tracer, NULL, 0);
    return 0;
}

static int is_there(pid_t pid)
{
    return kill(pid, 0) == 0;
}

static void test_hanging(void)
{
    tt_process p, next;
    int64_t from;
    pid_t pid, tracer;
    int hold[2];

    if (!start(&p) || !start(&next))
        return;
    pid = p.pid;
    tracer = trace(pid, hold);
    if (!tracer) {
        skip(4, "tracing is not allowed here");
        tt_process_end(&p, 0);
        tt_process_end(&next, 0);
        return;
    }
    from = tt_clock_monotonic();
    tt_process_end(&p, 0);
    ok(tt_clock_monotonic() - from < 5 * TT_SECOND, "it is not waited for long");
    ok(p.pid == 0 && is_there(pid), "and left behind");
    from = tt_clock_monotonic();
    tt_process_end(&next, 0);
    ok(is_there(pid) && tt_clock_monotonic() - from < TT_SECOND, "nor does the next one wait for it");
    (void)close(hold[1]);
    (void)waitpid(tracer, NULL, 0);
    if (start(&next))
        ok(!is_there(pid), "when it can be, it is reaped");
    tt_process_end(&next, 0);
}

static void test_ends(void)
{
    tt_process p, none = {0};
    pid_t pid;

    tt_process_end(&none, 0);
    ok(none.pid == 0, "the end of none");
    if (!start(&p))
        return;
    pid = p.pid;
    tt_process_end(&p, 0);
    ok(!is_there(pid) && WIFSIGNALED(p.how) && WTERMSIG(p.how) == SIGKILL, "killed, and reaped");
    tt_process_end(&p, 0);
    ok(p.pid == 0, "once more");
    errno = 0;
    ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no child is left");
}

int main(int count, char **arguments)
{
    const char *name = strrchr(arguments[0], '/');

    if (count == 1 && name && strcmp(name, "/sleeper") == 0)
        sleep_on();
    alarm(60);
    (void)!readlink("/proc/self/exe", self, sizeof self - 1);
    snprintf(sleeper, sizeof sleeper, "%s", tap_path("sleeper"));
    if (symlink(self, sleeper) != 0)
        return 1;
    test_hanging();
    test_ends();
    return tap_done();
}
