/* fuzz_import_csv: tt_csv_read, tt_csv_bid, tt_csv_next, tt_csv_split. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("CSV", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, ".csv", out, room);
}
