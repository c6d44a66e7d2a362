/*
 * tnef_properties: the MAPI properties within a winmail.dat ([MS-OXTNEF] 2.1.3.4): bodies, embedded
 * messages and objects, whatever else is binary; and attachments' names.
 */
#include "unpack/tnef_index.h"

#include "base/cursor.h"

/* Types; one with MANY has several values. */
enum {
    SHORT = 2, LONG = 3, FLOAT = 4, DOUBLE = 5, CURRENCY = 6, APPTIME = 7, ERROR = 10, BOOLEAN = 11,
    OBJECT = 13, LARGE = 20, STRING8 = 30, UNICODE = 31, TIME = 64, GUID = 72, BINARY = 258,
    MANY = 0x1000
};

enum {
    P_BODY = 0x1000, P_RTF = 0x1009, P_HTML = 0x1013, P_DISPLAY_NAME = 0x3001, P_DATA = 0x3701,
    P_FILENAME = 0x3704, P_LONG_FILENAME = 0x3707
};

/* An object begins with the id of the interface it is to be opened with. */
#define INTERFACE 16u

typedef struct walk {
    tt_tnef_index *index;
    uint32_t group;
    uint64_t at, end;
    const char *fault;
    int bad; /* not in order: nothing beyond makes sense */
} walk;

static uint32_t take32(walk *w)
{
    const uint8_t *at;

    if (w->bad || w->end - w->at < 4 || !(at = tt_tnef_look(w->index, w->at, 4))) {
        w->bad = 1;
        return 0;
    }
    w->at += 4;
    return tt_load32(at);
}

/* `size` bytes, and those that fill them up to four. Where they are. */
static uint64_t take_bytes(walk *w, uint64_t size)
{
    uint64_t at = w->at, padded = (size + 3) & ~UINT64_C(3);

    if (w->bad || padded > w->end - w->at)
        w->bad = 1;
    else
        w->at += padded;
    return at;
}

/* Bytes of a value of a type; 0: it states its own. */
static unsigned width_of(uint32_t type, int *known)
{
    static const struct {
        uint16_t type;
        uint8_t width;
    } types[] = {{SHORT, 4}, {LONG, 4}, {FLOAT, 4}, {ERROR, 4}, {BOOLEAN, 4}, {DOUBLE, 8},
                 {CURRENCY, 8}, {APPTIME, 8}, {LARGE, 8}, {TIME, 8}, {GUID, 16}, {OBJECT, 0},
                 {STRING8, 0}, {UNICODE, 0}, {BINARY, 0}};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type == type) {
            *known = 1;
            return types[i].width;
        }
    *known = 0;
    return 0;
}

static void take_text(walk *w, uint32_t id, uint64_t at, uint64_t size, int wide)
{
    unsigned rank = id == P_LONG_FILENAME ? 4 : id == P_FILENAME ? 2 : id == P_DISPLAY_NAME;
    tt_tnef_part part = {.offset = at, .size = size, .fault = w->fault};
    const uint8_t *last;
    size_t unit = wide ? 2 : 1;

    if (rank > 0)
        tt_tnef_name(w->index, w->group, rank, at, size, wide);
    if ((id != P_BODY && id != P_HTML) || size < unit)
        return;
    last = tt_tnef_look(w->index, at + size - unit, unit);
    if (last && last[0] == 0 && last[unit - 1] == 0)
        part.size -= unit;
    tt_tnef_add(w->index, &part);
}

static void take_value(walk *w, uint32_t type, uint32_t id, uint64_t at, uint64_t size)
{
    tt_tnef_part part = {.offset = at, .size = size, .group = w->group, .fault = w->fault};

    if (type == STRING8 || type == UNICODE) {
        take_text(w, id, at, size, type == UNICODE);
        return;
    }
    if (type == OBJECT && size < INTERFACE) {
        w->bad = 1;
        return;
    }
    if (type == OBJECT) {
        part.offset += INTERFACE;
        part.size -= INTERFACE;
    }
    part.named = id == P_DATA;
    part.rtf = id == P_RTF && type == BINARY;
    tt_tnef_add(w->index, &part);
}

/* Those above 0x8000 are known by a number, or by a name in UTF-16. */
static void skip_name(walk *w)
{
    uint32_t kind;

    (void)take_bytes(w, 16);
    kind = take32(w);
    if (kind == 0)
        (void)take32(w);
    else if (kind == 1)
        (void)take_bytes(w, take32(w));
    else
        w->bad = 1;
}

static void take_property(walk *w)
{
    uint32_t tag = take32(w), type = tag & 0xffff, id = tag >> 16, count = 1;
    int known = 0;
    unsigned width = width_of(type & ~(uint32_t)MANY, &known);

    if (!known)
        w->bad = 1;
    if (id >= 0x8000)
        skip_name(w);
    if (type & MANY || width == 0)
        count = take32(w);
    for (uint32_t i = 0; i < count && !w->bad && w->index->failed == TUTELA_OK; i++) {
        uint64_t size = width ? width : take32(w);
        uint64_t at = take_bytes(w, size);
        if (width == 0 && !w->bad)
            take_value(w, type & ~(uint32_t)MANY, id, at, size);
    }
}

void tt_tnef_properties(tt_tnef_index *index, uint32_t group, uint64_t offset, uint64_t size,
                        const char *fault)
{
    walk w = {.index = index, .group = group, .at = offset, .end = offset + size, .fault = fault};
    uint32_t count = take32(&w);

    for (uint32_t i = 0; i < count && !w.bad && index->failed == TUTELA_OK; i++)
        take_property(&w);
    if (w.bad || w.end - w.at > 3)
        tt_tnef_note(index, TUTELA_ITEM_MALFORMED, "properties that are not in order");
}
