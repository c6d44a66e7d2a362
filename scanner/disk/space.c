/* space: see space.h. */
#include "disk/space.h"

#include "base/mem.h"
#include "carve/carve.h"

/* Shorter than this is no file that anybody looks for: the rest of a sector. */
#define SPAN_LEAST 512u
/* Of one stretch; one with more was made to have them. */
#define CARVED_MAX ((size_t)1 << 20)

struct tt_space {
    tt_stream stream; /* the stretch */
    uint64_t from;    /* where it begins */
    uint64_t place;
    tt_covering *covering;
    size_t span;      /* the one that comes */
    tt_carve *carve;
    tt_mention_list *mentions;
    tt_carved *list;  /* what it holds */
    size_t count, room, at;
    int cut;          /* there was more */
    uint64_t unreadable; /* of it */
    tt_trouble ended; /* the first trouble of all */
};

/* ---- A stretch as a stream ------------------------------------------------------------------ */

static tutela_status read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                             size_t *got, tt_trouble *trouble, tutela_error *error)
{
    tt_space *s = (tt_space *)stream;

    *got = 0;
    if (offset >= stream->size)
        return TUTELA_OK;
    if (size > stream->size - offset)
        size = (size_t)(stream->size - offset);
    return tt_sleuth_read(s->covering->sleuth, s->from + offset, buffer, size, got, trouble, error);
}

static tutela_status read_next(tt_stream *stream, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    tt_space *s = (tt_space *)stream;

    TT_TRY(read_at(stream, s->place, buffer, size, got, trouble, error));
    s->place += *got;
    return TUTELA_OK;
}

/* ---- What is found in it -------------------------------------------------------------------- */

static tutela_status take(void *user, uint64_t from, uint64_t to, const char *extension, int whole,
                          tutela_error *error)
{
    tt_space *s = user;

    if (s->count == CARVED_MAX) {
        s->cut = 1;
        return TUTELA_OK;
    }
    if (tt_grow((void **)&s->list, &s->room, s->count + 1, sizeof *s->list) != 0)
        return tt_no_memory(error);
    s->list[s->count++] = (tt_carved){s->from + from, s->from + to, extension, whole};
    return TUTELA_OK;
}

static tutela_status take_mention(void *user, uint64_t at, int algorithm, const uint8_t *digest,
                                  tutela_error *error)
{
    tt_space *s = user;

    return tt_mention_list_add(s->mentions, s->from + at, algorithm, digest, error);
}

static tutela_status take_hole(void *user, uint64_t from, uint64_t to, tutela_error *error)
{
    tt_space *s = user;

    (void)error;
    s->unreadable += to - from;
    return TUTELA_OK;
}

static tutela_status search(tt_space *s, const tt_span *span, tutela_error *error)
{
    static const tt_stream_ops ops = {read_next, read_at};
    static const tt_carve_sink sink = {.found = take, .mention = take_mention, .unreadable = take_hole};
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};

    s->count = s->at = 0;
    s->unreadable = 0;
    s->from = span->from;
    s->place = 0;
    s->stream = (tt_stream){.ops = &ops, .size = span->end - span->from};
    if (s->stream.size < SPAN_LEAST)
        return TUTELA_OK;
    TT_TRY(tt_carve_run(s->carve, &s->stream, &sink, s, &trouble, error));
    tt_covering_searched(s->covering, span->from, span->end, s->unreadable);
    if (s->cut)
        trouble = (tt_trouble){TUTELA_ITEM_LIMIT, "a limit was hit"};
    if (s->ended.status == TUTELA_ITEM_CLEAR)
        s->ended = trouble;
    return TUTELA_OK;
}

/* ---- The whole ------------------------------------------------------------------------------ */

tutela_status tt_space_new(tt_space **out, tt_covering *covering, tt_mention_list *mentions,
                           tutela_error *error)
{
    tt_space *s = tt_alloc(1, sizeof *s);
    tutela_status status;

    if (!s)
        return tt_no_memory(error);
    s->covering = covering;
    s->mentions = mentions;
    s->ended = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    tt_spans_sort(covering->free);
    if (covering->free->cut)
        s->ended = (tt_trouble){TUTELA_ITEM_LIMIT, "a limit was hit"};
    status = tt_carve_new(&s->carve, error);
    if (status != TUTELA_OK)
        tt_space_free(s);
    else
        *out = s;
    return status;
}

tutela_status tt_space_next(tt_space *space, tt_carved *out, int *more, tt_trouble *trouble,
                            tutela_error *error)
{
    const tt_spans *spans = space->covering->free;

    while (space->at == space->count && space->span < spans->count)
        TT_TRY(search(space, &spans->list[space->span++], error));
    *more = space->at < space->count;
    if (*more)
        *out = space->list[space->at++];
    else
        *trouble = space->ended;
    return TUTELA_OK;
}

void tt_space_free(tt_space *space)
{
    if (!space)
        return;
    tt_carve_free(space->carve);
    tt_free(space->list);
    tt_free(space);
}
