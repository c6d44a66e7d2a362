/*
 * What hangs, fails or lies: threads that are given up, and listings that go wrong.
 *
 * getdents64 is interposed: this program's own stands before the C library's, so that listing a
 * folder can hang, fail or lie on demand.
 */
#include "t_source_taker.h"

#include "base/clock.h"

#include <dirent.h>
#include <sys/syscall.h>

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
    gate g = {.result = 1, .path = tangle};
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
    make_tangle();
    test_abandon(1);
    test_abandon(4);
    test_abandon_iterator();
    test_bad_listings();
    return tap_done();
}
