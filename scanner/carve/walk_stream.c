/* walk_stream: where MPEG program streams, ASF (WMV, WMA), FLV and Ogg end. */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

/* ---- MPEG program streams -------------------------------------------------------------------- */

#define PACK    0xbau
#define END     0xb9u
#define SYSTEM  0xbbu
#define PACKETS 2u /* a pack's head and a packet: no accident */

/* Behind a pack's head, of MPEG-2 or MPEG-1; 0: it is none. */
static uint64_t behind_pack(tt_view *view, uint64_t at)
{
    const uint8_t *head = tt_view_at(view, at, 14);

    if (!head)
        return 0;
    if ((head[4] & 0xc4) == 0x44 && (head[9] & 1) && (head[12] & 3) == 3)
        return at + 14 + (head[13] & 7);
    return (head[4] & 0xf1) == 0x21 ? at + 12 : 0;
}

void tt_walk_program_stream(tt_view *view, uint64_t from, tt_carved *out)
{
    uint64_t at = from, next;
    size_t packets = 0;
    const uint8_t *head;

    while ((head = tt_view_at(view, at, 4)) && memcmp(head, "\0\0\1", 3) == 0) {
        if (head[3] == END && packets >= PACKETS) {
            tt_carved_stated(view, out, "mpg", at + 4);
            return;
        }
        if (head[3] == PACK) {
            next = behind_pack(view, at);
        } else {
            head = head[3] >= SYSTEM ? tt_view_at(view, at, 6) : NULL;
            next = head ? at + 6 + tt_be16(head + 4) : 0;
        }
        if (next == 0)
            break;
        at = next;
        packets++;
    }
    /* Many have no end code: they may be whole, but nothing says so. */
    if (packets >= PACKETS)
        tt_carved_cut(view, out, "mpg", at);
}

/* ---- ASF ------------------------------------------------------------------------------------- */

#define OBJECT_HEAD 24u
#define ASF_HEAD_MOST (16u << 20)

/* By the first four bytes of its name: the data, which comes first, or what lies behind them. */
#define ASF_DATA 0x75b22636u

static int belongs(uint32_t name, int data)
{
    static const uint32_t indexes[] = {0x33000890, 0xd6e229d3, 0xfeb103f8, 0x3cb73fd0};
    int known = 0;

    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
        known |= name == indexes[i];
    return data ? known : name == ASF_DATA;
}

void tt_walk_asf(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, 30);
    uint64_t size = head ? tt_load64(head + 16) : 0, at;
    int data = 0;

    if (size < 30 || size > ASF_HEAD_MOST || head[28] != 1 || head[29] != 2)
        return;
    at = from + size;
    while ((head = tt_view_at(view, at, OBJECT_HEAD)) && belongs(tt_load32(head), data)) {
        size = tt_load64(head + 16);
        if (size < OBJECT_HEAD) { /* a broadcast, which does not know how long it will be */
            data = 0;
            break;
        }
        data = 1;
        at = tt_carve_sum(at, size);
    }
    if (data && at <= view->end)
        tt_carved_stated(view, out, "wmv", at);
    else
        tt_carved_cut(view, out, "wmv", at);
}

/* ---- FLV ------------------------------------------------------------------------------------- */

#define TAG_HEAD 11u

void tt_walk_flv(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, 13);
    uint64_t at;
    size_t tags = 0;
    int lost = 0;

    if (!head || (head[4] & 0xfa) != 0 || tt_be32(head + 5) != 9 || tt_be32(head + 9) != 0)
        return;
    at = from + 13;
    while (!lost && (head = tt_view_at(view, at, TAG_HEAD))) {
        uint32_t size = tt_be32(head) & 0xffffff, type = head[0];

        /* The stream's number is always 0. */
        if ((type != 8 && type != 9 && type != 18) || tt_be32(head + 7) << 8 != 0)
            break;
        head = tt_view_at(view, at + TAG_HEAD + size, 4);
        lost = !head || tt_be32(head) != size + TAG_HEAD;
        if (!lost) {
            at += TAG_HEAD + size + 4;
            tags++;
        }
    }
    if (lost)
        tt_carved_cut(view, out, "flv", at);
    else if (tags > 0)
        tt_carved_stated(view, out, "flv", at);
}

/* ---- Ogg ------------------------------------------------------------------------------------- */

#define PAGE_HEAD 27u
#define FIRST     2u
#define LAST      4u

/* Behind the page at `at`, 0: there is none. */
static uint64_t behind_page(tt_view *view, uint64_t at, unsigned *flags)
{
    const uint8_t *head = tt_view_at(view, at, PAGE_HEAD);
    unsigned segments, size = 0;

    if (!head || memcmp(head, "OggS\0", 5) != 0 || (head[5] & ~7u) != 0)
        return 0;
    *flags = head[5];
    segments = head[26];
    head = tt_view_at(view, at, PAGE_HEAD + segments);
    if (!head)
        return 0;
    for (unsigned i = 0; i < segments; i++)
        size += head[PAGE_HEAD + i];
    return at + PAGE_HEAD + segments + size;
}

void tt_walk_ogg(tt_view *view, uint64_t from, tt_carved *out)
{
    uint64_t at = from, next, open = 0;
    unsigned flags = 0;
    size_t pages = 0;

    while ((next = behind_page(view, at, &flags)) > 0) {
        if (pages == 0 && !(flags & FIRST))
            return; /* the middle of one */
        open += (flags & FIRST) != 0;
        open -= (flags & LAST) != 0 && open > 0;
        at = next;
        pages++;
    }
    if (pages > 0 && open == 0 && at <= view->end)
        tt_carved_stated(view, out, "ogg", at);
    else if (pages > 0)
        tt_carved_cut(view, out, "ogg", at);
}
