/*
 * The worker's sandbox: a child locks itself up and tries what it must not be able to do. Each attempt
 * ends the child with SIGSYS or is refused; what parsers need still works.
 */
#include "tap.h"

#include "worker/broker.h"
#include "worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

/* What a child ends with when an attempt was refused, and when it came through. */
#define REFUSED 10
#define THROUGH 11

static const char *file_path;
static int file_fd, other_fd, spool_fd, pair[2];

static int said(long answer)
{
    return answer < 0 ? REFUSED : THROUGH;
}

/* ---- Attempts ------------------------------------------------------------------------------ */

static int open_to_read(void) { return said(open(file_path, O_RDONLY)); }
static int open_folder(void) { return said(open("/", O_RDONLY | O_DIRECTORY)); }
static int open_to_write(void) { return said(open(file_path, O_WRONLY)); }
static int open_to_append(void) { return said(open(file_path, O_RDWR | O_APPEND)); }
static int open_to_make(void) { return said(open(file_path, O_RDONLY | O_CREAT, 0600)); }
static int openat2_to_write(void)
{
    uint64_t how[3] = {O_RDWR, 0, 0};
    return said(syscall(SYS_openat2, AT_FDCWD, file_path, how, sizeof how));
}
static int open_old_way(void)
{
#ifdef SYS_open
    return said(syscall(SYS_open, file_path, O_WRONLY, 0));
#else
    raise(SIGSYS);
    return THROUGH;
#endif
}
static int look_at_path(void)
{
    struct stat about;
    return said(stat(file_path, &about));
}
static int make_socket(void) { return said(socket(AF_INET, SOCK_STREAM, 0)); }
static int make_datagram(void) { return said(socket(AF_INET, SOCK_DGRAM, 0)); }
static int connect_out(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = 9};
    return said(connect(pair[0], (struct sockaddr *)&to, sizeof to));
}
static int pass_descriptor(void)
{
    struct msghdr message = {0};
    return said(sendmsg(pair[0], &message, 0));
}
static int execute(void)
{
    char *none[] = {NULL};
    return said(execve("/bin/true", none, none));
}
static int make_process(void)
{
    long got = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (got == 0)
        _exit(0);
    return said(got);
}
static int trace(void) { return said(ptrace(PTRACE_ATTACH, getppid(), 0, 0)); }
static int peek(void)
{
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {&pair, 1};
    return said(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}
static int ring(void)
{
    char parameters[256] = {0};
    return said(syscall(SYS_io_uring_setup, 4u, parameters));
}
static int load_bpf(void) { return said(syscall(SYS_bpf, 0, NULL, 0)); }
static int fault_handler(void) { return said(syscall(SYS_userfaultfd, 0)); }
static int counters(void) { return said(syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0)); }
static int rename_file(void) { return said(rename(file_path, "other")); }
static int unlink_file(void) { return said(unlink(file_path)); }
static int signal_parent(void) { return said(kill(getppid(), SIGTERM)); }
static int signal_thread(void)
{
    return said(syscall(SYS_tgkill, getppid(), getppid(), SIGTERM));
}
static int write_elsewhere(void) { return said(write(STDOUT_FILENO, "x", 1)); }
static int write_to_file(void) { return said(pwrite(file_fd, "x", 1, 0)); }
static int write_to_other(void) { return said(pwrite(other_fd, "x", 1, 0)); }
static int cut_other_off(void) { return said(ftruncate(other_fd, 0)); }
static int write_in_parts(void)
{
    struct iovec part = {(char[]){"x"}, 1};
    return said(pwritev(spool_fd, &part, 1, 0));
}
static int name_spool(void)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", spool_fd);
    return said(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
}
static int memory_file(void) { return said(syscall(SYS_memfd_create, "more", 0)); }
static int map_code(void)
{
    return said(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                     -1, 0) == MAP_FAILED ? -1 : 0);
}
static int turn_to_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? THROUGH : said(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}
static int map_file(void)
{
    return said(mmap(NULL, 4096, PROT_READ, MAP_SHARED, file_fd, 0) == MAP_FAILED ? -1 : 0);
}
static int raise_limit(void)
{
    struct rlimit most = {1 << 20, 1 << 20};
    return said(setrlimit(RLIMIT_CORE, &most));
}
static int dumpable_again(void) { return said(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }
static int unknown_call(void)
{
    return syscall(100000) < 0 && errno == ENOSYS ? REFUSED : THROUGH;
}
static int seek(void) { return said(lseek(file_fd, 1, SEEK_SET)); }

static const struct attempt {
    const char *name;
    int (*run)(void);
    int dies; /* by SIGSYS; else refused */
} attempts[] = {
    {"opening to read", open_to_read, 0},
    {"opening a folder", open_folder, 0},
    {"opening to write", open_to_write, 1},
    {"opening to append", open_to_append, 1},
    {"making a file", open_to_make, 1},
    {"openat2", openat2_to_write, 0},
    {"open by its old number", open_old_way, 1},
    {"stat", look_at_path, 0},
    {"a socket", make_socket, 1},
    {"a datagram socket", make_datagram, 1},
    {"connect", connect_out, 1},
    {"sendmsg", pass_descriptor, 1},
    {"execve", execute, 1},
    {"clone", make_process, 0},
    {"ptrace", trace, 1},
    {"reading its parent's memory", peek, 1},
    {"io_uring", ring, 1},
    {"bpf", load_bpf, 1},
    {"userfaultfd", fault_handler, 1},
    {"performance counters", counters, 1},
    {"rename", rename_file, 1},
    {"unlink", unlink_file, 1},
    {"a signal to its parent", signal_parent, 0},
    {"a signal to its parent's thread", signal_thread, 0},
    {"writing to another descriptor", write_elsewhere, 0},
    {"writing to its file", write_to_file, 0},
    {"writing to one that was opened to be written", write_to_other, 0},
    {"cutting that off", cut_other_off, 0},
    {"writing to its spool in another way", write_in_parts, 0},
    {"a name for its spool", name_spool, 1},
    {"a file in memory", memory_file, 0},
    {"memory that can be run", map_code, 0},
    {"memory made one that can be run", turn_to_code, 0},
    {"mapping a file", map_file, 0},
    {"a higher limit", raise_limit, 0},
    {"being dumpable again", dumpable_again, 0},
    {"a call nobody knows", unknown_call, 0},
    {"moving the place in its file", seek, 0},
};

/* ---- Running them -------------------------------------------------------------------------- */

static void lock_up(tt_sandboxed *done)
{
    tt_sandbox how = {.memory = (uint64_t)1 << 30, .spool = 1 << 20, .spool_fd = spool_fd,
                      .socket = pair[0],
                      .descriptors = pair[0] + pair[1] + file_fd + other_fd + spool_fd + 1};

    tt_sandbox_enter(&how, done);
}

static int wait_for(pid_t pid)
{
    int how = 0;

    while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
        continue;
    return how;
}

static int child(int (*run)(void))
{
    pid_t pid = fork();

    if (pid == 0) {
        tt_sandboxed done;
        alarm(20);
        lock_up(&done);
        _exit(done.layers & TT_LAYER_SECCOMP ? run() : 1);
    }
    return wait_for(pid);
}

static void test_attempts(void)
{
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        int how = child(attempts[i].run);
        if (attempts[i].dies)
            ok(WIFSIGNALED(how) && WTERMSIG(how) == SIGSYS, "%s: killed", attempts[i].name);
        else
            ok(WIFEXITED(how) && WEXITSTATUS(how) == REFUSED, "%s: refused", attempts[i].name);
        if (WIFSIGNALED(how) && WTERMSIG(how) != SIGSYS)
            printf("# by signal %d\n", WTERMSIG(how));
    }
}

/* What parsers need. */
static int ordinary_work(void)
{
    char bytes[4] = {0};
    struct timespec now;
    char *large = malloc(64 << 20), *larger;

    if (!large || pread(file_fd, bytes, 4, 0) != 4 || memcmp(bytes, "text", 4) != 0)
        return 1;
    memset(large, 1, 64 << 20);
    larger = realloc(large, 96 << 20);
    if (!larger || larger[(64 << 20) - 1] != 1)
        return 2;
    free(larger);
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 || write(pair[0], "word", 4) != 4)
        return 3;
    if (pwrite(spool_fd, "xy", 2, 99) != 2 || pread(spool_fd, bytes, 1, 100) != 1 || bytes[0] != 'y'
        || ftruncate(spool_fd, 0) != 0)
        return 4;
    return THROUGH;
}

static int past_spool(void)
{
    return said(pwrite(spool_fd, "x", 1, 2 << 20));
}

static int no_spool(void)
{
    tt_sandbox how = {.memory = (uint64_t)1 << 30, .spool_fd = -1, .socket = pair[0],
                      .descriptors = pair[0] + pair[1] + file_fd + other_fd + spool_fd + 1};
    tt_sandboxed done;

    tt_sandbox_enter(&how, &done);
    return pwrite(spool_fd, "x", 1, 0) < 0 && errno == ENOSYS && ftruncate(spool_fd, 0) < 0
                   && errno == ENOSYS ? REFUSED : THROUGH;
}

static int too_much_memory(void)
{
    void *block = mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0);
    return said(block == MAP_FAILED ? -1 : 0);
}

static int end_itself(void)
{
    abort();
}

static void test_work(void)
{
    char word[8];
    int how = child(ordinary_work);

    ok(WIFEXITED(how) && WEXITSTATUS(how) == THROUGH, "memory, reading, time, its socket: they work");
    is_i64(recv(pair[1], word, sizeof word, MSG_DONTWAIT), 4, "what it wrote came");
    how = child(past_spool);
    ok(WIFSIGNALED(how) && WTERMSIG(how) == SIGXFSZ, "a file without a name has a limit");
    pid_t pid = fork();
    if (pid == 0)
        _exit(no_spool());
    how = wait_for(pid);
    ok(WIFEXITED(how) && WEXITSTATUS(how) == REFUSED, "where it has no spool it writes to no file");
    how = child(end_itself);
    ok(WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT && !WCOREDUMP(how), "abort works, without a core");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)too_much_memory;
    skip(1, "a sanitizer needs its address space");
#else
    how = child(too_much_memory);
    ok(WIFEXITED(how) && WEXITSTATUS(how) == REFUSED, "memory has a limit");
#endif
}

/* The layers, the limit of cores, and what was left open. */
static void test_layers(void)
{
    struct answer { tt_sandboxed done; int closed; } answer = {0};
    int extra = dup(file_fd), how = 0;
    pid_t pid;

    while (extra < 100)
        extra = dup(extra);
    pid = fork();
    if (pid == 0) {
        lock_up(&answer.done);
        answer.closed = pread(extra, &(char){0}, 1, 0) < 0 && errno == EBADF;
        _exit(write(pair[0], &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    (void)waitpid(pid, &how, 0);
    is_i64(recv(pair[1], &answer, sizeof answer, MSG_DONTWAIT), sizeof answer, "the child answers");
    ok(answer.closed, "descriptors that are not its own are closed");
    is_u64(answer.done.layers | TT_LAYER_LANDLOCK, TT_LAYER_ALL,
           "every layer is active");
    ok(!(answer.done.layers & TT_LAYER_LANDLOCK) == !answer.done.landlock,
       "Landlock tells its version: %u", answer.done.landlock);
    for (uint32_t bit = 1; bit & TT_LAYER_ALL; bit <<= 1)
        ok(tt_layer_name(bit) != NULL, "layer %u has a name", bit);
    ok(!tt_layer_name(3) && !tt_layer_name(0) && !tt_layer_name(32), "no other number has one");
}

int main(void)
{
    FILE *out;

    alarm(120);
    if (tap_under()) {
        skip(1, "what runs it makes calls that are not allowed here");
        return tap_done();
    }
    file_path = tap_path("file");
    out = fopen(file_path, "w");
    fputs("text", out);
    fclose(out);
    file_fd = open(file_path, O_RDONLY);
    other_fd = open(tap_path("other"), O_RDWR | O_CREAT, 0600);
    spool_fd = open(tap_folder(), O_RDWR | O_TMPFILE, 0600);
    if (spool_fd < 0) { /* a file system without */
        spool_fd = open(tap_path("spool"), O_RDWR | O_CREAT, 0600);
        (void)unlink(tap_path("spool"));
    }
    if (file_fd < 0 || other_fd < 0 || spool_fd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        return 1;
    test_attempts();
    test_work();
    test_layers();
    return tap_done();
}
