/*
 * input: a list file, read once from front to back.
 *
 * Works on pipes, so nothing here seeks; a reader that has to asks for the file itself. Of a zip
 * file, which must be no pipe, the list in it is handed out (see zip.h). A UTF-8
 * byte order mark at the start is dropped; behind a UTF-16 one everything is handed out as UTF-8,
 * unless it is XML, whose reader decodes for itself (see utf16.h). The first bytes can be looked at
 * (for bidding) before they are read. Memory is bounded by the longest row allowed. Thread: single.
 */
#ifndef TT_HASHSETS_IMPORT_INPUT_H
#define TT_HASHSETS_IMPORT_INPUT_H

#include "hashsets/import/import.h"

/*
 * Longest row in bytes, line end not counted. Rows hold digests and a path: 1 MiB is far above any
 * of them (PATH_MAX is 4 KiB) and still small enough to hold whole.
 */
#define TT_INPUT_LINE_MAX (1u << 20)

/* One line, without its LF or CR LF, borrowed until the next call on the input. */
typedef struct tt_line {
    const char *text; /* not NUL-ended; may hold NUL bytes; NULL after the last line */
    size_t size;
    uint64_t number; /* from 1 */
    int unended;     /* the last line, and no line end behind it: it may have been cut off */
    int too_long;    /* longer than TT_INPUT_LINE_MAX: skipped, and `size` is 0 */
} tt_line;

/* Open `path` (file, pipe or device). TUTELA_IO also for a folder. The caller owns *out. */
TT_MUST_USE tutela_status tt_input_open(tt_input **out, const char *path, tutela_error *error);
/*
 * Read from a descriptor at its present position, which must be the start for a zip file; `name`
 * stands in messages and is copied. The descriptor becomes the input's, also on failure. The caller
 * owns *out.
 */
TT_MUST_USE tutela_status tt_input_from(tt_input **out, int fd, const char *name,
                                        tutela_error *error);
/* Close and free; NULL is fine. */
void tt_input_free(tt_input *input);
void tt_input_free_cleanup(tt_input **input);
#define TT_AUTO_INPUT __attribute__((cleanup(tt_input_free_cleanup)))

/* The name for messages. */
const char *tt_input_name(const tt_input *input);

/*
 * What comes next, without reading it: TT_IMPORT_HEAD bytes, or all there is when less. *head is
 * borrowed until the next call on the input.
 */
TT_MUST_USE tutela_status tt_input_peek(tt_input *input, const uint8_t **head, size_t *size,
                                        tutela_error *error);

/* The next line. line->text is NULL at the end. */
TT_MUST_USE tutela_status tt_input_line(tt_input *input, tt_line *line, tutela_error *error);

/*
 * The next bytes as they lie, for formats without lines: *size of them, 0 at the end, borrowed
 * until the next call. *offset (may be NULL) is where they lie in the file, UTF-16 counted as the
 * UTF-8 it becomes.
 */
TT_MUST_USE tutela_status tt_input_chunk(tt_input *input, const uint8_t **data, size_t *size,
                                         uint64_t *offset, tutela_error *error);

/*
 * The file itself, for formats that are not read from front to back: *fd is borrowed, for tt_pread
 * only, and *size is its size in bytes now. TUTELA_LIST_UNUSABLE when the list is no regular file (a
 * pipe, a device) or lies in a zip file; TUTELA_IO.
 */
TT_MUST_USE tutela_status tt_input_file(const tt_input *input, int *fd, uint64_t *size,
                                        tutela_error *error);

/*
 * Walk the whole lines of a head, for bidders: sets *line and *size to the next one, without its
 * line end, and returns 1; 0 at the end. *at starts at 0. A last line that the head may have cut is
 * left out, unless it is the only one.
 */
int tt_head_line(const uint8_t *head, size_t head_size, size_t *at, const char **line,
                 size_t *size);

#endif
