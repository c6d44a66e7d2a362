/*
 * pdf_predict: rows of samples that were stored as differences (PNG's filters, and TIFF's predictor 2),
 * made plain again, a row at a time.
 */
#ifndef TT_UNPACK_PDF_PREDICT_H
#define TT_UNPACK_PDF_PREDICT_H

#include "unpack/pdf_pipe.h"

/* Single. */
typedef struct tt_predictor tt_predictor;

typedef enum tt_predict_said {
    TT_PREDICT_MORE, /* all of `in` was taken, or there is no room left */
    TT_PREDICT_CUT,  /* the same, and what was taken ends inside a row */
    TT_PREDICT_DAMAGED
} tt_predict_said;

/*
 * By the parameters of a filter, which must not be those of none. *trouble: when they are ones that
 * cannot be, and *out is untouched. TUTELA_MEMORY. The caller owns *out: tt_predictor_free.
 */
TT_MUST_USE tutela_status tt_predictor_new(tt_predictor **out, const tt_pdf_filter *filter,
                                           tt_trouble *trouble, tutela_error *error);
/* Take of `in` (*used of its bytes) and give to `out` (*given bytes, at most `room`). */
tt_predict_said tt_predict_step(tt_predictor *predictor, const uint8_t *in, size_t size,
                                size_t *used, uint8_t *out, size_t room, size_t *given);
/* Safe on NULL. */
void tt_predictor_free(tt_predictor *predictor);

#endif
