/*
 * fuzz_unpack_android: Android's backups, and the border to zlib that they are read through.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 2);
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const heads[] = {"ANDROID BACKUP\n5\n1\nnone\n", "ANDROID BACKUP\n4\n0\nnone\n",
                                        "ANDROID BACKUP\n5\n1\nAES-256\n"};
    kit_member members[] = {{"apps/a/f/b", kit_noise(40)}};
    bytes b, tar;
    uLongf packed = 0;

    if (index >= sizeof heads / sizeof heads[0])
        return (free(members[0].content.data), 0);
    b = kit_copy(heads[index], strlen(heads[index]));
    tar = kit_archive("ustar", NULL, members, 1);
    if (index == 1) {
        kit_add(&b, tar.data, tar.size);
    } else {
        packed = compressBound(tar.size);
        uint8_t *bytes_packed = malloc(packed);
        compress2(bytes_packed, &packed, tar.data, tar.size, 9);
        kit_add(&b, bytes_packed, packed);
        free(bytes_packed);
    }
    free(tar.data);
    free(members[0].content.data);
    return fuzz_give(b, out, room);
}
