/* sha1_avx512: SHA-1 of 16 streams by AVX-512. */
#include "digest/kernels.h"
#include "digest/vector_avx512.h"

#if defined(__x86_64__)

#include "digest/lanes_sha1.h"

V_TARGET void tt_sha1_avx512(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha1_lanes(state, data, blocks);
}

#endif
