/*
 * piece: digests of pieces of files, which must not be taken for digests of files.
 *
 * md5deep and hashdeep with -p write one row a piece; all that tells is the end of the name:
 *
 *     HASH  /a/b.jpg offset 0-1023
 *
 * A file equal to a piece is another, innocent file. These tools write line ends in names as they
 * are, so the end of the name may also be lines further down: a row is held back until the next one
 * begins. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_PIECE_H
#define TT_HASHSETS_IMPORT_PIECE_H

#include "hashsets/import/draft.h"

/* 1 when a row ends in " offset START-END". */
int tt_piece_is(const char *text, size_t size);

/* Rows of a list that may be of pieces. Zero it to begin. */
typedef struct tt_pieces {
    tt_draft drafts[2];
    int turn; /* which of them is being filled; the other is the row held back */
    int held; /* there is one */
} tt_pieces;

/* Begin the entry of a line. */
tt_draft *tt_pieces_begin(tt_pieces *rows, uint64_t line);
/*
 * The entry is filled; `text` is its line. One that found a digest is held back, all others go to
 * the sink at once. Whatever sink->take answers.
 */
TT_MUST_USE tutela_status tt_pieces_end(tt_pieces *rows, const char *text, size_t size,
                                        const tt_row_sink *sink, tutela_error *error);
/* A line that is no row, such as a comment, unless it is the end of a name. */
void tt_pieces_other(tt_pieces *rows, const char *text, size_t size);
/* Let the row held back go. Also at the end of the list. */
TT_MUST_USE tutela_status tt_pieces_flush(tt_pieces *rows, const tt_row_sink *sink,
                                          tutela_error *error);

#endif
