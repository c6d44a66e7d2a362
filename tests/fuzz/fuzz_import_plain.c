/* fuzz_import_plain: tt_plain_read, tt_plain_bid, tt_sums_row, tt_import_hex_decode. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("plain list", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, ".txt", out, room);
}
