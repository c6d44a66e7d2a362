/* hex: the two hex questions that are asked for every row (see hex.h). */
#include "hashsets/import/hex.h"

#include <endian.h>
#include <string.h>

/* One more than the digit's value, so that what is left out says "not hex". */
static const uint8_t digit_plus_one[256] = {
    ['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ['A'] = 11, 12, 13, 14, 15, 16,
    ['a'] = 11, 12, 13, 14, 15, 16,
};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight digits at once into four bytes. What is not 0 in the answer is no hex digit. */
static uint64_t decode_eight(const char *text, uint8_t *out)
{
    uint64_t in;

    memcpy(&in, text, sizeof in);
    in = le64toh(in);
    uint64_t letters = in >> 6 & EACH(1);
    uint64_t values = (in & EACH(0x0F)) + letters * 9;
    /* Digits are 0x30 to 0x39, letters 0x41 to 0x46 once their case bit is out. */
    uint64_t wrong = (in & ~(letters << 5) & EACH(0xF0)) ^ (EACH(0x30) + (letters << 4));
    wrong |= values & EACH(0x10);
    wrong |= ((values + EACH(6)) >> 4 & EACH(1)) ^ letters;
    uint64_t bytes = (values << 4 | values >> 8) & UINT64_C(0x00FF00FF00FF00FF);
    bytes = (bytes | bytes >> 8) & UINT64_C(0x0000FFFF0000FFFF);
    uint32_t made = htole32((uint32_t)(bytes | bytes >> 16));
    memcpy(out, &made, sizeof made);
    return wrong;
}

size_t tt_import_hex_run(const char *text, size_t size)
{
    uint8_t unused[4];
    size_t length = 0;

    while (length + 8 <= size && decode_eight(text + length, unused) == 0)
        length += 8;
    while (length < size && digit_plus_one[(uint8_t)text[length]])
        length++;
    return length;
}

int tt_import_hex_decode(const char *text, size_t digits, uint8_t *out)
{
    uint64_t wrong = 0;
    unsigned seen = 0; /* 0 less 1 sets all bits */
    size_t i = 0;

    for (; i + 8 <= digits; i += 8)
        wrong |= decode_eight(text + i, out + i / 2);
    for (; i + 1 < digits; i += 2) {
        unsigned high = digit_plus_one[(uint8_t)text[i]] - 1u;
        unsigned low = digit_plus_one[(uint8_t)text[i + 1]] - 1u;

        seen |= high | low;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return wrong != 0 || seen > 15 ? -1 : 0;
}
