/* fuzz_import_xml: seeds for the fuzz targets of the lists in XML. */
#ifndef TT_TESTS_FUZZ_IMPORT_XML_H
#define TT_TESTS_FUZZ_IMPORT_XML_H

#include "fuzz_import.h"

/* Bytes as UTF-16 with a mark: zeros between them, which for a seed will do. The new size. */
static size_t widen(uint8_t *out, size_t size, size_t room, int high_first)
{
    if (2 * size + 2 > room)
        return size;
    for (size_t i = size; i-- > 0;) {
        uint8_t byte = out[i];
        out[2 * i + 2] = high_first ? 0 : byte;
        out[2 * i + 3] = high_first ? byte : 0;
    }
    out[0] = high_first ? 0xFE : 0xFF;
    out[1] = high_first ? 0xFF : 0xFE;
    return 2 * size + 2;
}

/* The sample as it is, the same in UTF-16 of both orders, and what no list needs. */
static size_t xml_seed(const char *sample, size_t index, uint8_t *out, size_t room)
{
    static const char odd[] =
        "<!DOCTYPE ReportIndex [<!ENTITY a SYSTEM 'x'><!ENTITY b '&a;&a;'>]><!-- c --><?p i?>"
        "<p:ReportIndex xmlns:p='q'><p:Image p:a='&#x41;&lt;'><hash><![CDATA[0]]>&b;</hash>"
        "</p:Image></p:ReportIndex>";

    if (index > 3)
        return 0;
    if (index == 3) {
        memcpy(out, odd, sizeof odd - 1);
        return sizeof odd - 1;
    }
    size_t size = sample_seed(0, sample, out, room);
    return index == 0 ? size : widen(out, size, room, index == 2);
}

#endif
