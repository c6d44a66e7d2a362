/* fuzz_import_tsk: tt_tsk_read, tt_tsk_bid. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("TSK index", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, ".idx", out, room);
}
