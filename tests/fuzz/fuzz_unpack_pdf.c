/*
 * fuzz_unpack_pdf: PDF: qpdf as it is used here, the filters, the list of streams.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/pdf_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 1);
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const filters[] = {"/FlateDecode", "/ASCIIHexDecode", "/ASCII85Decode",
                                          "/RunLengthDecode", "/DCTDecode"};
    bytes (*const encode[])(bytes) = {enc_flate, enc_hex, enc_85, enc_runs};
    bytes plain = kit_copy("all work and no play all work and no play", 41), coded, b;
    char entries[200];
    pdf p = pdf_new();

    if (index > 5) {
        free(plain.data);
        free(p.out.data);
        return 0;
    }
    coded = index < 4 ? encode[index](plain) : index == 4 ? kit_copy(plain.data, 41)
                                                          : enc_lzw(plain, 1);
    snprintf(entries, sizeof entries, "/Filter [%s] /DecodeParms [<< /Predictor 1 >>] /Params << "
             "/Size 41 >>", index < 5 ? filters[index] : "/LZW");
    pdf_object(&p, 1, "<</Type/Catalog/AF[2 0 R]>>");
    pdf_object(&p, 2, "<</Type/Filespec/F(n)/EF<</F 3 0 R>>>>");
    pdf_stream(&p, 3, entries, coded);
    b = pdf_end(&p);
    free(plain.data);
    free(coded.data);
    return fuzz_give(b, out, room);
}
