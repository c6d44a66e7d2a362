/*
 * walk: measures listing a tree, without opening its files.
 *
 *     walk ours FOLDER THREADS     tt_walk, as a scan's threads take entries
 *     walk fts FOLDER              fts(3), one thread, which asks for no facts of the files either
 *
 * Prints files found and seconds as JSON.
 */
#include "base/status.h"
#include "bench/program.h"
#include "source/walk.h"

#include <fts.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MOST 64
#define TAKE         64 /* entries at once, as the engine's threads do */

static atomic_uint_fast64_t files;

static double now(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void check(tutela_status status, const tutela_error *error)
{
    if (status != TUTELA_OK)
        die(error->text);
}

static int next_target(void *user, const char **path)
{
    const char **left = user;

    *path = *left;
    *left = NULL;
    return *path != NULL;
}

static void *take_all(void *user)
{
    tt_walk *walk = user;
    tutela_error error = {0};
    tt_entry entries[TAKE];
    tt_walker *walker;
    tt_take answer = TT_TAKE_SOME;
    uint64_t found = 0;
    size_t count;

    check(tt_walker_new(&walker, walk, &error), &error);
    while (answer != TT_TAKE_END) {
        check(tt_walk_take(walker, entries, TAKE, 1, &count, &answer, &error), &error);
        for (size_t i = 0; answer == TT_TAKE_SOME && i < count; i++) {
            found += entries[i].status == TUTELA_ITEM_CLEAR;
            tt_entry_done(&entries[i]);
        }
    }
    tt_walker_free(walker);
    atomic_fetch_add(&files, found);
    return NULL;
}

static void ours(const char *folder, int threads)
{
    tt_walk_options options = {.next_target = next_target, .user = &folder};
    pthread_t all[THREADS_MOST];
    tutela_error error = {0};
    tt_walk *walk;

    check(tt_walk_new(&walk, &options, &error), &error);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&all[i], NULL, take_all, walk) != 0)
            die("no thread");
    for (int i = 0; i < threads; i++)
        pthread_join(all[i], NULL);
    tt_walk_free(walk);
}

static void by_fts(char *folder)
{
    char *roots[] = {folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOSTAT | FTS_NOCHDIR, NULL);
    FTSENT *entry;

    if (!tree)
        die("cannot list the folder");
    while ((entry = fts_read(tree)))
        files += entry->fts_info == FTS_F || entry->fts_info == FTS_NSOK;
    (void)fts_close(tree);
}

int main(int argc, char **argv)
{
    long threads = argc == 4 ? strtol(argv[3], NULL, 10) : 1;
    double begun = now();

    if (argc == 4 && strcmp(argv[1], "ours") == 0 && threads > 0 && threads <= THREADS_MOST)
        ours(argv[2], (int)threads);
    else if (argc == 3 && strcmp(argv[1], "fts") == 0)
        by_fts(argv[2]);
    else
        die("ours FOLDER THREADS | fts FOLDER");
    (void)printf("{\"files\":%" PRIu64 ",\"seconds\":%.6f}\n", (uint64_t)files, now() - begun);
    return 0;
}
