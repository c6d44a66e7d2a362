/* frame: rows of commas whose columns are counted from both ends (see frame.h). */
#include "hashsets/import/frame.h"

#include "hashsets/import/hex.h"

#include <string.h>
#include <strings.h>

#define HEADER_MAX 160u /* longer than any header of a frame */

typedef struct field {
    const char *text;
    size_t size;
} field;

/* The frame whose header a line is, quotes and case set aside, or NULL. */
static const tt_frame *frame_of(const tt_frame *frames, size_t count, const char *line,
                                size_t size)
{
    char plain[HEADER_MAX + 1];
    size_t used = 0;

    tt_trim(&line, &size);
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '"')
            continue;
        if (used == HEADER_MAX)
            return NULL;
        plain[used++] = line[i];
    }
    plain[used] = '\0';
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(plain, frames[i].header) == 0)
            return &frames[i];
    return NULL;
}

const tt_frame *tt_frame_of_head(const tt_frame *frames, size_t count, const uint8_t *head,
                                 size_t size)
{
    const char *line;
    size_t at = 0, length;

    while (tt_head_line(head, size, &at, &line, &length))
        if (!tt_blank(line, length))
            return frame_of(frames, count, line, length);
    return NULL;
}

/* Blanks, and quotes around the rest, cut off. */
static field bare(const char *text, size_t size)
{
    tt_trim(&text, &size);
    if (size >= 2 && *text == '"' && text[size - 1] == '"')
        return (field){text + 1, size - 2};
    return (field){text, size};
}

static void take(tt_draft *entry, int role, const char *text, size_t size)
{
    if (role == TT_FRAME_OTHER)
        return;
    field part = bare(text, size);
    if (role == TT_FRAME_SIZE)
        tt_draft_size(entry, part.text, part.size);
    else
        tt_draft_digest(entry, role, part.text, part.size);
}

static void read_row(tt_draft *entry, const tt_frame *frame, const char *text, size_t size)
{
    if (memchr(text, '\0', size)) {
        tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
        return;
    }
    for (size_t i = 0; i < frame->left_count; i++) {
        const char *comma = size > 0 ? memchr(text, ',', size) : NULL;
        if (!comma) {
            tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
            return;
        }
        take(entry, frame->left[i], text, (size_t)(comma - text));
        size -= (size_t)(comma - text) + 1;
        text = comma + 1;
    }
    for (size_t i = 0; i < frame->right_count; i++) {
        const char *comma = size > 0 ? memrchr(text, ',', size) : NULL;
        if (!comma) {
            tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
            return;
        }
        take(entry, frame->right[i], comma + 1, (size_t)(text + size - comma - 1));
        size = (size_t)(comma - text);
    }
}

/* 1 for a line that does not begin with a digest, as rows do: only such may be a header. */
static int may_be_header(const char *line, size_t size)
{
    if (size > 0 && *line == '"') {
        line++;
        size--;
    }
    return tt_import_hex_run(line, size < 2 ? size : 2) < 2;
}

static tutela_status no_header(const tt_input *input, const char *what, tutela_error *error)
{
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: %s list without its header line",
                  tt_input_name(input), what);
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "check that it arrived whole: its first line says what the columns hold");
}

tutela_status tt_frame_read(tt_input *input, const tt_frame *frames, size_t count,
                            const char *what, const tt_row_sink *sink, tutela_error *error)
{
    const tt_frame *frame = NULL, *next;
    tt_draft entry;
    tt_line line;

    for (;;) {
        TT_TRY(tt_input_line(input, &line, error));
        if (!line.text && frame)
            return TUTELA_OK;
        if (line.text && !line.too_long && tt_blank(line.text, line.size))
            continue;
        if (line.text && may_be_header(line.text, line.size)
            && (next = frame_of(frames, count, line.text, line.size))) {
            frame = next;
            continue;
        }
        if (!frame)
            return no_header(input, what, error);
        tt_draft_begin(&entry, line.number);
        if (line.too_long)
            tt_draft_fault(&entry, TUTELA_REJECT_TOO_LONG);
        else
            read_row(&entry, frame, line.text, line.size);
        TT_TRY(tt_draft_end(&entry, sink, error));
    }
}
