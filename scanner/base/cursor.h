/*
 * cursor: bounded little-endian reading of untrusted bytes.
 *
 * A cursor cannot leave its bytes. The first read past the end sets `failed`, after which every
 * read answers zero: parse a whole structure, then check once. Thread: single.
 */
#ifndef TT_BASE_CURSOR_H
#define TT_BASE_CURSOR_H

#include <stddef.h>
#include <stdint.h>

typedef struct tt_cursor {
    const uint8_t *data;
    size_t size;
    size_t at;
    int failed;
} tt_cursor;

tt_cursor tt_cursor_over(const void *data, size_t size);
/* A cursor over `size` bytes from `offset` of this one; failed when they are not all there. */
tt_cursor tt_cursor_part(const tt_cursor *cursor, uint64_t offset, uint64_t size);
size_t tt_cursor_left(const tt_cursor *cursor);
uint8_t tt_cursor_u8(tt_cursor *cursor);
uint16_t tt_cursor_u16(tt_cursor *cursor);
uint32_t tt_cursor_u32(tt_cursor *cursor);
uint64_t tt_cursor_u64(tt_cursor *cursor);
/* `size` bytes, borrowed; NULL when they are not all there. */
const uint8_t *tt_cursor_take(tt_cursor *cursor, size_t size);
void tt_cursor_skip(tt_cursor *cursor, uint64_t size);
void tt_cursor_seek(tt_cursor *cursor, uint64_t at);

/* The same order for writing, and for loads from memory already checked. */
uint16_t tt_load16(const void *at);
uint32_t tt_load32(const void *at);
uint64_t tt_load64(const void *at);
uint64_t tt_load64_be(const void *at);
void tt_store16(void *at, uint16_t value);
void tt_store32(void *at, uint32_t value);
void tt_store64(void *at, uint64_t value);

#endif
