/* sha1_plain: SHA-1 of one stream in plain C. */
#include "digest/kernels.h"
#include "digest/vector_plain.h"

#include "digest/lanes_sha1.h"

void tt_sha1_plain(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    sha1_lanes(state, data, blocks);
}
