/* t_import_hex: hashsets/import/hex.c, against the plain decoder of base/text. */
#include "tap.h"

#include "base/text.h"
#include "hashsets/import/hex.h"

/* Every byte value at every place of a run, and runs of every length. */
static void bytes(void)
{
    char text[24];
    uint8_t out[12], want[12];
    size_t wrong = 0;

    for (size_t length = 0; length <= 24; length += 2)
        for (size_t at = 0; at < length; at++)
            for (int byte = 0; byte < 256; byte++) {
                for (size_t i = 0; i < length; i++)
                    text[i] = "0123456789abcdefABCDEF99"[(i * 7 + at) % 22];
                text[at] = (char)byte;
                int status = tt_hex_decode(text, length, want);
                wrong += tt_import_hex_decode(text, length, out) != status;
                wrong += status == 0 && memcmp(out, want, length / 2) != 0;
            }
    is_u64(wrong, 0, "every byte at every place");
}

/* Two odd bytes side by side, where a carry of one could hide the other. */
static void pairs(void)
{
    char text[8];
    uint8_t out[4], want[4];
    size_t wrong = 0;

    for (int first = 0; first < 256; first++)
        for (int second = 0; second < 256; second++)
            for (size_t at = 0; at < 7; at++) {
                memset(text, 'f', sizeof text);
                text[at] = (char)first;
                text[at + 1] = (char)second;
                int status = tt_hex_decode(text, 8, want);
                wrong += tt_import_hex_decode(text, 8, out) != status;
                wrong += status == 0 && memcmp(out, want, 4) != 0;
            }
    is_u64(wrong, 0, "every pair at every place");
}

int main(void)
{
    bytes();
    pairs();
    return tap_done();
}
