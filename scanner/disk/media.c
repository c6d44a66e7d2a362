/* media: the medium in an image as a stream, whatever library reads it (see media.h). */
#include "disk/media.h"

#include "base/mem.h"

struct tt_media {
    tt_stream stream; /* the medium's */
    const tt_media_kind *kind;
    void *state; /* the kind's */
    uint64_t place;
};

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_media *media = (tt_media *)stream;
    uint64_t left = offset < stream->size ? stream->size - offset : 0;

    if (size > left)
        size = (size_t)left;
    *got = 0;
    if (size == 0)
        return TUTELA_OK;
    return media->kind->read_at(media->state, offset, buffer, size, got, trouble, error);
}

static tutela_status read_on(tt_stream *stream, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error)
{
    tt_media *media = (tt_media *)stream;

    TT_TRY(read_at(stream, media->place, buffer, size, got, trouble, error));
    media->place += *got;
    return TUTELA_OK;
}

/* Look, then open: what can be told without the library is. */
static tutela_status begin(tt_media *media, tt_stream *stream, tt_trouble *trouble,
                           tutela_error *error)
{
    const tt_media_kind *kind = media->kind;

    if (kind->look)
        TT_TRY(kind->look(media->state, stream, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR)
        TT_TRY(kind->open(media->state, stream, &media->stream.size, trouble, error));
    if (trouble->status == TUTELA_ITEM_CLEAR && media->stream.size > TT_MEDIA_MAX)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"};
    return TUTELA_OK;
}

tutela_status tt_media_open(tt_media **out, const tt_media_kind *kind, tt_stream *stream,
                            tt_trouble *trouble, tutela_error *error)
{
    static const tt_stream_ops ops = {read_on, read_at};
    tt_media *media;
    tutela_status status;

    *out = NULL;
    *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (!kind->open) {
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container that is not opened"};
        return TUTELA_OK;
    }
    media = tt_alloc(1, sizeof *media);
    if (!media)
        return tt_no_memory(error);
    media->kind = kind;
    media->stream.ops = &ops;
    media->stream.secrets = stream->secrets;
    media->stream.wishes = stream->wishes;
    media->stream.share = stream->share;
    media->state = tt_alloc(1, kind->state);
    status = media->state ? begin(media, stream, trouble, error) : tt_no_memory(error);
    if (status == TUTELA_OK && trouble->status == TUTELA_ITEM_CLEAR)
        *out = media;
    else
        tt_media_close(media);
    return status;
}

tt_stream *tt_media_stream(tt_media *media)
{
    return &media->stream;
}

tutela_status tt_media_verify(tt_media *media, tt_trouble *trouble, tutela_error *error)
{
    *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (!media->kind->verify)
        return TUTELA_OK;
    return media->kind->verify(media->state, &media->stream, trouble, error);
}

void tt_media_close(tt_media *media)
{
    if (!media)
        return;
    if (media->state)
        media->kind->close(media->state);
    tt_free(media->state);
    tt_free(media);
}
