/*
 * zip_gaps: what lies between the members that a zip's directory lists: see zip_inner.h.
 */
#include "unpack/zip_inner.h"
#include "unpack/zip_part.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define STRIDE 1024u         /* of what is jumped to: a header, and those of small neighbours */
#define GAPS_MAX 65536u      /* each is opened by itself; more of them is an attack */

tutela_status tt_zip_look(tt_zip_view *v, uint64_t offset, size_t size, const uint8_t **out)
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

void tt_zip_complain(tt_zip_directory *d, const char *why)
{
    if (d->trouble.status == TUTELA_ITEM_CLEAR)
        d->trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, why};
}

/* Does a member's own header stand here, with what follows it before `end`? */
static int is_local(const uint8_t *at, uint64_t place, uint64_t end)
{
    unsigned version = at[4], method = tt_load16(at + 8), name = tt_load16(at + 26);

    return memcmp(at, "PK\3\4", 4) == 0 && version <= 63 && method <= 99 && name > 0
           && place + TT_ZIP_LOCAL + name <= end;
}

tutela_status tt_zip_keep_gap(tt_zip_directory *d, tt_zip_view *v, uint64_t from, uint64_t end)
{
    const uint8_t *at, *found;

    if (end - from > TT_ZIP_SCAN_MAX)
        end = from + TT_ZIP_SCAN_MAX;
    while (from + TT_ZIP_LOCAL <= end) {
        size_t size = end - from < TT_ZIP_WINDOW ? (size_t)(end - from) : TT_ZIP_WINDOW;
        TT_TRY(tt_zip_look(v, from, size, &at));
        if (!at)
            return TUTELA_OK;
        found = memmem(at, size, "PK\3\4", 4);
        if (!found) {
            from += size - 3; /* the sign may lie across the window's end */
            continue;
        }
        from += (uint64_t)(found - at);
        TT_TRY(tt_zip_look(v, from, TT_ZIP_LOCAL, &at));
        if (at && is_local(at, from, end))
            break;
        from += 4;
    }
    if (from + TT_ZIP_LOCAL > end)
        return TUTELA_OK;
    if (d->gap_count == GAPS_MAX) {
        tt_zip_complain(d, "too many members that its directory does not list");
        return TUTELA_OK;
    }
    if (tt_grow((void **)&d->gaps, &d->gap_room, d->gap_count, sizeof *d->gaps) < 0)
        return tt_no_memory(v->error);
    d->gaps[d->gap_count++] = (tt_zip_gap){from, end - from};
    return TUTELA_OK;
}

/* Two numbers of 32 bits that say the same, as far as both say anything. */
static int differ(uint64_t record, uint32_t local)
{
    return local != 0 && local != UINT32_MAX && record < UINT32_MAX && record != local;
}

/* Does its own header say the same of a member as the directory does? Then both can be believed. */
static int agrees(const tt_zip_entry *e, const uint8_t *at)
{
    if (e->odd || e->method != tt_load16(at + 8) || e->locked != (at[6] & 1)
        || e->name_size != tt_load16(at + 26))
        return 0;
    return (at[6] & 8)
           || (!differ(e->crc, tt_load32(at + 14)) && !differ(e->bytes, tt_load32(at + 18))
               && !differ(e->plain, tt_load32(at + 22)));
}

/* Is there a member as the entry says? One that is not is left to its own header, wherever that is. */
static int is_sound(tt_zip_directory *d, const tt_zip_entry *e, const uint8_t *at)
{
    if (!at || memcmp(at, "PK\3\4", 4) != 0)
        tt_zip_complain(d, "a member that is not where its directory says");
    else if (!agrees(e, at))
        tt_zip_complain(d, "a member that its directory describes otherwise");
    else
        return 1;
    return 0;
}

tutela_status tt_zip_find_gaps(tt_zip_directory *d, tt_zip_view *v, uint64_t end)
{
    uint64_t past = 0, kept = 0;
    const uint8_t *at;

    v->stride = STRIDE;
    for (uint64_t i = 0; i < d->count; i++) {
        tt_zip_entry e = d->entries[i];
        uint64_t stop = e.place;
        TT_TRY(tt_zip_look(v, e.place, TT_ZIP_LOCAL, &at));
        int sound = is_sound(d, &e, at);
        if (!sound && tt_zip_part_mends(d))
            continue; /* else libarchive comes to it too, by the directory as it is */
        d->entries[kept++] = e;
        if (!sound)
            continue;
        if (__builtin_add_overflow(e.place + TT_ZIP_LOCAL + tt_load16(at + 26) + tt_load16(at + 28), e.bytes,
                                   &stop)
            || stop > end)
            tt_zip_complain(d, "a member that reaches beyond its end");
        if (e.place < past)
            tt_zip_complain(d, "members that overlap");
        else
            TT_TRY(tt_zip_keep_gap(d, v, past, e.place < end ? e.place : past));
        if (stop > past)
            past = stop;
    }
    d->count = kept;
    if (past < end)
        TT_TRY(tt_zip_keep_gap(d, v, past, end));
    return TUTELA_OK;
}
