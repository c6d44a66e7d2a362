/*
 * rtf_text: the bytes of what an RTF text keeps in hexadecimal: pictures, objects, fonts, themes.
 *
 * RTF is groups in braces, control words and text ("Rich Text Format Specification", 1.9.1). Only the
 * words that begin or hold data mean anything here; all others pass by.
 */
#ifndef TT_UNPACK_RTF_TEXT_H
#define TT_UNPACK_RTF_TEXT_H

#include "unpack/stream.h"

#define TT_RTF_PIECE ((size_t)1 << 14)
/* Groups in groups; Word itself gives up far earlier. */
#define TT_RTF_DEPTH 4096u

typedef enum tt_rtf_data {
    TT_RTF_NONE,
    TT_RTF_FILE,  /* a picture, a font, a theme: the bytes are the file */
    TT_RTF_OBJECT /* an OLE 1 object, which has a head of its own */
} tt_rtf_data;

/* Single. */
typedef struct tt_rtf_text {
    tt_stream *stream;
    tt_trouble source;  /* the stream's trouble, which explains every other */
    tt_trouble trouble; /* the text's own, the first one */
    int over;           /* its last brace was seen, or its last byte */
    unsigned depth;
    uint8_t groups[TT_RTF_DEPTH]; /* what each is in: a tt_rtf_data */
    unsigned data_depth; /* the group whose data is being read, or 0 */
    int half;            /* the first digit of a byte, or -1 */
    unsigned written;    /* how the data was written so far */
    uint64_t binary;     /* bytes of \bin still to come */
    tt_rtf_data waits;   /* data began, and was not asked for yet */
    size_t at, size;
    uint8_t piece[TT_RTF_PIECE];
} tt_rtf_text;

/* At the first byte of `stream`, which outlives it. */
void tt_rtf_text_init(tt_rtf_text *out, tt_stream *stream);
/* On to the next data, past what is left of the last: what it is; TT_RTF_NONE: there is none more. */
TT_MUST_USE tutela_status tt_rtf_text_next(tt_rtf_text *text, tt_rtf_data *out,
                                           tutela_error *error);
/*
 * The next bytes of the data: *got is `size`, and fewer at its end only. What is wrong with them is in
 * text->trouble, or text->source.
 */
TT_MUST_USE tutela_status tt_rtf_text_read(tt_rtf_text *text, void *buffer, size_t size,
                                           size_t *got, tutela_error *error);

#endif
