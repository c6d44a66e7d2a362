/*
 * engine: calls that hang. Every item that exists is reported once, a run ends in time, and a thread
 * that comes back later touches nothing of the caller's.
 */
#include "tutela.h"

#include "t_engine_hook.h"

#include <pthread.h>

static tutela_error error;
static tutela_scanner *scanner;

enum { MOST = 200 };

typedef struct seen {
    size_t count;
    char paths[MOST][120];
    int statuses[MOST];
} seen;

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;

    if (all->count < MOST) {
        snprintf(all->paths[all->count], sizeof all->paths[0], "%s", finding->chain[0].data);
        all->statuses[all->count] = finding->status;
    }
    all->count++;
    return 0;
}

/* How many findings end in `suffix`, and all of these with the status? -1 when one has another. */
static int of_status(const seen *all, const char *suffix, int status)
{
    size_t size = strlen(suffix);
    int count = 0;

    for (size_t i = 0; i < all->count && i < MOST; i++) {
        size_t length = strlen(all->paths[i]);

        if (length < size || strcmp(all->paths[i] + length - size, suffix) != 0)
            continue;
        if (all->statuses[i] != status)
            return -1;
        count++;
    }
    return count;
}

static void put(const char *folder, const char *name)
{
    char path[400];
    int fd;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, O_CREAT | O_WRONLY, 0644);
    if (fd < 0 || write(fd, path, strlen(path)) < 0)
        ok(0, "writes %s", path);
    close(fd);
}

static void make_folder(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s", tap_path(name));
    mkdir(out, 0755);
}

/*
 * Milliseconds that the end of a run may take, however busy the machine is: far less than the minute for which
 * a call is waited for that hangs.
 */
enum { IN_TIME = 15000 };

static long long now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* A file of several names hangs in its reading, others of the same worker do not. */
static void links(void)
{
    static seen all;
    char one[300], two[300], name[40], from[400], to[400];
    const char *targets[] = {one, two};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 2,
                                   .flags = TUTELA_SCAN_INVENTORY, .threads = 3, .read_timeout = 1,
                                   .on_finding = note, .user = &all};
    tutela_summary summary = {.size = sizeof summary};

    make_folder(one, sizeof one, "one");
    make_folder(two, sizeof two, "two");
    put(one, "m.hang");
    snprintf(from, sizeof from, "%s/m.hang", one);
    for (int i = 0; i < 5; i++) {
        snprintf(to, sizeof to, "%s/%d.hang", i % 2 ? one : two, i);
        if (link(from, to) != 0)
            ok(0, "links");
    }
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "f%d.txt", i);
        put(i % 3 ? one : two, name);
    }
    all = (seen){0};
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "scans: %s",
       error.text);
    is_i64(of_status(&all, ".hang", TUTELA_ITEM_TIMEOUT), 6, "every name of what hangs, once");
    is_i64(of_status(&all, ".txt", TUTELA_ITEM_CLEAR), 20, "and every other file is clear");
    is_u64(all.count, 26, "and nothing else");
    is_u64(summary.items, 26, "the summary counts the same");
    is_i64(summary.exit_status, 3, "incomplete");
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "the thread comes back");
    atomic_store(&hook_release, 0);
}

/* Closing hangs: by then the item was reported, and is not again. */
static void closing(void)
{
    static seen all;
    char tree[300];
    const char *targets[] = {tree};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY, .threads = 2, .read_timeout = 1,
                                   .on_finding = note, .user = &all};
    tutela_summary summary = {.size = sizeof summary};

    make_folder(tree, sizeof tree, "closing");
    put(tree, "a.txt");
    put(tree, "b.hangclose");
    put(tree, "c.txt");
    all = (seen){0};
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "a close that hangs");
    is_i64(of_status(&all, ".hangclose", TUTELA_ITEM_CLEAR), 1, "reported once, as read");
    is_u64(all.count, 3, "as are the others");
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "the thread comes back");
    atomic_store(&hook_release, 0);
}

static int slow_target(void *user, const char **path)
{
    const char **next = user;

    hook_nap(1200000000);
    *path = *next;
    *next = NULL;
    return *path != NULL;
}

/* Whoever sends targets may take his time; it is not counted against the folder that follows. */
static void targets_that_come_late(void)
{
    static seen all;
    char tree[300];
    const char *next = tree;
    tutela_scan_options options = {.size = sizeof options, .next_target = slow_target,
                                   .next_target_user = &next, .flags = TUTELA_SCAN_INVENTORY,
                                   .threads = 1, .read_timeout = 1, .on_finding = note,
                                   .user = &all};
    tutela_summary summary = {.size = sizeof summary};

    make_folder(tree, sizeof tree, "late.slowlist");
    put(tree, "a.txt");
    atomic_store(&hook_delay, 150000000);
    all = (seen){0};
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "a late target");
    is_i64(of_status(&all, ".txt", TUTELA_ITEM_CLEAR), 1, "is scanned");
    is_u64(all.count, 1, "and its folder not taken for one that hangs");
}

typedef struct late {
    tutela_control *control;
    int wanted;
} late;

static void *cancel_late(void *user)
{
    late *when = user;

    hook_wait(when->wanted);
    tutela_control_cancel(when->control);
    return NULL;
}

/* All kinds hang at once, the run is cancelled, and then the caller's memory goes. */
static void cancelling(int survey)
{
    seen *all = calloc(1, sizeof *all);
    char *tree = malloc(300), *pattern = strdup("*/nothing*"), path[400];
    const char **targets = malloc(2 * sizeof *targets), **exclude = malloc(sizeof *exclude);
    late *when = malloc(sizeof *when);
    tutela_control *control = NULL;
    tutela_scan_options *options = malloc(sizeof *options);
    tutela_summary summary = {.size = sizeof summary};
    tutela_scanner *own = NULL;
    pthread_t thread;
    long long began;

    make_folder(tree, 300, "cancelling");
    put(tree, "a.hangopen");
    put(tree, "b.hang");
    put(tree, "c.hangclose");
    snprintf(path, sizeof path, "%s/d.hanglist", tree);
    mkdir(path, 0755);
    put(path, "e");
    targets[0] = targets[1] = tree;
    exclude[0] = pattern;
    if (tutela_control_new(&control, &error) != TUTELA_OK
        || tutela_scanner_new(&own, NULL, 0, NULL, &error) != TUTELA_OK)
        ok(0, "a control and a scanner");
    *options = (tutela_scan_options){.size = sizeof *options, .targets = targets, .target_count = 2,
                                     .exclude = exclude, .exclude_count = 1, .threads = 8,
                                     .flags = TUTELA_SCAN_INVENTORY
                                              | (survey ? TUTELA_SCAN_SURVEY : 0),
                                     .control = control, .on_finding = note, .user = all};
    *when = (late){control, survey ? 9 : 8};
    pthread_create(&thread, NULL, cancel_late, when);
    began = now();
    ok(tutela_scan_paths(own, options, &summary, &error) == TUTELA_CANCELLED, "cancelled");
    ok(now() - began < IN_TIME, "in time");
    ok(!summary.complete, "and incomplete");
    pthread_join(thread, NULL);
    tutela_control_free(control);
    tutela_scanner_free(own);
    memset(pattern, 'x', strlen(pattern));
    free(pattern);
    free(tree);
    free(targets);
    free(exclude);
    free(options);
    free(when);
    free(all);
    atomic_store(&hook_release, 1);
    ok(hook_wait(0), "all threads come back");
    hook_nap(100000000);
    atomic_store(&hook_release, 0);
}

typedef struct asked {
    atomic_int release;
    atomic_int calls;
    tutela_control *control;
} asked;

static int hanging_target(void *user, const char **path)
{
    asked *state = user;

    atomic_fetch_add(&state->calls, 1);
    tutela_control_cancel(state->control);
    while (!atomic_load(&state->release))
        hook_nap(1000000);
    *path = (const char *)8; /* as good as gone */
    atomic_fetch_add(&state->calls, 1);
    return 1;
}

/* The source of targets hangs when the run is cancelled; what it says after is not looked at. */
static void asking(void)
{
    static asked state;
    tutela_scan_options options = {.size = sizeof options, .next_target = hanging_target,
                                   .next_target_user = &state, .threads = 2};
    tutela_summary summary = {.size = sizeof summary};
    long long began = now();

    if (tutela_control_new(&state.control, &error) != TUTELA_OK)
        ok(0, "a control");
    options.control = state.control;
    ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_CANCELLED,
       "cancelled while asking for a target");
    ok(now() - began < IN_TIME, "in time");
    tutela_control_free(state.control);
    atomic_store(&state.release, 1);
    for (int i = 0; i < 2000 && atomic_load(&state.calls) < 2; i++)
        hook_nap(1000000);
    hook_nap(50000000);
    is_i64(atomic_load(&state.calls), 2, "asked once, and not after the return");
}

int main(void)
{
    alarm(120);
    ok(tutela_scanner_new(&scanner, NULL, 0, NULL, &error) == TUTELA_OK, "a scanner");
    links();
    closing();
    targets_that_come_late();
    cancelling(1);
    asking();
    tutela_scanner_free(scanner);
    return tap_done();
}
