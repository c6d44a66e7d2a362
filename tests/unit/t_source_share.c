/*
 * How threads share a walk: large folders in bounded memory, fair shares, waiting and stopping.
 */
#include "t_source_taker.h"

#define LARGE 20000
/* Names of at least one byte in one look's buffer. */
#define MOST_PER_LOOK (TT_LISTING_BUFFER / 24)

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
        tt_walk_wait(walker, 0);
        if (tt_walk_take(walker, &entry, 1, 0, &count, &answer, NULL) != TUTELA_OK)
            abort();
    }
    ok(answer == TT_TAKE_END && later == 4, "three times later, then the end: %d calls", later);
    tt_walk_wait(walker, 0);
    tt_walker_free(walker);
    tt_walk_free(h.walk);
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
    return tap_done();
}
