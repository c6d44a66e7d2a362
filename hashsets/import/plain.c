/*
 * plain: one digest a line, and the X-Ways text form of it. Rows of the md5sum family are taken
 * too: lists get pasted together.
 *
 *     # a comment, ignored like a blank line
 *     MD5                                  X-Ways: the algorithm alone, on the first line
 *     5d41402abc4b2a76b9719d911017c592     width tells the algorithm; widths may be mixed
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/hex.h"
#include "hashsets/import/lines.h"

static int is_digest(const char *text, size_t size)
{
    return tt_digest_by_hex(size) >= 0 && tt_import_hex_run(text, size) == size;
}

/* 0 to 100 by the share of lines that are a digest and nothing else. */
int tt_plain_bid(const uint8_t *head, size_t size)
{
    size_t at = 0, length, lines = 0, digests = 0;
    const char *text;

    while (tt_lines_next(head, size, &at, &text, &length)) {
        tt_trim(&text, &length);
        if (lines == 0 && tt_digest_by_name(text, length) >= 0)
            return 90;
        lines++;
        digests += (size_t)is_digest(text, length);
    }
    return digests == 0 ? 0 : (int)(20 + 60 * digests / lines);
}

tutela_status tt_plain_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    tt_draft entry;
    tt_line line;
    size_t widest = 0;
    int first = 1, algorithm;

    for (;;) {
        TT_TRY(tt_input_line(input, &line, error));
        if (!line.text)
            return TUTELA_OK;
        tt_trim(&line.text, &line.size);
        tt_draft_begin(&entry, line.number);
        if (line.too_long) {
            sink->reject(sink->user, line.number, TUTELA_REJECT_TOO_LONG);
            continue;
        }
        if (line.size == 0 || *line.text == '#')
            continue;
        algorithm = first ? tt_digest_by_name(line.text, line.size) : -1;
        first = 0;
        if (algorithm >= 0) {
            widest = tt_digest_size(algorithm);
            continue;
        }
        tt_sums_row(&entry, line.text, line.size);
        tt_lines_distrust_end(&entry, &line, &widest);
        TT_TRY(tt_draft_end(&entry, sink, error));
    }
}
