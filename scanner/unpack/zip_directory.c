/*
 * zip_directory: see zip_directory.h.
 */
#include "unpack/zip_directory.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define END_SIZE 22u         /* of the last record, whose comment is up to 65,535 bytes more */
#define TAIL_MAX (END_SIZE + 65535u)
#define LOCATOR_SIZE 20u
#define END64_SIZE 56u
#define ENTRY_SIZE 46u
#define LOCAL_SIZE 30u
_Static_assert(TT_ZIP_ENDS == END64_SIZE + LOCATOR_SIZE + END_SIZE, "room for the three");

#define WINDOW 65536u        /* read at once of what is looked at from front to end */
#define STRIDE 1024u         /* of what is jumped to: a header, and those of small neighbours */
#define ENTRIES_MAX 8000000u /* 192 MB of memory here, and more in libarchive */
#define GAPS_MAX 65536u      /* each is opened by itself; more of them is an attack */
#define GAP_SCAN_MAX (UINT64_C(1) << 32)

typedef struct tt_zip_entry {
    uint64_t place; /* of its own header */
    uint64_t bytes; /* compressed */
    uint64_t name;  /* of its directory record */
} entry;

/* A window that moves over the stream. */
typedef struct view {
    tt_stream *stream;
    tutela_error *error;
    uint64_t at;
    size_t size;
    size_t stride; /* bytes loaded at least */
    uint8_t data[WINDOW];
} view;

/* `size` bytes at `offset`, at most WINDOW; NULL in *out when they are not there. */
static tutela_status look(view *v, uint64_t offset, size_t size, const uint8_t **out)
{
    tt_trouble trouble;

    *out = NULL;
    if (offset < v->at || offset > v->at + v->size || v->at + v->size - offset < size) {
        v->size = 0;
        v->at = offset;
        TT_TRY(tt_stream_read_at(v->stream, offset, v->data, size > v->stride ? size : v->stride,
                                 &v->size, &trouble, v->error));
    }
    if (v->at + v->size - offset >= size)
        *out = v->data + (offset - v->at);
    return TUTELA_OK;
}

static void complain(tt_zip_directory *d, const char *why)
{
    if (d->trouble.status == TUTELA_ITEM_CLEAR)
        d->trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
}

/* ---- Its end ------------------------------------------------------------------------------- */

/* What the end record, or its larger form, says of the directory. */
typedef struct ending {
    uint64_t count, size, offset;
    uint64_t start; /* where the directory lies, by its size */
    int large;      /* `count` is not cut to 16 bits */
} ending;

/* The last end record in the tail. Its place, or UINT64_MAX. */
static tutela_status find_end(view *v, uint64_t *place)
{
    uint64_t size = v->stream->size;
    uint64_t from = size > TAIL_MAX ? size - TAIL_MAX : 0;
    const uint8_t *at;

    *place = UINT64_MAX;
    for (uint64_t p = size >= END_SIZE ? size - END_SIZE : 0; size >= END_SIZE; p--) {
        /* The window must end here, not begin: reading goes backwards. */
        uint64_t window = p + END_SIZE > WINDOW ? p + END_SIZE - WINDOW : 0;
        if (v->size == 0 || p < v->at)
            TT_TRY(look(v, window, 1, &at));
        TT_TRY(look(v, p, END_SIZE, &at));
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
static tutela_status read_end(view *v, uint64_t place, ending *out)
{
    const uint8_t *at;
    uint64_t before = place, place64;

    TT_TRY(look(v, place, END_SIZE, &at));
    if (!at)
        return TUTELA_OK;
    *out = (ending){tt_load16(at + 10), tt_load32(at + 12), tt_load32(at + 16), 0, 0};
    if (place >= LOCATOR_SIZE) {
        TT_TRY(look(v, place - LOCATOR_SIZE, LOCATOR_SIZE, &at));
        if (at && memcmp(at, "PK\6\7", 4) == 0) {
            place64 = tt_load64(at + 8);
            TT_TRY(look(v, place64, END64_SIZE, &at));
            if (!at || memcmp(at, "PK\6\6", 4) != 0) {
                /* Offsets may count from where the zip began in a longer file. */
                place64 = place >= LOCATOR_SIZE + END64_SIZE ? place - LOCATOR_SIZE - END64_SIZE : 0;
                TT_TRY(look(v, place64, END64_SIZE, &at));
            }
            if (at && memcmp(at, "PK\6\6", 4) == 0) {
                *out = (ending){tt_load64(at + 32), tt_load64(at + 40), tt_load64(at + 48), 0, 1};
                before = place64;
            }
        }
    }
    out->start = out->size <= before ? before - out->size : 0;
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

/* The record at *at, and *at behind it; *more is 0 when there is none. */
static tutela_status read_entry(tt_zip_directory *d, view *v, uint64_t *at, uint64_t shift,
                                int *more)
{
    const uint8_t *record, *extra;
    size_t name, more_bytes, comment;
    entry e;

    *more = 0;
    TT_TRY(look(v, *at, ENTRY_SIZE, &record));
    if (!record || memcmp(record, "PK\1\2", 4) != 0)
        return TUTELA_OK;
    name = tt_load16(record + 28);
    more_bytes = tt_load16(record + 30);
    comment = tt_load16(record + 32);
    e = (entry){tt_load32(record + 42), tt_load32(record + 20), *at};
    if (more_bytes > 0) {
        uint32_t plain = tt_load32(record + 24);
        TT_TRY(look(v, *at + ENTRY_SIZE + name, more_bytes, &extra));
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
    uint64_t x = ((const entry *)a)->place, y = ((const entry *)b)->place;

    return (x > y) - (x < y);
}

/* All of them, by place, no two of one place. */
static tutela_status read_entries(tt_zip_directory *d, view *v, const ending *end)
{
    uint64_t at = end->start, kept = 0, stated = end->count;
    uint64_t shift = end->start - end->offset; /* below 0 too, by wrapping, when it has a lead */
    int more = 1;

    d->start = end->start;
    d->moved = shift != 0;
    if (end->offset > end->start)
        d->lead = end->offset - end->start;

    while (more)
        TT_TRY(read_entry(d, v, &at, shift, &more));
    if ((end->large ? d->count : d->count & 0xffff) != stated || at > end->start + end->size)
        complain(d, "its directory is damaged");
    if (d->count > 0)
        qsort(d->entries, (size_t)d->count, sizeof *d->entries, by_place);
    for (uint64_t i = 0; i < d->count; i++) {
        if (kept > 0 && d->entries[kept - 1].place == d->entries[i].place)
            complain(d, "two members in one place");
        else
            d->entries[kept++] = d->entries[i];
    }
    d->count = kept;
    return TUTELA_OK;
}

/* ---- What lies between --------------------------------------------------------------------- */

/* Does a member's own header stand here, with what follows it before `end`? */
static int is_local(const uint8_t *at, uint64_t place, uint64_t end)
{
    unsigned version = at[4], method = tt_load16(at + 8), name = tt_load16(at + 26);

    return memcmp(at, "PK\3\4", 4) == 0 && version <= 63 && method <= 99 && name > 0
           && place + LOCAL_SIZE + name <= end;
}

/* Keep what of [from, end) begins like a member. */
static tutela_status keep_gap(tt_zip_directory *d, view *v, uint64_t from, uint64_t end)
{
    const uint8_t *at, *found;

    if (end - from > GAP_SCAN_MAX)
        end = from + GAP_SCAN_MAX;
    while (from + LOCAL_SIZE <= end) {
        size_t size = end - from < WINDOW ? (size_t)(end - from) : WINDOW;
        TT_TRY(look(v, from, size, &at));
        if (!at)
            return TUTELA_OK;
        found = memmem(at, size, "PK\3\4", 4);
        if (!found) {
            from += size - 3; /* the sign may lie across the window's end */
            continue;
        }
        from += (uint64_t)(found - at);
        TT_TRY(look(v, from, LOCAL_SIZE, &at));
        if (at && is_local(at, from, end))
            break;
        from += 4;
    }
    if (from + LOCAL_SIZE > end)
        return TUTELA_OK;
    if (d->gap_count == GAPS_MAX) {
        complain(d, "too many members that its directory does not list");
        return TUTELA_OK;
    }
    if (tt_grow((void **)&d->gaps, &d->gap_room, d->gap_count, sizeof *d->gaps) < 0)
        return tt_no_memory(v->error);
    d->gaps[d->gap_count++] = (tt_zip_gap){from, end - from};
    return TUTELA_OK;
}

/* Where each member ends, by its own header, and the gaps between them up to `end`. */
static tutela_status find_gaps(tt_zip_directory *d, view *v, uint64_t end)
{
    uint64_t past = 0;
    const uint8_t *at;

    v->stride = STRIDE;
    for (uint64_t i = 0; i < d->count; i++) {
        entry *e = &d->entries[i];
        uint64_t stop = e->place;
        TT_TRY(look(v, e->place, LOCAL_SIZE, &at));
        if (!at || memcmp(at, "PK\3\4", 4) != 0)
            complain(d, "a member that is not where its directory says");
        else if (__builtin_add_overflow(
                     e->place + LOCAL_SIZE + tt_load16(at + 26) + tt_load16(at + 28), e->bytes,
                     &stop)
                 || stop > end)
            complain(d, "a member that reaches beyond its end");
        if (e->place < past)
            complain(d, "members that overlap");
        else
            TT_TRY(keep_gap(d, v, past, e->place < end ? e->place : past));
        if (stop > past)
            past = stop;
    }
    if (past < end)
        TT_TRY(keep_gap(d, v, past, end));
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static tutela_status read_all(tt_zip_directory *d, view *v)
{
    ending end = {0};
    uint64_t place;

    TT_TRY(find_end(v, &place));
    if (place == UINT64_MAX) {
        complain(d, "cut off: its directory is missing");
        return TUTELA_OK;
    }
    TT_TRY(read_end(v, place, &end));
    d->end = place + END_SIZE;
    TT_TRY(read_entries(d, v, &end));
    TT_TRY(find_gaps(d, v, end.start));
    /* Behind the comment nothing should be; a zip appended there was taken for the whole above. */
    return keep_gap(d, v, d->end, v->stream->size);
}

tutela_status tt_zip_directory_read(tt_zip_directory *out, tt_stream *stream, tutela_error *error)
{
    tt_zip_directory d = {.trouble = {TUTELA_ITEM_CLEAR, ""}};
    view *v = tt_alloc_raw(1, sizeof *v);
    tutela_status status;

    if (!v)
        return tt_no_memory(error);
    v->stream = stream;
    v->error = error;
    v->at = 0;
    v->size = 0;
    v->stride = WINDOW;
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
