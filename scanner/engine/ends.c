/* ends: see ends.h. */
#include "engine/ends.h"

#include "base/io.h"
#include "base/mem.h"
#include "unpack/firefox.h"
#include "unpack/tails.h"

/* A picture shows what it is in its first pieces: a JPEG has some ten before its scan. */
#define LOOK_SIZE 256u
#define LOOKS_MAX 40

/* Into the bench's own memory. *size of them, or 0: what cannot be read says nothing here. */
static tutela_status read_again(const tt_reading *reading, const tt_item *item, tt_bench *bench,
                                uint64_t offset, size_t *size, tutela_error *error)
{
    if (!bench->tail)
        bench->tail = tt_alloc_raw(TT_TAIL_SIZE, 1);
    if (!bench->tail)
        return tt_no_memory(error);
    tt_watch_begin(bench->watch, item->number);
    if (tt_pread_all(reading->fd, bench->tail, *size, offset) != 0)
        *size = 0;
    if (tt_watch_end(bench->watch) != 0)
        bench->given_up = 1;
    return TUTELA_OK;
}

/* A picture that does not end as it should: is it one, and may an archive be behind it? */
static tutela_status look_behind(const tt_reading *reading, const tt_item *item, tt_bench *bench,
                                 int *holds, tutela_error *error)
{
    size_t size = LOOK_SIZE;
    tt_picture_walk w;

    if (reading->offset == reading->filled) {
        *holds = tt_picture_may_hold(reading->buffer, reading->filled);
        return TUTELA_OK;
    }
    tt_picture_walk_begin(&w);
    for (int looks = 0; looks < LOOKS_MAX && size > 0 && !w.sound; looks++) {
        tt_picture_walk_skip(&w);
        if (tt_picture_walk_over(&w) || w.at >= reading->offset)
            return TUTELA_OK;
        if (reading->offset - w.at < size)
            size = (size_t)(reading->offset - w.at);
        TT_TRY(read_again(reading, item, bench, w.at, &size, error));
        if (bench->given_up)
            return TUTELA_OK;
        tt_picture_walk_add(&w, bench->tail, size);
    }
    *holds = w.sound || !tt_picture_walk_over(&w);
    return TUTELA_OK;
}

tt_end tt_end_of(const tt_picture *picture, const uint8_t *tail, size_t size, uint64_t file_size)
{
    tt_firefox firefox;

    if (tt_tail_opens(tail, size, file_size) > 0 || tt_firefox_ends(tail, size, file_size, &firefox))
        return TT_END_CONTAINER;
    return picture && tt_picture_goes_on(picture, tail, size, file_size) ? TT_END_GOES_ON
                                                                         : TT_END_PLAIN;
}

void tt_item_end_pass(tt_item *item)
{
    const tt_reading *reading = &item->reading;
    uint64_t at = reading->offset - reading->filled, skip = 0;

    /* What is all in the buffer is looked at there. */
    if (at == 0 && reading->at_end)
        return;
    if (reading->stated > TT_TAIL_SIZE && reading->stated - TT_TAIL_SIZE > at)
        skip = reading->stated - TT_TAIL_SIZE - at;
    if (skip < reading->filled)
        tt_tail_pass(&item->tail, at + skip, reading->buffer + skip, reading->filled - skip);
}

/* Of an item that is not all in the buffer: must its last bytes be asked, by what is there and what passed? */
static int may_hold(const tt_item *item, const tt_picture *picture)
{
    const tt_reading *reading = &item->reading;
    const uint8_t *data = reading->buffer;
    size_t size = reading->filled;

    return size < 4 || tt_firefox_may_end(data + size - 4, reading->offset)
           || tt_tail_may_open(&item->tail, reading->offset)
           || (picture && tt_picture_goes_on(picture, data, size, reading->offset));
}

tutela_status tt_item_end_holds(const tt_item *item, tt_bench *bench, int *holds,
                                tutela_error *error)
{
    const tt_reading *reading = &item->reading;
    const tt_picture *picture = bench->run->open.flags & TUTELA_OPEN_NOTHING ? NULL : &item->picture;
    const uint8_t *tail = reading->buffer;
    size_t size = reading->filled;
    tt_end end;

    *holds = 0;
    if (reading->offset > reading->filled) {
        if (!may_hold(item, picture))
            return TUTELA_OK;
        size = reading->offset < TT_TAIL_SIZE ? (size_t)reading->offset : TT_TAIL_SIZE;
        TT_TRY(read_again(reading, item, bench, reading->offset - size, &size, error));
        tail = bench->tail;
    }
    if (bench->given_up)
        return TUTELA_OK;
    end = tt_end_of(picture, tail, size, reading->offset);
    *holds = end == TT_END_CONTAINER;
    return end == TT_END_GOES_ON ? look_behind(reading, item, bench, holds, error) : TUTELA_OK;
}
