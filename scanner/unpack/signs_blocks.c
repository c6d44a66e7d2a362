/*
 * signs_blocks: by which lines a text with a block of uuencode or yEnc in it is known.
 *
 * The block may stand anywhere in the first bytes that are looked at. A line that begins one must have
 * all that such a line has, and the line after it must be one of the block's.
 */
#include "unpack/signs.h"

#include <string.h>

/* First bytes that tell text from what is none, before all of the head is searched. */
#define TEXT_LOOK 256u
#define ODD_MAX 4u /* of them, that no text has: some damage is allowed for */
/* Control characters that it has, a bit each. */
#define PLAIN (1u << '\t' | 1u << '\n' | 1u << '\r' | 1u << '\f')

size_t tt_uu_count(const uint8_t *text, size_t size)
{
    size_t count, least;

    if (size == 0 || size > 1 + 84 + 1 || text[0] < ' ' || text[0] > '`')
        return TT_UU_NONE;
    count = (text[0] - 32u) & 63;
    for (size_t i = 1; i < size; i++)
        if (text[i] < ' ' || text[i] > '`')
            return TT_UU_NONE;
    /* One more for a checksum that some add; fewer, when spaces at the end were lost. */
    least = (count + 2) / 3 * 4 + 1;
    return size <= least + 1 ? count : TT_UU_NONE;
}

size_t tt_uu_begin(const uint8_t *text, size_t size)
{
    size_t at = 6, digits = 0;

    if (size > 13 && memcmp(text, "begin-base64 ", 13) == 0)
        at = 13;
    else if (size <= 6 || memcmp(text, "begin ", 6) != 0)
        return 0;
    for (; at < size && text[at] >= '0' && text[at] <= '7'; at++)
        digits++;
    if (digits < 3 || digits > 5 || at + 1 >= size || text[at] != ' ' || text[at + 1] <= ' ')
        return 0;
    return at + 1;
}

size_t tt_yenc_begin(const uint8_t *text, size_t size)
{
    const uint8_t *name;

    if (size < 9 || memcmp(text, "=ybegin ", 8) != 0)
        return 0;
    name = memmem(text, size, " name=", 6);
    if (!name || !memmem(text, size, " size=", 6) || !memmem(text, size, " line=", 6))
        return 0;
    return (size_t)(name + 6 - text);
}

static size_t line_size(const uint8_t *text, size_t size)
{
    const uint8_t *feed = memchr(text, '\n', size);
    size_t length = feed ? (size_t)(feed - text) : size;

    return length > 0 && text[length - 1] == '\r' ? length - 1 : length;
}

/* A line of base64, or the end of an empty block of it. */
static int is_base64(const uint8_t *text, size_t size)
{
    size_t at = 0;

    for (; at < size; at++) {
        uint8_t c = text[at], letter = c | 32;
        int other = (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
        if (!other && !(letter >= 'a' && letter <= 'z'))
            return 0;
    }
    return at >= 4 && at % 4 == 0;
}

static int uu_at(const uint8_t *text, size_t size)
{
    size_t length = line_size(text, size);
    const uint8_t *after = memchr(text, '\n', size);

    if (tt_uu_begin(text, length) == 0 || !after)
        return 0;
    after++;
    size -= (size_t)(after - text);
    size_t count = line_size(after, size);
    if (text[5] == '-')
        return is_base64(after, count);
    size_t bytes = tt_uu_count(after, count);
    /* An empty file, or a line that has as many characters as it says, or lost spaces only. */
    return bytes != TT_UU_NONE && count > 0
           && (bytes == 0 || count >= (bytes * 8 + 5) / 6 + 1 || count > 40);
}

static int yenc_at(const uint8_t *text, size_t size)
{
    return tt_yenc_begin(text, line_size(text, size)) > 0;
}

/* ---- Is it text, and which of its lines may begin a block, quickly ---------------------------- */

/* Of this many bytes any processor that is built for does several at once. */
#define STRIDE 64u
typedef uint8_t lanes __attribute__((vector_size(16)));

/* Behind which of these bytes does a line begin, with 'b' or '='? One more is read. */
static lanes starts(const uint8_t *text)
{
    lanes byte, next;

    memcpy(&byte, text, sizeof byte);
    memcpy(&next, text + 1, sizeof next);
    return (lanes)(byte == '\n') & ((lanes)(next == 'b') | (lanes)(next == '='));
}

/* And does one behind any of the STRIDE bytes? */
static int has_start(const uint8_t *text)
{
    lanes any = starts(text) | starts(text + 16) | starts(text + 32) | starts(text + 48);
    uint64_t half[2];

    memcpy(half, &any, sizeof half);
    return (half[0] | half[1]) != 0;
}

/* How many of the STRIDE bytes no text has. */
static size_t count_odd(const uint8_t *text)
{
    lanes odd = {0};
    uint64_t half[2];

    for (size_t i = 0; i < STRIDE; i += sizeof odd) {
        lanes byte;
        memcpy(&byte, text + i, sizeof byte);
        /* A comparison that holds is -1. */
        odd -= (lanes)(byte < ' ') & (lanes)(byte != '\t') & (lanes)(byte != '\n')
               & (lanes)(byte != '\r') & (lanes)(byte != '\f');
    }
    memcpy(half, &odd, sizeof half);
    return ((half[0] + half[1]) * UINT64_C(0x0101010101010101)) >> 56; /* the sum of eight bytes */
}

static int is_text(const uint8_t *head, size_t size)
{
    size_t i = 0, odd = 0;

    /* In strides as far as no line begins with '='. */
    while (i + STRIDE < size && i < TEXT_LOOK && odd <= ODD_MAX && head[0] != '='
           && !has_start(head + i)) {
        odd += count_odd(head + i);
        i += STRIDE;
    }
    for (; i < size && i < TEXT_LOOK && odd <= ODD_MAX; i++) {
        if (head[i] == '=' && (i == 0 || head[i - 1] == '\n'))
            return 1; /* yEnc may begin here, and is no text */
        odd += head[i] < ' ' && !(PLAIN >> head[i] & 1);
    }
    return odd <= ODD_MAX;
}

/* What the line that begins at `text` looks like, by its first bytes. */
static unsigned start(const uint8_t *text, size_t size)
{
    if (size >= 5 && memcmp(text, "begin", 5) == 0)
        return TT_BLOCK_UU;
    return size >= 8 && memcmp(text, "=ybegin ", 8) == 0 ? TT_BLOCK_YENC : 0;
}

unsigned tt_text_blocks(const uint8_t *head, size_t size)
{
    unsigned found = 0;
    size_t at = 0;

    if (!is_text(head, size))
        return 0;
    found = start(head, size);
    while (at < size) {
        size_t some = size - at < STRIDE ? size - at : STRIDE;
        if (size - at <= STRIDE || has_start(head + at))
            for (size_t i = at; i < at + some; i++)
                if (head[i] == '\n')
                    found |= start(head + i + 1, size - i - 1);
        at += some;
    }
    return found;
}

/* ---- Blocks in text -------------------------------------------------------------------------- */

/* 2: a block begins at the front; 1: at the front of another line; 0: none does. */
static int search(const uint8_t *head, size_t size, const char *sign,
                  int (*fits)(const uint8_t *, size_t))
{
    const uint8_t *end = head + size, *at = head;

    if (!is_text(head, size))
        return 0;
    if (fits(head, size))
        return 2;
    while ((at = memmem(at, (size_t)(end - at), sign, strlen(sign))) != NULL) {
        at++;
        if (fits(at, (size_t)(end - at)))
            return 1;
    }
    return 0;
}

int tt_fits_uuencode(const uint8_t *head, size_t size)
{
    return search(head, size, "\nbegin", uu_at);
}

int tt_fits_yenc(const uint8_t *head, size_t size)
{
    return search(head, size, "\n=ybegin ", yenc_at);
}
