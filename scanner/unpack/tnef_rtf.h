/*
 * tnef_rtf: the compressed RTF in which Outlook keeps a message's body ([MS-OXRTFCP]).
 *
 * A machine that is handed compressed bytes and gives plain ones, a piece at a time, in 4 KiB of
 * memory: what it says of its own size is compared, never trusted.
 */
#ifndef TT_UNPACK_TNEF_RTF_H
#define TT_UNPACK_TNEF_RTF_H

#include "unpack/stream.h"

/* Bytes of its header, which tt_rtf_begin is given. */
#define TT_RTF_HEADER 16u
#define TT_RTF_WINDOW 4096u

/* Single. */
typedef struct tt_rtf {
    uint64_t left;       /* compressed bytes not taken yet */
    uint64_t stated;     /* plain bytes, as it says */
    uint64_t produced;
    uint32_t crc, sum;   /* as it says, and of what was taken */
    int stored;          /* not compressed at all */
    int over;            /* its end mark was seen */
    uint8_t control;     /* kinds of the next tokens, the lowest bit's first */
    unsigned tokens;     /* of them */
    unsigned high;       /* the first byte of a reference, or beyond 255 */
    unsigned from, copy; /* what is being copied out of the window, and bytes left of it */
    unsigned place;      /* where the window is written next */
    uint8_t window[TT_RTF_WINDOW];
} tt_rtf;

/*
 * Begin with the header of a stream of `size` bytes in all, at least TT_RTF_HEADER. 1; 0 when it is of
 * no known kind. Thread: any.
 */
int tt_rtf_begin(tt_rtf *rtf, const uint8_t *header, uint64_t size);
/*
 * Take of `in` (*used bytes) and give at most `room` to `out`: their number. With *used less than
 * `size`, the room is full or the end was reached. 0 with all of a `size` used: it wants more, or has
 * no more to give. Thread: any.
 */
size_t tt_rtf_step(tt_rtf *rtf, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                   size_t room);
/* What is wrong with it, once it has no more to give: CLEAR, or MALFORMED. Thread: any. */
tt_trouble tt_rtf_judge(const tt_rtf *rtf);

#endif
