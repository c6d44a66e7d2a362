/*
 * warc: what a crawler fetched, one member for each record that has bytes (ISO 28500).
 *
 * Of an HTTP message the body is the member, without the chunks it was sent in; of any other record all of
 * it. Records are found by the lengths they state; behind each there must be two ends of lines, and then
 * another record or nothing.
 */
#include "unpack/reader.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

/* Also the longest line: cookies and policies go to some KiB, a record's address to as many. */
#define WINDOW ((size_t)1 << 16)

#define LAST_CHUNK 5u /* bytes: "0", and two ends of lines */

typedef struct warc_reader {
    tt_reader reader;
    tt_stream *stream;
    int drained;
    tt_trouble source;
    tt_trouble ended;
    int through;
    int begun;        /* a record was */
    /* The record. */
    uint64_t left;    /* bytes of it not taken yet */
    int http;         /* by its type of content */
    int response;     /* by its type of record */
    int continued;
    int sized;        /* it stated its length */
    char uri[TT_NAME_MAX];
    size_t uri_size;
    /* Its message. */
    int chunked;
    int unchunked;    /* it says that there are chunks, and there are none */
    uint64_t chunk;   /* bytes of the present chunk not taken yet */
    int last_chunk;
    uint8_t tail[LAST_CHUNK]; /* of what was taken */
    tt_trouble spoilt;
    size_t at, size;  /* of the window */
    uint8_t window[WINDOW];
} warc_reader;

static const tt_trouble clear = {TUTELA_ITEM_CLEAR, ""};

/* ---- Bytes --------------------------------------------------------------------------------- */

/* Have `want` bytes in the window, or as many as there are. */
static tutela_status look(warc_reader *r, size_t want, tutela_error *error)
{
    size_t got = 1;

    if (r->size - r->at < want && r->at > 0) {
        memmove(r->window, r->window + r->at, r->size - r->at);
        r->size -= r->at;
        r->at = 0;
    }
    while (r->size - r->at < want && !r->drained) {
        got = 0;
        TT_TRY(r->stream->ops->read(r->stream, r->window + r->size, WINDOW - r->size, &got,
                                    &r->source, error));
        r->size += got;
        r->drained = got == 0 || r->source.status != TUTELA_ITEM_CLEAR;
    }
    return TUTELA_OK;
}

/*
 * The next line of at most `most` bytes, borrowed until the next call, without its end. *good is 0 when
 * there is none.
 */
static tutela_status take_line(warc_reader *r, uint64_t most, const char **line, size_t *size,
                               int *good, tutela_error *error)
{
    const uint8_t *end = NULL;
    size_t have = 0, before;

    do {
        before = have;
        TT_TRY(look(r, have < WINDOW ? have + 1 : WINDOW, error));
        have = r->size - r->at < most ? r->size - r->at : (size_t)most;
        end = memchr(r->window + r->at, '\n', have);
    } while (!end && have > before);
    *good = end != NULL;
    if (!end)
        return TUTELA_OK;
    *line = (const char *)r->window + r->at;
    *size = (size_t)(end - (r->window + r->at));
    r->at += *size + 1;
    if (*size > 0 && (*line)[*size - 1] == '\r')
        --*size;
    return TUTELA_OK;
}

static tt_trouble cut_off(const warc_reader *r)
{
    return r->source.status != TUTELA_ITEM_CLEAR ? r->source
                                                 : (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
}

/* What stays, unless something was there before. */
static void end_with(warc_reader *r, tt_trouble trouble)
{
    if (r->ended.status == TUTELA_ITEM_CLEAR)
        r->ended = trouble;
}

/* Out with this, and nothing more after it. */
static void give_up(warc_reader *r, const char *why)
{
    r->ended = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
    if (r->drained && r->at == r->size)
        r->ended = cut_off(r);
    r->through = 1;
}

/* ---- Headers ------------------------------------------------------------------------------- */

/* The value of a line "NAME: value", when that is its name. */
static const char *value_of(const char *line, size_t size, const char *name, size_t *length)
{
    size_t at = strlen(name);

    if (size <= at || strncasecmp(line, name, at) != 0 || line[at] != ':')
        return NULL;
    for (at++; at < size && (line[at] == ' ' || line[at] == '\t'); at++)
        ;
    while (size > at && (line[size - 1] == ' ' || line[size - 1] == '\t'))
        size--;
    *length = size - at;
    return line + at;
}

/* As any line of a head must be: two that run into each other are not. */
static int is_text_line(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)line[i] < 32 && line[i] != '\t')
            return 0;
    return size > 0;
}

/* A field, or the next line of one. */
static int is_field(const char *line, size_t size)
{
    if (!is_text_line(line, size))
        return 0;
    return line[0] == ' ' || line[0] == '\t' || memchr(line, ':', size) != NULL;
}

static void note_record(warc_reader *r, const char *line, size_t size, int *bad)
{
    const char *value;
    size_t length;

    if ((value = value_of(line, size, "Content-Length", &length))) {
        *bad |= r->sized || tt_number_parse(value, length, &r->left) < 0;
        r->sized = 1;
    } else if ((value = value_of(line, size, "Content-Type", &length))) {
        r->http = length >= 16 && strncasecmp(value, "application/http", 16) == 0;
    } else if ((value = value_of(line, size, "WARC-Type", &length))) {
        r->response = length == 8 && strncasecmp(value, "response", 8) == 0;
    } else if ((value = value_of(line, size, "WARC-Segment-Number", &length))) {
        r->continued = 1;
    } else if ((value = value_of(line, size, "WARC-Target-URI", &length))) {
        /* Some write it in <>. */
        if (length > 1 && value[0] == '<' && value[length - 1] == '>') {
            value++;
            length -= 2;
        }
        r->uri_size = length < sizeof r->uri ? length : sizeof r->uri;
        memcpy(r->uri, value, r->uri_size);
    }
}

/* The fields of a record, and the empty line behind them. */
static tutela_status read_fields(warc_reader *r, int *good, tutela_error *error)
{
    const char *line = NULL;
    size_t size = 0;
    int bad = 0;

    while (*good) {
        TT_TRY(take_line(r, WINDOW, &line, &size, good, error));
        if (*good && size == 0)
            break;
        *good = *good && is_field(line, size);
        if (*good)
            note_record(r, line, size, &bad);
    }
    *good = *good && !bad && r->sized;
    return TUTELA_OK;
}

/* The head of the next record; r->through when there is none. */
static tutela_status begin_record(warc_reader *r, tutela_error *error)
{
    const char *line = NULL;
    size_t size = 0;
    int good;

    r->left = 0;
    r->uri_size = 0;
    r->http = r->response = r->continued = r->sized = 0;
    TT_TRY(look(r, 1, error));
    if (r->begun && r->at == r->size) {
        end_with(r, r->source);
        r->through = 1;
        return TUTELA_OK;
    }
    TT_TRY(take_line(r, WINDOW, &line, &size, &good, error));
    good = good && size > 5 && memcmp(line, "WARC/", 5) == 0;
    TT_TRY(read_fields(r, &good, error));
    if (!good)
        give_up(r, "a header that is not in order");
    else if (r->continued)
        end_with(r, (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"});
    r->begun = 1;
    return TUTELA_OK;
}

/* A line of the record. */
static tutela_status record_line(warc_reader *r, const char **line, size_t *size, int *good,
                                 tutela_error *error)
{
    TT_TRY(take_line(r, r->left, line, size, good, error));
    if (*good) /* its end is one byte, or two */
        r->left -= *size + 1 + ((*line)[*size] == '\r');
    return TUTELA_OK;
}

/* The head of an HTTP message. *good is 0 when it is none. */
static tutela_status read_message(warc_reader *r, int *good, tutela_error *error)
{
    const char *line = NULL, *value;
    size_t size = 0, length;

    TT_TRY(record_line(r, &line, &size, good, error)); /* "HTTP/1.1 200 OK", "GET / HTTP/1.1" */
    *good = *good && is_text_line(line, size);
    while (*good) {
        TT_TRY(record_line(r, &line, &size, good, error));
        if (*good && size == 0)
            return TUTELA_OK;
        *good = *good && is_field(line, size);
        if (*good && (value = value_of(line, size, "Transfer-Encoding", &length)))
            r->chunked = length >= 7 && strncasecmp(value + length - 7, "chunked", 7) == 0;
    }
    return TUTELA_OK;
}

/* ---- Chunks -------------------------------------------------------------------------------- */

/* The size that a chunk's first line states. */
static int chunk_size(const char *line, size_t size, uint64_t *out)
{
    size_t digits = 0;

    *out = 0;
    for (; digits < size && digits < 15; digits++) {
        const char *hex = "0123456789abcdef", *at = memchr(hex, line[digits] | 32, 16);
        if (!at || line[digits] < '0')
            break;
        *out = *out << 4 | (uint64_t)(at - hex);
    }
    return digits > 0 && (digits == size || line[digits] == ';' || line[digits] == ' ');
}

/* Some take the chunks away, and leave the header that tells of them. What is damaged looks alike. */
static tutela_status look_for_chunks(warc_reader *r, tutela_error *error)
{
    uint64_t first;
    const uint8_t *end;
    size_t have;

    TT_TRY(look(r, 64, error));
    have = r->size - r->at < 64 ? r->size - r->at : 64;
    if (have > r->left)
        have = (size_t)r->left;
    end = memchr(r->window + r->at, '\r', have);
    r->chunked = end != NULL
                 && chunk_size((const char *)r->window + r->at,
                               (size_t)(end - (r->window + r->at)), &first);
    r->unchunked = !r->chunked;
    return TUTELA_OK;
}

/* On to the next chunk; behind the last one only fields may follow. */
static tutela_status next_chunk(warc_reader *r, int first, tutela_error *error)
{
    const char *line = NULL;
    size_t size = 0;
    int good = 1;

    if (!first)
        TT_TRY(record_line(r, &line, &size, &good, error));
    if (good && size == 0)
        TT_TRY(record_line(r, &line, &size, &good, error));
    else
        good = 0;
    if (!good || !chunk_size(line, size, &r->chunk) || r->chunk > r->left) {
        r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged or cut off"};
        r->chunk = 0;
        r->last_chunk = 1;
        return TUTELA_OK;
    }
    r->last_chunk = r->chunk == 0;
    while (r->last_chunk && r->left > 0 && good) {
        TT_TRY(record_line(r, &line, &size, &good, error));
        if (!good || (size > 0 && !is_field(line, size)) || (size == 0 && r->left > 0))
            r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, "bytes after its end"};
    }
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

static void note_tail(warc_reader *r, const uint8_t *data, size_t size)
{
    size_t keep = size < LAST_CHUNK ? LAST_CHUNK - size : 0;

    memmove(r->tail, r->tail + LAST_CHUNK - keep, keep);
    if (size > 0)
        memcpy(r->tail + keep, data + size - (LAST_CHUNK - keep), LAST_CHUNK - keep);
    if (r->left == 0 && r->unchunked && memcmp(r->tail, "0\r\n\r\n", LAST_CHUNK) == 0)
        r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged"};
}

/* Up to `size` bytes of the record, but no more than `most`. */
static tutela_status take_bytes(warc_reader *r, uint64_t most, void *buffer, size_t size, size_t *got,
                                tutela_error *error)
{
    TT_TRY(look(r, 1, error));
    *got = r->size - r->at < size ? r->size - r->at : size;
    if (*got > most)
        *got = (size_t)most;
    memcpy(buffer, r->window + r->at, *got);
    r->at += *got;
    r->left -= *got;
    note_tail(r, buffer, *got);
    if (*got == 0 && most > 0)
        r->spoilt = cut_off(r);
    return TUTELA_OK;
}

/* What of the record was not read, and what must follow it. */
static tutela_status end_record(warc_reader *r, tutela_error *error)
{
    uint8_t scratch[4096];
    size_t got = 1;

    while (r->left > 0 && got > 0)
        TT_TRY(take_bytes(r, r->left, scratch, sizeof scratch, &got, error));
    TT_TRY(look(r, 4, error));
    if (r->left > 0 || r->size - r->at < 4) {
        r->ended = cut_off(r);
        r->through = 1;
    } else if (memcmp(r->window + r->at, "\r\n\r\n", 4) != 0) {
        give_up(r, "damaged");
    }
    r->at += r->through ? 0 : 4;
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

extern const tt_format tt_format_warc;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    warc_reader *r = tt_alloc(1, sizeof *r);

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_warc;
    r->stream = stream;
    r->source = r->ended = r->spoilt = clear;
    *out = &r->reader;
    return TUTELA_OK;
}

/* Up to the bytes that a record's member has. *any is 0 when there are none. */
static tutela_status begin_member(warc_reader *r, int *any, tutela_error *error)
{
    int good = 1;

    r->chunked = r->unchunked = r->last_chunk = 0;
    r->chunk = 0;
    r->spoilt = clear;
    TT_TRY(look(r, 5, error));
    if (r->http || (r->response && r->size - r->at >= 5
                    && memcmp(r->window + r->at, "HTTP/", 5) == 0))
        TT_TRY(read_message(r, &good, error));
    if (!good)
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "a header that is not in order"});
    if (good && r->chunked)
        TT_TRY(look_for_chunks(r, error));
    if (good && r->chunked)
        TT_TRY(next_chunk(r, 1, error));
    *any = good && (r->chunked ? r->chunk : r->left) > 0;
    if (!*any)
        end_with(r, r->spoilt);
    return TUTELA_OK;
}

/* The next record that has bytes. */
static tutela_status find(warc_reader *r, tutela_error *error)
{
    int any = 0;

    while (!any) {
        if (r->begun && !r->through)
            TT_TRY(end_record(r, error));
        if (!r->through)
            TT_TRY(begin_record(r, error));
        if (r->through)
            return TUTELA_OK;
        if (r->left > 0)
            TT_TRY(begin_member(r, &any, error));
    }
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    warc_reader *r = (warc_reader *)reader;

    TT_TRY(find(r, error));
    *more = !r->through;
    *trouble = r->ended;
    if (r->through)
        return TUTELA_OK;
    *out = (tt_member){.name = (const uint8_t *)r->uri, .name_size = r->uri_size,
                       .size = r->chunked ? TT_SIZE_UNKNOWN : r->left, .modified = INT64_MIN,
                       .trouble = clear};
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    warc_reader *r = (warc_reader *)reader;

    *got = 0;
    if (!r->chunked) {
        TT_TRY(take_bytes(r, r->left, buffer, size, got, error));
    } else if (r->chunk > 0) {
        TT_TRY(take_bytes(r, r->chunk, buffer, size, got, error));
        r->chunk -= *got;
        if (r->chunk == 0)
            TT_TRY(next_chunk(r, 0, error));
    }
    if (*got == 0)
        *trouble = r->spoilt;
    return TUTELA_OK;
}

const tt_format tt_format_warc = {"warc", 0, begin, next, read_member, shut};
