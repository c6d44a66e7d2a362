/*
 * signs_uri: what begins a `data:` URI (RFC 2397) in a page or a picture of text.
 */
#include "unpack/signs.h"

#include <string.h>
#include <strings.h>

static int is_letter(uint8_t byte)
{
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_of_type(uint8_t byte)
{
    return is_letter(byte) || is_digit(byte) || (byte && strchr("!#$&-^_.+/;=%*' ", byte));
}

static uint8_t closing(uint8_t before)
{
    if (before == '"' || before == '\'' || before == '`')
        return before;
    return before == '(' ? ')' : 0;
}

/* The type, up to its comma: *length of it with that, and whether it says base64. 0: it is none. */
static int type_at(const uint8_t *type, size_t size, size_t *length, int *base64)
{
    static const char word[] = ";base64";
    size_t most = size < TT_URI_TYPE_MAX ? size : TT_URI_TYPE_MAX, at = 0, end;

    while (at < most && is_of_type(type[at]))
        at++;
    if (at == most || type[at] != ',')
        return 0;
    for (end = at; end > 0 && type[end - 1] == ' ';)
        end--;
    *length = at + 1;
    *base64 = end >= sizeof word - 1
              && strncasecmp((const char *)type + end - (sizeof word - 1), word, sizeof word - 1) == 0;
    return *base64 || memchr(type, '/', at) != NULL;
}

int tt_uri_begins(const uint8_t *text, size_t size, size_t at, tt_uri *out)
{
    const uint8_t *word = at >= 5 ? text + at - 5 : NULL;
    uint8_t before = at > 5 ? word[-1] : 0;
    size_t length = 0;

    if (!word || strncasecmp((const char *)word, "data", 4) != 0 || is_letter(before)
        || is_digit(before) || before == '_' || before == '-'
        || !type_at(text + at, size - at, &length, &out->base64))
        return 0;
    out->quote = closing(before);
    out->data = at + length;
    return 1;
}
