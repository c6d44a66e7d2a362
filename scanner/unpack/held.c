/*
 * held: blocks of memory one after another, then blocks of a spool (see held.h).
 *
 * Blocks rather than one that grows: growing would need the old and the new at once, and move what is
 * already there. What is freed was content, and is left to the kernel: the process cannot be dumped.
 */
#include "unpack/held.h"

#include "base/mem.h"

#include <string.h>

#define BLOCK TT_SPOOL_BLOCK

static const tt_trouble too_large
    = {TUTELA_ITEM_LIMIT, "too large to be held in memory, where it must be sought in"};

/* In memory, or in the spool. */
typedef struct block {
    uint8_t *bytes; /* NULL: `number` of the spool */
    uint64_t number;
} block;

struct tt_held {
    tt_stream stream;
    uint64_t place; /* what is read next */
    tt_held_room *room;
    tt_veil *veil; /* once a block is in the spool */
    const tt_trouble *failed; /* the first read that did; NULL: none */
    block *blocks;
    size_t count;
    size_t space; /* for blocks */
};

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_held *held = (tt_held *)stream;
    uint64_t left = offset < stream->size ? stream->size - offset : 0;
    size_t in_block = (size_t)(offset % BLOCK);
    size_t some = size < BLOCK - in_block ? size : BLOCK - in_block;
    const tt_trouble *failed = NULL;

    (void)error;
    if (some > left)
        some = (size_t)left;
    if (some > 0) {
        const block *b = &held->blocks[offset / BLOCK];
        if (b->bytes)
            memcpy(buffer, b->bytes + in_block, some);
        else
            failed = tt_spool_read(held->room->spool, held->veil, offset, b->number, in_block,
                                   buffer, some);
    }
    if (failed)
        *trouble = *failed;
    if (!held->failed)
        held->failed = failed;
    *got = failed ? 0 : some;
    return TUTELA_OK;
}

static tutela_status read_on(tt_stream *stream, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error)
{
    tt_held *held = (tt_held *)stream;

    TT_TRY(read_at(stream, held->place, buffer, size, got, trouble, error));
    held->place += *got;
    return TUTELA_OK;
}

tutela_status tt_held_new(tt_held **out, tt_held_room *room, tutela_error *error)
{
    static const tt_stream_ops ops = {read_on, read_at};
    tt_held *held = tt_alloc(1, sizeof *held);

    if (!held)
        return tt_no_memory(error);
    held->stream.ops = &ops;
    held->room = room;
    *out = held;
    return TUTELA_OK;
}

/* One more block of the spool. NULL, or why there is none. */
static const tt_trouble *take_spooled(tt_held *held, block *out)
{
    if (!held->room->spool)
        return &too_large;
    if (!held->veil && tt_veil_new(&held->veil, NULL) != TUTELA_OK)
        return &too_large;
    return tt_spool_take(held->room->spool, &out->number);
}

/* One more block, of memory while there is any. NULL, or why there is none. */
static const tt_trouble *take_block(tt_held *held)
{
    block one = {NULL, 0};
    const tt_trouble *failed = NULL;

    if (tt_grow((void **)&held->blocks, &held->space, held->count, sizeof one) < 0)
        return &too_large;
    if (held->room->left >= BLOCK)
        one.bytes = tt_alloc_raw(BLOCK, 1);
    if (one.bytes)
        held->room->left -= BLOCK;
    else
        failed = take_spooled(held, &one);
    if (!failed)
        held->blocks[held->count++] = one;
    return failed;
}

/* Blocks for `size` bytes more. */
static const tt_trouble *make_room(tt_held *held, size_t size)
{
    const tt_trouble *failed = NULL;

    while (!failed && held->count * (uint64_t)BLOCK - held->stream.size < size)
        failed = take_block(held);
    return failed;
}

void tt_held_add(tt_held *held, const void *data, size_t size, int *full)
{
    const tt_trouble *failed = make_room(held, size);
    const uint8_t *from = data;
    uint64_t end = held->stream.size;
    size_t done = 0;

    while (!failed && done < size) {
        const block *b = &held->blocks[end / BLOCK];
        size_t in_block = (size_t)(end % BLOCK);
        size_t some = size - done < BLOCK - in_block ? size - done : BLOCK - in_block;
        if (b->bytes)
            memcpy(b->bytes + in_block, from + done, some);
        else
            failed = tt_spool_write(held->room->spool, held->veil, end, b->number, in_block,
                                    from + done, some);
        end += some;
        done += some;
    }
    if (failed)
        held->room->full = *failed;
    else
        held->stream.size = end;
    *full = failed != NULL;
}

tt_stream *tt_held_stream(tt_held *held)
{
    return &held->stream;
}

void tt_held_note(const tt_held *held, tt_trouble *trouble)
{
    if (held->failed && trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = *held->failed;
}

void tt_held_free(tt_held *held)
{
    if (!held)
        return;
    for (size_t i = 0; i < held->count; i++) {
        if (!held->blocks[i].bytes) {
            tt_spool_give(held->room->spool, held->blocks[i].number);
            continue;
        }
        tt_free(held->blocks[i].bytes);
        held->room->left += BLOCK;
    }
    tt_veil_free(held->veil);
    tt_free(held->blocks);
    tt_free(held);
}
