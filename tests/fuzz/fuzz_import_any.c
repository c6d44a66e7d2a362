/* fuzz_import_any: tt_import_file, with every bid and whichever reader bids most. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(NULL, data, size);
    return 0;
}

/* Each sample as it is, and as UTF-16 of either order, byte by byte: most are ASCII. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    int form = (int)(index % 3);
    size_t size = sample_seed(index / 3, "", out, form ? room / 2 - 2 : room);

    if (form == 0 || size == 0)
        return size;
    for (size_t i = size; i-- > 0;) {
        uint8_t byte = out[i];
        out[2 * i + 2] = form == 1 ? byte : 0;
        out[2 * i + 3] = form == 1 ? 0 : byte;
    }
    memcpy(out, form == 1 ? "\xFF\xFE" : "\xFE\xFF", 2);
    return 2 * size + 2;
}
