/*
 * search: digests that stand in text, as hexadecimal digits in ASCII or UTF-16.
 *
 * Any 31 bytes hold a whole block of 8 that begins at a multiple of 24. So the least run, of 32 digits in
 * ASCII, fills such a block, and one in UTF-16, of either order, fills every other byte of one or more. Blocks are
 * looked at for that alone, two at a time, and few of them more closely; two thirds of all bytes need not be looked
 * at. A run that is known is not looked at again: text of nothing but digits costs no more than a few times its
 * bytes.
 */
#include "mention/mention.h"

#include <string.h>

#define BLOCK      8u
#define STRIDE     24u
#define DIGITS_MAX 64u

typedef uint8_t bytes16 __attribute__((vector_size(2 * BLOCK)));
typedef uint64_t words2 __attribute__((vector_size(2 * BLOCK)));

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
    tt_mention_told *told;
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
    return p->told(p->user, p->from + at, algorithm, digest, p->error);
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

/* Does a block of digits (ff for each) have one at every even place, or at every odd one? */
static inline int may_hold(uint64_t digits)
{
    const uint64_t evens = UINT64_C(0x00ff00ff00ff00ff);

    return (digits & evens) == evens || (digits & ~evens) == ~evens;
}

/* This block and the next: bits 0 and 1. */
static inline unsigned see_two(const uint8_t *block)
{
    words2 both;
    bytes16 here, number, letter;

    memcpy(&both, block, BLOCK);
    memcpy((uint8_t *)&both + BLOCK, block + STRIDE, BLOCK);
    here = (bytes16)both;
    number = here - '0';
    letter = (here | 32) - 'a';
    both = (words2)((bytes16)(number < 10) | (bytes16)(letter < 6));
    return (unsigned)may_hold(both[0]) | (unsigned)may_hold(both[1]) << 1;
}

/* Two blocks at a time: behind a piece there is slack. */
tutela_status tt_mentions_run(tt_mentions *mentions, const uint8_t *data, uint64_t from,
                              size_t size, uint64_t to, tt_mention_told *told, void *user,
                              tutela_error *error)
{
    const piece p = {data, from, size, told, user, error};
    uint64_t at = mentions->next;

    for (; at < to; at += 2 * STRIDE) {
        unsigned seen = see_two(data + (at - from));

        if (seen & 1)
            TT_TRY(see_block(mentions, &p, (size_t)(at - from)));
        if (seen & 2)
            TT_TRY(see_block(mentions, &p, (size_t)(at - from) + STRIDE));
    }
    mentions->next = at;
    return TUTELA_OK;
}
