/* cursor: bounded little-endian reading. */
#include "base/cursor.h"


tt_cursor tt_cursor_over(const void *data, size_t size)
{
    return (tt_cursor){.data = data, .size = size};
}

tt_cursor tt_cursor_part(const tt_cursor *cursor, uint64_t offset, uint64_t size)
{
    if (cursor->failed || offset > cursor->size || size > cursor->size - offset)
        return (tt_cursor){.failed = 1};
    return tt_cursor_over(cursor->data + offset, (size_t)size);
}

size_t tt_cursor_left(const tt_cursor *cursor)
{
    return cursor->failed ? 0 : cursor->size - cursor->at;
}

const uint8_t *tt_cursor_take(tt_cursor *cursor, size_t size)
{
    const uint8_t *taken;

    if (cursor->failed || !cursor->data || size > tt_cursor_left(cursor)) {
        cursor->failed = 1;
        return NULL;
    }
    taken = cursor->data + cursor->at;
    cursor->at += size;
    return taken;
}

void tt_cursor_skip(tt_cursor *cursor, uint64_t size)
{
    if (size > tt_cursor_left(cursor))
        cursor->failed = 1;
    else
        cursor->at += (size_t)size;
}

void tt_cursor_seek(tt_cursor *cursor, uint64_t at)
{
    if (at > cursor->size)
        cursor->failed = 1;
    else if (!cursor->failed)
        cursor->at = (size_t)at;
}

uint8_t tt_cursor_u8(tt_cursor *cursor)
{
    const uint8_t *at = tt_cursor_take(cursor, 1);

    return at ? *at : 0;
}

uint16_t tt_cursor_u16(tt_cursor *cursor)
{
    const uint8_t *at = tt_cursor_take(cursor, 2);

    return at ? tt_load16(at) : 0;
}

uint32_t tt_cursor_u32(tt_cursor *cursor)
{
    const uint8_t *at = tt_cursor_take(cursor, 4);

    return at ? tt_load32(at) : 0;
}

uint64_t tt_cursor_u64(tt_cursor *cursor)
{
    const uint8_t *at = tt_cursor_take(cursor, 8);

    return at ? tt_load64(at) : 0;
}

uint16_t tt_load16(const void *at)
{
    const uint8_t *bytes = at;

    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

uint32_t tt_load32(const void *at)
{
    const uint8_t *bytes = at;

    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
           | (uint32_t)bytes[3] << 24;
}

uint64_t tt_load64(const void *at)
{
    const uint8_t *bytes = at;

    return (uint64_t)tt_load32(bytes) | (uint64_t)tt_load32(bytes + 4) << 32;
}

uint64_t tt_load64_be(const void *at)
{
    return __builtin_bswap64(tt_load64(at));
}

void tt_store16(void *at, uint16_t value)
{
    uint8_t *bytes = at;

    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

void tt_store32(void *at, uint32_t value)
{
    tt_store16(at, (uint16_t)value);
    tt_store16((uint8_t *)at + 2, (uint16_t)(value >> 16));
}

void tt_store64(void *at, uint64_t value)
{
    tt_store32(at, (uint32_t)value);
    tt_store32((uint8_t *)at + 4, (uint32_t)(value >> 32));
}
