/*
 * cache: one entry of Chromium's simple cache: what a server sent, and its headers.
 *
 * A file NAME_0 holds the body and then the headers, NAME_1 what else was kept, NAME_s parts of a body
 * that was asked for in parts, films above all. Each begins with a head and the key, which ends in the
 * address; each stream is followed by its end, with a checksum. Layout: net/disk_cache/simple of
 * Chromium, simple_entry_format.h. What Brotli compressed is delivered as it is, and said so.
 */
#include "unpack/cache.h"
#include "unpack/crc.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>
#include <strings.h>

#define HEAD_BYTES 24u
#define END_BYTES 24u
#define RANGE_BYTES 32u
#define KEY_HASH_BYTES 32u
#define END_SIGN UINT64_C(0xf4fa6f45970d41d8)
#define RANGE_SIGN UINT64_C(0xeb97bf016553676b)
#define HAS_CRC 1u
#define HAS_KEY_HASH 2u
/* A URL has some hundred bytes, and two MiB at most in Chromium; of a longer one the end is kept. */
#define KEY_MAX 8192u
/* Parts of one body: Chromium asks for ranges of a MiB or so, of at most some GiB. */
#define RANGES_MAX 65536u
/* Headers that are looked at for how the body is compressed: a server sends 256 KiB at most. */
#define HEADERS_MAX ((size_t)1 << 18)

/* Bytes in one piece, in the file. */
typedef struct part {
    uint64_t at;     /* in the file */
    uint64_t size;
    uint64_t offset; /* in the body */
    uint32_t crc;
    int summed;
    int headers;     /* a member of its own, with that name */
} part;

typedef struct cache_reader {
    tt_reader reader;
    tt_stream *stream;
    part *parts; /* members one after another; one whose offset is where another ends goes on with it */
    size_t count, room;
    size_t next; /* the first part of the next member */
    size_t now, last; /* parts of the present one */
    uint64_t done;    /* bytes of parts[now] */
    uint32_t crc;
    tt_trouble ended;
    char key[KEY_MAX + 32];
    size_t address, key_size;
    char name[KEY_MAX + 64];
} cache_reader;

static void end_with(cache_reader *r, tt_trouble trouble)
{
    if (r->ended.status == TUTELA_ITEM_CLEAR)
        r->ended = trouble;
}

/* *good is 0, and that said, when the bytes are not all there. */
static tutela_status fetch(cache_reader *r, uint64_t at, void *out, size_t size, int *good,
                           tutela_error *error)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    size_t got;

    TT_TRY(tt_stream_read_at(r->stream, at, out, size, &got, &trouble, error));
    *good = got == size;
    if (!*good && trouble.status != TUTELA_ITEM_CLEAR)
        end_with(r, trouble);
    else if (!*good)
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
    return TUTELA_OK;
}

static tutela_status add_part(cache_reader *r, part p, tutela_error *error)
{
    if (tt_grow((void **)&r->parts, &r->room, r->count, sizeof *r->parts) < 0)
        return tt_no_memory(error);
    r->parts[r->count++] = p;
    return TUTELA_OK;
}

/* ---- A body, and its headers --------------------------------------------------------------- */

typedef struct end_record {
    uint32_t flags, crc, size;
    int good;
} end_record;

static tutela_status read_end(cache_reader *r, uint64_t at, end_record *out, tutela_error *error)
{
    uint8_t bytes[END_BYTES];

    *out = (end_record){0};
    TT_TRY(fetch(r, at, bytes, sizeof bytes, &out->good, error));
    if (out->good && (tt_load64(bytes) != END_SIGN || tt_load32(bytes + 8) > 3)) {
        out->good = 0;
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing"});
    }
    out->flags = tt_load32(bytes + 8);
    out->crc = tt_load32(bytes + 12);
    out->size = tt_load32(bytes + 16);
    return TUTELA_OK;
}

static part part_of(uint64_t at, uint64_t size, const end_record *end, int headers)
{
    return (part){.at = at, .size = size, .crc = end->crc, .summed = end->flags & HAS_CRC,
                  .headers = headers};
}

/* From its last end record to the front; `begin`: where the first stream does. */
static tutela_status find_streams(cache_reader *r, uint64_t begin, tutela_error *error)
{
    uint64_t size = r->stream->size, last, before;
    end_record end;

    if (size < begin + END_BYTES) {
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"});
        return TUTELA_OK;
    }
    TT_TRY(read_end(r, size - END_BYTES, &end, error));
    if (!end.good)
        return TUTELA_OK;
    before = END_BYTES + (end.flags & HAS_KEY_HASH ? KEY_HASH_BYTES : 0) + (uint64_t)end.size;
    if (before > size - begin) {
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"});
        return TUTELA_OK;
    }
    last = size - before;
    if (last == begin) /* the only stream of its file */
        return add_part(r, part_of(begin, end.size, &end, 0), error);
    if (last - begin < END_BYTES) {
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"});
        return TUTELA_OK;
    }
    part headers = part_of(last, end.size, &end, 1);
    TT_TRY(read_end(r, last - END_BYTES, &end, error));
    if (end.good && end.size != last - END_BYTES - begin)
        end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"});
    if (end.good)
        TT_TRY(add_part(r, part_of(begin, last - END_BYTES - begin, &end, 0), error));
    return add_part(r, headers, error);
}

/* ---- Parts of a body ----------------------------------------------------------------------- */

/* The parts in the order of the body; they mostly lie so, and few are out of place. */
static void sort_parts(cache_reader *r)
{
    for (size_t gap = r->count; gap > 1;) {
        gap = gap == 2 ? 1 : gap * 5 / 11;
        for (size_t i = gap; i < r->count; i++) {
            part moved = r->parts[i];
            size_t to = i;
            for (; to >= gap && r->parts[to - gap].offset > moved.offset; to -= gap)
                r->parts[to] = r->parts[to - gap];
            r->parts[to] = moved;
        }
    }
}

static tutela_status find_ranges(cache_reader *r, uint64_t at, tutela_error *error)
{
    uint8_t bytes[RANGE_BYTES];
    uint64_t size = r->stream->size;
    int good = 1;
    part p;

    while (at < size && r->count < RANGES_MAX) {
        TT_TRY(fetch(r, at, bytes, sizeof bytes, &good, error));
        at += RANGE_BYTES;
        p = (part){.at = at, .offset = tt_load64(bytes + 8), .size = tt_load64(bytes + 16),
                   .crc = tt_load32(bytes + 24)};
        p.summed = p.crc != 0; /* 0: it was written in pieces, of which none has a checksum */
        if (!good || tt_load64(bytes) != RANGE_SIGN || p.offset > INT64_MAX || p.size > size - at) {
            end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged or cut off"});
            break;
        }
        at += p.size;
        if (p.size > 0)
            TT_TRY(add_part(r, p, error));
    }
    if (r->count == RANGES_MAX && at < size)
        end_with(r, (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"});
    sort_parts(r);
    for (size_t i = 1; i < r->count; i++)
        if (r->parts[i - 1].offset + r->parts[i - 1].size > r->parts[i].offset)
            end_with(r, (tt_trouble){TUTELA_ITEM_MALFORMED, "its parts overlap"});
    return TUTELA_OK;
}

/* ---- The reader ---------------------------------------------------------------------------- */

/* Headers, lines that end in NUL, that say br: 1. */
int tt_says_brotli(const uint8_t *text, size_t size)
{
    static const char field[] = "content-encoding:";
    size_t length = sizeof field - 1;

    for (size_t i = 0; i + length < size; i++) {
        if ((text[i] | 32) != 'c' || strncasecmp((const char *)text + i, field, length) != 0)
            continue;
        for (i += length; i + 1 < size && text[i] != 0 && text[i] != '\n'; i++)
            if ((text[i] | 32) == 'b' && (text[i + 1] | 32) == 'r')
                return 1;
    }
    return 0;
}

static tutela_status look_at_headers(cache_reader *r, tutela_error *error)
{
    const part *p = &r->parts[r->count - 1];
    size_t size = p->size < HEADERS_MAX ? (size_t)p->size : HEADERS_MAX;
    TT_AUTO_FREE uint8_t *text = tt_alloc_raw(size + 1, 1);
    int good;

    if (!text)
        return tt_no_memory(error);
    TT_TRY(fetch(r, p->at, text, size, &good, error));
    if (good && tt_says_brotli(text, size))
        end_with(r, (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"});
    return TUTELA_OK;
}

static tutela_status parse(cache_reader *r, tutela_error *error)
{
    uint8_t head[HEAD_BYTES], sign[8] = {0};
    uint64_t begin, key;
    size_t kept;
    int good;

    TT_TRY(fetch(r, 0, head, sizeof head, &good, error));
    if (!good)
        return TUTELA_OK;
    key = tt_load32(head + 12);
    begin = HEAD_BYTES + key;
    kept = key < KEY_MAX ? (size_t)key : KEY_MAX;
    TT_TRY(fetch(r, begin - kept, r->key, kept, &good, error));
    if (!good)
        return TUTELA_OK;
    r->key_size = kept;
    for (size_t i = 0; i < kept; i++) {
        if (r->key[i] == ' ')
            r->address = i + 1;
        if (r->key[i] == 0)
            r->key[i] = '?'; /* no name holds it */
    }
    if (r->stream->size >= begin + RANGE_BYTES)
        TT_TRY(fetch(r, begin, sign, sizeof sign, &good, error));
    if (tt_load64(sign) == RANGE_SIGN)
        return find_ranges(r, begin, error);
    TT_TRY(find_streams(r, begin, error));
    if (r->count > 0 && r->parts[r->count - 1].headers)
        return look_at_headers(r, error);
    return TUTELA_OK;
}

static void shut(tt_reader *reader)
{
    cache_reader *r = (cache_reader *)reader;

    if (!r)
        return;
    tt_free(r->parts);
    tt_free(r);
}

extern const tt_format tt_format_cache;

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    cache_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_cache;
    r->stream = stream;
    r->ended = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    status = parse(r, error);
    if (status != TUTELA_OK)
        shut(&r->reader);
    else
        *out = &r->reader;
    return status;
}

/* The address; of what does not begin at its front, with where it does. */
static void name_member(cache_reader *r, const part *p, tt_member *out)
{
    static const char headers[] = "headers";
    size_t size = r->key_size - r->address;
    char digits[24];
    size_t at = sizeof digits;

    memcpy(r->name, r->key + r->address, size);
    if (p->offset > 0) {
        for (uint64_t left = p->offset; left > 0; left /= 10)
            digits[--at] = (char)('0' + left % 10);
        digits[--at] = '@';
        memcpy(r->name + size, digits + at, sizeof digits - at);
        size += sizeof digits - at;
    }
    out->name = (const uint8_t *)(p->headers ? headers : r->name);
    out->name_size = p->headers ? sizeof headers - 1 : size;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    cache_reader *r = (cache_reader *)reader;
    const part *p;

    (void)error;
    while (r->next < r->count && r->parts[r->next].size == 0)
        r->next++;
    *more = r->next < r->count;
    if (!*more) {
        *trouble = r->ended;
        return TUTELA_OK;
    }
    p = &r->parts[r->next];
    out->size = p->size;
    r->now = r->last = r->next;
    while (!p->headers && r->last + 1 < r->count && !r->parts[r->last + 1].headers
           && r->parts[r->last].offset + r->parts[r->last].size == r->parts[r->last + 1].offset)
        out->size += r->parts[++r->last].size;
    r->next = r->last + 1;
    r->done = 0;
    r->crc = 0;
    out->modified = INT64_MIN;
    out->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    name_member(r, p, out);
    return TUTELA_OK;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    cache_reader *r = (cache_reader *)reader;
    const part *p = &r->parts[r->now];

    *got = 0;
    if (r->done == p->size) {
        if (p->summed && r->crc != p->crc) {
            *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "its checksum does not fit"};
            return TUTELA_OK;
        }
        if (r->now == r->last)
            return TUTELA_OK;
        p = &r->parts[++r->now];
        r->done = 0;
        r->crc = 0;
    }
    if (size > p->size - r->done)
        size = (size_t)(p->size - r->done);
    TT_TRY(tt_stream_read_at(r->stream, p->at + r->done, buffer, size, got, trouble, error));
    r->crc = tt_crc32(r->crc, buffer, *got);
    r->done += *got;
    if (*got == 0 && trouble->status == TUTELA_ITEM_CLEAR)
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    return TUTELA_OK;
}

const tt_format tt_format_cache = {"chromium cache", TT_SEEKS, begin, next, read_member, shut};
