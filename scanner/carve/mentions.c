/*
 * mentions: digests that stand in text, as hexadecimal digits in ASCII or UTF-16.
 *
 * A run of 32 digits fills one block of 16 bytes that begins at a multiple of 16, as ASCII; in UTF-16, of either
 * order, it fills every other byte of one, or more. So blocks are looked at for that alone, by vectors, and
 * few of them more closely. A run that is known is not looked at again: text of nothing but digits costs no
 * more than a few times its bytes.
 */
#include "carve/inner.h"

#include <string.h>

#define BLOCK      16u
#define DIGITS_MAX 64u

typedef uint8_t bytes16 __attribute__((vector_size(BLOCK), aligned(1), may_alias));
typedef uint64_t words2 __attribute__((vector_size(BLOCK)));

/* The value of a digit; more for what is none. */
static unsigned digit(uint8_t byte)
{
    unsigned number = byte - (unsigned)'0', letter = (byte | 32u) - (unsigned)'a';

    return number < 10 ? number : letter < 6 ? letter + 10 : 16;
}

static int is_digit(uint8_t byte)
{
    return digit(byte) < 16;
}

/* What is searched: a piece of the whole, and where it lies. */
typedef struct piece {
    const uint8_t *data;
    uint64_t from;
    size_t size;
    const tt_carve_sink *sink;
    void *user;
    tutela_error *error;
} piece;

/* `stride` 1 or 2: a digit each so many bytes, zeros between. */
static tutela_status tell(const piece *p, size_t at, size_t digits, size_t stride)
{
    uint8_t digest[DIGITS_MAX / 2];
    int algorithm;

    switch (digits) {
    case 32:
        algorithm = TUTELA_MD5;
        break;
    case 40:
        algorithm = TUTELA_SHA1;
        break;
    case 64:
        algorithm = TUTELA_SHA256;
        break;
    default:
        return TUTELA_OK;
    }
    for (size_t i = 0; i < digits / 2; i++)
        digest[i] = (uint8_t)(digit(p->data[at + 2 * i * stride]) << 4
                              | digit(p->data[at + (2 * i + 1) * stride]));
    return p->sink->mention(p->user, p->from + at, algorithm, digest, p->error);
}

/* Does a digit follow that of `at` in its run? The byte behind a piece is 0. */
static int goes_on(const piece *p, size_t at, size_t stride)
{
    return p->size - at > stride && is_digit(p->data[at + stride])
           && (stride == 1 || p->data[at + 1] == 0);
}

/* The run that the digit at `at` is of: told if it is a digest, and known from then on. */
static tutela_status see_run(tt_mentions *mentions, const piece *p, size_t at, size_t stride)
{
    uint64_t *known = &mentions->known[stride == 1 ? 0 : 1 + ((p->from + at) & 1)];
    size_t first = at, last = at, digits = 1;

    if (p->from + at < *known)
        return TUTELA_OK;
    while (digits <= DIGITS_MAX && first >= stride && is_digit(p->data[first - stride])
           && (stride == 1 || p->data[first - 1] == 0)) {
        first -= stride;
        digits++;
    }
    while (goes_on(p, last, stride)) {
        last += stride;
        digits++;
    }
    *known = p->from + last + stride;
    return tell(p, first, digits, stride);
}

static tutela_status see_block(tt_mentions *mentions, const piece *p, size_t at)
{
    unsigned even = 0, odd = 0;

    for (size_t i = 0; i < BLOCK; i += 2) {
        even += (unsigned)is_digit(p->data[at + i]);
        odd += (unsigned)is_digit(p->data[at + i + 1]);
    }
    if (even + odd == BLOCK)
        return see_run(mentions, p, at, 1);
    if (even == BLOCK / 2 && p->data[at + 1] == 0)
        TT_TRY(see_run(mentions, p, at, 2));
    if (odd == BLOCK / 2 && p->data[at + 2] == 0)
        TT_TRY(see_run(mentions, p, at + 1, 2));
    return TUTELA_OK;
}

/* Is every even byte of a block a digit, or every odd one? */
static inline int may_hold(const uint8_t *block)
{
    const uint64_t evens = UINT64_C(0x00ff00ff00ff00ff);
    bytes16 here = *(const bytes16 *)block;
    bytes16 number = here - '0', letter = (here | 32) - 'a';
    words2 digits = (words2)((bytes16)(number < 10) | (bytes16)(letter < 6));
    uint64_t both = digits[0] & digits[1];

    return (both & evens) == evens || (both & ~evens) == ~evens;
}

/* `to` is rounded up to a block: behind a piece there is slack. */
tutela_status tt_mentions_run(tt_mentions *mentions, const uint8_t *data, uint64_t from,
                              size_t size, uint64_t to, const tt_carve_sink *sink, void *user,
                              tutela_error *error)
{
    const piece p = {data, from, size, sink, user, error};

    for (uint64_t at = mentions->next; at < to; at += BLOCK) {
        if (may_hold(data + (at - from)))
            TT_TRY(see_block(mentions, &p, (size_t)(at - from)));
        mentions->next = at + BLOCK;
    }
    return TUTELA_OK;
}
