/* md5_avx512: MD5 of 32 or 16 streams by AVX-512. */
#include "digest/kernels.h"
#include "digest/vector_avx512.h"

#if defined(__x86_64__)

#include "digest/lanes_md5.h"

V_TARGET void tt_md5_avx512_32(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 2);
}

V_TARGET void tt_md5_avx512_16(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 1);
}

#endif
