/*
 * search: archives that lie somewhere in a stream, by their signs.
 *
 * For executable.c and behind.c, who know where what comes first ends. A sign alone is little: what stands
 * behind it must fit too.
 */
#ifndef TT_UNPACK_SEARCH_H
#define TT_UNPACK_SEARCH_H

#include "unpack/overlay.h"

/* What is looked for: a bit each. */
#define TT_SEARCH_CAB 1u
#define TT_SEARCH_ZIP 2u
#define TT_SEARCH_SEVENZIP 4u
#define TT_SEARCH_RAR 8u
#define TT_SEARCH_NSIS 16u
#define TT_SEARCH_INNO 32u
/* Whatever may be put behind something else, right at the front of the part. */
#define TT_SEARCH_FRONT 64u
#define TT_SEARCH_ALL 127u
#define TT_SEARCH_ARCHIVES \
    (TT_SEARCH_CAB | TT_SEARCH_ZIP | TT_SEARCH_SEVENZIP | TT_SEARCH_RAR | TT_SEARCH_FRONT)
/* How far it is looked for behind the end of something: texts for an unpacker, padding, what a camera writes. */
#define TT_SEARCH_MAX (UINT64_C(1) << 20)

/*
 * The first archive of those kinds within the first `most` bytes of a part, more or less: *found is 1, and
 * part->from where it begins; else 0. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_search_part(tt_stream *stream, tt_overlay_part *part, unsigned kinds,
                                         uint64_t most, int *found, tutela_error *error);

#endif
