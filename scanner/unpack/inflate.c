/* inflate: see inflate.h. By zlib. */
#include "unpack/inflate.h"

#include "base/mem.h"

#include <string.h>
#include <zlib.h>

#define PIECE ((size_t)1 << 16)
#define MOST ((size_t)1 << 20) /* bytes made at once: zlib counts them in an unsigned int */

struct tt_inflate {
    tt_stream *stream;
    z_stream z;
    int drained;       /* the stream gave its last byte */
    int through;
    tt_trouble source; /* the stream's trouble */
    tt_trouble spoilt;
    uint8_t piece[PIECE];
};

static voidpf allocate(voidpf user, uInt count, uInt size)
{
    (void)user;
    return tt_alloc(count, size);
}

static void give_back(voidpf user, voidpf block)
{
    (void)user;
    tt_free(block);
}

tutela_status tt_inflate_new(tt_inflate **out, tt_stream *stream, tt_inflate_kind kind,
                             tutela_error *error)
{
    tt_inflate *f = tt_alloc_raw(1, sizeof *f);

    if (!f)
        return tt_no_memory(error);
    memset(f, 0, offsetof(tt_inflate, piece)); /* that is large, and counted by zlib */
    f->stream = stream;
    f->source = f->spoilt = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    f->z.zalloc = allocate;
    f->z.zfree = give_back;
    /* 15: the largest window; below 0: without head and checksum. */
    if (inflateInit2(&f->z, kind == TT_INFLATE_RAW ? -15 : 15) != Z_OK) {
        tt_free(f);
        return tt_no_memory(error);
    }
    *out = f;
    return TUTELA_OK;
}

/* Have input, unless the stream has none left. */
static tutela_status refill(tt_inflate *f, tutela_error *error)
{
    size_t got = 0;

    if (f->z.avail_in > 0 || f->drained)
        return TUTELA_OK;
    TT_TRY(f->stream->ops->read(f->stream, f->piece, sizeof f->piece, &got, &f->source, error));
    f->z.next_in = f->piece;
    f->z.avail_in = (uInt)got;
    f->drained = got == 0 || f->source.status != TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

static void spoil(tt_inflate *f, tt_trouble trouble)
{
    f->spoilt = f->source.status != TUTELA_ITEM_CLEAR ? f->source : trouble;
    f->through = 1;
}

/* One step of zlib. */
static void step(tt_inflate *f)
{
    int said = inflate(&f->z, Z_NO_FLUSH);

    if (said == Z_STREAM_END)
        f->through = 1;
    else if (said == Z_MEM_ERROR)
        spoil(f, (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"});
    else if (said != Z_OK && said != Z_BUF_ERROR)
        spoil(f, (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged"});
    else if (f->z.avail_in == 0 && f->drained && f->z.avail_out > 0)
        spoil(f, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
}

tutela_status tt_inflate_read(tt_inflate *inflate, void *buffer, size_t size, size_t *got,
                              tt_trouble *trouble, tutela_error *error)
{
    inflate->z.next_out = buffer;
    inflate->z.avail_out = (uInt)(size < MOST ? size : MOST);
    *got = 0;
    while (!inflate->through && inflate->z.avail_out > 0) {
        TT_TRY(refill(inflate, error));
        step(inflate);
        *got = (size_t)(inflate->z.next_out - (Bytef *)buffer);
    }
    if (*got == 0)
        *trouble = inflate->spoilt;
    return TUTELA_OK;
}

tutela_status tt_inflate_more(tt_inflate *inflate, int *more, tutela_error *error)
{
    TT_TRY(refill(inflate, error));
    *more = inflate->z.avail_in > 0;
    return TUTELA_OK;
}

void tt_inflate_free(tt_inflate *inflate)
{
    if (!inflate)
        return;
    (void)inflateEnd(&inflate->z);
    tt_free(inflate);
}

/* ---- Of bytes at hand ---------------------------------------------------------------------- */

struct tt_inflater {
    z_stream z;
};

tutela_status tt_inflater_new(tt_inflater **out, tutela_error *error)
{
    tt_inflater *i = tt_alloc(1, sizeof *i);

    if (!i)
        return tt_no_memory(error);
    i->z.zalloc = allocate;
    i->z.zfree = give_back;
    if (inflateInit(&i->z) != Z_OK) {
        tt_free(i);
        return tt_no_memory(error);
    }
    *out = i;
    return TUTELA_OK;
}

tt_inflater_said tt_inflater_step(tt_inflater *i, const uint8_t *in, size_t size, size_t *used,
                                uint8_t *out, size_t room, size_t *given)
{
    int said;

    size = size < PIECE ? size : PIECE;
    room = room < PIECE ? room : PIECE;
    i->z.next_in = (Bytef *)(uintptr_t)in;
    i->z.avail_in = (uInt)size;
    i->z.next_out = out;
    i->z.avail_out = (uInt)room;
    said = inflate(&i->z, Z_NO_FLUSH);
    *used = size - i->z.avail_in;
    *given = room - i->z.avail_out;
    if (said == Z_STREAM_END)
        return TT_INFLATER_END;
    if (said == Z_MEM_ERROR)
        return TT_INFLATER_MEMORY;
    return said == Z_OK || said == Z_BUF_ERROR ? TT_INFLATER_MORE : TT_INFLATER_DAMAGED;
}

void tt_inflater_free(tt_inflater *i)
{
    if (i)
        (void)inflateEnd(&i->z);
    tt_free(i);
}
