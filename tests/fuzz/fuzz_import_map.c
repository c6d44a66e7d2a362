/*
 * fuzz_import_map: tt_csv_map_read, tt_csv_mapped. The first line of an input is the map, the rest the
 * list.
 */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    char map[256];
    size_t length = end ? (size_t)(end - data) : 0;

    if (!end || length >= sizeof map)
        return 0;
    memcpy(map, data, length);
    map[length] = '\0';
    fuzz_mapped = map;
    fuzz_import(NULL, end + 1, size - length - 1);
    fuzz_mapped = NULL;
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const maps[] = {
        "md5=1,sha1=2,size=3\n", "hash=HashValue,id=No,separator=;\n",
        "md5=MD5,sha1=SHA-1,category=Category,date=Updated,separator=comma\n", "md5=0,=,\n"};
    size_t length = index / 3 < 4 ? strlen(maps[index / 3]) : 0;

    if (length == 0)
        return 0;
    memcpy(out, maps[index / 3], length);
    return length + sample_seed(index % 3, index % 3 == 2 ? "" : ".csv", out + length, room - length);
}
