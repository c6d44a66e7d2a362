/*
 * t_unpack_ole: OLE2 compound files. Every stream comes out under its path, with small and large
 * sectors in any order; documents that are encrypted say so; damage is told.
 */
#include "unpack_ole.h"
#include "unpack_ask.h"

#ifdef HAVE_LIBGSF_1
#include <gsf/gsf.h>
#endif

#define PARTS 9u

static ole_part parts[PARTS];

static void make_parts(void)
{
    static const struct {
        const char *name;
        size_t size;
    } wanted[PARTS] = {
        {"one", 1}, {"store/two", 64}, {"store/deep/three", 4095}, {"\1CompObj", 65}, {"four", 4096},
        {"store/five", 70000}, {"none", 0}, {"__substg1.0_37010102", 20000}, {"six", 511},
    };

    for (size_t i = 0; i < PARTS; i++)
        parts[i] = (ole_part){wanted[i].name, kit_noise(wanted[i].size)};
}

static void check_parts(const char *what)
{
    size_t good = 0;

    for (size_t i = 0; i < PARTS; i++) {
        const char *name = strcmp(parts[i].name, "\1CompObj") == 0 ? "[1]CompObj" : parts[i].name;
        const kit_item *item = kit_find(&events, name);
        good += kit_is(item, parts[i].content.data, parts[i].content.size)
                && item->trouble.status == TUTELA_ITEM_CLEAR;
    }
    if (!ok(good == PARTS && events.count == PARTS + 1, "%s: %zu of %u streams", what, good, PARTS))
        kit_show(&events);
    is_text(status_of(""), "clear", "and the file is clear");
    is_text(events.items[0].format, "ole2", "and of its format");
}

static void test_layouts(void)
{
    static const struct {
        unsigned shift;
        uint32_t step;
        const char *what;
    } layouts[] = {{9, 1, "small sectors"}, {12, 1, "large sectors"}, {9, 7, "small and mixed"},
                   {12, 5, "large and mixed"}};

    for (size_t i = 0; i < 4; i++) {
        bytes b = ole_of(parts, PARTS, layouts[i].shift, layouts[i].step);
        run(b);
        check_parts(layouts[i].what);
        free(b.data);
    }
}

/* Files that another's code wrote: libgsf's. */
static void test_foreign(void)
{
#ifdef HAVE_LIBGSF_1
    for (int large = 0; large < 2; large++) {
        GsfOutput *memory = gsf_output_memory_new();
        GsfOutfile *root = gsf_outfile_msole_new_full(memory, large ? 4096 : 512, 64);
        GsfOutfile *store = GSF_OUTFILE(gsf_outfile_new_child(root, "store", TRUE));
        GsfOutfile *deep = GSF_OUTFILE(gsf_outfile_new_child(store, "deep", TRUE));
        bytes b;
        for (size_t i = 0; i < PARTS; i++) {
            const char *slash = strrchr(parts[i].name, '/'), *name = slash ? slash + 1 : parts[i].name;
            GsfOutfile *in = !slash ? root : strstr(parts[i].name, "deep") ? deep : store;
            GsfOutput *stream = gsf_outfile_new_child(in, name, FALSE);
            gsf_output_write(stream, parts[i].content.size, parts[i].content.data);
            gsf_output_close(stream);
            g_object_unref(stream);
        }
        gsf_output_close(GSF_OUTPUT(deep));
        gsf_output_close(GSF_OUTPUT(store));
        gsf_output_close(GSF_OUTPUT(root));
        b = kit_copy(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)),
                     (size_t)gsf_output_size(memory));
        run(b);
        check_parts(large ? "libgsf's, large sectors" : "libgsf's, small sectors");
        free(b.data);
        g_object_unref(deep);
        g_object_unref(store);
        g_object_unref(root);
        g_object_unref(memory);
    }
#else
    skip(8, "libgsf is not here");
#endif
}

/* More than the 109 sectors of table that the header lists. */
static void test_long_table(void)
{
    ole_part large[2] = {{"large", kit_noise(8u << 20)}, {"small", kit_noise(100)}};
    bytes b = ole_of(large, 2, 9, 11);

    (void)!kit_run(&events, b, NULL);
    ok(kit_is(kit_find(&events, "large"), large[0].content.data, large[0].content.size)
       && kit_is(kit_find(&events, "small"), large[1].content.data, 100), "a table beyond the header's list");
    is_text(status_of(""), "clear", "is clear");
    free(b.data);
    free(large[0].content.data);
    free(large[1].content.data);
}

/* A compound file in a stream of one, in a zip, and one that is a package in the next. */
static void test_nested(void)
{
    bytes inner = ole_of(parts, PARTS, 9, 3), outer, zip, package, noise = kit_noise(5000);
    ole_part hold[2];
    kit_member member = {"a.doc", {NULL, 0}};
    const kit_item *item;

    package = package_of("C:\\pictures\\a b.bin", noise, 1);
    hold[0] = (ole_part){"ObjectPool/_1/embedded", inner};
    hold[1] = (ole_part){"ObjectPool/_2/\1Ole10Native", package};
    outer = ole_of(hold, 2, 12, 1);
    member.content = outer;
    zip = kit_archive("zip", NULL, &member, 1);
    run(zip);
    item = kit_find(&events, "a.doc|ObjectPool/_1/embedded|store/five");
    ok(kit_is(item, parts[5].content.data, parts[5].content.size), "a stream two files deep");
    item = kit_find(&events, "a.doc|ObjectPool/_2/[1]Ole10Native|a b.bin");
    ok(kit_is(item, noise.data, noise.size), "a package's file, under its label");
    is_text(status_of("a.doc"), "clear", "all of it clear");
    free(inner.data);
    free(outer.data);
    free(zip.data);
    free(package.data);
    free(noise.data);
}

static void test_names(void)
{
    ole_part odd[3] = {{"sl", kit_noise(10)}, {"\5Summary", kit_noise(11)}, {"xy", kit_noise(12)}};
    bytes b = ole_of(odd, 3, 9, 1);

    for (size_t i = 0; i + 3 < b.size; i++) {
        if (memcmp(b.data + i, "s\0l\0", 4) == 0)
            b.data[i] = '/';
        if (memcmp(b.data + i, "x\0y\0", 4) == 0)
            memcpy(b.data + i, "\x3d\xd8\x00\xde", 4); /* a pair: one character */
    }
    run(b);
    ok(kit_find(&events, "_l") && kit_find(&events, "[5]Summary") && kit_find(&events, "\xf0\x9f\x98\x80"),
       "names that are no plain ones");
    free(b.data);
    for (size_t i = 0; i < 3; i++)
        free(odd[i].content.data);
}

/* ---- Encryption ---------------------------------------------------------------------------- */

static const char *with(const char *name, const void *data, size_t size)
{
    ole_part part = {name, kit_copy(data, size)};
    bytes b = ole_of(&part, 1, 9, 1);

    run(b);
    free(b.data);
    if (!kit_is(kit_find(&events, name), data, size)) {
        free(part.content.data);
        return "not delivered";
    }
    free(part.content.data);
    return status_of("");
}

static void test_locked(void)
{
    uint8_t word[100] = {0xec, 0xa5, 0xc1, 0}, user[40] = {0, 0, 0xf6, 0x0f, 20, 0, 0, 0, 20};
    uint8_t excel[80] = {9, 8, 16, 0, 0, 6, 5, 0};

    is_text(with("WordDocument", word, sizeof word), "clear", "a Word file");
    word[11] = 1;
    is_text(with("WordDocument", word, sizeof word), "encrypted", "an encrypted Word file");
    is_text(with("other", word, sizeof word), "clear", "a stream like it under another name");
    memcpy(user + 12, "\x5f\xc0\x91\xe3", 4);
    is_text(with("Current User", user, sizeof user), "clear", "a PowerPoint file");
    memcpy(user + 12, "\xdf\xc4\xd1\xf3", 4);
    is_text(with("Current User", user, sizeof user), "encrypted", "an encrypted PowerPoint file");
    memcpy(excel + 20, "\x0a\0\0", 4);
    is_text(with("Workbook", excel, 24), "clear", "an Excel file");
    memcpy(excel + 20, "\x2f\0\x36\0", 4);
    is_text(with("Workbook", excel, sizeof excel), "encrypted", "an encrypted Excel file");
    memcpy(excel + 20, "\x86\0\0\0\x2f\0\x30\0", 8);
    is_text(with("Workbook", excel, sizeof excel), "encrypted", "one protected from writing, too");
    is_text(with("EncryptedPackage", excel, sizeof excel), "encrypted", "an encrypted .docx");
}

/* ---- Damage -------------------------------------------------------------------------------- */

static void test_loops(void)
{
    ole_part part = {"large", kit_noise(60000)};
    bytes b = ole_of(&part, 1, 9, 1);
    size_t at = 512, sector = 0;

    while (memcmp(b.data + at, "\1\0\0\0\2\0\0\0\3\0\0\0", 12) != 0)
        at += 512;
    for (sector = 0; sector < 117; sector += 13) {
        uint8_t kept = b.data[at + 4 * sector];
        b.data[at + 4 * sector] = (uint8_t)(sector / 2);
        run(b);
        is_text(status_of("large"), "malformed", "a chain that goes back says so");
        b.data[at + 4 * sector] = kept;
    }
    free(b.data);
    free(part.content.data);
}

static void test_lookalikes(void)
{
    bytes b = kit_copy("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);

    run(b);
    is_text(status_of(""), "malformed", "a sign alone is one cut off");
    free(b.data);
    b = kit_noise(600);
    run(b);
    is_text(status_of(""), "clear", "noise is no compound file");
    free(b.data);
}

int main(void)
{
    events = kit_new();
    make_parts();
    test_layouts();
    test_foreign();
    test_long_table();
    test_nested();
    test_names();
    test_locked();
    test_loops();
    test_lookalikes();
    for (size_t i = 0; i < PARTS; i++)
        free(parts[i].content.data);
    kit_free(&events);
    return tap_done();
}
