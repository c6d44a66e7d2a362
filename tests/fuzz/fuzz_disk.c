/*
 * fuzz_disk: the image of a disk, one deep. All bytes of the input must be told once and in order, every item
 * must end, and where it is an image the numbers of its coverage must sum to its size.
 */
#include "fuzz_unpack.h"

#include "unit/disk_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tt_budget budget = {
        .depth = 1, .entries = 200, .expanded = 1 << 20, .spool_memory = 4 << 20};
    bytes b = {(uint8_t *)data, size};
    const kit_log *log = fuzz_open(b, &budget, 0);

    for (size_t i = 0; i < log->count; i++) {
        uint64_t sum = 0;
        for (size_t k = 0; k < TUTELA_COVER_COUNT; k++)
            sum += log->items[i].cover.bytes[k];
        must(sum == 0 || sum == log->items[i].content.size);
    }
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    fat_disk fat = fat_new(64);
    bytes one = kit_noise(700), two = kit_noise(40);
    disk_part part = {fat.image, 1};
    bytes disk;
    size_t size = 0;

    (void)fat_add(&fat, "ONE     BIN", one);
    (void)fat_add(&fat, "TWO     BIN", two);
    if (index == 1)
        fat_delete(&fat, 0);
    disk = disk_of(&part, 1);
    if (index < 2 && fat.image.size <= room)
        memcpy(out, fat.image.data, size = fat.image.size);
    else if (index == 2 && disk.size <= room)
        memcpy(out, disk.data, size = disk.size);
    free(disk.data);
    free(fat.image.data);
    free(one.data);
    free(two.data);
    return size;
}
