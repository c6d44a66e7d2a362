/* hex: the two hex questions that are asked for every row (see hex.h). */
#include "hashsets/import/hex.h"

/* One more than the digit's value, so that what is left out says "not hex". */
static const uint8_t digit_plus_one[256] = {
    ['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ['A'] = 11, 12, 13, 14, 15, 16,
    ['a'] = 11, 12, 13, 14, 15, 16,
};

size_t tt_import_hex_run(const char *text, size_t size)
{
    size_t length = 0;

    while (length < size && digit_plus_one[(uint8_t)text[length]])
        length++;
    return length;
}

int tt_import_hex_decode(const char *text, size_t digits, uint8_t *out)
{
    unsigned seen = 0; /* 0 less 1 sets all bits */

    for (size_t i = 0; i + 1 < digits; i += 2) {
        unsigned high = digit_plus_one[(uint8_t)text[i]] - 1u;
        unsigned low = digit_plus_one[(uint8_t)text[i + 1]] - 1u;

        seen |= high | low;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return seen > 15 ? -1 : 0;
}
