/* bfio: a stream behind libbfio's handle, by callbacks (see bfio.h). */
#include "disk/bfio.h"

#include "base/mem.h"

#include <libbfio.h>
#include <limits.h>
#include <stdio.h>

/* Reads in one call to a library. To open the largest image takes some thousands; more is a circle. */
#define READS_MAX 1000000u

/* One handle's: the part of the stream that it is of, and where it stands in that. */
typedef struct place {
    tt_bfio *bfio;
    uint64_t from, size;
    uint64_t at;
    int open;
} place;

struct tt_bfio {
    tt_stream *stream;
    libbfio_handle_t *handle;
    libbfio_pool_t *pool;
    place own;
    place *pooled; /* one for each file that the stream is */
    unsigned reads;
    tt_trouble trouble;
    tutela_status status;
    tutela_error *error;
};

static int open_it(intptr_t *self, int access, libbfio_error_t **error)
{
    (void)error;
    ((place *)self)->open = 1;
    return access == LIBBFIO_OPEN_READ ? 1 : -1;
}

static int close_it(intptr_t *self, libbfio_error_t **error)
{
    (void)error;
    ((place *)self)->open = 0;
    return 0;
}

static ssize_t read_it(intptr_t *self, uint8_t *buffer, size_t size, libbfio_error_t **error)
{
    place *p = (place *)self;
    tt_bfio *b = p->bfio;
    size_t got = 0;

    (void)error;
    if (b->status != TUTELA_OK || b->reads++ >= READS_MAX || size > SSIZE_MAX)
        return -1;
    if (p->at >= p->size)
        return 0;
    if (size > p->size - p->at)
        size = (size_t)(p->size - p->at);
    b->status = tt_stream_read_at(b->stream, p->from + p->at, buffer, size, &got, &b->trouble, b->error);
    /* Half of what was asked for would be taken for all there is. */
    if (b->status != TUTELA_OK || b->trouble.status != TUTELA_ITEM_CLEAR)
        return -1;
    p->at += got;
    return (ssize_t)got;
}

static ssize_t write_it(intptr_t *self, const uint8_t *buffer, size_t size, libbfio_error_t **error)
{
    (void)self;
    (void)buffer;
    (void)size;
    (void)error;
    return -1;
}

static off64_t seek_it(intptr_t *self, off64_t offset, int whence, libbfio_error_t **error)
{
    place *p = (place *)self;
    uint64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? p->at : p->size;
    int64_t to;

    (void)error;
    if (from > INT64_MAX || __builtin_add_overflow((int64_t)from, offset, &to) || to < 0)
        return -1;
    p->at = (uint64_t)to;
    return to;
}

static int exists(intptr_t *self, libbfio_error_t **error)
{
    (void)self;
    (void)error;
    return 1;
}

static int is_open(intptr_t *self, libbfio_error_t **error)
{
    (void)error;
    return ((place *)self)->open;
}

static int get_size(intptr_t *self, size64_t *size, libbfio_error_t **error)
{
    (void)error;
    *size = ((place *)self)->size;
    return 1;
}

/* The places are ours to free. */
static int free_nothing(intptr_t **self, libbfio_error_t **error)
{
    (void)error;
    *self = NULL;
    return 1;
}

static int clone(intptr_t **to, intptr_t *from, libbfio_error_t **error)
{
    (void)to;
    (void)from;
    (void)error;
    return -1;
}

static libbfio_handle_t *new_handle(place *p)
{
    libbfio_handle_t *handle = NULL;

    if (libbfio_handle_initialize(&handle, (intptr_t *)p, free_nothing, clone, open_it, close_it,
                                  read_it, write_it, seek_it, exists, is_open, get_size,
                                  LIBBFIO_FLAG_IO_HANDLE_NON_MANAGED
                                      | LIBBFIO_FLAG_IO_HANDLE_CLONE_BY_FUNCTION,
                                  NULL)
        != 1)
        return NULL;
    return handle;
}

/* One more file of the pool's. 1, or 0. */
static int add_pooled(tt_bfio *b, place *p)
{
    libbfio_handle_t *handle = new_handle(p);
    int entry = 0;

    if (handle && libbfio_pool_append_handle(b->pool, &entry, handle, LIBBFIO_OPEN_READ, NULL) == 1)
        return 1;
    if (handle)
        (void)libbfio_handle_free(&handle, NULL);
    return 0;
}

/* The files that the stream is, each with a handle. 1, or 0. */
static int fill_pool(tt_bfio *b)
{
    const tt_parts *parts = b->stream->parts;
    size_t count = parts ? parts->count : 1;
    uint64_t from = 0;

    b->pooled = tt_alloc(count, sizeof *b->pooled);
    if (!b->pooled || libbfio_pool_initialize(&b->pool, 0, 0, NULL) != 1)
        return 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t end = parts ? parts->ends[i] : b->stream->size;
        b->pooled[i] = (place){.bfio = b, .from = from, .size = end - from};
        if (!add_pooled(b, &b->pooled[i]))
            return 0;
        from = end;
    }
    return 1;
}

tutela_status tt_bfio_new(tt_bfio **out, tt_stream *stream, tutela_error *error)
{
    tt_bfio *b = tt_alloc(1, sizeof *b);

    if (!b)
        return tt_no_memory(error);
    b->stream = stream;
    b->own = (place){.bfio = b, .size = stream->size};
    b->handle = new_handle(&b->own);
    if (!b->handle || !fill_pool(b)) {
        tt_bfio_free(b);
        return tt_no_memory(error);
    }
    *out = b;
    return TUTELA_OK;
}

void tt_bfio_free(tt_bfio *b)
{
    if (!b)
        return;
    if (b->pool)
        (void)libbfio_pool_free(&b->pool, NULL);
    if (b->handle)
        (void)libbfio_handle_free(&b->handle, NULL);
    tt_free(b->pooled);
    tt_free(b);
}

intptr_t *tt_bfio_handle(tt_bfio *b)
{
    return b->handle;
}

intptr_t *tt_bfio_pool(tt_bfio *b)
{
    return b->pool;
}

void tt_bfio_begin(tt_bfio *b, tutela_error *error)
{
    b->reads = 0;
    b->status = TUTELA_OK;
    b->error = error;
    b->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
}

tutela_status tt_bfio_end(tt_bfio *b, int well, tt_trouble *trouble)
{
    b->error = NULL;
    if (b->status != TUTELA_OK)
        return b->status;
    if (b->trouble.status != TUTELA_ITEM_CLEAR)
        *trouble = b->trouble;
    else if (!well)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged or cut off"};
    return TUTELA_OK;
}

tutela_status tt_bfio_end_read(tt_bfio *b, ssize_t count, size_t size, size_t *got,
                               tt_trouble *trouble)
{
    *got = count > 0 && (size_t)count <= size ? (size_t)count : 0;
    return tt_bfio_end(b, *got > 0, trouble);
}
