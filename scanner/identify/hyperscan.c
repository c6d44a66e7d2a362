/*
 * hyperscan: the only caller of Hyperscan (or Vectorscan, its port).
 *
 * Its allocators are left alone: they are one setting for the whole process, and a program that
 * uses this library may use Hyperscan for itself.
 */
#include "identify/hyperscan.h"

#include "base/mem.h"
#include "base/text.h"
#include "identify/identify.h"

#include <hs.h>
#include <string.h>

#define EXPRESSION_SIZE (4 * TT_MARK_MAX + 1) /* four characters for each byte, and a NUL */

struct tt_marks {
    hs_database_t *database;
    uint64_t ends[]; /* by key */
};

struct tt_marks_scratch {
    hs_scratch_t *scratch;
};

static tutela_status unusable(tutela_error *error, hs_error_t code, const char *what)
{
    if (code == HS_NOMEM)
        return tt_no_memory(error);
    return tt_fail(error, TUTELA_UNAVAILABLE, 0, "hyperscan: %s failed with code %d", what, code);
}

/* "\\xHH" for each byte: a literal, whatever the bytes are. */
static void write_expression(const tt_mark *key, char out[EXPRESSION_SIZE])
{
    for (size_t i = 0; i < key->size; i++) {
        out[4 * i] = '\\';
        out[4 * i + 1] = 'x';
        tt_hex_encode(key->bytes + i, 1, out + 4 * i + 2);
    }
}

/* Want of memory has no code of its own here, only words ("Unable to...", "Could not..."). */
static tutela_status refused(tutela_error *error, const hs_compile_error_t *refusal)
{
    if (refusal && strstr(refusal->message, "allocate memory"))
        return tt_no_memory(error);
    return tt_fail(error, TUTELA_UNAVAILABLE, 0, "hyperscan: key %d: %s",
                   refusal ? refusal->expression : -1, refusal ? refusal->message : "refused");
}

/* One block for all expressions: each allocation is one more way to fail that tests go through. */
static tutela_status compile(hs_database_t **out, const tt_mark *keys, size_t count,
                             tutela_error *error)
{
    TT_AUTO_FREE char *text = tt_alloc(count, EXPRESSION_SIZE);
    TT_AUTO_FREE const char **expressions = tt_alloc(count, sizeof *expressions);
    TT_AUTO_FREE unsigned *flags = tt_alloc(count, sizeof *flags);
    TT_AUTO_FREE unsigned *ids = tt_alloc(count, sizeof *ids);
    hs_compile_error_t *refusal = NULL;
    tutela_status status = TUTELA_OK;

    if (!text || !expressions || !flags || !ids)
        return tt_no_memory(error);
    for (size_t i = 0; i < count; i++) {
        write_expression(&keys[i], text + i * EXPRESSION_SIZE);
        expressions[i] = text + i * EXPRESSION_SIZE;
        flags[i] = HS_FLAG_DOTALL;
        ids[i] = (unsigned)i;
    }
    if (hs_compile_multi(expressions, flags, ids, (unsigned)count, HS_MODE_BLOCK, NULL, out,
                         &refusal)
        != HS_SUCCESS)
        status = refused(error, refusal);
    hs_free_compile_error(refusal);
    return status;
}

tutela_status tt_marks_usable(tutela_error *error)
{
    if (hs_valid_platform() == HS_SUCCESS)
        return TUTELA_OK;
    return tt_advise(error,
                     tt_fail(error, TUTELA_UNAVAILABLE, 0,
                             "hyperscan: this processor lacks the instructions it needs"),
                     "run on a processor with SSSE3, or build against vectorscan");
}

tutela_status tt_marks_new(tt_marks **out, const tt_mark *keys, size_t count, tutela_error *error)
{
    TT_AUTO_FREE tt_marks *marks = tt_alloc(1, sizeof *marks + count * sizeof marks->ends[0]);

    if (!marks)
        return tt_no_memory(error);
    for (size_t i = 0; i < count; i++)
        marks->ends[i] = keys[i].end;
    TT_TRY(compile(&marks->database, keys, count, error));
    *out = marks;
    marks = NULL;
    return TUTELA_OK;
}

void tt_marks_free(tt_marks *marks)
{
    if (!marks)
        return;
    hs_free_database(marks->database);
    tt_free(marks);
}

tutela_status tt_marks_scratch_new(tt_marks_scratch **out, const tt_marks *marks,
                                   tutela_error *error)
{
    TT_AUTO_FREE tt_marks_scratch *scratch = tt_alloc(1, sizeof *scratch);
    hs_error_t code;

    if (!scratch)
        return tt_no_memory(error);
    code = hs_alloc_scratch(marks->database, &scratch->scratch);
    if (code != HS_SUCCESS)
        return unusable(error, code, "making scratch memory");
    *out = scratch;
    scratch = NULL;
    return TUTELA_OK;
}

void tt_marks_scratch_free(tt_marks_scratch *scratch)
{
    if (!scratch)
        return;
    hs_free_scratch(scratch->scratch);
    tt_free(scratch);
}

typedef struct scan_state {
    const uint64_t *ends;
    tt_hits hits;
} scan_state;

/* Keeps hits ascending: Hyperscan reports them by where they end. */
static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *user)
{
    scan_state *state = user;
    tt_hits *hits = &state->hits;
    size_t at = hits->count;

    (void)from;
    (void)flags;
    if (to != state->ends[id])
        return 0;
    if (at == TT_HITS) {
        if (hits->key[TT_HITS - 1] < id)
            return 0;
        at--;
    } else {
        hits->count++;
    }
    for (; at > 0 && hits->key[at - 1] > id; at--)
        hits->key[at] = hits->key[at - 1];
    hits->key[at] = id;
    return 0;
}

tutela_status tt_marks_scan(const tt_marks *marks, tt_marks_scratch *scratch, const void *data,
                            size_t size, tt_hits *out, tutela_error *error)
{
    scan_state state = {marks->ends, {0}};
    hs_error_t code =
        hs_scan(marks->database, data, (unsigned)size, 0, scratch->scratch, on_match, &state);

    if (code != HS_SUCCESS)
        return unusable(error, code, "scanning");
    *out = state.hits;
    return TUTELA_OK;
}

const char *tt_identify_hyperscan_version(void)
{
    return hs_version();
}
