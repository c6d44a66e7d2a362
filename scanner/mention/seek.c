/*
 * seek: mentions in bytes that come in pieces, be a run of digits in two of them or in thirty-two.
 *
 * Pieces are put together in a window that stays in the second cache; the next one begins with the end of it,
 * so that each run of digits lies whole in one of them.
 */
#include "mention/mention.h"

#include "base/mem.h"

#include <string.h>

#define WINDOW (64u << 10)
#define KEEP   (2u * TT_MENTION_REACH) /* of the window before */

struct tt_seek {
    tt_mentions mentions;
    tt_mention_list found;
    uint64_t from; /* of the window's first byte, in the file */
    size_t size;   /* bytes of it */
    uint8_t *window; /* KEEP + WINDOW + TT_MENTION_SLACK */
};

static tutela_status make(tt_seek **out, tutela_error *error)
{
    tt_seek *seek = tt_alloc(1, sizeof *seek);

    if (!seek)
        return tt_no_memory(error);
    seek->window = tt_alloc_aligned(64, KEEP + WINDOW + TT_MENTION_SLACK, 1);
    if (!seek->window) {
        tt_seek_free(seek);
        return tt_no_memory(error);
    }
    *out = seek;
    return TUTELA_OK;
}

void tt_seek_free(tt_seek *seek)
{
    if (!seek)
        return;
    tt_mention_list_done(&seek->found);
    tt_free(seek->window);
    tt_free(seek);
}

tutela_status tt_seek_begin(tt_seek **made, tutela_error *error)
{
    tt_seek *seek;

    if (!*made)
        TT_TRY(make(made, error));
    seek = *made;
    seek->mentions = (tt_mentions){0};
    seek->from = 0;
    seek->size = 0;
    tt_mention_list_clear(&seek->found);
    return TUTELA_OK;
}

/* `last`: nothing adjoins behind. */
static tutela_status search(tt_seek *seek, int last, tutela_error *error)
{
    uint64_t end = seek->from + seek->size;

    if (!last)
        end -= seek->size < TT_MENTION_REACH ? seek->size : TT_MENTION_REACH;
    memset(seek->window + seek->size, 0, TT_MENTION_SLACK);
    return tt_mentions_run(&seek->mentions, seek->window, seek->from, seek->size, end,
                           tt_mention_list_add, &seek->found, error);
}

static void move_on(tt_seek *seek)
{
    size_t kept = seek->size < KEEP ? seek->size : KEEP;

    memmove(seek->window, seek->window + (seek->size - kept), kept);
    seek->from += seek->size - kept;
    seek->size = kept;
}

tutela_status tt_seek_add(tt_seek *seek, uint64_t at, const void *data, size_t size, tutela_error *error)
{
    const uint8_t *bytes = data;

    if (at != seek->from + seek->size) {
        TT_TRY(search(seek, 1, error));
        seek->mentions.next = seek->from = at;
        seek->size = 0;
    }
    while (size > 0) {
        size_t room = KEEP + WINDOW - seek->size, some = size < room ? size : room;

        memcpy(seek->window + seek->size, bytes, some);
        seek->size += some;
        bytes += some;
        size -= some;
        if (some < room)
            break;
        TT_TRY(search(seek, 0, error));
        move_on(seek);
    }
    return TUTELA_OK;
}

tutela_status tt_seek_end(tt_seek *seek, const tt_mention_list **out, tutela_error *error)
{
    TT_TRY(search(seek, 1, error));
    tt_mention_list_end(&seek->found);
    *out = &seek->found;
    return TUTELA_OK;
}
