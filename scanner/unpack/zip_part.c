/* zip_part: see zip_part.h. */
#include "unpack/zip_part.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define ENTRY_SIZE 46u
/* Read at once of the directory: some hundred records, which lie in the order of their members as a rule. */
#define WINDOW 16384u
/* Of a directory; a part of it is held in memory twice. One of ENTRIES_MAX short names fits. */
#define DIRECTORY_MAX (UINT64_C(1) << 29)
/* Of one that is made anew for all its members at once: more than a million. */
#define MENDED_MAX (UINT64_C(1) << 27)
/* What a member takes beside its bytes, in bytes that would take as long. */
#define MEMBER_WEIGHT 2048u

/* ---- Which members ------------------------------------------------------------------------- */

static uint64_t weight_of(const tt_zip_directory *directory, uint64_t index)
{
    tt_zip_place where = {0};

    (void)tt_zip_directory_place(directory, index, &where);
    return where.bytes + MEMBER_WEIGHT;
}

int tt_zip_part_mends(const tt_zip_directory *directory)
{
    return directory->end > 0 && !directory->moved
           && directory->end - directory->start <= MENDED_MAX;
}

int tt_zip_part_find(const tt_zip_directory *directory, tt_share *share, uint64_t *first,
                     uint64_t *end)
{
    uint64_t whole = 0, at = 0, from, to;

    if (directory->end == 0 || directory->moved || directory->count == 0
        || directory->trouble.status != TUTELA_ITEM_CLEAR
        || directory->end - directory->start > DIRECTORY_MAX)
        return 0;
    /* Members that lie one behind the other weigh no more than the file, and so do all together. */
    for (uint64_t i = 0; i < directory->count; i++)
        whole += weight_of(directory, i);
    from = tt_share_begins(share, whole);
    to = tt_share_ends(share, whole);
    *first = *end = 0;
    share->weight = 0;
    for (uint64_t i = 0; i < directory->count && at < to; i++) {
        uint64_t weight = weight_of(directory, i);
        if (at < from)
            *first = i + 1;
        else
            share->weight += weight;
        *end = i + 1;
        at += weight;
    }
    share->whole = whole;
    share->members = *end - *first;
    return 1;
}

/* ---- Their zip ----------------------------------------------------------------------------- */

static tutela_status part_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                  size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_zip_part *p = (tt_zip_part *)stream;

    *got = 0;
    if (offset < p->body) {
        if (size > p->body - offset)
            size = (size_t)(p->body - offset);
        return tt_stream_read_at(p->whole, offset, buffer, size, got, trouble, error);
    }
    offset -= p->body;
    if (offset >= p->tail_size)
        return TUTELA_OK;
    *got = size < p->tail_size - offset ? size : (size_t)(p->tail_size - offset);
    memcpy(buffer, p->tail + offset, *got);
    return TUTELA_OK;
}

static tutela_status part_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    tt_zip_part *p = (tt_zip_part *)stream;

    TT_TRY(part_read_at(stream, p->place, buffer, size, got, trouble, error));
    p->place += *got;
    return TUTELA_OK;
}

/* Room for `size` more bytes of the tail. */
static tutela_status make_room(tt_zip_part *p, size_t size, tutela_error *error)
{
    uint8_t *grown;
    size_t room = p->room;

    if (room - p->tail_size >= size)
        return TUTELA_OK;
    room = 2 * room + size;
    grown = tt_realloc(p->tail, room, 1);
    if (!grown)
        return tt_no_memory(error);
    p->tail = grown;
    p->room = room;
    return TUTELA_OK;
}

/* What is read of the directory. */
typedef struct window {
    uint64_t at;
    size_t size;
    uint8_t data[WINDOW];
} window;

/* A record's whole size, which is up to three times 65,535 bytes more than its fixed part; 0: cut off. */
static tutela_status find_size(tt_zip_part *p, window *w, uint64_t place, size_t *out,
                               tutela_error *error)
{
    const uint8_t *record;
    tt_trouble trouble;

    *out = 0;
    if (place < w->at || place + ENTRY_SIZE > w->at + w->size) {
        w->at = place;
        TT_TRY(tt_stream_read_at(p->whole, place, w->data, sizeof w->data, &w->size, &trouble, error));
    }
    if (w->size < ENTRY_SIZE)
        return TUTELA_OK;
    record = w->data + (place - w->at);
    *out = (size_t)ENTRY_SIZE + tt_load16(record + 28) + tt_load16(record + 30)
           + tt_load16(record + 32);
    return TUTELA_OK;
}

/* A record behind those before it, as it is. One that is cut off stays away, and its member is missed. */
static tutela_status add_record(tt_zip_part *p, window *w, uint64_t place, tutela_error *error)
{
    tt_trouble trouble;
    size_t size, got;

    TT_TRY(find_size(p, w, place, &size, error));
    TT_TRY(make_room(p, size, error));
    if (place + size <= w->at + w->size) {
        memcpy(p->tail + p->tail_size, w->data + (place - w->at), size);
        got = size;
    } else {
        TT_TRY(tt_stream_read_at(p->whole, place, p->tail + p->tail_size, size, &got, &trouble,
                                 error));
    }
    if (got == size)
        p->tail_size += size;
    return TUTELA_OK;
}

static tutela_status add_records(tt_zip_part *p, const tt_zip_directory *directory, uint64_t first,
                                 uint64_t end, tutela_error *error)
{
    window *w = tt_alloc_raw(1, sizeof *w);
    tutela_status status = w ? TUTELA_OK : tt_no_memory(error);
    tt_zip_place where;

    if (w)
        w->at = w->size = 0;
    for (uint64_t i = first; i < end && status == TUTELA_OK; i++)
        if (tt_zip_directory_place(directory, i, &where))
            status = add_record(p, w, where.record, error);
    tt_free(w);
    return status;
}

tutela_status tt_zip_part_make(tt_zip_part *out, tt_stream *stream,
                               const tt_zip_directory *directory, uint64_t first, uint64_t end,
                               tutela_error *error)
{
    static const tt_stream_ops ops = {part_read, part_read_at};
    size_t records;

    out->whole = stream;
    out->body = directory->end;
    TT_TRY(add_records(out, directory, first, end, error));
    TT_TRY(make_room(out, TT_ZIP_ENDS, error));
    records = out->tail_size;
    tt_zip_write_ends(out->tail + records, out->body, records, end - first);
    out->tail_size += TT_ZIP_ENDS;
    out->stream = (tt_stream){.ops = &ops, .size = out->body + out->tail_size};
    return TUTELA_OK;
}

void tt_zip_part_done(tt_zip_part *part)
{
    tt_free(part->tail);
    part->tail = NULL;
    part->tail_size = part->room = 0;
}
