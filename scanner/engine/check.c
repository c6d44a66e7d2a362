/* check: one buffer or stream, without a walk. */
#include "base/mem.h"
#include "base/thread.h"
#include "engine/aside.h"
#include "engine/conclude.h"
#include "engine/ends.h"
#include "engine/engine.h"
#include "engine/hearsay.h"
#include "engine/inside.h"
#include "engine/last.h"
#include "engine/typist.h"
#include "unpack/heads.h"
#include "unpack/pictures.h"
#include "unpack/plain.h"

#include <string.h>

/* Bytes of a stream that are digested between two looks at who opens it: less than the channel to it takes. */
#define STEP ((size_t)64 << 10)

/* From here on a stream is worth threads of its own. */
#define LONG_STREAM (UINT64_C(8) << 20)

/* What goes on with a context. BUSY: members are being handed over, and whoever gets them may not use it. */
typedef enum state { IDLE, STREAM, BUSY } state;

struct tt_check {
    tt_engine *engine;
    tt_identify *identify;
    tt_typist *typist;
    tt_digester *digester;
    tt_aside *aside; /* NULL; or the stream is a long one */
    int alone;       /* it is to stay NULL: they cannot be had, or are of no use */
    tt_digests digests;
    tt_verdict verdict;
    tt_inside *inside; /* NULL: nobody asked for what containers hold */
    char *name; /* of the item in work or last answered */
    state state;
    char mime[TT_MIME_MAX + 1]; /* of that item, when libmagic was asked */
    int broken; /* bytes of the stream were lost: it can be nothing but a failure */
    char reason[96];
    const uint64_t *coverage; /* of the item; NULL: it is no image of a disk */
    tt_hearsay hearsay; /* digests that the item mentions */
    uint64_t bytes;
    tt_last last;
    tt_picture_walk walk;
    size_t head_size;
    uint8_t head[TT_IDENTIFY_HEAD];
};

_Static_assert(TT_IDENTIFY_HEAD >= TT_HEAD_SIZE, "the first bytes tell both type and container");

tutela_status tt_check_new(tt_check **out, tt_engine *engine, tutela_error *error)
{
    tt_check *check = tt_alloc(1, sizeof *check);
    tutela_status status;

    if (!check)
        return tt_no_memory(error);
    check->engine = tt_engine_keep(engine);
    status = tt_identify_new(&check->identify, engine->signatures, error);
    if (status == TUTELA_OK)
        status = tt_typist_new(&check->typist, NULL, 1, error);
    if (status == TUTELA_OK)
        status = tt_digester_new(&check->digester, engine->evidence, error);
    if (status != TUTELA_OK) {
        tt_check_free(check);
        return status;
    }
    *out = check;
    return TUTELA_OK;
}

void tt_check_free(tt_check *check)
{
    if (!check)
        return;
    tt_inside_free(check->inside);
    tt_typist_free(check->typist);
    tt_identify_free(check->identify);
    tt_aside_free(check->aside);
    tt_seek_free(check->hearsay.seek);
    tt_digester_free(check->digester);
    tt_verdict_done(&check->verdict);
    tt_engine_drop(check->engine);
    tt_free(check->name);
    tt_free(check);
}

/* A new item may begin. */
static tutela_status be_idle(const tt_check *check, tutela_error *error)
{
    if (check->state == STREAM)
        return tt_fail(error, TUTELA_STATE, 0, "check: a stream is open on this context");
    if (check->state == BUSY)
        return tt_fail(error, TUTELA_STATE, 0, "check: this context is handing over members");
    return TUTELA_OK;
}

static tutela_status be_in_stream(const tt_check *check, tutela_error *error)
{
    if (check->state != STREAM)
        return tt_fail(error, TUTELA_STATE, 0, "stream: none is open on this context");
    return TUTELA_OK;
}

tutela_status tt_check_open(tt_check *check, const tutela_open_options *options,
                            int (*on_member)(void *user, const tutela_finding *finding),
                            void *user, tutela_error *error)
{
    tt_inside *inside = NULL;
    tt_typist *typist = NULL;
    tutela_status status;

    TT_TRY(be_idle(check, error));
    TT_TRY(tt_typist_new(&typist, options, 1, error));
    status = tt_inside_new(&inside, check->engine, options, on_member, user, error);
    if (status != TUTELA_OK) {
        tt_typist_free(typist);
        return status;
    }
    tt_typist_free(check->typist);
    check->typist = typist;
    tt_inside_free(check->inside);
    check->inside = inside;
    return TUTELA_OK;
}

void tt_check_count(tt_check *check, tutela_summary *summary)
{
    if (check->inside)
        tt_inside_count(check->inside, summary);
}

static tutela_status set_name(tt_check *check, const char *name, tutela_error *error)
{
    char *copy = tt_copy_text(name ? name : "-");

    if (!copy)
        return tt_no_memory(error);
    tt_free(check->name);
    check->name = copy;
    check->coverage = NULL;
    return tt_hearsay_begin(&check->hearsay, check->inside, error);
}

static tutela_status add(tt_check *check, const void *data, size_t size, tutela_error *error)
{
    tt_digest_job job = {.digester = check->digester, .data = data, .size = size};

    return tt_digest_update_many(&job, 1, error);
}

static tutela_status digest_whole(tt_check *check, uint32_t mask, const void *data, size_t size,
                                  tutela_error *error)
{
    TT_TRY(tt_digester_begin(check->digester, mask, 1, error));
    TT_TRY(add(check, data, size, error));
    return tt_digester_end(check->digester, &check->digests, error);
}

static int opens(const tt_check *check)
{
    return check->inside && tt_inside_opens(check->inside);
}

/* A container that was not opened is not clear. */
static tt_trouble unopened(const tt_check *check)
{
    if (check->inside)
        return (tt_trouble){TUTELA_ITEM_SKIPPED, "a container, which was not to be opened"};
    return (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a container, which was not opened"};
}

/* Its type: in an inventory by its signature; of a known-bad one also by having libmagic asked. */
static tutela_status find_type(tt_check *check, const void *head, size_t size, tutela_error *error)
{
    tutela_finding *finding = &check->verdict.finding;
    int bad = (finding->polarity_mask & TUTELA_BIT(TUTELA_KNOWN_BAD)) != 0;
    tt_known known;
    tt_type type;

    if (!bad && (!check->inside || !tt_inside_inventory(check->inside)))
        return TUTELA_OK;
    TT_TRY(tt_identify_near(check->identify, head, size, &type, &known, error));
    check->mime[0] = 0;
    if (bad && known != TT_KNOWN_SURELY)
        TT_TRY(tt_typist_ask(check->typist, head, size, NULL, check->mime, error));
    if (check->mime[0])
        type = (tt_type){check->mime, tt_type_of_mime(check->mime)};
    finding->mime = type.mime;
    finding->type = (int32_t)type.type;
    tt_finding_mismatch(finding);
    return TUTELA_OK;
}

/* One that was not to be opened, and is in a list itself, is that and nothing less. */
static tutela_status conclude(tt_check *check, const void *head, size_t head_size, uint64_t bytes,
                              tt_trouble inside, const tutela_finding **out, tutela_error *error)
{
    tt_verdict *verdict = &check->verdict;

    tt_verdict_begin(verdict, check->name, strlen(check->name), TUTELA_ITEM_CLEAR, NULL);
    verdict->finding.coverage = check->coverage;
    TT_TRY(tt_verdict_match(verdict, check->engine, &check->digests, bytes, error));
    TT_TRY(find_type(check, head, head_size, error));
    if (opens(check) || verdict->finding.status == TUTELA_ITEM_CLEAR)
        tt_finding_incomplete(&verdict->finding, inside.status, inside.reason);
    if (check->hearsay.cut && tutela_item_status_complete(verdict->finding.status)) {
        verdict->finding.status = TUTELA_ITEM_LIMIT;
        verdict->finding.reason = TT_MENTIONS_CUT;
    }
    *out = &verdict->finding;
    return TUTELA_OK;
}

/* Does the buffer begin as a container does, and is none of those that surely hold nothing? */
static int begins(const uint8_t *data, size_t size)
{
    int row = tt_head_of(data, size < TT_HEAD_SIZE ? size : TT_HEAD_SIZE);
    tt_plain plain;

    tt_plain_begin(&plain, row);
    tt_plain_add(&plain, data, size);
    return row >= 0 && !tt_plain_end(&plain);
}

/* Does the buffer begin, or end, as a container does? Does a picture, if it is to be opened, go on? */
static int holds(const tt_check *check, const uint8_t *data, size_t size)
{
    size_t tail = size < TT_TAIL_SIZE ? size : TT_TAIL_SIZE;
    tt_picture picture = tt_picture_of(data, size);
    tt_end end;

    if (size == 0 || begins(data, size))
        return size > 0;
    end = tt_end_of(opens(check) ? &picture : NULL, data + size - tail, tail, size);
    return end == TT_END_CONTAINER || (end == TT_END_GOES_ON && tt_picture_may_hold(data, size));
}

/* Is it, by its first bytes, which begin no container, raw space that is to be searched? */
static tutela_status is_raw(const tt_check *check, const uint8_t *head, size_t size, int *out,
                            tutela_error *error)
{
    *out = 0;
    if (!opens(check) || !tt_inside_carves(check->inside))
        return TUTELA_OK;
    return tt_identify_raw(check->identify, head, size, out, error);
}

/* What a buffer holds. */
static tutela_status look_inside(tt_check *check, const void *data, size_t size, tt_trouble *out,
                                 tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int raw = 0;

    *out = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (size >= TT_RAW_LEAST)
        TT_TRY(is_raw(check, data, TT_IDENTIFY_HEAD, &raw, error));
    if (!raw && !holds(check, data, size))
        return TUTELA_OK;
    *out = unopened(check);
    if (!opens(check))
        return TUTELA_OK;
    check->state = BUSY;
    status = tt_inside_buffer(check->inside, check->name, data, size, out, error);
    check->coverage = tt_inside_coverage(check->inside);
    check->state = IDLE;
    return status;
}

/* All of it was seen: what it mentions comes before what it holds. */
static tutela_status end_mentions(tt_check *check, tutela_error *error)
{
    tutela_status status;

    check->state = BUSY;
    status = tt_hearsay_end(&check->hearsay, check->engine, &check->verdict, check->name, check->bytes, error);
    check->state = IDLE;
    return status;
}

tutela_status tt_check_buffer(tt_check *check, const void *data, size_t size, const char *name,
                              const tutela_finding **out, tutela_error *error)
{
    const tt_engine *engine = check->engine;
    tt_trouble inside;
    uint32_t polarities = 0;

    TT_TRY(be_idle(check, error));
    TT_TRY(set_name(check, name, error));
    TT_TRY(digest_whole(check, engine->shown, data, size, error));
    TT_TRY(tt_match_probe(engine->matcher, &check->digests, &polarities, error));
    if ((polarities & TUTELA_BIT(TUTELA_KNOWN_BAD)) && engine->evidence != engine->shown)
        TT_TRY(digest_whole(check, engine->evidence, data, size, error));
    check->bytes = size;
    if (check->hearsay.seeks)
        TT_TRY(tt_seek_add(check->hearsay.seek, 0, data, size, error));
    TT_TRY(end_mentions(check, error));
    TT_TRY(look_inside(check, data, size, &inside, error));
    return conclude(check, data, size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD, size, inside,
                    out, error);
}

tutela_status tt_check_begin(tt_check *check, const char *name, tutela_error *error)
{
    TT_TRY(be_idle(check, error));
    TT_TRY(set_name(check, name, error));
    /* A stream cannot be read twice: everything a match needs is computed on the way. */
    TT_TRY(tt_digester_begin(check->digester, check->engine->evidence, 1, error));
    check->bytes = 0;
    check->last.size = check->last.at = 0;
    tt_picture_walk_begin(&check->walk);
    check->head_size = 0;
    check->alone = tt_thread_processors() < 2;
    check->broken = 0;
    check->state = STREAM;
    return TUTELA_OK;
}

/*
 * The first bytes are together when they are as many as can tell: what is a container goes to whoever opens it, and
 * so does raw space, large or not, since nobody knows yet.
 */
static tutela_status begin_inside(tt_check *check, tutela_error *error)
{
    int raw = 0;

    if (!opens(check) || check->head_size < sizeof check->head)
        return TUTELA_OK;
    if (tt_head_of(check->head, sizeof check->head) < 0) {
        TT_TRY(is_raw(check, check->head, sizeof check->head, &raw, error));
        if (!raw)
            return TUTELA_OK;
    }
    TT_TRY(tt_inside_begin(check->inside, check->name, error));
    tt_inside_add(check->inside, check->head, check->head_size);
    return TUTELA_OK;
}

/* A stream that has become long enough, and comes in pieces that are, is digested by several threads. */
static tt_aside *aside_for(tt_check *check, size_t size)
{
    uint32_t mask = tt_digester_mask(check->digester);

    if (size < TT_ASIDE_LEAST || check->alone || check->bytes < LONG_STREAM)
        return NULL;
    if (!check->aside)
        check->alone = (mask & (mask - 1)) == 0 || tt_aside_new(&check->aside, mask, NULL) != TUTELA_OK;
    return check->aside;
}

/*
 * Digest, and feed whoever opens it with what lies behind the first `kept` bytes. While that has enough to do,
 * some more is digested here, so that both work side by side.
 */
static tutela_status digest_and_feed(tt_check *check, const char *data, size_t size, size_t kept,
                                     const tt_aside *aside, tutela_error *error)
{
    int feeds = check->inside && tt_inside_is_open(check->inside);
    size_t fed = kept;

    for (size_t at = 0, some; at < size; at += some) {
        tt_digest_job job = {.digester = check->digester, .data = data + at};

        some = job.size = size - at < STEP ? size - at : STEP;
        if (feeds)
            fed += tt_inside_offer(check->inside, data + fed, size - fed);
        TT_TRY(aside ? tt_digest_update_one(tt_aside_own(aside), &job, 1, error)
                     : tt_digest_update_many(&job, 1, error));
    }
    if (feeds)
        tt_inside_add(check->inside, data + fed, size - fed);
    return TUTELA_OK;
}

/* The same, beside whoever else digests it. */
static tutela_status take(tt_check *check, const char *data, size_t size, size_t kept,
                          tutela_error *error)
{
    tt_aside *aside = aside_for(check, size);
    tutela_status status, others = TUTELA_OK;

    if (aside)
        tt_aside_begin(aside, check->digester, data, size);
    status = digest_and_feed(check, data, size, kept, aside, error);
    if (aside)
        others = tt_aside_end(aside, status == TUTELA_OK ? error : NULL);
    return status != TUTELA_OK ? status : others;
}

/*
 * No container by its first bytes. What a zip at its end holds lies behind, or what is behind a picture, and
 * has gone by unless the stream was so short that it is all still there.
 */
static tutela_status end_tail(tt_check *check, tt_trouble *out, tutela_error *error)
{
    int zip = tt_last_opens(&check->last, check->bytes);

    *out = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    if (check->bytes <= check->last.size)
        return look_inside(check, check->last.bytes, check->last.size, out, error);
    if (!zip && !tt_picture_walk_archive(&check->walk))
        return TUTELA_OK;
    *out = unopened(check);
    if (opens(check))
        *out = (tt_trouble){TUTELA_ITEM_UNSUPPORTED,
                            zip ? "a zip behind something else, in a stream that comes only once"
                                : "an archive behind a picture, in a stream that comes only once"};
    return TUTELA_OK;
}

/* What a stream holds, when it is through: one that is no longer than its first bytes lies in them. */
static tutela_status end_inside(tt_check *check, tt_trouble *out, tutela_error *error)
{
    tutela_status status;

    if (!check->inside || !tt_inside_is_open(check->inside)) {
        if (check->broken)
            return TUTELA_OK;
        if (check->head_size == 0 || tt_head_of(check->head, check->head_size) < 0)
            return end_tail(check, out, error);
        if (check->bytes > check->head_size) {
            *out = unopened(check);
            return TUTELA_OK;
        }
        return look_inside(check, check->head, check->head_size, out, error);
    }
    check->state = BUSY;
    status = tt_inside_end(check->inside, out, error);
    check->coverage = tt_inside_coverage(check->inside);
    check->state = IDLE;
    return status;
}

tutela_status tt_check_update(tt_check *check, const void *data, size_t size, tutela_error *error)
{
    size_t wanted = TT_IDENTIFY_HEAD - check->head_size;

    TT_TRY(be_in_stream(check, error));
    if (check->broken)
        return tt_fail(error, TUTELA_STATE, 0, "stream: a part of it could not be taken");
    check->broken = 1;
    wanted = size < wanted ? size : wanted;
    if (wanted > 0)
        memcpy(check->head + check->head_size, data, wanted);
    check->head_size += wanted;
    if (check->hearsay.seeks)
        TT_TRY(tt_seek_add(check->hearsay.seek, check->bytes, data, size, error));
    check->bytes += size;
    tt_last_add(&check->last, data, size);
    if (opens(check))
        tt_picture_walk_add(&check->walk, data, size);
    if (wanted > 0)
        TT_TRY(begin_inside(check, error));
    TT_TRY(take(check, (const char *)data, size, wanted, error));
    check->broken = 0;
    return TUTELA_OK;
}

static void source_failed(tt_check *check, int os_error, const tutela_finding **out)
{
    tutela_finding *finding = &check->verdict.finding;
    const char *reason = tt_errno_text(os_error, check->reason, sizeof check->reason);

    if (reason != check->reason)
        (void)strncpy(check->reason, reason, sizeof check->reason - 1);
    tt_verdict_begin(&check->verdict, check->name, strlen(check->name),
                     check->bytes > 0 ? TUTELA_ITEM_PARTIAL : TUTELA_ITEM_UNREADABLE,
                     check->reason);
    finding->bytes = check->bytes;
    finding->coverage = check->coverage;
    *out = finding;
}

tutela_status tt_check_end(tt_check *check, int os_error, const tutela_finding **out,
                           tutela_error *error)
{
    tt_trouble inside = {TUTELA_ITEM_CLEAR, ""};
    tutela_status told;

    TT_TRY(be_in_stream(check, error));
    check->state = IDLE;
    tt_aside_free(check->aside);
    check->aside = NULL;
    told = end_mentions(check, error);
    TT_TRY(end_inside(check, &inside, told ? NULL : error));
    TT_TRY(told);
    if (check->broken)
        return tt_fail(error, TUTELA_STATE, 0, "stream: a part of it could not be taken");
    if (os_error != 0) {
        source_failed(check, os_error, out);
        return TUTELA_OK;
    }
    TT_TRY(tt_digester_end(check->digester, &check->digests, error));
    return conclude(check, check->head, check->head_size, check->bytes, inside, out, error);
}
