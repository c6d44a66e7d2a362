/* fuzz_import_ncmec: tt_ncmec_read, tt_ncmec_bid, tt_xml_read. */
#include "fuzz_import_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import("NCMEC XML", data, size);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    return xml_seed("ncmec.xml", index, out, room);
}
