/*
 * sqlite_pages: see sqlite_pages.h.
 */
#include "unpack/sqlite_pages.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

#define PAGE_MAX 65536u
/* SQLite's own bound: with two cells a page and more, no file is that deep. */
#define DEPTH_MAX 20u
/* One bit each: 32 MiB, for a terabyte of pages of the usual 4 KiB. */
#define PAGES_MAX (UINT64_C(1) << 28)
/* Where locks are taken; the page that holds this byte is never used. */
#define LOCK_BYTE UINT64_C(0x40000000)
/* A record's header that is larger is not looked at: 2,000 columns take at most nine bytes each. */
#define RECORD_HEADER_MAX 20000u

enum { INDEX_INNER = 2, TABLE_INNER = 5, INDEX_LEAF = 10, TABLE_LEAF = 13 };

struct tt_sqlite_pages {
    tt_stream *stream;
    tt_sqlite_header header;
    uint8_t *met;    /* one bit a page */
    uint64_t count;  /* of bits set */
    int unfit;
    int any;         /* `last` holds a row's number */
    int64_t last;    /* the highest in this tree so far */
    uint8_t *pages[DEPTH_MAX];
    uint8_t used[PAGE_MAX]; /* bytes of one page: 1 when something lies there */
};

/* A page of a tree, in memory. */
typedef struct page {
    const uint8_t *bytes;
    uint32_t head; /* where its header begins: 100 on page 1 */
    unsigned type;
    uint32_t cells;
    uint32_t list; /* where the cells' places are listed */
    uint32_t content;
} page;

/* A cell of it. */
typedef struct cell {
    uint32_t size;    /* bytes in the page */
    uint64_t child;   /* inner pages */
    int64_t row;      /* table pages */
    uint64_t payload; /* bytes, here and on overflow pages */
    uint32_t begin;   /* where those here begin */
    uint32_t local;   /* how many they are */
    uint32_t over;    /* the first overflow page, or 0 */
} cell;

static uint32_t load32_be(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t load16_be(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

int tt_sqlite_header_read(const uint8_t *bytes, uint64_t size, tt_sqlite_header *out)
{
    tt_sqlite_header h = {.page_size = load16_be(bytes + 16)};
    uint32_t encoding = load32_be(bytes + 56), schema = load32_be(bytes + 44);

    if (h.page_size == 1)
        h.page_size = PAGE_MAX;
    if (h.page_size < 512 || (h.page_size & (h.page_size - 1)) != 0)
        return 0;
    h.usable = h.page_size - bytes[20];
    /* Kept bytes on each page, and nothing in order behind the 32 bytes that SQLCipher may leave open. */
    h.locked = bytes[20] >= 16 && encoding > 3 && schema > 4;
    h.free_list = load32_be(bytes + 32);
    h.free_pages = load32_be(bytes + 36);
    h.moves = load32_be(bytes + 52) != 0;
    h.wide = encoding > 1;
    h.pages = load32_be(bytes + 28);
    /* It counts only where the same version wrote it that made the last change. */
    if (h.pages == 0 || memcmp(bytes + 24, bytes + 92, 4) != 0)
        h.pages = (size + h.page_size - 1) / h.page_size;
    if (h.usable < 480 || bytes[21] != 64 || bytes[22] != 32 || bytes[23] != 32)
        return h.locked ? (*out = h, 1) : 0;
    *out = h;
    return 1;
}

/* ---- Pages --------------------------------------------------------------------------------- */

/* The page is met. 0, and it does not fit, when there is no such page or it was met before. */
static int claim(tt_sqlite_pages *p, uint64_t number)
{
    uint64_t bit = number - 1;

    if (number == 0 || number > p->header.pages || p->met[bit / 8] >> (bit % 8) & 1) {
        p->unfit = 1;
        return 0;
    }
    p->met[bit / 8] = (uint8_t)(p->met[bit / 8] | 1u << (bit % 8));
    p->count++;
    return 1;
}

/* The first `size` bytes of a page. *good is 0 when they are not there. */
static tutela_status fetch(tt_sqlite_pages *p, uint64_t number, uint8_t *out, uint32_t size,
                           int *good, tutela_error *error)
{
    tt_trouble trouble;
    size_t got;

    TT_TRY(tt_stream_read_at(p->stream, (number - 1) * p->header.page_size, out, size, &got,
                             &trouble, error));
    *good = got == size;
    p->unfit |= !*good;
    return TUTELA_OK;
}

/* Pages that each begin with the number of the next: `left` of them, and no more. */
static tutela_status walk_overflow(tt_sqlite_pages *p, uint64_t number, uint64_t left,
                                   tutela_error *error)
{
    uint8_t next[4];
    int good = 1;

    for (; left > 0 && good; left--) {
        if (!claim(p, number))
            return TUTELA_OK;
        TT_TRY(fetch(p, number, next, sizeof next, &good, error));
        number = good ? load32_be(next) : 0;
    }
    p->unfit |= number != 0;
    return TUTELA_OK;
}

static tutela_status walk_free(tt_sqlite_pages *p, tutela_error *error)
{
    uint64_t left = p->header.free_pages;
    uint8_t *trunk = p->pages[0];
    uint32_t count;
    int good;

    for (uint64_t number = p->header.free_list; number != 0; number = load32_be(trunk)) {
        if (!claim(p, number))
            return TUTELA_OK;
        TT_TRY(fetch(p, number, trunk, p->header.usable, &good, error));
        if (!good)
            return TUTELA_OK;
        count = load32_be(trunk + 4);
        if (count > p->header.usable / 4 - 2 || count + UINT64_C(1) > left) {
            p->unfit = 1;
            return TUTELA_OK;
        }
        left -= count + UINT64_C(1);
        for (uint32_t i = 0; i < count; i++)
            (void)claim(p, load32_be(trunk + 8 + 4 * i));
    }
    p->unfit |= left != 0;
    return TUTELA_OK;
}

/* ---- Cells --------------------------------------------------------------------------------- */

/* A number of one to nine bytes; the bytes it took, or 0 when they go beyond `end`. */
static uint32_t number_at(const uint8_t *bytes, uint32_t at, uint32_t end, uint64_t *out)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < 9 && at + i < end; i++) {
        if (i == 8) {
            *out = value << 8 | bytes[at + i];
            return 9;
        }
        value = value << 7 | (bytes[at + i] & 0x7f);
        if (bytes[at + i] < 0x80) {
            *out = value;
            return i + 1;
        }
    }
    return 0;
}

/* How many bytes of a payload lie in its cell. */
static uint32_t local_bytes(const tt_sqlite_pages *p, unsigned type, uint64_t payload)
{
    uint32_t usable = p->header.usable;
    uint32_t most = type == TABLE_LEAF ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    uint32_t least = (usable - 12) * 32 / 255 - 23;
    uint32_t some;

    if (payload <= most)
        return (uint32_t)payload;
    some = least + (uint32_t)((payload - least) % (usable - 4));
    return some <= most ? some : least;
}

/* 0 when it does not lie within its page. */
static int parse_cell(const tt_sqlite_pages *p, const page *g, uint32_t at, cell *out)
{
    uint32_t place = at, end = p->header.usable, took;
    uint64_t number = 0;

    *out = (cell){0};
    if (g->type == TABLE_INNER || g->type == INDEX_INNER) {
        if (end - place < 4)
            return 0;
        out->child = load32_be(g->bytes + place);
        place += 4;
    }
    if (g->type != TABLE_INNER) {
        took = number_at(g->bytes, place, end, &out->payload);
        place += took;
        if (took == 0 || out->payload > UINT32_MAX)
            return 0;
    }
    if (g->type == TABLE_INNER || g->type == TABLE_LEAF) {
        took = number_at(g->bytes, place, end, &number);
        place += took;
        out->row = (int64_t)number;
        if (took == 0)
            return 0;
    }
    if (g->type != TABLE_INNER) {
        out->begin = place;
        out->local = local_bytes(p, g->type, out->payload);
        place += out->local < end ? out->local : end;
        if (out->local < out->payload) {
            if (place > end - 4)
                return 0;
            out->over = load32_be(g->bytes + place);
            place += 4;
        }
    }
    /* What is freed needs four bytes, so no cell takes fewer. */
    out->size = place - at < 4 ? 4 : place - at;
    return at + out->size <= end;
}

/* Do the sizes that a record lists make up its payload? One whose header is not all here passes. */
static int record_fits(const page *g, const cell *c)
{
    uint32_t end = c->begin + c->local, at = c->begin, took;
    uint64_t header, kind, sum;

    took = number_at(g->bytes, at, end, &header);
    if (took == 0 || header < took || header > c->payload)
        return 0;
    if (header > c->local || header > RECORD_HEADER_MAX)
        return 1;
    sum = header;
    for (at += took; at < c->begin + header; at += took) {
        static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
        took = number_at(g->bytes, at, c->begin + (uint32_t)header, &kind);
        if (took == 0 || kind == 10 || kind == 11)
            return 0;
        sum += kind < sizeof sizes ? sizes[kind] : (kind - 12) / 2;
        if (sum > c->payload)
            return 0;
    }
    return sum == c->payload;
}

/* Something lies at these bytes of the page. 0 when something else does already. */
static int use(tt_sqlite_pages *p, uint32_t at, uint32_t size)
{
    if (memchr(p->used + at, 1, size))
        return 0;
    memset(p->used + at, 1, size);
    return 1;
}

/* ---- Trees --------------------------------------------------------------------------------- */

static int parse_page(tt_sqlite_pages *p, const uint8_t *bytes, uint64_t number, page *out)
{
    uint32_t head = number == 1 ? TT_SQLITE_HEADER : 0;
    unsigned type = bytes[head];

    *out = (page){.bytes = bytes, .head = head, .type = type};
    if (type != INDEX_INNER && type != TABLE_INNER && type != INDEX_LEAF && type != TABLE_LEAF)
        return 0;
    out->cells = load16_be(bytes + head + 3);
    out->content = load16_be(bytes + head + 5);
    if (out->content == 0)
        out->content = PAGE_MAX;
    out->list = head + (type == INDEX_INNER || type == TABLE_INNER ? 12 : 8);
    return out->content <= p->header.usable && out->list + 2 * out->cells <= out->content;
}

/* The gaps between cells: listed when of four bytes or more, else only counted. */
static int gaps_fit(tt_sqlite_pages *p, const page *g)
{
    uint32_t at = load16_be(g->bytes + g->head + 1), lost = 0, next, size;

    for (; at != 0; at = next) {
        if (at < g->content || at > p->header.usable - 4)
            return 0;
        next = load16_be(g->bytes + at);
        size = load16_be(g->bytes + at + 2);
        if (size < 4 || size > p->header.usable - at || (next != 0 && next < at + size)
            || !use(p, at, size))
            return 0;
    }
    for (at = g->content; at < p->header.usable; at++)
        lost += p->used[at] == 0;
    return lost == g->bytes[g->head + 7];
}

/* All that lies in the page and on overflow pages. */
static tutela_status walk_cells(tt_sqlite_pages *p, const page *g, tutela_error *error)
{
    memset(p->used, 0, p->header.usable);
    for (uint32_t i = 0; i < g->cells; i++) {
        uint32_t at = load16_be(g->bytes + g->list + 2 * i), room = p->header.usable - 4;
        cell c;
        if (at < g->content || at > p->header.usable - 4 || !parse_cell(p, g, at, &c)
            || !use(p, at, c.size) || (g->type != TABLE_INNER && !record_fits(g, &c))) {
            p->unfit = 1;
            continue;
        }
        if (g->type == TABLE_LEAF) {
            p->unfit |= p->any && c.row <= p->last;
            p->last = c.row;
            p->any = 1;
        }
        if (c.local < c.payload)
            TT_TRY(walk_overflow(p, c.over, (c.payload - c.local + room - 1) / room, error));
    }
    p->unfit |= !gaps_fit(p, g);
    return TUTELA_OK;
}

static tutela_status walk(tt_sqlite_pages *p, uint64_t number, unsigned depth, unsigned leaf,
                          tutela_error *error);

/* The pages below an inner one, and what it says of the rows in them. */
static tutela_status walk_children(tt_sqlite_pages *p, const page *g, unsigned depth, unsigned leaf,
                                   tutela_error *error)
{
    for (uint32_t i = 0; i < g->cells; i++) {
        uint32_t at = load16_be(g->bytes + g->list + 2 * i);
        cell c;
        if (at > p->header.usable - 4 || !parse_cell(p, g, at, &c))
            continue; /* that it does not fit is known by now */
        TT_TRY(walk(p, c.child, depth + 1, leaf, error));
        if (g->type == TABLE_INNER) {
            p->unfit |= p->any && c.row < p->last;
            p->last = c.row;
            p->any = 1;
        }
    }
    return walk(p, load32_be(g->bytes + g->head + 8), depth + 1, leaf, error);
}

/* A page and all below it. `leaf`: the type of the tree's leaves, 0 at its root. */
static tutela_status walk(tt_sqlite_pages *p, uint64_t number, unsigned depth, unsigned leaf,
                          tutela_error *error)
{
    unsigned type;
    int good;
    page g;

    if (depth == DEPTH_MAX || !claim(p, number)) {
        p->unfit = 1;
        return TUTELA_OK;
    }
    if (!p->pages[depth])
        p->pages[depth] = tt_alloc_raw(p->header.page_size, 1);
    if (!p->pages[depth])
        return tt_no_memory(error);
    TT_TRY(fetch(p, number, p->pages[depth], p->header.page_size, &good, error));
    if (!good || !parse_page(p, p->pages[depth], number, &g)) {
        p->unfit = 1;
        return TUTELA_OK;
    }
    type = g.type == INDEX_INNER ? INDEX_LEAF : g.type == TABLE_INNER ? TABLE_LEAF : g.type;
    p->unfit |= leaf != 0 && type != leaf;
    TT_TRY(walk_cells(p, &g, error));
    return g.type == type ? TUTELA_OK : walk_children(p, &g, depth, type, error);
}

/* ---- The border ---------------------------------------------------------------------------- */

tutela_status tt_sqlite_pages_new(tt_sqlite_pages **out, tt_stream *stream,
                                  const tt_sqlite_header *header, tutela_error *error)
{
    tt_sqlite_pages *p = tt_alloc(1, sizeof *p);
    /* As many as there can be, whatever the header states. */
    uint64_t most = stream->size / header->page_size + 1;

    if (!p)
        return tt_no_memory(error);
    p->stream = stream;
    p->header = *header;
    if (p->header.pages > most) {
        p->header.pages = most;
        p->unfit = 1;
    }
    if (p->header.pages > PAGES_MAX) {
        p->header.pages = PAGES_MAX;
        p->unfit = 1;
    }
    p->met = tt_alloc((size_t)(p->header.pages / 8 + 1), 1);
    p->pages[0] = tt_alloc_raw(header->page_size, 1);
    if (!p->met || !p->pages[0]) {
        tt_sqlite_pages_free(p);
        return tt_no_memory(error);
    }
    *out = p;
    return TUTELA_OK;
}

tutela_status tt_sqlite_pages_tree(tt_sqlite_pages *pages, uint64_t root, tutela_error *error)
{
    pages->any = 0;
    return walk(pages, root, 0, 0, error);
}

/* Behind the last page there may be zeros, as those leave who make room in advance. */
static tutela_status look_behind(tt_sqlite_pages *p, tutela_error *error)
{
    uint64_t at = p->header.pages * p->header.page_size;
    tt_trouble trouble;
    size_t got = 1;

    for (; got > 0 && !p->unfit && at < p->stream->size; at += got) {
        TT_TRY(tt_stream_read_at(p->stream, at, p->pages[0], p->header.page_size, &got, &trouble,
                                 error));
        for (size_t i = 0; i < got; i++)
            p->unfit |= p->pages[0][i] != 0;
    }
    return TUTELA_OK;
}

tutela_status tt_sqlite_pages_fit(tt_sqlite_pages *pages, int *fit, tutela_error *error)
{
    uint64_t lock = LOCK_BYTE / pages->header.page_size + 1;
    uint64_t step = pages->header.usable / 5 + 1;

    TT_TRY(walk_free(pages, error));
    TT_TRY(look_behind(pages, error));
    for (uint64_t at = 2; pages->header.moves && at <= pages->header.pages; at += step)
        (void)claim(pages, at == lock ? at + 1 : at);
    if (lock <= pages->header.pages)
        (void)claim(pages, lock);
    *fit = !pages->unfit && pages->count == pages->header.pages;
    return TUTELA_OK;
}

void tt_sqlite_pages_free(tt_sqlite_pages *pages)
{
    if (!pages)
        return;
    for (size_t i = 0; i < DEPTH_MAX; i++)
        tt_free(pages->pages[i]);
    tt_free(pages->met);
    tt_free(pages);
}
