/* engine: what a scanner is made of. */
#include "engine/engine.h"

#include "base/mem.h"
#include "digest/cost.h"
#include "digest/cpu.h"

/*
 * From so many bytes on a file outlasts what began beside it, and then is one stream on its core. Large
 * files by the dozen would keep lanes full, but lose less by the wrong choice than one alone does, and
 * smaller files are over within seconds.
 */
#define ALONE_SIZE ((uint64_t)1 << 30)

/* As few as can be, then whatever tells more for its price; the same everywhere. */
static const uint32_t shown_costs[TUTELA_ALGORITHM_COUNT]
    = {[TUTELA_MD5] = 103, [TUTELA_SHA1] = 101, [TUTELA_SHA256] = 102, [TUTELA_SHA512] = 104};

/* Even with nothing to look up, an item is clear only if every byte of it was digested. */
static uint32_t cover(const tt_engine *engine, uint32_t asked, const uint32_t *costs)
{
    uint32_t mask = tt_matcher_cover(engine->matcher, asked, costs);

    return mask ? mask : TUTELA_BIT(TUTELA_SHA256);
}

static void choose_first(tt_engine *engine, uint32_t asked)
{
    uint32_t costs[TUTELA_ALGORITHM_COUNT];

    engine->shown = engine->among_many = engine->alone = cover(engine, asked, shown_costs);
    /* Files of known-good lists are not read twice: what finds them also says how well. */
    if (tt_matcher_polarities(engine->matcher) & TUTELA_BIT(TUTELA_KNOWN_GOOD))
        return;
    tt_digest_costs(tt_cpu_features(), engine->width, costs);
    engine->among_many = cover(engine, asked, costs);
    tt_digest_costs(tt_cpu_features(), 1, costs);
    engine->alone = cover(engine, asked, costs);
}

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
    engine->width = (uint32_t)tt_digest_width();
    choose_first(engine, digests & TT_DIGEST_ALL);
    engine->evidence = engine->shown | TT_DIGEST_EVIDENCE | tt_matcher_listed(engine->matcher);
    *out = engine;
    return TUTELA_OK;
}

uint32_t tt_engine_first(const tt_engine *engine, uint32_t flags, uint64_t size, int only)
{
    if (flags & TUTELA_SCAN_INVENTORY)
        return engine->shown;
    return only || size >= ALONE_SIZE ? engine->alone : engine->among_many;
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
