/*
 * steps: takes one hot path a given number of times, for bench/counts to count its instructions.
 *
 *     steps facts                   the compiler of this build and the kernels of this processor
 *     steps kernel PLACE BLOCKS     that kernel (tt_kernel_at) over BLOCKS blocks in every lane
 *     steps one SET N SEED TIMES    look-ups one by one in a set of N entries (lists.c)
 *     steps many SET N SEED TIMES   the same, 256 a call
 *
 * What a path costs is the difference of two runs that differ in the number of times alone.
 */
#include "base/status.h"
#include "bench/digests.h"
#include "bench/program.h"
#include "digest/cpu.h"
#include "digest/kernels.h"
#include "hashsets/set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 256u

static void check(tutela_status status, const tutela_error *error)
{
    if (status != TUTELA_OK)
        die(error->text);
}

static const char *name_of(int algorithm)
{
    return algorithm == TUTELA_MD5 ? "MD5" : algorithm == TUTELA_SHA1 ? "SHA-1" : "SHA-256";
}

static void facts(void)
{
    const tt_kernel *kernel;
    const char *comma = "";

#if defined(__clang__)
    (void)printf("{\"compiler\":\"%s\",\"kernels\":[", __VERSION__);
#else
    (void)printf("{\"compiler\":\"gcc %s\",\"kernels\":[", __VERSION__);
#endif
    for (size_t i = 0; (kernel = tt_kernel_at(i)); i++) {
        if (kernel->needs & ~tt_cpu_features())
            continue;
        (void)printf("%s{\"place\":%zu,\"digest\":\"%s\",\"name\":\"%s\",\"lanes\":%u}", comma, i,
                     name_of(kernel->algorithm), kernel->name, kernel->lanes);
        comma = ",";
    }
    (void)printf("]}\n");
}

static void run_kernel(size_t place, size_t blocks)
{
    static uint32_t state[TT_KERNEL_STREAMS];
    const tt_kernel *kernel = tt_kernel_at(place);
    const uint8_t *data[TT_KERNEL_LANES];
    uint8_t *pool = calloc(blocks + 1, TT_BLOCK);

    if (!kernel || !pool || (kernel->needs & ~tt_cpu_features()))
        die("no such kernel here");
    for (size_t i = 0; i < kernel->lanes; i++)
        data[i] = pool;
    kernel->function(state, data, blocks);
    free(pool);
}

static uint64_t find(const tt_set *set, const uint8_t *digests, size_t many, int batched)
{
    tutela_error error = {0};
    tt_set_run runs[BATCH] = {0};
    uint64_t hits = 0;

    if (batched)
        check(tt_set_find_many(set, TUTELA_MD5, digests, DIGEST, many, runs, &error), &error);
    for (size_t i = 0; i < many; i++) {
        if (!batched)
            check(tt_set_find(set, TUTELA_MD5, digests + i * DIGEST, &runs[i].first, &runs[i].count,
                              &error),
                  &error);
        hits += runs[i].count;
    }
    return hits;
}

static void look_up(const char *path, uint64_t count, uint64_t seed, uint64_t times, int batched)
{
    uint8_t digests[BATCH * DIGEST];
    tutela_error error = {0};
    tt_set *set = NULL;
    uint64_t hits = 0, wanted = 0;

    check(tt_set_open(&set, path, &error), &error);
    for (uint64_t at = 0; at < times; at += BATCH) {
        for (size_t i = 0; i < BATCH; i++)
            wanted += (uint64_t)query_at(count, seed, at + i, digests + i * DIGEST);
        hits += find(set, digests, BATCH, batched);
    }
    if (hits != wanted)
        die("a look-up answered wrongly");
    tt_set_close(set);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (argc == 2 && strcmp(what, "facts") == 0)
        facts();
    else if (argc == 4 && strcmp(what, "kernel") == 0)
        run_kernel(number(argv[2]), number(argv[3]));
    else if (argc == 6 && (strcmp(what, "one") == 0 || strcmp(what, "many") == 0))
        look_up(argv[2], number(argv[3]), number(argv[4]), number(argv[5]), *what == 'm');
    else
        die("facts | kernel PLACE BLOCKS | one|many SET N SEED TIMES");
    return 0;
}
