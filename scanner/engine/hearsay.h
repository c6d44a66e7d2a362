/*
 * hearsay: digests that a buffer or stream mentions as text, for a check without a walk.
 */
#ifndef TT_ENGINE_HEARSAY_H
#define TT_ENGINE_HEARSAY_H

#include "engine/inside.h"

/* Zero it to begin. Single. */
typedef struct tt_hearsay {
    tt_inside *inside; /* to whom they are told; NULL: to nobody */
    tt_seek *seek;     /* made when first needed; its bytes come by tt_seek_add, if `seeks` */
    int seeks;
    int cut;           /* after the end: there were more than can be told */
} tt_hearsay;

/* An item begins. `inside` may be NULL. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_hearsay_begin(tt_hearsay *hearsay, tt_inside *inside, tutela_error *error);
/*
 * It ends: what is listed is handed over, as of `name` and so many bytes. Uses the verdict. TUTELA_RECORD,
 * TUTELA_MEMORY, TUTELA_SET_REFUSED.
 */
TT_MUST_USE tutela_status tt_hearsay_end(tt_hearsay *hearsay, const tt_engine *engine, tt_verdict *verdict,
                                         const char *name, uint64_t bytes, tutela_error *error);

#endif
