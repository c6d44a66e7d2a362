/*
 * carve: the pass over a space, window by window (see carve.h).
 *
 * Windows are small enough to stay in the second cache, and overlap by what a pattern, a transport stream's
 * packets or a mention may reach over their edge. What begins in a window is walked through at once: its
 * bytes are still near.
 */
#include "carve/inner.h"

#include "base/mem.h"

#include <string.h>

#define WINDOW (256u << 10)
#define KEEP   4096u /* of the window before: more than TT_TRANSPORT_STRIDE and _REACH, and a mention's reach */
#define HITS   1024u

/* What walks may look at, in bytes for each byte of the space, and besides for a small one. */
#define WORK      4u
#define WORK_LEAST (UINT64_C(16) << 20)

/* Steps over what cannot be read: a sixteenth of what it is so far. */
#define HOLE_LEAST ((uint64_t)4096)
#define HOLE_MOST  (UINT64_C(16) << 20)
#define HOLE_SHARE 16u

struct tt_carve {
    tt_carve_patterns *patterns;
    uint8_t *window; /* KEEP + WINDOW + TT_MENTION_SLACK bytes */
    uint8_t *page;
};

typedef struct hit {
    uint64_t at;
    tt_carve_row row;
} hit;

typedef struct run {
    tt_carve *carve;
    tt_stream *space;
    const tt_carve_sink *sink;
    void *user;
    tutela_error *error;
    tutela_status status;
    tt_trouble trouble;
    uint64_t from; /* of the window's first byte, in the space */
    size_t size, kept; /* bytes of the window; those of them that were in the one before */
    uint64_t scanned;  /* where the bytes Hyperscan was given begin */
    uint64_t covered;  /* up to here a whole file was found */
    uint64_t cut_to;   /* up to here one that is cut short was followed, */
    tt_carve_walk *cut; /* by this walk */
    uint64_t probe;    /* where transport streams are looked for next */
    tt_view view;
    tt_mentions mentions;
    size_t hits;
    hit hit[HITS];
} run;

const tt_carve_kind *tt_carve_kinds(void)
{
    static const tt_carve_kind kinds[] = {
#define X(name, pattern, end, repeats, largest, walk) {pattern, end, repeats, largest, walk},
#include "carve/carve.def"
#undef X
    };

    return kinds;
}

tutela_status tt_carve_new(tt_carve **out, tutela_error *error)
{
    tt_carve *carve = tt_alloc(1, sizeof *carve);
    tutela_status status = TUTELA_OK;

    if (!carve)
        return tt_no_memory(error);
    carve->window = tt_alloc_aligned(64, KEEP + WINDOW + TT_MENTION_SLACK, 1);
    carve->page = tt_alloc_raw(TT_VIEW_PAGE, 1);
    if (!carve->window || !carve->page)
        status = tt_no_memory(error);
    if (status == TUTELA_OK)
        status = tt_carve_patterns_new(&carve->patterns, error);
    if (status == TUTELA_OK)
        *out = carve;
    else
        tt_carve_free(carve);
    return status;
}

void tt_carve_free(tt_carve *carve)
{
    if (!carve)
        return;
    tt_carve_patterns_free(carve->patterns);
    tt_free(carve->window);
    tt_free(carve->page);
    tt_free(carve);
}

/* ---- What was hit ---------------------------------------------------------------------------- */

/* Is it known what is there? */
static int is_known(const run *r, const hit *h)
{
    const tt_carve_kind *kind = &tt_carve_kinds()[h->row];

    return h->at < r->covered || (kind->repeats && kind->walk == r->cut && h->at < r->cut_to);
}

/* The packets before a stream's first may belong to a file that ended among them. */
static void begin_behind(const run *r, hit *h)
{
    uint64_t stride = h->row == TT_CARVE_TRANSPORT_188   ? 188
                      : h->row == TT_CARVE_TRANSPORT_192 ? 192
                                                         : 0;

    if (stride > 0 && h->at < r->covered)
        h->at += (r->covered - h->at + stride - 1) / stride * stride;
}

static tutela_status take_hit(run *r, hit *h)
{
    const tt_carve_kind *kind = &tt_carve_kinds()[h->row];
    tt_carved out;

    begin_behind(r, h);
    out = (tt_carved){TT_CARVED_NONE, h->at, ""};
    if (h->at >= r->space->size || is_known(r, h) || r->view.spent)
        return TUTELA_OK;
    r->view.end = kind->largest < r->space->size - h->at ? h->at + kind->largest : r->space->size;
    kind->walk(&r->view, h->at, &out);
    TT_TRY(r->view.status);
    if (out.state == TT_CARVED_NONE)
        return TUTELA_OK;
    if (out.to < h->at + kind->end) /* lost at once, but something it is */
        out.to = h->at + kind->end < r->space->size ? h->at + kind->end : r->space->size;
    if (out.state == TT_CARVED_WHOLE) {
        r->covered = out.to;
    } else {
        r->cut = kind->walk;
        r->cut_to = out.to;
    }
    return r->sink->found(r->user, h->at, out.to, out.extension, out.state == TT_CARVED_WHOLE,
                          r->error);
}

/* In the order in which they begin, from which that in which they were hit differs little. */
static tutela_status take_hits(run *r)
{
    for (size_t i = 1; i < r->hits; i++) {
        hit h = r->hit[i];
        size_t k = i;

        for (; k > 0 && r->hit[k - 1].at > h.at; k--)
            r->hit[k] = r->hit[k - 1];
        r->hit[k] = h;
    }
    for (size_t i = 0; i < r->hits; i++)
        TT_TRY(take_hit(r, &r->hit[i]));
    r->hits = 0;
    return TUTELA_OK;
}

static tutela_status add_hit(run *r, tt_carve_row row, uint64_t at)
{
    if (r->hits == HITS)
        TT_TRY(take_hits(r));
    r->hit[r->hits++] = (hit){at, row};
    return TUTELA_OK;
}

static int on_hit(void *user, tt_carve_row row, uint64_t end)
{
    run *r = user;
    uint64_t at = r->scanned + end, begun = tt_carve_kinds()[row].end;

    /* It was seen in the window before, or its file would begin before the space. */
    if (at <= r->from + r->kept || at < begun)
        return 0;
    r->status = add_hit(r, row, at - begun);
    return r->status != TUTELA_OK;
}

static tutela_status seek_patterns(run *r)
{
    size_t lead = r->kept < TT_CARVE_PATTERN ? r->kept : TT_CARVE_PATTERN, skip = r->kept - lead;

    r->scanned = r->from + skip;
    TT_TRY(tt_carve_patterns_scan(r->carve->patterns, r->carve->window + skip, r->size - skip,
                                  on_hit, r, r->error));
    return r->status;
}

/* What they cover is known once they were walked through: they are taken with the others. */
static tutela_status seek_transports(run *r)
{
    for (; r->probe + TT_TRANSPORT_REACH <= r->from + r->size; r->probe += TT_TRANSPORT_STRIDE) {
        const hit here = {r->probe, TT_CARVE_TRANSPORT_188};
        tt_carve_row row;
        size_t first;

        if (is_known(r, &here))
            continue;
        row = tt_transport_probe(r->carve->window, (size_t)(r->probe - r->from), &first);
        if (row != TT_CARVE_ROWS)
            TT_TRY(add_hit(r, row, r->from + first));
    }
    return TUTELA_OK;
}

/* ---- Windows --------------------------------------------------------------------------------- */

/* `last`: nothing follows, or nothing that can be read. */
static tutela_status search(run *r, int last)
{
    uint64_t end = r->from + r->size, sure = end > TT_MENTION_REACH ? end - TT_MENTION_REACH : 0;

    memset(r->carve->window + r->size, 0, TT_MENTION_SLACK);
    r->view.window_from = r->from;
    r->view.window_size = r->size;
    if (r->sink->found && !r->view.spent) {
        TT_TRY(seek_transports(r));
        TT_TRY(seek_patterns(r));
        TT_TRY(take_hits(r));
    }
    if (r->sink->mention)
        TT_TRY(tt_mentions_run(&r->mentions, r->carve->window, r->from, r->size, last ? end : sure,
                               r->sink->mention, r->user, r->error));
    return TUTELA_OK;
}

/* Make room behind what the next window keeps of this one. */
static void move_on(run *r)
{
    size_t kept = r->size < KEEP ? r->size : KEEP;

    memmove(r->carve->window, r->carve->window + (r->size - kept), kept);
    r->from += r->size - kept;
    r->size = r->kept = kept;
    r->view.window_size = 0;
}

/* Nothing before `at` counts any more. */
static void begin_at(run *r, uint64_t at)
{
    r->from = at;
    r->size = r->kept = 0;
    r->probe = at;
    r->mentions.next = at;
}

static void note(run *r, const tt_trouble *trouble)
{
    if (r->trouble.status != TUTELA_ITEM_CLEAR)
        return;
    r->trouble = *trouble;
    if (r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = (tt_trouble){TUTELA_ITEM_PARTIAL, "not all of it can be read"};
}

/* ---- Holes ----------------------------------------------------------------------------------- */

static tutela_status is_readable(run *r, uint64_t at, int *out)
{
    tt_trouble trouble;
    uint8_t byte;
    size_t got;

    TT_TRY(tt_stream_read_at(r->space, at, &byte, 1, &got, &trouble, r->error));
    *out = got > 0;
    return TUTELA_OK;
}

/*
 * *at cannot be read: on to where it can, or the end. Steps grow with the hole, so that one of terabytes is over
 * soon; the last of them is gone back over, so that nothing right behind it is lost.
 */
static tutela_status skip_hole(run *r, uint64_t *at)
{
    const uint64_t begun = *at, size = r->space->size;
    uint64_t bad = begun, good = begun;
    int readable = 0;

    while (!readable && good < size) {
        uint64_t step = (good - begun) / HOLE_SHARE;

        step = step < HOLE_LEAST ? HOLE_LEAST : step > HOLE_MOST ? HOLE_MOST : step;
        bad = good;
        good = (good + step) / HOLE_LEAST * HOLE_LEAST;
        if (good < size)
            TT_TRY(is_readable(r, good, &readable));
    }
    good = good < size ? good : size;
    while (good - bad > HOLE_LEAST) {
        uint64_t middle = (bad + (good - bad) / 2) / HOLE_LEAST * HOLE_LEAST;

        if (middle <= bad) /* where the hole began need not be even */
            middle = bad / HOLE_LEAST * HOLE_LEAST + HOLE_LEAST;
        TT_TRY(is_readable(r, middle, &readable));
        if (readable)
            good = middle;
        else
            bad = middle;
    }
    *at = good;
    return r->sink->unreadable ? r->sink->unreadable(r->user, begun, good, r->error) : TUTELA_OK;
}

/* ---- The pass -------------------------------------------------------------------------------- */

static void begin(run *r, tt_carve *carve, tt_stream *space, const tt_carve_sink *sink, void *user,
                  tutela_error *error)
{
    memset(r, 0, offsetof(run, hit));
    r->carve = carve;
    r->space = space;
    r->sink = sink;
    r->user = user;
    r->error = error;
    r->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    r->view = (tt_view){.space = space, .window = carve->window, .page = carve->page, .error = error};
    r->view.left = space->size < UINT64_MAX / WORK - WORK_LEAST ? WORK * space->size + WORK_LEAST
                                                               : UINT64_MAX;
}

tutela_status tt_carve_run(tt_carve *carve, tt_stream *space, const tt_carve_sink *sink, void *user,
                           tt_trouble *trouble, tutela_error *error)
{
    TT_AUTO_FREE run *r = tt_alloc(1, sizeof *r);
    uint64_t at = 0;

    if (!r)
        return tt_no_memory(error);
    begin(r, carve, space, sink, user, error);
    while (at < space->size) {
        tt_trouble seen;
        size_t got;

        TT_TRY(tt_stream_read_at(space, at, carve->window + r->size, WINDOW, &got, &seen, error));
        at += got;
        r->size += got;
        TT_TRY(search(r, at == space->size || got < WINDOW));
        if (got == WINDOW || at == space->size) {
            move_on(r);
            continue;
        }
        note(r, &seen);
        TT_TRY(skip_hole(r, &at));
        begin_at(r, at);
    }
    if (r->view.spent && r->trouble.status == TUTELA_ITEM_CLEAR)
        r->trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "a limit was hit"};
    *trouble = r->trouble;
    return TUTELA_OK;
}

tutela_status tt_carve_mentions(tt_carve *carve, tt_stream *bytes, const tt_carve_sink *sink,
                                void *user, tt_trouble *trouble, tutela_error *error)
{
    const tt_carve_sink only = {.mention = sink->mention};
    TT_AUTO_FREE run *r = tt_alloc(1, sizeof *r);
    tt_trouble seen;
    size_t got;

    if (!r)
        return tt_no_memory(error);
    begin(r, carve, bytes, &only, user, error);
    do {
        TT_TRY(tt_stream_read(bytes, carve->window + r->size, WINDOW, &got, &seen, error));
        r->size += got;
        TT_TRY(search(r, got < WINDOW));
        move_on(r);
    } while (got == WINDOW);
    *trouble = seen;
    return TUTELA_OK;
}
