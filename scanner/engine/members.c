/* members: see members.h. */
#include "engine/members.h"

#include "base/mem.h"

#include <string.h>

#define CHANGED "changed while being read"

/* What a worker process may have beside what it holds: readers, libraries, dictionaries of 7z and xz. */
#define MEMORY_BESIDE (UINT64_C(2) << 30)

/*
 * Seconds that a worker process may be silent, whatever a read may take: while it works it says a word
 * each second, and later on a machine that has much to do.
 */
#define SILENCE_LEAST 5u

/* Of a container in which nothing else is missing. */
static const char not_all[] = "not all it holds could be read";

const tt_trouble tt_no_worker
    = {TUTELA_ITEM_UNSUPPORTED, "tutela-worker, which opens it, cannot be started"};

/* The container itself, [0], or one in it that was told of and has not ended. */
typedef struct level {
    uint64_t number;
    tutela_item_status inside; /* CLEAR, or of what it holds the first status that is not complete */
    uint64_t members;          /* that ended, with those that an earlier scan has read */
    int on_way;                /* to where it is gone on with */
} level;

typedef struct members {
    const tt_container *container;
    tt_scratch *scratch;
    int last;       /* this reading computes all that a hit needs: there will be no other */
    uint64_t ended; /* members that ended in this reading */
    uint64_t skip;  /* of them, those that the first reading has reported */
    level *levels;
    size_t level_room;
    size_t depth;       /* of the innermost open container */
    tutela_name *chain; /* of that; one more is for a member */
    size_t chain_room;
    char name[TT_NAME_MAX + 1]; /* of the member that ended last */
    int64_t modified;           /* of that, */
    int32_t origin;             /* likewise; for what it mentions, */
    int silent;                 /* which is not to be told: it was left out by a rule */
    tt_digests digests;         /* that the finding shows */
    int hit;                    /* a member was found: it and what follows is read with all digests */
    tt_digests hit_digests;
    tt_buf hit_record; /* its finding by these, should the second reading not come so far */
    tt_reach reach;    /* of this reading: limited once a limit was hit */
    tt_reach hit_reach; /* of the first one, with the hit */
    size_t ended_at;   /* depth of the container that just ended, if it did; 0: it was none */
} members;

/* ---- Open containers ----------------------------------------------------------------------- */

static void drop_names(members *m)
{
    for (; m->depth > 0; m->depth--)
        tt_free((char *)m->chain[m->depth].data);
}

static tutela_status make_room(members *m, size_t depth, tutela_error *error)
{
    if (tt_grow((void **)&m->levels, &m->level_room, depth, sizeof *m->levels) != 0
        || tt_grow((void **)&m->chain, &m->chain_room, depth + 1, sizeof *m->chain) != 0)
        return tt_no_memory(error);
    return TUTELA_OK;
}

/* The step at a depth of where the container is gone on with; NULL: all is read there. */
static const tutela_step *step_at(const members *m, size_t depth)
{
    const tt_steps *from = m->container->from;

    return from && depth < from->count ? &from->step[depth] : NULL;
}

/* A container, at m->depth, begins: the first that is read in one on the way is on the way too. */
static void begin_level(members *m, uint64_t number)
{
    const level *in = &m->levels[m->depth - (m->depth > 0)];
    const tutela_step *step = NULL, *outer = m->depth > 0 ? step_at(m, m->depth - 1) : NULL;

    if (m->depth == 0 || (in->on_way && outer && in->members == outer->members))
        step = step_at(m, m->depth);
    m->levels[m->depth] = (level){.number = number, .inside = TUTELA_ITEM_CLEAR, .on_way = step != NULL};
    if (!step)
        return;
    m->levels[m->depth].members = step->members;
    m->levels[m->depth].inside = (tutela_item_status)step->before;
}

/* Where the reading is, down to a depth. */
static void note_reach(members *m, size_t depth)
{
    tt_steps *steps = &m->reach.steps;

    steps->count = depth + 1 < TUTELA_STEPS_MAX ? depth + 1 : TUTELA_STEPS_MAX;
    for (size_t i = 0; i < steps->count; i++)
        steps->step[i] = (tutela_step){.members = m->levels[i].members,
                                       .before = (int32_t)m->levels[i].inside};
}

/* Something ended, at `depth` if it is a container: was it the first to meet a limit? */
static void note_limit(members *m, const tt_trouble *trouble, size_t depth)
{
    /* One that mentions too much was read: there is nothing to go on with. */
    if (trouble->status != TUTELA_ITEM_LIMIT || m->reach.limited
        || strcmp(trouble->reason, TT_MENTIONS_CUT) == 0)
        return;
    note_reach(m, depth);
    m->reach.limited = 1;
}

static tutela_status push(members *m, const tt_told *told, tutela_error *error)
{
    char *name;

    TT_TRY(make_room(m, m->depth + 1, error));
    name = tt_copy(told->name, told->name_size);
    if (!name)
        return tt_no_memory(error);
    m->depth++;
    begin_level(m, told->number);
    m->chain[m->depth] = (tutela_name){.data = name, .size = told->name_size};
    return TUTELA_OK;
}

/* Something in the innermost container ended so. */
static void note(members *m, tutela_item_status status)
{
    level *in = &m->levels[m->depth];

    in->members++;
    if (in->inside == TUTELA_ITEM_CLEAR && !tutela_item_status_complete((int32_t)status))
        in->inside = status;
}

/* ---- Findings ------------------------------------------------------------------------------ */

/* Keep what is known of a hit, and read again. */
static tutela_status keep_hit(members *m, tutela_error *error)
{
    m->hit = 1;
    m->skip = m->ended - 1;
    m->hit_digests = m->digests;
    if (!m->reach.limited)
        note_reach(m, m->depth);
    m->hit_reach = m->reach;
    TT_TRY(tt_finding_pack(&m->scratch->verdict.finding, &m->hit_record, error));
    return tt_fail(error, TUTELA_CANCELLED, 0, "members: read again");
}

/* The second reading does not bear the hit out: what the first one saw is said, and that. */
static tutela_status report_hit(members *m, tutela_item_status status, const char *reason,
                                tutela_error *error)
{
    tutela_finding *finding = &m->scratch->unpacked.finding;

    TT_TRY(tt_finding_unpack(m->hit_record.data, m->hit_record.size, &m->scratch->unpacked, error));
    finding->status = (int32_t)status;
    finding->reason = reason;
    return tt_collector_add(m->container->collector, finding, finding->bytes, error);
}

/* Do both readings of the hit say the same? */
static int hit_agrees(const members *m, const tt_digests *now)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((m->hit_digests.mask & TUTELA_BIT(i))
            && memcmp(m->hit_digests.value[i], now->value[i], tt_digest_size(i)) != 0)
            return 0;
    return 1;
}

/* Of what all bytes are known. *bad: it is in a known-bad list. */
static tutela_status match(members *m, const tt_told *told, int *bad, tutela_error *error)
{
    const tt_engine *engine = m->container->engine;
    uint32_t polarities = 0;

    m->digests = *told->digests;
    m->digests.mask &= m->container->first;
    TT_TRY(tt_match_probe(engine->matcher, &m->digests, &polarities, error));
    *bad = (polarities & TUTELA_BIT(TUTELA_KNOWN_BAD)) != 0;
    if (*bad)
        m->digests.mask = told->digests->mask; /* all there are, in the last reading */
    return tt_verdict_match(&m->scratch->verdict, engine, &m->digests, told->bytes, error);
}

/* A rule that cannot be answered leaves nothing out. */
static int is_left_out(const members *m, const tutela_finding *finding)
{
    return m->container->only && finding->mime[0] != '\0'
           && !(m->container->only & TUTELA_BIT(finding->type));
}

/* A member ended; its name is the last of the chain. */
static tutela_status report(members *m, const tt_told *told, tt_trouble trouble, tutela_error *error)
{
    tutela_finding *finding = &m->scratch->verdict.finding;
    int is_hit = m->hit && m->ended == m->skip + 1;
    int bad = 0;

    if (is_hit && (!told->digests || !hit_agrees(m, told->digests)))
        return report_hit(m, TUTELA_ITEM_CHANGED, CHANGED, error);
    tt_verdict_begin(&m->scratch->verdict, "", 0, trouble.status, trouble.reason);
    finding->bytes = told->bytes;
    finding->modified = told->modified;
    finding->origin = (int32_t)told->origin;
    finding->coverage = told->cover ? told->cover->bytes : NULL;
    finding->mime = told->mime;
    finding->type = (int32_t)tt_type_of_mime(told->mime);
    if (told->digests)
        TT_TRY(match(m, told, &bad, error));
    tt_finding_incomplete(finding, trouble.status, trouble.reason);
    if (finding->status == TUTELA_ITEM_CLEAR && is_left_out(m, finding))
        tt_finding_incomplete(finding, TUTELA_ITEM_SKIPPED, "type not selected");
    m->silent = finding->status == TUTELA_ITEM_SKIPPED;
    finding->chain = m->chain;
    finding->chain_count = m->depth + 2;
    if (m->ended_at > 0 && m->levels[m->ended_at].on_way)
        tt_steps_say(finding, TT_GOING_ON, step_at(m, m->ended_at),
                     m->container->from->count - m->ended_at);
    tt_finding_mismatch(finding);
    if (bad && !m->last)
        return keep_hit(m, error);
    return tt_collector_add(m->container->collector, finding, told->bytes, error);
}

/* The member that ended last mentions a digest; or the free space of the disk that is open. */
static tutela_status report_mention(members *m, const tt_told *told, tutela_error *error)
{
    static const char space[] = "carved";
    tutela_finding *finding = &m->scratch->verdict.finding;
    int known;

    /* What came before the hit in the reading before was reported then. */
    if ((!told->space && m->silent) || (m->hit && m->ended <= m->skip))
        return TUTELA_OK;
    TT_TRY(tt_verdict_mention(&m->scratch->verdict, m->container->engine, told->mention, &m->digests,
                              &known, error));
    if (!known)
        return TUTELA_OK;
    finding->bytes = told->bytes;
    finding->modified = told->space ? INT64_MIN : m->modified;
    finding->origin = told->space ? TUTELA_ORIGIN_CARVED : m->origin;
    if (told->space)
        m->chain[m->depth + 1] = (tutela_name){.data = space, .size = sizeof space - 1};
    finding->chain = m->chain;
    finding->chain_count = m->depth + 2;
    return tt_collector_add(m->container->collector, finding, 0, error);
}

static tutela_status take(void *user, const tt_told *told, tutela_error *error)
{
    members *m = user;
    tt_trouble trouble = told->trouble;
    char *own = NULL;

    if (told->mention)
        return report_mention(m, told, error);
    if (told->opens)
        return push(m, told, error);
    m->ended_at = 0;
    if (m->depth > 0 && m->levels[m->depth].number == told->number) {
        own = (char *)m->chain[m->depth].data;
        if (trouble.status == TUTELA_ITEM_CLEAR && m->levels[m->depth].inside != TUTELA_ITEM_CLEAR)
            trouble = (tt_trouble){m->levels[m->depth].inside, not_all};
        m->ended_at = m->depth;
        note_limit(m, &told->trouble, m->depth);
        m->depth--;
    } else {
        note_limit(m, &told->trouble, m->depth);
    }
    memcpy(m->name, told->name, told->name_size);
    m->name[told->name_size] = '\0';
    tt_free(own);
    m->chain[m->depth + 1] = (tutela_name){.data = m->name, .size = told->name_size};
    m->modified = told->modified;
    m->origin = (int32_t)told->origin;
    m->ended++;
    note(m, trouble.status);
    return m->ended > m->skip ? report(m, told, trouble, error) : TUTELA_OK;
}

tutela_status tt_members_broker(tt_broker **out, const tt_helper *helper, tt_trouble *broken,
                                tutela_error *error)
{
    const tutela_open_options *options = helper->options;
    tt_broker_options how = {.program = options->worker,
                             .require = (options->flags & TUTELA_OPEN_REQUIRE_SANDBOX) != 0,
                             .wall = options->max_seconds,
                             .cpu = options->max_cpu_seconds,
                             .silence = options->silence,
                             .types = helper->types,
                             .stop = helper->stop,
                             .second = helper->second,
                             .secrets = helper->keyring,
                             .budget = {.depth = options->max_depth,
                                        .entries = options->max_members,
                                        .expanded = options->max_expanded,
                                        .ratio = options->max_ratio,
                                        .wishes = {
                                            .partition = options->partition,
                                            .no_deleted = (options->flags & TUTELA_OPEN_NO_DELETED) != 0,
                                            .carve = (options->flags & TUTELA_OPEN_CARVE) != 0},
                                        .spool_memory = options->hold_memory},
                             .spool_folder = options->hold_folder,
                             .spool_bytes = options->hold_bytes};
    tutela_status status;

    if (how.silence > 0 && how.silence < SILENCE_LEAST)
        how.silence = SILENCE_LEAST;
    if (options->hold_memory > 0)
        how.memory = options->hold_memory > UINT64_MAX - MEMORY_BESIDE
                         ? UINT64_MAX
                         : options->hold_memory + MEMORY_BESIDE;
    status = tt_broker_new(out, &how, error);
    if (status != TUTELA_UNAVAILABLE || how.require)
        return status;
    *broken = tt_no_worker;
    return TUTELA_OK;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static tutela_status read_members(members *m, int last, tt_broker *broker, tt_opened *out,
                                  tutela_error *error)
{
    const tt_container *container = m->container;
    uint64_t from[TUTELA_STEPS_MAX] = {0};
    uint32_t mask = last ? container->engine->evidence : container->first;
    tt_job job = {.fd = container->fd, .size = container->size, .mask = mask,
                  .parts = container->parts, .part_sizes = container->part_sizes,
                  .part_count = container->part_count,
                  .stop = container->stop, .feeding = container->feeding,
                  .mentions = container->mentions,
                  .from = from, .share = container->share, .shares = container->shares,
                  .types = last ? TT_TYPES_FULLY : container->types,
                  .teller = take, .user = m};

    m->last = last;
    drop_names(m);
    TT_TRY(make_room(m, 0, error));
    m->ended = 0;
    if (container->from)
        tt_steps_members(container->from, from);
    begin_level(m, 0);
    m->reach = (tt_reach){0};
    m->chain[0] = container->name;
    return tt_broker_unpack(broker, &job, out, error);
}

/* The second reading did not come to the hit, whatever ended it: what the first one saw is said. */
static tutela_status end_hit(members *m, tutela_status status, const tt_opened *opened,
                             tutela_error *error)
{
    tt_trouble why = {TUTELA_ITEM_CHANGED, CHANGED};
    tutela_error other;

    if (status != TUTELA_OK) {
        (void)report_hit(m, TUTELA_ITEM_MATCH, "", &other);
        return status;
    }
    if (opened->trouble.status != TUTELA_ITEM_CLEAR)
        why = opened->trouble;
    return report_hit(m, why.status, why.reason, error);
}

/* What comes only once is digested by everything that a hit needs. */
static tutela_status read_all(members *m, tt_broker *broker, tt_opened *out, tutela_error *error)
{
    tutela_status status = read_members(m, m->container->feeding != NULL, broker, out, error);

    if (status == TUTELA_CANCELLED && m->hit)
        status = read_members(m, 1, broker, out, error);
    if (!m->hit || m->ended > m->skip)
        return status;
    /* What was told of up to the hit, and that itself, is not told of again by a scan that goes on. */
    m->reach = m->hit_reach;
    m->reach.limited |= out->trouble.status == TUTELA_ITEM_LIMIT;
    return end_hit(m, status, out, error);
}

/* The reading is over: how far it came, and what is missing in the container itself. */
static tt_trouble end_reach(members *m, const tt_opened *opened)
{
    tt_trouble trouble = opened->trouble;

    note_limit(m, &trouble, 0);
    m->reach.cut = trouble.status != TUTELA_ITEM_CLEAR;
    m->reach.disk = opened->disk;
    m->reach.cover = opened->cover;
    if (!m->reach.limited)
        note_reach(m, 0);
    if (m->container->reach)
        *m->container->reach = m->reach;
    if (m->levels[0].on_way && !opened->container && trouble.status == TUTELA_ITEM_CLEAR)
        trouble = (tt_trouble){TUTELA_ITEM_CHANGED, "not opened, as it was by the earlier run"};
    return trouble;
}

tutela_status tt_members_report(const tt_container *container, tt_broker *broker,
                                tt_scratch *scratch, tt_trouble *out, tutela_error *error)
{
    members *m = tt_alloc(1, sizeof *m);
    tt_opened opened = {0};
    tutela_status status;

    if (!m)
        return tt_no_memory(error);
    m->container = container;
    m->scratch = scratch;
    tt_buf_init(&m->hit_record, TT_FINDING_MAX);
    status = read_all(m, broker, &opened, error);
    if (status == TUTELA_OK) {
        *out = end_reach(m, &opened);
        if (out->status == TUTELA_ITEM_CLEAR && m->levels[0].inside != TUTELA_ITEM_CLEAR)
            *out = (tt_trouble){m->levels[0].inside, not_all};
    }
    drop_names(m);
    tt_free(m->levels);
    tt_free(m->chain);
    tt_buf_done(&m->hit_record);
    tt_free(m);
    return status;
}

tt_trouble tt_members_sum(const tt_trouble *shares, size_t count)
{
    tt_trouble sum = {TUTELA_ITEM_CLEAR, ""};

    for (size_t i = 0; i < count; i++)
        if (sum.status == TUTELA_ITEM_CLEAR
            || (sum.reason == not_all && shares[i].status != TUTELA_ITEM_CLEAR
                && shares[i].reason != not_all))
            sum = shares[i];
    return sum;
}
