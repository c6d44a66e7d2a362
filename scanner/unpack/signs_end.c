/* signs_end: see signs_end.h. */
#include "unpack/signs_end_blocks.h"

#include "digest/cpu.h"

static size_t plain(const uint8_t *data, size_t blocks)
{
    return last_block(data, blocks);
}

static const tt_end_kernel kernels[] = {
#if defined(__x86_64__)
    {TT_CPU_AVX512, tt_end_avx512},
    {TT_CPU_AVX2, tt_end_avx2},
#endif
    {0, plain},
};

const tt_end_kernel *tt_end_kernel_at(size_t index)
{
    return index < sizeof kernels / sizeof kernels[0] ? &kernels[index] : NULL;
}

static tt_end_function *choose(void)
{
    uint32_t features = tt_cpu_features();
    const tt_end_kernel *kernel = kernels;

    while (kernel->needs & ~features)
        kernel++;
    return kernel->function;
}

/* The last that begins from `from` on and before `to`, of `size` bytes; NULL. */
static const uint8_t *last_between(const uint8_t *data, size_t size, size_t from, size_t to)
{
    const uint8_t *found;

    while ((found = memrchr(data + from, 'P', to - from))) {
        to = (size_t)(found - data);
        if (size - to >= TT_SIGN_SIZE && memcmp(found, TT_END_SIGN, TT_SIGN_SIZE) == 0)
            return found;
    }
    return NULL;
}

const uint8_t *tt_end_sign(const uint8_t *data, size_t size)
{
    tt_end_function *last = choose();
    size_t front = size % TT_END_BLOCK, blocks = size / TT_END_BLOCK;
    const uint8_t *found = NULL;

    /* Blocks stand at the end, what is less than one at the front. */
    while (!found && (blocks = last(data + front, blocks)) > 0) {
        size_t to = front + blocks * TT_END_BLOCK, from = to - TT_END_BLOCK;

        found = last_between(data, size, from > 0 ? from - 1 : 0, to);
        blocks--;
    }
    return found ? found : last_between(data, size, 0, front);
}
