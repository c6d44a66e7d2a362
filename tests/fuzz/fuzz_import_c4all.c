/* fuzz_import_c4all: tt_c4all_read, tt_c4all_bid, tt_xml_read, in UTF-8 and UTF-16. */
#include "fuzz_import_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("C4All XML", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return xml_seed("c4all.xml", index, out, room);
}
