/*
 * walk_tiff: where a TIFF ends, and raw pictures of cameras that are such: behind the furthest of what its
 * directories point to.
 */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

#define DIRECTORIES 64u   /* of one file: pages, and raw pictures in several sizes */
#define ENTRIES     1024u /* of one directory; the standard knows fewer */

typedef struct tiff {
    tt_view *view;
    uint64_t from, furthest; /* both in the space */
    int big;                 /* the greater byte first */
    int wide;                /* BigTIFF: numbers of 64 bits */
    uint64_t directories[DIRECTORIES];
    size_t count; /* of them, known; */
    int pictures; /* directories that describe one */
    int lost;
} tiff;

static uint64_t number(const tiff *t, const uint8_t *at, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value = value << 8 | at[t->big ? i : size - 1 - i];
    return value;
}

/* Something reaches to `from + offset + size`. */
static void reach(tiff *t, uint64_t offset, uint64_t size)
{
    uint64_t end = tt_carve_sum(t->from, tt_carve_sum(offset, size));

    if (end > t->furthest)
        t->furthest = end;
}

static void add_directory(tiff *t, uint64_t offset)
{
    if (offset == 0)
        return;
    for (size_t i = 0; i < t->count; i++)
        if (t->directories[i] == offset)
            return;
    if (t->count < DIRECTORIES)
        t->directories[t->count++] = offset;
}

typedef struct entry {
    unsigned tag, type;
    uint64_t count;
    uint64_t place; /* of its values, in the space */
    unsigned size;  /* bytes of one */
} entry;

/* What tells where something lies and how much of it: each kind is a pair of entries. */
typedef struct pair {
    unsigned where, sizes;
    entry at, size;
} pair;

#define PAIRS 3u

static unsigned type_size(unsigned type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

    return type < sizeof sizes ? sizes[type] : 0;
}

static uint64_t value(tiff *t, const entry *e, uint64_t index)
{
    const uint8_t *at = tt_view_at(t->view, tt_carve_sum(e->place, index * e->size), e->size);

    if (!at) {
        t->lost = 1;
        return 0;
    }
    return number(t, at, e->size);
}

/* Values there can be no more of than fit into the view: bounded by what a walk may look at. */
static void reach_pair(tiff *t, const pair *p)
{
    if (p->at.count == 0 || p->size.count == 0 || p->at.size > 8 || p->size.size > 8)
        return;
    for (uint64_t i = 0; i < p->at.count && i < p->size.count && !t->lost; i++)
        reach(t, value(t, &p->at, i), value(t, &p->size, i));
}

static void see_entry(tiff *t, const entry *e, pair *pairs)
{
    for (size_t i = 0; i < PAIRS; i++) {
        if (e->tag == pairs[i].where)
            pairs[i].at = *e;
        if (e->tag == pairs[i].sizes)
            pairs[i].size = *e;
    }
    if (e->tag == 256 || e->tag == 257)
        t->pictures++;
    /* Sub-directories, Exif, GPS, interoperability. */
    if (e->tag == 330 || e->tag == 34665 || e->tag == 34853 || e->tag == 40965)
        for (uint64_t i = 0; i < e->count && i < DIRECTORIES && !t->lost && e->size >= 4; i++)
            add_directory(t, value(t, e, i));
}

/* An entry's head at `at`; 0: it is in no order. */
static int take_entry(tiff *t, uint64_t at, entry *out)
{
    unsigned wide = t->wide ? 8 : 4;
    const uint8_t *head = tt_view_at(t->view, at, 4 + 2 * wide);
    uint64_t bytes;

    if (!head)
        return 0;
    out->tag = (unsigned)number(t, head, 2);
    out->type = (unsigned)number(t, head + 2, 2);
    out->count = number(t, head + 4, wide);
    out->size = type_size(out->type);
    if (out->size == 0 || out->count > UINT32_MAX)
        return 0;
    bytes = out->count * out->size;
    out->place = at + 4 + wide;
    if (bytes > wide) {
        uint64_t offset = number(t, head + 4 + wide, wide);

        out->place = tt_carve_sum(t->from, offset);
        reach(t, offset, bytes);
    }
    return 1;
}

static void walk_directory(tiff *t, uint64_t offset)
{
    unsigned wide = t->wide ? 8 : 4, entry_size = 4 + 2 * wide, count_size = t->wide ? 8 : 2;
    uint64_t at = tt_carve_sum(t->from, offset), count;
    const uint8_t *head = tt_view_at(t->view, at, count_size), *next;
    pair pairs[PAIRS] = {{.where = 273, .sizes = 279},  /* strips */
                         {.where = 324, .sizes = 325},  /* tiles */
                         {.where = 513, .sizes = 514}}; /* a JPEG */
    unsigned before = 0;

    count = head ? number(t, head, count_size) : 0;
    t->lost = count == 0 || count > ENTRIES;
    for (uint64_t i = 0; i < count && !t->lost; i++) {
        entry e;

        t->lost = !take_entry(t, at + count_size + i * entry_size, &e) || e.tag < before;
        if (t->lost)
            return;
        before = e.tag;
        see_entry(t, &e, pairs);
    }
    for (size_t i = 0; i < PAIRS && !t->lost; i++)
        reach_pair(t, &pairs[i]);
    next = tt_view_at(t->view, at + count_size + count * entry_size, wide);
    if (t->lost || !next) {
        t->lost = 1;
        return;
    }
    reach(t, offset, count_size + count * entry_size + wide);
    add_directory(t, number(t, next, wide));
}

static const char *extension_of(const uint8_t *head, int wide)
{
    return !wide && memcmp(head + 8, "CR\2", 3) == 0 ? "cr2" : "tif";
}

void tt_walk_tiff(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, 16);
    tiff t = {.view = view, .from = from, .furthest = from};
    const char *extension;

    if (!head)
        return;
    t.big = head[0] == 'M';
    t.wide = number(&t, head + 2, 2) == 0x2b;
    if (!t.wide && number(&t, head + 2, 2) != 0x2a)
        return;
    if (t.wide && (number(&t, head + 4, 2) != 8 || number(&t, head + 6, 2) != 0))
        return;
    extension = extension_of(head, t.wide);
    add_directory(&t, t.wide ? number(&t, head + 8, 8) : number(&t, head + 4, 4));
    for (size_t i = 0; i < t.count && !t.lost; i++)
        walk_directory(&t, t.directories[i]);
    /* A width and a height are more than an accident, and less than a picture. */
    if (t.pictures < 2)
        return;
    if (t.lost)
        tt_carved_cut(view, out, extension, t.furthest);
    else
        tt_carved_stated(view, out, extension, t.furthest);
}
