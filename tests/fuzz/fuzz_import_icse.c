/* fuzz_import_icse: tt_icse_read, tt_icse_bid. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("Interpol ICSE CSV", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, ".csv", out, room);
}
