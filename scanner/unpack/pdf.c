/*
 * pdf: the files in a PDF: what is attached to it, its pictures, and every other stream.
 *
 * Each stream object is a member, and its filters are undone up to the one that is a picture's own
 * form: a DCTDecode stream is the JPEG file. Streams of samples, of text and of drawing come decoded
 * too, so that nothing hides behind the wrong type. What is attached has its name.
 *
 * qpdf finds the objects and deciphers them (pdf_file); the filters are undone here, a piece at a time
 * (pdf_pipe). The PDF lies in memory as a whole, since it is sought in, and a stream of it, as stored.
 */
#include "unpack/reader.h"

#include "unpack/unread.h"

#ifndef HAVE_LIBQPDF

TT_FORMAT_UNREAD(pdf, "pdf")

#else

#include "base/mem.h"
#include "unpack/pdf_file.h"
#include "unpack/pdf_list.h"
#include "unpack/signs.h"

#include <string.h>

/* A PDF as a whole: of the 2 GiB of a worker this, one of its streams three times, and the objects that
 * are made of it must fit. */
#define FILE_MAX ((size_t)512 << 20)
#define FILE_FIRST ((size_t)1 << 16)
/* Left free behind it: see open_cut. */
#define SPARE ((size_t)64)

typedef struct pdf_reader {
    tt_reader reader;
    uint8_t *data;
    size_t size;
    tt_pdf_file *file;
    const tt_secrets *secrets;
    tt_trouble source; /* the stream's trouble, which explains every other */
    tt_trouble ended;  /* there is no file: why */
    tt_pdf_stream member;
    tt_pdf_pipe *pipe;
    uint64_t given;
} pdf_reader;

extern const tt_format tt_format_pdf;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

/* Room for more: 0 when there is none, and why. */
static int grow(pdf_reader *r, size_t *room)
{
    size_t wanted = *room ? *room * 2 : FILE_FIRST;
    uint8_t *grown = wanted > FILE_MAX ? NULL : tt_realloc(r->data, wanted, 1);

    if (grown) {
        r->data = grown;
        *room = wanted;
        return 1;
    }
    r->ended = (tt_trouble){TUTELA_ITEM_LIMIT, "it needs more memory than there is"};
    if (wanted > FILE_MAX)
        r->ended = (tt_trouble){TUTELA_ITEM_LIMIT,
                                "too large to be held in memory, where it must be sought in"};
    return 0;
}

/* All of the stream, unless there is no room for it. */
static tutela_status read_all(pdf_reader *r, tt_stream *stream, tutela_error *error)
{
    size_t room = 0, got = 1;

    while (got > 0 && r->source.status == TUTELA_ITEM_CLEAR) {
        if (r->size + SPARE >= room && !grow(r, &room)) {
            tt_free(r->data);
            r->data = NULL;
            return TUTELA_OK;
        }
        TT_TRY(tt_stream_read(stream, r->data + r->size, room - SPARE - r->size, &got, &r->source,
                              error));
        r->size += got;
    }
    return TUTELA_OK;
}

static void drop_member(pdf_reader *r)
{
    tt_pdf_pipe_free(r->pipe);
    tt_free(r->member.raw);
    r->pipe = NULL;
    r->member.raw = NULL;
}

static void shut(tt_reader *reader)
{
    pdf_reader *r = (pdf_reader *)reader;

    if (!r)
        return;
    drop_member(r);
    tt_pdf_file_close(r->file);
    tt_free(r->data);
    tt_free(r);
}

/*
 * One that is cut off has no trailer, and qpdf opens none without: so it is given one, which says
 * nothing, if there is any object to be found in it.
 */
static tutela_status open_cut(pdf_reader *r, int *alien, tutela_error *error)
{
    static const char trailer[] = "\nendobj\ntrailer\n<< /Size 1 >>\n";
    TT_AUTO_FREE tt_pdf_id *heads = NULL;
    size_t count = 0;
    int whole;

    TT_TRY(tt_pdf_objects(r->data, r->size, 1, &heads, &count, &whole, error));
    if (count == 0)
        return TUTELA_OK;
    /* read_all left room for it. */
    memcpy(r->data + r->size, trailer, sizeof trailer - 1);
    return tt_pdf_file_open(&r->file, r->data, r->size + sizeof trailer - 1, r->secrets,
                            &r->ended, alien, error);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    pdf_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;
    int alien = 0;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_pdf;
    r->secrets = stream->secrets;
    r->source = r->ended = fine;
    status = read_all(r, stream, error);
    if (status == TUTELA_OK && r->data)
        status = tt_pdf_file_open(&r->file, r->data, r->size, r->secrets, &r->ended, &alien, error);
    if (status == TUTELA_OK && alien)
        status = open_cut(r, &alien, error);
    /* Where its sign is a weak one, what cannot be opened was none. */
    if (status != TUTELA_OK || (alien && tt_fits_pdf(r->data, r->size) < 2))
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

/* ---- Members --------------------------------------------------------------------------------- */

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    pdf_reader *r = (pdf_reader *)reader;
    tt_pdf_stream *m = &r->member;
    tt_trouble said = fine;

    drop_member(r);
    *more = 0;
    *trouble = fine;
    if (r->file)
        *more = tt_pdf_file_next(r->file, m, trouble);
    if (!*more) {
        if (trouble->status == TUTELA_ITEM_CLEAR)
            *trouble = r->ended;
        if (r->source.status != TUTELA_ITEM_CLEAR)
            *trouble = r->source;
        return TUTELA_OK;
    }
    r->given = 0;
    if (m->trouble.status == TUTELA_ITEM_CLEAR) {
        TT_TRY(tt_pdf_pipe_new(&r->pipe, m->raw, m->raw_size, m->filters, m->filter_count, &said,
                               error));
        m->trouble = said;
    }
    out->name = (const uint8_t *)m->name;
    out->name_size = m->name_size;
    out->size = m->filter_count == 0 && r->pipe ? m->raw_size : m->stated;
    out->modified = INT64_MIN;
    out->trouble = m->trouble;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    pdf_reader *r = (pdf_reader *)reader;
    tt_pdf_stream *m = &r->member;

    (void)error;
    *got = 0;
    *trouble = m->trouble;
    if (!r->pipe)
        return TUTELA_OK;
    tt_pdf_pipe_read(r->pipe, buffer, size, got, trouble);
    r->given += *got;
    if (*got > 0 || trouble->status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    *trouble = m->spoilt;
    if (trouble->status == TUTELA_ITEM_CLEAR && m->stated != UINT64_MAX && m->stated != r->given)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"};
    return TUTELA_OK;
}

const tt_format tt_format_pdf = {"pdf", 0, begin, next, read_member, shut};

#endif
