/*
 * officeart: pictures in the records of Office drawings ([MS-ODRAW] 2.2.23).
 *
 *     instance and version, type, length | one or two digests | tag | the picture
 *                                        |                    | header | an inflated metafile
 *
 * The digests are no checksum: writers other than Office put anything there. So a record is known by
 * three things, its type, its instance and how its picture begins; two of them, when one is damaged.
 */
#ifndef TT_UNPACK_OFFICEART_H
#define TT_UNPACK_OFFICEART_H

#include <stddef.h>
#include <stdint.h>

/* Bytes to be looked at, fewer only when there are no more. */
#define TT_ART_HEAD 128u

typedef enum tt_art_kind {
    TT_ART_NONE,
    TT_ART_PLAIN,   /* type and instance; the picture begins like none of its type */
    TT_ART_DAMAGED, /* the picture begins rightly, and type or instance fits */
    TT_ART_SURE     /* all three */
} tt_art_kind;

typedef struct tt_art_blip {
    uint64_t header; /* bytes before the picture */
    uint64_t size;   /* of the picture as it is stored */
    int metafile;
    uint32_t inflated; /* its bytes, of a metafile */
    uint32_t stored;   /* `size` as its own header states it */
    uint8_t method;    /* 0: deflated; 0xfe: not */
} tt_art_blip;

/* Do these bytes begin a picture's record? *out is set unless it is TT_ART_NONE. Thread: any. */
tt_art_kind tt_art_parse(const uint8_t *head, size_t size, tt_art_blip *out);

#endif
