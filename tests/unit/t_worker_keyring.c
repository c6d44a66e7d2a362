/*
 * t_worker_keyring: passwords from whoever gives them to the worker that tries them: their bounds, the
 * sealed file they travel in, files that are none, and that nothing else of a worker shows them.
 */
#include "broker_kit.h"

#include "worker/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* Found nowhere by accident. */
#define RIGHT "Zaunk\xf6nig & 7 Riegel"

static char worker_path[1100];

/* ---- Bounds -------------------------------------------------------------------------------- */

static void refused(const char *data, size_t size, const char *what)
{
    tutela_name two[] = {{"fine", 4}, {data, size}};
    tutela_error error = {0};
    tt_keyring k = {.size = 77};

    ok(tt_keyring_copy(&k, two, 2, &error) == TUTELA_ARGUMENT && k.size == 77, "refused: %s", what);
    ok(strstr(error.text, "password 2") && !strstr(error.text, "shown"), "... %s", error.text);
}

static void test_bounds(void)
{
    static tutela_name many[TT_SECRETS_MAX + 1];
    static char longest[TT_SECRET_SIZE + 1];
    tt_keyring k = {0};
    tutela_error error = {0};

    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i <= TT_SECRETS_MAX; i++)
        many[i] = (tutela_name){longest, TT_SECRET_SIZE};
    refused("", 0, "an empty one");
    refused(NULL, 5, "one that is not there");
    refused("shown\0there", 11, "a NUL");
    refused(longest, TT_SECRET_SIZE + 1, "one byte too long");
    is_i64(tt_keyring_copy(&k, many, TT_SECRETS_MAX + 1, &error), TUTELA_ARGUMENT, "one too many");
    is_i64(tt_keyring_copy(&k, NULL, 0, &error), TUTELA_OK, "none");
    ok(k.secrets.count == 0 && !k.packed, "... are none");
    is_i64(tt_keyring_copy(&k, many, TT_SECRETS_MAX, &error), TUTELA_OK, "the most and longest");
    memset(longest, 'y', sizeof longest);
    ok(k.secrets.count == TT_SECRETS_MAX && k.secrets.list[999].size == TT_SECRET_SIZE
           && k.secrets.list[999].bytes[255] == 'x',
       "... are a copy");
    tt_keyring_done(&k);
    ok(!k.packed && !k.list && k.secrets.count == 0, "nothing is left");
    tt_keyring_done(&k);
}

/* ---- The file ------------------------------------------------------------------------------ */

static int same_secrets(const tt_keyring *a, const tt_keyring *b)
{
    if (a->secrets.count != b->secrets.count)
        return 0;
    for (size_t i = 0; i < a->secrets.count; i++)
        if (a->secrets.list[i].size != b->secrets.list[i].size
            || memcmp(a->secrets.list[i].bytes, b->secrets.list[i].bytes, a->secrets.list[i].size) != 0)
            return 0;
    return 1;
}

static void test_file(void)
{
    static char longest[TT_SECRET_SIZE];
    tutela_name three[] = {{"a", 1}, {longest, sizeof longest}, {"\xff\n\r", 3}};
    tt_keyring k = {0}, back = {0};
    char byte = 'b';
    int fd, flags;

    memset(longest, 'l', sizeof longest);
    is_i64(tt_keyring_copy(&k, three, 3, NULL), TUTELA_OK, "three");
    fd = tt_keyring_file(&k);
    ok(fd >= 0 && fcntl(fd, F_GET_SEALS) == (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL),
       "the file is sealed");
    flags = fcntl(fd, F_GETFD);
    ok(flags >= 0 && (flags & FD_CLOEXEC), "and no other program's");
    ok(pwrite(fd, &byte, 1, 0) < 0 && ftruncate(fd, 1) < 0, "it cannot be changed");
    for (int i = 0; i < 2; i++) {
        is_i64(tt_keyring_read(&back, fd, 3, NULL), TUTELA_OK, "read, time %d", i + 1);
        ok(same_secrets(&k, &back), "the same");
        tt_keyring_done(&back);
    }
    for (uint64_t count = 0; count < 6; count++)
        if (count != 3)
            is_i64(tt_keyring_read(&back, fd, count, NULL), TUTELA_ARGUMENT, "%d of three", (int)count);
    is_i64(tt_keyring_read(&back, fd, UINT64_MAX, NULL), TUTELA_ARGUMENT, "any number");
    (void)close(fd);
    is_i64(tt_keyring_read(&back, -1, 3, NULL), TUTELA_IO, "no file");
    tt_keyring_done(&k);
}

static void not_those(const void *data, size_t size, uint64_t count, const char *what)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    tt_keyring back = {.size = 77};
    tutela_error error = {0};

    if (write(fd, data, size) != (ssize_t)size)
        printf("# the file cannot be written\n");
    ok(tt_keyring_read(&back, fd, count, &error) == TUTELA_ARGUMENT && back.size == 77, "not taken: %s",
       what);
    ok(error.text[0] && !strstr(error.text, "abc"), "... %s", error.text);
    (void)close(fd);
}

static void test_damage(void)
{
    static uint8_t large[2 + 257], most[1000 * 258 + 1];
    static const uint8_t good[] = "\3\0abc\2\0de";
    tt_keyring back;
    int ends[2];

    memset(large, 'x', sizeof large);
    large[0] = 1;
    large[1] = 1;
    memset(most, 1, sizeof most);
    for (size_t size = 0; size < sizeof good - 1; size++)
        not_those(good, size, 2, "cut off");
    not_those(good, sizeof good, 2, "a byte more");
    not_those("\0\0\3\0abc", 7, 2, "an empty one");
    not_those("\3\0ab\0", 5, 1, "a NUL");
    not_those("\377\377abc", 5, 1, "far longer than all");
    not_those(large, sizeof large, 1, "longer than one may be");
    not_those(most, sizeof most, 1000, "larger than all may be");
    if (pipe(ends) != 0)
        return;
    is_i64(tt_keyring_read(&back, ends[0], 1, NULL), TUTELA_ARGUMENT, "a pipe");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* ---- Workers ------------------------------------------------------------------------------- */

static bytes locked_zip(const char *how)
{
    bytes out = {malloc(1), 0};
    struct archive *a = archive_write_new();
    int good;

    archive_write_set_bytes_per_block(a, 0);
    archive_write_set_bytes_in_last_block(a, 1);
    good = archive_write_set_format_zip(a) == ARCHIVE_OK
           && archive_write_set_options(a, how) == ARCHIVE_OK
           && archive_write_set_passphrase(a, RIGHT) == ARCHIVE_OK
           && archive_write_open(a, &out, NULL, kit_grow, NULL) == ARCHIVE_OK
           && kit_put(a, "locked", "what is locked in", 17);
    if (!kit_close(a) || !good)
        printf("# the zip cannot be written\n");
    return out;
}

/* The only child of this process; 0 when there is none. */
static pid_t worker_of_us(void)
{
    char path[64];
    FILE *in;
    int pid = 0;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    in = fopen(path, "r");
    if (!in || fscanf(in, "%d", &pid) != 1)
        pid = 0;
    if (in)
        (void)fclose(in);
    return (pid_t)pid;
}

/* Whether the password is in a file of /proc; -1 when that cannot be read. */
static int shows(pid_t pid, const char *name)
{
    static char all[1 << 16];
    char path[64];
    ssize_t size;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    fd = open(path, O_RDONLY);
    size = fd < 0 ? -1 : read(fd, all, sizeof all);
    (void)close(fd);
    return size < 0 ? -1 : memmem(all, (size_t)size, RIGHT, strlen(RIGHT)) != NULL;
}

/* Files in memory that it has open; -1 when that is not ours to see. */
static int memory_files(pid_t pid)
{
    char path[64], target[256];
    struct dirent *entry;
    DIR *folder;
    int count = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    folder = opendir(path);
    while (folder && (entry = readdir(folder))) {
        ssize_t size = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        target[size > 0 ? size : 0] = 0;
        count += strstr(target, "memfd:") != NULL;
    }
    if (!folder)
        return -1;
    (void)closedir(folder);
    return count;
}

static void is_open(tt_broker *b, bytes zip, const char *what)
{
    tt_opened out;

    ok(run(b, zip.data, zip.size, &out) == TUTELA_OK && heard.count == 1 && heard.items[0].bytes == 17
           && same_digests(&heard.items[0], (bytes){(uint8_t *)"what is locked in", 17}),
       "opened: %s", what);
}

static void is_shut(tt_broker *b, bytes zip, const char *what)
{
    tt_opened out;

    ok(run(b, zip.data, zip.size, &out) == TUTELA_OK && heard.count == 1
           && heard.items[0].trouble.status == TUTELA_ITEM_ENCRYPTED && heard.items[0].digests.mask == 0,
       "encrypted: %s", what);
}

static void test_worker(const char *how)
{
    tutela_name names[] = {{"wrong", 5}, {RIGHT, strlen(RIGHT)}};
    bytes zip = locked_zip(how);
    tt_keyring both = {0}, wrong = {0};
    tt_broker *b;
    pid_t pid;
    int seen;

    if (tt_keyring_copy(&both, names, 2, NULL) != TUTELA_OK
        || tt_keyring_copy(&wrong, names, 1, NULL) != TUTELA_OK)
        return;
    b = broker_of(worker_path, &(tt_broker_options){.secrets = &both});
    is_open(b, zip, how);
    pid = worker_of_us();
    ok(pid > 0 && shows(pid, "cmdline") == 0, "not among its arguments");
    seen = shows(pid, "environ");
    ok(seen <= 0, "nor in its environment%s", seen < 0 ? ", which is closed" : "");
    ok(memory_files(pid) <= 0, "and their file is closed");
    (void)kill(pid, SIGKILL);
    is_open(b, zip, "by the next worker");
    ok(worker_of_us() != pid, "which is another");
    tt_broker_free(b);
    b = broker_of(worker_path, &(tt_broker_options){.secrets = &wrong});
    is_shut(b, zip, "none is right");
    tt_broker_free(b);
    b = broker_of(worker_path, NULL);
    is_shut(b, zip, "there are none");
    tt_broker_free(b);
    tt_keyring_done(&both);
    tt_keyring_done(&wrong);
    free(zip.data);
}

/* A worker told of passwords that do not come with it ends before it is ready. */
static void test_setup(void)
{
    tutela_name one = {"one", 3};
    tt_keyring k = {0};
    struct {
        const char *what;
        uint64_t count;
        int file, ready;
    } cases[] = {{"none come, none are told of", 0, 0, 1}, {"one comes", 1, 1, 1},
                 {"none comes", 1, 0, 0}, {"fewer come", 2, 1, 0}, {"too many", 1001, 1, 0}};

    if (tt_keyring_copy(&k, &one, 1, NULL) != TUTELA_OK)
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tt_wire_order setup = {.kind = TT_WIRE_SETUP, .memory = (uint64_t)2 << 30,
                               .spool_memory = 1 << 20, .secrets = cases[i].count};
        tt_wire_word word = {0};
        tt_process p = {0};
        int fd = cases[i].file ? tt_keyring_file(&k) : -1;
        int fds[TT_WIRE_FDS] = {-1, -1, -1};
        struct pollfd wait = {.events = POLLIN};
        ssize_t got;

        if (tt_process_start(&p, worker_path, NULL) != TUTELA_OK)
            break;
        wait.fd = p.socket;
        fds[TT_WIRE_FD_SECRETS] = fd;
        (void)tt_process_send(&p, &setup, fds);
        (void)poll(&wait, 1, 30000);
        got = recv(p.socket, &word, sizeof word, MSG_DONTWAIT);
        ok(cases[i].ready ? got == sizeof word && word.kind == TT_WIRE_READY : got <= 0, "set up: %s",
           cases[i].what);
        tt_process_end(&p, 0);
        if (fd >= 0)
            (void)close(fd);
    }
    tt_keyring_done(&k);
}

int main(void)
{
    static char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    alarm(100);
    path[size > 0 ? size : 0] = 0;
    /* It lies in the folder above that of the tests. */
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
    test_bounds();
    test_file();
    test_damage();
    test_worker("zip:encryption=traditional");
    test_worker("zip:encryption=aes256");
    test_setup();
    return tap_done();
}
