/*
 * engine: under load. Trees that change while they are scanned, cancels at any time, files of many
 * names with a slow reader, callers that refuse, scans that share a scanner: what does not change is
 * reported once, in order, and rightly, whatever the number of threads and of items in work.
 */
#include "engine/engine.h"

#include "t_engine_hook.h"

#include <pthread.h>

enum { STABLE = 40, CHURN = 12, LINKS = 60, FOLDERS = 6, CANCELS = 10 };

static tutela_error error;

/* Under valgrind a thread takes a second to begin: fewer of all. */
static int is_slow(void)
{
    const char *preload = getenv("LD_PRELOAD");

    return preload && strstr(preload, "vgpreload");
}

typedef struct seen {
    char prefix[400]; /* of what never changes */
    size_t count, stable, wrong;
    size_t refuse_at; /* 0: never */
    char last[400];
    uint64_t sum;
    uint64_t bytes;
} seen;

/* Every byte ever written here is an 'x', so the size tells the digest. */
static int right_digest(const tutela_finding *finding)
{
    static const char xs[100000] = {[0 ... 99999] = 'x'};
    tt_digests want;

    return finding->bytes <= sizeof xs && (finding->digest_mask & 1)
           && tt_digest_bytes(1, xs, finding->bytes, &want, NULL) == TUTELA_OK
           && memcmp(want.value[0], finding->digests[0], 16) == 0;
}

static int note(void *user, const tutela_finding *finding)
{
    seen *all = user;
    const char *path = finding->chain[0].data;
    int stable = strncmp(path, all->prefix, strlen(all->prefix)) == 0;

    /* A name that was replaced between two looks at a folder may come twice. */
    if (strcmp(all->last, path) > 0 || (stable && strcmp(all->last, path) == 0))
        all->wrong++;
    snprintf(all->last, sizeof all->last, "%s", path);
    if (finding->status == TUTELA_ITEM_CLEAR && !right_digest(finding)) {
        printf("# %s: digest of %llu\n", path, (unsigned long long)finding->bytes);
        all->wrong++;
    }
    if (stable) {
        all->stable++;
        all->wrong += finding->status != TUTELA_ITEM_CLEAR;
    }
    all->bytes += finding->bytes;
    for (; *path; path++)
        all->sum = all->sum * 31 + (unsigned char)*path;
    all->sum = all->sum * 31 + (uint64_t)finding->status;
    all->count++;
    return all->refuse_at && all->count >= all->refuse_at;
}

static void put(const char *path, size_t size, int flags)
{
    char block[512];
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | flags, 0644);

    memset(block, 'x', sizeof block);
    while (fd >= 0 && size > 0) {
        size_t some = size < sizeof block ? size : sizeof block;

        if (write(fd, block, some) != (ssize_t)some)
            break;
        size -= some;
    }
    if (fd >= 0)
        close(fd);
}

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

typedef struct mutator {
    char folder[300];
    uint32_t state;
    atomic_int stop;
} mutator;

static void mutate_once(mutator *in)
{
    char path[400], other[400];
    uint32_t what = draw(&in->state) % 9;

    snprintf(path, sizeof path, "%s/c%u", in->folder, draw(&in->state) % CHURN);
    snprintf(other, sizeof other, "%s/c%u", in->folder, draw(&in->state) % CHURN);
    if (what < 2)
        put(path, draw(&in->state) % 9000, O_TRUNC);
    else if (what == 2)
        put(path, 1 + draw(&in->state) % 500, 0);
    else if (what == 3)
        put(path, 0, O_TRUNC);
    else if (what == 4)
        rename(path, other);
    else if (what == 5)
        (void)!link(path, other);
    else if (what == 6)
        mkdir(path, 0755);
    else if (what == 7)
        rmdir(path);
    else
        unlink(path);
}

static void *mutate(void *user)
{
    mutator *in = user;

    while (!atomic_load(&in->stop))
        mutate_once(in);
    return NULL;
}

static tutela_status scan(tt_engine *engine, const char *tree, uint32_t threads, uint32_t flags,
                          tt_control *control, seen *all, tutela_summary *summary)
{
    const char *targets[] = {tree};
    tt_control own = {0};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY | flags, .threads = threads,
                                   .memory = 1, .spool_folder = tap_folder(), .on_finding = note,
                                   .user = all};

    *summary = (tutela_summary){.size = sizeof *summary};
    return tt_engine_scan(engine, &options, control ? control : &own, summary, &error);
}

static void make_tree(char *tree, char *churn)
{
    char path[400];

    snprintf(tree, 300, "%s", tap_path("tree"));
    mkdir(tree, 0755);
    snprintf(churn, 300, "%s", tap_path("tree/churn"));
    mkdir(churn, 0755);
    snprintf(path, sizeof path, "%s/stable", tree);
    mkdir(path, 0755);
    for (int i = 0; i < STABLE; i++) {
        snprintf(path, sizeof path, "%s/stable/f%02d", tree, i);
        put(path, (size_t)i * 1777 % 90000, O_TRUNC);
    }
}

static void changing(tt_engine *engine, const char *tree, const char *churn)
{
    mutator mutators[2] = {{.state = 1}, {.state = 77}};
    pthread_t threads[2];
    size_t wrong = 0;
    int scans = 0;

    for (int i = 0; i < 2; i++) {
        snprintf(mutators[i].folder, sizeof mutators[i].folder, "%s", churn);
        pthread_create(&threads[i], NULL, mutate, &mutators[i]);
    }
    for (uint32_t count = is_slow() ? 4 : 1; count <= (is_slow() ? 4 : 16); count *= 4)
        for (uint32_t width = 1; width <= 8; width += 7) {
            seen all = {0};
            tutela_summary summary;

            snprintf(all.prefix, sizeof all.prefix, "%s/stable/", tree);
            engine->width = width;
            wrong += scan(engine, tree, count, count % 4 ? 0 : TUTELA_SCAN_SURVEY, NULL, &all,
                          &summary)
                     != TUTELA_OK;
            wrong += all.wrong + (all.stable != STABLE) + (summary.items != all.count);
            scans++;
        }
    for (int i = 0; i < 2; i++) {
        atomic_store(&mutators[i].stop, 1);
        pthread_join(threads[i], NULL);
    }
    is_u64(wrong, 0, "%d scans of a tree that changes", scans);
}

typedef struct canceller {
    tt_control *control;
    long long after;
} canceller;

static void *cancel(void *user)
{
    canceller *when = user;

    hook_nap(when->after);
    atomic_store(&when->control->cancelled, 1);
    return NULL;
}

static void cancelling(tt_engine *engine, const char *tree)
{
    uint32_t state = 5;
    int wrong = 0, cancelled = 0;

    for (int i = 0; i < (is_slow() ? 2 : CANCELS); i++) {
        tt_control control = {0};
        canceller when = {&control, draw(&state) % 6000000};
        seen all = {0};
        tutela_summary summary;
        pthread_t thread;
        tutela_status status;

        engine->width = 1 + draw(&state) % 8;
        pthread_create(&thread, NULL, cancel, &when);
        status = scan(engine, tree, 1 + draw(&state) % 16, i % 2 ? TUTELA_SCAN_SURVEY : 0,
                      &control, &all, &summary);
        pthread_join(thread, NULL);
        cancelled += status == TUTELA_CANCELLED;
        wrong += status != TUTELA_OK && status != TUTELA_CANCELLED;
        wrong += (status == TUTELA_CANCELLED && summary.complete) || all.wrong > 0
                 || all.count != summary.items;
    }
    is_i64(wrong, 0, "%d scans cancelled at any time, %d in time", CANCELS, cancelled);
}

/* A slow file of many names in many folders. */
static void names(tt_engine *engine)
{
    char tree[300], path[400], other[400];
    uint64_t sum = 0;
    size_t wrong = 0;

    snprintf(tree, sizeof tree, "%s", tap_path("names"));
    mkdir(tree, 0755);
    for (int i = 0; i < FOLDERS; i++) {
        snprintf(path, sizeof path, "%s/%d", tree, i);
        mkdir(path, 0755);
    }
    snprintf(path, sizeof path, "%s/0/first.slow", tree);
    put(path, 70000, O_TRUNC);
    for (int i = 0; i < LINKS; i++) {
        snprintf(other, sizeof other, "%s/%d/n%02d.slow", tree, i % FOLDERS, i);
        wrong += link(path, other) != 0;
    }
    atomic_store(&hook_delay, 3000000);
    for (uint32_t threads = is_slow() ? 4 : 1; threads <= (is_slow() ? 4 : 16); threads *= 4)
        for (uint32_t width = 1; width <= 8; width += 7) {
            seen all = {0};
            tutela_summary summary;

            engine->width = width;
            wrong += scan(engine, tree, threads, 0, NULL, &all, &summary) != TUTELA_OK;
            wrong += all.wrong + (all.count != LINKS + 1) + (summary.bytes != 70000);
            wrong += sum != 0 && all.sum != sum;
            sum = all.sum;
        }
    is_u64(wrong, 0, "a file of %d names is read once and reported under each", LINKS + 1);
}

static void refusing(tt_engine *engine, const char *tree)
{
    int wrong = 0;

    for (size_t k = 1; k <= (is_slow() ? 1 : STABLE); k += 13)
        for (int unsorted = 0; unsorted < 2; unsorted++) {
            seen all = {.refuse_at = k};
            tutela_summary summary;

            engine->width = 4;
            wrong += scan(engine, tree, 8, unsorted ? TUTELA_SCAN_UNSORTED : 0, NULL, &all,
                          &summary)
                         != TUTELA_RECORD
                     || all.count != k || summary.complete || error.status != TUTELA_RECORD;
        }
    is_i64(wrong, 0, "a caller that refuses the k-th finding is not asked again");
}

typedef struct sharer {
    tt_engine *engine;
    const char *tree;
    seen all;
    size_t wrong;
} sharer;

static void *share(void *user)
{
    sharer *in = user;

    for (int i = 0; i < (is_slow() ? 1 : 3); i++) {
        tutela_summary summary = {.size = sizeof summary};
        const char *targets[] = {in->tree};
        tt_control control = {0};
        tutela_scan_options options = {.size = sizeof options, .targets = targets,
                                       .target_count = 1, .flags = TUTELA_SCAN_INVENTORY,
                                       .threads = (uint32_t)i + 1, .on_finding = note,
                                       .user = &in->all};
        char prefix[400];

        snprintf(prefix, sizeof prefix, "%s", in->all.prefix);
        in->all = (seen){0};
        snprintf(in->all.prefix, sizeof in->all.prefix, "%s", prefix);
        in->wrong += tt_engine_scan(in->engine, &options, &control, &summary, NULL) != TUTELA_OK;
        in->wrong += in->all.wrong + (in->all.stable != STABLE);
    }
    return NULL;
}

static void sharing(tt_engine *engine, const char *tree)
{
    static sharer sharers[4];
    pthread_t threads[4];
    size_t wrong = 0;

    for (int i = 0; i < 4; i++) {
        sharers[i] = (sharer){.engine = engine, .tree = tree};
        snprintf(sharers[i].all.prefix, sizeof sharers[i].all.prefix, "%s/stable/", tree);
        pthread_create(&threads[i], NULL, share, &sharers[i]);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        wrong += sharers[i].wrong;
    }
    is_u64(wrong, 0, "scans that share a scanner");
}

/* Threads may end a little after their scan; each of them holds the engine until then. */
static void ended(tt_engine *engine)
{
    for (int i = 0; i < 5000 && atomic_load(&engine->holders) > 1; i++)
        hook_nap(1000000);
    is_u64(atomic_load(&engine->holders), 1, "every thread of every scan has ended");
}

int main(void)
{
    tt_engine *engine = NULL;
    char tree[300], churn[300];

    alarm(150);
    make_tree(tree, churn);
    ok(tt_engine_new(&engine, NULL, 0, 1, NULL) == TUTELA_OK, "an engine");
    changing(engine, tree, churn);
    cancelling(engine, tree);
    refusing(engine, tree);
    sharing(engine, tree);
    names(engine);
    ended(engine);
    tt_engine_drop(engine);
    return tap_done();
}
