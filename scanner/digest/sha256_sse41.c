/* sha256_sse41: SHA-256 of 4 streams by SSE4.1. */
#include "digest/kernels.h"
#include "digest/vector_sse41.h"

#if defined(__x86_64__)

#include "digest/lanes_sha256.h"

V_TARGET void tt_sha256_sse41(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha256_lanes(state, data, blocks);
}

#endif
