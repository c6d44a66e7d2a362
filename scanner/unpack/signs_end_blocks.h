/*
 * signs_end_blocks: the search for a zip's end record, for vectors of PAIRS_SIZE bytes; of 16, which every
 * processor has, where nobody says another.
 *
 * It looks at pairs of bytes: where these are counted from an even place, a sign that begins there is the
 * pair "PK", and one that begins at an odd place has the pair "K\5". So each byte is looked at once.
 */
#ifndef TT_UNPACK_SIGNS_END_BLOCKS_H
#define TT_UNPACK_SIGNS_END_BLOCKS_H

#include "unpack/signs_end.h"

#include <string.h>

#ifndef PAIRS_SIZE
#define PAIRS_SIZE 16
#endif

typedef uint16_t pairs __attribute__((vector_size(PAIRS_SIZE), aligned(1), may_alias));
typedef uint64_t words __attribute__((vector_size(PAIRS_SIZE)));

#define PAIRS (TT_END_BLOCK / sizeof(pairs))

__attribute__((always_inline)) static inline uint16_t pair(const char *bytes)
{
    uint16_t both;

    memcpy(&both, bytes, sizeof both);
    return both;
}

/* Always inlined: a vector that wide cannot be handed to a function which is not built for it. */
__attribute__((always_inline)) static inline size_t last_block(const uint8_t *data, size_t blocks)
{
    const uint16_t even = pair(TT_END_SIGN), odd = pair(&TT_END_SIGN[1]);

    for (; blocks > 0; blocks--) {
        const pairs *at = (const pairs *)(data + (blocks - 1) * TT_END_BLOCK);
        pairs seen = {0};
        words parts;
        uint64_t any = 0;

#pragma GCC unroll 16
        for (size_t i = 0; i < PAIRS; i++)
            seen |= (pairs)(at[i] == even) | (pairs)(at[i] == odd);
        memcpy(&parts, &seen, sizeof parts);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            any |= parts[i];
        if (any)
            break;
    }
    return blocks;
}

#endif
