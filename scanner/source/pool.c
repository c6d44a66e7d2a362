/*
 * pool: a bounded number of open folders, and who is who among the living ones.
 *
 * Pinning an open folder is one atomic step, because it happens for every file. Everything else
 * goes through the lock, which is never held across a system call: a descriptor is taken out under
 * it and closed after it.
 *
 * Which to close: the least recently used, by second chance. Folders stand in a queue; the oldest
 * is closed, unless it was used since it last came to the front (then it goes to the end again)
 * or is pinned.
 *
 * Identities: a table from (device, inode) to living folders. All ancestors of a folder are alive,
 * so a folder that contains itself finds its ancestor there in constant time, however deep.
 */
#include "source/folder.h"

#include "base/io.h"
#include "base/mem.h"

#include <string.h>

#define CLOSED_AT_ONCE 16
#define FIRST_BUCKETS  256

struct tt_pool {
    atomic_size_t references;
    tt_lock lock;
    size_t limit;
    size_t open;
    tt_folder *newest, *oldest;
    tt_folder **buckets; /* by identity */
    size_t bucket_count; /* a power of two */
    size_t identified;
};

tt_pool *tt_pool_new(size_t limit)
{
    tt_pool *pool = tt_alloc(1, sizeof *pool);

    if (!pool)
        return NULL;
    pool->buckets = tt_alloc(FIRST_BUCKETS, sizeof *pool->buckets);
    if (!pool->buckets) {
        tt_free(pool);
        return NULL;
    }
    pool->bucket_count = FIRST_BUCKETS;
    pool->limit = limit;
    atomic_init(&pool->references, 1);
    tt_lock_init(&pool->lock);
    return pool;
}

void tt_pool_keep(tt_pool *pool)
{
    atomic_fetch_add_explicit(&pool->references, 1, memory_order_relaxed);
}

void tt_pool_release(tt_pool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->references, 1, memory_order_acq_rel) != 1)
        return;
    tt_lock_done(&pool->lock);
    tt_free(pool->buckets);
    tt_free(pool);
}

/* ---- Descriptors ------------------------------------------------------------------------- */

static void queue_add(tt_pool *pool, tt_folder *folder)
{
    folder->newer = NULL;
    folder->older = pool->newest;
    if (pool->newest)
        pool->newest->newer = folder;
    else
        pool->oldest = folder;
    pool->newest = folder;
}

static void queue_remove(tt_pool *pool, tt_folder *folder)
{
    if (folder->newer)
        folder->newer->older = folder->older;
    else
        pool->newest = folder->older;
    if (folder->older)
        folder->older->newer = folder->newer;
    else
        pool->oldest = folder->newer;
    folder->newer = folder->older = NULL;
}

/* Mark the folder closed, if nobody pins it. 1 when the caller must close its fd. */
static int detach(tt_pool *pool, tt_folder *folder)
{
    unsigned free_of_pins = TT_POOL_OPEN;

    if (!atomic_compare_exchange_strong_explicit(&folder->hold, &free_of_pins, 0,
                                                 memory_order_acq_rel, memory_order_relaxed))
        return 0;
    queue_remove(pool, folder);
    pool->open--;
    return 1;
}

/* Collect descriptors to close until `limit` remain; under the lock. */
static size_t collect(tt_pool *pool, size_t limit, int fds[CLOSED_AT_ONCE])
{
    size_t turns = 2 * pool->open;
    size_t count = 0;

    while (pool->open > limit && count < CLOSED_AT_ONCE && turns-- > 0) {
        tt_folder *folder = pool->oldest;

        if (!atomic_exchange_explicit(&folder->used, 0, memory_order_relaxed)
            && detach(pool, folder)) {
            fds[count++] = folder->fd;
            continue;
        }
        queue_remove(pool, folder);
        queue_add(pool, folder);
    }
    return count;
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)tt_close(fds[i]);
}

void tt_pool_shrink(tt_pool *pool)
{
    int fds[CLOSED_AT_ONCE];
    size_t count;

    do {
        tt_lock_take(&pool->lock);
        count = collect(pool, 0, fds);
        tt_lock_give(&pool->lock);
        close_all(fds, count);
    } while (count > 0);
}

int tt_pool_try_pin(tt_folder *folder, int *fd)
{
    unsigned hold = atomic_load_explicit(&folder->hold, memory_order_relaxed);

    while (hold & TT_POOL_OPEN)
        if (atomic_compare_exchange_weak_explicit(&folder->hold, &hold, hold + 1,
                                                  memory_order_acquire, memory_order_relaxed)) {
            atomic_store_explicit(&folder->used, 1, memory_order_relaxed);
            *fd = folder->fd;
            return 1;
        }
    return 0;
}

void tt_folder_unpin(tt_folder *folder)
{
    if (folder)
        atomic_fetch_sub_explicit(&folder->hold, 1, memory_order_release);
}

int tt_pool_install(tt_folder *folder, int fd)
{
    tt_pool *pool = folder->pool;
    int fds[CLOSED_AT_ONCE];
    size_t count = 0;
    int kept = -1;

    tt_lock_take(&pool->lock);
    if (tt_pool_try_pin(folder, &kept)) {
        fds[count++] = fd;
    } else {
        count = collect(pool, pool->limit > 0 ? pool->limit - 1 : 0, fds);
        folder->fd = kept = fd;
        folder->rewound = 1;
        queue_add(pool, folder);
        pool->open++;
        atomic_store_explicit(&folder->used, 1, memory_order_relaxed);
        atomic_store_explicit(&folder->hold, TT_POOL_OPEN | 1, memory_order_release);
    }
    tt_lock_give(&pool->lock);
    close_all(fds, count);
    return kept;
}

/* ---- Identities -------------------------------------------------------------------------- */

static tt_folder **bucket_of(const tt_pool *pool, const tt_folder *folder)
{
    /* Inodes are often small and consecutive: multiply to spread them over the high bits. */
    uint64_t key =
        ((uint64_t)folder->inode ^ ((uint64_t)folder->device << 32)) * UINT64_C(0x9e3779b97f4a7c15);

    return &pool->buckets[(key >> 32) & (pool->bucket_count - 1)];
}

/* Twice the buckets. Without memory the chains get longer, nothing worse. */
static void grow_buckets(tt_pool *pool)
{
    tt_folder **old = pool->buckets;
    size_t old_count = pool->bucket_count;
    tt_folder **buckets = tt_alloc(old_count, 2 * sizeof *old);

    if (!buckets)
        return;
    pool->buckets = buckets;
    pool->bucket_count = 2 * old_count;
    for (size_t i = 0; i < old_count; i++)
        for (tt_folder *folder = old[i], *next; folder; folder = next) {
            tt_folder **bucket = bucket_of(pool, folder);

            next = folder->next_alike;
            folder->next_alike = *bucket;
            *bucket = folder;
        }
    tt_free(old);
}

static int is_ancestor(const tt_folder *above, const tt_folder *folder)
{
    if (above->depth >= folder->depth)
        return 0;
    while (folder->depth > above->depth)
        folder = folder->parent;
    return folder == above;
}

int tt_pool_identify(tt_folder *folder)
{
    tt_pool *pool = folder->pool;
    tt_folder **bucket;
    tt_folder *alike;

    tt_lock_take(&pool->lock);
    for (alike = *bucket_of(pool, folder); alike; alike = alike->next_alike)
        if (alike->inode == folder->inode && alike->device == folder->device
            && is_ancestor(alike, folder))
            break;
    if (!alike) {
        if (pool->identified >= pool->bucket_count)
            grow_buckets(pool);
        bucket = bucket_of(pool, folder);
        folder->next_alike = *bucket;
        *bucket = folder;
        folder->identified = 1;
        pool->identified++;
    }
    tt_lock_give(&pool->lock);
    return alike ? 0 : 1;
}

void tt_pool_forget(tt_folder *folder)
{
    tt_pool *pool = folder->pool;
    int closing = 0;

    if (!folder->identified)
        return; /* never opened */
    tt_lock_take(&pool->lock);
    tt_folder **at = bucket_of(pool, folder);

    while (*at != folder)
        at = &(*at)->next_alike;
    *at = folder->next_alike;
    pool->identified--;
    closing = detach(pool, folder);
    tt_lock_give(&pool->lock);
    if (closing)
        (void)tt_close(folder->fd);
}
