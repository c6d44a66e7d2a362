/*
 * rar: RAR 4 and RAR 5, by libarchive, with an eye on what libarchive does not look at.
 *
 * Its readers stop quietly where the file does, and do not compare the checksum of a member that is
 * only stored. So the blocks' headers are walked beside it: they tell whether the end block was
 * reached and what the checksums are. Layouts: RARLAB's technote.txt, and for RAR 4 its
 * forerunner of 2002.
 */
#include "unpack/archive.h"
#include "unpack/crc.h"
#include "unpack/reader.h"
#include "unpack/signs.h"

#include "base/cursor.h"
#include "base/mem.h"

#define HEAD_SIZE 64u  /* as much of a block's header as is looked at */
#define SIGN4_SIZE 7u
#define SIGN5_SIZE 8u
#define MAIN_LOCKED4 0x80u /* RAR 4, main block: the headers are encrypted */

/* A block's header, of either kind. */
typedef struct block {
    enum { OTHER, MEMBER, LAST, LOCKED } type;
    uint64_t next;   /* where the one after it begins */
    int summed;      /* a member that is not split and has a checksum */
    uint32_t crc;
} block;

typedef struct rar_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_reader *inner;
    int five;
    uint64_t place;   /* of the next block */
    uint64_t members; /* headers of members walked over */
    block now;        /* the last one walked over */
    int through;      /* the end block, encrypted headers, or nothing that makes sense */
    uint32_t crc;     /* of the bytes delivered */
} rar_reader;

/* ---- Blocks -------------------------------------------------------------------------------- */

/* 0 when these bytes are no header. */
static int parse4(const uint8_t *head, size_t size, uint64_t place, block *out)
{
    tt_cursor c = tt_cursor_over(head, size);
    unsigned type, flags, length;
    uint64_t more = 0;

    tt_cursor_skip(&c, 2);
    type = tt_cursor_u8(&c);
    flags = tt_cursor_u16(&c);
    length = tt_cursor_u16(&c);
    if (c.failed || type < 0x72 || type > 0x7b || length < 7)
        return 0;
    *out = (block){.type = type == 0x74 ? MEMBER : type == 0x7b ? LAST : OTHER};
    if (type == 0x73 && flags & MAIN_LOCKED4)
        out->type = LOCKED;
    if (flags & 0x8000 || type == 0x74)
        more = tt_cursor_u32(&c);
    if (type == 0x74) {
        tt_cursor_skip(&c, 5); /* size, system */
        out->crc = tt_cursor_u32(&c);
        out->summed = (flags & 3) == 0; /* else its parts are in other files too */
        tt_cursor_skip(&c, 12); /* time, version, method, length of the name, attributes */
        if (flags & 0x100)
            more |= (uint64_t)tt_cursor_u32(&c) << 32;
    }
    return !c.failed && !__builtin_add_overflow(place + length, more, &out->next);
}

/* A RAR 5 number: seven bits a byte, low ones first, the eighth says that more follow. */
static uint64_t number(tt_cursor *c)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = tt_cursor_u8(c);
        value |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128))
            return value;
    }
    c->failed = 1;
    return 0;
}

/* The rest of a member's header, up to its checksum. */
static void parse_member5(tt_cursor *c, uint64_t block_flags, block *out)
{
    uint64_t flags = number(c);

    (void)number(c); /* size */
    (void)number(c); /* attributes */
    if (flags & 2)
        (void)tt_cursor_u32(c); /* time */
    out->crc = tt_cursor_u32(c);
    out->summed = flags & 4 && (block_flags & 0x18) == 0 && !c->failed;
}

static int parse5(const uint8_t *head, size_t size, uint64_t place, block *out)
{
    tt_cursor c = tt_cursor_over(head, size);
    uint64_t length, type, flags, more = 0, next;

    tt_cursor_skip(&c, 4);
    length = number(&c);
    next = place + c.at;
    type = number(&c);
    flags = number(&c);
    if (flags & 1)
        (void)number(&c);
    if (flags & 2)
        more = number(&c);
    if (c.failed || length == 0 || type == 0 || type > 5)
        return 0;
    *out = (block){.type = type == 2 ? MEMBER : type == 5 ? LAST : type == 4 ? LOCKED : OTHER};
    if (type == 2)
        parse_member5(&c, flags, out);
    return !__builtin_add_overflow(next, length, &next)
           && !__builtin_add_overflow(next, more, &out->next);
}

/* Over one more block. */
static tutela_status walk(rar_reader *r, tutela_error *error)
{
    uint8_t head[HEAD_SIZE];
    tt_trouble trouble;
    size_t got;

    TT_TRY(tt_stream_read_at(r->stream, r->place, head, sizeof head, &got, &trouble, error));
    if (!(r->five ? parse5 : parse4)(head, got, r->place, &r->now)
        || r->now.next > r->stream->size) {
        r->now = (block){.type = OTHER};
        r->through = 1;
        return TUTELA_OK;
    }
    r->place = r->now.next;
    r->members += r->now.type == MEMBER;
    r->through = r->now.type == LAST || r->now.type == LOCKED;
    return TUTELA_OK;
}

/* ---- The end ------------------------------------------------------------------------------- */

static tutela_status only_zeros_follow(rar_reader *r, int *only, tutela_error *error)
{
    uint8_t piece[4096];
    tt_trouble trouble;
    size_t got = 1;

    *only = 1;
    for (uint64_t at = r->place; got > 0 && *only; at += got) {
        TT_TRY(tt_stream_read_at(r->stream, at, piece, sizeof piece, &got, &trouble, error));
        for (size_t i = 0; i < got; i++)
            *only &= piece[i] == 0;
    }
    return TUTELA_OK;
}

/* libarchive saw all it could: is that all? */
static tutela_status judge_end(rar_reader *r, tt_trouble *trouble, tutela_error *error)
{
    uint64_t seen = tt_archive_headers(r->inner);
    int only;

    while (!r->through)
        TT_TRY(walk(r, error));
    TT_TRY(only_zeros_follow(r, &only, error));
    if (r->now.type == LOCKED)
        *trouble = (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted with its names"};
    else if (trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    else if (r->now.type != LAST)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing"};
    else if (r->members != seen)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "members that were not found"};
    else if (!only)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static void shut(tt_reader *reader)
{
    rar_reader *r = (rar_reader *)reader;

    if (!r)
        return;
    if (r->inner)
        r->inner->format->close(r->inner);
    tt_free(r);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, const tt_format *format, int five,
                           tutela_error *error)
{
    rar_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->stream = stream;
    r->five = five;
    r->place = five ? SIGN5_SIZE : SIGN4_SIZE;
    status = (five ? &tt_format_rar5_blocks : &tt_format_rar4_blocks)->open(&r->inner, stream, error);
    if (status != TUTELA_OK || !r->inner)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    rar_reader *r = (rar_reader *)reader;

    TT_TRY(r->inner->format->next(r->inner, out, more, trouble, error));
    if (!*more)
        return judge_end(r, trouble, error);
    while (!r->through && r->members < tt_archive_headers(r->inner))
        TT_TRY(walk(r, error));
    r->crc = 0;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    rar_reader *r = (rar_reader *)reader;

    TT_TRY(r->inner->format->read(r->inner, buffer, size, got, trouble, error));
    if (r->now.type != MEMBER || !r->now.summed)
        return TUTELA_OK;
    r->crc = tt_crc32(r->crc, buffer, *got);
    if (*got == 0 && trouble->status == TUTELA_ITEM_CLEAR && r->crc != r->now.crc)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "its checksum does not fit"};
    return TUTELA_OK;
}

extern const tt_format tt_format_rar;
extern const tt_format tt_format_rar5;

static tutela_status begin4(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin(out, stream, &tt_format_rar, 0, error);
}

static tutela_status begin5(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin(out, stream, &tt_format_rar5, 1, error);
}

const tt_format tt_format_rar = {"rar", TT_SEEKS | TT_SOLID, begin4, next, read_member, shut};
const tt_format tt_format_rar5 = {"rar5", TT_SEEKS | TT_SOLID, begin5, next, read_member, shut};
