/*
 * fuzz_unpack_html: `data:` URIs in pages, base64 and percent signs.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 1);
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const pages[] = {
        "<html><img src=\"data:image/png;base64,YWJj%2B&#43;\\/YWI=\"> url(data:;base64,YQ==)",
        "<!doctype html><a srcset=\"data:a/b;base64,YWJj 2x\" href='data:image/svg+xml,%3csvg/%3E'>",
        "<?xml version='1.0'?><svg><image href=\"data:;base64,YWJj\n YWJj\"/></svg>"};
    size_t size = index < 3 ? strlen(pages[index]) : 0;

    size = size <= room ? size : 0;
    memcpy(out, index < 3 ? pages[index] : "", size);
    return size;
}
