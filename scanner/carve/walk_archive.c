/* walk_archive: where RAR and 7z archives end. */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

/* ---- 7z -------------------------------------------------------------------------------------- */

#define SEVEN_HEAD 32u

void tt_walk_7z(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, SEVEN_HEAD), *end;
    uint64_t offset, size, at;

    if (!head || head[6] != 0 || head[7] > 4)
        return;
    offset = tt_load64(head + 12);
    size = tt_load64(head + 20);
    at = tt_carve_sum(from + SEVEN_HEAD, offset);
    if (size == 0 && offset == 0) {
        tt_carved_stated(view, out, "7z", at);
        return;
    }
    /* Its directory begins with one of two marks. */
    end = tt_view_at(view, at, 1);
    if (size > 0 && end && (*end == 0x01 || *end == 0x17))
        tt_carved_stated(view, out, "7z", tt_carve_sum(at, size));
    else
        tt_carved_cut(view, out, "7z", tt_carve_sum(at, size));
}

/* ---- RAR ------------------------------------------------------------------------------------- */

#define RAR4_MARK 7u
#define RAR5_MARK 8u
#define RAR4_FILE 0x74u
#define RAR4_PART 0x7au
#define RAR4_END  0x7bu
#define RAR5_END  5u
#define RAR5_MOST (2u << 20) /* bytes of one head, by its format */

/* A block's head, and where it ends with its data; 0: there is none. */
static uint64_t behind_rar4(tt_view *view, uint64_t at, unsigned *type)
{
    const uint8_t *head = tt_view_at(view, at, 7);
    unsigned flags, size;
    uint64_t more = 0;

    if (!head || head[2] < 0x72 || head[2] > RAR4_END)
        return 0;
    *type = head[2];
    flags = tt_load16(head + 3);
    size = tt_load16(head + 5);
    if (size < 7)
        return 0;
    if ((flags & 0x8000) || *type == RAR4_FILE) {
        head = tt_view_at(view, at, size < 36 ? 11 : 36);
        if (!head)
            return 0;
        more = tt_load32(head + 7);
        if ((*type == RAR4_FILE || *type == RAR4_PART) && (flags & 0x100) && size >= 36)
            more |= (uint64_t)tt_load32(head + 32) << 32;
    }
    return tt_carve_sum(at + size, more);
}

/* A number of 7 bits a byte; *at moves on. 0 also when it is none. */
static uint64_t variable(const uint8_t *data, size_t size, size_t *at)
{
    uint64_t value = 0;

    for (unsigned shift = 0; *at < size && shift < 63; shift += 7) {
        uint8_t byte = data[(*at)++];

        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    *at = size;
    return 0;
}

/* Bytes of a head that are looked at: five numbers, and the checksum. */
#define RAR5_LOOK 40u

static uint64_t behind_rar5(tt_view *view, uint64_t at, unsigned *type)
{
    size_t look = view->end - at < RAR5_LOOK ? (size_t)(view->end - at) : RAR5_LOOK, i = 4;
    const uint8_t *head = at < view->end ? tt_view_at(view, at, look) : NULL;
    uint64_t size, kind, flags, more = 0;

    if (!head)
        return 0;
    size = variable(head, look, &i);
    at += i + size;
    kind = variable(head, look, &i);
    flags = variable(head, look, &i);
    if (flags & 1)
        (void)variable(head, look, &i);
    if (flags & 2)
        more = variable(head, look, &i);
    if (i >= look + (look < RAR5_LOOK) || size == 0 || size > RAR5_MOST || kind == 0
        || kind > RAR5_END)
        return 0;
    *type = (unsigned)kind;
    return tt_carve_sum(at, more);
}

void tt_walk_rar(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, RAR5_MARK);
    int five = head && head[6] == 1 && head[7] == 0;
    unsigned type = 0, end = five ? RAR5_END : RAR4_END;
    size_t blocks = 0;
    uint64_t at, next;

    if (!head || (!five && head[6] != 0))
        return;
    at = from + (five ? RAR5_MARK : RAR4_MARK);
    while (type != end
           && (next = five ? behind_rar5(view, at, &type) : behind_rar4(view, at, &type)) > 0) {
        at = next;
        blocks++;
    }
    if (type == end)
        tt_carved_stated(view, out, "rar", at);
    else if (blocks > 0)
        tt_carved_cut(view, out, "rar", at); /* or its names are encrypted, and its blocks so too */
}
