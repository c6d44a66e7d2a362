/*
 * block: records in memory, sorted there (see block.h).
 *
 * Ties go by place in the block, which is the order of arrival and makes an unstable sort of items
 * stable.
 */
#include "base/block.h"
#include "base/mem.h"
#include "base/runs.h"

#include <string.h>

#define FIRST_ROOM ((size_t)64 << 10) /* a block starts small: most sorts are */
#define FEW 12 /* items that insertion sort does faster */
#define MANY 2048u /* items that are first dealt out by a radix: fewer lie in the cache anyway */
#define RADIX 256u

/* One record: its first bytes as a number, so that most comparisons end there. */
typedef struct item {
    uint64_t prefix;
    uint64_t at;
} item;

static item *items_of(const tt_block *block)
{
    return (item *)(void *)(block->data + block->room) - block->items;
}

static int is_less(const tt_block *block, const item *a, const item *b)
{
    int order;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    if (a->at == b->at) /* a pivot meets itself, and its record is far from any cache */
        return 0;
    order = tt_stored_order(block->compare, block->data + a->at, block->data + b->at);
    return order ? order < 0 : a->at < b->at;
}

/* ---- Sorting few items: quicksort, heapsort when it goes badly, insertion for the rest ---- */

static void swap_items(item *a, item *b)
{
    item held = *a;

    *a = *b;
    *b = held;
}

static void insertion_sort(const tt_block *block, item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        item held = items[i];
        size_t at = i;

        for (; at && is_less(block, &held, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = held;
    }
}

static void sift_item(const tt_block *block, item *items, size_t at, size_t count)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_less(block, &items[child], &items[child + 1]))
            child++;
        if (!is_less(block, &items[at], &items[child]))
            return;
        swap_items(&items[at], &items[child]);
    }
}

static void heap_sort(const tt_block *block, item *items, size_t count)
{
    for (size_t at = count / 2; at-- > 0;)
        sift_item(block, items, at, count);
    for (size_t last = count; last-- > 1;) {
        swap_items(&items[0], &items[last]);
        sift_item(block, items, 0, last);
    }
}

/* Hoare's partition about the median of three. Returns where the second part begins. */
static size_t split_items(const tt_block *block, item *items, size_t count)
{
    size_t middle = count / 2;
    size_t low = 0;
    size_t high = count - 1;
    item pivot;

    if (is_less(block, &items[middle], &items[0]))
        swap_items(&items[middle], &items[0]);
    if (is_less(block, &items[high], &items[0]))
        swap_items(&items[high], &items[0]);
    if (is_less(block, &items[high], &items[middle]))
        swap_items(&items[high], &items[middle]);
    pivot = items[middle];
    for (;; low++, high--) {
        while (is_less(block, &items[low], &pivot))
            low++;
        while (is_less(block, &pivot, &items[high]))
            high--;
        if (low >= high)
            return high + 1;
        swap_items(&items[low], &items[high]);
    }
}

static void sort_items(const tt_block *block, item *items, size_t count)
{
    struct {
        item *items;
        size_t count;
        int depth;
    } stack[64]; /* the larger part waits, so each part is at most half of the one below it */
    size_t parts = 0;
    int depth = 0;

    for (size_t n = count; n; n >>= 1)
        depth += 2;
    stack[parts++] = (typeof(stack[0])){items, count, depth};
    while (parts) {
        typeof(stack[0]) part = stack[--parts];
        while (part.count > FEW && part.depth-- > 0) {
            size_t first = split_items(block, part.items, part.count);
            size_t second = part.count - first;
            if (first < second) {
                stack[parts++] = (typeof(part)){part.items + first, second, part.depth};
                part.count = first;
            } else {
                stack[parts++] = (typeof(part)){part.items, first, part.depth};
                part.items += first;
                part.count = second;
            }
        }
        if (part.count > FEW)
            heap_sort(block, part.items, part.count);
        else
            insertion_sort(block, part.items, part.count);
    }
}

/* ---- Sorting many items: American flag sort by the prefix, eight bits at a time ----------- */

/* Where the highest eight bits begin in which some prefixes differ; -1 when none do. */
static int radix_shift(const item *items, size_t count)
{
    uint64_t differ = 0;
    int highest;

    for (size_t i = 1; i < count; i++)
        differ |= items[i].prefix ^ items[0].prefix;
    if (!differ)
        return -1;
    highest = 63 - __builtin_clzll(differ);
    return highest < 7 ? 0 : highest - 7;
}

static size_t digit_of(const item *one, int shift)
{
    return (size_t)(one->prefix >> shift) & (RADIX - 1);
}

/* Deal the items out by their digit, in place. end[d] becomes where digit d's items end. */
static void deal(item *items, size_t count, int shift, size_t end[RADIX])
{
    size_t next[RADIX];
    size_t counts[RADIX] = {0};
    size_t place = 0;

    for (size_t i = 0; i < count; i++)
        counts[digit_of(&items[i], shift)]++;
    for (size_t digit = 0; digit < RADIX; digit++) {
        next[digit] = place;
        place += counts[digit];
        end[digit] = place;
    }
    for (size_t digit = 0; digit < RADIX; digit++)
        while (next[digit] < end[digit]) {
            item held = items[next[digit]];
            for (size_t at; (at = digit_of(&held, shift)) != digit;) {
                item other = items[next[at]];
                items[next[at]++] = held;
                held = other;
            }
            items[next[digit]++] = held;
        }
}

/* Each level takes the highest bits that differ, so there are at most eight. */
static void radix_sort(const tt_block *block, item *items, size_t count)
{
    int shift = count < MANY ? -1 : radix_shift(items, count);
    size_t end[RADIX];

    if (shift < 0) {
        sort_items(block, items, count);
        return;
    }
    deal(items, count, shift, end);
    for (size_t digit = 0, start = 0; digit < RADIX; start = end[digit++])
        if (end[digit] > start)
            radix_sort(block, items + start, end[digit] - start);
}

void tt_block_sort(tt_block *block)
{
    if (block->items)
        radix_sort(block, items_of(block), block->items);
}

/* ---- Filling and reading ----------------------------------------------------------------- */

size_t tt_block_wants(const tt_block *block, size_t size)
{
    return block->used + (block->items + 1) * sizeof(item) + tt_stored_bytes(size);
}

/* Make the block hold `wanted` bytes, moving the items to its new end. */
static tutela_status grow(tt_block *block, size_t wanted, size_t limit, tutela_error *error)
{
    size_t room = block->room ? block->room : FIRST_ROOM / 2;
    size_t bytes = block->items * sizeof(item);
    uint8_t *data;

    room = room > limit / 2 ? limit : room * 2;
    if (room < wanted)
        room = (wanted + 15) & ~(size_t)15;
    data = tt_realloc(block->data, room, 1);
    if (!data)
        return tt_no_memory(error);
    memmove(data + room - bytes, data + block->room - bytes, bytes);
    block->data = data;
    block->room = room;
    return TUTELA_OK;
}

tutela_status tt_block_add(tt_block *block, const void *record, size_t size, size_t limit,
                           tutela_error *error)
{
    uint64_t head = size;
    size_t stored = tt_stored_bytes(size);
    uint8_t *at;
    item *made;

    if (tt_block_wants(block, size) > block->room)
        TT_TRY(grow(block, tt_block_wants(block, size), limit, error));
    at = block->data + block->used;
    memset(at + stored - 8, 0, 8);
    memcpy(at, &head, TT_STORED_HEAD);
    if (size)
        memcpy(at + TT_STORED_HEAD, record, size);
    block->items++;
    made = items_of(block);
    made->at = block->used;
    made->prefix = tt_stored_prefix(block->compare, at);
    block->used += stored;
    if (stored > block->widest)
        block->widest = stored;
    return TUTELA_OK;
}

const uint8_t *tt_block_at(const tt_block *block, size_t index)
{
    return block->data + items_of(block)[index].at;
}

void tt_block_clear(tt_block *block)
{
    block->used = 0;
    block->items = 0;
    block->widest = 0;
}

void tt_block_done(tt_block *block)
{
    tt_free(block->data);
    *block = (tt_block){.compare = block->compare};
}
