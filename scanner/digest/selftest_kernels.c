/*
 * selftest_kernels: asks kernels block by block, past everything that chooses between them.
 *
 * All lanes begin at once with messages of unequal length, and each lane goes as far as the shortest
 * that is not at its end: so a kernel is asked for one block and for many in a call, and wrong blocks
 * or lanes that mix show, since no two messages begin alike.
 */
#include "base/mem.h"
#include "digest/cpu.h"
#include "digest/digest.h"
#include "digest/selftest.h"

#include <endian.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#define LENGTH 8u /* bytes of the count of bits that ends a message */
/* Odd, so that messages stand at all kinds of addresses. */
#define ROOM (TT_ANSWER_MAX + 2 * TT_BLOCK + 1)

/* The messages, ended as an algorithm wants them. */
typedef struct material {
    uint8_t *bytes; /* ROOM for each */
    size_t blocks[TT_ANSWERS];
    uint32_t wrong[TT_ANSWERS]; /* lanes that gave another answer */
} material;

/* What a kernel works on. A lane with nothing left is idle. */
typedef struct front {
    const tt_kernel *kernel;
    alignas(64) uint32_t state[TT_KERNEL_STREAMS];
    const uint8_t *data[TT_KERNEL_LANES];
    size_t message[TT_KERNEL_LANES];
    size_t left[TT_KERNEL_LANES]; /* blocks */
} front;

/* RFC 1321, 3.1 and 3.2; FIPS 180-4, 5.1.1. */
static void prepare(material *m, int algorithm)
{
    for (size_t i = 0; i < TT_ANSWERS; i++) {
        const tt_answer *answer = tt_answer_at(i);
        uint8_t *bytes = m->bytes + i * ROOM;
        uint64_t bits = (uint64_t)answer->size * 8;

        bits = algorithm == TUTELA_MD5 ? htole64(bits) : htobe64(bits);
        m->blocks[i] = (answer->size + 1 + LENGTH + TT_BLOCK - 1) / TT_BLOCK;
        tt_answer_bytes(answer, bytes);
        bytes[answer->size] = 0x80;
        memcpy(bytes + m->blocks[i] * TT_BLOCK - LENGTH, &bits, LENGTH);
    }
}

static void start(front *f, const material *m, size_t first)
{
    unsigned lanes = f->kernel->lanes;
    const uint32_t *state = tt_kernel_first(f->kernel->algorithm);

    for (unsigned lane = 0; lane < lanes; lane++) {
        f->message[lane] = (first + lane) % TT_ANSWERS;
        f->data[lane] = m->bytes + f->message[lane] * ROOM;
        f->left[lane] = m->blocks[f->message[lane]];
        for (unsigned w = 0; w < tt_kernel_words(f->kernel->algorithm); w++)
            f->state[w * lanes + lane] = state[w];
    }
}

static int is_right(const front *f, unsigned lane)
{
    int algorithm = f->kernel->algorithm;
    uint8_t digest[TT_STATE_WORDS * 4];

    for (unsigned w = 0; w < tt_kernel_words(algorithm); w++) {
        uint32_t word = f->state[w * f->kernel->lanes + lane];

        word = algorithm == TUTELA_MD5 ? htole32(word) : htobe32(word);
        memcpy(digest + 4 * w, &word, sizeof word);
    }
    return tt_answer_is(tt_answer_at(f->message[lane]), algorithm, digest);
}

/* To the end of the shortest message that is not at its end. 0 when all are. */
static int advance(front *f, material *m)
{
    size_t blocks = SIZE_MAX;

    for (unsigned lane = 0; lane < f->kernel->lanes; lane++)
        if (f->left[lane] > 0 && f->left[lane] < blocks)
            blocks = f->left[lane];
    if (blocks == SIZE_MAX)
        return 0;
    for (unsigned lane = 0; lane < f->kernel->lanes; lane++)
        if (f->left[lane] == 0) /* any bytes, enough of them */
            f->data[lane] = m->bytes + (TT_ANSWERS - 1) * ROOM;
    f->kernel->function(f->state, f->data, blocks);
    for (unsigned lane = 0; lane < f->kernel->lanes; lane++) {
        if (f->left[lane] == 0)
            continue;
        f->data[lane] += blocks * TT_BLOCK;
        f->left[lane] -= blocks;
        if (f->left[lane] == 0 && !is_right(f, lane))
            m->wrong[f->message[lane]] |= UINT32_C(1) << lane;
    }
    return 1;
}

/* "wrong in lanes 3, 7" */
static void tell_lanes(uint32_t lanes, char out[TT_SELFTEST_TEXT])
{
    size_t used = 0;

    for (unsigned lane = 0; lane < TT_KERNEL_LANES && used < TT_SELFTEST_TEXT; lane++)
        if (lanes >> lane & 1)
            used += (size_t)snprintf(out + used, TT_SELFTEST_TEXT - used, "%s%u",
                                     used ? ", " : "wrong in lanes ", lane);
}

static tutela_status note(tt_selftest *test, const tt_kernel *kernel, const material *m,
                          tutela_error *error)
{
    char detail[TT_SELFTEST_TEXT];

    for (size_t i = 0; i < TT_ANSWERS; i++) {
        tell_lanes(m->wrong[i], detail);
        TT_TRY(tt_selftest_note(test, m->wrong[i] == 0, detail, error,
                                "%s, %s, %u %s: %zu bytes", tt_digest_name(kernel->algorithm),
                                kernel->name, kernel->lanes, kernel->lanes > 1 ? "lanes" : "lane",
                                tt_answer_at(i)->size));
    }
    return TUTELA_OK;
}

tutela_status tt_selftest_kernel(tt_selftest *test, const tt_kernel *kernel, tutela_error *error)
{
    TT_AUTO_FREE uint8_t *bytes = tt_alloc(TT_ANSWERS, ROOM);
    material m = {.bytes = bytes};
    front f = {.kernel = kernel};

    if (!bytes)
        return tt_no_memory(error);
    prepare(&m, kernel->algorithm);
    for (size_t first = 0; first < TT_ANSWERS; first++) {
        start(&f, &m, first);
        while (advance(&f, &m))
            continue;
    }
    return note(test, kernel, &m, error);
}

tutela_status tt_selftest_kernels(tt_selftest *test, tutela_error *error)
{
    const tt_kernel *kernel;

    test->group = "digest kernels";
    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++)
        if ((kernel->needs & ~tt_cpu_features()) == 0)
            TT_TRY(tt_selftest_kernel(test, kernel, error));
    return TUTELA_OK;
}
