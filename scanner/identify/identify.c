/*
 * identify: signatures and libmagic, and which of them is right.
 */
#include "identify/identify.h"

#include "base/mem.h"
#include "identify/hyperscan.h"
#include "identify/libmagic.h"
#include "identify/signature.h"

#include <string.h>

/* A row ready for use. */
typedef struct ranked {
    const tt_signature *row;
    const tt_atom *atoms;
    size_t atom_count;
    tt_key key;
} ranked;

struct tt_signatures {
    tt_view view;
    tt_marks *marks;
    tt_atom *atoms; /* of all rows, one after the other */
    ranked *rank;   /* best first: a key's number is its row's rank */
    size_t count;
};

struct tt_identify {
    const tt_signatures *signatures;
    tt_marks_scratch *scratch;
    tt_magic *magic; /* NULL until tt_identify_full asks for it */
    char mime[TT_MIME_MAX + 1];
    uint8_t view[TT_VIEW_SIZE];
};

/* ---- Signatures ---------------------------------------------------------------------------- */

/* 1 when `a` comes before `b`, whose row stands earlier in the table. */
static int outranks(const ranked *a, const ranked *b)
{
    if (a->row->priority != b->row->priority)
        return a->row->priority > b->row->priority;
    return tt_pattern_weight(a->atoms, a->atom_count) > tt_pattern_weight(b->atoms, b->atom_count);
}

/* By insertion: stable, and some hundred rows once per process. */
static void insert_row(ranked *rank, size_t count, ranked row)
{
    for (; count > 0 && outranks(&row, &rank[count - 1]); count--)
        rank[count] = rank[count - 1];
    rank[count] = row;
}

static tutela_status rank_rows(tt_signatures *signatures, const tt_signature *rows,
                               tutela_error *error)
{
    size_t used = 0;

    for (size_t i = 0; i < signatures->count; i++) {
        tt_atom *atoms = signatures->atoms + used;
        ranked row = {.row = &rows[i], .atoms = atoms};
        row.atom_count = tt_pattern_parse(rows[i].pattern, atoms);
        row.key = tt_key_choose(atoms, row.atom_count);
        if (row.key.size == 0)
            return tt_fail(error, TUTELA_UNAVAILABLE, 0, "signatures: row %zu is no pattern", i);
        insert_row(signatures->rank, i, row);
        used += row.atom_count;
    }
    return TUTELA_OK;
}

static tutela_status compile_keys(tt_signatures *signatures, tutela_error *error)
{
    TT_AUTO_FREE tt_mark *marks = tt_alloc(signatures->count, sizeof *marks);
    TT_AUTO_FREE tt_key *keys = tt_alloc(signatures->count, sizeof *keys);

    if (!marks || !keys)
        return tt_no_memory(error);
    for (size_t i = 0; i < signatures->count; i++)
        keys[i] = signatures->rank[i].key;
    TT_TRY(tt_view_plan(&signatures->view, keys, signatures->count, error));
    for (size_t i = 0; i < signatures->count; i++)
        marks[i].size = tt_view_mark(&signatures->view, &keys[i], marks[i].bytes, &marks[i].end);
    return tt_marks_new(&signatures->marks, marks, signatures->count, error);
}

tutela_status tt_signatures_new(tt_signatures **out, tutela_error *error)
{
    size_t count;
    const tt_signature *rows = tt_signature_table(&count);
    tt_signatures *signatures = tt_alloc(1, sizeof *signatures);
    tutela_status status;

    if (!signatures)
        return tt_no_memory(error);
    signatures->count = count;
    signatures->rank = tt_alloc(count, sizeof *signatures->rank);
    signatures->atoms = tt_alloc(count, TT_PATTERN_ATOMS * sizeof *signatures->atoms);
    if (!signatures->rank || !signatures->atoms)
        status = tt_no_memory(error);
    else
        status = rank_rows(signatures, rows, error);
    if (status == TUTELA_OK)
        status = compile_keys(signatures, error);
    if (status == TUTELA_OK)
        *out = signatures;
    else
        tt_signatures_free(signatures);
    return status;
}

void tt_signatures_free(tt_signatures *signatures)
{
    if (!signatures)
        return;
    tt_marks_free(signatures->marks);
    tt_free(signatures->atoms);
    tt_free(signatures->rank);
    tt_free(signatures);
}

size_t tt_signatures_count(const tt_signatures *signatures)
{
    return signatures->count;
}

/* ---- Answers ------------------------------------------------------------------------------- */

tutela_status tt_identify_new(tt_identify **out, const tt_signatures *signatures,
                              tutela_error *error)
{
    tt_identify *identify = tt_alloc(1, sizeof *identify);
    tutela_status status;

    if (!identify)
        return tt_no_memory(error);
    identify->signatures = signatures;
    status = tt_marks_scratch_new(&identify->scratch, signatures->marks, error);
    if (status == TUTELA_OK)
        *out = identify;
    else
        tt_free(identify);
    return status;
}

void tt_identify_free(tt_identify *identify)
{
    if (!identify)
        return;
    tt_magic_free(identify->magic);
    tt_marks_scratch_free(identify->scratch);
    tt_free(identify);
}

/* The best row that fits and passes its check; *out is NULL when there is none. */
static tutela_status best_row(tt_identify *identify, const uint8_t *head, size_t size,
                              const tt_signature **out, tutela_error *error)
{
    const tt_signatures *signatures = identify->signatures;
    tt_hits hits;

    tt_view_fill(&signatures->view, head, size, identify->view);
    TT_TRY(tt_marks_scan(signatures->marks, identify->scratch, identify->view,
                         signatures->view.size, &hits, error));
    *out = NULL;
    for (size_t i = 0; i < hits.count && !*out; i++) {
        const ranked *hit = &signatures->rank[hits.key[i]];
        if (tt_pattern_fits(hit->atoms, hit->atom_count, head, size)
            && (!hit->row->check || hit->row->check(head, size)))
            *out = hit->row;
    }
    return TUTELA_OK;
}

static size_t head_size(size_t size)
{
    return size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD;
}

tutela_status tt_identify_fast(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               int *found, tutela_error *error)
{
    const tt_signature *row = NULL;

    if (size > 0)
        TT_TRY(best_row(identify, head, head_size(size), &row, error));
    if (row)
        *out = (tt_type){row->mime, row->type};
    *found = row != NULL;
    return TUTELA_OK;
}

/* What libmagic says of bytes it does not know. */
static int is_vague(const char *mime)
{
    return !*mime || strcmp(mime, "application/octet-stream") == 0
           || strcmp(mime, "text/plain") == 0;
}

/*
 * Which answer counts:
 *   1. a row of at least DEEP, so that a file's type does not change between the choice made by
 *      tt_identify_fast (`--only image`) and the record, nor with libmagic's version;
 *   2. libmagic's, unless vague: it looks deeper into what BROAD rows leave open, and weighs text
 *      better than WEAK ones;
 *   3. the row's;
 *   4. libmagic's vague one; 5. application/octet-stream.
 */
static tt_type choose(const tt_signature *row, const char *magic_mime)
{
    if (row && (row->priority >= TT_PRIORITY_DEEP || is_vague(magic_mime)))
        return (tt_type){row->mime, row->type};
    if (!*magic_mime)
        return (tt_type){"application/octet-stream", TUTELA_TYPE_OTHER};
    return (tt_type){magic_mime, tt_type_of_mime(magic_mime)};
}

tutela_status tt_identify_full(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               tutela_error *error)
{
    const tt_signature *row = NULL;

    if (size == 0) {
        *out = (tt_type){"inode/x-empty", TUTELA_TYPE_OTHER};
        return TUTELA_OK;
    }
    size = head_size(size);
    TT_TRY(best_row(identify, head, size, &row, error));
    if (!identify->magic)
        TT_TRY(tt_magic_new(&identify->magic, NULL, error));
    tt_magic_mime(identify->magic, head, size, identify->mime);
    *out = choose(row, identify->mime);
    return TUTELA_OK;
}
