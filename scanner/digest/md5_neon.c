/* md5_neon: MD5 of 8 or 4 streams by NEON. */
#include "digest/kernels.h"
#include "digest/vector_neon.h"

#if defined(__aarch64__)

#include "digest/lanes_md5.h"

V_TARGET void tt_md5_neon_8(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 2);
}

V_TARGET void tt_md5_neon_4(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 1);
}

#endif
