/*
 * patterns: the only caller of Hyperscan in what carves (identify/hyperscan.c is the library's).
 *
 * Block mode over windows that overlap by a pattern's length: as fast as its streams, and matches need no
 * state that outlives a window. Digests in text are not sought here: a class repeated 32 times and
 * more costs it nine tenths of its speed (see bench/carve.c), vectors find them for a third.
 */
#include "carve/inner.h"

#include "base/mem.h"

#include <hs.h>
#include <string.h>

struct tt_carve_patterns {
    hs_database_t *database;
    hs_scratch_t *scratch;
};

static tutela_status unusable(tutela_error *error, hs_error_t code, const char *what)
{
    if (code == HS_NOMEM)
        return tt_no_memory(error);
    return tt_fail(error, TUTELA_UNAVAILABLE, 0, "hyperscan: %s failed with code %d", what, code);
}

static tutela_status compile(hs_database_t **out, tutela_error *error)
{
    const tt_carve_kind *kinds = tt_carve_kinds();
    const char *expressions[TT_CARVE_ROWS];
    unsigned flags[TT_CARVE_ROWS], ids[TT_CARVE_ROWS], count = 0;
    hs_compile_error_t *refusal = NULL;
    tutela_status status = TUTELA_OK;

    for (unsigned i = 0; i < TT_CARVE_ROWS; i++) {
        if (!kinds[i].pattern)
            continue;
        expressions[count] = kinds[i].pattern;
        flags[count] = HS_FLAG_DOTALL;
        ids[count++] = i;
    }
    if (hs_compile_multi(expressions, flags, ids, count, HS_MODE_BLOCK, NULL, out, &refusal)
        == HS_SUCCESS)
        return TUTELA_OK;
    if (refusal && strstr(refusal->message, "allocate memory"))
        status = tt_no_memory(error);
    else
        status = tt_fail(error, TUTELA_UNAVAILABLE, 0, "hyperscan: pattern %d: %s",
                         refusal ? refusal->expression : -1, refusal ? refusal->message : "refused");
    hs_free_compile_error(refusal);
    return status;
}

tutela_status tt_carve_patterns_new(tt_carve_patterns **out, tutela_error *error)
{
    tt_carve_patterns *patterns;
    tutela_status status;
    hs_error_t code;

    if (hs_valid_platform() != HS_SUCCESS)
        return tt_advise(error,
                         tt_fail(error, TUTELA_UNAVAILABLE, 0,
                                 "hyperscan: this processor lacks the instructions it needs"),
                         "run on a processor with SSSE3, or build against vectorscan");
    patterns = tt_alloc(1, sizeof *patterns);
    if (!patterns)
        return tt_no_memory(error);
    status = compile(&patterns->database, error);
    if (status == TUTELA_OK) {
        code = hs_alloc_scratch(patterns->database, &patterns->scratch);
        if (code != HS_SUCCESS)
            status = unusable(error, code, "making scratch memory");
    }
    if (status == TUTELA_OK)
        *out = patterns;
    else
        tt_carve_patterns_free(patterns);
    return status;
}

void tt_carve_patterns_free(tt_carve_patterns *patterns)
{
    if (!patterns)
        return;
    hs_free_scratch(patterns->scratch);
    hs_free_database(patterns->database);
    tt_free(patterns);
}

typedef struct scan {
    tt_carve_hit *hit;
    void *user;
} scan;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *user)
{
    const scan *s = user;

    (void)from;
    (void)flags;
    return s->hit(s->user, (tt_carve_row)id, to);
}

tutela_status tt_carve_patterns_scan(tt_carve_patterns *patterns, const uint8_t *data, size_t size,
                                     tt_carve_hit *hit, void *user, tutela_error *error)
{
    scan s = {hit, user};
    hs_error_t code = hs_scan(patterns->database, (const char *)data, (unsigned)size, 0,
                              patterns->scratch, on_match, &s);

    if (code != HS_SUCCESS && code != HS_SCAN_TERMINATED)
        return unusable(error, code, "scanning");
    return TUTELA_OK;
}
