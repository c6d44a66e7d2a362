/*
 * identify: signatures and libmagic, and which of them is right.
 */
#include "identify/identify.h"

#include "base/mem.h"
#include "identify/libmagic.h"
#include "identify/signature.h"

#include <string.h>

struct tt_identify {
    tt_signatures *signatures;
    tt_seeker *seeker; /* NULL until there is a head to look at */
    tt_magic *magic;   /* NULL until tt_identify_full asks for it */
    char mime[TT_MIME_MAX + 1];
};

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
    tt_magic_free(identify->magic);
    tt_seeker_free(identify->seeker);
    tt_free(identify);
}

static size_t head_size(size_t size)
{
    return size < TT_IDENTIFY_HEAD ? size : TT_IDENTIFY_HEAD;
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

tutela_status tt_identify_fast(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               int *known, tutela_error *error)
{
    const tt_signature *row = NULL;
    tt_type type = empty;
    int answered = 1;

    size = head_size(size);
    if (size > 0) {
        TT_TRY(best_row(identify, head, size, &row, error));
        answered = row || tt_text_is(head, size);
        type = row ? type_of(row) : answered ? plain_text : unknown;
    }
    *known = answered;
    *out = type;
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
        return type_of(row);
    if (!*magic_mime)
        return unknown;
    return (tt_type){magic_mime, tt_type_of_mime(magic_mime)};
}

tutela_status tt_identify_full(tt_identify *identify, const void *head, size_t size, tt_type *out,
                               tutela_error *error)
{
    const tt_signature *row = NULL;

    if (size == 0) {
        *out = empty;
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
