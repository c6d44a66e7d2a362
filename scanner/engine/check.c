/* check: one buffer or stream, without a walk and without a thread. */
#include "base/mem.h"
#include "engine/conclude.h"
#include "engine/engine.h"

#include <string.h>

struct tt_check {
    tt_engine *engine;
    tt_identify *identify;
    tt_digester *digester;
    tt_digests digests;
    tt_verdict verdict;
    char *name; /* of the item in work or last answered */
    int open;   /* a stream is open */
    int broken; /* bytes of the stream were lost: it can be nothing but a failure */
    char reason[96];
    uint64_t bytes;
    size_t head_size;
    uint8_t head[TT_IDENTIFY_HEAD];
};

tutela_status tt_check_new(tt_check **out, tt_engine *engine, tutela_error *error)
{
    tt_check *check = tt_alloc(1, sizeof *check);
    tutela_status status;

    if (!check)
        return tt_no_memory(error);
    check->engine = tt_engine_keep(engine);
    status = tt_identify_new(&check->identify, engine->signatures, error);
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
    tt_identify_free(check->identify);
    tt_digester_free(check->digester);
    tt_verdict_done(&check->verdict);
    tt_engine_drop(check->engine);
    tt_free(check->name);
    tt_free(check);
}

static tutela_status set_name(tt_check *check, const char *name, tutela_error *error)
{
    char *copy = tt_copy_text(name ? name : "-");

    if (!copy)
        return tt_no_memory(error);
    tt_free(check->name);
    check->name = copy;
    return TUTELA_OK;
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

static tutela_status conclude(tt_check *check, const void *head, size_t head_size, uint64_t bytes,
                              const tutela_finding **out, tutela_error *error)
{
    tt_verdict *verdict = &check->verdict;
    tt_type type;

    tt_verdict_begin(verdict, check->name, strlen(check->name), TUTELA_ITEM_CLEAR, NULL);
    TT_TRY(tt_verdict_match(verdict, check->engine, &check->digests, bytes, error));
    if (verdict->finding.status == TUTELA_ITEM_MATCH) {
        TT_TRY(tt_identify_full(check->identify, head, head_size, &type, error));
        verdict->finding.mime = type.mime;
        verdict->finding.type = (int32_t)type.type;
        tt_finding_mismatch(&verdict->finding);
    }
    *out = &verdict->finding;
    return TUTELA_OK;
}

tutela_status tt_check_buffer(tt_check *check, const void *data, size_t size, const char *name,
                              const tutela_finding **out, tutela_error *error)
{
    const tt_engine *engine = check->engine;
    uint32_t polarities = 0;

    if (check->open)
        return tt_fail(error, TUTELA_STATE, 0, "check: a stream is open on this context");
    TT_TRY(set_name(check, name, error));
    TT_TRY(digest_whole(check, engine->shown, data, size, error));
    TT_TRY(tt_match_probe(engine->matcher, &check->digests, &polarities, error));
    if ((polarities & TUTELA_BIT(TUTELA_KNOWN_BAD)) && engine->evidence != engine->shown)
        TT_TRY(digest_whole(check, engine->evidence, data, size, error));
    return conclude(check, data, size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD, size, out,
                    error);
}

tutela_status tt_check_begin(tt_check *check, const char *name, tutela_error *error)
{
    if (check->open)
        return tt_fail(error, TUTELA_STATE, 0, "stream: one is open already on this context");
    TT_TRY(set_name(check, name, error));
    /* A stream cannot be read twice: everything a match needs is computed on the way. */
    TT_TRY(tt_digester_begin(check->digester, check->engine->evidence, 1, error));
    check->bytes = 0;
    check->head_size = 0;
    check->broken = 0;
    check->open = 1;
    return TUTELA_OK;
}

tutela_status tt_check_update(tt_check *check, const void *data, size_t size, tutela_error *error)
{
    size_t wanted = TT_IDENTIFY_HEAD - check->head_size;

    if (!check->open)
        return tt_fail(error, TUTELA_STATE, 0, "stream: none is open on this context");
    if (check->broken)
        return tt_fail(error, TUTELA_STATE, 0, "stream: a part of it could not be digested");
    check->broken = 1;
    TT_TRY(add(check, data, size, error));
    check->broken = 0;
    wanted = size < wanted ? size : wanted;
    if (wanted > 0)
        memcpy(check->head + check->head_size, data, wanted);
    check->head_size += wanted;
    check->bytes += size;
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
    *out = finding;
}

tutela_status tt_check_end(tt_check *check, int os_error, const tutela_finding **out,
                           tutela_error *error)
{
    if (!check->open)
        return tt_fail(error, TUTELA_STATE, 0, "stream: none is open on this context");
    check->open = 0;
    if (check->broken)
        return tt_fail(error, TUTELA_STATE, 0, "stream: a part of it could not be digested");
    if (os_error != 0) {
        source_failed(check, os_error, out);
        return TUTELA_OK;
    }
    TT_TRY(tt_digester_end(check->digester, &check->digests, error));
    return conclude(check, check->head, check->head_size, check->bytes, out, error);
}
