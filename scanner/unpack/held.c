/*
 * held: blocks of memory one after another (see held.h).
 *
 * Blocks rather than one that grows: growing would need the old and the new at once, and move what is
 * already there. What is freed was content, and is left to the kernel: the process cannot be dumped.
 */
#include "unpack/held.h"

#include "base/mem.h"

#include <string.h>

#define BLOCK ((size_t)1 << 18) /* little waste for a small file, few blocks for a large one */

struct tt_held {
    tt_stream stream;
    uint64_t place; /* what is read next */
    tt_held_room *room;
    uint8_t **blocks;
    size_t count;
    size_t space; /* for pointers to blocks */
};

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_held *held = (tt_held *)stream;
    uint64_t left = offset < stream->size ? stream->size - offset : 0;
    size_t in_block = (size_t)(offset % BLOCK);
    size_t some = size < BLOCK - in_block ? size : BLOCK - in_block;

    (void)trouble;
    (void)error;
    if (some > left)
        some = (size_t)left;
    if (some > 0)
        memcpy(buffer, held->blocks[offset / BLOCK] + in_block, some);
    *got = some;
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

/* Blocks for `size` bytes more. 0 when there is no room for them. */
static int make_room(tt_held *held, size_t size)
{
    while (held->count * (uint64_t)BLOCK - held->stream.size < size) {
        if (held->room->left < BLOCK
            || tt_grow((void **)&held->blocks, &held->space, held->count, sizeof(uint8_t *)) < 0)
            return 0;
        uint8_t *block = tt_alloc_raw(BLOCK, 1);
        if (!block)
            return 0;
        held->blocks[held->count++] = block;
        held->room->left -= BLOCK;
    }
    return 1;
}

void tt_held_add(tt_held *held, const void *data, size_t size, int *full)
{
    const uint8_t *from = data;
    size_t done = 0;

    *full = !make_room(held, size);
    while (!*full && done < size) {
        size_t in_block = (size_t)(held->stream.size % BLOCK);
        size_t some = size - done < BLOCK - in_block ? size - done : BLOCK - in_block;
        memcpy(held->blocks[held->stream.size / BLOCK] + in_block, from + done, some);
        held->stream.size += some;
        done += some;
    }
}

tt_stream *tt_held_stream(tt_held *held)
{
    return &held->stream;
}

void tt_held_free(tt_held *held)
{
    if (!held)
        return;
    for (size_t i = 0; i < held->count; i++)
        tt_free(held->blocks[i]);
    held->room->left += held->count * (uint64_t)BLOCK;
    tt_free(held->blocks);
    tt_free(held);
}
