/* fuzz_import_encase: tt_encase_read, tt_encase_bid. */
#include "fuzz_import.h"

#define HEADER 0x480u
#define RECORD 18u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("EnCase .hash", data, size);
    return 0;
}

/* 40 records; the second seed with a lie in its header, the third cut short. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    size_t size = HEADER + 40 * RECORD;

    if (index > 2 || room < size)
        return 0;
    memset(out, 0, size);
    memcpy(out, "HASH\r\n\xff\0\2\0\0\0\1\0\0\0\x28", 17);
    for (size_t i = 0; i < 40 * RECORD; i++)
        if (i % RECORD < 16)
            out[HEADER + i] = (uint8_t)(i * 37 >> 1);
    if (index == 1)
        memset(out + 16, 0xff, 4);
    return index == 2 ? size - 7 : size;
}
