/*
 * process: see process.h.
 *
 * posix_spawn, since a fork of a process with gigabytes of hash sets costs milliseconds and copies
 * locks that other threads hold. Descriptors are close-on-exec on our side, and the worker closes what
 * others left open.
 */
#include "worker/process.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Above those the worker finds its own at, so that putting one in its place covers none. */
#define ABOVE 10
/* After it was killed; only one that hangs in the kernel, on a dead network disk, takes longer. */
#define REAP TT_SECOND
/* Of those that do; any more are the kernel's to clear away when this program ends. */
#define LEFT 64u

static void close_one(int *fd)
{
    if (*fd >= 0)
        (void)tt_close(*fd);
    *fd = -1;
}

/* ---- Those that hang ----------------------------------------------------------------------- */

/*
 * Processes that were killed and did not end in time: they wait in the kernel for a disk that is gone.
 * Nobody waits for them; whoever starts or ends a worker later looks whether they can be reaped by
 * then. They outlast the broker that started them, so it is one list for all, under its lock.
 */
static pthread_mutex_t left_lock = PTHREAD_MUTEX_INITIALIZER;
static struct hung {
    pid_t pid;
    int handle;
} left[LEFT];
static size_t left_count;

/* By its handle, where the kernel has that: the number is another's if somebody else reaped it. */
static int is_reaped(const struct hung *l)
{
    siginfo_t about = {0};
    int said = -1;

    errno = EINVAL;
    if (l->handle >= 0)
        said = waitid(P_PIDFD, (id_t)l->handle, &about, WEXITED | WNOHANG);
    if (said < 0 && errno == EINVAL)
        said = waitid(P_PID, (id_t)l->pid, &about, WEXITED | WNOHANG);
    return said < 0 ? errno == ECHILD : about.si_pid != 0;
}

static void reap_left(void)
{
    (void)pthread_mutex_lock(&left_lock);
    for (size_t i = 0; i < left_count;) {
        if (!is_reaped(&left[i])) {
            i++;
            continue;
        }
        close_one(&left[i].handle);
        left[i] = left[--left_count];
    }
    (void)pthread_mutex_unlock(&left_lock);
}

/* It hangs: it is nobody's any more. */
static void leave(tt_process *p)
{
    (void)pthread_mutex_lock(&left_lock);
    if (left_count < LEFT) {
        left[left_count++] = (struct hung){p->pid, p->handle};
        p->handle = -1;
    }
    (void)pthread_mutex_unlock(&left_lock);
}

/* ---- The start ----------------------------------------------------------------------------- */

/* What the worker is given, while it is being started. */
typedef struct ends {
    int socket;
    int memory;
    int life;
} ends;

static int lift(int *fd)
{
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, ABOVE);

    if (high < 0)
        return -1;
    (void)tt_close(*fd);
    *fd = high;
    return 0;
}

/* Shared pages, whose size nobody can change: reading them can never fault. */
static int make_memory(const tt_wire_slot **slots)
{
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    int fd = memfd_create("tutela", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return -1;
    if (fallocate(fd, 0, 0, TT_WIRE_MEMORY_SIZE) == 0 && fcntl(fd, F_ADD_SEALS, seals) == 0)
        *slots = tt_map(fd, TT_WIRE_MEMORY_SIZE);
    if (!*slots) {
        (void)tt_close(fd);
        return -1;
    }
    return fd;
}

static int make_ends(tt_process *p, ends *theirs)
{
    int pair[2], pipe_ends[2];

    theirs->memory = make_memory(&p->slots);
    if (theirs->memory < 0)
        return -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    p->socket = pair[0];
    theirs->socket = pair[1];
    if (pipe2(pipe_ends, O_CLOEXEC) < 0)
        return -1;
    theirs->life = pipe_ends[0];
    p->life = pipe_ends[1];
    if (lift(&theirs->memory) < 0 || lift(&theirs->socket) < 0 || lift(&theirs->life) < 0)
        return -1;
    return 0;
}

static int set_files(posix_spawn_file_actions_t *files, const ends *theirs)
{
    int failed = 0;

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        failed |= posix_spawn_file_actions_addopen(files, fd, "/dev/null", O_RDWR, 0);
    failed |= posix_spawn_file_actions_adddup2(files, theirs->socket, TT_WIRE_SOCKET);
    failed |= posix_spawn_file_actions_adddup2(files, theirs->memory, TT_WIRE_MEMORY);
    failed |= posix_spawn_file_actions_adddup2(files, theirs->life, TT_WIRE_LIFE);
    return failed;
}

/* A session of its own, so that Ctrl-C reaches us alone; signals as in a fresh process. */
static int set_manner(posix_spawnattr_t *manner)
{
    sigset_t none, all;
    int failed;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    failed = posix_spawnattr_setsigmask(manner, &none);
    failed |= posix_spawnattr_setsigdefault(manner, &all);
    failed |= posix_spawnattr_setflags(manner, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                                   | POSIX_SPAWN_SETSID);
    return failed;
}

/* 0, or an errno. */
static int spawn(tt_process *p, const char *program, const ends *theirs)
{
    static char locale[] = "LC_ALL=C.UTF-8";
    /* Times without a zone are UTC on every machine; and no time makes it look for the machine's zone. */
    static char zone[] = "TZ=UTC0";
    char *const environment[] = {locale, zone, NULL};
    char *const arguments[] = {(char *)(uintptr_t)program, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t manner;
    int failed = posix_spawn_file_actions_init(&files);

    if (failed)
        return failed;
    failed = posix_spawnattr_init(&manner);
    if (!failed) {
        failed = set_files(&files, theirs) || set_manner(&manner) ? ENOMEM : 0;
        if (!failed)
            failed = posix_spawn(&p->pid, program, &files, &manner, arguments, environment);
        (void)posix_spawnattr_destroy(&manner);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return failed;
}

tutela_status tt_process_start(tt_process *out, const char *program, tutela_error *error)
{
    tt_process p = {.handle = -1, .socket = -1, .life = -1};
    ends theirs = {-1, -1, -1};
    int failed = make_ends(&p, &theirs) < 0 ? errno : 0;

    reap_left();
    if (!failed)
        failed = spawn(&p, program, &theirs);
    close_one(&theirs.socket);
    close_one(&theirs.memory);
    close_one(&theirs.life);
    if (failed) {
        p.pid = 0;
        tt_process_end(&p, 0);
        if (failed == ENOMEM)
            return tt_no_memory(error);
        return tt_advise(error,
                         tt_fail(error, TUTELA_UNAVAILABLE, failed, "%s: cannot be started", program),
                         "containers are opened by tutela-worker, which is installed with tutela");
    }
    p.handle = (int)syscall(SYS_pidfd_open, p.pid, 0u);
    *out = p;
    return TUTELA_OK;
}

/* ---- The end ------------------------------------------------------------------------------- */

/* 1 when it has ended, by itself or not, and is reaped. */
static int reap(tt_process *p, int64_t within)
{
    int64_t until = tt_clock_monotonic() + within;
    int ended = 0;

    for (;;) {
        pid_t got = waitpid(p->pid, &p->how, WNOHANG);
        int64_t more = until - tt_clock_monotonic();
        if (got == p->pid || (got < 0 && errno == ECHILD))
            return 1;
        if (more <= 0)
            return 0;
        if (p->handle >= 0 && !ended) {
            struct pollfd end = {.fd = p->handle, .events = POLLIN};
            ended = poll(&end, 1, (int)(more / (TT_SECOND / 1000)) + 1) > 0;
        } else {
            tt_clock_sleep(TT_SECOND / 1000);
        }
    }
}

void tt_process_end(tt_process *process, int64_t grace)
{
    if (process->pid > 0 && !reap(process, grace)) {
        /* By its handle where there is one: the number could be another process's by now. */
        if (process->handle < 0
            || syscall(SYS_pidfd_send_signal, process->handle, SIGKILL, NULL, 0u) < 0)
            (void)kill(process->pid, SIGKILL);
        if (!reap(process, REAP))
            leave(process);
    }
    reap_left();
    if (process->slots) {
        tt_unmap(process->slots, TT_WIRE_MEMORY_SIZE);
        close_one(&process->handle);
        close_one(&process->socket);
        close_one(&process->life);
    }
    *process = (tt_process){.handle = -1, .socket = -1, .life = -1, .how = process->how};
}

int64_t tt_process_used(const tt_process *process)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(process->pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (int64_t)used.tv_sec * TT_SECOND + used.tv_nsec;
}

/* Its state in one letter, as proc(5) has it; 0: not to be known. */
static char state_of(pid_t pid)
{
    char path[32], line[512];
    const char *behind;
    ssize_t got;

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    TT_AUTO_CLOSE int fd = tt_openat(AT_FDCWD, path, O_RDONLY, 0);
    got = fd < 0 ? -1 : tt_read(fd, line, sizeof line - 1);
    if (got <= 0)
        return 0;
    line[got] = '\0';
    behind = strrchr(line, ')'); /* of its name, in which anything may be */
    return behind && behind[1] == ' ' ? behind[2] : 0;
}

int tt_process_at_work(const tt_process *process, int64_t *used)
{
    int64_t before = *used;
    char state = state_of(process->pid);

    *used = tt_process_used(process);
    return state == 0 || state == 'R' || state == 'D' || *used > before;
}

void tt_process_allow(const tt_process *process, uint32_t seconds)
{
    /* The hard limit stays: a later job needs a higher one, and the worker cannot raise it itself. */
    uint64_t until = (uint64_t)(tt_process_used(process) / TT_SECOND) + 2 + seconds;
    struct rlimit set;

    if (prlimit(process->pid, RLIMIT_CPU, NULL, &set) == 0) {
        set.rlim_cur = until < set.rlim_max ? until : set.rlim_max;
        (void)prlimit(process->pid, RLIMIT_CPU, &set, NULL);
    }
}

tt_trouble tt_process_verdict(int how)
{
    int with = WIFSIGNALED(how) ? WTERMSIG(how) : 0;

    if (with == SIGXCPU)
        return (tt_trouble){TUTELA_ITEM_LIMIT, "it takes more processor time than the limit"};
    if (with == SIGXFSZ)
        return (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more room than the limit"};
    if (with == SIGSYS)
        return (tt_trouble){TUTELA_ITEM_CRASHED, "its parser made a forbidden call"};
    if (with == SIGKILL)
        return (tt_trouble){TUTELA_ITEM_CRASHED, "its parser was killed"};
    return (tt_trouble){TUTELA_ITEM_CRASHED, "its parser died"};
}

/* Those that are there, one after another. How many. */
static size_t gather_fds(const int *fds, int *out, uint32_t *with)
{
    size_t count = 0;

    *with = 0;
    for (uint32_t i = 0; fds && i < TT_WIRE_FDS; i++) {
        if (fds[i] < 0)
            continue;
        *with |= 1u << i;
        out[count++] = fds[i];
    }
    return count;
}

int tt_process_send(const tt_process *process, const tt_wire_order *order, const int *fds)
{
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(TT_WIRE_PART_FDS * sizeof(int))] = {0};
    tt_wire_order sent = *order;
    struct iovec part = {&sent, sizeof sent};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    int there[TT_WIRE_FDS];
    int parts = order->kind == TT_WIRE_PARTS;
    size_t count = parts ? order->parts : gather_fds(fds, there, &sent.with);
    ssize_t got;

    if (count > 0) {
        struct cmsghdr *rights;
        message.msg_control = room;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(rights), parts ? fds : there, count * sizeof(int));
    }
    do
        got = sendmsg(process->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof sent ? 0 : -1;
}
