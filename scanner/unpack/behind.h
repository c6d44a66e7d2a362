/*
 * behind: archives that lie behind a picture.
 */
#ifndef TT_UNPACK_BEHIND_H
#define TT_UNPACK_BEHIND_H

#include "unpack/overlay.h"
#include "unpack/pictures.h"

/*
 * The archive behind the picture that this stream, which seeks, begins with: *found is 1, and `part` where it
 * is; else 0. For a picture that tt_picture_goes_on. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_behind_find(tt_stream *stream, tt_overlay_part *part, int *found,
                                         tutela_error *error);

/* What was behind a picture, in a stream of its own, or what was left of a damaged one. */
extern const tt_format tt_format_behind;

#endif
