/*
 * sort: stable external merge sort.
 *
 * One block of memory holds the records from its front and one item a record from its back:
 *
 *     | size data | size data | ... ->   free   <- ... | item | item |
 *
 * A full block is sorted by its items and written as one run to an unlinked file. Runs are merged
 * through a heap of readers; when there are more runs than buffers fit, groups of neighbouring runs
 * are first merged into longer ones. Ties go by place in the block, then by run: both follow the
 * order of arrival, which makes an unstable sort of items stable.
 */
#include "base/sort.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

#define HEAD sizeof(uint64_t)         /* before each record: its size in this machine's order */
#define FIRST_ROOM ((size_t)64 << 10) /* the block starts small: most sorts are */
#define LEAST_MEMORY ((size_t)8 << 10)
#define LEAST_BUFFER ((size_t)16 << 10)  /* smaller reads make merging slow */
#define LARGEST_BUFFER ((size_t)1 << 20) /* larger ones gain nothing */
#define FEW 12                           /* items that insertion sort does faster */

/* One record in the block: its first bytes as a number, so that most comparisons end there. */
typedef struct item {
    uint64_t prefix;
    uint64_t at;
} item;

typedef struct run {
    uint64_t start;
    uint64_t end;
} run;

/* One run being read: buffer[at] is the HEAD of its current record. */
typedef struct reader {
    uint64_t next; /* place in the file of what follows the buffer */
    uint64_t end;
    uint8_t *buffer;
    size_t fill;
    size_t at;
    uint64_t prefix;
} reader;

struct tt_sort {
    tt_sort_compare compare;
    size_t memory;
    char *folder;
    uint64_t count;
    size_t widest; /* bytes a record takes with its head, at most */
    int finished;

    uint8_t *block;
    size_t room;
    size_t used;  /* bytes of records */
    size_t items; /* records in the block */
    size_t given; /* of those, already handed out */

    int fd;
    uint64_t file_size;
    uint8_t *pending; /* bytes on their way to the file */
    size_t pending_room;
    size_t pending_used;
    run *runs;
    size_t run_count;
    size_t run_room;

    reader *readers; /* while merging */
    size_t reader_count;
    size_t buffer_room;
    size_t *heap; /* readers that have a record, the least first */
    size_t heap_count;
    int started; /* the top of the heap was handed out */
};

static size_t stored_size(size_t size)
{
    return HEAD + ((size + 7) & ~(size_t)7);
}

static size_t size_at(const uint8_t *stored)
{
    uint64_t size;

    memcpy(&size, stored, sizeof size);
    return (size_t)size;
}

/* The order of bytes as a number; 0 for all when only the caller knows the order. */
static uint64_t prefix_of(const tt_sort *sort, const uint8_t *record, size_t size)
{
    uint8_t head[8] = {0};

    if (sort->compare)
        return 0;
    memcpy(head, record, size < sizeof head ? size : sizeof head);
    return tt_load64_be(head);
}

static int order_stored(const tt_sort *sort, const uint8_t *a, const uint8_t *b)
{
    size_t a_size = size_at(a);
    size_t b_size = size_at(b);
    int order;

    if (sort->compare)
        return sort->compare(a + HEAD, a_size, b + HEAD, b_size);
    order = memcmp(a + HEAD, b + HEAD, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int is_less(const tt_sort *sort, const item *a, const item *b)
{
    int order;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    order = order_stored(sort, sort->block + a->at, sort->block + b->at);
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

/* ---- Runs in the temporary file ---------------------------------------------------------- */

static tutela_status disk_failed(tutela_error *error, const tt_sort *sort, const char *what)
{
    return tt_fail(error, TUTELA_RECORD, errno, "%s: %s a temporary file", sort->folder, what);
}

static tutela_status open_file(tt_sort *sort, tutela_error *error)
{
    if (!sort->pending) {
        sort->pending_room = sort->memory / 8 & ~(size_t)7;
        if (sort->pending_room > LARGEST_BUFFER)
            sort->pending_room = LARGEST_BUFFER;
        sort->pending = tt_alloc_raw(sort->pending_room, 1);
        if (!sort->pending)
            return tt_no_memory(error);
    }
    if (sort->fd < 0)
        sort->fd = tt_temporary(sort->folder);
    return sort->fd < 0 ? disk_failed(error, sort, "cannot create") : TUTELA_OK;
}

static tutela_status flush_pending(tt_sort *sort, int fd, tutela_error *error)
{
    if (sort->pending_used && tt_write_all(fd, sort->pending, sort->pending_used) != 0)
        return disk_failed(error, sort, "cannot write");
    sort->pending_used = 0;
    return TUTELA_OK;
}

static tutela_status write_stored(tt_sort *sort, int fd, const uint8_t *stored, tutela_error *error)
{
    size_t size = stored_size(size_at(stored));

    if (size > sort->pending_room - sort->pending_used)
        TT_TRY(flush_pending(sort, fd, error));
    sort->file_size += size;
    if (size > sort->pending_room) {
        if (tt_write_all(fd, stored, size) != 0)
            return disk_failed(error, sort, "cannot write");
        return TUTELA_OK;
    }
    memcpy(sort->pending + sort->pending_used, stored, size);
    sort->pending_used += size;
    return TUTELA_OK;
}

static item *items_of(const tt_sort *sort)
{
    return (item *)(void *)(sort->block + sort->room) - sort->items;
}

/* Write the block as one run. */
static tutela_status spill(tt_sort *sort, tutela_error *error)
{
    uint64_t start = sort->file_size;
    const item *items = items_of(sort);

    if (tt_grow((void **)&sort->runs, &sort->run_room, sort->run_count, sizeof *sort->runs) != 0)
        return tt_no_memory(error);
    TT_TRY(open_file(sort, error));
    sort_items(sort, items_of(sort), sort->items);
    for (size_t i = 0; i < sort->items; i++)
        TT_TRY(write_stored(sort, sort->fd, sort->block + items[i].at, error));
    TT_TRY(flush_pending(sort, sort->fd, error));
    sort->runs[sort->run_count++] = (run){start, sort->file_size};
    sort->used = 0;
    sort->items = 0;
    return TUTELA_OK;
}

/* ---- Merging ----------------------------------------------------------------------------- */

static int reader_has(const reader *from, size_t size)
{
    return from->fill - from->at >= size;
}

/* Bring the whole record at `at` into the buffer. */
static tutela_status load_record(tt_sort *sort, reader *from, tutela_error *error)
{
    uint64_t left;
    size_t wanted;

    if (reader_has(from, HEAD) && reader_has(from, stored_size(size_at(from->buffer + from->at))))
        return TUTELA_OK;
    memmove(from->buffer, from->buffer + from->at, from->fill - from->at);
    from->fill -= from->at;
    from->at = 0;
    left = from->end - from->next;
    wanted = sort->buffer_room - from->fill;
    if (wanted > left)
        wanted = (size_t)left;
    if (tt_pread_all(sort->fd, from->buffer + from->fill, wanted, from->next) != 0)
        return disk_failed(error, sort, "cannot read");
    from->fill += wanted;
    from->next += wanted;
    return TUTELA_OK;
}

static int reader_less(const tt_sort *sort, size_t a, size_t b)
{
    const reader *first = &sort->readers[a];
    const reader *second = &sort->readers[b];
    int order;

    if (first->prefix != second->prefix)
        return first->prefix < second->prefix;
    order = order_stored(sort, first->buffer + first->at, second->buffer + second->at);
    return order ? order < 0 : a < b;
}

static void sift_reader(tt_sort *sort, size_t at)
{
    size_t *heap = sort->heap;
    size_t held = heap[at];

    for (size_t child; (child = 2 * at + 1) < sort->heap_count; at = child) {
        if (child + 1 < sort->heap_count && reader_less(sort, heap[child + 1], heap[child]))
            child++;
        if (!reader_less(sort, heap[child], held))
            break;
        heap[at] = heap[child];
    }
    heap[at] = held;
}

static tutela_status load_reader(tt_sort *sort, reader *from, tutela_error *error)
{
    const uint8_t *stored;

    TT_TRY(load_record(sort, from, error));
    stored = from->buffer + from->at;
    from->prefix = prefix_of(sort, stored + HEAD, size_at(stored));
    return TUTELA_OK;
}

static void merge_end(tt_sort *sort)
{
    for (size_t i = 0; i < sort->reader_count; i++)
        tt_free(sort->readers[i].buffer);
    tt_free(sort->readers);
    tt_free(sort->heap);
    sort->readers = NULL;
    sort->heap = NULL;
    sort->reader_count = 0;
    sort->heap_count = 0;
    sort->started = 0;
}

static tutela_status merge_begin(tt_sort *sort, const run *runs, size_t count, tutela_error *error)
{
    sort->readers = tt_alloc(count, sizeof *sort->readers);
    sort->heap = tt_alloc(count, sizeof *sort->heap);
    if (!sort->readers || !sort->heap)
        return tt_no_memory(error);
    sort->reader_count = count;
    sort->buffer_room = sort->memory / count & ~(size_t)7;
    if (sort->buffer_room > LARGEST_BUFFER)
        sort->buffer_room = LARGEST_BUFFER;
    if (sort->buffer_room < sort->widest)
        sort->buffer_room = sort->widest;
    for (size_t i = 0; i < count; i++) {
        reader *from = &sort->readers[i];
        from->next = runs[i].start;
        from->end = runs[i].end;
        from->buffer = tt_alloc_raw(sort->buffer_room, 1);
        if (!from->buffer)
            return tt_no_memory(error);
        TT_TRY(load_reader(sort, from, error));
        sort->heap[i] = i;
    }
    sort->heap_count = count;
    for (size_t at = count / 2; at-- > 0;)
        sift_reader(sort, at);
    return TUTELA_OK;
}

/* *stored becomes the next record of the merge, NULL at its end. */
static tutela_status merge_next(tt_sort *sort, const uint8_t **stored, tutela_error *error)
{
    reader *top;

    if (sort->started && sort->heap_count) {
        top = &sort->readers[sort->heap[0]];
        top->at += stored_size(size_at(top->buffer + top->at));
        if (top->at == top->fill && top->next == top->end)
            sort->heap[0] = sort->heap[--sort->heap_count];
        else
            TT_TRY(load_reader(sort, top, error));
        if (sort->heap_count)
            sift_reader(sort, 0);
    }
    sort->started = 1;
    *stored = NULL;
    if (sort->heap_count) {
        top = &sort->readers[sort->heap[0]];
        *stored = top->buffer + top->at;
    }
    return TUTELA_OK;
}

/* Merge `count` neighbouring runs into one at the end of the file `fd`. */
static tutela_status merge_group(tt_sort *sort, const run *runs, size_t count, int fd,
                                 tutela_error *error)
{
    const uint8_t *stored = NULL;

    TT_TRY(merge_begin(sort, runs, count, error));
    for (;;) {
        TT_TRY(merge_next(sort, &stored, error));
        if (!stored)
            break;
        TT_TRY(write_stored(sort, fd, stored, error));
    }
    merge_end(sort);
    return flush_pending(sort, fd, error);
}

/* Replace the runs by fewer, longer ones in a new file; the old one is gone when closed. */
static tutela_status merge_pass(tt_sort *sort, size_t width, tutela_error *error)
{
    TT_AUTO_CLOSE int fd = tt_temporary(sort->folder);
    size_t made = 0;
    int old;

    if (fd < 0)
        return disk_failed(error, sort, "cannot create");
    sort->file_size = 0;
    for (size_t i = 0; i < sort->run_count; i += width) {
        uint64_t start = sort->file_size;
        size_t left = sort->run_count - i;
        TT_TRY(merge_group(sort, sort->runs + i, left < width ? left : width, fd, error));
        sort->runs[made++] = (run){start, sort->file_size};
    }
    sort->run_count = made;
    old = sort->fd;
    sort->fd = fd;
    fd = old;
    return TUTELA_OK;
}

/* ---- The border -------------------------------------------------------------------------- */

tutela_status tt_sort_new(tt_sort **out, tt_sort_compare compare, size_t memory,
                          const char *folder, tutela_error *error)
{
    tt_sort *sort = tt_alloc(1, sizeof *sort);

    if (!sort)
        return tt_no_memory(error);
    sort->compare = compare;
    sort->memory = memory < LEAST_MEMORY ? LEAST_MEMORY : memory & ~(size_t)15;
    sort->fd = -1;
    sort->folder = tt_copy_text(folder);
    if (!sort->folder) {
        tt_sort_free(sort);
        return tt_no_memory(error);
    }
    *out = sort;
    return TUTELA_OK;
}

/* Make the block hold `wanted` bytes, moving the items to its new end. */
static tutela_status grow_block(tt_sort *sort, size_t wanted, tutela_error *error)
{
    size_t limit = sort->memory - sort->memory / 8; /* the rest is for pending */
    size_t room = sort->room ? sort->room : FIRST_ROOM / 2;
    size_t bytes = sort->items * sizeof(item);
    uint8_t *block;

    room = room > limit / 2 ? limit & ~(size_t)15 : room * 2;
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
    if (sort->items && wanted > sort->memory - sort->memory / 8) {
        TT_TRY(spill(sort, error));
        wanted = sizeof(item) + stored;
    }
    return wanted <= sort->room ? TUTELA_OK : grow_block(sort, wanted, error);
}

tutela_status tt_sort_add(tt_sort *sort, const void *record, size_t size, tutela_error *error)
{
    uint64_t head = size;
    size_t stored = stored_size(size);
    uint8_t *at;
    item *made;

    if (sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: a record after the end");
    if (size > SIZE_MAX / 4)
        return tt_no_memory(error);
    TT_TRY(make_room(sort, stored, error));
    at = sort->block + sort->used;
    memset(at + stored - 8, 0, 8); /* the padding goes to the file: no stray memory in it */
    memcpy(at, &head, HEAD);
    if (size)
        memcpy(at + HEAD, record, size);
    sort->items++;
    made = items_of(sort);
    made->at = sort->used;
    made->prefix = prefix_of(sort, at + HEAD, size);
    sort->used += stored;
    sort->count++;
    if (stored > sort->widest)
        sort->widest = stored;
    return TUTELA_OK;
}

tutela_status tt_sort_finish(tt_sort *sort, tutela_error *error)
{
    size_t least = sort->widest > LEAST_BUFFER ? sort->widest : LEAST_BUFFER;
    size_t width = sort->memory / least;

    if (sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: finished twice");
    sort->finished = 1;
    if (!sort->run_count) {
        if (sort->items)
            sort_items(sort, items_of(sort), sort->items);
        return TUTELA_OK;
    }
    TT_TRY(spill(sort, error));
    tt_free(sort->block);
    sort->block = NULL;
    sort->room = 0;
    if (width < 2)
        width = 2;
    while (sort->run_count > width)
        TT_TRY(merge_pass(sort, width, error));
    tt_free(sort->pending);
    sort->pending = NULL;
    return merge_begin(sort, sort->runs, sort->run_count, error);
}

tutela_status tt_sort_next(tt_sort *sort, const void **record, size_t *size, tutela_error *error)
{
    const uint8_t *stored = NULL;

    if (!sort->finished)
        return tt_fail(error, TUTELA_STATE, 0, "sort: read before the end");
    if (sort->run_count)
        TT_TRY(merge_next(sort, &stored, error));
    else if (sort->given < sort->items)
        stored = sort->block + items_of(sort)[sort->given++].at;
    *record = stored ? stored + HEAD : NULL;
    *size = stored ? size_at(stored) : 0;
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
    merge_end(sort);
    tt_free(sort->runs);
    tt_free(sort->pending);
    tt_free(sort->block);
    tt_free(sort->folder);
    if (sort->fd >= 0)
        tt_close(sort->fd);
    tt_free(sort);
}
