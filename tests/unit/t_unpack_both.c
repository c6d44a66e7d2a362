/*
 * t_unpack_both: a zip behind the end of another container: both are opened, and nothing twice; a zip that is
 * the last thing in a container is its member and nothing else; damage.
 */
#include "unpack_ask.h"
#include "pdf_kit.h"
#include "unpack_ole.h"

static const char first[] = "the first member, which has some bytes";
static const char second[] = "and another one";
static const char inside[] = "what the first container holds, to be found as well";

#ifdef HAVE_LIBQPDF
#define FRONTS 13
#else
#define FRONTS 12
#endif
static const char *const names[FRONTS] = {"tar", "gzip", "bzip2", "xz", "7z", "rar", "rar5",
                                          "cab", "cpio", "OLE2", "mail", "html",
#ifdef HAVE_LIBQPDF
                                          "PDF",
#endif
};

static bytes pdf_of(bytes content)
{
    pdf p = pdf_new();

    pdf_object(&p, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    pdf_object(&p, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    pdf_object(&p, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject "
                      "<< /A 4 0 R >> >> >>");
    pdf_stream(&p, 4, "/Type /XObject /Subtype /Image /Width 20 /Height 20 /ColorSpace /DeviceRGB "
                      "/BitsPerComponent 8 /Filter /DCTDecode", content);
    return pdf_end(&p);
}

/* A container of one member, `inside`. */
static bytes front_of(size_t which)
{
    kit_member member = {"in", kit_copy(inside, sizeof inside - 1)};
    bytes out;

    switch (which) {
    case 0:
        out = kit_archive("ustar", NULL, &member, 1);
        break;
    case 1:
    case 2:
    case 3:
        out = kit_compress(names[which], inside, sizeof inside - 1);
        break;
    case 4:
        out = kit_archive("7zip", NULL, &member, 1);
        break;
    case 5:
        out = rar_of(&member, 1, 0, 0x30);
        break;
    case 6:
        out = rar5_of(&member, 1);
        break;
    case 7:
        out = cab_of(&member, 1);
        break;
    case 8:
        out = kit_archive("newc", NULL, &member, 1);
        break;
    case 9:
        out = ole_of(&(ole_part){"in", member.content}, 1, 9, 1);
        break;
    case 10:
        out = text_of("From: a\r\nTo: b\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
                      "Content-Type: text/plain; name=in\r\n\r\n"
                      "what the first container holds, to be found as well\r\n--x--\r\n");
        break;
    case 12:
        out = pdf_of(member.content);
        break;
    default:
        out = text_of("<html><img src=\"data:image/png;base64,"
                      "d2hhdCB0aGUgZmlyc3QgY29udGFpbmVyIGhvbGRzLCB0byBiZSBmb3VuZCBhcyB3ZWxs\"></html>\n");
        break;
    }
    free(member.content.data);
    return out;
}

static bytes zip_here(size_t comment)
{
    zip_part parts[] = {{.name = "one", .text = first}, {.name = "dir/two", .text = second}};

    return zip_of(parts, 2, comment);
}

static size_t count_of(const char *text)
{
    size_t count = 0;

    for (size_t i = 0; i < events.count; i++)
        count += (size_t)kit_is(&events.items[i], text, strlen(text));
    return count;
}

static int all_there(void)
{
    return count_of(first) == 1 && count_of(second) == 1 && count_of(inside) == 1;
}

static int is_clear(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 0;
    return !events.wrong;
}

/* Of a small xz that ends in damage libarchive gives nothing. */
static int is_quiet(size_t which)
{
    return count_of(inside) == 1 || (which == 3 && !is_clear());
}

static void in_another(bytes b, size_t which)
{
    kit_member member = {"m", b};
    bytes outer = kit_archive("zip", "zip:compression=store", &member, 1);

    /* Those that are read as they come are not held for what may follow: that is said, but of PDF and html. */
    (void)!kit_run(&events, outer, NULL);
    if (!ok(!events.wrong && (all_there() || !is_clear() || which >= 11), "and in another one"))
        kit_show(&events);
    free(outer.data);
}

static void opened(void)
{
    for (size_t i = 0; i < FRONTS; i++) {
        bytes b = front_of(i), zip = zip_here(i * 7);

        (void)!kit_run(&events, b, NULL);
        ok(is_clear() && count_of(inside) == 1, "%s alone", names[i]);
        kit_add(&b, zip.data, zip.size);
        (void)!kit_run(&events, b, NULL);
        if (!ok(is_clear() && all_there() && has("overlay|one", first) && has("overlay|dir/two", second)
                    && kit_is(kit_find(&events, "overlay"), zip.data, zip.size)
                    && kit_is(&events.items[0], b.data, b.size),
                "%s, and a zip behind it: both, and nothing twice", names[i]))
            kit_show(&events);
        (void)!kit_run(&events, b, &(tt_budget){.top_known = 1});
        ok(is_clear() && all_there(), "the same where its bytes are known");
        in_another(b, i);
        /* What is not at the very end may belong to the first. */
        kit_add(&b, "some more", 9);
        (void)!kit_run(&events, b, NULL);
        ok(is_quiet(i) && !events.wrong && count_of(first) <= 1, "not at the very end");
        free(b.data);
        free(zip.data);
    }
}

/* The last thing in it. */
static void members(void)
{
    static const char *const formats[] = {"ustar", "newc", "arbsd", "iso9660", "7zip"};
    bytes zip = zip_here(0), b;
    kit_member last[] = {{"in", kit_copy(inside, sizeof inside - 1)}, {"last", zip}};

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        b = kit_archive(formats[i], i == 4 ? "7zip:compression=store" : NULL, last, 2);
        (void)!kit_run(&events, b, NULL);
        ok(all_there() && is_clear(), "%s: a zip that is its last member is that, once", formats[i]);
        /* Cut off so that the zip ends it. */
        for (size_t size = b.size; size > zip.size; size--)
            if (memcmp(b.data + size - zip.size, zip.data, zip.size) == 0) {
                b.size = size;
                break;
            }
        (void)!kit_run(&events, b, NULL);
        ok(count_of(first) <= 1 && count_of(second) <= 1 && !events.wrong, "and once when it is cut off there");
        free(b.data);
    }
    free(last[0].content.data);
    free(zip.data);
}

/* Every member whole is true; nothing comes twice; what does not come is stated. */
static int judge(bytes b)
{
    int told = 0;

    for (size_t i = 0; i < events.count; i++)
        told |= events.items[i].trouble.status != TUTELA_ITEM_CLEAR;
    return !events.wrong && kit_is(&events.items[0], b.data, b.size) && count_of(first) <= 1
           && count_of(second) <= 1 && count_of(inside) <= 1 && (told || count_of(first) == 1);
}

static void damaged(size_t which)
{
    bytes b = front_of(which), zip = zip_here(3);
    size_t wrong = 0, end = b.size;

    kit_add(&b, zip.data, zip.size);
    for (size_t at = 0; at < b.size; at++) {
        b.data[at] ^= (uint8_t)(1u << at % 8);
        (void)!kit_run(&events, b, NULL);
        /* Its sign and its directory are what a zip is known by; in the front a byte may be anything. */
        if (!judge(b) && at >= end && at < end + zip.size - 22 - 46 - 46 - 20 && !wrong++)
            printf("# changed at %zu of %zu\n", at, b.size);
        if ((count_of(first) > 1 || count_of(inside) > 1) && !wrong++)
            printf("# twice at %zu of %zu\n", at, b.size);
        b.data[at] ^= (uint8_t)(1u << at % 8);
    }
    for (size_t size = end; size < b.size; size++) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        wrong += !is_quiet(which) || events.wrong;
    }
    is_u64(wrong, 0, "%s: changed and cut off everywhere", names[which]);
    free(b.data);
    free(zip.data);
}

static void limits(void)
{
    bytes b = front_of(1), zip = zip_here(0);

    kit_add(&b, zip.data, zip.size);
    (void)!kit_run(&events, b, &(tt_budget){.expanded = 10, .ratio_from = 1});
    ok(!is_clear(), "a limit is stated");
    (void)!kit_run(&events, b, &(tt_budget){.entries = 1});
    ok(!is_clear(), "another one too");
    for (uint64_t at = 1; at < 40; at++) {
        kit_clear(&events);
        events.fail_at = at;
        (void)!kit_run(&events, b, NULL);
    }
    events.fail_at = 0;
    free(b.data);
    free(zip.data);
}

int main(void)
{
    events = kit_new();
    opened();
    members();
    for (size_t i = 0; i < FRONTS; i++)
        damaged(i);
    limits();
    kit_free(&events);
    return tap_done();
}
