/*
 * gzip: one member, out of one or many gzip members after one another (RFC 1952).
 *
 * zlib itself rather than libarchive, whose gzip reader looks at neither the checksum nor the length
 * at the end. What follows the last member must be zeros, as tapes have them: anything else may be a
 * member whose head is damaged, and is stated.
 */
#include "unpack/reader.h"

#include "base/clock.h"
#include "base/mem.h"
#include "unpack/crc.h"
#include "unpack/signs.h"

#include <string.h>
#include <zlib.h>

#define PIECE ((size_t)1 << 16)
#define NAME_MAX_HERE 1024u /* bytes of the name in the header; longer ones are cut by zlib */

typedef enum state {
    HEADER, /* before the first member's data */
    DATA,
    BETWEEN, /* after a member: another, zeros, or the end */
    OVER
} state;

typedef struct gzip_reader {
    tt_reader reader;
    tt_stream *stream;
    z_stream z;
    gz_header header;
    state state;
    int listed;       /* the one member was told */
    int drained;      /* the stream gave its last byte */
    int padding;      /* zeros were seen after a member */
    tt_trouble source; /* the stream's trouble */
    tt_trouble spoilt; /* the member's */
    tt_trouble tail;   /* what follows the last member, when it should not */
    Bytef name[NAME_MAX_HERE + 1];
    uint8_t piece[PIECE];
} gzip_reader;

uint32_t tt_crc32(uint32_t crc, const void *data, size_t size)
{
    return (uint32_t)crc32_z(crc, data, size);
}

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

static void spoil(gzip_reader *r, const char *why)
{
    r->spoilt = r->source;
    if (r->source.status == TUTELA_ITEM_CLEAR)
        r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
    r->state = OVER;
}

/* Have input, unless the stream has none left. */
static tutela_status refill(gzip_reader *r, tutela_error *error)
{
    size_t got = 0;

    if (r->z.avail_in > 0 || r->drained)
        return TUTELA_OK;
    TT_TRY(r->stream->ops->read(r->stream, r->piece, sizeof r->piece, &got, &r->source, error));
    r->z.next_in = r->piece;
    r->z.avail_in = (uInt)got;
    if (got == 0 || r->source.status != TUTELA_ITEM_CLEAR)
        r->drained = 1;
    return TUTELA_OK;
}

/* After a member: 1 when bytes of it were used up and there may be more to see. */
static int look_between(gzip_reader *r)
{
    while (r->z.avail_in > 0 && *r->z.next_in == 0) {
        r->padding = 1;
        r->z.next_in++;
        r->z.avail_in--;
    }
    if (r->z.avail_in == 0 && !r->drained)
        return 1;
    if (r->z.avail_in == 0) {
        r->tail = r->source;
        r->state = OVER;
    } else if (!r->padding && *r->z.next_in == 0x1f && inflateReset(&r->z) == Z_OK) {
        r->state = DATA;
    } else {
        r->tail = (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
        r->state = OVER;
    }
    return r->state == DATA;
}

/* One step of zlib. */
static void step(gzip_reader *r, int flush)
{
    int said = inflate(&r->z, flush);

    if (said == Z_STREAM_END) {
        r->state = BETWEEN;
    } else if (said == Z_MEM_ERROR) {
        r->spoilt = (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
        r->state = OVER;
    } else if (said == Z_BUF_ERROR || (said == Z_OK && r->z.avail_in == 0 && r->drained
                                       && r->z.avail_out > 0)) {
        if (r->drained && r->z.avail_in == 0)
            spoil(r, "cut off");
    } else if (said != Z_OK) {
        spoil(r, "damaged");
    }
}

/* As many bytes as `size`, fewer at the end. */
static tutela_status produce(gzip_reader *r, void *buffer, size_t size, size_t *got,
                             tutela_error *error)
{
    r->z.next_out = buffer;
    r->z.avail_out = (uInt)(size < PIECE * 16 ? size : PIECE * 16);
    *got = 0;
    while (r->state != OVER && r->z.avail_out > 0) {
        TT_TRY(refill(r, error));
        if (r->state == BETWEEN)
            (void)look_between(r);
        else
            step(r, Z_NO_FLUSH);
        *got = (size_t)(r->z.next_out - (Bytef *)buffer);
    }
    return TUTELA_OK;
}

/* Up to the end of the header, whose name and time belong to the member. */
static tutela_status read_header(gzip_reader *r, tutela_error *error)
{
    uint8_t none;

    r->z.next_out = &none;
    r->z.avail_out = 0;
    while (r->state == HEADER && r->header.done == 0) {
        TT_TRY(refill(r, error));
        if (r->z.avail_in == 0)
            spoil(r, "cut off");
        else
            step(r, Z_BLOCK);
    }
    if (r->state == HEADER)
        r->state = DATA;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    gzip_reader *r = (gzip_reader *)reader;

    if (!r)
        return;
    (void)inflateEnd(&r->z);
    tt_free(r);
}

extern const tt_format tt_format_gzip;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    gzip_reader *r = tt_alloc_raw(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    memset(r, 0, offsetof(gzip_reader, piece)); /* that is large, and counted by zlib */
    r->reader.format = &tt_format_gzip;
    r->stream = stream;
    r->source = r->spoilt = r->tail = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    r->z.zalloc = allocate;
    r->z.zfree = give_back;
    r->header.name = r->name;
    r->header.name_max = NAME_MAX_HERE;
    /* 15: the largest window; 16 more: gzip's head and end, both checked. */
    if (inflateInit2(&r->z, 15 + 16) != Z_OK || inflateGetHeader(&r->z, &r->header) != Z_OK) {
        shut(&r->reader);
        return tt_no_memory(error);
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* What of the member was not read yet: to its end, to see how it ends. */
static tutela_status finish(gzip_reader *r, tutela_error *error)
{
    uint8_t scratch[4096];
    size_t got = 1;

    while (r->state != OVER)
        TT_TRY(produce(r, scratch, sizeof scratch, &got, error));
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    gzip_reader *r = (gzip_reader *)reader;

    if (r->listed) {
        TT_TRY(finish(r, error));
        *more = 0;
        *trouble = r->spoilt.status != TUTELA_ITEM_CLEAR ? r->spoilt : r->tail;
        return TUTELA_OK;
    }
    TT_TRY(read_header(r, error));
    r->listed = 1;
    out->name = r->name;
    out->name_size = r->header.done == 1 ? strnlen((const char *)r->name, NAME_MAX_HERE) : 0;
    out->size = TT_SIZE_UNKNOWN;
    out->modified = r->header.done == 1 && r->header.time ? (int64_t)r->header.time * TT_SECOND
                                                          : INT64_MIN;
    out->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    *more = 1;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    gzip_reader *r = (gzip_reader *)reader;

    TT_TRY(produce(r, buffer, size, got, error));
    if (*got == 0)
        *trouble = r->spoilt;
    return TUTELA_OK;
}

const tt_format tt_format_gzip = {"gzip", 0, begin, next, read_member, shut};
