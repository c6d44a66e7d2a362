/*
 * t_unpack_pdf: what is attached to a PDF, its pictures and its other streams come out as they went in:
 * through every filter, nested, packed and encrypted by another writer, cut off and changed.
 */
#include "pdf_kit.h"

#include "unpack_ask.h"

#include "unpack/pdf_pipe.h"

#ifndef HAVE_LIBQPDF

int main(void)
{
    skip(1, "built without qpdf");
    return tap_done();
}

#else

#include "pdf_rewrite.h"

enum { ATTACHED, PHOTO, PHOTO_85, PHOTO_FLATE, JPX, PIXELS, NOTE, CONTENTS };

static bytes content[CONTENTS];

static void make_contents(void)
{
    content[ATTACHED] = kit_noise(3000);
    content[PHOTO] = kit_noise(2000);
    memcpy(content[PHOTO].data, "\xff\xd8\xff\xe0", 4);
    content[PHOTO_85] = kit_noise(1001);
    content[PHOTO_FLATE] = kit_noise(1503);
    content[JPX] = kit_noise(777);
    content[PIXELS] = kit_noise(60 * 20);
    content[NOTE] = kit_copy("a note, a note, a note, a note", 30);
}

static bytes drop(bytes b, bytes (*encode)(bytes))
{
    bytes out = encode(b);

    free(b.data);
    return out;
}

static void pages(pdf *p)
{
    pdf_object(p, 1, "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(x) 4 0 R] >> >> >>");
    pdf_object(p, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    pdf_object(p, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject "
                     "<< /A 6 0 R /B 7 0 R /C 8 0 R /D 9 0 R /E 10 0 R >> >> /Annots [ << /Type /Annot "
                     "/Subtype /FileAttachment /Rect [0 0 1 1] /FS << /Type /Filespec "
                     "/F (plain.txt) /UF <FEFF006E006F00740065002020AC> /EF << /F 11 0 R >> >> >> ] >>");
    pdf_object(p, 4, "<< /Type /Filespec /F (dir/attached.bin) /EF << /F 5 0 R /UF 5 0 R >> >>");
}

#define IMAGE "/Type /XObject /Subtype /Image /Width 20 /Height 20 /ColorSpace /DeviceRGB " \
              "/BitsPerComponent 8 "

static bytes whole_pdf(void)
{
    pdf p = pdf_new();
    bytes b;

    pages(&p);
    b = enc_flate(content[ATTACHED]);
    pdf_stream(&p, 5, "/Type /EmbeddedFile /Filter /FlateDecode /Params << /Size 3000 >>", b);
    free(b.data);
    pdf_stream(&p, 6, IMAGE "/Filter /DCTDecode", content[PHOTO]);
    b = enc_85(content[PHOTO_85]);
    pdf_stream(&p, 7, IMAGE "/Filter [/ASCII85Decode /DCTDecode] /DecodeParms [null null]", b);
    free(b.data);
    b = drop(enc_flate(content[PHOTO_FLATE]), enc_hex);
    pdf_stream(&p, 8, IMAGE "/Filter [/AHx /Fl /DCT]", b);
    free(b.data);
    pdf_stream(&p, 9, IMAGE "/Filter [/JPXDecode]", content[JPX]);
    b = drop(enc_png(content[PIXELS], 60, 3), enc_flate);
    pdf_stream(&p, 10, IMAGE "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 3 /Columns "
               "20 >>", b);
    free(b.data);
    pdf_stream(&p, 11, "/Type /EmbeddedFile /Params << /Size 30 >>", content[NOTE]);
    return pdf_end(&p);
}

/* Which contents came out, each as often as it did, exact, in an item that is clear. */
static size_t found(size_t index)
{
    size_t count = 0;

    for (size_t i = 1; i < events.count; i++)
        count += kit_is(&events.items[i], content[index].data, content[index].size)
                 && events.items[i].trouble.status == TUTELA_ITEM_CLEAR;
    return count;
}

static size_t found_all(void)
{
    size_t all = 0;

    for (size_t i = 0; i < CONTENTS; i++)
        all += found(i) == 1;
    return all;
}

static void test_whole(void)
{
    bytes b = whole_pdf();

    run(b);
    is_text(events.items[0].format, "pdf", "known");
    is_text(status_of(""), "clear", "whole");
    is_u64(events.count, 1 + CONTENTS, "every stream is a member");
    is_u64(found_all(), CONTENTS, "and its bytes are what was put in");
    ok(kit_is(kit_find(&events, "dir/attached.bin"), content[ATTACHED].data, 3000), "its name");
    ok(kit_is(kit_find(&events, "note \xe2\x82\xac"), content[NOTE].data, 30),
       "the Unicode name of an annotation's file");
    if (found_all() != CONTENTS)
        kit_show(&events);
    free(b.data);
}

static void test_nested(void)
{
    kit_member in_zip = {"in.pdf", whole_pdf()};
    bytes zip = kit_archive("zip", NULL, &in_zip, 1), packed = enc_flate(zip), b;
    pdf p = pdf_new();

    pdf_object(&p, 1, "<< /Type /Catalog /AF [2 0 R] >>");
    pdf_object(&p, 2, "<< /F (a.zip) /EF << /F 3 0 R >> >>");
    pdf_stream(&p, 3, "/Filter /FlateDecode", packed);
    b = pdf_end(&p);
    run(b);
    ok(kit_is(kit_find(&events, "a.zip|in.pdf|dir/attached.bin"), content[ATTACHED].data, 3000),
       "a file in a PDF in a zip in a PDF");
    is_u64(found_all(), CONTENTS, "with all the others");
    free(in_zip.content.data);
    free(zip.data);
    free(packed.data);
    free(b.data);
}

/* ---- The same by another writer ------------------------------------------------------------ */

static void test_rewritten(void)
{
    static const int variants[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17};
    bytes plain = whole_pdf();

    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        bytes b = rewritten(plain, variants[i], "");
        size_t all;
        (void)!kit_run(&events, b, NULL);
        all = found_all();
        ok(b.size > 0 && all == CONTENTS && strcmp(status_of(""), "clear") == 0,
           "as another writes it, %d", variants[i]);
        if (all != CONTENTS)
            kit_show(&events);
        ok(kit_find(&events, "dir/attached.bin") != NULL, "with its name");
        free(b.data);
        b = rewritten(plain, variants[i], "secret");
        (void)!kit_run(&events, b, NULL);
        if (variants[i] >= 4)
            ok(strcmp(status_of(""), "encrypted") == 0 && events.count == 1, "closed by a password");
        free(b.data);
    }
    free(plain.data);
}

/* ---- Filters ------------------------------------------------------------------------------- */

/* What the filters make of some bytes, a piece at a time. */
static int undone(bytes b, const tt_pdf_filter *filters, size_t count, bytes want, size_t piece)
{
    tt_pdf_pipe *pipe = NULL;
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    bytes out = nothing();
    uint8_t some[5000];
    size_t got = 1;
    int good;

    if (tt_pdf_pipe_new(&pipe, b.data, b.size, filters, count, &trouble, NULL) != TUTELA_OK)
        return 0;
    while (got > 0) {
        tt_pdf_pipe_read(pipe, some, piece, &got, &trouble);
        kit_add(&out, some, got);
    }
    good = trouble.status == TUTELA_ITEM_CLEAR && out.size == want.size
           && memcmp(out.data, want.data, want.size) == 0;
    if (!good)
        printf("# %zu of %zu bytes, %s\n", out.size, want.size, trouble.reason);
    tt_pdf_pipe_free(pipe);
    free(out.data);
    return good;
}

/* Noise, and runs of one byte between. */
static bytes mixed(size_t size)
{
    bytes b = kit_noise(size);

    for (size_t i = 0; i < size; i++)
        if (i / 50 % 2 || i % 4096 < 200)
            b.data[i] = (uint8_t)(i / 400 % 3 ? 0 : 'a');
    return b;
}

static void test_filter(tt_pdf_kind kind, bytes (*encode)(bytes), const char *what)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 127, 128, 129, 1000, 30000};
    tt_pdf_filter f = {kind, 1, 1, 8, 1, 1};
    int good = 1;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes plain = mixed(sizes[i]), coded = encode(plain);
        good &= undone(coded, &f, 1, plain, 5000) && undone(coded, &f, 1, plain, 1);
        free(plain.data);
        free(coded.data);
    }
    ok(good, "%s undone", what);
}

static bytes lzw_early(bytes b)
{
    return enc_lzw(b, 1);
}

static bytes lzw_late(bytes b)
{
    return enc_lzw(b, 0);
}

static void test_filters(void)
{
    tt_pdf_filter late = {TT_PDF_LZW, 1, 1, 8, 1, 0}, png = {TT_PDF_FLATE, 12, 4, 8, 100, 1};
    tt_pdf_filter tiff = {TT_PDF_LZW, 2, 3, 8, 50, 1};
    tt_pdf_filter chain[] = {{TT_PDF_85, 1, 1, 8, 1, 1}, {TT_PDF_NO_FILTER, 1, 1, 8, 1, 1},
                             {TT_PDF_RUNS, 1, 1, 8, 1, 1}, {TT_PDF_HEX, 1, 1, 8, 1, 1}};
    bytes plain = mixed(12000), coded;

    test_filter(TT_PDF_FLATE, enc_flate, "Flate");
    test_filter(TT_PDF_HEX, enc_hex, "hex");
    test_filter(TT_PDF_85, enc_85, "base 85");
    test_filter(TT_PDF_RUNS, enc_runs, "run lengths");
    test_filter(TT_PDF_LZW, lzw_early, "LZW");
    coded = lzw_late(plain);
    ok(undone(coded, &late, 1, plain, 999), "LZW that grows late");
    free(coded.data);
    coded = drop(enc_png(plain, 400, 4), enc_flate);
    ok(undone(coded, &png, 1, plain, 37), "PNG's predictors");
    free(coded.data);
    coded = drop(enc_tiff(plain, 150, 3), lzw_early);
    ok(undone(coded, &tiff, 1, plain, 5000), "TIFF's predictor");
    free(coded.data);
    coded = drop(drop(enc_hex(plain), enc_runs), enc_85);
    ok(undone(coded, chain, 4, plain, 5000), "filters over one another");
    free(coded.data);
    free(plain.data);
}

/* ---- Damage -------------------------------------------------------------------------------- */

/* Small, all of it; `flate`: its files have a checksum. */
static bytes small_pdf(void)
{
    pdf p = pdf_new();
    bytes b = enc_flate(content[NOTE]), text = kit_copy("all work and no play", 20);

    pdf_object(&p, 1, "<</Type/Catalog/AF[2 0 R]>>");
    pdf_object(&p, 2, "<</Type/Filespec/F(n)/EF<</F 3 0 R>>>>");
    pdf_stream(&p, 3, "/Filter/FlateDecode/Params<</Size 30>>", b);
    b = (free(b.data), enc_hex(text));
    pdf_stream(&p, 4, "/Filter[/AHx/DCT]", b);
    free(b.data);
    free(text.data);
    return pdf_end(&p);
}

static int told(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

static int whole(void)
{
    size_t text = 0;

    for (size_t i = 1; i < events.count; i++)
        text += (size_t)kit_is(&events.items[i], "all work and no play", 20);
    return text == 1 && found(NOTE) == 1;
}

static void test_cut(void)
{
    bytes b = small_pdf(), part;
    size_t bad = 0;

    run(b);
    ok(whole() && !told(), "a small one");
    for (size_t size = 9; size < b.size; size++) {
        part = (bytes){b.data, size};
        (void)!(size % 2 ? kit_run(&events, part, NULL) : kit_run_pipe(&events, part, NULL));
        if ((!told() && !whole()) || events.wrong || !kit_is(&events.items[0], b.data, size)) {
            if (bad++ == 0)
                printf("# cut at %zu\n", size), kit_show(&events);
        }
    }
    is_u64(bad, 0, "cut off at each byte, it is told or nothing is missing");
    part = (bytes){b.data, (size_t)((uint8_t *)memmem(b.data, b.size, "xref", 4) - b.data)};
    (void)!kit_run(&events, part, NULL);
    ok(whole() && strcmp(status_of(""), "malformed") == 0, "what is whole comes out without a table");
    free(b.data);
}

/* Lies this byte where a change can make other bytes of the stream without a trace? */
static int may_change(bytes b, size_t at)
{
    const uint8_t *hex = memmem(b.data, b.size, "4 0 obj", 7);
    const uint8_t *end = memmem(hex, b.size - (size_t)(hex - b.data), "endstream", 9);

    return b.data + at >= hex && b.data + at < end;
}

static void test_changed(void)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x08};
    bytes b = small_pdf();
    size_t bad = 0;

    for (size_t n = 0; n < b.size * 5; n++) {
        size_t at = n / 5;
        b.data[at] ^= masks[n % 5];
        (void)!(n % 2 ? kit_run(&events, b, NULL) : kit_run_pipe(&events, b, NULL));
        if (!told() && !whole() && at >= 8 && !may_change(b, at)) {
            if (bad++ < 5)
                printf("# %zu changed by %02x: %.20s\n", at, masks[n % 5], b.data + at - 5),
                    kit_show(&events);
        }
        if (events.wrong)
            bad++;
        b.data[at] ^= masks[n % 5];
    }
    is_u64(bad, 0, "with each byte changed");
    free(b.data);
}

/* ---- What is none, and what is too much ---------------------------------------------------- */

static void test_odd(void)
{
    bytes b = small_pdf(), c = kit_copy("HTTP/1.1 200 OK\r\n\r\n", 19);
    static const char *const texts[] = {"%PDF-1.4", "%PDF-1.4\n%%EOF\n"};

    kit_add(&c, b.data, b.size);
    run(c);
    is_text(events.items[0].format, "pdf", "after some text");
    ok(found(NOTE) == 1, "its file");
    free(c.data);
    c = kit_copy("A text:\n%PDF-1.4 begins a PDF.\n", 31);
    run(c);
    ok(events.items[0].format[0] == 0 && !told(), "a text about PDF is none");
    free(c.data);
    for (size_t i = 0; i < 2; i++) {
        c = kit_copy(texts[i], strlen(texts[i]));
        run(c);
        is_text(status_of(""), "malformed", "a PDF with nothing in it");
        free(c.data);
    }
    free(b.data);
}

static void test_bomb(void)
{
    static const tt_budget budget = {.ratio = 10, .ratio_from = 1 << 20};
    bytes zeros = {calloc(1, 64 << 20), 64 << 20}, once = enc_flate(zeros), twice = enc_flate(once), b;
    pdf p = pdf_new();

    pdf_object(&p, 1, "<</Type/Catalog>>");
    pdf_stream(&p, 2, "/Filter[/FlateDecode/FlateDecode]", twice);
    pdf_stream(&p, 3, "/Filter/DCTDecode", content[PHOTO]);
    b = pdf_end(&p);
    (void)!kit_run(&events, b, &budget);
    is_text(status_of(""), "limit", "a bomb is a limit");
    ok(events.total < (2 << 20), "and stops early");
    free(zeros.data);
    free(once.data);
    free(twice.data);
    free(b.data);
}

int main(void)
{
    events = kit_new();
    make_contents();
    test_filters();
    test_whole();
    test_nested();
    test_rewritten();
    test_cut();
    test_changed();
    test_odd();
    test_bomb();
    kit_free(&events);
    for (size_t i = 0; i < CONTENTS; i++)
        free(content[i].data);
    return tap_done();
}

#endif
