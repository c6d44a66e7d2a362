/*
 * t_source_taker: a thread that is in one tt_walk_take, and an iterator it can be stuck in.
 */
#ifndef TT_TESTS_T_SOURCE_TAKER_H
#define TT_TESTS_T_SOURCE_TAKER_H

#include "source/state.h"
#include "t_source.h"

#include <semaphore.h>

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

#endif
