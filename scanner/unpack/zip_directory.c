/*
 * zip_directory: see zip_directory.h.
 */
#include "unpack/zip_inner.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define END_SIZE 22u         /* of the last record, whose comment is up to 65,535 bytes more */
#define TAIL_MAX (END_SIZE + 65535u)
#define LOCATOR_SIZE 20u
#define END64_SIZE 56u
#define ENTRY_SIZE 46u
_Static_assert(TT_ZIP_ENDS == END64_SIZE + LOCATOR_SIZE + END_SIZE, "room for the three");

#define ENTRIES_MAX 8000000u /* 320 MB of memory here, and more in libarchive */

/* Places that are looked at to see from where a directory's offsets count. */
#define PLACES_TRIED 8u

/* ---- Its end ------------------------------------------------------------------------------- */

/* What the end record, or its larger form, says of the directory. */
typedef struct ending {
    uint64_t count, size, offset;
    uint64_t start; /* where the directory lies, by its size */
    uint64_t limit; /* where it ends */
    int large;      /* `count` is not cut to 16 bits */
} ending;

/* The last end record in the tail. Its place, or UINT64_MAX. */
static tutela_status find_end(tt_zip_view *v, uint64_t *place)
{
    uint64_t size = v->stream->size;
    uint64_t from = size > TAIL_MAX ? size - TAIL_MAX : 0;
    const uint8_t *at;

    *place = UINT64_MAX;
    for (uint64_t p = size >= END_SIZE ? size - END_SIZE : 0; size >= END_SIZE; p--) {
        /* The window must end here, not begin: reading goes backwards. */
        uint64_t window = p + END_SIZE > TT_ZIP_WINDOW ? p + END_SIZE - TT_ZIP_WINDOW : 0;
        if (v->size == 0 || p < v->at)
            TT_TRY(tt_zip_look(v, window, 1, &at));
        TT_TRY(tt_zip_look(v, p, END_SIZE, &at));
        if (at && memcmp(at, "PK\5\6", 4) == 0) {
            *place = p;
            return TUTELA_OK;
        }
        if (p == from)
            return TUTELA_OK;
    }
    return TUTELA_OK;
}

/* The end record at `place`, and the larger one before it if there is one. */
static tutela_status read_end(tt_zip_view *v, uint64_t place, ending *out)
{
    const uint8_t *at;
    uint64_t before = place, place64;

    TT_TRY(tt_zip_look(v, place, END_SIZE, &at));
    if (!at)
        return TUTELA_OK;
    *out = (ending){tt_load16(at + 10), tt_load32(at + 12), tt_load32(at + 16), 0, 0, 0};
    if (place >= LOCATOR_SIZE) {
        TT_TRY(tt_zip_look(v, place - LOCATOR_SIZE, LOCATOR_SIZE, &at));
        if (at && memcmp(at, "PK\6\7", 4) == 0) {
            place64 = tt_load64(at + 8);
            TT_TRY(tt_zip_look(v, place64, END64_SIZE, &at));
            if (!at || memcmp(at, "PK\6\6", 4) != 0) {
                /* Offsets may count from where the zip began in a longer file. */
                place64 = place >= LOCATOR_SIZE + END64_SIZE ? place - LOCATOR_SIZE - END64_SIZE : 0;
                TT_TRY(tt_zip_look(v, place64, END64_SIZE, &at));
            }
            if (at && memcmp(at, "PK\6\6", 4) == 0) {
                *out = (ending){tt_load64(at + 32), tt_load64(at + 40), tt_load64(at + 48), 0, 0, 1};
                before = place64;
            }
        }
    }
    out->start = out->size <= before ? before - out->size : 0;
    out->limit = before;
    return TUTELA_OK;
}

/* ---- Its entries --------------------------------------------------------------------------- */

/* The wide numbers of an entry's extra field 1, for those that are all ones in its record. */
static void widen(const uint8_t *extra, size_t size, uint32_t plain, uint64_t *bytes,
                  uint64_t *place)
{
    tt_cursor c = tt_cursor_over(extra, size);

    while (tt_cursor_left(&c) >= 4) {
        unsigned tag = tt_cursor_u16(&c), length = tt_cursor_u16(&c);
        tt_cursor field = tt_cursor_part(&c, c.at, length);
        tt_cursor_skip(&c, length);
        if (tag != 1 || field.failed)
            continue;
        if (plain == UINT32_MAX)
            (void)tt_cursor_u64(&field);
        if (*bytes == UINT32_MAX)
            *bytes = tt_cursor_u64(&field);
        if (*place == UINT32_MAX)
            *place = tt_cursor_u64(&field);
        return;
    }
}

/* Where the next record begins, from *at to before `end`; `end`: nowhere. */
static tutela_status find_record(tt_zip_view *v, uint64_t *at, uint64_t end)
{
    const uint8_t *data, *found;

    if (end > *at && end - *at > TT_ZIP_SCAN_MAX)
        end = *at + TT_ZIP_SCAN_MAX;
    while (*at + ENTRY_SIZE <= end) {
        size_t size = end - *at < TT_ZIP_WINDOW ? (size_t)(end - *at) : TT_ZIP_WINDOW;
        TT_TRY(tt_zip_look(v, *at, size, &data));
        found = data ? memmem(data, size, "PK\1\2", 4) : NULL;
        if (found) {
            *at += (uint64_t)(found - data);
            return TUTELA_OK;
        }
        *at += size - 3; /* the sign may lie across the window's end */
    }
    *at = end;
    return TUTELA_OK;
}

/*
 * No record stands at *at, though there should be one: the one before is not as long as it says, and nothing
 * else it says is believed. What such a one told of is found by its own header.
 */
static tutela_status pass_damage(tt_zip_directory *d, tt_zip_view *v, uint64_t *at, uint64_t end)
{
    tt_zip_complain(d, "its directory is damaged");
    if (d->count > 0 && d->entries[d->count - 1].name >= d->damaged)
        *at = d->entries[--d->count].name + 4;
    TT_TRY(find_record(v, at, end));
    d->damaged = *at;
    return TUTELA_OK;
}

static int is_record(const uint8_t *at)
{
    return at && memcmp(at, "PK\1\2", 4) == 0;
}

/* Is what stands at `at` the directory's end, as far as can be told? */
static tutela_status is_end(const tt_zip_directory *d, tt_zip_view *v, uint64_t at, const ending *end, int *out)
{
    const uint8_t *sign;

    *out = at == end->limit;
    if (*out || at > end->limit)
        return TUTELA_OK;
    TT_TRY(tt_zip_look(v, at, 4, &sign));
    *out = !is_record(sign)
           && ((end->large ? d->count : d->count & 0xffff) == end->count || (sign && memcmp(sign, "PK\5\5", 4) == 0));
    return TUTELA_OK;
}

/* The file types that bytes can be of, in a directory that has the numbers of Unix. */
static int is_odd(const uint8_t *record)
{
    unsigned type = record[41] >> 4;

    return record[5] == 3 && type != 0 && type != 4 && type != 8 && type != 10
           && tt_load32(record + 20) > 0;
}

/* The record at *at, and *at behind it; *more is 0 when there is none. */
static tutela_status read_entry(tt_zip_directory *d, tt_zip_view *v, uint64_t *at, const ending *end,
                                uint64_t shift, int *more)
{
    const uint8_t *record, *extra;
    size_t name, more_bytes, comment;
    int over;
    tt_zip_entry e;

    *more = 0;
    TT_TRY(is_end(d, v, *at, end, &over));
    if (over)
        return TUTELA_OK;
    TT_TRY(tt_zip_look(v, *at, ENTRY_SIZE, &record));
    if (*at > end->limit || !is_record(record)) {
        TT_TRY(pass_damage(d, v, at, end->limit));
        TT_TRY(tt_zip_look(v, *at, ENTRY_SIZE, &record));
    }
    if (*at >= end->limit || !is_record(record))
        return TUTELA_OK;
    name = tt_load16(record + 28);
    more_bytes = tt_load16(record + 30);
    comment = tt_load16(record + 32);
    e = (tt_zip_entry){.place = tt_load32(record + 42), .bytes = tt_load32(record + 20), .name = *at,
                .crc = tt_load32(record + 16), .plain = tt_load32(record + 24),
                .name_size = (uint16_t)name, .method = tt_load16(record + 10),
                .locked = record[8] & 1, .odd = (uint16_t)is_odd(record)};
    if (more_bytes > 0) {
        uint32_t plain = tt_load32(record + 24);
        TT_TRY(tt_zip_look(v, *at + ENTRY_SIZE + name, more_bytes, &extra));
        if (extra)
            widen(extra, more_bytes, plain, &e.bytes, &e.place);
    }
    e.place += shift;
    *at += ENTRY_SIZE + name + more_bytes + comment;
    if (d->count == ENTRIES_MAX) {
        d->trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "more members than a zip is read with"};
        return TUTELA_OK;
    }
    if (tt_grow((void **)&d->entries, &d->room, (size_t)d->count, sizeof *d->entries) < 0)
        return tt_no_memory(v->error);
    d->entries[d->count++] = e;
    *more = 1;
    return TUTELA_OK;
}

static int by_place(const void *a, const void *b)
{
    uint64_t x = ((const tt_zip_entry *)a)->place, y = ((const tt_zip_entry *)b)->place;

    return (x > y) - (x < y);
}

/* Where the directory lies, should its size be wrong and its offset right. */
static tutela_status correct_start(tt_zip_view *v, ending *end)
{
    const uint8_t *at;

    TT_TRY(tt_zip_look(v, end->start, 4, &at));
    if (end->count == 0 || is_record(at) || end->offset >= end->limit)
        return TUTELA_OK;
    TT_TRY(tt_zip_look(v, end->offset, 4, &at));
    if (is_record(at))
        end->start = end->offset;
    return TUTELA_OK;
}

/* How many of some members stand where they are said to, `shift` bytes before that. */
static tutela_status count_there(const tt_zip_directory *d, tt_zip_view *v, uint64_t shift, unsigned *out)
{
    const uint8_t *at;

    *out = 0;
    for (uint64_t i = 0; i < d->count && i < PLACES_TRIED; i++) {
        uint64_t place = d->entries[i].place - shift;
        TT_TRY(tt_zip_look(v, place, TT_ZIP_LOCAL, &at));
        *out += at && memcmp(at, "PK\3\4", 4) == 0;
    }
    return TUTELA_OK;
}

/* Its offsets count from elsewhere; or the one of the directory itself is wrong, and no other. */
static tutela_status settle_shift(tt_zip_directory *d, tt_zip_view *v, const ending *end, uint64_t shift)
{
    unsigned shifted, plain;

    d->start = end->start;
    if (shift == 0)
        return TUTELA_OK;
    TT_TRY(count_there(d, v, 0, &shifted));
    TT_TRY(count_there(d, v, shift, &plain));
    if (plain > shifted) {
        tt_zip_complain(d, "its directory is damaged");
        for (uint64_t i = 0; i < d->count; i++)
            d->entries[i].place -= shift;
        return TUTELA_OK;
    }
    d->moved = 1;
    if (end->offset > end->start)
        d->lead = end->offset - end->start;
    return TUTELA_OK;
}

/* All of them, by place, no two of one place. */
static tutela_status read_entries(tt_zip_directory *d, tt_zip_view *v, ending *end)
{
    uint64_t at, kept = 0, shift;
    int more = 1;

    TT_TRY(correct_start(v, end));
    at = end->start;
    shift = end->start - end->offset; /* below 0 too, by wrapping, when it has a lead */
    while (more)
        TT_TRY(read_entry(d, v, &at, end, shift, &more));
    if ((end->large ? d->count : d->count & 0xffff) != end->count || at > end->start + end->size)
        tt_zip_complain(d, "its directory is damaged");
    TT_TRY(settle_shift(d, v, end, shift));
    if (d->count > 0)
        qsort(d->entries, (size_t)d->count, sizeof *d->entries, by_place);
    for (uint64_t i = 0; i < d->count; i++) {
        if (kept > 0 && d->entries[kept - 1].place == d->entries[i].place)
            tt_zip_complain(d, "two members in one place");
        else
            d->entries[kept++] = d->entries[i];
    }
    d->count = kept;
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static tutela_status read_all(tt_zip_directory *d, tt_zip_view *v)
{
    ending end = {0};
    uint64_t place;

    TT_TRY(find_end(v, &place));
    if (place == UINT64_MAX) {
        tt_zip_complain(d, "cut off: its directory is missing");
        return TUTELA_OK;
    }
    TT_TRY(read_end(v, place, &end));
    d->end = place + END_SIZE;
    TT_TRY(read_entries(d, v, &end));
    /* Members lie before the directory; where that begins is not known when nothing of it was found. */
    TT_TRY(tt_zip_find_gaps(d, v, d->trouble.status == TUTELA_ITEM_CLEAR ? end.start : end.limit));
    /* Behind the comment nothing should be; a zip appended there was taken for the whole above. */
    return tt_zip_keep_gap(d, v, d->end, v->stream->size);
}

tutela_status tt_zip_directory_read(tt_zip_directory *out, tt_stream *stream, tutela_error *error)
{
    tt_zip_directory d = {.trouble = {TUTELA_ITEM_CLEAR, ""}};
    tt_zip_view *v = tt_alloc_raw(1, sizeof *v);
    tutela_status status;

    if (!v)
        return tt_no_memory(error);
    v->stream = stream;
    v->error = error;
    v->at = 0;
    v->size = 0;
    v->stride = TT_ZIP_WINDOW;
    status = read_all(&d, v);
    tt_free(v);
    if (status == TUTELA_OK)
        *out = d;
    else
        tt_zip_directory_done(&d);
    return status;
}

tutela_status tt_zip_directory_name(const tt_zip_directory *directory, tt_stream *stream,
                                    uint64_t index, void *out, size_t room, size_t *size,
                                    tutela_error *error)
{
    uint8_t record[ENTRY_SIZE];
    tt_trouble trouble;
    size_t got, length;

    *size = 0;
    if (index >= directory->count)
        return TUTELA_OK;
    TT_TRY(tt_stream_read_at(stream, directory->entries[index].name, record, sizeof record, &got,
                             &trouble, error));
    if (got < sizeof record)
        return TUTELA_OK;
    length = tt_load16(record + 28);
    return tt_stream_read_at(stream, directory->entries[index].name + ENTRY_SIZE, out,
                             length < room ? length : room, size, &trouble, error);
}

int tt_zip_directory_place(const tt_zip_directory *directory, uint64_t index, tt_zip_place *out)
{
    if (index >= directory->count)
        return 0;
    *out = (tt_zip_place){directory->entries[index].place, directory->entries[index].bytes,
                          directory->entries[index].name};
    return 1;
}

void tt_zip_write_ends(uint8_t *out, uint64_t at, uint64_t size, uint64_t count)
{
    memset(out, 0, TT_ZIP_ENDS);
    memcpy(out, "PK\6\6", 4);
    tt_store64(out + 4, END64_SIZE - 12);
    tt_store16(out + 12, 45);
    tt_store16(out + 14, 45);
    tt_store64(out + 24, count);
    tt_store64(out + 32, count);
    tt_store64(out + 40, size);
    tt_store64(out + 48, at);
    out += END64_SIZE;
    memcpy(out, "PK\6\7", 4);
    tt_store64(out + 8, at + size);
    tt_store32(out + 16, 1);
    out += LOCATOR_SIZE;
    memcpy(out, "PK\5\6", 4);
    tt_store16(out + 8, count < UINT16_MAX ? (uint16_t)count : UINT16_MAX);
    tt_store16(out + 10, count < UINT16_MAX ? (uint16_t)count : UINT16_MAX);
    tt_store32(out + 12, (uint32_t)size);
    tt_store32(out + 16, UINT32_MAX);
}

void tt_zip_directory_done(tt_zip_directory *directory)
{
    tt_free(directory->entries);
    tt_free(directory->gaps);
    directory->entries = NULL;
    directory->gaps = NULL;
}
