/*
 * image: images of disks that are containers of their own: AFF, E01, QCOW, VHD and VHDX, VMDK.
 *
 * The reader of each gives the disk's bytes (media.h); what the disk holds is read as of any other (disk.h).
 * One on which nothing is known is a member itself, "medium". Where an image holds a digest of its disk, all of
 * it is read once more in the end and compared.
 */
#include "disk/disk.h"
#include "disk/media.h"

#include "base/mem.h"

typedef struct image_reader {
    tt_reader reader;
    tt_stream stream;    /* the image's own bytes; it tells that reading goes on */
    tt_stream *whole;
    tt_media *media;
    tt_reader *disk;     /* NULL: nothing on it is known */
    uint64_t done;       /* bytes of the medium that were read, as a member */
    int told;            /* that was */
    tt_trouble ended;    /* why it is not opened; CLEAR */
} image_reader;

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    image_reader *r = (image_reader *)((char *)stream - offsetof(image_reader, stream));
    const tt_wishes *wishes = r->whole->wishes;

    if (wishes && wishes->alive)
        TT_TRY(wishes->alive(wishes->user, error));
    return tt_stream_read_at(r->whole, offset, buffer, size, got, trouble, error);
}

/* Nobody reads an image from front to end but who has it as it is. */
static tutela_status read_next(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    TT_TRY(read_at(stream, stream->at, buffer, size, got, trouble, error));
    stream->at += *got;
    return TUTELA_OK;
}

static tutela_status open_image(image_reader *r, const tt_media_kind *kind, tutela_error *error)
{
    TT_TRY(tt_media_open(&r->media, kind, &r->stream, &r->ended, error));
    if (!r->media)
        return TUTELA_OK;
    TT_TRY(tt_disk_open(&r->disk, r->reader.format, tt_media_stream(r->media), r->whole->wishes, error));
    if (r->disk)
        r->reader.cover = r->disk->cover;
    return TUTELA_OK;
}

static void close_image(tt_reader *reader)
{
    image_reader *r = (image_reader *)reader;

    if (!r)
        return;
    tt_disk_close(r->disk);
    tt_media_close(r->media);
    tt_free(r);
}

static tutela_status begin(tt_reader **out, const tt_format *format, const tt_media_kind *kind,
                           tt_stream *stream, tutela_error *error)
{
    static const tt_stream_ops ops = {read_next, read_at};
    image_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->whole = stream;
    r->stream = (tt_stream){.ops = &ops, .size = stream->size, .parts = stream->parts};
    r->ended = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    status = open_image(r, kind, error);
    if (status == TUTELA_OK)
        *out = &r->reader;
    else
        close_image(&r->reader);
    return status;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    image_reader *r = (image_reader *)reader;
    tt_trouble stored = {TUTELA_ITEM_CLEAR, ""};

    *trouble = r->ended;
    *more = r->media && !r->disk && !r->told;
    if (*more) {
        tt_stream *medium = tt_media_stream(r->media);
        r->told = 1;
        out->name = (const uint8_t *)"medium";
        out->name_size = 6;
        out->size = medium->size;
        out->stream = medium;
        return TUTELA_OK;
    }
    if (r->disk)
        TT_TRY(tt_disk_next(r->disk, out, more, trouble, error));
    if (*more || !r->media)
        return TUTELA_OK;
    TT_TRY(tt_media_verify(r->media, &stored, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = stored;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    image_reader *r = (image_reader *)reader;

    if (r->disk)
        return tt_disk_read(r->disk, buffer, size, got, trouble, error);
    TT_TRY(tt_stream_read_at(tt_media_stream(r->media), r->done, buffer, size, got, trouble, error));
    r->done += *got;
    return TUTELA_OK;
}

#define IMAGE(kind)                                                                                 \
    static tutela_status begin_##kind(tt_reader **out, tt_stream *stream, tutela_error *error)      \
    {                                                                                               \
        return begin(out, &tt_format_##kind, &tt_media_##kind, stream, error);                      \
    }                                                                                               \
    const tt_format tt_format_##kind = {#kind, TT_SEEKS | TT_ENTIRE, begin_##kind, next,            \
                                        read_member, close_image};

IMAGE(aff)
IMAGE(ewf)
IMAGE(qcow)
IMAGE(vhd)
IMAGE(vmdk)
