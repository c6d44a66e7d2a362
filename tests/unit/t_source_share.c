/*
 * How threads share a walk: large folders in bounded memory, waiting, stopping, giving a hanging
 * thread up, running out of memory, and listings that go wrong.
 *
 * getdents64 is interposed: this program's own stands before the C library's, so that listing a
 * folder can hang, fail or lie on demand.
 */
#include "t_source.h"

#include "base/clock.h"
#include "source/state.h"

#include <dirent.h>
#include <semaphore.h>
#include <sys/syscall.h>

#define LARGE 20000
/* Names of at least one byte in one look's buffer. */
#define MOST_PER_LOOK (TT_LISTING_BUFFER / 24)

/* ---- The interposed call ----------------------------------------------------------------- */

typedef enum trouble { NONE, HANG, FAIL_LATER, UNKNOWN_TYPES, PATH_NAME, TORN } trouble;

static atomic_int trouble_now;
static atomic_int hanging;
static sem_t release_hang;

static int is_named(int fd, const char *name)
{
    char link[64], path[4096];
    ssize_t size;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    size = readlink(link, path, sizeof path - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    return strcmp(strrchr(path, '/') + 1, name) == 0;
}

static ssize_t spoil(void *buffer, ssize_t size, int what)
{
    for (ssize_t at = 0; at < size;) {
        struct dirent64 *record = (struct dirent64 *)((char *)buffer + at);

        if (what == UNKNOWN_TYPES)
            record->d_type = DT_UNKNOWN;
        if (what == PATH_NAME && strcmp(record->d_name, "bad") == 0)
            memcpy(record->d_name, "../", 4);
        if (what == TORN && at > 0) {
            record->d_reclen = 8;
            break;
        }
        at += record->d_reclen;
    }
    return size;
}

ssize_t getdents64(int fd, void *buffer, size_t size)
{
    int what = atomic_load(&trouble_now);
    static atomic_int calls;
    ssize_t got;

    if (what == HANG && is_named(fd, "hang")) {
        atomic_fetch_add(&hanging, 1);
        while (sem_wait(&release_hang) < 0)
            continue;
    }
    if (what == FAIL_LATER && is_named(fd, "half") && atomic_fetch_add(&calls, 1) > 0) {
        errno = EIO;
        return -1;
    }
    got = syscall(SYS_getdents64, fd, buffer, size);
    return got > 0 ? spoil(buffer, got, what) : got;
}

/* ---- Large folders ----------------------------------------------------------------------- */

static const char *large;

static void make_large(void)
{
    int at;

    large = kept_path("large");
    make_folder(AT_FDCWD, large);
    at = open(large, O_RDONLY | O_DIRECTORY);
    make_file(at, "first");
    for (int i = 1; i < LARGE; i++) {
        char name[32];

        snprintf(name, sizeof name, "%d", i);
        if (i % 4 != 0)
            make_folder(at, name);
        else
            make_file(at, name);
    }
    close(at);
}

static size_t stacked(const tt_walk *walk)
{
    size_t count = 0;

    for (const tt_folder *folder = walk->stack; folder; folder = folder->below)
        count++;
    return count;
}

static void test_large_is_bounded(void)
{
    hunt h = {.targets = &large, .target_count = 1};
    size_t most_ready = 0, most_stacked = 0, files = 0, count;
    tt_take answer = TT_TAKE_SOME;
    tt_walker *walker;
    tt_entry entries[16];

    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h};
    ok(tt_walk_new(&h.walk, &h.options, NULL) == TUTELA_OK
           && tt_walker_new(&walker, h.walk, NULL) == TUTELA_OK,
       "a walk over a large folder");
    for (;;) {
        if (tt_walk_take(walker, entries, 16, 1, &count, &answer, NULL) != TUTELA_OK)
            abort();
        if (answer == TT_TAKE_END)
            break;
        if (h.walk->ready_count > most_ready)
            most_ready = h.walk->ready_count;
        if (stacked(h.walk) > most_stacked)
            most_stacked = stacked(h.walk);
        for (size_t i = 0; i < count; i++)
            tt_entry_done(&entries[i]);
        files += count;
    }
    is_u64(files, LARGE / 4, "every file is given");
    ok(most_ready > 16 && most_ready <= MOST_PER_LOOK, "%zu entries waited at most", most_ready);
    ok(most_stacked > 100 && most_stacked <= MOST_PER_LOOK + 1, "%zu folders at most",
       most_stacked);
    tt_walker_free(walker);
    tt_walk_free(h.walk);
}

static void test_large_is_shared(void)
{
    hunt h = {.targets = &large, .target_count = 1, .max = 64};
    walked got = hunt_run(&h, 4);
    size_t doubles = 0;

    is_u64(got.count, LARGE / 4, "four threads: every file");
    for (size_t i = 1; i < got.count; i++)
        doubles += strcmp(got.items[i - 1].path, got.items[i].path) == 0;
    is_u64(doubles, 0, "once");
    ok(got.threads_that_took >= 2, "%zu of them took some", got.threads_that_took);
    walked_free(&got);
}

/* With two threads nobody gets more than a quarter of what is left at once. */
static void test_fair_shares(void)
{
    hunt h = {.targets = &large, .target_count = 1};
    tt_walker *walkers[2];
    tt_entry *entries = calloc(LARGE, sizeof *entries);
    size_t count = 0, left;
    tt_take answer;

    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h};
    ok(tt_walk_new(&h.walk, &h.options, NULL) == TUTELA_OK
           && tt_walker_new(&walkers[0], h.walk, NULL) == TUTELA_OK
           && tt_walker_new(&walkers[1], h.walk, NULL) == TUTELA_OK
           && tt_walk_take(walkers[0], entries, LARGE, 1, &count, &answer, NULL) == TUTELA_OK,
       "the first of two threads takes");
    left = h.walk->ready_count;
    ok(count > 1 && count <= (count + left) / 4, "%zu of %zu", count, count + left);
    for (size_t i = 0; i < count; i++)
        tt_entry_done(&entries[i]);
    tt_walker_free(walkers[0]);
    ok(tt_walk_take(walkers[1], entries, LARGE, 1, &count, &answer, NULL) == TUTELA_OK
           && count == left,
       "the last thread gets all that is left");
    for (size_t i = 0; i < count; i++)
        tt_entry_done(&entries[i]);
    free(entries);
    tt_walker_free(walkers[1]);
    tt_walk_free(h.walk);
}

/* ---- Waiting and stopping ---------------------------------------------------------------- */

/* An iterator that blocks until it is let go. */
typedef struct gate {
    sem_t open;
    atomic_int reached;
    int result; /* after the gate: 0, or 1 with `path` once */
    const char *path;
} gate;

static int gate_next(void *user, const char **path)
{
    gate *g = user;

    atomic_store(&g->reached, 1);
    if (!g->path)
        return 0;
    while (sem_wait(&g->open) < 0)
        continue;
    *path = g->path;
    g->path = NULL;
    return g->result;
}

typedef struct taker {
    tt_walk *walk;
    tt_walker *walker;
    tt_take answer;
    size_t count;
    tt_entry entries[4];
    tutela_status status;
    pthread_t id;
} taker;

static void *taker_body(void *argument)
{
    taker *t = argument;

    t->status = tt_walk_take(t->walker, t->entries, 4, 1, &t->count, &t->answer, NULL);
    return NULL;
}

static void taker_start(taker *t, tt_walk *walk)
{
    *t = (taker){.walk = walk};
    if (tt_walker_new(&t->walker, walk, NULL) != TUTELA_OK
        || pthread_create(&t->id, NULL, taker_body, t) != 0)
        abort();
}

static void taker_join(taker *t)
{
    pthread_join(t->id, NULL);
}

static void taker_free(taker *t)
{
    for (size_t i = 0; i < t->count; i++)
        tt_entry_done(&t->entries[i]);
    tt_walker_free(t->walker);
}

static size_t sleepers(tt_walk *walk)
{
    size_t count;

    tt_lock_take(&walk->lock);
    count = walk->sleepers;
    tt_lock_give(&walk->lock);
    return count;
}

#define until(condition)                                                                           \
    for (int i = 0; i < 5000 && !(condition); i++)                                                 \
    usleep(1000)

static void test_later_and_stop(void)
{
    gate g = {.result = 1, .path = large};
    tt_walk_options options = {.next_target = gate_next, .user = &g};
    tt_walk *walk;
    tt_walker *walker;
    tt_take answer = TT_TAKE_END;
    size_t count = 99;
    tt_entry entry;
    taker asker, waiter;

    sem_init(&g.open, 0, 0);
    ok(tt_walk_new(&walk, &options, NULL) == TUTELA_OK
           && tt_walker_new(&walker, walk, NULL) == TUTELA_OK,
       "a walk whose targets come late");
    taker_start(&asker, walk);
    until(atomic_load(&g.reached));
    ok(tt_walk_take(walker, &entry, 1, 0, &count, &answer, NULL) == TUTELA_OK, "asking at once");
    ok(answer == TT_TAKE_LATER && count == 0, "answers: later");
    taker_start(&waiter, walk);
    until(sleepers(walk) == 1);
    is_u64(sleepers(walk), 1, "asking with patience sleeps");
    tt_walker_abandon(waiter.walker);
    is_u64(sleepers(walk), 1, "a sleeper does not hang and is not given up");
    tt_walk_stop(walk);
    taker_join(&waiter);
    ok(waiter.status == TUTELA_OK && waiter.answer == TT_TAKE_END, "stopping wakes it to the end");
    sem_post(&g.open);
    taker_join(&asker);
    ok(asker.answer == TT_TAKE_END && asker.count == 0, "the one that asked too, when it is back");
    is_i64(tt_walk_targets_failed(walk), 0, "no target failed");
    taker_free(&asker);
    taker_free(&waiter);
    tt_walker_free(walker);
    tt_walk_free(walk);
}

/* Sleepers must hear of the end, and of a single entry. */
static void test_sleepers_wake(void)
{
    gate g = {.result = 1};
    tt_walk_options options = {.next_target = gate_next, .user = &g};
    taker takers[6];
    size_t given = 0, ended = 0;
    tt_walk *walk;

    make_file(AT_FDCWD, tap_path("single"));
    g.path = kept_path("single");
    sem_init(&g.open, 0, 0);
    ok(tt_walk_new(&walk, &options, NULL) == TUTELA_OK, "a walk of one file");
    for (int i = 0; i < 6; i++)
        taker_start(&takers[i], walk);
    until(sleepers(walk) == 5);
    is_u64(sleepers(walk), 5, "five of six sleep");
    sem_post(&g.open);
    for (int i = 0; i < 6; i++) {
        taker_join(&takers[i]);
        given += takers[i].count;
        ended += takers[i].answer == TT_TAKE_END;
    }
    is_u64(given, 1, "one gets the file");
    is_u64(ended, 5, "the others the end");
    for (int i = 0; i < 6; i++)
        taker_free(&takers[i]);
    tt_walk_free(walk);
}

/* Without patience a call lists one folder at most; tt_walk_wait sleeps only when it must. */
static void test_one_folder_per_call(void)
{
    const char *path = kept_path("hollow");
    hunt h = {.targets = &path, .target_count = 1};
    tt_walker *walker;
    tt_take answer = TT_TAKE_LATER;
    size_t count = 0;
    tt_entry entry;
    int later;

    make_folder(AT_FDCWD, path);
    make_folder(AT_FDCWD, tap_path("hollow/a"));
    make_folder(AT_FDCWD, tap_path("hollow/b"));
    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h};
    ok(tt_walk_new(&h.walk, &h.options, NULL) == TUTELA_OK
           && tt_walker_new(&walker, h.walk, NULL) == TUTELA_OK,
       "a walk over three empty folders");
    for (later = 0; later < 9 && answer == TT_TAKE_LATER; later++) {
        tt_walk_wait(walker);
        if (tt_walk_take(walker, &entry, 1, 0, &count, &answer, NULL) != TUTELA_OK)
            abort();
    }
    ok(answer == TT_TAKE_END && later == 4, "three times later, then the end: %d calls", later);
    tt_walk_wait(walker);
    tt_walker_free(walker);
    tt_walk_free(h.walk);
}

/* ---- Giving up --------------------------------------------------------------------------- */

static const char *tangle;

static void make_tangle(void)
{
    int at;

    tangle = kept_path("tangle");
    make_folder(AT_FDCWD, tangle);
    at = open(tangle, O_RDONLY | O_DIRECTORY);
    make_folder(at, "hang");
    make_file(at, "hang/lost");
    make_folder(at, "hang/below");
    make_file(at, "hang/below/lost");
    make_folder(at, "fine");
    make_file(at, "fine/file");
    close(at);
}

static void test_abandon(size_t threads)
{
    hunt h = {.targets = &tangle, .target_count = 1};
    pthread_t others[8];
    taker stuck;

    sem_init(&release_hang, 0, 0);
    atomic_store(&hanging, 0);
    atomic_store(&trouble_now, HANG);
    h.options = (tt_walk_options){.next_target = hunt_next, .user = &h};
    pthread_mutex_init(&h.lock, NULL);
    if (tt_walk_new(&h.walk, &h.options, NULL) != TUTELA_OK)
        abort();
    /* Alone, the taker may be given the fine file first. */
    do {
        taker_start(&stuck, h.walk);
        until(atomic_load(&hanging) || pthread_tryjoin_np(stuck.id, NULL) == 0);
        if (atomic_load(&hanging))
            break;
        hunt_keep(&h, &stuck.entries[0], 1);
        taker_free(&stuck);
    } while (1);
    ok(tt_walker_calling_since(stuck.walker) > 0
           && tt_walker_calling_since(stuck.walker) <= tt_clock_monotonic(),
       "a thread hangs in a folder, and it can be seen since when");
    for (size_t i = 0; i < threads; i++)
        if (pthread_create(&others[i], NULL, hunt_thread, &h) != 0)
            abort();
    until(sleepers(h.walk) == threads);
    is_u64(sleepers(h.walk), threads, "%zu others did the rest and wait", threads);
    tt_walker_abandon(stuck.walker);
    tt_walker_abandon(stuck.walker);
    for (size_t i = 0; i < threads; i++)
        pthread_join(others[i], NULL);
    qsort(h.out.items, h.out.count, sizeof *h.out.items, found_order);
    is_u64(h.out.count, 2, "the walk ends without the thread");
    walked_is(&h.out, tap_path("tangle/hang"), TUTELA_ITEM_TIMEOUT, 0,
              "no answer from the folder in time");
    walked_is(&h.out, tap_path("tangle/fine/file"), TUTELA_ITEM_CLEAR, 0, NULL);
    atomic_store(&trouble_now, NONE);
    sem_post(&release_hang);
    taker_join(&stuck);
    ok(stuck.status == TUTELA_OK && stuck.answer == TT_TAKE_END && stuck.count == 0,
       "coming back, it finds the end");
    ok(tt_walk_take(stuck.walker, stuck.entries, 4, 0, &stuck.count, &stuck.answer, NULL)
               == TUTELA_OK
           && stuck.answer == TT_TAKE_END,
       "for good");
    taker_free(&stuck);
    tt_walk_free(h.walk);
    walked_free(&h.out);
}

static void test_abandon_iterator(void)
{
    gate g = {.result = 1, .path = large};
    tt_walk_options options = {.next_target = gate_next, .user = &g};
    taker asker, waiter;
    tt_walk *walk;

    sem_init(&g.open, 0, 0);
    ok(tt_walk_new(&walk, &options, NULL) == TUTELA_OK, "an iterator that hangs");
    taker_start(&asker, walk);
    until(atomic_load(&g.reached));
    taker_start(&waiter, walk);
    until(sleepers(walk) == 1);
    tt_walker_abandon(asker.walker);
    taker_join(&waiter);
    ok(waiter.answer == TT_TAKE_END, "the others end");
    is_i64(tt_walk_targets_failed(walk), 1, "with targets failed");
    sem_post(&g.open);
    taker_join(&asker);
    ok(asker.answer == TT_TAKE_END && asker.count == 0, "the one that hung as well");
    taker_free(&asker);
    taker_free(&waiter);
    tt_walk_free(walk);
}

/* ---- Listings that go wrong -------------------------------------------------------------- */

static void test_bad_listings(void)
{
    const char *half = kept_path("half");
    walked got;
    int at;

    make_folder(AT_FDCWD, half);
    at = open(half, O_RDONLY | O_DIRECTORY);
    make_file(at, "a");
    make_file(at, "bad");
    make_folder(at, "sub");
    make_file(at, "sub/b");
    ok(symlinkat("a", at, "link") == 0 && mkfifoat(at, "pipe", 0644) == 0, "a small folder");
    close(at);

    atomic_store(&trouble_now, UNKNOWN_TYPES);
    got = hunt_one(half, NULL, 2);
    is_u64(got.count, 5, "kinds are found where the listing has none");
    walked_is(&got, tap_path("half/link"), TUTELA_ITEM_SKIPPED, 0, "symbolic link");
    walked_is(&got, tap_path("half/pipe"), TUTELA_ITEM_SKIPPED, 0, "named pipe");
    walked_is(&got, tap_path("half/sub/b"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);

    atomic_store(&trouble_now, PATH_NAME);
    got = hunt_one(half, NULL, 1);
    walked_is(&got, tap_path("half/../"), TUTELA_ITEM_UNREADABLE, 0, "damaged name");
    is_u64(got.count, 5, "a name that is a path is stated and not followed");
    walked_free(&got);

    atomic_store(&trouble_now, FAIL_LATER);
    got = hunt_one(half, NULL, 2);
    is_u64(got.count, 6, "a listing that fails half way");
    walked_is(&got, half, TUTELA_ITEM_UNREADABLE, EIO, NULL);
    walked_is(&got, tap_path("half/sub/b"), TUTELA_ITEM_CLEAR, 0, NULL);
    walked_free(&got);

    atomic_store(&trouble_now, TORN);
    got = hunt_one(half, NULL, 1);
    walked_is(&got, half, TUTELA_ITEM_UNREADABLE, EIO, NULL);
    walked_free(&got);
    atomic_store(&trouble_now, NONE);
}

int main(void)
{
    alarm(60);
    prefer_memory();
    make_large();
    test_large_is_bounded();
    test_large_is_shared();
    test_fair_shares();
    test_later_and_stop();
    test_sleepers_wake();
    test_one_folder_per_call();
    make_tangle();
    test_abandon(1);
    test_abandon(4);
    test_abandon_iterator();
    test_bad_listings();
    return tap_done();
}
