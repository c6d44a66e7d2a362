/*
 * tnef_names: see tnef_names.h. A half of a pair that has no other half becomes U+FFFD.
 */
#include "unpack/tnef_names.h"

#include "base/cursor.h"

#include <string.h>

static void put_code(tt_buf *out, uint32_t code)
{
    uint8_t raw[4];
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t mark[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = size - 1; i > 0; i--) {
        raw[i] = (uint8_t)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    raw[0] = (uint8_t)(mark[size] | code);
    tt_buf_add(out, raw, size);
}

void tt_name_utf16(tt_buf *out, const uint8_t *text, size_t size)
{
    for (size_t at = 0; at + 2 <= size; at += 2) {
        uint32_t code = tt_load16(text + at), low = 0;

        if (code == 0)
            return;
        if (code >= 0xd800 && code < 0xdc00 && at + 4 <= size)
            low = tt_load16(text + at + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 2;
        } else if (code >= 0xd800 && code < 0xe000) {
            code = 0xfffd;
        }
        put_code(out, code);
    }
}

void tt_name_bytes(tt_buf *out, const uint8_t *text, size_t size)
{
    tt_buf_add(out, text, strnlen((const char *)text, size));
}
