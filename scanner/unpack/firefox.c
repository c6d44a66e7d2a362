/*
 * firefox: the reader of an entry of Firefox's cache (firefox.h): what was sent, named by its address; what
 * Firefox made of it; and the headers. What Brotli compressed is delivered as it is, and said so.
 */
#include "unpack/firefox.h"

#include "base/mem.h"
#include "unpack/cache.h"

#include <string.h>

#define PARTS 3u
#define PIECE 65536u

typedef struct part {
    const char *name; /* NULL: the address */
    uint64_t from, end;
} part;

typedef struct firefox_reader {
    tt_reader reader;
    tt_stream *stream;
    tt_firefox entry;
    size_t address, address_size; /* in the tail */
    part parts[PARTS];
    size_t next;
    uint64_t at; /* of the present part */
    int judged;  /* its last checksum was looked at */
    tt_part_stream sought;
    tt_firefox_sum sum; /* of the present chunk, up to `at` */
    tt_trouble ended;
    size_t tail_size;
    uint8_t tail[TT_FIREFOX_TAIL];
    uint8_t piece[PIECE];
} firefox_reader;

/* ---- What it is ---------------------------------------------------------------------------- */

/* Behind tags, each of which ends in a comma that is not doubled, stands a colon and then the address. */
static void find_address(firefox_reader *r)
{
    uint8_t *key = r->tail + r->entry.key;
    size_t size = r->entry.key_size, at = 0;

    while (at < size && key[at] != ':') {
        while (at < size && (key[at] != ',' || (at + 1 < size && key[at + 1] == ',')))
            at += key[at] == ',' ? 2 : 1;
        at++;
    }
    at = at + 1 < size ? at + 1 : 0;
    r->address = r->entry.key + at;
    r->address_size = size - at;
    for (size_t i = 0; i < size; i++)
        if (key[i] == 0)
            key[i] = '?'; /* no name holds it */
}

/* The last bytes, if they end an entry. */
static tutela_status look(tt_stream *stream, uint8_t *tail, size_t *size, tt_firefox *out, int *is,
                          tutela_error *error)
{
    size_t wanted = stream->size < TT_FIREFOX_TAIL ? (size_t)stream->size : TT_FIREFOX_TAIL;
    tt_trouble trouble;

    *is = 0;
    TT_TRY(tt_stream_read_at(stream, stream->size - wanted, tail, wanted, size, &trouble, error));
    if (*size == wanted)
        *is = tt_firefox_ends(tail, wanted, stream->size, out);
    return TUTELA_OK;
}

tutela_status tt_firefox_is(tt_stream *stream, int *is, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *tail = NULL;
    tt_trouble trouble;
    uint8_t last[4];
    tt_firefox f;
    size_t got;

    *is = 0;
    if (stream->size < sizeof last)
        return TUTELA_OK;
    TT_TRY(tt_stream_read_at(stream, stream->size - 4, last, sizeof last, &got, &trouble, error));
    if (got < sizeof last || !tt_firefox_may_end(last, stream->size))
        return TUTELA_OK;
    tail = tt_alloc_raw(TT_FIREFOX_TAIL, 1);
    if (!tail)
        return tt_no_memory(error);
    return look(stream, tail, &got, &f, is, error);
}

static void shut(tt_reader *reader)
{
    tt_free(reader);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    firefox_reader *r = tt_alloc_raw(1, sizeof *r);
    uint64_t facts;
    tutela_status status;
    int is;

    if (!r)
        return tt_no_memory(error);
    memset(r, 0, offsetof(firefox_reader, tail));
    r->reader.format = &tt_format_firefox;
    r->stream = stream;
    status = look(stream, r->tail, &r->tail_size, &r->entry, &is, error);
    if (status != TUTELA_OK || !is) {
        shut(&r->reader);
        return status;
    }
    find_address(r);
    facts = stream->size - r->tail_size + r->entry.facts;
    r->parts[0] = (part){NULL, 0, r->entry.body};
    r->parts[1] = (part){"alternative data", r->entry.body, r->entry.size};
    r->parts[2] = (part){"headers", facts, facts + r->entry.facts_size};
    r->ended = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (r->entry.body > 0 && tt_says_brotli(r->tail + r->entry.facts, r->entry.facts_size))
        r->ended = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    *out = &r->reader;
    return TUTELA_OK;
}

/* ---- Bytes, and their checksums ------------------------------------------------------------ */

/* A chunk is through, or all of them are: 1 when its checksum fits. */
static int fits(firefox_reader *r, uint64_t end)
{
    const uint8_t *stated = r->tail + r->entry.sums + 2 * ((end - 1) / TT_FIREFOX_CHUNK);
    uint32_t sum = tt_firefox_end(&r->sum) & 0xffff;

    r->sum = (tt_firefox_sum){0};
    return sum == ((uint32_t)stated[0] << 8 | stated[1]);
}

/* Where the chunk ends that the byte before `at` is in. */
static uint64_t chunk_end(const firefox_reader *r, uint64_t at)
{
    uint64_t end = (at + TT_FIREFOX_CHUNK - 1) / TT_FIREFOX_CHUNK * TT_FIREFOX_CHUNK;

    return end < r->entry.size ? end : r->entry.size;
}

/* These too belong to the chunk, and to another part. */
static tutela_status add(firefox_reader *r, uint64_t from, uint64_t end, tutela_error *error)
{
    tt_trouble trouble;
    size_t got = 1;

    for (; from < end && got > 0; from += got) {
        size_t some = end - from < PIECE ? (size_t)(end - from) : PIECE;
        TT_TRY(tt_stream_read_at(r->stream, from, r->piece, some, &got, &trouble, error));
        tt_firefox_add(&r->sum, r->piece, got);
    }
    return TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    firefox_reader *r = (firefox_reader *)reader;
    const part *p;

    while (r->next < PARTS && r->parts[r->next].from == r->parts[r->next].end)
        r->next++;
    *more = r->next < PARTS;
    if (!*more) {
        *trouble = r->ended;
        return TUTELA_OK;
    }
    p = &r->parts[r->next++];
    r->at = p->from;
    r->judged = p == &r->parts[2]; /* they were, when it was known */
    r->sum = (tt_firefox_sum){0};
    if (!r->judged)
        TT_TRY(add(r, p->from - p->from % TT_FIREFOX_CHUNK, p->from, error));
    tt_part_stream_init(&r->sought, r->stream, p->from, p->end - p->from);
    out->name = p->name ? (const uint8_t *)p->name : r->tail + r->address;
    out->name_size = p->name ? strlen(p->name) : r->address_size;
    out->size = p->end - p->from;
    out->stream = &r->sought.stream;
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    static const tt_trouble wrong = {TUTELA_ITEM_MALFORMED, "its checksum does not fit"};
    firefox_reader *r = (firefox_reader *)reader;
    const part *p = &r->parts[r->next - 1];
    int summed = p != &r->parts[2];
    uint64_t end = summed ? chunk_end(r, r->at + 1) : p->end;

    *got = 0;
    if (r->at == p->end) {
        if (r->judged)
            return TUTELA_OK;
        TT_TRY(add(r, r->at, chunk_end(r, r->at), error));
        if (!fits(r, r->at))
            *trouble = wrong;
        r->judged = 1;
        return TUTELA_OK;
    }
    if (end > p->end)
        end = p->end;
    if (size > end - r->at)
        size = (size_t)(end - r->at);
    TT_TRY(tt_stream_read_at(r->stream, r->at, buffer, size, got, trouble, error));
    r->at += *got;
    if (*got == 0 && trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    if (!summed)
        return TUTELA_OK;
    tt_firefox_add(&r->sum, buffer, *got);
    r->judged = r->at == chunk_end(r, r->at);
    if (r->judged && *got > 0 && !fits(r, r->at))
        *trouble = wrong;
    return TUTELA_OK;
}

const tt_format tt_format_firefox = {"firefox cache", TT_SEEKS, begin, next, read_member, shut};
