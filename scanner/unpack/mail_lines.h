/*
 * mail_lines: a stream as lines, for mail, mailboxes and what is encoded as text.
 *
 * No line is held whole when it is long: it comes in pieces. So a mail of any size, with lines of any
 * length, takes this buffer and no more.
 */
#ifndef TT_UNPACK_MAIL_LINES_H
#define TT_UNPACK_MAIL_LINES_H

#include "unpack/stream.h"

/* Lines up to nearly this come whole. */
#define TT_LINES_BUFFER 65536u
/* Bytes after a line that can be looked at, when there are that many: some lines of a header. */
#define TT_LINES_AHEAD 4096u

typedef struct tt_line {
    const uint8_t *text; /* good until the next call; without its ending */
    size_t size;
    uint8_t ending; /* bytes of it: 1 LF, 2 CR LF; 0: the line goes on in the next piece, or the end */
    uint8_t begins; /* it is the first piece of its line */
} tt_line;

/* Set `stream`, zero all but the bytes. Single. */
typedef struct tt_lines {
    tt_stream *stream;
    size_t at, end;
    tt_trouble source; /* the stream's, when it ended in trouble */
    uint8_t drained;
    uint8_t within; /* the next piece goes on with a line */
    uint8_t bytes[TT_LINES_BUFFER];
} tt_lines;

void tt_lines_begin(tt_lines *lines, tt_stream *stream);
/* The next line, or piece of one; *more is 0 at the end. TUTELA_MEMORY. */
tutela_status tt_mail_lines_next(tt_lines *lines, tt_line *out, int *more, tutela_error *error);
/* The bytes after the line that was given out last; they are not used up. */
const uint8_t *tt_lines_ahead(const tt_lines *lines, size_t *size);

static inline int tt_line_empty(const tt_line *line)
{
    return line->begins && line->size == 0 && line->ending > 0;
}

/* The line's ending, as bytes. */
static inline const uint8_t *tt_line_ending(const tt_line *line)
{
    return (const uint8_t *)"\r\n" + (2 - line->ending);
}

#endif
