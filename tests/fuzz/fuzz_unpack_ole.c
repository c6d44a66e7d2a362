/*
 * fuzz_unpack_ole: OLE2 compound files and the streams of documents that are opened, three deep.
 *
 * All bytes of the input must be told once and in order, sought or piped, every item must end, and no
 * sector may come out twice: out of compound files alone never more bytes come than they have.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_ole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 3, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    bytes b = {(uint8_t *)data, size};

    for (int piped = 0; piped < 2; piped++) {
        const kit_log *log = fuzz_open(b, &budget, piped);
        uint64_t out = 0;

        for (size_t i = 0; i < log->count; i++)
            out += log->items[i].depth == 1 ? log->items[i].content.size : 0;
        if (strcmp(log->items[0].format, "ole2") == 0)
            must(out <= size);
    }
    return 0;
}

static bytes pictures_seed(int in_entries)
{
    bytes jpeg = picture_of("\xff\xd8\xff\xe0", 4, 60), text = kit_copy("all work and no play", 20);
    bytes out = nothing(), one = nothing(), two = nothing(), list = nothing();

    put_blip(&one, 0xf01d, 0x46a, jpeg.data, jpeg.size);
    put_metafile(&two, 0xf01b, 0x217, text, 0);
    if (in_entries) {
        put_entry(&list, one);
        put_entry(&list, two);
        put_box(&out, 0xf001, list);
    } else {
        kit_add(&out, one.data, one.size);
        kit_add(&out, two.data, two.size);
    }
    free(jpeg.data);
    free(text.data);
    free(one.data);
    free(two.data);
    free(list.data);
    return out;
}

static bytes made_seed(size_t index)
{
    bytes pictures = pictures_seed(index == 2), noise = kit_noise(100), out = nothing(), package;
    ole_part parts[4];

    switch (index) {
    case 0:
        kit_add(&out, pictures.data, pictures.size);
        break;
    case 1:
        kit_add(&out, "\xff\0\0\0\x44\0\x64\0", 8);
        kit_add(&out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
        kit_add(&out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
        kit_add(&out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 28);
        kit_add(&out, pictures.data, pictures.size);
        break;
    case 2:
        free(out.data);
        out = excel_of(pictures, 70, 0x3c);
        break;
    case 3:
    case 4:
        package = package_of("a.bin", noise, 1);
        parts[0] = (ole_part){"Pictures", pictures};
        parts[1] = (ole_part){"store/\1Ole10Native", package};
        parts[2] = (ole_part){"store/noise", noise};
        parts[3] = (ole_part){"large", kit_noise(5000)};
        free(out.data);
        out = ole_of(parts, 4, index == 3 ? 9 : 12, 1);
        free(package.data);
        free(parts[3].content.data);
        break;
    case 5:
        free(out.data);
        out = package_of("a/b.bin", noise, 1);
        break;
    case 6:
        kit_add(&out, "\x0c\0\0\0\1\0\0\0\x64\0\0\0\xff\xd8\xff\xe0", 16);
        kit_add(&out, noise.data, 96);
        break;
    default:
        break;
    }
    free(pictures.data);
    free(noise.data);
    return out;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    bytes b = made_seed(index);

    return fuzz_give(b, out, room);
}
