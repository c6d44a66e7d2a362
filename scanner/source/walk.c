/*
 * walk: see the header. This file is the sharing: who lists, who takes, who sleeps, when it ends.
 *
 * A thread that wants entries does the first of these that can be done, under the lock:
 *   1. take what is ready (a folder given up by another thread makes one entry);
 *   2. pop a folder off the stack and list it, without the lock;
 *   3. ask for the next target, without the lock, and push it on the stack;
 *   4. sleep, while some other thread does 2 or 3; else it is the end.
 * What 2 found is published under the lock. A thread that was given up meanwhile drops it.
 */
#include "source/walk.h"

#include "base/mem.h"
#include "source/state.h"

#include <string.h>

#define OPEN_FOLDERS 256

tutela_status tt_walk_new(tt_walk **out, const tt_walk_options *options, tutela_error *error)
{
    tt_walk *walk = tt_alloc(1, sizeof *walk);

    if (!walk)
        return tt_no_memory(error);
    walk->options = *options;
    walk->pool = tt_pool_new(options->open_folders ? options->open_folders : OPEN_FOLDERS);
    if (!walk->pool) {
        tt_free(walk);
        return tt_no_memory(error);
    }
    atomic_init(&walk->targets_failed, 0);
    tt_lock_init(&walk->lock);
    tt_signal_init(&walk->changed);
    *out = walk;
    return TUTELA_OK;
}

void tt_walk_free(tt_walk *walk)
{
    if (!walk)
        return;
    while (walk->ready) {
        tt_batch *next = walk->ready->next;

        tt_batch_free(walk->ready);
        walk->ready = next;
    }
    tt_folders_release(walk->stack);
    tt_folders_release(walk->given_up);
    tt_pool_release(walk->pool);
    tt_signal_done(&walk->changed);
    tt_lock_done(&walk->lock);
    tt_free(walk);
}

tutela_status tt_walker_new(tt_walker **out, tt_walk *walk, tutela_error *error)
{
    tt_walker *walker = tt_alloc(1, sizeof *walker);
    tutela_status status;

    if (!walker)
        return tt_no_memory(error);
    status = tt_lister_init(&walker->lister, &walk->options, error);
    if (status != TUTELA_OK) {
        tt_free(walker);
        return status;
    }
    walker->walk = walk;
    tt_lock_take(&walk->lock);
    walk->walkers++;
    tt_lock_give(&walk->lock);
    *out = walker;
    return TUTELA_OK;
}

void tt_walker_free(tt_walker *walker)
{
    if (!walker)
        return;
    tt_lock_take(&walker->walk->lock);
    if (!walker->abandoned)
        walker->walk->walkers--;
    tt_lock_give(&walker->walk->lock);
    tt_lister_done(&walker->lister);
    tt_free(walker);
}

/* ---- Under the lock ---------------------------------------------------------------------- */

static int at_end(const tt_walk *walk)
{
    return walk->stopped
           || (walk->busy == 0 && walk->targets_end && !walk->stack && !walk->given_up
               && walk->ready_count == 0);
}

/* 1 when a thread that asks now need not sleep. */
static int has_work(const tt_walk *walk)
{
    return walk->ready_count > 0 || walk->stack || walk->given_up
           || (!walk->asking && !walk->targets_end);
}

/*
 * Called by a thread that goes away, to list or with what it took: one more is woken if there is
 * something left to do, and that one will do the same. At the end all are.
 */
static void wake(tt_walk *walk)
{
    if (walk->sleepers == 0)
        return;
    if (at_end(walk))
        tt_signal_all(&walk->changed);
    else if (has_work(walk))
        tt_signal_one(&walk->changed);
}

static void stop(tt_walk *walk)
{
    walk->stopped = 1;
    tt_signal_all(&walk->changed);
}

static void begin(tt_walker *walker, tt_doing doing)
{
    walker->doing = doing;
    walker->walk->busy++;
}

/* Back under the lock: 0 when the thread was given up meanwhile and all it did is void. */
static int end(tt_walker *walker)
{
    if (walker->abandoned)
        return 0;
    walker->doing = TT_DOING_NOTHING;
    walker->walk->busy--;
    return 1;
}

static void add_ready(tt_walk *walk, tt_batch *batch)
{
    batch->next = walk->ready;
    walk->ready = batch;
    walk->ready_count += batch->count;
}

/* What is said of the folders given up becomes ready. -1 without memory. */
static int state_given_up(tt_walk *walk, tt_folder **done)
{
    while (walk->given_up) {
        tt_folder *folder = walk->given_up;
        tt_batch *batch = tt_batch_of_folder(
            folder, tt_outcome_of(TUTELA_ITEM_TIMEOUT, "no answer from the folder in time"));

        if (!batch)
            return -1;
        add_ready(walk, batch);
        walk->given_up = folder->below;
        folder->below = *done; /* released by the caller, without the lock */
        *done = folder;
    }
    return 0;
}

/* Guided self-scheduling: half of an even share of what is left, so that all end together. */
static size_t share(const tt_walk *walk, size_t max)
{
    size_t fair = walk->walkers > 1 ? walk->ready_count / (2 * walk->walkers) : walk->ready_count;

    if (fair == 0)
        fair = 1;
    return fair < max ? fair : max;
}

/* Move up to `max` ready entries out. */
static size_t take_ready(tt_walk *walk, tt_entry *entries, size_t max)
{
    size_t wanted = share(walk, max);
    size_t taken = 0;

    while (taken < wanted && walk->ready) {
        tt_batch *batch = walk->ready;
        size_t some = batch->count - batch->at;

        if (some > wanted - taken)
            some = wanted - taken;
        memcpy(entries + taken, batch->entries + batch->at, some * sizeof *entries);
        batch->at += some;
        taken += some;
        if (batch->at == batch->count) {
            walk->ready = batch->next;
            tt_free(batch);
        }
    }
    walk->ready_count -= taken;
    return taken;
}

/* ---- What is done without the lock, which is held before and after ------------------------ */

static void publish(tt_walk *walk, tt_folder *folder, tt_listing *found)
{
    if (found->more) {
        folder->below = walk->stack;
        walk->stack = tt_folder_keep(folder);
    }
    if (found->folders) {
        found->last->below = walk->stack;
        walk->stack = found->folders;
    }
    if (found->batch)
        add_ready(walk, found->batch);
    *found = (tt_listing){0};
}

static tutela_status list_top(tt_walker *walker, tutela_error *error)
{
    tt_walk *walk = walker->walk;
    tt_folder *folder = walk->stack;
    tt_listing found = {0};
    tutela_status status;

    walk->stack = folder->below;
    folder->below = NULL;
    walker->current = folder;
    begin(walker, TT_DOING_LIST);
    wake(walk);
    tt_lock_give(&walk->lock);
    status = tt_list(&walker->lister, folder, &found, error);
    tt_lock_take(&walk->lock);
    if (end(walker)) {
        walker->current = NULL;
        publish(walk, folder, &found);
        if (status != TUTELA_OK)
            stop(walk);
    } else {
        status = TUTELA_OK;
    }
    tt_lock_give(&walk->lock);
    tt_listing_drop(&found);
    tt_folder_release(folder); /* may close a descriptor, hence not under the lock */
    tt_lock_take(&walk->lock);
    return status;
}

static tutela_status ask_target(tt_walker *walker, tutela_error *error)
{
    tt_walk *walk = walker->walk;
    const char *path = NULL;
    tt_folder *target = NULL;
    tutela_status status = TUTELA_OK;
    int answer;

    walk->asking = 1;
    begin(walker, TT_DOING_ASK);
    tt_lock_give(&walk->lock);
    answer = walk->options.next_target(walk->options.user, &path);
    if (answer == 1) {
        target =
            tt_folder_new(walk->pool, NULL, path, strlen(path), !walk->options.nofollow_targets);
        if (!target)
            status = tt_no_memory(error);
    }
    tt_lock_take(&walk->lock);
    if (!end(walker)) {
        tt_folder_release(target); /* never opened: nothing is closed */
        return TUTELA_OK;
    }
    walk->asking = 0;
    if (answer != 1)
        walk->targets_end = 1;
    if (answer < 0)
        atomic_store(&walk->targets_failed, 1);
    if (target) {
        target->below = walk->stack;
        walk->stack = target;
    }
    if (status != TUTELA_OK)
        stop(walk);
    return status;
}

static void sleep_for_change(tt_walker *walker)
{
    tt_walk *walk = walker->walk;

    walker->doing = TT_DOING_SLEEP;
    walk->sleepers++;
    tt_signal_wait(&walk->changed, &walk->lock);
    walk->sleepers--;
    walker->doing = TT_DOING_NOTHING;
}

/* ---- Taking ------------------------------------------------------------------------------ */

/*
 * One turn, under the lock; *final when *answer is. Without `wait` one folder is listed at most
 * (*listed), so that a caller with other work is soon back at it.
 */
static tutela_status turn(tt_walker *walker, int wait, int *listed, int *final, tt_take *answer,
                          tutela_error *error)
{
    tt_walk *walk = walker->walk;

    *final = 1;
    *answer = TT_TAKE_END;
    if (walker->abandoned || at_end(walk))
        return TUTELA_OK;
    *answer = TT_TAKE_SOME;
    if (walk->ready_count > 0)
        return TUTELA_OK;
    *answer = TT_TAKE_LATER;
    if (!wait && (*listed || !has_work(walk)))
        return TUTELA_OK;
    *final = 0;
    if (walk->stack) {
        *listed = 1;
        return list_top(walker, error);
    }
    if (has_work(walk))
        return ask_target(walker, error);
    sleep_for_change(walker);
    return TUTELA_OK;
}

tutela_status tt_walk_take(tt_walker *walker, tt_entry *entries, size_t max, int wait,
                           size_t *count, tt_take *answer, tutela_error *error)
{
    tt_walk *walk = walker->walk;
    tutela_status status = TUTELA_OK;
    tt_folder *done = NULL;
    tt_take result = TT_TAKE_END;
    size_t taken = 0;
    int listed = 0;
    int final = 0;

    tt_lock_take(&walk->lock);
    while (status == TUTELA_OK && !final) {
        if (state_given_up(walk, &done) < 0) {
            stop(walk);
            status = tt_no_memory(error);
        } else {
            status = turn(walker, wait, &listed, &final, &result, error);
        }
    }
    if (status == TUTELA_OK && result == TT_TAKE_SOME)
        taken = take_ready(walk, entries, max);
    wake(walk);
    tt_lock_give(&walk->lock);
    tt_folders_release(done);
    if (status == TUTELA_OK) {
        *count = taken;
        *answer = result;
    }
    return status;
}

void tt_walk_nudge(tt_walk *walk)
{
    tt_lock_take(&walk->lock);
    walk->nudges++;
    if (walk->sleepers > 0)
        tt_signal_all(&walk->changed);
    tt_lock_give(&walk->lock);
}

uint64_t tt_walk_nudges(tt_walk *walk)
{
    uint64_t nudges;

    tt_lock_take(&walk->lock);
    nudges = walk->nudges;
    tt_lock_give(&walk->lock);
    return nudges;
}

void tt_walk_wait(tt_walker *walker, uint64_t seen)
{
    tt_walk *walk = walker->walk;

    tt_lock_take(&walk->lock);
    if (!walker->abandoned && !at_end(walk) && !has_work(walk) && walk->nudges == seen)
        sleep_for_change(walker);
    tt_lock_give(&walk->lock);
}

void tt_walk_stop(tt_walk *walk)
{
    tt_lock_take(&walk->lock);
    stop(walk);
    tt_lock_give(&walk->lock);
}

int tt_walk_targets_failed(const tt_walk *walk)
{
    return atomic_load(&walk->targets_failed);
}

/* ---- Giving a thread up ------------------------------------------------------------------ */

void tt_walker_abandon(tt_walker *walker)
{
    tt_walk *walk = walker->walk;

    tt_lock_take(&walk->lock);
    if (!walker->abandoned && walker->doing != TT_DOING_SLEEP) {
        walker->abandoned = 1;
        walk->walkers--;
        if (walker->doing != TT_DOING_NOTHING)
            walk->busy--;
        if (walker->doing == TT_DOING_LIST) {
            /* The thread keeps its own reference, and the folder is on no list of its. */
            tt_folder *folder = tt_folder_keep(walker->current);

            folder->below = walk->given_up;
            walk->given_up = folder;
        } else if (walker->doing == TT_DOING_ASK) {
            walk->asking = 0;
            walk->targets_end = 1; /* the call may be running still: no other may begin */
            atomic_store(&walk->targets_failed, 1);
        }
        tt_signal_all(&walk->changed);
    }
    tt_lock_give(&walk->lock);
}

int64_t tt_walker_calling_since(const tt_walker *walker)
{
    return atomic_load_explicit(&walker->lister.since, memory_order_relaxed);
}
