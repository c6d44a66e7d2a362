/* fuzz_import_sums: tt_sums_read, tt_sums_bid, tt_sums_row. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("md5sum", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, ".txt", out, room);
}
