/* md5_avx2: MD5 of 16 or 8 streams by AVX2. */
#include "digest/kernels.h"
#include "digest/vector_avx2.h"

#if defined(__x86_64__)

#include "digest/lanes_md5.h"

V_TARGET void tt_md5_avx2_16(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 2);
}

V_TARGET void tt_md5_avx2_8(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 1);
}

#endif
