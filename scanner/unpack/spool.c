/* spool: see spool.h. */
#include "unpack/spool.h"

#include "base/io.h"
#include "base/mem.h"

#include <errno.h>

static const tt_trouble none
    = {TUTELA_ITEM_LIMIT, "too large to be held in memory, and the spool cannot be written"};
static const tt_trouble full
    = {TUTELA_ITEM_LIMIT, "larger than the spool may be, where it must be sought in"};
static const tt_trouble no_room
    = {TUTELA_ITEM_LIMIT, "no room on the disk of the spool, where it must be sought in"};
static const tt_trouble unread = {TUTELA_ITEM_UNREADABLE, "the spool cannot be read"};

/* When nothing is held: no memory, and nothing on the disk. */
static void rest(tt_spool *spool)
{
    if (spool->free_count < spool->end)
        return;
    /* If it stays long, it stays unreadable. */
    if (spool->end > 0)
        (void)tt_truncate(spool->fd, 0);
    tt_free(spool->free);
    tt_free(spool->veiled);
    *spool = (tt_spool){.fd = spool->fd, .bytes = spool->bytes};
}

static const tt_trouble *take(tt_spool *spool, uint64_t *block)
{
    if (spool->fd < 0)
        return &none;
    if (!spool->veiled)
        spool->veiled = tt_alloc_raw(TT_SPOOL_BLOCK, 1);
    if (!spool->veiled)
        return &none;
    if (spool->free_count > 0) {
        *block = spool->free[--spool->free_count];
        return NULL;
    }
    if (spool->end >= spool->bytes / TT_SPOOL_BLOCK)
        return &full;
    /* Room for it now, since giving it back cannot fail. */
    if (tt_grow((void **)&spool->free, &spool->free_room, (size_t)spool->end, sizeof *block) < 0)
        return &none;
    *block = spool->end++;
    return NULL;
}

const tt_trouble *tt_spool_take(tt_spool *spool, uint64_t *block)
{
    const tt_trouble *failed = take(spool, block);

    if (failed)
        rest(spool);
    return failed;
}

void tt_spool_give(tt_spool *spool, uint64_t block)
{
    spool->free[spool->free_count++] = block;
    rest(spool);
}

static uint64_t place_in_file(uint64_t block, size_t at)
{
    return block * TT_SPOOL_BLOCK + at;
}

const tt_trouble *tt_spool_write(tt_spool *spool, tt_veil *veil, uint64_t place, uint64_t block,
                                 size_t at, const void *data, size_t size)
{
    if (tt_veil_apply(veil, place, data, spool->veiled, size, NULL) != TUTELA_OK)
        return &none;
    for (size_t done = 0; done < size;) {
        ssize_t put = tt_pwrite(spool->fd, spool->veiled + done, size - done,
                                place_in_file(block, at + done));
        if (put <= 0)
            return put < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) ? &no_room : &none;
        done += (size_t)put;
    }
    return NULL;
}

const tt_trouble *tt_spool_read(const tt_spool *spool, tt_veil *veil, uint64_t place,
                                uint64_t block, size_t at, void *buffer, size_t size)
{
    /* A file that became shorter is as bad as one that cannot be read: nobody else has it. */
    if (tt_pread_all(spool->fd, buffer, size, place_in_file(block, at)) != 0)
        return &unread;
    return tt_veil_apply(veil, place, buffer, buffer, size, NULL) == TUTELA_OK ? NULL : &unread;
}
