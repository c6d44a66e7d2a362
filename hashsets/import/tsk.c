/*
 * tsk: the text index that The Sleuth Kit's hfind and Autopsy keep of a hash list (LIST-md5.idx).
 *
 *     00000000000000000000000000000000000000000|md5sum             the kind of the list
 *     00000000000000000000000000000000000000001|list.md5           its name
 *     05C2796E6D2E05009D5D9ABE6AF606A9|0000000000000036            digest, and where its row begins
 *
 * 41 digits are the width of no digest, so such rows are never one. Indexes hold MD5 or SHA-1, and
 * nothing but digests: sizes and names stay in the list itself. Written by hfind 4.11.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/lines.h"

#include <string.h>

#define MARK 41u /* digits in front of the bar of a header row, all but the last of them 0 */
#define OFFSET_DIGITS 20u /* of the largest uint64_t */

/* 1 for a header row. */
static int is_header(const char *text, size_t size)
{
    size_t zeros = 0;

    while (zeros < size && zeros < MARK - 1 && text[zeros] == '0')
        zeros++;
    return zeros == MARK - 1 && size > MARK && text[MARK - 1] >= '0' && text[MARK - 1] <= '9'
           && text[MARK] == '|';
}

int tt_tsk_bid(const uint8_t *head, size_t size)
{
    return is_header((const char *)head, size) ? 100 : 0;
}

/* 0 for a header row. */
static int read_row(tt_draft *entry, const char *text, size_t size)
{
    const char *bar = memchr(text, '|', size);
    size_t digits = bar ? (size_t)(bar - text) : 0;

    if (is_header(text, size))
        return 0;
    if (memchr(text, '\0', size)) {
        tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
        return 1;
    }
    size_t rest = size - digits;
    for (size_t i = digits + 1; bar && i < size; i++)
        if (text[i] < '0' || text[i] > '9')
            bar = NULL;
    /* A row without its offset was cut off, and its digest may be. */
    if (!bar || digits == 0 || rest < 2 || rest > OFFSET_DIGITS + 1)
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
    else
        tt_draft_digest(entry, -1, text, digits);
    return 1;
}

tutela_status tt_tsk_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_lines_read(input, read_row, sink, error);
}
