/*
 * gather: see gather.h.
 *
 * Bytes of several members are on their way at once only where one contains the other. Whoever has a
 * member either has had all its bytes, and stays in the store as it is, or goes through a digester: so
 * at most one member, the innermost, still grows, and it lies at the end of the store. The first bytes,
 * by which the type is known, are there too when a member ends or is kept no longer: the tree delivers
 * them before any member of it.
 */
#include "worker/gather.h"

#include "base/mem.h"
#include "unpack/heads.h"
#include "unpack/parts.h"
#include "worker/typed.h"

#include <string.h>

#define STORE ((size_t)8 << 20)  /* bytes kept; the lanes are full long before */
#define SMALL ((size_t)512 << 10) /* of a member that is kept whole */
#define QUEUE 128u /* events that wait: two rounds of the widest lanes */
#define DEPTH_MAX 257u /* nodes on the way down: the tree's most, and the file */

_Static_assert(TT_IDENTIFY_HEAD <= TT_HEAD_SIZE && TT_HEAD_SIZE <= SMALL,
               "what a type is known by comes before members, and while a member is kept");

/* An event that waits for the digests of those before it. */
typedef struct event {
    tt_wire_kind kind;
    tt_told told; /* its name lies in `names`, its digests here */
    tt_digests digests;
    tt_cover cover;
    tt_mention mention;
    char mime[TT_MIME_MAX + 1];
    int kept; /* its bytes are in the store, and not digested yet */
    size_t at, size;
} event;

/* A node on the way down. */
typedef struct live {
    const tt_node *node;
    tt_digester *digester; /* NULL: its bytes are kept in the store */
    size_t at, size;       /* size: when opened */
    int opened;
    int digested;       /* what was kept is digested already, though it has not ended */
    tt_digests digests; /* then */
    char mime[TT_MIME_MAX + 1]; /* set when it is kept no longer, or ends */
} live;

struct tt_gather {
    tt_pages *pages;
    tt_identify *identify;
    const tt_secrets *secrets; /* NULL: none */
    tt_spool *spool; /* NULL: none */
    tt_parts_stream parts; /* what the next run is over, where that is several files */
    int parted;
    tt_types types; /* of this job */
    uint32_t mask;
    uint64_t careful, events;
    tt_opened file;
    live live[DEPTH_MAX];
    size_t depth; /* of the innermost of them */
    int mentions; /* are to be found */
    tt_seek *seek[DEPTH_MAX]; /* by depth; made when first needed */
    tt_digester *idle[DEPTH_MAX]; /* for nodes on the way down */
    size_t idle_count;
    tt_digester *kept[QUEUE + DEPTH_MAX]; /* for what is kept; made when first needed */
    event queue[QUEUE];
    size_t queued;
    size_t used; /* of the store */
    uint8_t *store;
    size_t names_used;
    uint8_t *names; /* of what waits, one after another */
    tt_typed_head head; /* of the file itself */
};

/* ---- What waits ---------------------------------------------------------------------------- */

/* One more to be digested. */
static tutela_status add_job(tt_gather *g, tt_digest_job *jobs, size_t *count, size_t at, size_t size,
                             tt_digests *out, tutela_error *error)
{
    tt_digester **digester = &g->kept[*count];

    if (!*digester)
        TT_TRY(tt_digester_new(digester, g->mask, error));
    jobs[(*count)++] = (tt_digest_job){.digester = *digester, .data = g->store + at, .size = size,
                                       .end = out};
    return TUTELA_OK;
}

/* All that is in the store, of members that ended and of containers whose members are on their way. */
static tutela_status digest_kept(tt_gather *g, tutela_error *error)
{
    tt_digest_job jobs[QUEUE + DEPTH_MAX];
    size_t count = 0, begun = 0;

    for (size_t i = 0; i < g->queued; i++) {
        event *e = &g->queue[i];
        if (e->kept)
            TT_TRY(add_job(g, jobs, &count, e->at, e->size, &e->digests, error));
    }
    for (size_t i = 1; i <= g->depth; i++) {
        live *l = &g->live[i];
        if (!l->opened || l->digester || l->digested)
            continue;
        TT_TRY(add_job(g, jobs, &count, l->at, l->size, &l->digests, error));
        l->digested = 1;
    }
    for (; begun < count; begun++)
        TT_TRY(tt_digester_begin(jobs[begun].digester, g->mask, count, error));
    return tt_digest_update_many(jobs, count, error);
}

/* Everything that waits is told. No member still grows. */
static tutela_status flush(tt_gather *g, tutela_error *error)
{
    TT_TRY(digest_kept(g, error));
    for (size_t i = 0; i < g->queued; i++) {
        event *e = &g->queue[i];
        TT_TRY(tt_pages_tell(g->pages, e->kind, &e->told, error));
    }
    g->queued = g->used = g->names_used = 0;
    if (g->events > g->careful)
        return tt_pages_flush(g->pages, error);
    return TUTELA_OK;
}

/* A new event about a node, whose number and parent the file itself does not count in. */
static event *wait_event(tt_gather *g, tt_wire_kind kind, const live *l)
{
    const tt_node *node = l->node;
    event *e = &g->queue[g->queued];

    e->kind = kind;
    e->kept = 0;
    e->told = (tt_told){.number = node->number - 1,
                        .parent = node->parent - 1,
                        .name = g->names + g->names_used,
                        .name_size = node->member->name_size,
                        .modified = node->member->modified,
                        .origin = node->member->origin,
                        .mime = e->mime};
    memcpy(g->names + g->names_used, node->member->name, node->member->name_size);
    memcpy(e->mime, l->mime, strlen(l->mime) + 1);
    g->names_used += node->member->name_size;
    g->queued++;
    g->events++;
    return e;
}

static tutela_status flush_full(tt_gather *g, tutela_error *error);

/* What became of the bytes of a disk's image, if the node is one. */
static tutela_status wait_cover(tt_gather *g, const live *l, tutela_error *error)
{
    event *e;

    if (!l->node->cover)
        return TUTELA_OK;
    e = wait_event(g, TT_WIRE_COVERS, l);
    e->cover = *l->node->cover;
    e->told.cover = &e->cover;
    return flush_full(g, error);
}

/* The same of the file itself, at once: whatever becomes of the worker, that much is known. */
static tutela_status tell_cover(tt_gather *g, const tt_cover *cover, tutela_error *error)
{
    tt_told told = {.cover = cover};

    TT_TRY(flush(g, error));
    return tt_pages_tell(g->pages, TT_WIRE_COVERS, &told, error);
}

/* Tell what waits when there is no room for more, or when each event may be the last. */
static tutela_status flush_full(tt_gather *g, tutela_error *error)
{
    if (g->queued == QUEUE || g->used + SMALL > STORE || g->events > g->careful)
        return flush(g, error);
    return TUTELA_OK;
}

/* Digests that are mentioned by a member that has just ended, or by the free space of one. */
static tutela_status wait_mentions(tt_gather *g, uint64_t number, const tt_mention_list *list, int space,
                                   tutela_error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        event *e = &g->queue[g->queued++];

        e->kind = TT_WIRE_MENTIONS;
        e->kept = 0;
        e->mention = list->item[i];
        e->told = (tt_told){.number = number, .mention = &e->mention, .space = space};
        g->events++;
        TT_TRY(flush_full(g, error));
    }
    return TUTELA_OK;
}

/* ---- Types --------------------------------------------------------------------------------- */

/* Of a member that is being kept. */
static tutela_status find_kept_type(tt_gather *g, live *l, tutela_error *error)
{
    return tt_typed_find(g->identify, g->types, g->store + l->at, g->used - l->at, l->node->whole, l->mime,
                         error);
}

/* The file is through: its type, and the last word. */
static tutela_status end_file(tt_gather *g, tutela_error *error)
{
    TT_TRY(tt_typed_find(g->identify, g->types, g->head.bytes, g->head.size,
                         g->file.trouble.status == TUTELA_ITEM_CLEAR, g->file.mime, error));
    return tt_pages_end(g->pages, &g->file, error);
}

/* ---- Nodes on the way down ----------------------------------------------------------------- */

/* What was kept of it goes through a digester of its own, and so does the rest. */
static tutela_status stop_keeping(tt_gather *g, live *l, tutela_error *error)
{
    tt_digester *digester = g->idle_count > 0 ? g->idle[--g->idle_count] : NULL;
    tt_digest_job job = {.data = g->store + l->at, .size = g->used - l->at};

    if (!digester)
        TT_TRY(tt_digester_new(&digester, g->mask, error));
    l->digester = job.digester = digester;
    g->used = l->at;
    TT_TRY(tt_digester_begin(digester, g->mask, 0, error));
    return tt_digest_update_many(&job, 1, error);
}

static tutela_status open_node(tt_gather *g, live *l, tutela_error *error)
{
    if (!l->digester) {
        l->size = g->used - l->at;
        TT_TRY(find_kept_type(g, l, error));
        if (!l->node->whole)
            TT_TRY(stop_keeping(g, l, error));
    }
    l->opened = 1;
    (void)wait_event(g, TT_WIRE_OPENS, l);
    TT_TRY(flush_full(g, error));
    return wait_cover(g, l, error);
}

static tutela_status begin(void *user, tt_node *node, tutela_error *error)
{
    tt_gather *g = user;
    live *l;

    if (node->depth >= DEPTH_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "gather: deeper than it has room for");
    if (node->depth > 1 && !g->live[node->depth - 1].opened)
        TT_TRY(open_node(g, &g->live[node->depth - 1], error));
    l = &g->live[node->depth];
    l->node = node;
    l->digester = NULL;
    l->at = g->used;
    l->opened = l->digested = 0;
    l->mime[0] = 0;
    g->depth = node->depth;
    if (g->mentions && node->depth > 0)
        TT_TRY(tt_seek_begin(&g->seek[node->depth], error));
    return tt_pages_beat(g->pages, error);
}

static tutela_status take_bytes(void *user, tt_node *node, const void *data, size_t size,
                                tutela_error *error)
{
    tt_gather *g = user;
    live *l = &g->live[node->depth];
    tt_digest_job job = {.data = data, .size = size};

    if (node->depth == 0) {
        tt_typed_add(&g->head, data, size);
        g->pages->at = node->bytes;
        return tt_pages_beat(g->pages, error);
    }
    if (g->mentions)
        TT_TRY(tt_seek_add(g->seek[node->depth], node->bytes - size, data, size, error));
    if (!l->digester && g->used - l->at + size > SMALL) {
        TT_TRY(find_kept_type(g, l, error));
        TT_TRY(stop_keeping(g, l, error));
    }
    job.digester = l->digester;
    if (l->digester) {
        TT_TRY(tt_digest_update_many(&job, 1, error));
    } else {
        memcpy(g->store + g->used, data, size);
        g->used += size;
    }
    return tt_pages_beat(g->pages, error);
}

/* The digests of what came, if that is all of it. */
static tutela_status end_digests(tt_gather *g, live *l, event *e, int whole, tutela_error *error)
{
    if (l->digester) {
        TT_TRY(tt_digester_end(l->digester, &e->digests, error));
        g->idle[g->idle_count++] = l->digester;
        l->digester = NULL;
    } else if (l->digested) {
        e->digests = l->digests;
    } else if (whole) {
        e->kept = 1;
        e->at = l->at;
        e->size = l->opened ? l->size : g->used - l->at;
    } else {
        g->used = l->at;
    }
    e->told.digests = whole ? &e->digests : NULL;
    return TUTELA_OK;
}

static tutela_status end(void *user, tt_node *node, const tt_trouble *trouble, uint64_t position,
                         tutela_error *error)
{
    tt_gather *g = user;
    live *l = &g->live[node->depth];
    const tt_mention_list *mentions = NULL;
    event *e;

    if (node->depth == 0) {
        g->file.trouble = *trouble;
        g->file.position = position;
        g->file.container = node->format != NULL;
        return node->cover ? tell_cover(g, node->cover, error) : TUTELA_OK;
    }
    if (node->cover && !l->opened) /* a disk without a file on it */
        TT_TRY(open_node(g, l, error));
    else
        TT_TRY(wait_cover(g, l, error));
    g->depth = node->depth - 1;
    if (!l->digester && !l->opened)
        TT_TRY(find_kept_type(g, l, error));
    if (g->mentions)
        TT_TRY(tt_seek_end(g->seek[node->depth], &mentions, error));
    e = wait_event(g, l->opened ? TT_WIRE_ENDS : TT_WIRE_WHOLE, l);
    e->told.bytes = node->bytes;
    e->told.trouble = *trouble;
    if (mentions && mentions->cut && trouble->status == TUTELA_ITEM_CLEAR)
        e->told.trouble = (tt_trouble){TUTELA_ITEM_LIMIT, TT_MENTIONS_CUT};
    e->told.position = position;
    TT_TRY(end_digests(g, l, e, node->whole, error));
    TT_TRY(flush_full(g, error));
    return mentions ? wait_mentions(g, node->number - 1, mentions, 0, error) : TUTELA_OK;
}

static tutela_status pass(void *user, tutela_error *error)
{
    tt_gather *g = user;

    return tt_pages_beat(g->pages, error);
}

static tutela_status begin_disk(void *user, tt_node *node, tutela_error *error)
{
    tt_gather *g = user;

    if (node->depth > 0)
        return TUTELA_OK; /* it is told with its first member */
    TT_TRY(tell_cover(g, node->cover, error));
    return tt_pages_flush(g->pages, error);
}

/* Without types nothing is known, and nothing unknown. */
static tutela_status unknown(void *user, const uint8_t *head, size_t size, int *answer, tutela_error *error)
{
    tt_gather *g = user;

    return g->identify ? tt_identify_raw(g->identify, head, size, answer, error) : TUTELA_OK;
}

/* Of a disk that is still open, be there no file on it. */
static tutela_status take_space(void *user, tt_node *node, tt_mention_list *list, tutela_error *error)
{
    tt_gather *g = user;
    live *l = &g->live[node->depth];

    tt_mention_list_end(list);
    if (list->count > 0 && node->depth > 0 && !l->opened)
        TT_TRY(open_node(g, l, error));
    return wait_mentions(g, node->number - 1, list, 1, error);
}

/* ---- The whole ----------------------------------------------------------------------------- */

tutela_status tt_gather_new(tt_gather **out, tt_pages *pages, tt_identify *identify,
                            tutela_error *error)
{
    tt_gather *g = tt_alloc(1, sizeof *g);

    if (!g)
        return tt_no_memory(error);
    g->pages = pages;
    g->identify = identify;
    g->store = tt_alloc_raw(STORE, 1);
    g->names = tt_alloc_raw(QUEUE, TT_NAME_MAX);
    if (!g->store || !g->names) {
        tt_gather_free(g);
        return tt_no_memory(error);
    }
    *out = g;
    return TUTELA_OK;
}

/* Those made for another mask, or for the last time. */
static void drop_digesters(tt_gather *g)
{
    for (size_t i = 0; i < DEPTH_MAX; i++) {
        tt_digester_free(g->live[i].digester);
        g->live[i].digester = NULL;
    }
    while (g->idle_count > 0)
        tt_digester_free(g->idle[--g->idle_count]);
    for (size_t i = 0; i < QUEUE + DEPTH_MAX; i++) {
        tt_digester_free(g->kept[i]);
        g->kept[i] = NULL;
    }
}

void tt_gather_free(tt_gather *gather)
{
    if (!gather)
        return;
    drop_digesters(gather);
    for (size_t i = 0; i < DEPTH_MAX; i++)
        tt_seek_free(gather->seek[i]);
    tt_free(gather->store);
    tt_free(gather->names);
    tt_free(gather);
}

void tt_gather_unlock(tt_gather *gather, const tt_secrets *secrets)
{
    gather->secrets = secrets;
}

void tt_gather_spool(tt_gather *gather, tt_spool *spool)
{
    gather->spool = spool;
}

void tt_gather_parts(tt_gather *gather, const int *fds, const uint64_t *ends, size_t count)
{
    tt_parts_stream_init(&gather->parts, fds, ends, count);
    gather->parted = 1;
}

static void begin_job(tt_gather *g, const tt_wire_order *order)
{
    tt_pages_begin(g->pages, order->job);
    if (!order->only_type && g->mask != order->mask) {
        drop_digesters(g);
        g->mask = order->mask;
    }
    g->types = (tt_types)order->types;
    g->careful = order->careful;
    g->mentions = order->mentions != 0;
    g->events = g->queued = g->used = g->names_used = g->depth = g->head.size = 0;
    g->file = (tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""}};
}

/* Nothing but the file's type: it is not opened. */
static tutela_status run_type(tt_gather *g, tt_stream *stream, tutela_error *error)
{
    TT_TRY(tt_stream_read_at(stream, 0, g->head.bytes, sizeof g->head.bytes, &g->head.size, &g->file.trouble,
                             error));
    g->pages->at = g->head.size;
    if (g->file.trouble.status != TUTELA_ITEM_CLEAR)
        g->file.position = g->head.size;
    return end_file(g, error);
}

tutela_status tt_gather_run(tt_gather *gather, const tt_wire_order *order, int fd,
                            tutela_error *error)
{
    static const tt_sink sink = {begin, take_bytes, end, pass, begin_disk, unknown, take_space};
    tt_budget budget = tt_pages_budget(order);
    tt_file_stream file;
    tt_stream *stream = gather->parted ? &gather->parts.stream : &file.stream;

    gather->parted = 0;
    budget.spool = gather->spool;
    budget.secrets = gather->secrets;
    begin_job(gather, order);
    if (gather->types && !gather->identify)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "gather: types, and nothing that knows them");
    if (order->size == TT_SIZE_UNKNOWN)
        tt_once_stream_init(&file, fd);
    else
        tt_file_stream_init(&file, fd, order->size);
    if (order->only_type)
        return run_type(gather, stream, error);
    TT_TRY(tt_tree_run(stream, &budget, &sink, gather, error));
    TT_TRY(flush(gather, error));
    return end_file(gather, error);
}
