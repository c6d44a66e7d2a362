/* md5_plain_2: MD5 of two streams in turn, in plain C. */
#include "digest/kernels.h"
#include "digest/vector_plain.h"

#include "digest/lanes_md5.h"

void tt_md5_plain_2(uint32_t *state, const uint8_t *const *data, size_t blocks)
{
    md5_lanes(state, data, blocks, 2);
}
