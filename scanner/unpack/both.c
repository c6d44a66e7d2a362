/*
 * both: see both.h.
 */
#include "unpack/both.h"

#include "base/mem.h"
#include "unpack/archive.h"
#include "unpack/overlay.h"
#include "unpack/tails.h"

#define PIECE 65536u
/*
 * Of a container that is read for nothing but to see whether it is whole: nothing is told meanwhile, and who
 * waits for a word does not wait for ever. A larger one is opened alone.
 */
#define READ_MAX (UINT64_C(1) << 30)

/* What is missing in a member that nothing here can open says nothing of where the container ends. */
static int is_damage(tt_trouble trouble)
{
    return trouble.status != TUTELA_ITEM_CLEAR && trouble.status != TUTELA_ITEM_ENCRYPTED
           && trouble.status != TUTELA_ITEM_UNSUPPORTED;
}

/* The present member to its end. *whole becomes 0 when that is not reached. */
static tutela_status read_member(tt_reader *reader, uint8_t *piece, uint64_t *left, int *whole,
                                 tutela_error *error)
{
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    size_t got = 1;

    while (got > 0 && *whole) {
        TT_TRY(reader->format->read(reader, piece, PIECE, &got, &trouble, error));
        *whole = *left >= got && !is_damage(trouble);
        *left -= *left >= got ? got : 0;
        if (trouble.status != TUTELA_ITEM_CLEAR)
            break;
    }
    return TUTELA_OK;
}

static tutela_status read_all(tt_reader *reader, uint64_t left, int *whole, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *piece = tt_alloc_raw(PIECE, 1);
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    int more = 1;

    if (!piece)
        return tt_no_memory(error);
    while (*whole) {
        tt_member member = {.size = TT_SIZE_UNKNOWN, .trouble = trouble};
        TT_TRY(reader->format->next(reader, &member, &more, &trouble, error));
        if (!more)
            break;
        if (is_damage(member.trouble))
            *whole = 0;
        else if (member.trouble.status == TUTELA_ITEM_CLEAR)
            TT_TRY(read_member(reader, piece, &left, whole, error));
        /* One that is empty costs something too. */
        *whole = *whole && left-- > 0;
    }
    *whole = *whole && trouble.status == TUTELA_ITEM_CLEAR;
    return TUTELA_OK;
}

tutela_status tt_both_find(tt_stream *stream, const tt_format *format, const tt_secrets *secrets,
                           uint64_t most, uint64_t *at, tutela_error *error)
{
    tt_reader *reader = NULL;
    tt_part_stream part;
    tutela_status status;
    uint64_t from = 0;
    int whole = 1;

    *at = TT_NOWHERE;
    /* Programs are searched behind their end as it is. */
    if (format == &tt_format_zip || format == &tt_format_executable || (format->traits & TT_ENTIRE))
        return TUTELA_OK;
    TT_TRY(tt_tail_find(stream, &from, error));
    if (from == 0)
        return TUTELA_OK;
    tt_part_stream_init(&part, stream, 0, from);
    part.stream.secrets = secrets;
    TT_TRY(format->open(&reader, &part.stream, error));
    if (!reader)
        return TUTELA_OK;
    status = read_all(reader, most < READ_MAX ? most : READ_MAX, &whole, error);
    format->close(reader);
    if (status == TUTELA_OK && whole)
        *at = from;
    return status;
}
