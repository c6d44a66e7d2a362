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
    for (const uint8_t *sign = head; (sign = memchr(sign, '%', size - (size_t)(sign - head))); sign++) {
        at = (size_t)(sign - head);
        if (at > 0 && (head[at - 1] == '\n' || head[at - 1] == '\r') && is_pdf(head, size, at))
            return 1;
    }
    return 0;
}

int tt_fits_rtf(const uint8_t *head, size_t size)
{
    size_t at = size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (at < size && at < 16 && (head[at] == ' ' || head[at] == '\r' || head[at] == '\n'))
        at++;
    return size >= at + 5 && memcmp(head + at, "{\\rtf", 5) == 0 ? 2 : 0;
}

/* ---- HTML and SVG -------------------------------------------------------------------------- */

static int is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f';
}

/* Are the bytes at `at` these, in capitals or not, and then no letter? */
static int is_tag(const uint8_t *head, size_t size, size_t at, const char *tag)
{
    size_t length = strlen(tag);

    return size > at + length && strncasecmp((const char *)head + at, tag, length) == 0
           && (is_blank(head[at + length]) || head[at + length] == '>');
}

/* Behind a comment or an instruction, <?xml ... ?>, that begins at `at`; `at` when there is none. */
static size_t behind_aside(const uint8_t *head, size_t size, size_t at)
{
    int comment = size >= at + 4 && memcmp(head + at, "<!--", 4) == 0;
    const char *close = comment ? "-->" : "?>";
    const uint8_t *end;

    if (!comment && !(size >= at + 2 && memcmp(head + at, "<?", 2) == 0))
        return at;
    end = memmem(head + at, size - at, close, strlen(close));
    return end ? (size_t)(end - head) + strlen(close) : at;
}

int tt_fits_html(const uint8_t *head, size_t size)
{
    size_t at = size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, before;

    do {
        while (at < size && is_blank(head[at]))
            at++;
        before = at;
        at = behind_aside(head, size, at);
    } while (at != before);
    return is_tag(head, size, at, "<!doctype html") || is_tag(head, size, at, "<!doctype svg")
           || is_tag(head, size, at, "<html") || is_tag(head, size, at, "<svg");
}
