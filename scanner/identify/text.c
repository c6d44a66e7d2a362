/*
 * text: is a head text?
 *
 * libmagic takes milliseconds to answer this, and most of what no signature knows is text. The test
 * is libmagic's own: in ASCII, its supersets and UTF-8 no control character but those that text
 * has; in UTF-16, which shows itself by a byte order mark, the same of its characters.
 */
#include "identify/signature.h"

#include <string.h>

/* What compilers of every processor make one register of. */
#define LANES 16u
typedef uint8_t lanes __attribute__((vector_size(LANES)));

/*
 * Bytes that are looked at. More would cost more than all signatures, and decide nothing: what has
 * no control character for so long is text, or begins with a text that says what it is.
 */
#define TEXT_HEAD 4096u

/* Bytes between two looks at what was found. */
#define BLOCK (16 * LANES)

/* BEL BS HT LF VT FF CR and ESC are in texts. */
static int is_control(unsigned c)
{
    return (c < 0x20 && c - 7 > 6 && c != 0x1b) || c == 0x7f;
}

/* The same of a whole block. */
static int block_has_control(const uint8_t *block)
{
    lanes found = {0};
    uint64_t any[LANES / sizeof(uint64_t)];

    for (size_t i = 0; i < BLOCK; i += LANES) {
        lanes c;
        memcpy(&c, block + i, LANES);
        found |= (lanes)((c < 0x20) & ((c - 7) > 6) & (c != 0x1b)) | (lanes)(c == 0x7f);
    }
    memcpy(any, &found, sizeof any);
    return (any[0] | any[1]) != 0;
}

static int is_utf16(const uint8_t *head, size_t size)
{
    size_t low = head[0] == 0xff ? 0 : 1;

    for (size_t i = 2; i + 1 < size; i += 2) {
        unsigned c = head[i + low] | (unsigned)head[i + 1 - low] << 8;
        if (is_control(c) || c >= 0xfffe)
            return 0;
    }
    return size >= 4 && size % 2 == 0;
}

int tt_text_is(const uint8_t *head, size_t size)
{
    size_t at = 0;

    if (size == 0)
        return 0;
    if (size > TEXT_HEAD)
        size = TEXT_HEAD;
    if (size >= 2 && ((head[0] == 0xff && head[1] == 0xfe) || (head[0] == 0xfe && head[1] == 0xff)))
        return is_utf16(head, size);
    for (; size - at >= BLOCK; at += BLOCK)
        if (block_has_control(head + at))
            return 0;
    for (; at < size; at++)
        if (is_control(head[at]))
            return 0;
    return 1;
}
