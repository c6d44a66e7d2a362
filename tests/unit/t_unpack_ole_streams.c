/*
 * t_unpack_ole_streams: what lies in the streams of documents: packages, pictures of PowerPoint, Word
 * and Excel, thumbnails. The same bytes come out that went in; what only looks alike stays a file.
 */
#include "unpack_ole.h"
#include "unpack_ask.h"

static const char *format_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item && item->format ? item->format : "none";
}

/* Run, and compare the members "1", "2"… of the top item with these. */
static void is_made_of(bytes b, const char *format, const bytes *files, size_t count, const char *what)
{
    char name[32];
    size_t good = 0;

    run(b);
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%zu", i + 1);
        good += (size_t)kit_is(kit_find(&events, name), files[i].data, files[i].size)
                && strcmp(status_of(name), "clear") == 0;
    }
    if (!ok(good == count && events.count == count + 1 && strcmp(format_of(""), format) == 0
            && strcmp(status_of(""), "clear") == 0, "%s: %zu of %zu", what, good, count))
        kit_show(&events);
}

/* ---- Packages ------------------------------------------------------------------------------ */

static void test_packages(void)
{
    bytes file = kit_noise(3000), none = nothing(), b;
    uint8_t paint[64] = {60, 0, 0, 0, 'B', 'M', 60};

    for (int tail = 0; tail < 2; tail++) {
        b = package_of("../a.jpg", file, tail);
        run(b);
        ok(kit_is(kit_find(&events, "a.jpg"), file.data, file.size), "a package");
        is_text(status_of(""), "clear", "is clear");
        is_text(format_of(""), "ole10native", "and of its format");
        free(b.data);
    }
    b = package_of("", file, 0);
    run(b);
    ok(kit_is(kit_find(&events, "1"), file.data, file.size), "one without a label has a number");
    free(b.data);
    b = package_of("empty", none, 1);
    run(b);
    ok(kit_is(kit_find(&events, "empty"), none.data, 0) && events.count == 2, "an empty file");
    free(b.data);
    b = kit_copy(paint, sizeof paint);
    run(b);
    ok(kit_is(kit_find(&events, "1"), paint + 4, 60), "a picture of Paint");
    is_text(status_of(""), "clear", "is clear");
    free(b.data);
    b = package_of("a", file, 0);
    b.size -= 1;
    run(b);
    is_text(status_of("a"), "malformed", "one cut off in its file says so there");
    free(b.data);
    free(file.data);
    free(none.data);
}

/* ---- Pictures ------------------------------------------------------------------------------ */

#define KINDS 9u
static bytes files[KINDS];
static bytes records[KINDS];

static void make_pictures(void)
{
    files[0] = picture_of("\xff\xd8\xff\xe0", 4, 20000);
    files[1] = picture_of("\x89PNG", 4, 300);
    files[2] = picture_of("\x28\0\0\0", 4, 4000);
    files[3] = picture_of("II*\0", 4, 700);
    files[4] = kit_copy("all work and no play all work and no play", 41);
    files[5] = kit_noise(9000);
    files[6] = kit_noise(40);
    files[7] = picture_of("\xff\xd8\xff\xdb", 4, 5);
    files[8] = picture_of("\xff\xd8\xff\xdb", 4, 12345);
    for (size_t i = 0; i < KINDS; i++)
        records[i] = nothing();
    put_blip(&records[0], 0xf01d, 0x46a, files[0].data, files[0].size);
    put_blip(&records[1], 0xf01e, 0x6e1, files[1].data, files[1].size);
    put_blip(&records[2], 0xf01f, 0x7a8, files[2].data, files[2].size);
    put_blip(&records[3], 0xf029, 0x6e4, files[3].data, files[3].size);
    put_metafile(&records[4], 0xf01a, 0x3d5, files[4], 0);
    put_metafile(&records[5], 0xf01b, 0x216, files[5], 0);
    put_metafile(&records[6], 0xf01c, 0x542, files[6], 1);
    put_blip(&records[7], 0xf02a, 0x6e3, files[7].data, files[7].size);
    put_blip(&records[8], 0xf01d, 0x6e2, files[8].data, files[8].size);
}

static void test_powerpoint(void)
{
    bytes b = nothing(), odd = kit_noise(77);

    for (size_t i = 0; i < KINDS; i++)
        kit_add(&b, records[i].data, records[i].size);
    is_made_of(b, "officeart", files, KINDS, "PowerPoint's pictures");
    for (int i = 0; i < 100; i++)
        put_number(&b, 0, 8);
    is_made_of(b, "officeart", files, KINDS, "with zeros after them");
    put_blip(&b, 0xf01e, 0x6e0, odd.data, odd.size);
    run(b);
    is_text(status_of(""), "malformed", "and something after those");
    free(b.data);
    b = nothing();
    put_blip(&b, 0xf01d, 0x46a, odd.data, odd.size);
    is_made_of(b, "officeart", &odd, 1, "a picture of no known kind");
    free(b.data);
    free(odd.data);
}

/* Pictures in entries, those in a list, that in a drawing. */
static bytes drawings_of(void)
{
    bytes entries = nothing(), content = nothing(), list = nothing();

    for (size_t i = 0; i < KINDS; i++)
        put_entry(&entries, records[i]);
    PUT32(&content, 0xf0060000u); /* a record of 24 bytes before them */
    PUT32(&content, 24);
    for (int i = 0; i < 3; i++)
        put_number(&content, kit_random(), 8);
    put_box(&content, 0xf001, entries);
    PUT32(&content, 0xf11e0040u); /* and one after them */
    PUT32(&content, 16);
    put_number(&content, 1, 8);
    put_number(&content, 2, 8);
    put_box(&list, 0xf000, content);
    free(entries.data);
    free(content.data);
    return list;
}

static void test_excel(void)
{
    bytes drawings = drawings_of(), b, none = nothing();
    static const struct {
        size_t most;
        unsigned goes_on;
    } ways[] = {{8224, 0x3c}, {8224, 0xeb}, {1000, 0x3c}, {13, 0xeb}};

    for (size_t i = 0; i < 4; i++) {
        b = excel_of(drawings, ways[i].most, ways[i].goes_on);
        is_made_of(b, "excel", files, KINDS, "Excel's pictures");
        free(b.data);
    }
    b = excel_of(none, 10, 0);
    is_made_of(b, "excel", files, 0, "an Excel file without any");
    free(b.data);
    free(drawings.data);
    free(none.data);
}

static void test_word(void)
{
    bytes data = nothing(), main_stream = kit_noise(3000), noise = kit_noise(900);

    for (size_t i = 0; i < KINDS; i++) {
        bytes content = nothing(), box = nothing();
        put_entry(&content, records[i]);
        put_box(&box, 0xf004, noise);
        PUT32(&data, 68 + box.size + content.size);
        PUT16(&data, 68);
        PUT16(&data, 0x64);
        for (int k = 0; k < 60; k++)
            put_number(&data, 0, 1);
        kit_add(&data, box.data, box.size);
        kit_add(&data, content.data, content.size);
        kit_add(&data, noise.data, i * 100); /* what belongs to no picture */
        free(content.data);
        free(box.data);
    }
    is_made_of(data, "word", files, KINDS, "Word's inline pictures");
    memcpy(main_stream.data, "\xec\xa5\xc1\0\0\0\0\0\0\0\0\0\xbf\0", 14);
    for (size_t i = 0; i < KINDS; i++) {
        kit_add(&main_stream, records[i].data, records[i].size);
        kit_add(&main_stream, noise.data, noise.size - i);
    }
    is_made_of(main_stream, "word", files, KINDS, "Word's other pictures");
    free(data.data);
    free(main_stream.data);
    free(noise.data);
}

/* ---- Thumbnails ---------------------------------------------------------------------------- */

static bytes thumbnail_of(size_t head, uint32_t stated, bytes picture)
{
    bytes out = nothing();

    PUT32(&out, head);
    PUT32(&out, 1);
    while (out.size + 4 < head)
        PUT32(&out, 7);
    PUT32(&out, stated);
    kit_add(&out, picture.data, picture.size);
    return out;
}

static void test_thumbnails(void)
{
    bytes jpeg = picture_of("\xff\xd8\xff\xe0", 4, 3000), old = nothing(), b;
    static const size_t heads[] = {12, 16, 24};

    jpeg.data[2999] = 0;
    for (size_t i = 0; i < 3; i++) {
        b = thumbnail_of(heads[i], 3000, jpeg);
        is_made_of(b, "thumbnail", &jpeg, 1, "a thumbnail");
        free(b.data);
        b = thumbnail_of(heads[i], 2999, jpeg);
        run(b);
        is_text(status_of(""), "malformed", "one of another size");
        free(b.data);
    }
    PUT32(&old, 1);
    PUT32(&old, 3000);
    put_number(&old, 0, 8);
    kit_add(&old, jpeg.data, jpeg.size);
    b = thumbnail_of(12, 3016, old);
    is_made_of(b, "thumbnail", &jpeg, 1, "one of the oldest kind");
    free(b.data);
    memcpy(jpeg.data + 2998, "\xff\xd9", 2);
    b = thumbnail_of(24, 5, jpeg);
    is_made_of(b, "thumbnail", &jpeg, 1, "one that ends by its own mark");
    free(b.data);
    free(old.data);
    free(jpeg.data);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static void test_documents(void)
{
    bytes pictures = nothing(), drawings = drawings_of(), excel = excel_of(drawings, 8224, 0xeb), b;
    bytes jpeg = picture_of("\xff\xd8\xff\xe0", 4, 3000), thumb = thumbnail_of(12, 3000, jpeg);
    ole_part parts[4];
    size_t good = 0;

    for (size_t i = 0; i < KINDS; i++)
        kit_add(&pictures, records[i].data, records[i].size);
    parts[0] = (ole_part){"Pictures", pictures};
    parts[1] = (ole_part){"Workbook", excel};
    parts[2] = (ole_part){"021", thumb};
    parts[3] = (ole_part){"__attach_version1.0_#00000000/__substg1.0_37010102", pictures};
    b = ole_of(parts, 4, 9, 3);
    run(b);
    for (size_t i = 0; i < KINDS; i++) {
        char name[100];
        snprintf(name, sizeof name, "Pictures|%zu", i + 1);
        good += (size_t)kit_is(kit_find(&events, name), files[i].data, files[i].size);
        snprintf(name, sizeof name, "Workbook|%zu", i + 1);
        good += (size_t)kit_is(kit_find(&events, name), files[i].data, files[i].size);
        snprintf(name, sizeof name, "%s|%zu", parts[3].name, i + 1);
        good += (size_t)kit_is(kit_find(&events, name), files[i].data, files[i].size);
    }
    is_u64(good, 3 * KINDS, "pictures in the streams of a document");
    ok(kit_is(kit_find(&events, "021|1"), jpeg.data, jpeg.size), "and a thumbnail");
    free(b.data);
    free(pictures.data);
    free(excel.data);
    free(drawings.data);
    free(thumb.data);
    free(jpeg.data);
}

int main(void)
{
    events = kit_new();
    make_pictures();
    test_packages();
    test_powerpoint();
    test_excel();
    test_word();
    test_thumbnails();
    test_documents();
    for (size_t i = 0; i < KINDS; i++) {
        free(files[i].data);
        free(records[i].data);
    }
    kit_free(&events);
    return tap_done();
}
