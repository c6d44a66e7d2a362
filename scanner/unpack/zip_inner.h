/*
 * zip_inner: what the two halves of zip_directory.h share: its records, and what lies between its members.
 */
#ifndef TT_UNPACK_ZIP_INNER_H
#define TT_UNPACK_ZIP_INNER_H

#include "unpack/zip_directory.h"

#define TT_ZIP_LOCAL 30u
#define TT_ZIP_WINDOW 65536u        /* read at once of what is looked at from front to end */
#define TT_ZIP_SCAN_MAX (UINT64_C(1) << 32) /* searched for something that looks like a record */

/* A record. */
typedef struct tt_zip_entry {
    uint64_t place; /* of its own header */
    uint64_t bytes; /* compressed */
    uint64_t name;  /* of its directory record */
    uint32_t crc, plain;        /* as the record has them: of what comes out, and how many bytes */
    uint16_t name_size, method; /* likewise */
    uint16_t locked;            /* encrypted */
    uint16_t odd;               /* bytes, of something that has none */
} tt_zip_entry;

/* A window that moves over the stream. */
typedef struct tt_zip_view {
    tt_stream *stream;
    tutela_error *error;
    uint64_t at;
    size_t size;
    size_t stride; /* bytes loaded at least */
    uint8_t data[TT_ZIP_WINDOW];
} tt_zip_view;

/* `size` bytes at `offset`, at most TT_ZIP_WINDOW; NULL in *out when they are not there. */
TT_MUST_USE tutela_status tt_zip_look(tt_zip_view *view, uint64_t offset, size_t size, const uint8_t **out);
/* Something is not in order; what was so first is said. */
void tt_zip_complain(tt_zip_directory *directory, const char *why);

/*
 * Keep those entries that are as they say, where each member ends by its own header, and the gaps between
 * them up to `end`. TUTELA_MEMORY, or what the stream answers.
 */
TT_MUST_USE tutela_status tt_zip_find_gaps(tt_zip_directory *directory, tt_zip_view *view, uint64_t end);
/* Keep what of [from, end) begins like a member. Answers likewise. */
TT_MUST_USE tutela_status tt_zip_keep_gap(tt_zip_directory *directory, tt_zip_view *view, uint64_t from,
                                          uint64_t end);

#endif
