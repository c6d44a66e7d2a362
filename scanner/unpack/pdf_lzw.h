/*
 * pdf_lzw: LZW as PDF has it (ISO 32000-1, 7.4.4): codes of 9 to 12 bits, the high bit first.
 */
#ifndef TT_UNPACK_PDF_LZW_H
#define TT_UNPACK_PDF_LZW_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Some 30 KiB. Single. */
typedef struct tt_lzw tt_lzw;

typedef enum tt_lzw_said {
    TT_LZW_MORE, /* all of `in` was taken, or there is no room left */
    TT_LZW_END,  /* its end mark was seen, and all is handed out */
    TT_LZW_DAMAGED
} tt_lzw_said;

/* `early`: codes grow one before they must, as most do. TUTELA_MEMORY. Free with tt_lzw_free. */
TT_MUST_USE tutela_status tt_lzw_new(tt_lzw **out, int early, tutela_error *error);
/* Take of `in` (*used of its bytes) and give to `out` (*given bytes, at most `room`). */
tt_lzw_said tt_lzw_step(tt_lzw *lzw, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                        size_t room, size_t *given);
/* Safe on NULL. */
void tt_lzw_free(tt_lzw *lzw);

#endif
