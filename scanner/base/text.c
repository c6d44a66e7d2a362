/* text: hexadecimal, base64, UTF-8, numbers, display. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

void tt_hex_encode(const void *data, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

/* Value of a hex digit, 16 or more for any other byte. */
static unsigned hex_value(char digit)
{
    unsigned byte = (unsigned char)digit;

    if (byte - '0' < 10)
        return byte - '0';
    byte |= 0x20;
    return byte - 'a' < 6 ? byte - 'a' + 10 : 16;
}

int tt_hex_decode(const char *text, size_t digits, uint8_t *out)
{
    if (digits % 2 != 0)
        return -1;
    for (size_t i = 0; i < digits; i += 2) {
        unsigned high = hex_value(text[i]), low = hex_value(text[i + 1]);

        if ((high | low) > 15)
            return -1;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return 0;
}

int tt_hex_is(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (hex_value(text[i]) > 15)
            return 0;
    return size > 0;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void tt_base64_add(tt_buf *buf, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three = (uint32_t)bytes[i] << 16;
        char four[4] = {'=', '=', '=', '='};

        if (left > 1)
            three |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2)
            three |= bytes[i + 2];
        four[0] = alphabet[three >> 18];
        four[1] = alphabet[three >> 12 & 63];
        if (left > 1)
            four[2] = alphabet[three >> 6 & 63];
        if (left > 2)
            four[3] = alphabet[three & 63];
        tt_buf_add(buf, four, sizeof four);
    }
}

int tt_base64_take(tt_buf *buf, const char *text, size_t size)
{
    uint32_t bits = 0;
    size_t letters = size;

    while (letters > 0 && size - letters < 2 && text[letters - 1] == '=')
        letters--;
    if (size % 4 != 0)
        return -1;
    for (size_t i = 0; i < letters; i++) {
        const char *found = memchr(alphabet, text[i], sizeof alphabet - 1);

        if (!found)
            return -1;
        bits = bits << 6 | (uint32_t)(found - alphabet);
        if (i % 4 != 0)
            tt_buf_add_char(buf, (char)(bits >> (6 - 2 * (i % 4))));
    }
    return 0;
}

/* Bytes of the character that begins with this byte (RFC 3629), 0 when none does. */
static size_t utf8_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Overlong forms, surrogates and values past the last plane are not characters. */
static int utf8_in_range(uint32_t code, size_t length)
{
    if (length == 3)
        return code >= 0x800 && (code < 0xD800 || code > 0xDFFF);
    return length != 4 || (code >= 0x10000 && code <= 0x10FFFF);
}

size_t tt_utf8_next(const char *text, size_t size, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = size > 0 ? utf8_length(at[0]) : 0;
    uint32_t value;

    if (length == 0 || length > size)
        return 0;
    value = length == 1 ? at[0] : at[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3F);
    }
    if (!utf8_in_range(value, length))
        return 0;
    *code = value;
    return length;
}

int tt_utf8_is(const char *text, size_t size)
{
    uint32_t code;

    for (size_t at = 0; at < size;) {
        size_t length = tt_utf8_next(text + at, size - at, &code);

        if (length == 0)
            return 0;
        at += length;
    }
    return 1;
}

/* Ranges of code points that are invisible or steer the display (Unicode 15, Cc, Cf, Zl, Zp). */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
    {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

int tt_text_hidden(uint32_t code)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return 1;
    /* Noncharacters: no font has them, and terminals differ. */
    return (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
}

void tt_text_display(tt_buf *buf, const char *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint32_t code = 0;
        size_t length = tt_utf8_next(data + at, size - at, &code);

        if (length == 0 || (length == 1 && tt_text_hidden(code)))
            tt_buf_printf(buf, "\\x%02x", (unsigned char)data[at]);
        else if (tt_text_hidden(code))
            tt_buf_printf(buf, "\\u{%04X}", (unsigned)code);
        else if (code == '\\')
            tt_buf_add(buf, "\\\\", 2);
        else
            tt_buf_add(buf, data + at, length);
        at += length ? length : 1;
    }
}

int tt_number_parse(const char *text, size_t size, uint64_t *out)
{
    uint64_t value = 0;

    if (size == 0)
        return -1;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(value, 10u, &value)
            || __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
            return -1;
    }
    *out = value;
    return 0;
}

const char *tt_size_text(uint64_t bytes, char out[16])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t unit = 1, tenths;
    size_t which = 0;

    if (bytes < 1000) {
        (void)snprintf(out, 16, "%u B", (unsigned)bytes);
        return out;
    }
    /* In whole numbers: a decimal point would be a comma in some locales. 999.95 is 1.0 of the next. */
    do {
        unit *= 1000;
        which++;
        tenths = bytes / (unit / 10);
        tenths += bytes % (unit / 10) >= unit / 20;
    } while (tenths >= 10000 && which < sizeof units / sizeof units[0] - 1);
    (void)snprintf(out, 16, "%u.%u %s", (unsigned)(tenths / 10), (unsigned)(tenths % 10),
                   units[which]);
    return out;
}
