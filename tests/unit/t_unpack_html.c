/*
 * t_unpack_html: files in `data:` URIs come out as they went in, however a page writes them; what is no
 * URI is no file; a page cut off says so.
 */
#include "unpack_ask.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* In base64; `odd`: what stands for '+', '/', '=' and between the lines. */
static void put_base64(bytes *out, bytes b, const char *const odd[4])
{
    char *text = malloc(b.size * 16 + 64), *to = text;

    for (size_t i = 0; i < b.size; i += 3) {
        uint32_t three = (uint32_t)b.data[i] << 16;
        size_t some = b.size - i < 3 ? b.size - i : 3;
        if (some > 1)
            three |= (uint32_t)b.data[i + 1] << 8;
        if (some > 2)
            three |= b.data[i + 2];
        for (size_t k = 0; k < 4; k++) {
            char c = k <= some ? alphabet[three >> (18 - 6 * k) & 63] : '=';
            const char *other = c == '+' ? odd[0] : c == '/' ? odd[1] : c == '=' ? odd[2] : NULL;
            if (other)
                to = stpcpy(to, other);
            else
                *to++ = c;
        }
        if (i % 57 == 54)
            to = stpcpy(to, odd[3]);
    }
    kit_add(out, text, (size_t)(to - text));
    free(text);
}

static const char *const plainly[4] = {"+", "/", "=", ""};

/* A page with it between these. */
static bytes page(const char *before, bytes b, const char *const odd[4], const char *after)
{
    bytes out = nothing();

    PUT_TEXT(&out, "<!DOCTYPE html>\n<html><body>text: more text\n");
    PUT_TEXT(&out, before);
    put_base64(&out, b, odd);
    PUT_TEXT(&out, after);
    PUT_TEXT(&out, "\n</body></html>\n");
    return out;
}

static int alone(bytes b)
{
    int good = events.count == 2 && kit_is(&events.items[1], b.data, b.size)
               && strcmp(status_of(""), "clear") == 0 && strcmp(status_of("1"), "clear") == 0
               && strcmp(events.items[0].format, "html") == 0;

    if (!good)
        kit_show(&events);
    return good;
}

static void test_ways(void)
{
    static const struct {
        const char *before, *after;
        const char *odd[4];
    } ways[] = {
        {"<img src=\"data:image/png;base64,", "\">", {"+", "/", "=", ""}},
        {"<img src=\"data:image/png;base64,", "\">", {"+", "/", "=", "\r\n   "}},
        {"<img src='DATA:image/png;name=a.png;BASE64,", "'>", {"%2B", "%2f", "%3D", "%0A"}},
        {"<img src=\"data:;base64,", "\">", {"&#43;", "&#x2F;", "&#61;", "&#10;\n"}},
        {"<img src=data:image/png;base64,", ">", {"-", "_", "", ""}},
        {"<style>a{background:url(data:image/png;base64,", ")}</style>", {"+", "/", "=", "\\\n"}},
        {"<p style=\"background:url(&quot;data:image/png;base64,", "&quot;)\">", {"+", "/", "", ""}},
        {"<script>x={\"data\":\"data:image/png;base64,", "\"}</script>", {"\\u002B", "\\/", "\\x3d", "\\n"}},
        {"<script>x=\"{\\\"a\\\":\\\"data:image/png;base64,", "\\\"}\"</script>", {"+", "/", "=", ""}},
        {"<img srcset=\"data:image/png;base64,", " 2x\">", {"+", "/", "", ""}},
        {"<img srcset=\"data:image/png;base64,", " 100w, x.png 200w\">", {"+", "/", "=", ""}},
    };

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        int good = 1;
        for (size_t size = 1; size < 400; size += size < 10 ? 1 : 97) {
            bytes b = kit_noise(size), p = page(ways[i].before, b, ways[i].odd, ways[i].after);
            (void)!kit_run_pipe(&events, p, NULL);
            good &= alone(b);
            free(b.data);
            free(p.data);
        }
        ok(good, "%s", ways[i].before);
    }
}

static void test_large(void)
{
    bytes b = kit_noise(300001), p = page("<img src=\"data:image/png;base64,", b, plainly, "\">");
    kit_member member = {"p.html", p};
    bytes zip = kit_archive("zip", NULL, &member, 1), q;

    run(p);
    ok(alone(b), "a large one");
    q = page("<a href=\"data:application/zip;base64,", zip, plainly, "\">");
    run(q);
    ok(kit_is(kit_find(&events, "1|p.html|1"), b.data, b.size), "a page in a zip in a page");
    free(b.data);
    free(p.data);
    free(q.data);
    free(zip.data);
}

/* The URI at every place relative to the pieces it is read in. */
static void test_places(void)
{
    bytes b = kit_noise(50);
    int good = 1;

    for (size_t at = 65536 - 700; at < 65536 + 100; at++) {
        bytes p = nothing(), tail = page("<img src=\"data:image/png;base64,", b, plainly, "\">");
        PUT_TEXT(&p, "<html>");
        p.data = realloc(p.data, at);
        memset(p.data + p.size, ' ', at - p.size);
        p.size = at;
        kit_add(&p, tail.data, tail.size);
        (void)!kit_run(&events, p, NULL);
        good &= alone(b);
        free(p.data);
        free(tail.data);
    }
    ok(good, "wherever it lies");
    free(b.data);
}

static void try_text(const char *text, const char *want, const char *status, const char *what)
{
    bytes b = kit_copy(text, strlen(text));

    run(b);
    if (want)
        ok(events.count == 2 && has("1", want) && strcmp(status_of("1"), status) == 0, "%s", what);
    else
        ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "%s", what);
    if (events.count != (want ? 2u : 1u))
        kit_show(&events);
    free(b.data);
}

static void test_texts(void)
{
    try_text("<html><p>data: nothing, data:image/png;base64, and metadata:a/b,c", NULL, "", "no data");
    try_text("<html><script>x={data:a,b:c,data:d/e,f:1}", NULL, "", "a script's own data:");
    try_text("<html>src=\"data:image/png;base64,\" + x", NULL, "", "an empty one");
    try_text("<html>data:image/png;base64,...", NULL, "", "one left out");
    try_text("<html>\"data:image/png;base64,YWJj\"", "abc", "clear", "a short one");
    try_text("<html>\"data:image/png;base64,YWJjZ\"", "abc", "malformed", "a character too many");
    try_text("<html>\"data:image/png;base64,YWJj!ZGVm\"", "abc", "malformed", "what is none of base64");
    try_text("<html>\"data:image/png;base64,YWI=YWI=\"", "ab", "malformed", "more behind its end");
    try_text("<html>\"data:image/png;base64,YWJj", "abc", "malformed", "cut off");
    try_text("<html>url('data:image/svg+xml,%3Csvg a=\"b\"/%3e')", "<svg a=\"b\"/>", "clear",
             "in percent signs");
    try_text("<html>\"data:image/png,%89PN%47\"", "\x89PNG", "clear", "bytes that are no text");
    try_text("\xef\xbb\xbf <?xml version=\"1.0\"?><!-- a --> <svg><image href=\"data:;base64,YQ==\"/>",
             "a", "clear", "SVG");
    try_text("plain <html>\"data:image/png;base64,YWJj\"", NULL, "", "a text that names the tag");
    ok(events.items[0].format[0] == 0, "is a plain file");
}

static void test_cut(void)
{
    bytes b = kit_noise(60), p = page("<img src=\"data:image/png;base64,", b, plainly, "\">");
    size_t start = (size_t)((uint8_t *)memmem(p.data, p.size, "base64,", 7) - p.data) + 7;
    size_t bad = 0;

    for (size_t size = start + 1; size < start + 80; size++) {
        bytes part = {p.data, size};
        (void)!kit_run(&events, part, NULL);
        bad += events.count != 2 || strcmp(status_of("1"), "malformed") != 0 || events.wrong;
    }
    is_u64(bad, 0, "cut off at each of its bytes");
    free(b.data);
    free(p.data);
}

int main(void)
{
    events = kit_new();
    test_ways();
    test_large();
    test_places();
    test_texts();
    test_cut();
    kit_free(&events);
    return tap_done();
}
