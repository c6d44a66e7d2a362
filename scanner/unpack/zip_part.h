/*
 * zip_part: a zip of some of another zip's members, for one of several readers (see share.h).
 *
 * Members lie where they were; behind all that the other zip is comes a directory of these members only.
 * So libarchive, which walks by the directory, never looks at the others.
 */
#ifndef TT_UNPACK_ZIP_PART_H
#define TT_UNPACK_ZIP_PART_H

#include "unpack/zip_directory.h"

/* Zero it. Single. */
typedef struct tt_zip_part {
    tt_stream stream; /* the zip, once tt_zip_part_make was asked */
    tt_stream *whole;
    uint64_t place, body; /* bytes of `whole` before the directory */
    uint8_t *tail;        /* the directory */
    size_t tail_size, room;
} tt_zip_part;

/* Can a zip be read by another directory than its own, of those members that are in order? */
int tt_zip_part_mends(const tt_zip_directory *directory);
/*
 * The members [*first, *end) of the directory are the share's, and share->weight and what follows it are
 * set. 0: this zip is not divided, since something in its directory is not in order.
 */
int tt_zip_part_find(const tt_zip_directory *directory, tt_share *share, uint64_t *first,
                     uint64_t *end);
/* out->stream of these members, which needs `stream` and ends with tt_zip_part_done. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_zip_part_make(tt_zip_part *out, tt_stream *stream,
                                           const tt_zip_directory *directory, uint64_t first,
                                           uint64_t end, tutela_error *error);
void tt_zip_part_done(tt_zip_part *part);

#endif
