/* sha256_plain: SHA-256 of one stream in plain C. */
#include "digest/kernels.h"
#include "digest/vector_plain.h"

#include "digest/lanes_sha256.h"

void tt_sha256_plain(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha256_lanes(state, data, blocks);
}
