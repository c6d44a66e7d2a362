/*
 * plain: one digest a line, and the X-Ways text form of it.
 *
 *     # a comment, ignored like a blank line
 *     MD5                                  X-Ways: the algorithm alone, on the first line
 *     5d41402abc4b2a76b9719d911017c592     width tells the algorithm; widths may be mixed
 */
#include "hashsets/import/formats.h"

#include "base/text.h"

#include <string.h>

static int is_digest(const char *text, size_t size)
{
    return tt_digest_by_hex(size) >= 0 && tt_hex_is(text, size);
}

/* 0 to 100 by the share of lines that are a digest and nothing else. */
int tt_plain_bid(const uint8_t *head, size_t size)
{
    size_t at = 0, length, lines = 0, digests = 0;
    const char *text;

    while (tt_head_line(head, size, &at, &text, &length)) {
        tt_trim(&text, &length);
        if (length == 0 || *text == '#')
            continue;
        if (lines == 0 && tt_digest_by_name(text, length) >= 0)
            return 90;
        lines++;
        digests += (size_t)is_digest(text, length);
    }
    return digests == 0 ? 0 : (int)(20 + 60 * digests / lines);
}

/* Why a line without a plain digest is not one. */
static tutela_reject why(const char *text, size_t size)
{
    if (memchr(text, '\0', size))
        return TUTELA_REJECT_ENCODING;
    if (tt_hex_is(text, size))
        return TUTELA_REJECT_WIDTH;
    return tt_digest_by_hex(size) >= 0 ? TUTELA_REJECT_HEX : TUTELA_REJECT_SYNTAX;
}

static tutela_status read_row(tt_entry *entry, const char *text, size_t size,
                              const tt_row_sink *sink, tutela_error *error)
{
    tt_entry_digest(entry, -1, text, size);
    if (entry->fault != TT_ENTRY_FINE)
        entry->fault = (int)why(text, size);
    return tt_entry_end(entry, sink, error);
}

tutela_status tt_plain_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    tt_entry entry;
    tt_line line;
    int first = 1;

    for (;;) {
        TT_TRY(tt_input_line(input, &line, error));
        if (!line.text)
            return TUTELA_OK;
        tt_trim(&line.text, &line.size);
        tt_entry_begin(&entry, line.number);
        if (line.too_long) {
            sink->reject(sink->user, line.number, TUTELA_REJECT_TOO_LONG);
            continue;
        }
        if (line.size == 0 || *line.text == '#')
            continue;
        if (!first || tt_digest_by_name(line.text, line.size) < 0)
            TT_TRY(read_row(&entry, line.text, line.size, sink, error));
        first = 0;
    }
}
