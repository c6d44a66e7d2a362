/*
 * identify: signatures, the test for text, and what their answers are worth.
 */
#include "identify/identify.h"

#include "base/mem.h"
#include "identify/inner.h"

static const tt_type empty = {"inode/x-empty", TUTELA_TYPE_OTHER};
static const tt_type unknown = {"application/octet-stream", TUTELA_TYPE_OTHER};
static const tt_type plain_text = {"text/plain", TUTELA_TYPE_TEXT};

tutela_status tt_identify_new(tt_identify **out, tt_signatures *signatures, tutela_error *error)
{
    tt_identify *identify = tt_alloc(1, sizeof *identify);

    if (!identify)
        return tt_no_memory(error);
    identify->signatures = signatures;
    *out = identify;
    return TUTELA_OK;
}

void tt_identify_free(tt_identify *identify)
{
    if (!identify)
        return;
    if (identify->magic)
        identify->forget(identify->magic);
    tt_seeker_free(identify->seeker);
    tt_free(identify);
}

static tt_type type_of(const tt_signature *row)
{
    return (tt_type){row->mime, row->type};
}

/* Not for no bytes: those are known without signatures. */
static tutela_status best_row(tt_identify *identify, const void *head, size_t size,
                              const tt_signature **out, tutela_error *error)
{
    if (!identify->seeker)
        TT_TRY(tt_seeker_new(&identify->seeker, identify->signatures, error));
    return tt_seeker_best(identify->seeker, head, size, out, error);
}

tutela_status tt_identify_near(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               tt_known *known, tutela_error *error)
{
    const tt_signature *row = NULL;

    if (size == 0) {
        *out = empty;
        *known = TT_KNOWN_SURELY;
        return TUTELA_OK;
    }
    size = size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD;
    TT_TRY(best_row(identify, head, size, &row, error));
    if (row) {
        *out = type_of(row);
        *known = row->priority >= TT_PRIORITY_DEEP ? TT_KNOWN_SURELY : TT_KNOWN_BY_SIGNATURE;
    } else if (tt_text_is(head, size)) {
        *out = plain_text;
        *known = TT_KNOWN_AS_TEXT;
    } else {
        *out = unknown;
        *known = TT_KNOWN_NOT;
    }
    return TUTELA_OK;
}

tutela_status tt_identify_fast(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               int *known, tutela_error *error)
{
    tt_known how;

    TT_TRY(tt_identify_near(identify, head, size, out, &how, error));
    *known = how != TT_KNOWN_NOT;
    return TUTELA_OK;
}

tutela_status tt_identify_raw(tt_identify *identify, const void *head, size_t size, int *out,
                              tutela_error *error)
{
    tt_known known;
    tt_type type;

    TT_TRY(tt_identify_near(identify, head, size, &type, &known, error));
    *out = known == TT_KNOWN_NOT || type.type == TUTELA_TYPE_DISK_IMAGE;
    return TUTELA_OK;
}
