/* ole_excel: see ole_excel.h. */
#include "unpack/ole_excel.h"

#include "base/cursor.h"

#define RECORD_HEAD 4u
#define DRAWINGS 0x00ebu /* MsoDrawingGroup */
#define GOES_ON 0x003cu  /* Continue */
#define LOCKED 0x002fu   /* FilePass */
#define LAST 0x000au     /* EOF, of each sheet and of all */
#define SIZE_MAX_HERE 8228u /* of a record's content; 8,224 since Excel 97 */

static void complain(tt_excel_stream *x, tutela_item_status status, const char *why)
{
    if (x->trouble.status == TUTELA_ITEM_CLEAR)
        x->trouble = (tt_trouble){status, why};
}

/* Nothing but zeros is left: some writers fill up the last sector. */
static tutela_status only_zeros(tt_excel_stream *x, int *only, tutela_error *error)
{
    const uint8_t *at;
    size_t there = 1;
    uint64_t done;

    *only = 1;
    while (*only && there > 0) {
        TT_TRY(tt_peek_look(&x->in, TT_PEEK_MAX, &at, &there, error));
        for (size_t i = 0; i < there; i++)
            *only &= at[i] == 0;
        if (*only)
            TT_TRY(tt_peek_skip(&x->in, there, &done, error));
    }
    return TUTELA_OK;
}

/* The drawings' first record is there under another number: what it holds begins like no other. */
static int is_drawings(unsigned type, const uint8_t *content, size_t size)
{
    return type == DRAWINGS || (size >= 4 && tt_load32(content) == 0xf000000fu);
}

/* Where a record should begin is none: the end, or what follows it. */
static tutela_status judge_end(tt_excel_stream *x, size_t there, tutela_error *error)
{
    int zeros = 1;

    if (there > 0 && x->type == LAST)
        TT_TRY(only_zeros(x, &zeros, error));
    if (x->type != LAST)
        complain(x, TUTELA_ITEM_MALFORMED,
                 there == 0 ? "cut off: its end mark is missing" : "damaged");
    else if (!zeros)
        complain(x, TUTELA_ITEM_MALFORMED, "damaged");
    return TUTELA_OK;
}

/* The next record's head; *more is 0 when there is none. */
static tutela_status next_record(tt_excel_stream *x, int *more, tutela_error *error)
{
    const uint8_t *at;
    size_t there;
    unsigned type, size;
    uint64_t done;

    *more = 0;
    TT_TRY(tt_peek_look(&x->in, RECORD_HEAD + 4, &at, &there, error));
    if (there < RECORD_HEAD)
        return judge_end(x, there, error);
    type = tt_load16(at);
    size = tt_load16(at + 2);
    if (type == 0 || size > SIZE_MAX_HERE)
        return judge_end(x, there, error);
    if (type == LOCKED && x->records < 3) {
        complain(x, TUTELA_ITEM_ENCRYPTED, "encrypted");
        return TUTELA_OK;
    }
    x->drawing = is_drawings(type, at + RECORD_HEAD, there - RECORD_HEAD)
                 || (x->drawing && type == GOES_ON);
    if (x->drawing && type != DRAWINGS && type != GOES_ON)
        complain(x, TUTELA_ITEM_MALFORMED, "a header that is not in order");
    x->records++;
    x->type = type;
    x->left = size;
    *more = 1;
    return tt_peek_skip(&x->in, RECORD_HEAD, &done, error);
}

static tutela_status read_joined(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    tt_excel_stream *x = (tt_excel_stream *)stream;
    uint64_t done;
    int more = 1;

    *got = 0;
    while (more && (x->left == 0 || !x->drawing)) {
        TT_TRY(tt_peek_skip(&x->in, x->left, &done, error));
        if (done < x->left)
            complain(x, TUTELA_ITEM_MALFORMED, "cut off");
        x->left = 0;
        TT_TRY(next_record(x, &more, error));
    }
    if (more && size > 0) {
        TT_TRY(tt_peek_read(&x->in, buffer, size < x->left ? size : x->left, got, trouble, error));
        x->left -= (uint32_t)*got;
        if (*got == 0)
            complain(x, TUTELA_ITEM_MALFORMED, "cut off");
    }
    if (*got == 0)
        *trouble = x->in.trouble.status != TUTELA_ITEM_CLEAR ? x->in.trouble : x->trouble;
    return TUTELA_OK;
}

void tt_excel_stream_init(tt_excel_stream *out, tt_stream *from)
{
    static const tt_stream_ops ops = {read_joined, NULL};

    *out = (tt_excel_stream){.stream = {.ops = &ops}, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    tt_peek_init(&out->in, from);
}
