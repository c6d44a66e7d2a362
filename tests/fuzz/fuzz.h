/*
 * fuzz: what a fuzz target offers.
 *
 * A target is one file, tests/fuzz/fuzz_NAME.c. Under clang it becomes a libFuzzer program
 * (`make fuzz-smoke`); in every variant it is also built with driver.c and replays its seeds, and
 * mutations of them, as an ordinary test. Seeds are the text files under tests/data/fuzz/NAME/, and
 * what fuzz_seed makes, for formats that are not text.
 */
#ifndef TT_TESTS_FUZZ_H
#define TT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Run the code under test over the input. Always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Optional. Write the index-th made seed, at most `room` bytes, to `out`; its size, or 0 when
 * there is no such seed.
 */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room) __attribute__((weak));

/* What held of every input: else this one is a finding. */
__attribute__((unused)) static void must(int held)
{
    if (!held)
        abort();
}

#endif
