/*
 * sandbox: see sandbox.h. The only file that knows libseccomp.
 *
 * The filter answers ENOSYS to what it does not know, since newer C libraries try newer calls first
 * and fall back; it kills for what only an attacker would try. Opening is not allowed at all: to read
 * it fails, to write it kills.
 */
#include "worker/sandbox.h"

#include "worker/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Landlock: the headers of older systems lack parts of it, and the numbers are the kernel's --- */

#define CREATE_RULESET 444
#define RESTRICT_SELF  446
#define ASK_VERSION    1u

struct ruleset {
    uint64_t files;
    uint64_t network; /* from version 4 on */
    uint64_t scopes;  /* from version 6 on */
};

/* Everything that a version can deny: rights to files by their number, 13 in version 1. */
static uint64_t file_rights(long version)
{
    static const uint8_t rights[] = {0, 13, 14, 15, 15, 16};

    return (UINT64_C(1) << rights[version < 5 ? version : 5]) - 1;
}

static int enter_landlock(uint32_t *version)
{
    struct ruleset rules = {0};
    size_t size = offsetof(struct ruleset, network);
    long found = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
    long fd;
    int entered;

    if (found < 1)
        return 0;
    rules.files = file_rights(found);
    if (found >= 4) {
        rules.network = 3; /* bind and connect */
        size = offsetof(struct ruleset, scopes);
    }
    if (found >= 6) {
        rules.scopes = 3; /* abstract sockets, signals */
        size = sizeof rules;
    }
    fd = syscall(CREATE_RULESET, &rules, size, 0u);
    if (fd < 0)
        return 0;
    entered = syscall(RESTRICT_SELF, (int)fd, 0u) == 0;
    (void)syscall(SYS_close, (int)fd);
    *version = entered ? (uint32_t)found : 0;
    return entered;
}

/* ---- System calls -------------------------------------------------------------------------- */

static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(close), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield),
    SCMP_SYS(membarrier), SCMP_SYS(rseq),
};

static const int deadly[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(socket),
    SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp),
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(bpf),
    SCMP_SYS(userfaultfd), SCMP_SYS(perf_event_open), SCMP_SYS(creat), SCMP_SYS(truncate),
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat),
    SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(mount),
    SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns), SCMP_SYS(unshare),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(keyctl), SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at),
};

/* A call and what one of its arguments must be, masked. */
struct rule {
    int call;
    unsigned argument;
    uint64_t mask;
    uint64_t value;
};

static const struct rule deadly_if[] = {
    {SCMP_SYS(open), 1, O_ACCMODE, O_WRONLY},   {SCMP_SYS(open), 1, O_ACCMODE, O_RDWR},
    {SCMP_SYS(open), 1, O_CREAT, O_CREAT},      {SCMP_SYS(open), 1, O_TRUNC, O_TRUNC},
    {SCMP_SYS(openat), 2, O_ACCMODE, O_WRONLY}, {SCMP_SYS(openat), 2, O_ACCMODE, O_RDWR},
    {SCMP_SYS(openat), 2, O_CREAT, O_CREAT},    {SCMP_SYS(openat), 2, O_TRUNC, O_TRUNC},
};

/* Each rule is 0 or a negative errno; a call that this processor does not have is no failure. */
static int add_lists(scmp_filter_ctx filter)
{
    int failed = 0;

    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    for (size_t i = 0; i < sizeof deadly_if / sizeof deadly_if[0]; i++) {
        const struct rule *r = &deadly_if[i];
        failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, r->call, 1,
                                   SCMP_CMP64(r->argument, SCMP_CMP_MASKED_EQ, r->mask, r->value));
    }
    return failed;
}

/* What is allowed for some arguments only. */
static int add_bound(scmp_filter_ctx filter, const tt_sandbox *how)
{
    const uint64_t mine = (uint64_t)(unsigned)how->socket, self = (uint64_t)(unsigned)getpid();
    const uint64_t spool = (uint64_t)(unsigned)how->spool_fd;
    const uint64_t shared = MAP_ANONYMOUS | MAP_SHARED;
    int failed = 0;

    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                               SCMP_CMP64(0, SCMP_CMP_EQ, mine, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), 1,
                               SCMP_CMP64(0, SCMP_CMP_EQ, mine, 0));
    if (how->spool_fd >= 0) {
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pwrite64), 1,
                                   SCMP_CMP64(0, SCMP_CMP_EQ, spool, 0));
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ftruncate), 1,
                                   SCMP_CMP64(0, SCMP_CMP_EQ, spool, 0));
    }
    /* Memory of its own, none that can be run. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                               SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                               SCMP_CMP64(3, SCMP_CMP_MASKED_EQ, shared, MAP_ANONYMOUS));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* abort sends itself a signal. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               SCMP_CMP64(0, SCMP_CMP_EQ, self, 0));
    return failed;
}

static int enter_seccomp(const tt_sandbox *how)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int entered;

    if (!filter)
        return 0;
    /* A call by the numbers of another architecture is one more way around. */
    entered = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0
              && add_lists(filter) == 0 && add_bound(filter, how) == 0
              && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return entered;
}

/* ---- Limits -------------------------------------------------------------------------------- */

/* A sanitizer maps terabytes of shadow that are never touched. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHADOWED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SHADOWED 1
#endif
#endif
#ifndef SHADOWED
#define SHADOWED 0
#endif

/* Its own few, a job's, a spool; and the parts of a job, whose number costs nothing while they are not there. */
#define DESCRIPTORS (16u + TT_PARTS_MAX)

static int limit(__rlimit_resource_t what, uint64_t most)
{
    struct rlimit now, set = {most, most};

    if (getrlimit(what, &now) < 0)
        return 0;
    if (now.rlim_max < set.rlim_max)
        set.rlim_cur = set.rlim_max = now.rlim_max;
    return setrlimit(what, &set) == 0;
}

/* Processor time is set from outside, before each job. */
static int enter_limits(const tt_sandbox *how)
{
    int set = limit(RLIMIT_NOFILE, DESCRIPTORS) && limit(RLIMIT_FSIZE, how->spool)
              && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_MEMLOCK, 0);

    /* 1, since 0 does not keep a core from a program that the kernel pipes it to, and 1 does. */
    set = set && limit(RLIMIT_CORE, 1);
    if (how->memory && !SHADOWED)
        set = set && limit(RLIMIT_AS, how->memory);
    return set;
}

static void close_from(int first)
{
    const int most = 65536; /* a usual hard limit, for kernels before 5.9 */

    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
        return;
    for (int fd = first; fd < most; fd++)
        (void)syscall(SYS_close, fd);
}

void tt_sandbox_enter(const tt_sandbox *how, tt_sandboxed *out)
{
    *out = (tt_sandboxed){0};
    close_from(how->descriptors);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
        out->layers |= TT_LAYER_NOT_DUMPABLE;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        out->layers |= TT_LAYER_NO_NEW_PRIVILEGES;
    if (enter_limits(how))
        out->layers |= TT_LAYER_LIMITS;
    if (enter_landlock(&out->landlock))
        out->layers |= TT_LAYER_LANDLOCK;
    if (enter_seccomp(how))
        out->layers |= TT_LAYER_SECCOMP;
}
