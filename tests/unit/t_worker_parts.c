/*
 * The broker with the real tutela-worker: one container in hundreds of files, which all arrive, are given
 * back, and are sent again where a worker died; and what is no part is refused.
 */
#include "broker_kit.h"

#include <signal.h>
#include <sys/resource.h>

enum { MEMBERS = 40, PARTS = 700, MOST = TT_PARTS_MAX };

static char worker_path[1024];
static kit_member members[MEMBERS];
static bytes tar;
static int fds[MOST + 1];
static uint64_t sizes[MOST + 1];

static void make_tar(void)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        char name[32];
        snprintf(name, sizeof name, "member-%zu", i);
        members[i] = (kit_member){strdup(name), kit_noise(i * 977 % 20000)};
    }
    tar = kit_archive("pax", NULL, members, MEMBERS);
}

/* The tar in `count` files, of about one size, the seventh empty. */
static void split(size_t count)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        size_t end = i + 1 == count ? tar.size : i == 7 ? at : tar.size / count * (i + 1);
        char name[32];
        snprintf(name, sizeof name, "part-%zu", i);
        fds[i] = file_at(tap_path("%s", name), tar.data + at, end - at);
        sizes[i] = end - at;
        at = end;
    }
}

static void close_all(size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)close(fds[i]);
}

static tt_job job_of(size_t count)
{
    return (tt_job){.fd = fds[0], .size = sizes[0], .parts = fds + 1, .part_sizes = sizes + 1,
                    .part_count = count - 1, .mask = KIT_MASK, .teller = keep, .user = &heard};
}

/* All that is in it is told, whole. */
static int is_right(tt_broker *b, size_t count)
{
    tt_job job = job_of(count);
    tt_opened out = {0};
    tutela_error error = {0};
    size_t right = 0;

    heard.count = heard.total = 0;
    if (tt_broker_unpack(b, &job, &out, &error) != TUTELA_OK)
        printf("# %s\n", error.text);
    for (size_t i = 0; i < heard.count && i < MEMBERS; i++)
        right += strcmp(heard.items[i].name, members[i].name) == 0
                 && same_digests(&heard.items[i], members[i].content);
    if (right != MEMBERS)
        printf("# %zu of %zu: %s\n", right, heard.count, out.trouble.reason ? out.trouble.reason : "");
    return out.container && out.trouble.status == TUTELA_ITEM_CLEAR && right == MEMBERS
           && heard.count == MEMBERS;
}

static int kill_child(void)
{
    char path[64];
    int child = 0;
    FILE *in;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    in = fopen(path, "r");
    if (in && fscanf(in, "%d", &child) != 1)
        child = 0;
    if (in)
        (void)fclose(in);
    return child > 0 && kill(child, SIGKILL) == 0;
}

/* What one job had is given back: else the fifteenth would find no room in the worker. */
static void test_many(void)
{
    tt_broker *b = broker_of(worker_path, NULL);
    tt_opened out;
    size_t right = 0;

    split(PARTS);
    for (int i = 0; i < 15; i++)
        right += (size_t)is_right(b, PARTS);
    is_u64(right, 15, "%d files that are one, fifteen times", PARTS);
    ok(run(b, tar.data, tar.size, &out) == TUTELA_OK && heard.count == MEMBERS, "then one file");
    ok(is_right(b, PARTS), "and many again");
    if (kill_child())
        ok(is_right(b, PARTS), "a worker that died is followed by one that gets them all");
    else
        skip(1, "this kernel does not list children");
    close_all(PARTS);
    tt_broker_free(b);
}

/* One message's worth, and one about it; all there may be. */
static void test_counts(void)
{
    static const size_t counts[] = {1, 2, 64, 65, 66, 129};
    tt_broker *b = broker_of(worker_path, NULL);
    struct rlimit room;
    size_t whole;

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        split(counts[i]);
        ok(is_right(b, counts[i]), "in %zu files", counts[i]);
        close_all(counts[i]);
    }
    if (getrlimit(RLIMIT_NOFILE, &room) == 0 && room.rlim_max > MOST + 100) {
        room.rlim_cur = room.rlim_max < 3 * MOST ? room.rlim_max : 3 * MOST;
        whole = setrlimit(RLIMIT_NOFILE, &room) == 0 ? MOST + 1 : 0;
    } else {
        whole = 0;
    }
    tt_broker_free(b);
    if (!whole || tap_under()) {
        skip(1, "no room for as many files");
        return;
    }
    b = broker_of(worker_path, NULL);
    split(whole);
    ok(is_right(b, whole), "in %zu files", whole);
    close_all(whole);
    tt_broker_free(b);
}

/* The worker says what it misses; the sizes are what the broker was told. */
static void test_shorter(void)
{
    tt_broker *b = broker_of(worker_path, NULL);
    tutela_status status;
    tt_opened out;
    tt_job job;
    int fd;

    split(20);
    fd = open(tap_path("part-15"), O_WRONLY);
    ok(ftruncate(fd, 10) == 0, "a part becomes shorter");
    (void)close(fd);
    heard.count = 0;
    job = job_of(20);
    status = tt_broker_unpack(b, &job, &out, NULL);
    ok(status == TUTELA_OK && out.trouble.status != TUTELA_ITEM_CLEAR && out.tries == 1
           && heard.count > 10 && heard.count < MEMBERS,
       "it is said, and what came before is told: %s", out.trouble.reason);
    close_all(20);
    split(20);
    job = job_of(10);
    heard.count = 0;
    status = tt_broker_unpack(b, &job, &out, NULL);
    ok(status == TUTELA_OK && out.trouble.status == TUTELA_ITEM_MALFORMED && heard.count > 5 && heard.count < MEMBERS,
       "of a series that is cut off too: %s", out.trouble.reason);
    job = job_of(20);
    job.only_type = 1;
    ok(tt_broker_unpack(b, &job, &out, NULL) == TUTELA_OK && strcmp(out.mime, "application/x-tar") == 0,
       "the type is that of the whole");
    close_all(20);
    tt_broker_free(b);
}

static void test_arguments(void)
{
    tt_broker *b = broker_of(worker_path, NULL);
    tt_opened out;
    tt_job job;
    int pipes[2] = {-1, -1}, own;

    split(3);
    own = fds[1];
    job = job_of(3);
    job.part_count = TT_PARTS_MAX + 1;
    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_ARGUMENT, "too many");
    job = job_of(3);
    fds[1] = -1;
    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_ARGUMENT, "no descriptor");
    if (pipe(pipes) == 0)
        fds[1] = pipes[0];
    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_ARGUMENT, "a pipe");
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    fds[1] = open(tap_path("part-1"), O_RDWR);
    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_ARGUMENT, "one that could be written to");
    (void)close(fds[1]);
    fds[1] = own;
    sizes[1] = INT64_MAX;
    sizes[2] = INT64_MAX;
    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_ARGUMENT, "sizes without a sum");
    close_all(3);
    split(3);
    ok(is_right(b, 3), "the next job is done");
    close_all(3);
    tt_broker_free(b);
}

int main(void)
{
    static char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

    alarm(120);
    path[size > 0 ? size : 0] = 0;
    /* It lies in the folder above that of the tests. */
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
    make_tar();
    test_many();
    test_counts();
    test_shorter();
    test_arguments();
    for (size_t i = 0; i < MEMBERS; i++) {
        free((char *)(uintptr_t)members[i].name);
        free(members[i].content.data);
    }
    free(tar.data);
    return tap_done();
}
