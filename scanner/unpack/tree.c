/*
 * tree: the walk through containers in containers (see tree.h).
 *
 * Each item on the way down has a level. A level is a stream itself: what its reader draws from it
 * goes to the sink on the way, so that each byte is told once whoever asks for it, and the first
 * bytes, from which the format was told, are given out a second time.
 */
#include "unpack/tree.h"

#include "base/mem.h"
#include "unpack/archive.h"
#include "unpack/behind.h"
#include "unpack/both.h"
#include "unpack/budget.h"
#include "unpack/cache.h"
#include "unpack/heads.h"
#include "unpack/overlay.h"
#include "unpack/passing.h"
#include "unpack/raw.h"
#include "unpack/sought.h"
#include "unpack/watch.h"

#include <string.h>

/* Read at once: a part of a core's own cache, so that the sink finds it there. */
#define PIECE ((size_t)1 << 17)
static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

typedef struct run {
    tt_budget budget;
    const tt_sink *sink;
    void *user;
    tt_stream *top;
    tt_held_room room;
    tt_share share;   /* count 0: the whole */
    uint64_t numbers; /* items begun */
    uint64_t entries;
    uint64_t expanded;
    tt_trouble spent; /* not CLEAR once a budget of the whole run is: nothing more comes out */
    struct level *free; /* levels kept for the next item */
} run;

/* An item being read. */
typedef struct level {
    tt_stream stream; /* what its reader reads */
    run *run;
    tt_stream *source; /* the top item's bytes, or NULL: they come from `from` */
    tt_reader *from;
    tt_node node;
    tt_member member;
    char number_name[TT_NUMBER_NAME];
    int ended;
    int on_way; /* to the place that the run begins at */
    int raw;    /* it is to be searched, if it is no container */
    tt_trouble trouble; /* of its bytes; it stays */
    tt_cover cover;     /* of the image of a disk: see node */
    tt_watch watch;     /* on while it only goes forward and is no container so far */
    size_t head_size, head_at;
    uint8_t head[TT_HEAD_WIDE];
    uint8_t piece[PIECE];
    struct level *next;
} level;

/* How a container ended: what `end` is told when its own bytes came without trouble. */
typedef struct outcome {
    tt_trouble trouble;
    uint64_t position;
} outcome;

/* ---- Bytes of a level ---------------------------------------------------------------------- */

/* Bytes that may still come out of containers. */
static uint64_t may_expand(const run *r)
{
    return tt_budget_left(&r->budget, r->top->size > r->top->at ? r->top->size : r->top->at, r->expanded);
}

static void spend(level *l)
{
    run *r = l->run;

    r->spent = (tt_trouble){TUTELA_ITEM_LIMIT, r->expanded >= r->budget.expanded
                                                   ? "more bytes come out of it than the limit"
                                                   : "it expands more than the limit"};
}

/* The next bytes of a member: no more than may come, and one beyond to see whether there is one. */
static tutela_status draw_member(level *l, void *buffer, size_t size, size_t *got,
                                 tutela_error *error)
{
    run *r = l->run;
    uint64_t may = may_expand(r);
    int beyond = may == 0;
    uint8_t one;

    if (r->spent.status != TUTELA_ITEM_CLEAR) {
        l->trouble = r->spent;
        return TUTELA_OK;
    }
    if (beyond)
        return l->from->format->read(l->from, &one, 1, got, &l->trouble, error);
    if (size > may)
        size = (size_t)may;
    return l->from->format->read(l->from, buffer, size, got, &l->trouble, error);
}

/* The next bytes of a level: to `buffer` and to the sink. *got is 0 at the end or in trouble. */
static tutela_status draw(level *l, void *buffer, size_t size, size_t *got, tutela_error *error)
{
    run *r = l->run;

    *got = 0;
    if (l->ended || l->trouble.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    if (l->source) {
        TT_TRY(tt_stream_read(l->source, buffer, size, got, &l->trouble, error));
    } else {
        int beyond = may_expand(r) == 0;
        TT_TRY(draw_member(l, buffer, size, got, error));
        if (beyond && *got > 0) {
            *got = 0;
            spend(l);
            l->trouble = r->spent;
        }
        r->expanded += *got;
    }
    if (*got == 0) {
        l->ended = 1;
        return TUTELA_OK;
    }
    l->node.bytes += *got;
    TT_TRY(tt_watch_add(&l->watch, buffer, *got, error));
    return r->sink->bytes(r->user, &l->node, buffer, *got, error);
}

static tutela_status level_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                tt_trouble *trouble, tutela_error *error)
{
    level *l = (level *)stream;

    if (l->head_at < l->head_size) {
        *got = size < l->head_size - l->head_at ? size : l->head_size - l->head_at;
        memcpy(buffer, l->head + l->head_at, *got);
        l->head_at += *got;
        return TUTELA_OK;
    }
    TT_TRY(draw(l, buffer, size, got, error));
    *trouble = l->trouble;
    return TUTELA_OK;
}

static tutela_status fill_head(level *l, tutela_error *error)
{
    size_t got = 1;

    while (got > 0 && l->head_size < sizeof l->head) {
        TT_TRY(draw(l, l->head + l->head_size, sizeof l->head - l->head_size, &got, error));
        l->head_size += got;
    }
    return TUTELA_OK;
}

/* What is left of a level goes to the sink, and to the spool while that has room. */
static tutela_status drain(level *l, tt_held *spool, int *full, tutela_error *error)
{
    size_t got = 1;

    while (got > 0) {
        TT_TRY(draw(l, l->piece, sizeof l->piece, &got, error));
        if (spool && !*full && got > 0)
            tt_held_add(spool, l->piece, got, full);
    }
    return TUTELA_OK;
}

/* ---- Levels -------------------------------------------------------------------------------- */

static tutela_status take_level(run *r, level **out, tutela_error *error)
{
    static const tt_stream_ops ops = {level_read, NULL};
    level *l = r->free;

    if (l)
        r->free = l->next;
    else
        l = tt_alloc_raw(1, sizeof *l);
    if (!l)
        return tt_no_memory(error);
    /* All but the bytes, which are large, and counted by head_size. */
    memset(l, 0, offsetof(level, head));
    l->stream.ops = &ops;
    l->stream.secrets = r->budget.secrets;
    l->stream.wishes = &r->budget.wishes;
    l->run = r;
    l->trouble = fine;
    *out = l;
    return TUTELA_OK;
}

static void give_level(level *l)
{
    tt_watch_done(&l->watch);
    l->next = l->run->free;
    l->run->free = l;
}

static tutela_status run_level(level *l, tutela_error *error);

/* The member as the sink sees it. */
static void name_member(level *l, const tt_member *member, uint64_t count)
{
    l->member = *member;
    tt_member_name(&l->member, l->number_name, count);
    l->node.member = &l->member;
}

/* One member of the container `l`, and all it holds. */
static tutela_status run_member(level *l, tt_reader *reader, const tt_member *member,
                                uint64_t count, tutela_error *error)
{
    tutela_status status;
    level *inner = NULL;

    l->node.whole = l->ended && l->trouble.status == TUTELA_ITEM_CLEAR;
    TT_TRY(take_level(l->run, &inner, error));
    inner->from = reader;
    inner->node.parent = l->node.number;
    inner->node.depth = l->node.depth + 1;
    inner->trouble = member->trouble;
    inner->on_way = tt_passing_leads(&l->run->budget, l->on_way, l->node.depth, count);
    name_member(inner, member, count);
    status = run_level(inner, error);
    give_level(inner);
    return status;
}

/* A member more is there: may it be taken? */
static int may_take(const level *l, tt_trouble *trouble)
{
    run *r = l->run;

    if (l->node.depth >= r->budget.depth) {
        *trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "containers in containers, deeper than the limit"};
        return 0;
    }
    if (r->entries >= r->budget.entries)
        r->spent = (tt_trouble){TUTELA_ITEM_LIMIT, "more members than the limit"};
    *trouble = r->spent;
    return r->spent.status == TUTELA_ITEM_CLEAR;
}

/* Every member of the container, until one may not be taken or a budget of the run is spent. */
static tutela_status run_members(level *l, tt_reader *reader, tt_trouble *trouble,
                                 tutela_error *error)
{
    int more = 1;
    uint64_t passed = tt_passing_of(&l->run->budget, l->on_way, l->node.depth);

    *trouble = fine;
    TT_TRY(tt_passing_run(reader, passed, l->piece, sizeof l->piece, l->run->sink, l->run->user, &more,
                          trouble, error));
    for (uint64_t count = passed + 1; more; count++) {
        tt_member member = {.size = TT_SIZE_UNKNOWN, .modified = INT64_MIN, .trouble = fine};
        TT_TRY(reader->format->next(reader, &member, &more, trouble, error));
        if (!more)
            return TUTELA_OK;
        if (!may_take(l, trouble))
            return TUTELA_OK;
        l->run->entries++;
        TT_TRY(run_member(l, reader, &member, count, error));
        if (l->run->spent.status != TUTELA_ITEM_CLEAR) {
            *trouble = l->run->spent;
            return TUTELA_OK;
        }
    }
    return TUTELA_OK;
}

/* What became of the bytes of a disk's image so far. */
static void note_cover(level *l, const tt_reader *reader)
{
    if (reader->cover)
        l->node.cover = memcpy(&l->cover, reader->cover, sizeof l->cover);
}

static tutela_status open_container(level *l, const tt_format *format, tt_stream *stream,
                                    outcome *out, tutela_error *error)
{
    tt_reader *reader = NULL;
    tutela_status status = format->open(&reader, stream, error);

    if (status != TUTELA_OK || !reader)
        return status;
    l->node.format = format;
    if (stream == &l->stream)
        tt_watch_done(&l->watch);
    if (stream->share)
        tt_share_budget(stream->share, &l->run->budget);
    note_cover(l, reader);
    if (l->node.cover && l->run->sink->disk)
        status = l->run->sink->disk(l->run->user, &l->node, error);
    if (status == TUTELA_OK)
        status = run_members(l, reader, &out->trouble, error);
    out->position = l->node.bytes;
    note_cover(l, reader);
    if (status == TUTELA_OK && reader->mentions && l->run->sink->mentions)
        status = l->run->sink->mentions(l->run->user, &l->node, reader->mentions, error);
    format->close(reader);
    return status;
}

static int is_shared(const level *l) /* the top item, of which there are other shares */
{
    return l->source && l->run->share.count > 0;
}

/* A container that must be sought in, through a stream that can be. */
static tutela_status open_sought(level *l, const tt_format *format, tt_stream *stream, outcome *out,
                                 tutela_error *error)
{
    tt_sought watched;
    tt_sought_init(&watched, stream, l->run->budget.secrets);
    watched.stream.wishes = &l->run->budget.wishes;
    if (is_shared(l))
        watched.stream.share = &l->run->share;
    TT_TRY(open_container(l, format, &watched.stream, out, error));
    if (l->node.format)
        out->position = watched.far;
    return TUTELA_OK;
}

/* A container and the zip behind it, if one is there; else l->node.format stays NULL. */
static tutela_status open_both(level *l, const tt_format *format, tt_stream *stream, outcome *out,
                               tutela_error *error)
{
    outcome behind = {fine, 0};
    tt_part_stream part;
    uint64_t at;

    TT_TRY(tt_both_find(stream, format, l->run->budget.secrets, may_expand(l->run), &at, error));
    if (at == TT_NOWHERE)
        return TUTELA_OK;
    tt_part_stream_init(&part, stream, 0, at);
    TT_TRY(open_sought(l, format, &part.stream, out, error));
    if (!l->node.format || l->run->spent.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    TT_TRY(open_sought(l, &tt_format_tail, stream, &behind, error));
    l->node.format = format;
    if (out->trouble.status == TUTELA_ITEM_CLEAR)
        *out = behind;
    return TUTELA_OK;
}

/* The same for a format told by the first bytes, or NULL; else for raw space, or a zip at its end. */
static tutela_status open_either(level *l, const tt_format *format, tt_stream *stream, outcome *out,
                                 tutela_error *error)
{
    if (format)
        TT_TRY(open_both(l, format, stream, out, error));
    if (format && !l->node.format)
        TT_TRY(open_sought(l, format, stream, out, error));
    if (l->node.format)
        return TUTELA_OK;
    return open_sought(l, l->raw ? &tt_format_raw : &tt_format_tail, stream, out, error);
}

/* The same for one whose bytes come only once. */
static tutela_status open_spooled(level *l, const tt_format *format, outcome *out,
                                  tutela_error *error)
{
    tt_held *spool = NULL;
    tutela_status status;
    int full = 0;

    tt_watch_done(&l->watch);
    TT_TRY(tt_held_new(&spool, &l->run->room, error));
    tt_held_add(spool, l->head, l->head_size, &full);
    status = drain(l, spool, &full, error);
    if (status == TUTELA_OK && full) {
        l->node.format = format ? format : &tt_format_raw;
        *out = (outcome){l->run->room.full, tt_held_stream(spool)->size};
    } else if (status == TUTELA_OK) {
        status = open_either(l, format, tt_held_stream(spool), out, error);
        tt_held_note(spool, &out->trouble);
    }
    tt_held_free(spool);
    return status;
}

/* No container by its first bytes, and it only went forward: did it end in a zip, or go on behind a picture? */
static tutela_status open_watched(level *l, outcome *out, tutela_error *error)
{
    tt_part_stream part;
    tt_stream *stream;
    uint64_t position, behind;
    int full;

    TT_TRY(drain(l, NULL, NULL, error));
    if (l->trouble.status != TUTELA_ITEM_CLEAR)
        return TUTELA_OK;
    tt_watch_end(&l->watch, &stream, &full, &position);
    if (stream) {
        TT_TRY(open_sought(l, &tt_format_tail, stream, out, error));
        behind = tt_watch_behind(&l->watch);
        tt_part_stream_init(&part, stream, behind, stream->size);
        if (!l->node.format && behind < stream->size)
            TT_TRY(open_sought(l, &tt_format_behind, &part.stream, out, error));
        tt_held_note(l->watch.held, &out->trouble);
    }
    if (full) {
        l->node.format = &tt_format_tail;
        *out = (outcome){l->run->room.full, position};
    }
    return TUTELA_OK;
}

/* The level's bytes as a stream that seeks; NULL: they only come once. */
static tt_stream *seekable(const level *l)
{
    return l->source && tt_stream_seeks(l->source) ? l->source : l->member.stream;
}

static tutela_status run_inside(level *l, outcome *out, tutela_error *error)
{
    const tt_format *format = NULL;
    tt_stream *stream = seekable(l);

    *out = (outcome){fine, 0};
    TT_TRY(tt_format_find(&format, stream, l->head, l->head_size, error));
    if (l->head_size == sizeof l->head || l->trouble.status != TUTELA_ITEM_CLEAR)
        TT_TRY(tt_raw_is(&l->raw, l->run->sink, l->run->user, &l->run->budget, &l->member, l->head, l->head_size, error));
    if (is_shared(l) && l->run->share.index > 0 && format != &tt_format_zip)
        return TUTELA_OK; /* it cannot be divided */
    if (format && !(format->traits & TT_SEEKS)) {
        if (stream)
            TT_TRY(open_both(l, format, stream, out, error));
        if (l->node.format)
            return TUTELA_OK;
        TT_TRY(open_container(l, format, &l->stream, out, error));
        if (l->node.format)
            return TUTELA_OK;
        format = NULL;
    }
    if (stream)
        return open_either(l, format, stream, out, error);
    return format || l->raw ? open_spooled(l, format, out, error) : open_watched(l, out, error);
}

static tutela_status run_level(level *l, tutela_error *error)
{
    run *r = l->run;
    outcome inside = {fine, 0};

    l->node.number = ++r->numbers;
    l->watch.room = seekable(l) ? NULL : &r->room;
    TT_TRY(r->sink->begin(r->user, &l->node, error));
    TT_TRY(fill_head(l, error));
    if (l->head_size > 0)
        TT_TRY(run_inside(l, &inside, error));
    /* Else the caller has read it, or does. */
    if (!is_shared(l) && (!l->source || !r->budget.top_known || !seekable(l)))
        TT_TRY(drain(l, NULL, NULL, error));
    l->node.whole = l->trouble.status == TUTELA_ITEM_CLEAR;
    if (!l->node.whole)
        inside = (outcome){l->trouble, l->node.bytes};
    if (inside.trouble.status == TUTELA_ITEM_CLEAR)
        inside.position = 0;
    return r->sink->end(r->user, &l->node, &inside.trouble, inside.position, error);
}

/* ---- The whole ----------------------------------------------------------------------------- */

tutela_status tt_tree_run(tt_stream *stream, const tt_budget *budget, const tt_sink *sink,
                          void *user, tutela_error *error)
{
    run r = {.sink = sink, .user = user, .top = stream, .spent = fine};
    tutela_status status;
    level *top = NULL;

    tt_budget_set(&r.budget, budget);
    r.budget.wishes.alive = sink->pass;
    r.budget.wishes.user = user;
    if (r.budget.shares > 1)
        r.share = (tt_share){.index = r.budget.share, .count = r.budget.shares};
    r.room = (tt_held_room){.left = r.budget.spool_memory, .spool = r.budget.spool, .full = fine};
    TT_TRY(take_level(&r, &top, error));
    top->source = stream;
    top->on_way = 1;
    status = run_level(top, error);
    give_level(top);
    while (r.free) {
        level *next = r.free->next;
        tt_free(r.free);
        r.free = next;
    }
    return status;
}
