/*
 * mime: what is a MIME type, and when two names mean the same one.
 *
 * Only ASCII is compared: the C library's functions would follow the caller's locale.
 */
#include "identify/mime.h"

#include <string.h>

/* A character of a token: visible ASCII but for the separators. */
static int is_token(char c)
{
    return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

int tt_mime_is(const char *text)
{
    size_t size = strnlen(text, TT_MIME_MAX + 1);
    size_t slash = strcspn(text, "/");

    if (size > TT_MIME_MAX || slash == 0 || slash + 1 >= size)
        return 0;
    for (size_t i = 0; i < size; i++)
        if (i != slash && !is_token(text[i]))
            return 0;
    return 1;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* 1 when the `size` bytes are the same but for case. */
static int same(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (lower(a[i]) != lower(b[i]))
            return 0;
    return 1;
}

/* Past "x-", if that is what the subtype begins with. */
static void skip_x(const char **text, size_t *size)
{
    if (*size >= 2 && same(*text, "x-", 2)) {
        *text += 2;
        *size -= 2;
    }
}

int tt_mime_fits(const char *mime, const char *pattern, size_t size)
{
    size_t length = strcspn(mime, "; ");
    size_t slash = strcspn(mime, "/");
    int star = size > 0 && pattern[size - 1] == '*';

    if (star)
        size--;
    if (slash >= length || slash >= size || !same(mime, pattern, slash + 1))
        return 0;
    mime += slash + 1;
    length -= slash + 1;
    pattern += slash + 1;
    size -= slash + 1;
    skip_x(&mime, &length);
    skip_x(&pattern, &size);
    if (star ? length < size : length != size)
        return 0;
    return same(mime, pattern, size);
}
