/*
 * mail_decode: base64 and quoted-printable, a piece of a line at a time.
 */
#ifndef TT_UNPACK_MAIL_DECODE_H
#define TT_UNPACK_MAIL_DECODE_H

#include "unpack/mail_lines.h"

typedef enum tt_coding {
    TT_CODING_NONE, /* 7bit, 8bit, binary */
    TT_CODING_BASE64,
    TT_CODING_QUOTED,
    TT_CODING_UNKNOWN /* read as if it were none, and stated */
} tt_coding;

/* Room that tt_decode is given at least: with less it may make nothing. */
#define TT_DECODE_ROOM 8u

/* Single. */
typedef struct tt_decoder {
    tt_coding coding;
    uint8_t padded; /* base64 came to its padding: no byte comes after it */
    uint8_t spoilt; /* what is no base64, or no escape, was met, or it ends in the middle */
    uint8_t beyond; /* something but white space follows the padding */
    uint8_t count;  /* base64: characters in `bits`; quoted: bytes in `escape` */
    uint32_t bits;
    uint8_t escape[2];
} tt_decoder;

void tt_decode_begin(tt_decoder *d, tt_coding coding);
/*
 * What of this line, or piece of one, is to be decoded: quoted-printable has white space at its end
 * that is none of the content, base64 has no line endings.
 */
void tt_decode_trim(tt_decoder *d, tt_line *line);
/* Decode until `in` is used up or `out` is nearly full: *used of `size` bytes; how many were made. */
size_t tt_decode(tt_decoder *d, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                 size_t room);
/* The end of the content: what is left, at most 2 bytes. How many. */
size_t tt_decode_end(tt_decoder *d, uint8_t *out);
/* A hexadecimal digit's value; -1 when it is none. */
int tt_hex_value(uint8_t c);

#endif
