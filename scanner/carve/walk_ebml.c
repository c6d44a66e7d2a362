/*
 * walk_ebml: where Matroska and WebM files end: where their segment says, or, as films that were recorded
 * live do not, where no element follows that belongs into one.
 */
#include "carve/inner.h"

#include <string.h>

#define HEAD_MOST 4096u /* bytes of the file's own head */

#define SEGMENT 0x18538067u
#define CLUSTER 0x1f43b675u
#define UNKNOWN UINT64_MAX

typedef struct element {
    uint32_t id;
    uint64_t size; /* of its content, or UNKNOWN */
    unsigned head; /* bytes before it */
} element;

/* 0: no element is at `at`. */
static int take(tt_view *view, uint64_t at, element *out)
{
    const uint8_t *byte = tt_view_at(view, at, 1);
    unsigned id_size, size_size;
    uint64_t size, ones;

    if (!byte || *byte < 0x10)
        return 0;
    id_size = (unsigned)__builtin_clz(*byte) - 23;
    byte = tt_view_at(view, at, id_size + 1);
    if (!byte || byte[id_size] == 0)
        return 0;
    size_size = (unsigned)__builtin_clz(byte[id_size]) - 23;
    byte = tt_view_at(view, at, id_size + size_size);
    if (!byte)
        return 0;
    out->id = 0;
    for (unsigned i = 0; i < id_size; i++)
        out->id = out->id << 8 | byte[i];
    ones = (UINT64_C(1) << (7 * size_size)) - 1;
    size = 0;
    for (unsigned i = 0; i < size_size; i++)
        size = size << 8 | byte[id_size + i];
    size &= ones;
    out->size = size == ones ? UNKNOWN : size;
    out->head = id_size + size_size;
    return 1;
}

/* What belongs into a segment, and, where a cluster does not say its size, into that. */
static int belongs(uint32_t id)
{
    static const uint32_t known[] = {
        CLUSTER,    0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367,
        0xec,       0xbf,       0xe7,       0xa3,       0xa0,       0xa7,       0xab,       0x5854,
        0xaf,       0x1b538667};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == id)
            return 1;
    return 0;
}

static const char *extension_of(tt_view *view, uint64_t at, size_t size)
{
    const uint8_t *head = tt_view_at(view, at, size);

    if (!head)
        return NULL;
    if (memmem(head, size, "webm", 4))
        return "webm";
    return memmem(head, size, "matroska", 8) ? "mkv" : NULL;
}

/* From `at`, behind the file's head, to the segment's content; 0: none is there. *end: where it says it ends. */
static uint64_t enter_segment(tt_view *view, uint64_t at, uint64_t *end)
{
    element e;
    int there;

    while ((there = take(view, at, &e)) && e.id == 0xec && e.size != UNKNOWN)
        at = tt_carve_sum(at + e.head, e.size);
    if (!there || e.id != SEGMENT)
        return 0;
    at += e.head;
    *end = e.size == UNKNOWN ? UNKNOWN : tt_carve_sum(at, e.size);
    return at;
}

void tt_walk_ebml(tt_view *view, uint64_t from, tt_carved *out)
{
    const char *extension = NULL;
    element e;
    uint64_t at, end = 0;
    size_t parts = 0;

    if (take(view, from, &e) && e.size < HEAD_MOST - e.head)
        extension = extension_of(view, from, (size_t)e.size + e.head);
    if (!extension)
        return;
    at = enter_segment(view, from + e.head + e.size, &end);
    if (at == 0) {
        tt_carved_cut(view, out, extension, from + e.head + e.size);
        return;
    }
    while (at < end && take(view, at, &e) && belongs(e.id)) {
        at = tt_carve_sum(at, e.size == UNKNOWN ? e.head : tt_carve_sum(e.size, e.head));
        parts++;
    }
    if (at > view->end || (end == UNKNOWN ? parts == 0 : at != end))
        tt_carved_cut(view, out, extension, end == UNKNOWN ? at : end);
    else
        tt_carved_stated(view, out, extension, at);
}
