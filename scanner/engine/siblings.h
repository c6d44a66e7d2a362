/*
 * siblings: the further files of a disk's image that is several files: disk.002 and those after it, opened
 * beside disk.001 once that one was read. The worker process, which opens it, can open no file itself.
 *
 *   first bytes of a disk, and a name that begins a series ──▶ count what is there ──▶ wait for room among
 *   the process's descriptors ──▶ open each, following nothing ──▶ with the opening, until it is through
 *
 * Each of these files is an item of its own too, and is read and digested as any other.
 */
#ifndef TT_ENGINE_SIBLINGS_H
#define TT_ENGINE_SIBLINGS_H

#include "engine/item.h"
#include "unpack/tree.h"

/* Single. */
typedef struct tt_siblings {
    size_t count;        /* that are open, at least 1, or `trouble` says why not */
    size_t room;         /* descriptors that are set aside for them */
    int *fds;
    uint64_t *sizes;     /* bytes */
    struct stat *before; /* when they were opened */
    tt_trouble trouble;  /* CLEAR; or there are more */
} tt_siblings;

/*
 * The item's, opened; it can wait until others are through with theirs. *out stays NULL when it has none. When
 * the worker was given up meanwhile, bench->given_up is set. TUTELA_MEMORY. Thread: the item's.
 */
TT_MUST_USE tutela_status tt_siblings_open(tt_siblings **out, tt_item *item, tt_bench *bench,
                                           tutela_error *error);
/* Closes them, which can hang; their room is given back by another call. Safe on NULL. */
void tt_siblings_free(tt_siblings *siblings);

/* What is to be said of an image that came to `inside`. `siblings` may be NULL. */
tt_trouble tt_siblings_trouble(const tt_siblings *siblings, tt_trouble inside);

/* Of a run that begins. */
void tt_siblings_bound(tt_run *run);
/* Give back so much room. Under the run's lock, or not. */
void tt_siblings_give_back_locked(tt_run *run, size_t room);
void tt_siblings_give_back(tt_run *run, size_t room);

#endif
