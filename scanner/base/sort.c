/*
 * sort: stable external merge sort.
 *
 * One block of memory holds the records from its front and one item a record from its back:
 *
 *     | size data | size data | ... ->   free   <- ... | item | item |
 *
 * A full block is sorted by its items and written as one run (runs.h). Ties go by place in the
 * block, which is the order of arrival and makes an unstable sort of items stable.
 */
#include "base/runs.h"
#include "base/mem.h"

#include <string.h>

#define FIRST_ROOM ((size_t)64 << 10) /* the block starts small: most sorts are */
#define LEAST_MEMORY ((size_t)8 << 10)
#define FEW 12 /* items that insertion sort does faster */

/* One record in the block: its first bytes as a number, so that most comparisons end there. */
typedef struct item {
    uint64_t prefix;
    uint64_t at;
} item;

struct tt_sort {
    tt_sort_compare compare;
    size_t memory;
    char *folder;
    uint64_t count;
    int finished;

    uint8_t *block;
    size_t room;
    size_t used;  /* bytes of records */
    size_t items; /* records in the block */
    size_t given; /* of those, already handed out */
    tt_runs *runs; /* NULL as long as the block has held everything */
};

static int is_less(const tt_sort *sort, const item *a, const item *b)
{
    int order;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    order = tt_stored_order(sort->compare, sort->block + a->at, sort->block + b->at);
    return order ? order < 0 : a->at < b->at;
}

/* ---- Sorting the items: quicksort, heapsort when it goes badly, insertion for the rest ---- */

static void swap_items(item *a, item *b)
{
    item held = *a;

    *a = *b;
    *b = held;
}

static void insertion_sort(const tt_sort *sort, item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        item held = items[i];
        size_t at = i;

        for (; at && is_less(sort, &held, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = held;
    }
}

static void sift_item(const tt_sort *sort, item *items, size_t at, size_t count)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_less(sort, &items[child], &items[child + 1]))
            child++;
        if (!is_less(sort, &items[at], &items[child]))
            return;
        swap_items(&items[at], &items[child]);
    }
}

static void heap_sort(const tt_sort *sort, item *items, size_t count)
{
    for (size_t at = count / 2; at-- > 0;)
        sift_item(sort, items, at, count);
    for (size_t last = count; last-- > 1;) {
        swap_items(&items[0], &items[last]);
        sift_item(sort, items, 0, last);
    }
}

/* Hoare's partition about the median of three. Returns where the second part begins. */
static size_t split_items(const tt_sort *sort, item *items, size_t count)
{
    size_t middle = count / 2;
    size_t low = 0;
    size_t high = count - 1;
    item pivot;

    if (is_less(sort, &items[middle], &items[0]))
        swap_items(&items[middle], &items[0]);
    if (is_less(sort, &items[high], &items[0]))
        swap_items(&items[high], &items[0]);
    if (is_less(sort, &items[high], &items[middle]))
        swap_items(&items[high], &items[middle]);
    pivot = items[middle];
    for (;; low++, high--) {
        while (is_less(sort, &items[low], &pivot))
            low++;
        while (is_less(sort, &pivot, &items[high]))
            high--;
        if (low >= high)
            return high + 1;
        swap_items(&items[low], &items[high]);
    }
}

static void sort_items(const tt_sort *sort, item *items, size_t count)
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
            size_t first = split_items(sort, part.items, part.count);
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
            heap_sort(sort, part.items, part.count);
        else
            insertion_sort(sort, part.items, part.count);
    }
}

/* ---- The block --------------------------------------------------------------------------- */

static item *items_of(const tt_sort *sort)
{
    return (item *)(void *)(sort->block + sort->room) - sort->items;
}

/* Write the block as one run. */
static tutela_status spill(tt_sort *sort, tutela_error *error)
{
    const item *items = items_of(sort);

    if (!sort->runs)
        TT_TRY(tt_runs_new(&sort->runs, sort->compare, sort->memory, sort->folder, error));
    TT_TRY(tt_runs_begin(sort->runs, error));
    sort_items(sort, items_of(sort), sort->items);
    for (size_t i = 0; i < sort->items; i++)
        TT_TRY(tt_runs_add(sort->runs, sort->block + items[i].at, error));
    TT_TRY(tt_runs_end(sort->runs, error));
    sort->used = 0;
    sort->items = 0;
    return TUTELA_OK;
}

/* What the block may take: an eighth is left for the buffer of a run being written. */
static size_t block_limit(const tt_sort *sort)
{
    return (sort->memory - sort->memory / 8) & ~(size_t)15;
}

/* Make the block hold `wanted` bytes, moving the items to its new end. */
static tutela_status grow_block(tt_sort *sort, size_t wanted, tutela_error *error)
{
    size_t limit = block_limit(sort);
    size_t room = sort->room ? sort->room : FIRST_ROOM / 2;
    size_t bytes = sort->items * sizeof(item);
    uint8_t *block;

    room = room > limit / 2 ? limit : room * 2;
    if (room < wanted)
        room = (wanted + 15) & ~(size_t)15;
    block = tt_realloc(sort->block, room, 1);
    if (!block)
        return tt_no_memory(error);
    memmove(block + room - bytes, block + sort->room - bytes, bytes);
    sort->block = block;
    sort->room = room;
    return TUTELA_OK;
}

static tutela_status make_room(tt_sort *sort, size_t stored, tutela_error *error)
{
    size_t wanted = sort->used + (sort->items + 1) * sizeof(item) + stored;

    if (wanted <= sort->room)
        return TUTELA_OK;
    if (sort->items && wanted > block_limit(sort)) {
        TT_TRY(spill(sort, error));
        wanted = sizeof(item) + stored;
    }
    return wanted <= sort->room ? TUTELA_OK : grow_block(sort, wanted, error);
}

/* ---- The border -------------------------------------------------------------------------- */

tutela_status tt_sort_new(tt_sort **out, tt_sort_compare compare, size_t memory,
                          const char *folder, tutela_error *error)
{
    tt_sort *sort = tt_alloc(1, sizeof *sort);

    if (!sort)
        return tt_no_memory(error);
    sort->compare = compare;
    sort->memory = memory < LEAST_MEMORY ? LEAST_MEMORY : memory;
    sort->folder = tt_copy_text(folder);
    if (!sort->folder) {
        tt_sort_free(sort);
        return tt_no_memory(error);
    }
    *out = sort;
    return TUTELA_OK;
}

tutela_status tt_sort_add(tt_sort *sort, const void *record, size_t size, tutela_error *error)
{
    uint64_t head = size;
    uint8_t *at;
    item *made;

    if (sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: a record after the end");
    if (size > SIZE_MAX / 4)
        return tt_no_memory(error);
    TT_TRY(make_room(sort, tt_stored_bytes(size), error));
    at = sort->block + sort->used;
    memset(at + tt_stored_bytes(size) - 8, 0, 8);
    memcpy(at, &head, TT_STORED_HEAD);
    if (size)
        memcpy(at + TT_STORED_HEAD, record, size);
    sort->items++;
    made = items_of(sort);
    made->at = sort->used;
    made->prefix = tt_stored_prefix(sort->compare, at);
    sort->used += tt_stored_bytes(size);
    sort->count++;
    return TUTELA_OK;
}

tutela_status tt_sort_finish(tt_sort *sort, tutela_error *error)
{
    if (sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: finished twice");
    sort->finished = 1;
    if (!sort->runs) {
        if (sort->items)
            sort_items(sort, items_of(sort), sort->items);
        return TUTELA_OK;
    }
    TT_TRY(spill(sort, error));
    tt_free(sort->block);
    sort->block = NULL;
    return tt_runs_merge(sort->runs, error);
}

tutela_status tt_sort_next(tt_sort *sort, const void **record, size_t *size, tutela_error *error)
{
    const uint8_t *stored = NULL;

    if (!sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: read before the end");
    if (sort->runs)
        TT_TRY(tt_runs_next(sort->runs, &stored, error));
    else if (sort->given < sort->items)
        stored = sort->block + items_of(sort)[sort->given++].at;
    *record = stored ? stored + TT_STORED_HEAD : NULL;
    *size = stored ? tt_stored_size(stored) : 0;
    return TUTELA_OK;
}

uint64_t tt_sort_count(const tt_sort *sort)
{
    return sort->count;
}

void tt_sort_free(tt_sort *sort)
{
    if (!sort)
        return;
    tt_runs_free(sort->runs);
    tt_free(sort->block);
    tt_free(sort->folder);
    tt_free(sort);
}
