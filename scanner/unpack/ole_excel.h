/*
 * ole_excel: the drawings in an Excel workbook's stream, joined out of its records.
 *
 * A record holds some 8 KiB at most; what is longer goes on in records of its own kind or of that which
 * is only for going on ([MS-XLS] 2.1.4, 2.4.171).
 */
#ifndef TT_UNPACK_OLE_EXCEL_H
#define TT_UNPACK_OLE_EXCEL_H

#include "unpack/peek.h"

/* The joined bytes, as a stream that goes forward. Single. */
typedef struct tt_excel_stream {
    tt_stream stream;
    tt_peek in;
    uint32_t records;  /* read so far */
    uint32_t left;     /* bytes of the current one, when it is of the drawings */
    int drawing;       /* it is; what only goes on is then, too */
    unsigned type;     /* of the last one */
    tt_trouble trouble; /* what is not in order */
} tt_excel_stream;

/* `from` outlives it. */
void tt_excel_stream_init(tt_excel_stream *out, tt_stream *from);

#endif
