/* signs_end_avx2: the search for a zip's end record by AVX2. */
#if defined(__x86_64__)

#define PAIRS_SIZE 32
#include "unpack/signs_end_blocks.h"

__attribute__((target("avx2"))) size_t tt_end_avx2(const uint8_t *data, size_t blocks)
{
    return last_block(data, blocks);
}

#endif
