/*
 * fuzz_unpack_archive: every archive and compressed file that is opened, one deep.
 *
 * Covers the signs, the readers around libarchive and zlib, the zip's directory, the rar's blocks. All
 * bytes of the input must be told once and in order, sought or piped, and every item must end.
 */
#include "fuzz_unpack.h"

#include "unit/unpack_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_both(data, size, 1);
}

static bytes made_seed(size_t index, const kit_member *members)
{
    zip_part parts[] = {{.name = "a", .text = "aaaaaaaa"},
                        {.name = "b", .text = "bbbb", .unlisted = 1},
                        {.name = "c", .text = "cc", .flags = 1}};

    switch (index) {
    case 0:
        return zip_of(parts, 3, 5);
    case 1:
        return rar_of(members, 3, 0, 0x30);
    case 2:
        return rar5_of(members, 3);
    case 3:
        return cab_of(members, 3);
    default:
        return lha_of(members, 3, "-lh0-");
    }
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const writers[] = {"zip",  "7zip", "pax", "gnutar", "newc",
                                          "odc", "bin",  "arbsd", "xar"};
    static const char *const filters[] = {"gzip", "bzip2", "xz",  "lzma",
                                          "lzip", "zstd",  "lz4", "compress"};
    static const char text[] = "all work and no play all work and no play";
    kit_member members[] = {{"one", kit_noise(40)},
                            {"dir/two", kit_copy(text, sizeof text)},
                            {"three", kit_noise(13)}};
    bytes b = {NULL, 0};

    if (index < 5)
        b = made_seed(index, members);
    else if (index < 5 + 9)
        b = kit_archive(writers[index - 5], NULL, members, 3);
    else if (index < 5 + 9 + 8)
        b = kit_compress(filters[index - 14], text, sizeof text);
    for (size_t i = 0; i < 3; i++)
        free(members[i].content.data);
    return fuzz_give(b, out, room);
}
