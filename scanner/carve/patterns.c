/*
 * patterns: the only caller of Hyperscan in what carves (identify/hyperscan.c is the library's).
 *
 * Block mode over windows that overlap by a pattern's length: as fast as its streams, and matches need no
 * state that outlives a window. Digests in text are not sought here: a class repeated 32 times and
 * more costs it nine tenths of its speed (see bench/carve.c), vectors find them for a third of it.
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

/*
 * The order in which Hyperscan is given the patterns: what stands together shares what it looks at first. Of two
 * hundred that were tried over random bytes, libraries and text, this was the best; others take up to
 * twice the time, the table's own half as much again over libraries. A row that is not named comes last.
 */
static const uint8_t order[] = {
    TT_CARVE_ZIP,       TT_CARVE_PROGRAM_STREAM, TT_CARVE_PDF,          TT_CARVE_TIFF_BIG,
    TT_CARVE_BMP,       TT_CARVE_ASF,            TT_CARVE_BIG_TIFF_LITTLE, TT_CARVE_PNG,
    TT_CARVE_SQLITE,    TT_CARVE_SEVEN_ZIP,      TT_CARVE_RAR,          TT_CARVE_QUICKTIME_WIDE,
    TT_CARVE_FLV,       TT_CARVE_TIFF_LITTLE,    TT_CARVE_RIFF,         TT_CARVE_QUICKTIME,
    TT_CARVE_JPEG,      TT_CARVE_EBML,           TT_CARVE_GIF,          TT_CARVE_OGG,
    TT_CARVE_OLE2,      TT_CARVE_AIFF,           TT_CARVE_BOXES,        TT_CARVE_JPEG_2000_OR_XL};

/* The rows that have a pattern; answers how many. */
static unsigned in_order(unsigned *ids)
{
    const tt_carve_kind *kinds = tt_carve_kinds();
    int named[TT_CARVE_ROWS] = {0};
    unsigned count = 0;

    for (size_t i = 0; i < sizeof order; i++) {
        ids[count++] = order[i];
        named[order[i]] = 1;
    }
    for (unsigned row = 0; row < TT_CARVE_ROWS; row++)
        if (kinds[row].pattern && !named[row])
            ids[count++] = row;
    return count;
}

static tutela_status compile(hs_database_t **out, tutela_error *error)
{
    const tt_carve_kind *kinds = tt_carve_kinds();
    const char *expressions[TT_CARVE_ROWS];
    unsigned flags[TT_CARVE_ROWS], ids[TT_CARVE_ROWS], count = in_order(ids);
    hs_compile_error_t *refusal = NULL;
    tutela_status status = TUTELA_OK;

    for (unsigned i = 0; i < count; i++) {
        expressions[i] = kinds[ids[i]].pattern;
        flags[i] = HS_FLAG_DOTALL;
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
