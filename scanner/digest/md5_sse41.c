/* md5_sse41: MD5 of 8 or 4 streams by SSE4.1. */
#include "digest/kernels.h"
#include "digest/vector_sse41.h"

#if defined(__x86_64__)

#include "digest/lanes_md5.h"

V_TARGET void tt_md5_sse41_8(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 2);
}

V_TARGET void tt_md5_sse41_4(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 1);
}

#endif
