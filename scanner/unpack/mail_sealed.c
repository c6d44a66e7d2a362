/*
 * mail_sealed: what S/MIME and PGP put around the content of a mail: CMS (RFC 5652) and OpenPGP.
 *
 * What CMS signs without encrypting it lies in it as it is, in one piece or in many, and is a member;
 * a signature apart from its content (smime.p7s) holds none. The structure is DER or BER, and is walked
 * from front to end. What is encrypted is said to be.
 */
#include "unpack/reader.h"

#include "base/mem.h"
#include "unpack/signs.h"

#include <string.h>

/* Structures around the content: six, and what chunks of chunks may add. */
#define DEEP 16u
/* Those of them that hold more than the content. */
#define AROUND 3u
#define PIECE 16384u

#define SEQUENCE 0x30u
#define CONTENT 0xa0u
#define OCTETS 0x04u
#define OCTETS_MANY 0x24u

typedef struct sealed_reader {
    tt_reader reader;
    tt_stream *stream;
    uint8_t listed;
    uint8_t over;      /* the content's end was reached, or can not be */
    uint8_t many;      /* the content is in pieces */
    uint8_t drained;
    tt_trouble source;
    tt_trouble spoilt;
    uint64_t place;     /* bytes read of the structure */
    uint64_t left;      /* bytes of the content's piece at hand */
    size_t depth;
    uint64_t ends[DEEP]; /* where what is open ends; UINT64_MAX: behind an end mark */
    size_t at, end;
    uint8_t piece[PIECE];
} sealed_reader;

typedef struct element {
    uint8_t tag;
    uint64_t size; /* UINT64_MAX: up to an end mark */
} element;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

static void spoil(sealed_reader *r, const char *why)
{
    if (r->spoilt.status == TUTELA_ITEM_CLEAR)
        r->spoilt = r->source.status != TUTELA_ITEM_CLEAR ? r->source
                                                         : (tt_trouble){TUTELA_ITEM_MALFORMED, why};
    r->over = 1;
}

/* ---- BER ----------------------------------------------------------------------------------- */

static tutela_status refill(sealed_reader *r, tutela_error *error)
{
    size_t got = 0;

    if (r->at < r->end || r->drained)
        return TUTELA_OK;
    TT_TRY(r->stream->ops->read(r->stream, r->piece, sizeof r->piece, &got, &r->source, error));
    r->at = 0;
    r->end = got;
    r->drained = got == 0 || r->source.status != TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

/* The next byte; 0, and spoilt, when there is none. */
static tutela_status take_byte(sealed_reader *r, uint8_t *out, tutela_error *error)
{
    TT_TRY(refill(r, error));
    *out = 0;
    if (r->at == r->end) {
        spoil(r, "cut off");
        return TUTELA_OK;
    }
    *out = r->piece[r->at++];
    r->place++;
    return TUTELA_OK;
}

static tutela_status skip(sealed_reader *r, uint64_t size, tutela_error *error)
{
    while (size > 0 && !r->over) {
        TT_TRY(refill(r, error));
        size_t some = r->end - r->at < size ? r->end - r->at : (size_t)size;
        if (some == 0)
            spoil(r, "cut off");
        r->at += some;
        r->place += some;
        size -= some;
    }
    return TUTELA_OK;
}

static tutela_status take_element(sealed_reader *r, element *out, tutela_error *error)
{
    uint8_t first = 0, byte = 0;

    *out = (element){0, 0};
    TT_TRY(take_byte(r, &out->tag, error));
    if ((out->tag & 31) == 31)
        spoil(r, "damaged"); /* no tag here takes more bytes */
    TT_TRY(take_byte(r, &first, error));
    if (first <= 128) {
        out->size = first == 128 ? UINT64_MAX : first;
        if (first == 128 && !(out->tag & 32))
            spoil(r, "damaged");
        return TUTELA_OK;
    }
    if (first > 128 + 7)
        spoil(r, "damaged");
    for (unsigned i = first & 127; i > 0 && !r->over; i--) {
        TT_TRY(take_byte(r, &byte, error));
        out->size = out->size << 8 | byte;
    }
    return TUTELA_OK;
}

/* Into a structure, which must be of this kind. */
static tutela_status enter(sealed_reader *r, element e, uint8_t tag, tutela_error *error)
{
    (void)error;
    if (r->over)
        return TUTELA_OK;
    if (e.tag != tag || r->depth == DEEP) {
        spoil(r, "damaged");
        return TUTELA_OK;
    }
    r->ends[r->depth++] = e.size == UINT64_MAX ? UINT64_MAX : r->place + e.size;
    return TUTELA_OK;
}

/* What is left of an element, which may hold others that have no size. */
static tutela_status skip_element(sealed_reader *r, element e, tutela_error *error)
{
    uint64_t open = e.size == UINT64_MAX;

    if (!open)
        return skip(r, e.size, error);
    while (open > 0 && !r->over) {
        TT_TRY(take_element(r, &e, error));
        if (e.tag == 0 && e.size == 0)
            open--;
        else if (e.size == UINT64_MAX)
            open++;
        else
            TT_TRY(skip(r, e.size, error));
    }
    return TUTELA_OK;
}

/* Out of the innermost structure, past what is left of it; around the content nothing may be. */
static tutela_status leave(sealed_reader *r, tutela_error *error)
{
    uint64_t end = r->ends[--r->depth];
    element mark;

    if (end == UINT64_MAX && r->depth >= AROUND) {
        TT_TRY(take_element(r, &mark, error));
        if (mark.tag != 0 || mark.size != 0)
            spoil(r, "damaged");
        return TUTELA_OK;
    }
    if (end != UINT64_MAX && r->depth >= AROUND && r->place < end)
        spoil(r, "damaged");
    if (end == UINT64_MAX)
        return skip_element(r, (element){SEQUENCE, UINT64_MAX}, error);
    if (r->place > end)
        spoil(r, "damaged");
    return skip(r, end - r->place, error);
}

/* ---- Signed content ------------------------------------------------------------------------ */

static tutela_status enter_next(sealed_reader *r, uint8_t tag, tutela_error *error)
{
    element e;

    TT_TRY(take_element(r, &e, error));
    return enter(r, e, tag, error);
}

static tutela_status skip_next(sealed_reader *r, tutela_error *error)
{
    element e;

    TT_TRY(take_element(r, &e, error));
    return skip_element(r, e, error);
}

/* The next piece of the content, or its end. */
static tutela_status next_piece(sealed_reader *r, tutela_error *error)
{
    element e;

    while (!r->over && r->left == 0) {
        uint64_t end = r->ends[r->depth - 1];
        if (end != UINT64_MAX && r->place >= end) {
            r->over = 1; /* the last level is left with the others */
            return TUTELA_OK;
        }
        TT_TRY(take_element(r, &e, error));
        if (e.tag == 0 && e.size == 0 && end == UINT64_MAX) {
            r->depth--;
            r->over = 1;
        } else if (e.tag == OCTETS && r->place <= end && e.size <= end - r->place) {
            r->left = e.size;
        } else {
            spoil(r, "damaged");
        }
    }
    return TUTELA_OK;
}

/* Up to the content; *there is 0 when there is none. */
static tutela_status find_content(sealed_reader *r, int *there, tutela_error *error)
{
    element e = {0, 0};
    uint64_t end;

    TT_TRY(enter_next(r, SEQUENCE, error));
    TT_TRY(skip_next(r, error)); /* what it is: tt_fits_cms saw that */
    TT_TRY(enter_next(r, CONTENT, error));
    TT_TRY(enter_next(r, SEQUENCE, error));
    TT_TRY(skip_next(r, error)); /* the version */
    TT_TRY(skip_next(r, error)); /* the algorithms */
    TT_TRY(enter_next(r, SEQUENCE, error));
    TT_TRY(skip_next(r, error)); /* what the content is */
    *there = 0;
    if (r->over)
        return TUTELA_OK;
    end = r->ends[r->depth - 1];
    if (end != UINT64_MAX && r->place >= end)
        return TUTELA_OK;
    TT_TRY(take_element(r, &e, error));
    if (e.tag == 0 && end == UINT64_MAX) {
        r->depth--;
        return TUTELA_OK;
    }
    TT_TRY(enter(r, e, CONTENT, error));
    TT_TRY(take_element(r, &e, error));
    *there = !r->over && (e.tag == OCTETS || e.tag == OCTETS_MANY);
    if (e.tag == OCTETS)
        r->left = e.size;
    r->many = e.tag == OCTETS_MANY;
    if (r->many)
        return enter(r, e, OCTETS_MANY, error);
    /* Else a structure, as programs sign them. */
    return *there ? TUTELA_OK : skip_element(r, e, error);
}

/* To its end, which is where the stream should end. */
static tutela_status finish(sealed_reader *r, tutela_error *error)
{
    if (r->spoilt.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    r->over = 0;
    while (r->depth > 0 && !r->over)
        TT_TRY(leave(r, error));
    if (r->over)
        return TUTELA_OK;
    TT_TRY(refill(r, error));
    while (r->at < r->end && memchr("\0\r\n", r->piece[r->at], 3) != NULL)
        r->at++;
    if (r->at < r->end || r->source.status != TUTELA_ITEM_CLEAR)
        spoil(r, "bytes after its end");
    r->over = 1;
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    sealed_reader *r = (sealed_reader *)reader;
    size_t done = 0;

    while (done < size && !r->over) {
        if (r->left == 0) {
            r->over = !r->many;
            TT_TRY(next_piece(r, error));
            continue;
        }
        TT_TRY(refill(r, error));
        size_t some = r->end - r->at < size - done ? r->end - r->at : size - done;
        some = some < r->left ? some : (size_t)r->left;
        if (some == 0) {
            spoil(r, "cut off");
            break;
        }
        memcpy((uint8_t *)buffer + done, r->piece + r->at, some);
        r->at += some;
        r->place += some;
        r->left -= some;
        done += some;
    }
    *got = done;
    if (done == 0)
        *trouble = r->spoilt;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

static tutela_status begin_as(const tt_format *format, tt_reader **out, tt_stream *stream,
                              tutela_error *error)
{
    sealed_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = format;
    r->stream = stream;
    r->source = r->spoilt = fine;
    *out = &r->reader;
    return TUTELA_OK;
}

/* What it is, by its first bytes: they are there, as it was opened for them. */
static tt_trouble how_sealed(tt_sealed what)
{
    if (what == TT_SEALED_ENCRYPTED)
        return (tt_trouble){TUTELA_ITEM_ENCRYPTED, "encrypted"};
    return (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container that is not opened"};
}

static tutela_status next_cms(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                              tutela_error *error)
{
    sealed_reader *r = (sealed_reader *)reader;
    uint8_t scratch[4096];
    size_t got = 1;
    int there = 0;

    (void)out; /* it has no name */
    *more = 0;
    if (!r->listed) {
        r->listed = 1;
        TT_TRY(refill(r, error));
        tt_sealed what = tt_cms_kind(r->piece, r->end);
        if (what != TT_SEALED_SIGNED) {
            *trouble = how_sealed(what);
            return TUTELA_OK;
        }
        TT_TRY(find_content(r, &there, error));
        *more = there;
        if (there)
            return TUTELA_OK;
    } else {
        while (got > 0)
            TT_TRY(read_member(reader, scratch, sizeof scratch, &got, trouble, error));
    }
    TT_TRY(finish(r, error));
    *trouble = r->spoilt;
    return TUTELA_OK;
}

static tutela_status next_pgp(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                              tutela_error *error)
{
    sealed_reader *r = (sealed_reader *)reader;

    (void)out;
    *more = 0;
    TT_TRY(refill(r, error));
    *trouble = how_sealed(tt_pgp_kind(r->piece, r->end));
    return TUTELA_OK;
}

extern const tt_format tt_format_cms, tt_format_pgp;

static tutela_status begin_cms(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin_as(&tt_format_cms, out, stream, error);
}

static tutela_status begin_pgp(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    return begin_as(&tt_format_pgp, out, stream, error);
}

const tt_format tt_format_cms = {"cms", 0, begin_cms, next_cms, read_member, shut};
const tt_format tt_format_pgp = {"pgp", 0, begin_pgp, next_pgp, read_member, shut};
