/*
 * fuzz_unpack_rtf: RTF: pictures and objects in hexadecimal and binary, OLE 1, packages.
 *
 * All bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz.h"

#include "unit/rtf_kit.h"

static void must(int held)
{
    if (!held)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 1, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    kit_log log = kit_new();
    bytes b = {(uint8_t *)data, size};

    for (int piped = 0; piped < 2; piped++) {
        must((piped ? kit_run_pipe : kit_run)(&log, b, &budget) == TUTELA_OK);
        must(!log.wrong && kit_is(&log.items[0], data, size));
        for (size_t i = 0; i < log.count; i++)
            must(log.items[i].ended);
    }
    kit_free(&log);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    bytes plain = kit_copy("all work and no play all work", 29), package, object, b = nothing();
    size_t size;

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
    size = b.size <= room ? b.size : 0;
    memcpy(out, b.data, size);
    free(plain.data);
    free(package.data);
    free(object.data);
    free(b.data);
    return size;
}
