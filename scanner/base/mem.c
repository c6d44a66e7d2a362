/* mem: malloc with checked sizes and the fault hook in front. */
#include "base/mem.h"

#include "base/fault.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The product, or 0 when it does not fit; never asks malloc for 0 bytes. */
static size_t product(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return 0;
    return bytes ? bytes : 1;
}

void *tt_alloc(size_t count, size_t size)
{
    size_t bytes = product(count, size);

    return bytes == 0 || tt_fault(TT_FAULT_MEM) ? NULL : calloc(1, bytes);
}

void *tt_alloc_raw(size_t count, size_t size)
{
    size_t bytes = product(count, size);

    return bytes == 0 || tt_fault(TT_FAULT_MEM) ? NULL : malloc(bytes);
}

void *tt_alloc_aligned(size_t alignment, size_t count, size_t size)
{
    size_t bytes = product(count, size);
    void *block = NULL;

    if (bytes == 0 || tt_fault(TT_FAULT_MEM) || posix_memalign(&block, alignment, bytes) != 0)
        return NULL;
    return block;
}

void *tt_realloc(void *block, size_t count, size_t size)
{
    size_t bytes = product(count, size);

    return bytes == 0 || tt_fault(TT_FAULT_MEM) ? NULL : realloc(block, bytes);
}

void tt_free(void *block)
{
    free(block);
}

char *tt_copy(const void *data, size_t size)
{
    char *copy = size < SIZE_MAX ? tt_alloc_raw(size + 1, 1) : NULL;

    if (!copy)
        return NULL;
    if (size > 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

char *tt_copy_text(const char *text)
{
    return tt_copy(text, strlen(text));
}

int tt_grow(void **items, size_t *room, size_t count, size_t size)
{
    size_t wanted = *room ? *room : 8;
    void *grown;

    if (count < *room)
        return 0;
    while (wanted <= count) {
        if (wanted > SIZE_MAX / 2)
            return -1;
        wanted *= 2;
    }
    grown = tt_realloc(*items, wanted, size);
    if (!grown)
        return -1;
    *items = grown;
    *room = wanted;
    return 0;
}

void tt_free_cleanup(void *pointer_to_pointer)
{
    tt_free(*(void **)pointer_to_pointer);
}
