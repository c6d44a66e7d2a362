/*
 * sha256: the compression function (FIPS 180-4, 6.2.2) by whichever kernel serves the number of
 * blocks. None of them branches or reads by what it digests.
 */
#include "digest/sha256.h"
#include "base/status.h"
#include "digest/cpu.h"
#include "digest/lanes.h"

#include <endian.h>
#include <pthread.h>
#include <stdalign.h>
#include <string.h>

#define LENGTH_SIZE 8u /* bytes of the count of bits that ends a message */

_Static_assert(TT_SHA256_BLOCK == TT_BLOCK && TT_SHA256_WORDS == TT_STATE_WORDS,
               "kernels of SHA-256 take these");

void tt_sha256_begin(uint32_t state[TT_SHA256_WORDS])
{
    memcpy(state, tt_kernel_first(TUTELA_SHA256), TT_SHA256_WORDS * sizeof *state);
}

/* Written once for the life of the process by `choose`, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static tt_lanes chosen;

static void choose(void)
{
    /* Plain C serves every machine. */
    (void)tt_lanes_choose(&chosen, TUTELA_SHA256, tt_cpu_features());
}

static const tt_kernel *kernel_for(size_t count)
{
    (void)pthread_once(&once, choose);
    return chosen.row[tt_lanes_row(&chosen, count)].kernel;
}

const char *tt_sha256_kernel(void)
{
    return kernel_for(1)->name;
}

const char *tt_sha256_kernel_many(void)
{
    return kernel_for(TT_KERNEL_LANES)->name;
}

void tt_sha256_block(uint32_t state[TT_SHA256_WORDS], const uint8_t *block)
{
    kernel_for(1)->function(state, &block, 1);
}

void tt_sha256_bytes(const void *data, size_t size, uint8_t out[TT_SHA256_SIZE])
{
    const tt_kernel *kernel = kernel_for(1);
    const uint8_t *whole = data;
    size_t rest = size % TT_SHA256_BLOCK;
    size_t ends = rest < TT_SHA256_BLOCK - LENGTH_SIZE ? 1 : 2; /* blocks */
    uint8_t last[2 * TT_SHA256_BLOCK] = {0};
    const uint8_t *end = last;
    uint64_t bits = htobe64((uint64_t)size * 8);
    uint32_t state[TT_SHA256_WORDS];

    tt_sha256_begin(state);
    if (size >= TT_SHA256_BLOCK)
        kernel->function(state, &whole, size / TT_SHA256_BLOCK);
    if (rest)
        memcpy(last, (const uint8_t *)data + (size - rest), rest);
    last[rest] = 0x80;
    memcpy(last + ends * TT_SHA256_BLOCK - LENGTH_SIZE, &bits, LENGTH_SIZE);
    kernel->function(state, &end, ends);
    for (size_t i = 0; i < TT_SHA256_WORDS; i++) {
        uint32_t word = htobe32(state[i]);
        memcpy(out + 4 * i, &word, sizeof word);
    }
}

/* Two words of one lane as a digest shows them. */
static void show_two(uint8_t *out, const uint32_t *words, size_t lanes)
{
    uint64_t both = htobe64((uint64_t)words[0] << 32 | words[lanes]);

    memcpy(out, &both, sizeof both);
}

static void show(const tt_sha256_many *many, size_t at, const uint32_t *words, size_t lanes)
{
    uint8_t *out = many->out + at * many->stride;

    show_two(out, words, lanes);
    show_two(out + 8, words + 2 * lanes, lanes);
    if (many->size == 16)
        return;
    show_two(out + 16, words + 4 * lanes, lanes);
    show_two(out + 24, words + 6 * lanes, lanes);
}

/* What a kernel starts with, laid out once and copied for each turn. */
typedef struct start {
    const tt_kernel *kernel;
    alignas(64) uint32_t state[TT_KERNEL_STREAMS];
} start;

static void prepare(start *s, const tt_kernel *kernel, const uint32_t *from)
{
    s->kernel = kernel;
    for (size_t w = 0; w < TT_SHA256_WORDS; w++)
        for (size_t lane = 0; lane < kernel->lanes; lane++)
            s->state[w * kernel->lanes + lane] = from[w];
}

/* One turn of a kernel with `count` of its lanes, from block number `at` on. */
static void take(const start *s, const tt_sha256_many *many, size_t at, size_t count)
{
    alignas(64) uint32_t state[TT_KERNEL_STREAMS];
    const uint8_t *data[TT_KERNEL_LANES];
    size_t lanes = s->kernel->lanes;

    memcpy(state, s->state, TT_SHA256_WORDS * lanes * sizeof *state);
    for (size_t lane = 0; lane < lanes; lane++) /* an idle lane does what the first does */
        data[lane] = many->blocks + (at + (lane < count ? lane : 0)) * TT_SHA256_BLOCK;
    s->kernel->function(state, data, 1);
    for (size_t lane = 0; lane < count; lane++)
        show(many, at + lane, state + lane, lanes);
}

void tt_sha256_block_many(const tt_sha256_many *many, size_t count)
{
    start s = {.kernel = NULL};

    for (size_t at = 0, part; at < count; at += part) {
        const tt_kernel *kernel = kernel_for(count - at);

        if (kernel != s.kernel)
            prepare(&s, kernel, many->from);
        part = count - at < kernel->lanes ? count - at : kernel->lanes;
        take(&s, many, at, part);
    }
}
