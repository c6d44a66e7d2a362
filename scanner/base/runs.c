/*
 * runs: sorted runs in a temporary file, merged through a heap of readers.
 *
 * When there are more runs than buffers fit, groups of neighbouring runs are first merged into
 * longer ones, in a new file that takes the place of the old one. Ties go by run, which keeps the
 * order of arrival.
 */
#include "base/runs.h"
#include "base/cursor.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

#define LEAST_BUFFER ((size_t)16 << 10)  /* smaller reads make merging slow */
#define LARGEST_BUFFER ((size_t)1 << 20) /* larger ones gain nothing */

typedef struct run {
    uint64_t start;
    uint64_t end;
} run;

/* One run being read: buffer[at] is its current record. */
typedef struct reader {
    uint64_t next; /* place in the file of what follows the buffer */
    uint64_t end;
    uint8_t *buffer;
    size_t fill;
    size_t at;
    uint64_t prefix;
} reader;

struct tt_runs {
    tt_sort_compare compare;
    size_t memory;
    char *folder;
    size_t widest; /* bytes of the largest stored record */

    int fd;
    uint64_t file_size; /* with runs that are still being written */
    run *list;
    size_t count;
    size_t room;

    reader *readers; /* while merging */
    size_t reader_count;
    size_t buffer_room;
    size_t *heap; /* readers that have a record, the least first */
    size_t heap_count;
    int started; /* the top of the heap was handed out */
};

size_t tt_stored_bytes(size_t size)
{
    return TT_STORED_HEAD + ((size + 7) & ~(size_t)7);
}

size_t tt_stored_size(const uint8_t *stored)
{
    uint64_t size;

    memcpy(&size, stored, sizeof size);
    return (size_t)size;
}

int tt_stored_order(tt_sort_compare compare, const uint8_t *a, const uint8_t *b)
{
    size_t a_size = tt_stored_size(a);
    size_t b_size = tt_stored_size(b);
    int order;

    a += TT_STORED_HEAD;
    b += TT_STORED_HEAD;
    if (compare)
        return compare(a, a_size, b, b_size);
    order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

uint64_t tt_stored_prefix(tt_sort_compare compare, const uint8_t *stored)
{
    /* The padding is zeros, so the eight bytes are there for any record but the empty one. */
    return compare || !tt_stored_size(stored) ? 0 : tt_load64_be(stored + TT_STORED_HEAD);
}

static tutela_status disk_failed(tutela_error *error, const char *folder, const char *what)
{
    return tt_fail(error, TUTELA_RECORD, errno, "%s: cannot %s a temporary file", folder, what);
}

/* ---- Writing ----------------------------------------------------------------------------- */

tutela_status tt_runs_new(tt_runs **out, tt_sort_compare compare, size_t memory,
                          const char *folder, tutela_error *error)
{
    tt_runs *runs = tt_alloc(1, sizeof *runs);

    if (!runs)
        return tt_no_memory(error);
    runs->compare = compare;
    runs->memory = memory;
    runs->fd = -1;
    runs->folder = tt_copy_text(folder);
    if (!runs->folder) {
        tt_runs_free(runs);
        return tt_no_memory(error);
    }
    runs->fd = tt_temporary(folder);
    if (runs->fd < 0) {
        tutela_status status = disk_failed(error, runs->folder, "create");
        tt_runs_free(runs);
        return status;
    }
    *out = runs;
    return TUTELA_OK;
}

tutela_status tt_runs_reserve(tt_runs *runs, uint64_t bytes, size_t widest, uint64_t *start,
                              tutela_error *error)
{
    if (tt_grow((void **)&runs->list, &runs->room, runs->count, sizeof *runs->list) != 0)
        return tt_no_memory(error);
    *start = runs->file_size;
    runs->file_size += bytes;
    runs->list[runs->count++] = (run){*start, runs->file_size};
    if (widest > runs->widest)
        runs->widest = widest;
    return TUTELA_OK;
}

tutela_status tt_run_begin(tt_run_writer *writer, const tt_runs *runs, uint64_t start, size_t room,
                           tutela_error *error)
{
    *writer = (tt_run_writer){
        .folder = runs->folder, .fd = runs->fd, .at = start, .buffer = tt_alloc_raw(room, 1), .room = room};
    return writer->buffer ? TUTELA_OK : tt_no_memory(error);
}

static tutela_status write_at(tt_run_writer *writer, const uint8_t *data, size_t size,
                              tutela_error *error)
{
    while (size) {
        ssize_t wrote = tt_pwrite(writer->fd, data, size, writer->at);
        if (wrote <= 0) {
            errno = wrote < 0 ? errno : ENOSPC;
            return disk_failed(error, writer->folder, "write");
        }
        data += wrote;
        size -= (size_t)wrote;
        writer->at += (uint64_t)wrote;
    }
    return TUTELA_OK;
}

tutela_status tt_run_end(tt_run_writer *writer, tutela_error *error)
{
    TT_TRY(write_at(writer, writer->buffer, writer->used, error));
    writer->used = 0;
    return TUTELA_OK;
}

tutela_status tt_run_put(tt_run_writer *writer, const uint8_t *stored, tutela_error *error)
{
    size_t size = tt_stored_bytes(tt_stored_size(stored));

    if (size > writer->room - writer->used)
        TT_TRY(tt_run_end(writer, error));
    if (size > writer->room)
        return write_at(writer, stored, size, error);
    memcpy(writer->buffer + writer->used, stored, size);
    writer->used += size;
    return TUTELA_OK;
}

void tt_run_done(tt_run_writer *writer)
{
    tt_free(writer->buffer);
    writer->buffer = NULL;
}

/* ---- Merging ----------------------------------------------------------------------------- */

static int reader_has(const reader *from, size_t size)
{
    return from->fill - from->at >= size;
}

/* Bring the whole record at `at` into the buffer. */
static tutela_status load_record(tt_runs *runs, reader *from, tutela_error *error)
{
    uint64_t left;
    size_t wanted;
    int got;

    if (reader_has(from, TT_STORED_HEAD)
        && reader_has(from, tt_stored_bytes(tt_stored_size(from->buffer + from->at))))
        return TUTELA_OK;
    memmove(from->buffer, from->buffer + from->at, from->fill - from->at);
    from->fill -= from->at;
    from->at = 0;
    left = from->end - from->next;
    wanted = runs->buffer_room - from->fill;
    if (wanted > left)
        wanted = (size_t)left;
    got = tt_pread_all(runs->fd, from->buffer + from->fill, wanted, from->next);
    if (got != 0) {
        errno = got < 0 ? errno : EIO; /* shorter than it was written */
        return disk_failed(error, runs->folder, "read");
    }
    from->fill += wanted;
    from->next += wanted;
    return TUTELA_OK;
}

static int reader_less(const tt_runs *runs, size_t a, size_t b)
{
    const reader *first = &runs->readers[a];
    const reader *second = &runs->readers[b];
    int order;

    if (first->prefix != second->prefix)
        return first->prefix < second->prefix;
    order = tt_stored_order(runs->compare, first->buffer + first->at, second->buffer + second->at);
    return order ? order < 0 : a < b;
}

static void sift_reader(tt_runs *runs, size_t at)
{
    size_t *heap = runs->heap;
    size_t held = heap[at];

    for (size_t child; (child = 2 * at + 1) < runs->heap_count; at = child) {
        if (child + 1 < runs->heap_count && reader_less(runs, heap[child + 1], heap[child]))
            child++;
        if (!reader_less(runs, heap[child], held))
            break;
        heap[at] = heap[child];
    }
    heap[at] = held;
}

static tutela_status load_reader(tt_runs *runs, reader *from, tutela_error *error)
{
    TT_TRY(load_record(runs, from, error));
    from->prefix = tt_stored_prefix(runs->compare, from->buffer + from->at);
    return TUTELA_OK;
}

static void merge_end(tt_runs *runs)
{
    for (size_t i = 0; i < runs->reader_count; i++)
        tt_free(runs->readers[i].buffer);
    tt_free(runs->readers);
    tt_free(runs->heap);
    runs->readers = NULL;
    runs->heap = NULL;
    runs->reader_count = 0;
    runs->heap_count = 0;
    runs->started = 0;
}

static tutela_status merge_begin(tt_runs *runs, const run *list, size_t count, tutela_error *error)
{
    runs->readers = tt_alloc(count, sizeof *runs->readers);
    runs->heap = tt_alloc(count, sizeof *runs->heap);
    if (!runs->readers || !runs->heap)
        return tt_no_memory(error);
    runs->reader_count = count;
    runs->buffer_room = runs->memory / count & ~(size_t)7;
    if (runs->buffer_room > LARGEST_BUFFER)
        runs->buffer_room = LARGEST_BUFFER;
    if (runs->buffer_room < runs->widest)
        runs->buffer_room = runs->widest;
    for (size_t i = 0; i < count; i++) {
        reader *from = &runs->readers[i];
        from->next = list[i].start;
        from->end = list[i].end;
        from->buffer = tt_alloc_raw(runs->buffer_room, 1);
        if (!from->buffer)
            return tt_no_memory(error);
        TT_TRY(load_reader(runs, from, error));
        runs->heap[i] = i;
    }
    runs->heap_count = count;
    for (size_t at = count / 2; at-- > 0;)
        sift_reader(runs, at);
    return TUTELA_OK;
}

/* *stored becomes the next record of the merge, NULL at its end. */
tutela_status tt_runs_next(tt_runs *runs, const uint8_t **stored, tutela_error *error)
{
    reader *top;

    if (runs->started && runs->heap_count) {
        top = &runs->readers[runs->heap[0]];
        top->at += tt_stored_bytes(tt_stored_size(top->buffer + top->at));
        if (top->at == top->fill && top->next == top->end)
            runs->heap[0] = runs->heap[--runs->heap_count];
        else
            TT_TRY(load_reader(runs, top, error));
        if (runs->heap_count)
            sift_reader(runs, 0);
    }
    runs->started = 1;
    *stored = NULL;
    if (runs->heap_count) {
        top = &runs->readers[runs->heap[0]];
        *stored = top->buffer + top->at;
    }
    return TUTELA_OK;
}

/* Merge `count` neighbouring runs into one, through `writer`. */
static tutela_status merge_group(tt_runs *runs, const run *list, size_t count,
                                 tt_run_writer *writer, tutela_error *error)
{
    const uint8_t *stored = NULL;

    TT_TRY(merge_begin(runs, list, count, error));
    for (;;) {
        TT_TRY(tt_runs_next(runs, &stored, error));
        if (!stored)
            break;
        TT_TRY(tt_run_put(writer, stored, error));
    }
    merge_end(runs);
    return tt_run_end(writer, error);
}

/* Merge groups of `width` runs; `list` takes the longer ones, and *count is how many. */
static tutela_status merge_groups(tt_runs *runs, size_t width, tt_run_writer *writer, run *list,
                                  size_t *count, tutela_error *error)
{
    for (size_t i = 0; i < runs->count; i += width) {
        uint64_t start = writer->at;
        size_t left = runs->count - i;
        TT_TRY(merge_group(runs, runs->list + i, left < width ? left : width, writer, error));
        list[(*count)++] = (run){start, writer->at};
    }
    return TUTELA_OK;
}

/*
 * Replace the runs by fewer, longer ones in a new file; the old one is gone when closed. After a
 * failure the runs are what they were.
 */
static tutela_status merge_pass(tt_runs *runs, size_t width, tutela_error *error)
{
    size_t room = runs->memory / 8 < LARGEST_BUFFER ? runs->memory / 8 & ~(size_t)7 : LARGEST_BUFFER;
    TT_AUTO_FREE run *list = tt_alloc(runs->count, sizeof *list);
    TT_AUTO_CLOSE int fd = -1;
    tt_run_writer writer;
    tutela_status status;
    size_t count = 0;
    run *old_list;
    int old;

    if (!list)
        return tt_no_memory(error);
    fd = tt_temporary(runs->folder);
    if (fd < 0)
        return disk_failed(error, runs->folder, "create");
    status = tt_run_begin(&writer, runs, 0, room, error);
    writer.fd = fd;
    if (status == TUTELA_OK)
        status = merge_groups(runs, width, &writer, list, &count, error);
    tt_run_done(&writer);
    TT_TRY(status);
    old = runs->fd;
    runs->fd = fd;
    fd = old;
    old_list = runs->list;
    runs->list = list;
    list = old_list;
    runs->room = runs->count;
    runs->count = count;
    return TUTELA_OK;
}

tutela_status tt_runs_merge(tt_runs *runs, tutela_error *error)
{
    size_t least = runs->widest > LEAST_BUFFER ? runs->widest : LEAST_BUFFER;
    size_t width = runs->memory / least > 2 ? runs->memory / least : 2;

    while (runs->count > width)
        TT_TRY(merge_pass(runs, width, error));
    return merge_begin(runs, runs->list, runs->count, error);
}

void tt_runs_take_back(tt_runs *runs)
{
    if (runs->count > 0)
        runs->file_size = runs->list[--runs->count].start;
}

tutela_status tt_runs_rescue(tt_runs *runs, tutela_error *error)
{
    merge_end(runs);
    return runs->count > 0 ? merge_begin(runs, runs->list, runs->count, error) : TUTELA_OK;
}

void tt_runs_free(tt_runs *runs)
{
    if (!runs)
        return;
    merge_end(runs);
    tt_free(runs->list);
    tt_free(runs->folder);
    if (runs->fd >= 0)
        tt_close(runs->fd);
    tt_free(runs);
}
