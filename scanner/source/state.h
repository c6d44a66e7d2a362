/*
 * state: what the threads of a walk share. Inner to the module.
 */
#ifndef TT_SOURCE_STATE_H
#define TT_SOURCE_STATE_H

#include "base/thread.h"
#include "source/folder.h"
#include "source/listing.h"

struct tt_walk {
    tt_walk_options options;
    tt_pool *pool;
    atomic_int targets_failed;

    tt_lock lock;        /* for all that follows; never held across a system call */
    tt_signal changed;   /* there is something to take or to list, or the end is near */
    tt_folder *stack;    /* to be listed, newest first, linked by `below` */
    tt_folder *given_up; /* folders whose thread hangs, linked by `below` */
    tt_batch *ready;     /* entries to be taken */
    size_t ready_count;
    size_t walkers;  /* threads that take part */
    size_t busy;     /* of those, how many list a folder or ask for a target */
    size_t sleepers; /* and how many sleep */
    uint64_t nudges;
    int asking;      /* one of the busy is in next_target */
    int targets_end;
    int stopped;
};

/* What a walker's thread is doing; changed under the walk's lock. */
typedef enum tt_doing {
    TT_DOING_NOTHING, /* nothing of the walk's, as far as it is known */
    TT_DOING_SLEEP,
    TT_DOING_LIST,
    TT_DOING_ASK
} tt_doing;

struct tt_walker {
    tt_walk *walk;
    tt_doing doing;
    int abandoned;
    tt_folder *current; /* while listing; this reference is the walker's */
    tt_lister lister;
};

#endif
