/*
 * mem: the only caller of malloc.
 *
 * Sizes are checked for overflow here, so that callers multiply nowhere. Every function returns
 * NULL when there is no memory; tt_free accepts NULL. Thread: any.
 */
#ifndef TT_BASE_MEM_H
#define TT_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for `count` things of `size` bytes. */
void *tt_alloc(size_t count, size_t size) __attribute__((warn_unused_result));

/* Memory for `count` things of `size` bytes, contents undefined: for large buffers. */
void *tt_alloc_raw(size_t count, size_t size) __attribute__((warn_unused_result));

/* As tt_alloc_raw, aligned to `alignment` (a power of two) bytes. */
void *tt_alloc_aligned(size_t alignment, size_t count, size_t size)
    __attribute__((warn_unused_result));

/* Grow or shrink; on NULL the old block is untouched. */
void *tt_realloc(void *block, size_t count, size_t size) __attribute__((warn_unused_result));

void tt_free(void *block);

/* A copy of `size` bytes with a NUL after them. */
char *tt_copy(const void *data, size_t size) __attribute__((warn_unused_result));

/* A copy of a NUL-ended string. */
char *tt_copy_text(const char *text) __attribute__((warn_unused_result));

/*
 * Make room for one more: grows *items (of `size` bytes each) so that it holds more than `count`.
 * Returns 0 on success, -1 when there is no memory, and then *items and *room are untouched.
 */
int tt_grow(void **items, size_t *room, size_t count, size_t size)
    __attribute__((warn_unused_result));

/* For the cleanup attribute: TT_AUTO_FREE char *text = NULL; */
void tt_free_cleanup(void *pointer_to_pointer);
#define TT_AUTO_FREE __attribute__((cleanup(tt_free_cleanup)))

#endif
