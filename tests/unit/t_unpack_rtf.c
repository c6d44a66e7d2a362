/*
 * t_unpack_rtf: pictures and objects in RTF come out as they went in, in hexadecimal and in binary, with
 * what may stand between; cut off and changed, it is told.
 */
#include "rtf_kit.h"

#include "unpack_ask.h"

enum { PNG, JPEG, NATIVE, PACKED, LOOKS, THEME, CONTENTS };

static bytes content[CONTENTS];

/* All there is, in one text. `step`: each content's size, so that a small one can be made too. */
static bytes whole_rtf(void)
{
    bytes b = nothing(), object, package;
    char words[64];

    PUT_TEXT(&b, RTF_HEAD);
    put_picture(&b, "\\pngblip", content[PNG]);
    snprintf(words, sizeof words, "{\\*\\shppict{\\pict\\jpegblip\\bin%zu ", content[JPEG].size);
    PUT_TEXT(&b, words);
    kit_add(&b, content[JPEG].data, content[JPEG].size);
    PUT_TEXT(&b, "}}");
    object = ole_object("Word.Document.8", content[NATIVE], &content[LOOKS]);
    put_object(&b, object);
    free(object.data);
    package = ole_package("packed.bin", content[PACKED]);
    object = ole_object("Package", package, NULL);
    put_object(&b, object);
    free(object.data);
    free(package.data);
    PUT_TEXT(&b, "{\\*\\themedata ");
    put_hex(&b, content[THEME].data, content[THEME].size);
    PUT_TEXT(&b, "}\\par}\r\n");
    return b;
}

static size_t found(void)
{
    size_t all = 0;

    for (size_t n = 0; n < CONTENTS; n++) {
        size_t count = 0;
        for (size_t i = 1; i < events.count; i++)
            count += kit_is(&events.items[i], content[n].data, content[n].size)
                     && events.items[i].trouble.status == TUTELA_ITEM_CLEAR;
        all += count == 1;
    }
    return all;
}

static int told(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

static void test_whole(void)
{
    bytes b = whole_rtf();

    run(b);
    is_text(events.items[0].format, "rtf", "known");
    is_text(status_of(""), "clear", "whole");
    is_u64(events.count, 1 + CONTENTS, "every picture and object is a member");
    is_u64(found(), CONTENTS, "and its bytes are what was put in");
    ok(kit_is(kit_find(&events, "packed.bin"), content[PACKED].data, content[PACKED].size),
       "a package has its file's name");
    if (found() != CONTENTS)
        kit_show(&events);
    free(b.data);
}

static void test_nested(void)
{
    kit_member in_zip = {"in.rtf", whole_rtf()};
    bytes zip = kit_archive("zip", NULL, &in_zip, 1), package = ole_package("a.zip", zip);
    bytes object = ole_object("Package", package, NULL), b = nothing();

    PUT_TEXT(&b, RTF_HEAD);
    put_object(&b, object);
    PUT_TEXT(&b, "}");
    run(b);
    ok(kit_find(&events, "a.zip|in.rtf|packed.bin") && found() == CONTENTS && !told(),
       "RTF in a zip in RTF");
    free(in_zip.content.data);
    free(zip.data);
    free(package.data);
    free(object.data);
    free(b.data);
}

/* ---- Damage -------------------------------------------------------------------------------- */

static void test_cut(void)
{
    bytes b = whole_rtf();
    size_t bad = 0;

    for (size_t size = 6; size < b.size; size++) {
        bytes part = {b.data, size};
        (void)!(size % 2 ? kit_run(&events, part, NULL) : kit_run_pipe(&events, part, NULL));
        /* Behind the last brace there is only a line's end. */
        bad += !told() && size < b.size - 2;
        bad += events.wrong || !kit_is(&events.items[0], b.data, size);
    }
    is_u64(bad, 0, "cut off at each of %zu bytes, it is told", b.size);
    free(b.data);
}

/* A changed byte is told, or it lies in one object, whose native data and presentation it may change. */
static void test_changed(void)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10};
    bytes b = whole_rtf();
    size_t bad = 0, silent = 0;

    for (size_t at = 6; at < b.size; at++) {
        b.data[at] ^= masks[at % 4];
        (void)!(at % 2 ? kit_run(&events, b, NULL) : kit_run_pipe(&events, b, NULL));
        if (!told() && found() + 2 < CONTENTS && bad++ == 0) {
            printf("# at %zu: %.30s\n", at, b.data + at - 10);
            kit_show(&events);
        }
        silent += !told() && found() < CONTENTS;
        bad += events.wrong != 0;
        b.data[at] ^= masks[at % 4];
    }
    is_u64(bad, 0, "with each of %zu bytes changed", b.size);
    printf("# %zu changed one object without a trace\n", silent);
    free(b.data);
}

/* ---- Odd ones ------------------------------------------------------------------------------ */

static void try_text(const char *text, const char *status, const char *want, const char *what)
{
    bytes b = kit_copy(text, strlen(text));

    run(b);
    is_text(status_of(""), status, "%s", what);
    if (want) {
        ok(events.count == 2 && has(events.items[1].chain, want), "its bytes");
        if (events.count != 2)
            kit_show(&events);
    }
    free(b.data);
}

static void test_odd(void)
{
    try_text("{\\rtf1 plain}", "clear", NULL, "no file at all");
    try_text("{\\rtf1 plain", "malformed", NULL, "a brace is missing");
    try_text("{\\rtf1 plain}}", "malformed", NULL, "one too many");
    try_text("{\\rtf1 plain}\r\n ", "clear", NULL, "blanks behind it");
    try_text("{\\rtf1{\\pict\\pngblip 61626}}", "malformed", "ab", "half a byte");
    try_text("{\\rtf1{\\pict\\pngblip 61g62}}", "malformed", "ab", "no digit");
    try_text("{\\rtf1{\\pict 61 {\\*\\unknown 99}62{63}\\par 64}}", "clear", "abcd", "groups between");
    try_text("{\\rtf1{\\pict\\bin2 }{}}", "clear", "}{", "braces in binary");
    try_text("{\\rtf1{\\pict 61\\bin2 }{62}}", "malformed", "a}{b", "digits and binary");
    try_text("{\\rtf1\\bin2 }{{\\pict 61}}", "clear", "a", "binary in no picture");
    try_text("{\\rtf1{\\pict \\bin99999 62}}", "malformed", "62}}", "more binary than there is");
    try_text("{\\rtf1{\\*\\objdata 6161616161}}", "clear", "aaaaa", "an object in no order");
    try_text("{\\rtf1{\\pict 61{\\pict 62}}}", "malformed", NULL, "a picture in a picture");
    ok(events.count == 3, "both are there");
    try_text("  {\\rtf1{\\pict 6162}}", "clear", "ab", "blanks before it");
    try_text("{\\rtx1{\\pict 6162}}", "clear", NULL, "not RTF");
    ok(events.count == 1, "a plain file");
}

/* An object that says it is larger than it is, or smaller. */
static void test_sizes(void)
{
    bytes object = ole_object("Equation.3", content[NATIVE], NULL), b;
    size_t place = 8 + 4 + 11 + 8;

    for (int more = -3; more <= 40; more += 43) {
        b = nothing();
        object.data[place] = (uint8_t)(content[NATIVE].size + (size_t)(long)more);
        PUT_TEXT(&b, RTF_HEAD);
        put_object(&b, object);
        PUT_TEXT(&b, "}");
        run(b);
        if (more > 0) {
            is_text(status_of("1"), "malformed", "an object larger than its data");
        } else {
            ok(kit_is(&events.items[1], content[NATIVE].data, content[NATIVE].size - 3)
               && events.count == 3, "one smaller: the rest is a member too");
        }
        free(b.data);
    }
    free(object.data);
}

int main(void)
{
    events = kit_new();
    for (size_t i = 0; i < CONTENTS; i++)
        content[i] = kit_noise(100 + 3 * i);
    test_whole();
    test_cut();
    test_changed();
    test_odd();
    test_sizes();
    for (size_t i = 0; i < CONTENTS; i++) {
        free(content[i].data);
        content[i] = kit_noise(50000 + i);
    }
    test_whole();
    test_nested();
    kit_free(&events);
    for (size_t i = 0; i < CONTENTS; i++)
        free(content[i].data);
    return tap_done();
}
