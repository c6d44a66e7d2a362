/* signs_end_avx512: the search for a zip's end record by AVX-512. */
#if defined(__x86_64__)

#define PAIRS_SIZE 64
#include "unpack/signs_end_blocks.h"

__attribute__((target("avx512f,avx512bw,avx512vl"))) size_t tt_end_avx512(const uint8_t *data, size_t blocks)
{
    return last_block(data, blocks);
}

#endif
