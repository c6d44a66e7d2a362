/* sha256_neon: SHA-256 of 4 streams by NEON. */
#include "digest/kernels.h"
#include "digest/vector_neon.h"

#if defined(__aarch64__)

#include "digest/lanes_sha256.h"

V_TARGET void tt_sha256_neon(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha256_lanes(state, data, blocks);
}

#endif
