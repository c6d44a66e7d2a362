/*
 * secrets: see secrets.h.
 */
#include "unpack/secrets.h"

#include "base/cursor.h"
#include "base/text.h"

static size_t put_utf16(uint32_t code, uint8_t *out)
{
    if (code < 0x10000) {
        tt_store16(out, (uint16_t)code);
        return 2;
    }
    code -= 0x10000;
    tt_store16(out, (uint16_t)(0xd800 | code >> 10));
    tt_store16(out + 2, (uint16_t)(0xdc00 | (code & 0x3ff)));
    return 4;
}

size_t tt_secret_utf16(const tt_secret *secret, uint8_t out[TT_SECRET_UTF16_SIZE])
{
    const char *text = (const char *)secret->bytes;
    int utf8 = tt_utf8_is(text, secret->size);
    size_t done = 0;

    for (size_t at = 0, step = 1; at < secret->size && at < TT_SECRET_SIZE; at += step) {
        uint32_t code = secret->bytes[at];
        if (utf8)
            step = tt_utf8_next(text + at, secret->size - at, &code);
        done += put_utf16(code, out + done);
    }
    return done;
}
