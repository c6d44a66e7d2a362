/*
 * fuzz_import_zip: tt_zip_open, tt_zip_read, and tt_input_... with a zip file in front. What the zip
 * holds is read as whatever format bids most.
 */
#include "fuzz_import.h"

#include "unit/zip_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 2 && data[0] == 'P' && data[1] == 'K')
        fuzz_import(NULL, data, size);
    return 0;
}

/* A plain list stored, deflated, deflated with its sizes behind; NSRL's among others; none. */
size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const int ways[] = {0, ZIP_DEFLATED, ZIP_DEFLATED | ZIP_SIZES_BEHIND, ZIP_ENCRYPTED,
                               ZIP_ODD_METHOD};
    static uint8_t list[4096];
    zip_kit kit = {.data = out, .room = room};
    const char *sample = index < 5 ? "plain.txt" : "nsrl-2.txt";
    size_t size = sample_seed(0, sample, list, sizeof list);

    if (index > 6)
        return 0;
    if (index < 5) {
        zip_add(&kit, "list", list, size, ways[index]);
    } else if (index == 5) {
        zip_add(&kit, "a/NSRLProd.txt", list, size, ZIP_DEFLATED | ZIP_SIZES_BEHIND);
        zip_add(&kit, "a/NSRLFile.txt", list, size, ZIP_DEFLATED);
    }
    zip_end(&kit);
    return kit.size;
}
