/* pdf_predict: see pdf_predict.h. */
#include "unpack/pdf_predict.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a row: far more than any picture's. */
#define ROW_MAX ((uint64_t)16 << 20)
#define COLORS_MAX 32u

struct tt_predictor {
    int png;          /* each row begins with the number of its filter */
    uint32_t colors, bits;
    size_t step;      /* bytes of a pixel, at least 1 */
    size_t row;       /* bytes of a row */
    size_t filled;    /* of them, taken */
    size_t given;     /* of a full row, handed out; `row` when there is none */
    int filter;       /* of this row; -1: not read yet */
    uint8_t *now, *before;
};

tutela_status tt_predictor_new(tt_predictor **out, const tt_pdf_filter *f, tt_trouble *trouble,
                               tutela_error *error)
{
    uint64_t bits = (uint64_t)f->colors * f->bits * f->columns;
    uint64_t row = bits / 8 + (bits % 8 != 0);
    int tiff = f->predictor == 2 && (f->bits == 8 || f->bits == 16);
    tt_predictor *p;

    if (f->colors > COLORS_MAX || f->bits > 16 || row == 0 || row > ROW_MAX
        || (!tiff && (f->predictor < 10 || f->predictor > 15))) {
        *trouble = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
        return TUTELA_OK;
    }
    p = tt_alloc(1, sizeof *p);
    if (!p)
        return tt_no_memory(error);
    p->png = !tiff;
    p->colors = f->colors;
    p->bits = f->bits;
    p->step = (f->colors * f->bits + 7) / 8;
    p->row = p->given = (size_t)row;
    p->filter = p->png ? -1 : 0;
    p->now = tt_alloc(1, p->row);
    p->before = tt_alloc(1, p->row);
    if (!p->now || !p->before) {
        tt_predictor_free(p);
        return tt_no_memory(error);
    }
    *out = p;
    return TUTELA_OK;
}

void tt_predictor_free(tt_predictor *p)
{
    if (p) {
        tt_free(p->now);
        tt_free(p->before);
    }
    tt_free(p);
}

/* PNG's choice of the neighbour that is nearest to left + up - corner. */
static uint8_t paeth(int left, int up, int corner)
{
    int to_left = abs(up - corner), to_up = abs(left - corner);
    int to_corner = abs(left + up - 2 * corner);

    if (to_left <= to_up && to_left <= to_corner)
        return (uint8_t)left;
    return (uint8_t)(to_up <= to_corner ? up : corner);
}

static void undo_png(tt_predictor *p)
{
    uint8_t *now = p->now;
    const uint8_t *before = p->before;

    for (size_t i = 0; i < p->row; i++) {
        int left = i >= p->step ? now[i - p->step] : 0;
        int corner = i >= p->step ? before[i - p->step] : 0, up = before[i], add = 0;
        if (p->filter == 1)
            add = left;
        else if (p->filter == 2)
            add = up;
        else if (p->filter == 3)
            add = (left + up) / 2;
        else if (p->filter == 4)
            add = paeth(left, up, corner);
        now[i] = (uint8_t)(now[i] + add);
    }
}

static void undo_tiff(tt_predictor *p)
{
    if (p->bits == 8) {
        for (size_t i = p->step; i < p->row; i++)
            p->now[i] = (uint8_t)(p->now[i] + p->now[i - p->step]);
        return;
    }
    /* Two bytes each, the high one first. */
    for (size_t i = p->step; i + 1 < p->row; i += 2) {
        const uint8_t *left = p->now + i - p->step;
        unsigned sum = (unsigned)(p->now[i] << 8 | p->now[i + 1])
                       + (unsigned)(left[0] << 8 | left[1]);
        p->now[i] = (uint8_t)(sum >> 8);
        p->now[i + 1] = (uint8_t)sum;
    }
}

/* A row is there: plain, and ready to be handed out. */
static void turn(tt_predictor *p)
{
    uint8_t *other = p->before;

    if (p->png)
        undo_png(p);
    else
        undo_tiff(p);
    p->before = p->now;
    p->now = other;
    p->filled = p->given = 0;
    p->filter = p->png ? -1 : 0;
}

tt_predict_said tt_predict_step(tt_predictor *p, const uint8_t *in, size_t size, size_t *used,
                                uint8_t *out, size_t room, size_t *given)
{
    size_t at = 0, made = 0;
    int good = 1;

    while (good) {
        if (p->given < p->row) {
            size_t some = p->row - p->given < room - made ? p->row - p->given : room - made;
            memcpy(out + made, p->before + p->given, some);
            p->given += some;
            made += some;
            if (p->given < p->row)
                break;
        } else if (at == size) {
            break;
        } else if (p->filter < 0) {
            p->filter = in[at++];
            good = p->filter <= 4;
        } else {
            size_t some = p->row - p->filled < size - at ? p->row - p->filled : size - at;
            memcpy(p->now + p->filled, in + at, some);
            p->filled += some;
            at += some;
            if (p->filled == p->row)
                turn(p);
        }
    }
    *used = at;
    *given = made;
    if (!good)
        return TT_PREDICT_DAMAGED;
    return p->filled > 0 || (p->png && p->filter >= 0) ? TT_PREDICT_CUT : TT_PREDICT_MORE;
}
