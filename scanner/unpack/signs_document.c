/*
 * signs_document: by which first bytes documents that hold files are known.
 */
#include "unpack/signs.h"

#include "base/cursor.h"

#include <string.h>
#include <strings.h>

/* Readers of PDF look for its sign in that many bytes. */
#define PDF_HEAD 1024u

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* "%PDF-1." and a digit, at `at`. */
static int is_pdf(const uint8_t *head, size_t size, size_t at)
{
    return size >= at + 8 && memcmp(head + at, "%PDF-", 5) == 0 && is_digit(head[at + 5])
           && head[at + 6] == '.' && is_digit(head[at + 7]);
}

int tt_fits_pdf(const uint8_t *head, size_t size)
{
    size_t at = size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    if (size >= at + 5 && memcmp(head + at, "%PDF-", 5) == 0)
        return 2;
    /* After what a printer or a server put before it: at the beginning of a line, then. */
    size = size < PDF_HEAD ? size : PDF_HEAD;
    for (at = 1; at + 8 <= size; at++)
        if ((head[at - 1] == '\n' || head[at - 1] == '\r') && is_pdf(head, size, at))
            return 1;
    return 0;
}

int tt_fits_rtf(const uint8_t *head, size_t size)
{
    size_t at = size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (at < size && at < 16 && (head[at] == ' ' || head[at] == '\r' || head[at] == '\n'))
        at++;
    return size >= at + 5 && memcmp(head + at, "{\\rtf", 5) == 0 ? 2 : 0;
}
