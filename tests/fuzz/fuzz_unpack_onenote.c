/*
 * fuzz_unpack_onenote: a OneNote section, one deep. All bytes of the input must be told
 * once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_outlook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 1);
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    kit_member members[] = {{"one", kit_noise(40)}, {"two", kit_noise(13)}};
    bytes b = index == 0 ? one_of(members, 2) : (bytes){NULL, 0};

    for (size_t i = 0; i < 2; i++)
        free(members[i].content.data);
    return fuzz_give(b, out, room);
}
