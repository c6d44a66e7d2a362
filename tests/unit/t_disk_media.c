/* t_disk_media: what AFF, E01, QCOW, VHD, VHDX and VMDK hold is what was put in, whole and anywhere. */
#include "media_kit.h"

#define DISK (3u << 20)

/* Where the image is larger than the disk, whose size its form cannot tell, there are zeros. */
static int same(bytes disk, uint64_t at, const uint8_t *got, size_t size)
{
    size_t of_disk = at < disk.size ? disk.size - at : 0;

    of_disk = of_disk < size ? of_disk : size;
    for (size_t i = of_disk; i < size; i++)
        if (got[i] != 0)
            return 0;
    return memcmp(got, disk.data + (of_disk ? at : 0), of_disk) == 0;
}

static void anywhere(const form *f, opened *o, bytes disk)
{
    static uint8_t buffer[200000];
    uint64_t size = tt_media_stream(o->media)->size;
    int wrong = 0;

    for (int i = 0; i < 150; i++) {
        uint64_t at = kit_random(size + 10);
        size_t ask = (size_t)kit_random(i % 2 ? 600 : sizeof buffer), got;
        uint64_t want = at >= size ? 0 : ask < size - at ? ask : size - at;
        tt_trouble trouble;

        got = kit_read(o, at, buffer, ask, &trouble);
        wrong += got != want || trouble.status != TUTELA_ITEM_CLEAR || !same(disk, at, buffer, got);
    }
    is_i64(wrong, 0, "%s: the same anywhere", f->name);
}

static void whole(const form *f, opened *o, bytes disk)
{
    tt_stream *medium = tt_media_stream(o->media);
    uint8_t *all = malloc(medium->size + 1);
    tt_trouble trouble;
    size_t got = 0;

    ok(tt_stream_read(medium, all, medium->size + 1, &got, &trouble, NULL) == TUTELA_OK
           && trouble.status == TUTELA_ITEM_CLEAR, "%s: read to its end", f->name);
    is_u64(got, medium->size, "%s: as many bytes as it says", f->name);
    ok(same(disk, 0, all, got), "%s: the same bytes", f->name);
    ok(tt_media_verify(o->media, &trouble, NULL) == TUTELA_OK
           && trouble.status == TUTELA_ITEM_CLEAR, "%s: its digest fits", f->name);
    free(all);
}

static void forms_of(size_t size)
{
    bytes disk = kit_disk(size);

    for (size_t i = 0; i < FORMS; i++) {
        bytes image = kit_make(&forms[i]);
        opened o;

        if (!image.data) {
            skip(1, forms[i].name);
            continue;
        }
        kit_open(&o, forms[i].kind, image);
        if (ok(o.media != NULL, "%s: opened (%s)", forms[i].name, o.trouble.reason)) {
            uint64_t is = tt_media_stream(o.media)->size;
            ok(is >= disk.size && is < disk.size + 65536, "%s: of its size", forms[i].name);
            anywhere(&forms[i], &o, disk);
            whole(&forms[i], &o, disk);
            tt_media_close(o.media);
        }
        for (size_t k = 0; k < FORMS; k++)
            is_i64(forms[k].fits(image.data, 64), forms[k].kind == forms[i].kind ? 2 : 0,
                   "%s: known by its first bytes, as no other", forms[i].name);
        free(image.data);
    }
    free(disk.data);
}

/* What cannot be opened alone: why. */
static void refused(const char *program, const char *arguments, const char *file,
                    const tt_media_kind *kind, tutela_item_status status, const char *reason)
{
    bytes image;
    opened o;

    if (kit_run(program, arguments) != 0 || !(image = kit_load(file)).data) {
        skip(1, arguments);
        return;
    }
    kit_open(&o, kind, image);
    if (o.trouble.status == TUTELA_ITEM_UNSUPPORTED
        && strcmp(o.trouble.reason, "a container that is not opened") == 0) {
        skip(1, kind->name);
    } else {
        ok(!o.media && o.trouble.status == status, "refused: %s (%s)", arguments, o.trouble.reason);
        is_text(o.trouble.reason, reason, "and why");
    }
    tt_media_close(o.media);
    free(image.data);
}

#define ANOTHER TUTELA_ITEM_UNSUPPORTED, "an image that needs another one"

static void not_alone(void)
{
    refused(QEMU, "create -f qcow2 -b raw -F raw n1", "n1", &tt_media_qcow, ANOTHER);
    refused(QEMU, "create -f vmdk m0 3M && qemu-img create -f vmdk -b m0 -F vmdk n2", "n2",
            &tt_media_vmdk, ANOTHER);
    refused(QEMU, "convert -f raw -O vmdk -o subformat=twoGbMaxExtentSparse raw n3.vmdk",
            "n3-s001.vmdk", &tt_media_vmdk, ANOTHER);
    refused(QEMU, "create -f qcow2 -o extended_l2=on,cluster_size=128k n5 1M", "n5", &tt_media_qcow,
            TUTELA_ITEM_UNSUPPORTED, "a method that is not known");
}

/* Clusters that are zeros by a mark, over what they held, and the rest written anew. */
static void zeroed(void)
{
    bytes image = {NULL, 0}, disk = {NULL, 0};
    opened o;

    if (kit_run("sh", "-c 'qemu-img convert -f raw -O qcow2 raw z && "
                      "qemu-io -c \"write -z 64k 192k\" -c \"write -P 7 1M 70k\" z && "
                      "qemu-img convert -O raw z z.raw'") == 0) {
        image = kit_load("z");
        disk = kit_load("z.raw");
    }
    if (!image.data || !disk.data) {
        skip(1, "qemu-io");
        return;
    }
    kit_open(&o, &tt_media_qcow, image);
    if (o.media) {
        anywhere(&(form){.name = "QCOW3 with marks"}, &o, disk);
        whole(&(form){.name = "QCOW3 with marks"}, &o, disk);
    } else {
        skip(1, o.trouble.reason);
    }
    tt_media_close(o.media);
    free(image.data);
    free(disk.data);
}

static uint64_t load_be(const uint8_t *at, int size)
{
    uint64_t value = 0;

    for (int i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

/* A VHD says where each block is; and of each sector in it whether it was ever written. */
static void blocks(bytes disk)
{
    static uint8_t buffer[65536];
    bytes image = {NULL, 0};
    tt_trouble trouble;
    uint8_t *entry;
    opened o;

    if (tt_media_vhd.close && kit_run(QEMU, "convert -f raw -O vpc -o force_size=on raw v") == 0)
        image = kit_load("v");
    if (!image.data) {
        skip(1, "VHD");
        return;
    }
    entry = image.data + load_be(image.data + load_be(image.data + 16, 8) + 16, 8);
    image.data[load_be(entry, 4) * 512] = 0xe7; /* not sectors 3 and 4 */
    image.data[load_be(entry, 4) * 512 + 2] = 0x7f; /* nor 16 */
    kit_open(&o, &tt_media_vhd, image);
    memset(disk.data + 3 * 512, 0, 1024);
    memset(disk.data + 16 * 512, 0, 512);
    if (ok(o.media != NULL, "a VHD with sectors that were never written")) {
        is_u64(kit_read(&o, 0, buffer, sizeof buffer, &trouble), sizeof buffer, "is read");
        ok(memcmp(buffer, disk.data, sizeof buffer) == 0, "and has zeros there");
        is_u64(kit_read(&o, 2 * 512 + 100, buffer, 600, &trouble), 600, "from within a sector to within another");
        ok(memcmp(buffer, disk.data + 2 * 512 + 100, 600) == 0, "too");
    }
    tt_media_close(o.media);
    entry[0] = 0x7f;
    kit_open(&o, &tt_media_vhd, image);
    if (ok(o.media != NULL, "a VHD with a block that is elsewhere")) {
        is_u64(kit_read(&o, 4096, buffer, 512, &trouble), 0, "is not read there");
        is_text(trouble.reason, "damaged or cut off", "and why");
        is_u64(kit_read(&o, 2 << 20, buffer, 512, &trouble), 512, "the next is");
        ok(memcmp(buffer, disk.data + (2 << 20), 512) == 0, "as it was");
    }
    tt_media_close(o.media);
    free(image.data);
}

int main(void)
{
    bytes disk;

    kit_folder = tap_folder();
    forms_of(DISK);
    not_alone();
    zeroed();
    forms_of(DISK + 7 * 512);
    disk = kit_disk(DISK);
    blocks(disk);
    free(disk.data);
    return tap_done();
}
