/* engine: what a scanner is made of. */
#include "engine/engine.h"

#include "base/mem.h"

tutela_status tt_engine_new(tt_engine **out, tt_set *const *sets, size_t count, uint32_t digests,
                            tutela_error *error)
{
    tt_engine *engine = tt_alloc(1, sizeof *engine);
    tutela_status status;

    if (!engine)
        return tt_no_memory(error);
    atomic_init(&engine->holders, 1);
    status = tt_matcher_new(&engine->matcher, sets, count, error);
    if (status == TUTELA_OK)
        status = tt_signatures_new(&engine->signatures, error);
    if (status != TUTELA_OK) {
        tt_engine_drop(engine);
        return status;
    }
    engine->first = tt_matcher_cover(engine->matcher) | (digests & TT_DIGEST_ALL);
    /* Even with nothing to look up, an item is clear only if every byte of it was digested. */
    if (engine->first == 0)
        engine->first = TUTELA_BIT(TUTELA_SHA256);
    engine->width = (uint32_t)tt_digest_width();
    engine->evidence = engine->first | TT_DIGEST_EVIDENCE | tt_matcher_listed(engine->matcher);
    *out = engine;
    return TUTELA_OK;
}

tt_engine *tt_engine_keep(tt_engine *engine)
{
    atomic_fetch_add(&engine->holders, 1);
    return engine;
}

void tt_engine_drop(tt_engine *engine)
{
    if (!engine || atomic_fetch_sub(&engine->holders, 1) != 1)
        return;
    tt_matcher_free(engine->matcher);
    tt_signatures_free(engine->signatures);
    tt_free(engine);
}
