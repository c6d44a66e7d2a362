/*
 * lines: what the readers of lists with a row a line share.
 */
#ifndef TT_HASHSETS_IMPORT_LINES_H
#define TT_HASHSETS_IMPORT_LINES_H

#include "hashsets/import/draft.h"
#include "hashsets/import/input.h"

/*
 * For bidders: as tt_head_line, but lines that are blank or begin with '#' are stepped over.
 * Thread: any.
 */
int tt_lines_next(const uint8_t *head, size_t head_size, size_t *at, const char **text,
                  size_t *size);

/* Fill the entry, just begun, from a line. 0 when the line is no row, such as a header. */
typedef int (*tt_lines_take)(tt_draft *entry, const char *text, size_t size);

/*
 * Read a list of lines each of which is a row by itself. Blank lines are none, and overlong ones
 * are rejected here. Whatever sink->take answers; TUTELA_IO, TUTELA_MEMORY. Thread: any.
 */
TT_MUST_USE tutela_status tt_lines_read(tt_input *input, tt_lines_take take,
                                        const tt_row_sink *sink, tutela_error *error);

/*
 * For lists whose rows may end in a digest of any width, once an entry is filled from a line: the
 * last line of a file that was cut off may end in what passes for a narrower digest. It is faulted
 * when it is narrower than *widest, bytes of the widest so far, which is kept here from 0.
 */
void tt_lines_distrust_end(tt_draft *entry, const tt_line *line, size_t *widest);

#endif
