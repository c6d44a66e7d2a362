/* lines: what the readers of lists with a row a line share (see lines.h). */
#include "hashsets/import/lines.h"

#include "hashsets/import/hex.h"

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

void tt_lines_distrust_end(tt_draft *entry, const tt_line *line, size_t *widest)
{
    size_t width = 0;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if ((entry->row.digests.mask & TUTELA_BIT(i)) && tt_digest_size(i) > width)
            width = tt_digest_size(i);
    if (line->unended && width > 0 && width < *widest && line->size >= 2 * width
        && tt_import_hex_run(line->text + line->size - 2 * width, 2 * width) == 2 * width)
        tt_draft_fault(entry, TUTELA_REJECT_WIDTH);
    if (width > *widest)
        *widest = width;
}
