/*
 * The broker with the real tutela-worker: what is in containers is told exactly, by many brokers at
 * once too; and what is no job is refused.
 */
#include "broker_kit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static char worker_path[1024];

/* A tar of 300 members of all sizes with a zip between them. */
enum { COUNT = 300, BOX = 100 };
static kit_member members[COUNT], inner[2];

static bytes make_tar(void)
{
    inner[0] = (kit_member){"in-one", kit_noise(100)};
    inner[1] = (kit_member){"in-two", kit_noise(700000)};
    for (size_t i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "member-%zu", i);
        members[i] = (kit_member){strdup(name), kit_noise(i % 50 == 49 ? 600000 : i * 7 % 1000)};
    }
    free(members[BOX].content.data);
    members[BOX].content = kit_archive("zip", NULL, inner, 2);
    return kit_archive("pax", NULL, members, COUNT);
}

/* Is the index-th thing told the right one? The box is told at its beginning and its end. */
static int is_right(size_t i)
{
    const kept *k = &heard.items[i];
    int inside = i == BOX + 1 || i == BOX + 2;
    const kit_member *m = inside ? &inner[i - BOX - 1] : &members[i <= BOX ? i : i - 3];

    if (i == BOX)
        return k->opens && k->number == BOX + 1 && strcmp(k->name, m->name) == 0;
    return strcmp(k->name, m->name) == 0 && k->parent == (inside ? BOX + 1 : 0) && !k->opens
           && same_digests(k, m->content);
}

static tutela_status refuse(void *user, const tt_told *told, tutela_error *error)
{
    (void)user;
    (void)told;
    return tt_fail(error, TUTELA_RECORD, 0, "no more");
}

/* The one child, or 0: none, or several. */
static long child_of(void)
{
    char path[64];
    long pid = 0, other = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    file = fopen(path, "r");
    if (!file)
        return 0;
    if (fscanf(file, "%ld %ld", &pid, &other) != 1)
        pid = 0;
    (void)fclose(file);
    return pid;
}

/* A worker that is soon through is not ended with the job that nobody wants to hear the rest of. */
static void test_refused_job(void)
{
    bytes tar = make_tar(), endless = {calloc(1, 64 << 20), 64 << 20};
    tt_broker *b = broker_of(worker_path, NULL);
    tt_job job = {.mask = KIT_MASK, .teller = refuse};
    tt_opened out;
    long pid = child_of();

    for (int round = 0; round < 3; round++) {
        is_i64(run_job(b, job, tar.data, tar.size, &out), TUTELA_RECORD, "a teller that refuses");
        is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "the next job");
        is_u64(heard.count, COUNT + 3, "is told in full");
    }
    /* On a machine that has much else to do it may have taken longer than it is given. */
    if (pid && child_of() != pid)
        printf("# the worker was ended, and another took its place\n");
    memcpy(endless.data, tar.data, tar.size);
    is_i64(run_job(b, job, endless.data, endless.size, &out), TUTELA_RECORD, "and of more");
    is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "the next job");
    is_u64(heard.count, COUNT + 3, "is told in full");
    tt_broker_free(b);
    free(tar.data);
    free(endless.data);
}

static void test_good_job(void)
{
    bytes tar = make_tar();
    tt_broker *b = broker_of(worker_path, NULL);
    tt_opened out;

    for (int round = 0; round < 2; round++) {
        size_t right = 0;
        is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "a good job");
        ok(out.container && out.trouble.status == TUTELA_ITEM_CLEAR && out.tries == 1, "is clear");
        is_u64(heard.count, COUNT + 3, "everything is told, the container twice");
        for (size_t i = 0; i < heard.count && i < COUNT + 3; i++)
            right += (size_t)is_right(i);
        is_u64(right, COUNT + 3, "names, parents and digests are right");
    }
    ok(run(b, "plain text", 10, &out) == TUTELA_OK && !out.container && heard.count == 0
       && out.trouble.status == TUTELA_ITEM_CLEAR, "what is no container is none");
    ok(run(b, "", 0, &out) == TUTELA_OK && !out.container, "nor is an empty file");
    ok(run(b, tar.data, tar.size / 2, &out) == TUTELA_OK
       && out.trouble.status == TUTELA_ITEM_MALFORMED && heard.count > 100, "one cut off says so");
    is_u64(tt_broker_layers(b) | TT_LAYER_LANDLOCK, TT_LAYER_ALL, "its sandbox is whole");
    ok(!tt_broker_landlock(b) == !(tt_broker_layers(b) & TT_LAYER_LANDLOCK), "Landlock's version");
    tt_broker_free(b);
    free(tar.data);
    for (size_t i = 0; i < COUNT; i++) {
        free((char *)(uintptr_t)members[i].name);
        free(members[i].content.data);
    }
    free(inner[0].content.data);
    free(inner[1].content.data);
}

static void test_arguments(void)
{
    tt_broker_options no_program = {.program = tap_path("nothing-there")};
    tt_broker_options no_worker = {.program = "/bin/true"};
    tt_broker *b = NULL;
    tutela_error error = {0};
    tt_opened out;
    tt_job job = {.fd = 0, .size = 1, .mask = KIT_MASK, .teller = keep, .user = &heard};
    int pipes[2];

    is_i64(tt_broker_new(&b, &no_program, &error), TUTELA_UNAVAILABLE, "a program that is not there");
    /* Under valgrind a program is begun before it is missed. */
    ok((error.advice[0] || tap_under()) && !b, "with advice");
    is_i64(tt_broker_new(&b, &no_worker, &error), TUTELA_UNAVAILABLE, "a program that is no worker");
    b = broker_of(worker_path, NULL);
    job.fd = -1;
    is_i64(tt_broker_unpack(b, &job, &out, &error), TUTELA_ARGUMENT, "no descriptor");
    if (pipe(pipes) != 0)
        return;
    job.fd = pipes[0];
    is_i64(tt_broker_unpack(b, &job, &out, &error), TUTELA_ARGUMENT, "a pipe");
    job.fd = open(tap_path("both"), O_RDWR | O_CREAT, 0600);
    job.mask = 0;
    is_i64(tt_broker_unpack(b, &job, &out, &error), TUTELA_ARGUMENT, "no digests");
    job.mask = KIT_MASK;
    ok(write(job.fd, "x", 1) == 1 && tt_broker_unpack(b, &job, &out, &error) == TUTELA_OK,
       "a file open to write is opened anew");
    (void)close(job.fd);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    tt_broker_free(b);
    tt_broker_free(NULL);
}

/* A worker killed while it waits costs the next file nothing; and nothing is left unreaped. */
static void test_killed_idle(void)
{
    tt_broker *b = broker_of(worker_path, NULL);
    tt_opened out;
    char path[64];
    int child = 0;
    FILE *in;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    in = fopen(path, "r");
    if (!in || fscanf(in, "%d", &child) != 1)
        skip(1, "this kernel does not list children");
    else
        ok(kill(child, SIGKILL) == 0, "killed while idle");
    if (in)
        fclose(in);
    ok(run(b, "plain", 5, &out) == TUTELA_OK && out.trouble.status == TUTELA_ITEM_CLEAR
       && out.tries <= 2, "the next file is read all the same");
    tt_broker_free(b);
    errno = 0;
    ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no zombie is left");
}

static void *work(void *argument)
{
    tt_broker *b = broker_of(worker_path, NULL);
    uintptr_t right = 0;
    const char *path = argument;
    listener *mine = calloc(1, sizeof *mine);

    for (int i = 0; i < 20; i++) {
        int fd = open(path, O_RDONLY);
        tt_job job = {.fd = fd, .size = (uint64_t)lseek(fd, 0, SEEK_END), .mask = KIT_MASK,
                      .teller = keep, .user = mine};
        tt_opened out;
        mine->count = 0;
        right += tt_broker_unpack(b, &job, &out, NULL) == TUTELA_OK && mine->count == 1;
        (void)close(fd);
    }
    tt_broker_free(b);
    free(mine);
    return (void *)right;
}

static void test_threads(void)
{
    kit_member one = {"good", kit_noise(1000)};
    bytes tar = kit_archive("pax", NULL, &one, 1);
    pthread_t threads[4];
    uintptr_t right = 0;
    static char path[1024];

    (void)close(file_of(tar.data, tar.size));
    snprintf(path, sizeof path, "%s", tap_path("file"));
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, path);
    for (int i = 0; i < 4; i++) {
        void *some;
        pthread_join(threads[i], &some);
        right += (uintptr_t)some;
    }
    is_u64(right, 80, "four threads with a broker each");
    free(tar.data);
    free(one.content.data);
}

int main(void)
{
    static char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    alarm(150);
    path[size > 0 ? size : 0] = 0;
    /* It lies in the folder above that of the tests. */
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
    test_good_job();
    test_refused_job();
    test_arguments();
    test_killed_idle();
    test_threads();
    return tap_done();
}
