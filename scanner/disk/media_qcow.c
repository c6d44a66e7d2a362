/*
 * media_qcow: QCOW 1 to 3, by libqcow.
 *
 * The header is looked at before, and the tables of clusters beside: what the library does not know of, it
 * would read wrongly.
 */
#include "disk/media.h"

#include "base/cursor.h"
#include "base/mem.h"

#ifdef HAVE_LIBQCOW

#include "disk/bfio.h"

#include <libqcow.h>
#include <string.h>

#define HEAD_SIZE 104u /* of version 3 */
#define HEAD_LEAST 48u /* of version 1 */
/* Of incompatible features: "not closed properly" and "marked corrupt" say nothing of how to read it. */
#define FEATURES_FINE 3u
#define TABLE_MAX (32u << 20) /* entries: 2 PiB in clusters of 64 KiB are four million */

#define OFFSET_BITS UINT64_C(0x00fffffffffffe00) /* of an entry in a table */
#define COPIED (UINT64_C(1) << 63) /* of version 2 and 3: nothing else refers to it */
#define ZEROS 1u /* in an entry of the second level, of version 3 */

typedef struct image {
    tt_bfio *bfio;
    libqcow_file_t *file;
    tt_stream *stream;
    uint32_t bits;    /* of a cluster's size */
    uint32_t entries; /* bits of how many a table of the second level has */
    uint64_t table;   /* where the first level's is */
    uint64_t packed;  /* what marks an entry of the second level as that of a compressed cluster */
    uint64_t zeros;   /* and what as zeros; 0: nothing */
    uint64_t flags;   /* what may be in an entry beside the place */
} image;

static const tt_trouble cut_off = {TUTELA_ITEM_MALFORMED, "cut off"};

static uint32_t be32(const uint8_t *at)
{
    return __builtin_bswap32(tt_load32(at));
}

static tt_trouble judge(const uint8_t *head)
{
    static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""},
                            odd = {TUTELA_ITEM_MALFORMED, "a header that is not in order"};
    uint32_t version = be32(head + 4);
    uint32_t bits = version == 1 ? head[32] : be32(head + 20);
    uint32_t secret = be32(head + (version == 1 ? 36 : 32));

    if (tt_load64_be(head + 8) != 0)
        return (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"};
    if (secret != 0)
        return (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    if (bits < 9 || bits > 22)
        return odd;
    if (version == 1)
        return head[33] >= 3 && head[33] <= 19 ? fine : odd;
    if (be32(head + 36) > TABLE_MAX)
        return odd;
    if (version == 3 && (tt_load64_be(head + 72) & ~(uint64_t)FEATURES_FINE) != 0)
        return (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    return fine;
}

static void set_tables(image *q, const uint8_t *head)
{
    uint32_t version = be32(head + 4);

    q->table = tt_load64_be(head + 40);
    q->bits = version == 1 ? head[32] : be32(head + 20);
    q->entries = version == 1 ? head[33] : q->bits - 3;
    q->packed = version == 1 ? COPIED : COPIED >> 1;
    q->flags = version == 1 ? 0 : COPIED;
    q->zeros = version == 3 ? ZEROS : 0;
}

static tutela_status look(void *state, tt_stream *stream, tt_trouble *trouble, tutela_error *error)
{
    image *q = state;
    uint8_t head[HEAD_SIZE] = {0};
    size_t got = 0;

    TT_TRY(tt_stream_read_at(stream, 0, head, sizeof head, &got, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = got < HEAD_LEAST ? cut_off : judge(head);
    q->stream = stream;
    set_tables(q, head);
    return TUTELA_OK;
}

static void close_image(void *state)
{
    image *q = state;

    if (q->file)
        (void)libqcow_file_free(&q->file, NULL);
    tt_bfio_free(q->bfio);
}

static tutela_status open_image(void *state, tt_stream *stream, uint64_t *size,
                                tt_trouble *trouble, tutela_error *error)
{
    image *q = state;
    size64_t bytes = 0;
    int well;

    libqcow_notify_set_verbose(0);
    if (libqcow_file_initialize(&q->file, NULL) != 1)
        return tt_no_memory(error);
    TT_TRY(tt_bfio_new(&q->bfio, stream, error));
    tt_bfio_begin(q->bfio, error);
    well = libqcow_file_open_file_io_handle(q->file, tt_bfio_handle(q->bfio), LIBQCOW_OPEN_READ,
                                            NULL) == 1
        && libqcow_file_get_media_size(q->file, &bytes, NULL) == 1;
    *size = bytes;
    return tt_bfio_end(q->bfio, well, trouble);
}

/* An entry of a table. */
static tutela_status entry(image *q, uint64_t at, uint64_t *out, tt_trouble *trouble,
                           tutela_error *error)
{
    uint8_t bytes[8];
    size_t got = 0;

    TT_TRY(tt_stream_read_at(q->stream, at, bytes, sizeof bytes, &got, trouble, error));
    if (got == sizeof bytes)
        *out = tt_load64_be(bytes);
    else if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = cut_off;
    return TUTELA_OK;
}

/* What the table of the second level says of a cluster; 0: nothing. */
static tutela_status look_up(image *q, uint64_t cluster, uint64_t *out, tt_trouble *trouble,
                             tutela_error *error)
{
    uint64_t at = 0;

    *out = 0;
    TT_TRY(entry(q, q->table + 8 * (cluster >> q->entries), &at, trouble, error));
    at &= ~q->flags;
    if (at == 0 || trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    return entry(q, at + 8 * (cluster & ((UINT64_C(1) << q->entries) - 1)), out, trouble, error);
}

/*
 * A part of a cluster: is it marked as zeros? The library would not see that. It takes what lies behind the
 * image's end for zeros, or reads behind the end of its own memory.
 */
static tutela_status look_at(image *q, uint64_t offset, size_t size, int *zeros,
                             tt_trouble *trouble, tutela_error *error)
{
    uint64_t within = offset & ((UINT64_C(1) << q->bits) - 1), what = 0;

    *zeros = 0;
    TT_TRY(look_up(q, offset >> q->bits, &what, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (what & q->packed) {
        uint32_t shift = q->packed < COPIED ? 62 - (q->bits - 8) : 63 - q->bits;
        if ((what & ((UINT64_C(1) << shift) - 1)) >= q->stream->size)
            *trouble = cut_off;
        return TUTELA_OK;
    }
    *zeros = (what & q->zeros) != 0;
    what &= ~(q->flags | q->zeros);
    if (!*zeros && what != 0
        && (what > q->stream->size || size + within > q->stream->size - what
            || (q->packed < COPIED && (what & ~OFFSET_BITS) != 0)))
        *trouble = cut_off;
    return TUTELA_OK;
}

static tutela_status read_image(void *state, uint64_t offset, void *buffer, size_t size,
                                size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image *q = state;
    uint64_t left;
    int zeros;
    ssize_t count;

    left = (UINT64_C(1) << q->bits) - (offset & ((UINT64_C(1) << q->bits) - 1));
    if (size > left)
        size = (size_t)left;
    TT_TRY(look_at(q, offset, size, &zeros, trouble, error));
    if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (zeros) {
        memset(buffer, 0, size);
        *got = size;
        return TUTELA_OK;
    }
    tt_bfio_begin(q->bfio, error);
    count = libqcow_file_read_buffer_at_offset(q->file, buffer, size, (off64_t)offset, NULL);
    return tt_bfio_end_read(q->bfio, count, size, got, trouble);
}

const tt_media_kind tt_media_qcow = {
    "qcow", sizeof(image), look, open_image, read_image, NULL, close_image,
};

#else

const tt_media_kind tt_media_qcow = {.name = "qcow"};

#endif
