/* fuzz_import_vics: tt_vics_read, tt_vics_bid, tt_json_read. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("VICS JSON", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return sample_seed(index, ".json", out, room);
}
