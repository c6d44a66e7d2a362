/* sha1_neon: SHA-1 of 4 streams by NEON. */
#include "digest/kernels.h"
#include "digest/vector_neon.h"

#if defined(__aarch64__)

#include "digest/lanes_sha1.h"

V_TARGET void tt_sha1_neon(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha1_lanes(state, data, blocks);
}

#endif
