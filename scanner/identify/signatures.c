/*
 * signatures: the table made ready when somebody asks, and the best row for a head.
 */
#include "identify/signature.h"

#include "base/mem.h"
#include "base/thread.h"
#include "identify/hyperscan.h"

/* A row ready for use. */
typedef struct ranked {
    const tt_signature *row;
    const tt_atom *atoms;
    size_t atom_count;
    tt_key key;
} ranked;

/* What takes milliseconds to make. Shared. */
typedef struct compiled {
    tt_view view;
    tt_marks *marks;
    tt_atom *atoms; /* of all rows, one after the other */
    ranked *rank;   /* best first: a key's number is its row's rank */
    size_t count;
} compiled;

struct tt_signatures {
    tt_lock lock;          /* guards all below; what `made` points to is never changed */
    const compiled *made;  /* NULL until somebody needs it */
    tutela_status refused; /* why it can never be made, with `why`; else TUTELA_OK */
    tutela_error why;
};

/* ---- Making them ready --------------------------------------------------------------------- */

/* 1 when `a` comes before `b`, whose row stands earlier in the table. */
static int outranks(const ranked *a, const ranked *b)
{
    if (a->row->priority != b->row->priority)
        return a->row->priority > b->row->priority;
    return tt_pattern_weight(a->atoms, a->atom_count) > tt_pattern_weight(b->atoms, b->atom_count);
}

/* By insertion: stable, and some hundred rows once per scanner. */
static void insert_row(ranked *rank, size_t count, ranked row)
{
    for (; count > 0 && outranks(&row, &rank[count - 1]); count--)
        rank[count] = rank[count - 1];
    rank[count] = row;
}

static tutela_status rank_rows(compiled *made, const tt_signature *rows, tutela_error *error)
{
    size_t used = 0;

    for (size_t i = 0; i < made->count; i++) {
        tt_atom *atoms = made->atoms + used;
        ranked row = {.row = &rows[i], .atoms = atoms};
        row.atom_count = tt_pattern_parse(rows[i].pattern, atoms);
        row.key = tt_key_choose(atoms, row.atom_count);
        if (row.key.size == 0)
            return tt_fail(error, TUTELA_UNAVAILABLE, 0, "signatures: row %zu is no pattern", i);
        insert_row(made->rank, i, row);
        used += row.atom_count;
    }
    return TUTELA_OK;
}

static tutela_status compile_keys(compiled *made, tutela_error *error)
{
    TT_AUTO_FREE tt_mark *marks = tt_alloc(made->count, sizeof *marks);
    TT_AUTO_FREE tt_key *keys = tt_alloc(made->count, sizeof *keys);

    if (!marks || !keys)
        return tt_no_memory(error);
    for (size_t i = 0; i < made->count; i++)
        keys[i] = made->rank[i].key;
    TT_TRY(tt_view_plan(&made->view, keys, made->count, error));
    for (size_t i = 0; i < made->count; i++)
        marks[i].size = tt_view_mark(&made->view, &keys[i], marks[i].bytes, &marks[i].end);
    return tt_marks_new(&made->marks, marks, made->count, error);
}

static void compiled_free(compiled *made)
{
    if (!made)
        return;
    tt_marks_free(made->marks);
    tt_free(made->atoms);
    tt_free(made->rank);
    tt_free(made);
}

static tutela_status compiled_new(const compiled **out, tutela_error *error)
{
    size_t count;
    const tt_signature *rows = tt_signature_table(&count);
    compiled *made = tt_alloc(1, sizeof *made);
    tutela_status status;

    if (!made)
        return tt_no_memory(error);
    made->count = count;
    made->rank = tt_alloc(count, sizeof *made->rank);
    made->atoms = tt_alloc(count, TT_PATTERN_ATOMS * sizeof *made->atoms);
    if (!made->rank || !made->atoms)
        status = tt_no_memory(error);
    else
        status = rank_rows(made, rows, error);
    if (status == TUTELA_OK)
        status = compile_keys(made, error);
    if (status == TUTELA_OK)
        *out = made;
    else
        compiled_free(made);
    return status;
}

tutela_status tt_signatures_new(tt_signatures **out, tutela_error *error)
{
    tt_signatures *signatures;

    /* Said now: a long scan should not meet it at its first finding. */
    TT_TRY(tt_marks_usable(error));
    signatures = tt_alloc(1, sizeof *signatures);
    if (!signatures)
        return tt_no_memory(error);
    tt_lock_init(&signatures->lock);
    *out = signatures;
    return TUTELA_OK;
}

void tt_signatures_free(tt_signatures *signatures)
{
    if (!signatures)
        return;
    compiled_free((compiled *)signatures->made);
    tt_lock_done(&signatures->lock);
    tt_free(signatures);
}

/* Under the lock. Memory may come back, so want of it is not kept: the next one tries again. */
static tutela_status make(tt_signatures *signatures, tutela_error *error)
{
    tutela_status status = signatures->refused;

    if (status == TUTELA_OK && !signatures->made) {
        status = compiled_new(&signatures->made, &signatures->why);
        if (status != TUTELA_MEMORY)
            signatures->refused = status;
    }
    if (status != TUTELA_OK && error)
        *error = signatures->why;
    return status;
}

static tutela_status get(tt_signatures *signatures, const compiled **out, tutela_error *error)
{
    tutela_status status;

    tt_lock_take(&signatures->lock);
    status = make(signatures, error);
    if (status == TUTELA_OK)
        *out = signatures->made;
    tt_lock_give(&signatures->lock);
    return status;
}

tutela_status tt_signatures_ready(tt_signatures *signatures, tutela_error *error)
{
    const compiled *made;

    return get(signatures, &made, error);
}

/* ---- Seeking ------------------------------------------------------------------------------- */

struct tt_seeker {
    const compiled *made;
    tt_marks_scratch *scratch;
    uint8_t view[TT_VIEW_SIZE];
};

tutela_status tt_seeker_new(tt_seeker **out, tt_signatures *signatures, tutela_error *error)
{
    tt_seeker *seeker;
    const compiled *made;
    tutela_status status;

    TT_TRY(get(signatures, &made, error));
    seeker = tt_alloc(1, sizeof *seeker);
    if (!seeker)
        return tt_no_memory(error);
    seeker->made = made;
    status = tt_marks_scratch_new(&seeker->scratch, made->marks, error);
    if (status == TUTELA_OK)
        *out = seeker;
    else
        tt_free(seeker);
    return status;
}

void tt_seeker_free(tt_seeker *seeker)
{
    if (!seeker)
        return;
    tt_marks_scratch_free(seeker->scratch);
    tt_free(seeker);
}

tutela_status tt_seeker_best(tt_seeker *seeker, const uint8_t *head, size_t size,
                             const tt_signature **out, tutela_error *error)
{
    const compiled *made = seeker->made;
    tt_hits hits;

    tt_view_fill(&made->view, head, size, seeker->view);
    TT_TRY(tt_marks_scan(made->marks, seeker->scratch, seeker->view, made->view.size, &hits,
                         error));
    *out = NULL;
    for (size_t i = 0; i < hits.count && !*out; i++) {
        const ranked *hit = &made->rank[hits.key[i]];
        if (tt_pattern_fits(hit->atoms, hit->atom_count, head, size)
            && (!hit->row->check || hit->row->check(head, size)))
            *out = hit->row;
    }
    return TUTELA_OK;
}
