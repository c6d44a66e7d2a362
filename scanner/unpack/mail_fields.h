/*
 * mail_fields: the header of a mail or of one of its parts, line by line, for what a reader needs of it.
 */
#ifndef TT_UNPACK_MAIL_FIELDS_H
#define TT_UNPACK_MAIL_FIELDS_H

#include "unpack/mail_decode.h"
#include "unpack/reader.h"

/* RFC 2046 allows 70 characters; some writers take more. */
#define TT_BOUNDARY_MAX 250u
/* Of a field that is looked into, unfolded; names of files in many segments stay far below it. */
#define TT_FIELD_MAX 16384u

/* Single; some 20 KiB. */
typedef struct tt_fields {
    char type[80];            /* "text/plain", in small letters; "" when it is not stated */
    char boundary[TT_BOUNDARY_MAX + 1]; /* "" for none */
    tt_coding coding;
    uint8_t multipart;        /* its type is */
    uint8_t wrong;            /* something is not in order, and may have hidden what is needed */
    uint8_t rank;             /* of the field the name is from: the higher, the better */
    uint8_t seen_type, seen_coding;
    size_t name_size;
    uint8_t name[TT_NAME_MAX];
    size_t field_size;        /* of the one that may go on */
    uint8_t field[TT_FIELD_MAX];
} tt_fields;

void tt_fields_begin(tt_fields *fields);
/* The next line of the header, whole or the first piece of it. */
void tt_fields_line(tt_fields *fields, const uint8_t *line, size_t size);
/* No more lines. */
void tt_fields_end(tt_fields *fields);

#endif
