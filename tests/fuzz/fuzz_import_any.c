/* fuzz_import_any: tt_import_file, with every bid and whichever reader bids most. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(NULL, data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, "", out, room);
}
