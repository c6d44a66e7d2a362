/* walk_document: where PDF files, OLE 2 (old Office, Thumbs.db, mails) and SQLite data bases end. */
#include "carve/inner.h"

#include "base/cursor.h"

#include <string.h>

/* ---- PDF ------------------------------------------------------------------------------------- */

#define PDF_QUIET (UINT64_C(16) << 20) /* bytes without a percent sign: of pictures that are not packed */
#define PDF_LINE   16u /* bytes behind an end mark that tell whether the file goes on */
#define PDF_NUMBER 48u /* bytes before an end mark in which its directory's place stands */
#define PDF_OBJECT 12u /* digits and spaces before "obj" */

static int is_number(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\r' || byte == '\n';
}

/* Behind an end of line, if there is one. */
static uint64_t behind_line(tt_view *view, uint64_t at)
{
    const uint8_t *byte = tt_view_at(view, at, 1);

    if (byte && *byte == '\r') {
        byte = tt_view_at(view, at + 1, 1);
        return at + 1 + (byte && *byte == '\n');
    }
    return at + (byte && *byte == '\n');
}

/* "12 0 obj", or another, in the PDF_LINE bytes of a line. */
static int is_object(const uint8_t *line, size_t i)
{
    int is = is_number(line[i]);

    while (i < PDF_OBJECT && (is_number(line[i]) || line[i] == ' '))
        i++;
    return is && memcmp(line + i, "obj", 3) == 0;
}

/* Does what is at `at` belong to the file still? A first end mark may stand before changes, or pages. */
static int goes_on(tt_view *view, uint64_t at)
{
    const uint8_t *line = tt_view_at(view, at, PDF_LINE);
    size_t i = 0;

    while (line && i < 4 && is_blank(line[i]))
        i++;
    return line && (memcmp(line + i, "xref", 4) == 0 || is_object(line, i));
}

/* Is there an end mark from *at on, before another file's head? *at: where, or the last place it was sought. */
static int next_end(tt_view *view, uint64_t *at)
{
    uint64_t met;

    while ((met = tt_view_find(view, *at, tt_carve_near(view, *at, PDF_QUIET), '%'))
           != TT_VIEW_NOWHERE) {
        const uint8_t *mark = tt_view_at(view, met, 5);

        *at = met;
        if (!mark || memcmp(mark, "%PDF-", 5) == 0)
            return 0;
        if (memcmp(mark, "%%EOF", 5) == 0)
            return 1;
        ++*at;
    }
    return 0;
}

/* The number behind the last "startxref" of a text; UINT64_MAX. */
static uint64_t stated_place(const uint8_t *text, size_t size)
{
    const uint8_t *met = text, *start = NULL;
    uint64_t place = 0;
    size_t i;

    while ((met = memmem(met, size - (size_t)(met - text), "startxref", 9)))
        start = met++;
    if (!start)
        return UINT64_MAX;
    i = (size_t)(start - text) + 9;
    while (i < size && is_blank(text[i]))
        i++;
    for (; i < size && is_number(text[i]) && place < UINT32_MAX; i++)
        place = place * 10 + (text[i] - (unsigned)'0');
    return place;
}

/*
 * Does the number before the end mark at `end` lead to a directory? It does not where a piece of the file is
 * missing, or another lies between.
 */
static int leads(tt_view *view, uint64_t from, uint64_t end)
{
    size_t size = end - from < PDF_NUMBER ? (size_t)(end - from) : PDF_NUMBER, i = 0;
    const uint8_t *text = tt_view_at(view, end - size, size);
    uint64_t place = text ? stated_place(text, size) : UINT64_MAX;

    text = place < end - from ? tt_view_at(view, from + place, PDF_LINE) : NULL;
    while (text && i < 4 && is_blank(text[i]))
        i++;
    return text && (memcmp(text + i, "xref", 4) == 0 || is_object(text, i));
}

void tt_walk_pdf(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, 8);
    uint64_t at = from + 8, mark = 0, end = 0;
    int more = 1;

    if (!head || !is_number(head[5]) || head[6] != '.' || !is_number(head[7]))
        return;
    while (more) {
        more = next_end(view, &at);
        if (more) {
            mark = at;
            end = at = behind_line(view, at + 5);
            more = goes_on(view, at);
        }
    }
    if (end > 0 && leads(view, from, mark))
        tt_carved_stated(view, out, "pdf", end);
    else
        tt_carved_cut(view, out, "pdf", end > 0 ? end : at);
}

/* ---- OLE 2 ----------------------------------------------------------------------------------- */

#define OLE_LISTED 109u /* sectors of the table that the head lists */
#define OLE_FREE   0xffffffffu
#define OLE_TABLE  0xfffffffdu /* what the table says of its own sectors */
#define OLE_SPARE  0xfffffffau /* and above: no sector */

typedef struct ole {
    tt_view *view;
    uint64_t from;
    unsigned shift;
    uint32_t tables, lists, list; /* sectors of the table; of lists of these, the first */
} ole;

static uint64_t ole_place(const ole *o, uint32_t sector)
{
    return o->from + ((uint64_t)(sector + UINT64_C(1)) << o->shift);
}

static uint32_t ole_number(const ole *o, uint64_t at)
{
    const uint8_t *here = tt_view_at(o->view, at, 4);

    return here ? tt_load32(here) : OLE_FREE;
}

/* Where the i-th sector of the table is; OLE_FREE: that is lost. */
static uint32_t ole_table(const ole *o, uint32_t i)
{
    uint32_t each = (1u << o->shift) / 4 - 1, list = o->list;

    if (i < OLE_LISTED)
        return ole_number(o, o->from + 76 + 4 * i);
    i -= OLE_LISTED;
    for (uint32_t n = 0; i >= each; n++, i -= each) {
        if (list >= OLE_SPARE || n >= o->lists)
            return OLE_FREE;
        list = ole_number(o, ole_place(o, list) + 4 * (uint64_t)each);
    }
    return list >= OLE_SPARE ? OLE_FREE : ole_number(o, ole_place(o, list) + 4 * (uint64_t)i);
}

/* The last sector in use, by the table from its end; OLE_FREE. */
static uint32_t ole_last(const ole *o)
{
    uint32_t each = (1u << o->shift) / 4;

    for (uint32_t i = o->tables; i > 0; i--) {
        uint32_t sector = ole_table(o, i - 1);
        const uint8_t *table =
            sector < OLE_SPARE ? tt_view_at(o->view, ole_place(o, sector), 4 * (size_t)each) : NULL;

        if (!table)
            return OLE_FREE;
        for (uint32_t k = each; k > 0; k--)
            if (tt_load32(table + 4 * (size_t)(k - 1)) != OLE_FREE)
                return (i - 1) * each + k - 1;
    }
    return OLE_FREE;
}

/* Does the table know the sector it is in? */
static int ole_agrees(const ole *o)
{
    uint32_t each = (1u << o->shift) / 4, first = ole_table(o, 0), sector;

    if (first >= OLE_SPARE || first / each >= o->tables)
        return 0;
    sector = ole_table(o, first / each);
    return sector < OLE_SPARE
           && ole_number(o, ole_place(o, sector) + 4 * (uint64_t)(first % each)) == OLE_TABLE;
}

void tt_walk_ole2(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, 512);
    ole o = {.view = view, .from = from};
    uint32_t last;

    if (!head || tt_load16(head + 28) != 0xfffe)
        return;
    o.shift = tt_load16(head + 30);
    o.tables = tt_load32(head + 44);
    o.list = tt_load32(head + 68);
    o.lists = tt_load32(head + 72);
    if ((o.shift != 9 && o.shift != 12) || o.tables == 0 || o.tables > UINT32_MAX / 1024)
        return;
    last = ole_agrees(&o) ? ole_last(&o) : OLE_FREE;
    if (last == OLE_FREE)
        tt_carved_cut(view, out, "ole", ole_place(&o, 0));
    else
        tt_carved_stated(view, out, "ole", ole_place(&o, last + 1));
}

/* ---- SQLite ---------------------------------------------------------------------------------- */

void tt_walk_sqlite(tt_view *view, uint64_t from, tt_carved *out)
{
    const uint8_t *head = tt_view_at(view, from, 101);
    uint64_t page, pages;

    if (!head || head[15] != 0)
        return;
    page = tt_be16(head + 16) == 1 ? 65536 : tt_be16(head + 16);
    pages = tt_be32(head + 28);
    if (page < 512 || (page & (page - 1)) != 0 || memcmp(head + 21, "\x40\x20\x20", 3) != 0)
        return;
    if (head[100] != 2 && head[100] != 5 && head[100] != 10 && head[100] != 13)
        return;
    /* The number of pages counts only if the last who wrote knew of it. */
    if (pages == 0 || memcmp(head + 24, head + 92, 4) != 0)
        tt_carved_cut(view, out, "sqlite", from + page);
    else
        tt_carved_stated(view, out, "sqlite", from + page * pages);
}
