/* share: an item's bytes, digested by whoever has time. */
#include "engine/share.h"

#include "base/mem.h"

#include <string.h>

/*
 * A file of at least so many bytes is worth sharing. Where a worker has enough other items to fill
 * lanes with, it takes one that would outlast them.
 */
#define SHARE_LEAST ((uint64_t)256 << 10)
#define SHARE_AMONG_MANY ((uint64_t)4 << 20)
#define MANY 16u
/*
 * With so many beside it, one digest alone stays with its worker: lanes are half full, and of one stream
 * nothing can be shared out. (Forty files of 100 MiB, MD5, 4 threads: 0.48 s so, 0.73 s by the board.)
 */
#define ENOUGH 8u
/*
 * Where no more than so many files are shared at once, pieces are larger: what has to be woken for
 * each, on several cores, is little beside it, and a core that comes late holds nobody up. Pieces of all
 * stay below 32 MiB then.
 */
#define FEW_SHARED 4u
#define LARGE_READ ((size_t)1 << 20)

static int is_shared(const tt_item *item, const tt_run *run, uint32_t mask, size_t company)
{
    if (run->threads == 1 || (company >= ENOUGH && __builtin_popcount(mask) == 1))
        return 0;
    return item->reading.stated >= (company < MANY ? SHARE_LEAST : SHARE_AMONG_MANY);
}

tutela_status tt_share_begin(tt_item *item, const tt_bench *bench, uint32_t mask,
                             tutela_error *error)
{
    tt_run *run = bench->run;
    size_t company = bench->company;

    if (!is_shared(item, run, mask, company))
        return tt_digester_begin(item->digester, mask, company, error);
    company += tt_board_streams(&run->board);
    TT_TRY(tt_digester_begin(item->digester, mask, company, error));
    if (item->buffer_count == 0) {
        item->buffers[item->buffer_count++] = item->reading.buffer;
        item->piece = tt_board_streams(&run->board) < FEW_SHARED ? LARGE_READ : TT_READ_SIZE;
    }
    tt_board_open(&run->board, &item->ticket, item->digester, bench->seat);
    return TUTELA_OK;
}

void tt_share_drop(tt_item *item)
{
    if (item->buffer_count > 0) {
        item->reading.buffer = item->buffers[0];
        item->reading.room = TT_READ_SIZE;
    }
    for (unsigned i = 1; i < item->buffer_count; i++)
        tt_free(item->buffers[i]);
    item->buffer_count = item->buffer_at = 0;
}

/*
 * Buffers that pieces on the board are in stand in the circle before the present one and are it, as many
 * as there are such pieces.
 */
tutela_status tt_share_buffer(tt_item *item, tutela_error *error)
{
    unsigned at = item->buffer_at + 1;

    if (tt_ticket_pending(&item->ticket) == 0)
        return TUTELA_OK;
    if (tt_ticket_pending(&item->ticket) < item->buffer_count) {
        at %= item->buffer_count;
    } else {
        uint8_t *made = tt_alloc_raw(item->piece, 1);

        if (!made)
            return tt_no_memory(error);
        memmove(item->buffers + at + 1, item->buffers + at,
                (item->buffer_count - at) * sizeof *item->buffers);
        item->buffers[at] = made;
        item->buffer_count++;
    }
    item->buffer_at = at;
    item->reading.buffer = item->buffers[at];
    item->reading.room = at == 0 ? TT_READ_SIZE : item->piece;
    return TUTELA_OK;
}

void tt_share_post(tt_item *item, tt_run *run)
{
    /* Who waits for the walk can be woken too. */
    if (tt_board_post(&run->board, &item->ticket, &item->job) > 0
        && atomic_load_explicit(&run->hungry_count, memory_order_relaxed) > 0)
        tt_walk_nudge(run->walk);
    item->job.digester = NULL;
}

int tt_item_can_go_on(const tt_item *item, const tt_run *run)
{
    unsigned pending = tt_ticket_pending(&item->ticket);

    return pending == 0 || (!item->ended && pending < tt_board_depth(&run->board));
}
