/*
 * pdf_pipe: see pdf_pipe.h. Each stage draws from the one before it; the first one's bytes lie in
 * memory. Whatever stops a stage stops the whole pipe, and says so once what came before is out.
 */
#include "unpack/pdf_pipe.h"

#include "base/mem.h"
#include "unpack/inflate.h"
#include "unpack/pdf_lzw.h"
#include "unpack/pdf_predict.h"

#include <string.h>

#define PIECE ((size_t)1 << 13)
/* Blanks that may follow a filter's end mark: a line's end, and what some pad with. */
#define BLANKS_MAX 65536u

typedef struct stage {
    struct stage *from; /* NULL: from memory */
    tt_pdf_kind kind;
    int over;           /* nothing more comes out */
    tt_trouble trouble; /* why, when it is not its end */
    const uint8_t *data; /* of the one from memory */
    size_t data_size;
    /* Bytes drawn and not used yet, and whether there are more. */
    size_t in_at, in_size;
    int drained;
    tt_inflater *inflate;
    tt_lzw *lzw;
    tt_predictor *predictor;
    uint32_t run_copy, run_fill; /* bytes of a run still to come */
    uint8_t run_byte;
    uint8_t group[4];            /* of base 85 */
    size_t group_at, group_size;
    uint8_t in[PIECE];
} stage;

struct tt_pdf_pipe {
    stage *stages[2 * TT_PDF_FILTERS_MAX + 1];
    size_t count;
};

static size_t make(stage *s, uint8_t *out, size_t room);

static void stop(stage *s, tutela_item_status status, const char *why)
{
    /* What the stage before met explains it. */
    s->trouble = s->from ? s->from->trouble : s->trouble;
    if (s->trouble.status == TUTELA_ITEM_CLEAR)
        s->trouble = (tt_trouble){status, why};
    s->over = 1;
}
#define STOP(s, ...) stop_with(s, (tt_trouble){__VA_ARGS__})

static void stop_with(stage *s, tt_trouble why)
{
    stop(s, why.status, why.reason);
}

/* Have bytes of the stage before: how many. 0: there are no more. */
static size_t have(stage *s)
{
    if (s->in_at < s->in_size)
        return s->in_size - s->in_at;
    if (s->drained)
        return 0;
    s->in_at = 0;
    s->in_size = make(s->from, s->in, sizeof s->in);
    s->drained = s->in_size == 0;
    return s->in_size;
}

static int is_blank(int byte)
{
    return byte == 0 || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r' || byte == ' ';
}

/* The next byte of the stage before; -1: none. */
static int take(stage *s)
{
    return have(s) > 0 ? s->in[s->in_at++] : -1;
}

static int take_dark(stage *s)
{
    int byte = take(s);

    while (is_blank(byte))
        byte = take(s);
    return byte;
}

/* After the end mark nothing may come but blanks. */
static void finish(stage *s)
{
    size_t blanks = 0;
    int byte;

    s->over = 1;
    while ((byte = take(s)) >= 0)
        if (!is_blank(byte) || ++blanks > BLANKS_MAX) {
            STOP(s, TUTELA_ITEM_MALFORMED, "bytes after its end");
            return;
        }
    s->trouble = s->from->trouble;
}

/* ---- Filters: each makes at least one byte, or is over ------------------------------------- */

static size_t make_memory(stage *s, uint8_t *out, size_t room)
{
    size_t size = s->data_size < room ? s->data_size : room;

    if (size > 0) {
        memcpy(out, s->data, size);
        s->data += size;
    }
    s->data_size -= size;
    s->over = size == 0;
    return size;
}

static size_t make_flate(stage *s, uint8_t *out, size_t room)
{
    size_t given = 0;

    while (given == 0 && !s->over) {
        size_t used = 0, size = have(s);
        tt_inflater_said said = tt_inflater_step(s->inflate, s->in + s->in_at, size, &used, out,
                                               room, &given);
        s->in_at += used;
        if (said == TT_INFLATER_END)
            finish(s);
        else if (said == TT_INFLATER_MEMORY)
            STOP(s, TUTELA_ITEM_LIMIT, "it needs more memory than there is");
        else if (said == TT_INFLATER_DAMAGED)
            STOP(s, TUTELA_ITEM_MALFORMED, "damaged");
        else if (size == 0 && given == 0)
            STOP(s, TUTELA_ITEM_MALFORMED, "cut off");
    }
    return given;
}

static size_t make_lzw(stage *s, uint8_t *out, size_t room)
{
    size_t given = 0;

    while (given == 0 && !s->over) {
        size_t used = 0, size = have(s);
        tt_lzw_said said = tt_lzw_step(s->lzw, s->in + s->in_at, size, &used, out, room, &given);
        s->in_at += used;
        if (said == TT_LZW_END)
            finish(s);
        else if (said == TT_LZW_DAMAGED)
            STOP(s, TUTELA_ITEM_MALFORMED, "damaged");
        else if (size == 0 && given == 0)
            STOP(s, TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing");
    }
    return given;
}

static int hex_digit(int byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 32;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* A byte's digits: 1 when it is there. A last one without a second has a 0 for it. */
static int take_pair(stage *s, uint8_t *out)
{
    int high = take_dark(s), low = high >= 0 && high != '>' ? take_dark(s) : '>';
    int left = hex_digit(high), right = low == '>' ? 0 : hex_digit(low);

    if (high < 0 || low < 0) {
        STOP(s, TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing");
        return 0;
    }
    if (high != '>' && (left < 0 || right < 0)) {
        STOP(s, TUTELA_ITEM_MALFORMED, "damaged");
        return 0;
    }
    if (low == '>')
        finish(s);
    if (high != '>')
        *out = (uint8_t)(left << 4 | right);
    return high != '>';
}

static size_t make_hex(stage *s, uint8_t *out, size_t room)
{
    size_t made = 0;

    while (made < room && !s->over)
        made += (size_t)take_pair(s, out + made);
    return made;
}

/* Up to five digits of base 85, and what they are worth together; *next is the byte that is none. */
static size_t take_digits(stage *s, uint64_t *value, int *next)
{
    size_t digits = 0;

    for (*value = 0; digits < 5; digits++) {
        *next = take_dark(s);
        if (*next == 'z' && digits == 0)
            return 5;
        if (*next < '!' || *next > 'u')
            break;
        *value = *value * 85 + (uint64_t)(*next - '!');
    }
    return digits;
}

/* A group of five digits, or fewer at the end: 1 when there may be another. */
static int take_group(stage *s)
{
    uint64_t value = 0;
    int next = -1;
    size_t digits = take_digits(s, &value, &next);

    s->group_at = 0;
    s->group_size = digits > 0 ? digits - 1 : 0;
    for (size_t i = digits; i > 0 && i < 5; i++)
        value = value * 85 + 84;
    if (next < 0)
        STOP(s, TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing");
    else if (value > UINT32_MAX || digits == 1)
        STOP(s, TUTELA_ITEM_MALFORMED, "damaged");
    else if (digits < 5 && (next != '~' || take_dark(s) != '>'))
        STOP(s, TUTELA_ITEM_MALFORMED, "damaged");
    else if (digits < 5)
        finish(s);
    for (size_t i = 0; i < 4; i++)
        s->group[i] = (uint8_t)(value >> (24 - 8 * i));
    if (s->trouble.status != TUTELA_ITEM_CLEAR)
        s->group_size = 0;
    return !s->over;
}

static size_t make_85(stage *s, uint8_t *out, size_t room)
{
    size_t made = 0;

    while (made < room) {
        if (s->group_at < s->group_size)
            out[made++] = s->group[s->group_at++];
        else if (s->over || (!take_group(s) && s->group_size == 0))
            break;
    }
    return made;
}

static size_t make_runs(stage *s, uint8_t *out, size_t room)
{
    size_t made = 0;

    while (made < room && !s->over) {
        int byte = s->run_fill ? s->run_byte : take(s);
        if (byte < 0) {
            STOP(s, TUTELA_ITEM_MALFORMED, "cut off: its end mark is missing");
        } else if (s->run_fill || s->run_copy) {
            out[made++] = (uint8_t)byte;
            s->run_fill -= s->run_fill > 0;
            s->run_copy -= s->run_copy > 0;
        } else if (byte == 128) {
            finish(s);
        } else if (byte < 128) {
            s->run_copy = (uint32_t)byte + 1;
        } else {
            int what = take(s);
            s->run_byte = (uint8_t)what;
            s->run_fill = what < 0 ? 0 : 257 - (uint32_t)byte;
        }
    }
    return made;
}

/* ---- Stages -------------------------------------------------------------------------------- */

static size_t make_predicted(stage *s, uint8_t *out, size_t room)
{
    size_t made = 0;

    while (made == 0 && !s->over) {
        size_t size = have(s), used = 0;
        tt_predict_said said = tt_predict_step(s->predictor, s->in + s->in_at, size, &used, out,
                                               room, &made);
        s->in_at += used;
        if (said == TT_PREDICT_DAMAGED)
            STOP(s, TUTELA_ITEM_MALFORMED, "damaged");
        else if (size == 0 && made == 0 && said == TT_PREDICT_CUT)
            STOP(s, TUTELA_ITEM_MALFORMED, "cut off");
        else if (size == 0 && made == 0)
            finish(s);
    }
    return made;
}

static size_t make(stage *s, uint8_t *out, size_t room)
{
    if (s->over && s->group_at == s->group_size)
        return 0;
    if (!s->from)
        return make_memory(s, out, room);
    if (s->predictor)
        return make_predicted(s, out, room);
    switch (s->kind) {
    case TT_PDF_FLATE:
        return make_flate(s, out, room);
    case TT_PDF_LZW:
        return make_lzw(s, out, room);
    case TT_PDF_HEX:
        return make_hex(s, out, room);
    case TT_PDF_85:
        return make_85(s, out, room);
    default:
        return make_runs(s, out, room);
    }
}

static stage *add_stage(tt_pdf_pipe *pipe)
{
    stage *s = tt_alloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    s->from = pipe->count > 0 ? pipe->stages[pipe->count - 1] : NULL;
    pipe->stages[pipe->count++] = s;
    return s;
}

static tutela_status add_predictor(tt_pdf_pipe *pipe, const tt_pdf_filter *f, tt_trouble *trouble,
                                   tutela_error *error)
{
    stage *s = add_stage(pipe);

    if (!s)
        return tt_no_memory(error);
    return tt_predictor_new(&s->predictor, f, trouble, error);
}

static tutela_status add_filter(tt_pdf_pipe *pipe, const tt_pdf_filter *f, tt_trouble *trouble,
                                tutela_error *error)
{
    stage *s;

    if (f->kind == TT_PDF_NO_FILTER)
        return TUTELA_OK;
    s = add_stage(pipe);
    if (!s)
        return tt_no_memory(error);
    s->kind = f->kind;
    if (f->kind == TT_PDF_FLATE)
        TT_TRY(tt_inflater_new(&s->inflate, error));
    if (f->kind == TT_PDF_LZW)
        TT_TRY(tt_lzw_new(&s->lzw, f->early != 0, error));
    if ((f->kind == TT_PDF_FLATE || f->kind == TT_PDF_LZW) && f->predictor != 1)
        return add_predictor(pipe, f, trouble, error);
    return TUTELA_OK;
}

tutela_status tt_pdf_pipe_new(tt_pdf_pipe **out, const void *data, size_t size,
                              const tt_pdf_filter *filters, size_t count, tt_trouble *trouble,
                              tutela_error *error)
{
    tt_pdf_pipe *pipe = tt_alloc(1, sizeof *pipe);
    stage *s = pipe ? add_stage(pipe) : NULL;
    tutela_status status = s ? TUTELA_OK : tt_no_memory(error);

    if (s) {
        s->data = data;
        s->data_size = size;
    }
    *trouble = (tt_trouble){TUTELA_ITEM_CLEAR, ""};
    /* Of nothing at all some write no end mark either. */
    for (size_t i = 0; i < count && size > 0 && status == TUTELA_OK
                       && trouble->status == TUTELA_ITEM_CLEAR; i++)
        status = add_filter(pipe, &filters[i], trouble, error);
    if (status != TUTELA_OK) {
        tt_pdf_pipe_free(pipe);
        return status;
    }
    if (trouble->status != TUTELA_ITEM_CLEAR) {
        s = pipe->stages[pipe->count - 1];
        s->trouble = *trouble;
        s->over = 1;
    }
    *out = pipe;
    return TUTELA_OK;
}

void tt_pdf_pipe_read(tt_pdf_pipe *pipe, void *buffer, size_t size, size_t *got,
                      tt_trouble *trouble)
{
    stage *last = pipe->stages[pipe->count - 1];

    *got = size > 0 ? make(last, buffer, size) : 0;
    if (*got == 0)
        *trouble = last->trouble;
}

void tt_pdf_pipe_free(tt_pdf_pipe *pipe)
{
    for (size_t i = 0; pipe && i < pipe->count; i++) {
        tt_inflater_free(pipe->stages[i]->inflate);
        tt_predictor_free(pipe->stages[i]->predictor);
        tt_lzw_free(pipe->stages[i]->lzw);
        tt_free(pipe->stages[i]);
    }
    tt_free(pipe);
}

tt_pdf_kind tt_pdf_kind_of(const char *name, size_t size)
{
    static const struct {
        const char *name;
        tt_pdf_kind kind;
    } names[] = {
        {"/FlateDecode", TT_PDF_FLATE},  {"/Fl", TT_PDF_FLATE},
        {"/LZWDecode", TT_PDF_LZW},      {"/LZW", TT_PDF_LZW},
        {"/ASCIIHexDecode", TT_PDF_HEX}, {"/AHx", TT_PDF_HEX},
        {"/ASCII85Decode", TT_PDF_85},   {"/A85", TT_PDF_85},
        {"/RunLengthDecode", TT_PDF_RUNS}, {"/RL", TT_PDF_RUNS},
        {"/DCTDecode", TT_PDF_IMAGE},    {"/DCT", TT_PDF_IMAGE},
        {"/JPXDecode", TT_PDF_IMAGE},    {"/JBIG2Decode", TT_PDF_IMAGE},
        {"/CCITTFaxDecode", TT_PDF_IMAGE}, {"/CCF", TT_PDF_IMAGE},
        {"/Crypt", TT_PDF_NO_FILTER},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].name) == size && memcmp(names[i].name, name, size) == 0)
            return names[i].kind;
    return TT_PDF_UNKNOWN;
}
