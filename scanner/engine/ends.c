/* ends: see ends.h. */
#include "engine/ends.h"

#include "base/io.h"
#include "base/mem.h"
#include "unpack/tails.h"

/* Into the bench's own memory. Bytes that came; what cannot be read says nothing here. */
static tutela_status read_tail(const tt_reading *reading, const tt_item *item, tt_bench *bench,
                               size_t *size, tutela_error *error)
{
    size_t wanted = reading->offset < TT_TAIL_SIZE ? (size_t)reading->offset : TT_TAIL_SIZE;

    *size = 0;
    if (!bench->tail)
        bench->tail = tt_alloc_raw(TT_TAIL_SIZE, 1);
    if (!bench->tail)
        return tt_no_memory(error);
    tt_watch_begin(bench->watch, item->number);
    if (tt_pread_all(reading->fd, bench->tail, wanted, reading->offset - wanted) == 0)
        *size = wanted;
    if (tt_watch_end(bench->watch) != 0)
        bench->given_up = 1;
    return TUTELA_OK;
}

tutela_status tt_item_end_holds(const tt_item *item, tt_bench *bench, int *holds,
                                tutela_error *error)
{
    const tt_reading *reading = &item->reading;
    const uint8_t *tail = reading->buffer;
    size_t size = reading->filled;

    *holds = 0;
    if (reading->offset > reading->filled) {
        TT_TRY(read_tail(reading, item, bench, &size, error));
        tail = bench->tail;
    }
    if (!bench->given_up)
        *holds = tt_tail_opens(tail, size, reading->offset) > 0;
    return TUTELA_OK;
}
