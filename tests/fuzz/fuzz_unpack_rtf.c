/*
 * fuzz_unpack_rtf: RTF: pictures and objects in hexadecimal and binary, OLE 1, packages.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/rtf_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 1);
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    bytes plain = kit_copy("all work and no play all work", 29), package, object, b = nothing();

    if (index > 2) {
        free(plain.data);
        free(b.data);
        return 0;
    }
    package = ole_package("a.bin", plain);
    object = ole_object(index == 1 ? "Package" : "Word.Document.8", package, &plain);
    PUT_TEXT(&b, RTF_HEAD);
    if (index == 0)
        put_picture(&b, "\\pngblip", plain);
    else
        put_object(&b, object);
    PUT_TEXT(&b, "{\\pict\\bin4 abcd}}");
    free(plain.data);
    free(package.data);
    free(object.data);
    return fuzz_give(b, out, room);
}
