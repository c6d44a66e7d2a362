/*
 * t_disk_reader: disks, and what is wrong with them. Those that others' tools make are in
 * tests/cli/images.t.
 */
#include "disk_kit.h"
#include "unpack_ask.h"

static bytes one, two, three;

/* A disk of the three, deleted ones among them by bits. */
static fat_disk sample(unsigned deleted)
{
    fat_disk d = fat_new(128);

    (void)fat_add(&d, "ONE     BIN", one);
    (void)fat_add(&d, "TWO     BIN", two);
    (void)fat_add(&d, "THREE   BIN", three);
    for (size_t i = 0; i < 3; i++)
        if (deleted & (1u << i))
            fat_delete(&d, i);
    return d;
}

static const kit_item *item(const char *chain)
{
    static const kit_item none = {.origin = TUTELA_ORIGIN_COUNT};
    const kit_item *found = kit_find(&events, chain);

    return found ? found : &none;
}

static void look(bytes b, const tt_wishes *wishes)
{
    tt_budget budget = {0};

    if (wishes)
        budget.wishes = *wishes;
    (void)!kit_run(&events, b, &budget);
}

static int is_whole(const char *chain, bytes content)
{
    return strcmp(status_of(chain), "clear") == 0 && kit_is(item(chain), content.data, content.size);
}

/* The five numbers, which must sum to the size. */
static int covers(uint64_t size)
{
    const tt_cover *cover = &item("")->cover;
    uint64_t sum = 0;

    for (size_t i = 0; i < TUTELA_COVER_COUNT; i++)
        sum += cover->bytes[i];
    return sum == size;
}

#define COVER(what) (item("")->cover.bytes[TUTELA_COVER_##what])

static void a_file_system(void)
{
    fat_disk d = sample(0);

    run(d.image);
    ok(strcmp(item("")->format, "disk") == 0 && strcmp(status_of(""), "clear") == 0, "a disk, clear");
    ok(is_whole("ONE.BIN", one) && is_whole("TWO.BIN", two) && is_whole("THREE.BIN", three), "its files");
    ok(item("ONE.BIN")->origin == TUTELA_ORIGIN_FILE && events.count == 4, "as files, and nothing else");
    ok(covers(d.image.size), "each byte is counted once");
    /* The last block of each file is not full, and the rest is free space but the tables. */
    is_u64(COVER(EXAMINED), FAT_DATA * SECTOR + one.size + two.size + three.size, "what was examined");
    is_u64(COVER(EXCLUDED), d.image.size - COVER(EXAMINED), "and what was left out");
    free(d.image.data);
}

static void deleted(void)
{
    fat_disk d = sample(2);
    bytes other = kit_noise(two.size);
    tt_wishes no = {.no_deleted = 1};

    look(d.image, NULL);
    ok(is_whole("_WO.BIN", two), "a deleted file is found");
    is_u64(item("_WO.BIN")->origin, TUTELA_ORIGIN_CONTIGUOUS, "assumed contiguous");
    is_u64(COVER(EXAMINED), FAT_DATA * SECTOR + one.size + (two.size + SECTOR - 1) / SECTOR * SECTOR + three.size
           - ((two.size + SECTOR - 1) / SECTOR * SECTOR - two.size), "and its bytes were examined");
    look(d.image, &no);
    ok(!kit_find(&events, "_WO.BIN") && is_whole("THREE.BIN", three), "unless nobody wants it");
    /* Another file where it was. */
    d.next = 2 + (uint32_t)((one.size + SECTOR - 1) / SECTOR);
    (void)fat_add(&d, "FOUR    BIN", other);
    look(d.image, NULL);
    ok(is_whole("FOUR.BIN", other), "its place is another's");
    ok(strcmp(status_of("_WO.BIN"), "skipped") == 0 && item("_WO.BIN")->content.size == 0,
       "and what is there is not said to be its own: %s", item("_WO.BIN")->trouble.reason);
    ok(strcmp(status_of(""), "clear") == 0 && covers(d.image.size), "which is nothing missing");
    free(other.data);
    free(d.image.data);
}

static void partitions(void)
{
    fat_disk a = sample(0), b = sample(0);
    bytes luks = kit_noise(64 * SECTOR), swap = {calloc(64, SECTOR), 64 * SECTOR}, odd = kit_noise(64 * SECTOR);
    disk_part parts[] = {{a.image, 1}, {luks, 0x83}, {b.image, 1}, {swap, 0x82}};
    tt_wishes second = {.partition = 3}, none = {.partition = 7};
    bytes disk;

    memcpy(luks.data, "LUKS\xba\xbe\0\1", 8);
    memcpy(swap.data + 4086, "SWAPSPACE2", 10);
    disk = disk_of(parts, 4);
    run(disk);
    ok(is_whole("p1/ONE.BIN", one) && is_whole("p3/THREE.BIN", three), "files of two partitions");
    ok(strcmp(status_of("p2"), "encrypted") == 0 && !kit_find(&events, "p4"), "a sealed one is named, swap is not");
    ok(covers(disk.size), "each byte is counted once");
    is_u64(COVER(NOT_UNDERSTOOD), luks.size, "what is sealed is not understood");
    look(disk, &second);
    ok(is_whole("p3/TWO.BIN", two) && !kit_find(&events, "p1/ONE.BIN") && !kit_find(&events, "p2"),
       "one partition only");
    ok(strcmp(status_of(""), "skipped") == 0 && covers(disk.size), "and the rest is said to be left out");
    look(disk, &none);
    ok(events.count == 1 && strcmp(status_of(""), "skipped") == 0 && COVER(EXAMINED) == SECTOR,
       "or none, when there is no such partition");
    free(disk.data);
    parts[1].content = odd;
    disk = disk_of(parts, 4);
    run(disk);
    ok(strcmp(status_of("p2"), "unsupported") == 0, "one of no known kind is said to be that");
    free(disk.data);
    free(odd.data);
    free(swap.data);
    free(luks.data);
    free(a.image.data);
    free(b.image.data);
}

/* Signs of what is not read, wherever they stand: an image of nothing else is no file without a container. */
static void bare_signs(void)
{
    static const struct {
        const char *name;
        size_t at;
        const char *bytes;
        size_t size;
        const char *status;
    } signs[] = {
        {"LUKS", 0, "LUKS\xba\xbe\0\1", 8, "encrypted"},
        {"APFS", 32, "NXSB", 4, "unsupported"},
        {"XFS", 0, "XFSB", 4, "unsupported"},
        {"LVM", 512, "LABELONE", 8, "unsupported"},
        {"F2FS", 1024, "\x10\x20\xf5\xf2", 4, "unsupported"},
        {"EROFS", 1024, "\xe2\xe1\xf5\xe0", 4, "unsupported"},
        {"an array", 4096, "\xfc\x4e\x2b\xa9", 4, "unsupported"},
        {"UFS2 at 8 KiB", 9564, "\x19\x01\x54\x19", 4, "unsupported"},
        {"the same, big-endian", 9564, "\x19\x54\x01\x19", 4, "unsupported"},
        {"JFS", 32768, "JFS1", 4, "unsupported"},
        {"ReiserFS", 65588, "ReIsEr", 6, "unsupported"},
        {"Btrfs", 65600, "_BHRfS_M", 8, "unsupported"},
    };
    bytes b = {calloc(256, 1024), 256 * 1024};

    run(b);
    ok(strcmp(item("")->format, "") == 0 && strcmp(status_of(""), "clear") == 0, "zeros are no disk");
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        memset(b.data, 0, b.size);
        memcpy(b.data + signs[i].at, signs[i].bytes, signs[i].size);
        run(b);
        is_text(status_of(""), signs[i].status, "%s alone", signs[i].name);
        ok(covers(b.size) && COVER(NOT_UNDERSTOOD) == b.size, "%s: nothing of it is understood", signs[i].name);
    }
    free(b.data);
}

static void within_others(void)
{
    fat_disk d = sample(0);
    kit_member member = {"in.img", d.image};
    bytes zip = kit_archive("zip", NULL, &member, 1), tar = kit_archive("gnutar", NULL, &member, 1);
    fat_disk outer = fat_new(1024);
    bytes inside;

    (void)fat_add(&outer, "IN      ZIP", zip);
    (void)fat_add(&outer, "IN      TAR", tar);
    inside = outer.image;
    run(inside);
    ok(is_whole("IN.ZIP|in.img|TWO.BIN", two) && is_whole("IN.TAR|in.img|ONE.BIN", one),
       "a disk in archives on a disk");
    ok(strcmp(status_of(""), "clear") == 0, "all of it");
    free(inside.data);
    free(tar.data);
    free(zip.data);
    free(d.image.data);
}

static void damaged(void)
{
    fat_disk d = sample(0);
    size_t unsaid = 0;

    look((bytes){d.image.data, d.image.size / 2}, NULL);
    ok(strcmp(status_of(""), "malformed") == 0 && is_whole("ONE.BIN", one), "cut off: said, and the rest found");
    ok(covers(d.image.size / 2), "each byte of it is counted once");
    fat_set(&d, 3, 2); /* the first file's second cluster leads back */
    look(d.image, NULL);
    ok(strcmp(status_of("ONE.BIN"), "clear") != 0 && is_whole("TWO.BIN", two), "a chain in a circle is %s",
       status_of("ONE.BIN"));
    ok(covers(d.image.size), "each byte is counted once");
    free(d.image.data);
    d = sample(0);
    for (size_t at = 0; at < d.image.size; at += at < FAT_DATA * SECTOR ? 37 : 4001) {
        uint8_t was = d.image.data[at];
        d.image.data[at] ^= (uint8_t)(1 + kit_random() % 255);
        look(d.image, NULL);
        for (size_t i = 0; i < events.count; i++)
            if (!events.items[i].ended)
                events.wrong = __LINE__;
        unsaid += events.wrong != 0 || (item("")->format[0] && !covers(d.image.size));
        d.image.data[at] = was;
    }
    is_u64(unsaid, 0, "whatever byte is changed, all is told and counted");
    free(d.image.data);
}

/* A stream of which a part cannot be read. */
typedef struct spoilt {
    tt_stream stream;
    bytes b;
    uint64_t from, end, place;
} spoilt;

static tutela_status spoilt_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    spoilt *s = (spoilt *)stream;

    (void)error;
    *got = offset < s->b.size ? (size < s->b.size - offset ? size : s->b.size - offset) : 0;
    if (offset < s->end && offset + *got > s->from) {
        *got = offset < s->from ? s->from - offset : 0;
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
    }
    memcpy(buffer, s->b.data + offset, *got);
    return TUTELA_OK;
}

static tutela_status spoilt_next(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    spoilt *s = (spoilt *)stream;
    tutela_status status = spoilt_at(stream, s->place, buffer, size, got, trouble, error);

    s->place += *got;
    return status;
}

static void unreadable(void)
{
    static const tt_stream_ops ops = {spoilt_next, spoilt_at};
    static const tt_sink sink = {.begin = kit_begin, .bytes = kit_bytes, .end = kit_end};
    const tt_budget budget = {.top_known = 1};
    fat_disk d = sample(0);
    spoilt s = {.stream = {.ops = &ops, .size = d.image.size}, .b = d.image};

    /* A sector in the middle of the second file. */
    s.from = (uint64_t)(fat_place(&d, 2) - d.image.data) + (one.size + SECTOR - 1) / SECTOR * SECTOR + SECTOR;
    s.end = s.from + SECTOR;
    kit_clear(&events);
    ok(tt_tree_run(&s.stream, &budget, &sink, &events, NULL) == TUTELA_OK && !events.wrong, "it ends");
    ok(is_whole("ONE.BIN", one) && is_whole("THREE.BIN", three), "a sector that cannot be read costs one file");
    ok(strcmp(status_of("TWO.BIN"), "unreadable") == 0, "which says so");
    ok(strcmp(status_of(""), "unreadable") == 0, "and so does the disk");
    is_u64(COVER(UNREADABLE), two.size - SECTOR, "what of it was not read is counted");
    ok(covers(d.image.size), "each byte is counted once");
    free(d.image.data);
}

static void free_space(void)
{
    fat_disk d = sample(0);
    kit_member member = {"in.bin", one};
    bytes zip = kit_archive("zip", NULL, &member, 1);
    uint8_t *place = fat_place(&d, 40), *further = fat_place(&d, 70);
    const tt_wishes carve = {.carve = 1};
    char name[64];

    memcpy(place, zip.data, zip.size);
    memcpy(further + 3, zip.data, zip.size - 30); /* without its end */
    look(d.image, NULL);
    ok(events.count == 4 && COVER(EXCLUDED) > zip.size, "free space is left out unless somebody asks");
    look(d.image, &carve);
    snprintf(name, sizeof name, "carved/%zu.zip|in.bin", (size_t)(place - d.image.data));
    ok(is_whole(name, one), "a file in free space, and what is in it");
    *strchr(name, '|') = 0;
    ok(is_whole(name, zip) && item(name)->origin == TUTELA_ORIGIN_CARVED, "which is exactly that");
    snprintf(name, sizeof name, "carved/%zu.zip", (size_t)(further + 3 - d.image.data));
    ok(strcmp(status_of(name), "partial") == 0, "one without its end is not clear");
    ok(covers(d.image.size) && COVER(EXCLUDED) < SECTOR, "all was examined but what is less than a sector");
    free(zip.data);
    free(d.image.data);
}

int main(void)
{
    events = kit_new();
    one = kit_noise(3 * SECTOR + 100);
    two = kit_noise(5 * SECTOR - 1);
    three = kit_noise(1);
    a_file_system();
    deleted();
    partitions();
    bare_signs();
    within_others();
    damaged();
    unreadable();
    free_space();
    kit_clear(&events);
    free(events.items);
    free(one.data);
    free(two.data);
    free(three.data);
    return tap_done();
}
