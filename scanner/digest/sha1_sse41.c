/* sha1_sse41: SHA-1 of 4 streams by SSE4.1. */
#include "digest/kernels.h"
#include "digest/vector_sse41.h"

#if defined(__x86_64__)

#include "digest/lanes_sha1.h"

V_TARGET void tt_sha1_sse41(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha1_lanes(state, data, blocks);
}

#endif
