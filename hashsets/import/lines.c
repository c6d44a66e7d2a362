/* lines: what the readers of lists with a row a line share (see lines.h). */
#include "hashsets/import/lines.h"

int tt_lines_next(const uint8_t *head, size_t head_size, size_t *at, const char **text,
                  size_t *size)
{
    while (tt_head_line(head, head_size, at, text, size))
        if (!tt_blank(*text, *size) && **text != '#')
            return 1;
    return 0;
}

tutela_status tt_lines_read(tt_input *input, tt_lines_take take, const tt_row_sink *sink,
                            tutela_error *error)
{
    tt_draft entry;
    tt_line line;

    for (;;) {
        TT_TRY(tt_input_line(input, &line, error));
        if (!line.text)
            return TUTELA_OK;
        tt_draft_begin(&entry, line.number);
        if (line.too_long)
            tt_draft_fault(&entry, TUTELA_REJECT_TOO_LONG);
        else if (tt_blank(line.text, line.size) || !take(&entry, line.text, line.size))
            continue;
        TT_TRY(tt_draft_end(&entry, sink, error));
    }
}
