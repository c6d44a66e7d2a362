/*
 * utf16: UTF-16 into UTF-8, a buffer at a time.
 *
 * A surrogate without its other half, or half a unit at the end, becomes one byte that no text
 * holds, so that the row around it is rejected and no other. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_UTF16_H
#define TT_HASHSETS_IMPORT_UTF16_H

#include <stddef.h>
#include <stdint.h>

typedef struct tt_utf16 {
    uint8_t *raw; /* [at, end) is not decoded yet; the owner fills and frees it */
    size_t room;
    size_t at;
    size_t end;
    int ended;       /* nothing comes behind `end` */
    int big;         /* the high byte comes first */
    uint8_t lost;    /* what stands for a lost character */
    uint8_t out_at;  /* [out_at, out_size) of `out` did not fit last time */
    uint8_t out_size;
    uint8_t out[4];
    uint16_t high;   /* a high surrogate whose other half is to come, or 0 */
} tt_utf16;

/*
 * Look at the beginning of a file. 1 when it is UTF-16 by its byte order mark and not XML, which
 * names its encoding itself and is decoded by its own reader; `big`, `lost` and `at` (behind the
 * mark) are then set. Line readers reject a row with a NUL, so that is what a lost character
 * becomes; but in JSON a NUL would break the file, so there it is 0xFF, which is no UTF-8.
 */
int tt_utf16_begin(tt_utf16 *wide, const uint8_t *head, size_t size);
/* Decode into at most `room` bytes; how many. 0 when more must be read first, or at the end. */
size_t tt_utf16_decode(tt_utf16 *wide, uint8_t *out, size_t room);
/* Move what is not decoded yet to the front of `raw`, to make room. */
void tt_utf16_compact(tt_utf16 *wide);

#endif
