/*
 * fuzz_unpack: what the fuzz targets of containers share. Include it behind the kit that makes their seeds.
 */
#ifndef TT_TESTS_FUZZ_UNPACK_H
#define TT_TESTS_FUZZ_UNPACK_H

#include "fuzz.h"

#include "unit/unpack_kit.h"

#include <stdlib.h>
#include <string.h>

/*
 * Open the input: all bytes of it must be told once and in order, and every item must end. The log of
 * what was told stands till the next.
 */
__attribute__((unused)) static const kit_log *fuzz_open(bytes b, const tt_budget *budget, int piped)
{
    static kit_log log; /* kept: it is large */

    if (!log.items)
        log = kit_new();
    must((piped ? kit_run_pipe : kit_run)(&log, b, budget) == TUTELA_OK);
    must(!log.wrong && kit_is(&log.items[0], b.data, b.size));
    for (size_t i = 0; i < log.count; i++)
        must(log.items[i].ended);
    return &log;
}

/* Sought and piped, so many containers deep. */
__attribute__((unused)) static int fuzz_both(const uint8_t *data, size_t size, unsigned depth)
{
    const tt_budget budget = {
        .depth = depth, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    bytes b = {(uint8_t *)(uintptr_t)data, size};

    (void)fuzz_open(b, &budget, 0);
    (void)fuzz_open(b, &budget, 1);
    return 0;
}

/* A seed's bytes, if there is room for them; they are freed. */
__attribute__((unused)) static size_t fuzz_give(bytes b, uint8_t *out, size_t room)
{
    size_t size = b.size <= room ? b.size : 0;

    if (size)
        memcpy(out, b.data, size);
    free(b.data);
    return size;
}

#endif
