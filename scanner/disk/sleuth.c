/* sleuth: see sleuth.h. */
#include "disk/sleuth.h"

#include "base/mem.h"

#include <string.h>

#define SECTOR 512u
/* What libtsk takes a flash page to be, when it looks whether a dump of one is before it. */
#define FLASH_PAGE 2048u
#define FLASH_SPARE 64u

static tutela_status live(const tt_sleuth *s, tutela_error *error)
{
    return s->wishes && s->wishes->alive ? s->wishes->alive(s->wishes->user, error) : TUTELA_OK;
}

tutela_status tt_sleuth_read(tt_sleuth *sleuth, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    uint64_t left = offset < sleuth->stream->size ? sleuth->stream->size - offset : 0;

    if (size > left)
        size = (size_t)left;
    TT_TRY(live(sleuth, error));
    TT_TRY(tt_stream_read_at(sleuth->stream, offset, buffer, size, got, trouble, error));
    if (*got == size)
        return TUTELA_OK;
    if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = (tt_trouble){TUTELA_ITEM_PARTIAL, "not all of it can be read"};
    if (sleuth->trouble.status == TUTELA_ITEM_CLEAR)
        sleuth->trouble = *trouble;
    return TUTELA_OK;
}

tutela_status tt_sleuth_fill(tt_sleuth *sleuth, uint64_t offset, void *buffer, size_t size,
                             tutela_error *error)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    uint8_t *to = buffer;
    size_t got = 0;

    TT_TRY(live(sleuth, error));
    TT_TRY(tt_stream_read_at(sleuth->stream, offset, to, size, &got, &trouble, error));
    if (got == size)
        return TUTELA_OK;
    for (size_t at = 0; at < size; at += SECTOR) {
        size_t part = size - at < SECTOR ? size - at : SECTOR;
        trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
        TT_TRY(tt_sleuth_read(sleuth, offset + at, to + at, part, &got, &trouble, error));
        memset(to + at + got, 0, part - got);
        tt_spans_add(&sleuth->bad, offset + at + got, offset + at + part);
    }
    return TUTELA_OK;
}

/* libtsk asks in pieces of its cache's size: what else is in one is not lost with a sector of it. */

static ssize_t give(TSK_IMG_INFO *image, TSK_OFF_T offset, char *buffer, size_t size)
{
    tt_sleuth *s = (tt_sleuth *)image;
    uint64_t left;

    if (offset < 0 || s->status != TUTELA_OK)
        return -1;
    left = (uint64_t)offset < s->stream->size ? s->stream->size - (uint64_t)offset : 0;
    if (size > left)
        size = (size_t)left;
    s->status = tt_sleuth_fill(s, (uint64_t)offset, buffer, size, &s->error);
    return s->status == TUTELA_OK ? (ssize_t)size : -1;
}

static void leave(TSK_IMG_INFO *image)
{
    (void)image; /* it is freed by whoever made it */
}

static void describe(TSK_IMG_INFO *image, FILE *file)
{
    (void)image;
    (void)file;
}

tutela_status tt_sleuth_new(tt_sleuth **out, tt_stream *stream, tutela_error *error)
{
    tt_sleuth *s = tt_alloc_raw(1, sizeof *s);

    if (!s)
        return tt_no_memory(error);
    /* All but libtsk's cache of two megabytes, whose parts have lengths of their own. */
    memset(s, 0, offsetof(tt_sleuth, image.cache));
    memset((char *)s + offsetof(tt_sleuth, image.cache_off), 0,
           sizeof *s - offsetof(tt_sleuth, image.cache_off));
    s->image.tag = TSK_IMG_INFO_TAG;
    s->image.itype = TSK_IMG_TYPE_EXTERNAL;
    s->image.size = (TSK_OFF_T)(stream->size < INT64_MAX ? stream->size : INT64_MAX);
    s->image.sector_size = SECTOR;
    s->image.page_size = FLASH_PAGE;
    s->image.spare_size = FLASH_SPARE;
    s->image.read = give;
    s->image.close = leave;
    s->image.imgstat = describe;
    (void)pthread_mutex_init(&s->image.cache_lock.mutex, NULL);
    s->stream = stream;
    s->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    *out = s;
    return TUTELA_OK;
}

void tt_sleuth_free(tt_sleuth *sleuth)
{
    if (!sleuth)
        return;
    (void)pthread_mutex_destroy(&sleuth->image.cache_lock.mutex);
    tt_spans_done(&sleuth->bad);
    tt_free(sleuth);
}

tutela_status tt_sleuth_check(const tt_sleuth *sleuth, tutela_error *error)
{
    if (sleuth->status != TUTELA_OK && error)
        *error = sleuth->error;
    return sleuth->status;
}
