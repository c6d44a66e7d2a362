/* plain: see plain.h. What is looked for is what executable.c and html.c look for, by the same rules. */
#include "unpack/plain.h"

#include "unpack/signs.h"

#include <string.h>

/* The rows' numbers. */
enum {
#define FORMAT(name, fits, wants) ROW_##name,
#include "unpack/formats.def"
#undef FORMAT
};

/* Behind the place that something begins at, so many bytes tell whether it does; before it, so many. */
#define AHEAD 512u
#define BEHIND 16u

_Static_assert(AHEAD >= TT_BEGINS_SIZE && AHEAD > TT_URI_TYPE_MAX, "they tell");
_Static_assert(TT_PLAIN_KEPT >= AHEAD + BEHIND, "what cannot be told yet is there when it can");

/* Some bytes of the file, and the places among them that are asked about. */
typedef struct view {
    const uint8_t *data;
    size_t size;
    uint64_t offset; /* of its first byte, in the file */
    size_t from, to;
} view;

void tt_plain_begin(tt_plain *out, int row)
{
    memset(out, 0, offsetof(tt_plain, last));
    if (row == ROW_html)
        out->kind = TT_PLAIN_PAGE;
    else if (row == ROW_executable)
        out->kind = TT_PLAIN_MZ; /* or another, as the first bytes say */
}

/* ---- Programs ------------------------------------------------------------------------------ */

/* The first bytes of a file. */
typedef struct front {
    const uint8_t *data;
    size_t size;
    int missed; /* more was asked for */
} front;

static tutela_status take(void *user, uint64_t offset, void *out, size_t size, size_t *got)
{
    front *f = user;
    size_t there = offset < f->size ? f->size - (size_t)offset : 0;

    *got = size < there ? size : there;
    if (*got < size)
        f->missed = 1;
    if (*got > 0)
        memcpy(out, f->data + offset, *got);
    return TUTELA_OK;
}

/* Which kind of executable, and where it ends. */
static void know(tt_plain *plain, const uint8_t *data, size_t size)
{
    uint8_t head[TT_PROGRAM_HEAD] = {0};
    front f = {.data = data, .size = size};

    memcpy(head, data, size < sizeof head ? size : sizeof head);
    if (head[0] == '#') {
        plain->kind = TT_PLAIN_SCRIPT;
        return;
    }
    if (head[0] == 0x7f)
        plain->kind = TT_PLAIN_ELF;
    if (tt_program_measure(&plain->program, head, take, &f) != TUTELA_OK)
        plain->may = 1;
    plain->measured = size;
    plain->missed = f.missed;
}

/* Is there nothing behind it but its certificate? */
static int has_nothing_behind(const tt_plain *plain, uint64_t size)
{
    const tt_extent *c = &plain->program.certificate;
    uint64_t from = plain->program.end;

    /* Of a table that was not seen nothing is known but that the end is no nearer. */
    if (plain->kind == TT_PLAIN_ELF)
        return from >= size;
    if (plain->missed && plain->measured < size)
        return 0;
    if (c->end > from && c->end <= size) {
        if (c->from > from)
            return 0;
        from = c->end;
    }
    return from >= size;
}

/* A cabinet in the resources. */
static void look_for_cabinets(tt_plain *plain, const view *v)
{
    const tt_extent *r = &plain->program.resources;
    uint64_t from = v->offset + v->from, to = v->offset + v->to + 7;

    if (to > v->offset + v->size)
        to = v->offset + v->size;
    from = from > r->from ? from : r->from;
    to = to < r->end ? to : r->end;
    if (from < to && memmem(v->data + (from - v->offset), (size_t)(to - from), "MSCF\0\0\0\0", 8))
        plain->may = 1;
}

/* ---- Scripts and pages --------------------------------------------------------------------- */

static void look_for_payload(tt_plain *plain, const view *v)
{
    size_t at = v->from > 0 ? v->from - 1 : 0;
    const uint8_t *feed;

    for (; !plain->may && at + 1 < v->to; at++) {
        feed = memchr(v->data + at, '\n', v->to - 1 - at);
        at = feed ? (size_t)(feed - v->data) : v->to;
        if (!feed || v->offset + at >= TT_SCRIPT_MAX)
            return;
        plain->may = tt_begins_container(feed + 1, v->size - at - 1);
    }
}

/* A URI whose data does not end at once: what comes out of that is the reader's to say. */
static int holds_uri(const view *v, size_t at)
{
    tt_uri uri;

    if (!tt_uri_begins(v->data, v->size, at, &uri))
        return 0;
    return uri.base64
           || (uri.quote && (uri.data >= v->size || v->data[uri.data] != uri.quote));
}

static void look_for_uris(tt_plain *plain, const view *v)
{
    const uint8_t *colon;

    for (size_t at = v->from; !plain->may && at < v->to; at++) {
        colon = memchr(v->data + at, ':', v->to - at);
        if (!colon)
            return;
        at = (size_t)(colon - v->data);
        plain->may = holds_uri(v, at + 1);
    }
}

/* ---- Bytes --------------------------------------------------------------------------------- */

/* Can anything that is still to come change what is known? */
static int is_looking(const tt_plain *plain)
{
    if (plain->may)
        return 0;
    /* Until what could not be told of the last place that counts is told. */
    if (plain->kind == TT_PLAIN_MZ)
        return plain->program.resources.end > 0
               && plain->total < plain->program.resources.end + AHEAD;
    if (plain->kind == TT_PLAIN_SCRIPT)
        return plain->total <= TT_SCRIPT_MAX + AHEAD;
    return plain->kind == TT_PLAIN_PAGE;
}

static void look(tt_plain *plain, const view *v)
{
    if (v->from >= v->to || plain->may)
        return;
    if (plain->kind == TT_PLAIN_MZ)
        look_for_cabinets(plain, v);
    else if (plain->kind == TT_PLAIN_SCRIPT)
        look_for_payload(plain, v);
    else if (plain->kind == TT_PLAIN_PAGE)
        look_for_uris(plain, v);
}

/* How many of the last bytes could not be told of yet. */
static size_t open_bytes(const tt_plain *plain)
{
    return plain->kept < AHEAD ? plain->kept : AHEAD;
}

/* The places that had to wait for these bytes, and the first ones among them. How many of these that is. */
static size_t look_across(tt_plain *plain, const uint8_t *data, size_t size)
{
    uint8_t across[TT_PLAIN_KEPT + AHEAD + BEHIND];
    size_t some = size < AHEAD + BEHIND ? size : AHEAD + BEHIND;
    view v = {.data = across,
              .size = plain->kept + some,
              .offset = plain->total - plain->kept,
              .from = plain->kept - open_bytes(plain)};

    memcpy(across, plain->last, plain->kept);
    memcpy(across + plain->kept, data, some);
    v.to = v.size > AHEAD ? v.size - AHEAD : 0;
    look(plain, &v);
    return some > AHEAD ? some - AHEAD : 0;
}

static void keep(tt_plain *plain, const uint8_t *data, size_t size)
{
    size_t some = size < TT_PLAIN_KEPT ? size : TT_PLAIN_KEPT, before = TT_PLAIN_KEPT - some;

    before = plain->kept < before ? plain->kept : before;
    memmove(plain->last, plain->last + plain->kept - before, before);
    memcpy(plain->last + before, data + size - some, some);
    plain->kept = before + some;
}

void tt_plain_add(tt_plain *plain, const uint8_t *data, size_t size)
{
    if (size == 0 || plain->kind == TT_PLAIN_NOT)
        return;
    if (plain->total == 0 && plain->kind != TT_PLAIN_PAGE)
        know(plain, data, size);
    if (is_looking(plain)) {
        size_t known = plain->total > 0 ? look_across(plain, data, size) : 0;
        view v = {.data = data, .size = size, .offset = plain->total, .from = known};
        v.to = size > AHEAD ? size - AHEAD : 0;
        look(plain, &v);
        keep(plain, data, size);
    }
    plain->total += size;
}

int tt_plain_can(const tt_plain *plain, uint64_t size)
{
    if (plain->kind == TT_PLAIN_NOT || plain->may)
        return 0;
    return plain->kind == TT_PLAIN_SCRIPT || plain->kind == TT_PLAIN_PAGE
           || has_nothing_behind(plain, size);
}

int tt_plain_end(tt_plain *plain)
{
    view v = {.data = plain->last,
              .size = plain->kept,
              .offset = plain->total - plain->kept,
              .from = plain->kept - open_bytes(plain),
              .to = plain->kept};

    look(plain, &v);
    return tt_plain_can(plain, plain->total);
}
