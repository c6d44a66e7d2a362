/*
 * frame: rows of commas whose columns are counted from both ends.
 *
 * The names in the middle of such rows are not quoted, or not soundly: they may hold commas and
 * quotes of their own. What lies around them does not, so columns are counted from the left up to
 * the names, and from the right down to them. The names are never looked at. Thread: any.
 */
#ifndef TT_HASHSETS_IMPORT_FRAME_H
#define TT_HASHSETS_IMPORT_FRAME_H

#include "hashsets/import/draft.h"
#include "hashsets/import/input.h"

#define TT_FRAME_LEFT_MAX 4u
#define TT_FRAME_RIGHT_MAX 8u

/* What a column holds: a tutela_algorithm, or one of these. */
enum { TT_FRAME_SIZE = TUTELA_ALGORITHM_COUNT, TT_FRAME_OTHER };

/* One layout of a format. */
typedef struct tt_frame {
    const char *header; /* the first line, quotes left out */
    uint8_t left[TT_FRAME_LEFT_MAX];
    size_t left_count;
    uint8_t right[TT_FRAME_RIGHT_MAX]; /* the last column first */
    size_t right_count;
} tt_frame;

/*
 * The frame whose header the first line of a head is, blank ones not counted, quotes and case set
 * aside; or NULL.
 */
const tt_frame *tt_frame_of_head(const tt_frame *frames, size_t count, const uint8_t *head,
                                 size_t size);
/*
 * Read a list of one of these frames. Its header must come first, and may come again, with this
 * frame or another: parts get pasted together. `what` is the format's name for messages.
 */
TT_MUST_USE tutela_status tt_frame_read(tt_input *input, const tt_frame *frames, size_t count,
                                        const char *what, const tt_row_sink *sink,
                                        tutela_error *error);

#endif
