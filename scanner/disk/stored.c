/* stored: see stored.h. */
#include "disk/stored.h"

#include "base/mem.h"

#include <string.h>

#define PIECE ((size_t)1 << 20) /* read at once: some chunks of any image */

/* Digest the medium, to its end or to where it cannot be read. */
static tutela_status digest(tt_digester *digester, tt_stream *medium, tt_trouble *trouble,
                            tutela_error *error)
{
    TT_AUTO_FREE uint8_t *buffer = tt_alloc_raw(1, PIECE);

    if (!buffer)
        return tt_no_memory(error);
    for (uint64_t at = 0; at < medium->size;) {
        tt_digest_job job = {digester, buffer, 0, NULL};

        TT_TRY(tt_stream_read_at(medium, at, buffer, PIECE, &job.size, trouble, error));
        if (trouble->status == TUTELA_ITEM_CLEAR && job.size == 0)
            *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "damaged or cut off"};
        if (trouble->status != TUTELA_ITEM_CLEAR)
            return TUTELA_OK;
        TT_TRY(tt_digest_update_many(&job, 1, error));
        at += job.size;
    }
    return TUTELA_OK;
}

static int fits(const tt_digests *stored, const tt_digests *is)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (stored->mask & TUTELA_BIT(i)
            && memcmp(stored->value[i], is->value[i], tt_digest_size(i)) != 0)
            return 0;
    return 1;
}

tutela_status tt_stored_verify(const tt_digests *stored, tt_stream *medium, tt_trouble *trouble,
                               tutela_error *error)
{
    tt_digester *digester = NULL;
    tt_digests is = {0};
    tutela_status status;

    if (stored->mask == 0)
        return TUTELA_OK;
    TT_TRY(tt_digester_new(&digester, stored->mask, error));
    status = tt_digester_begin(digester, stored->mask, 0, error);
    if (status == TUTELA_OK)
        status = digest(digester, medium, trouble, error);
    if (status == TUTELA_OK)
        status = tt_digester_end(digester, &is, error);
    tt_digester_free(digester);
    if (status == TUTELA_OK && trouble->status == TUTELA_ITEM_CLEAR && !fits(stored, &is))
        *trouble = (tt_trouble){TUTELA_ITEM_MALFORMED, "its stored digest does not fit"};
    return status;
}
