/*
 * t_unpack_mail_blocks: uuencode and yEnc in mails, in texts and on their own.
 */
#include "mail_kit.h"

static const char *format_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? item->format : "none";
}

static const char *reason_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? item->trouble.reason : "none";
}

static int holds(const char *chain, bytes b)
{
    return kit_is(kit_find(&events, chain), b.data, b.size);
}

static void run_text(const char *text)
{
    bytes b = text_of(text);

    run(b);
    free(b.data);
}

static void test_whole(void)
{
    bytes a = kit_noise(5000), b = kit_noise(46), out = nothing(), in_mail = nothing(), zeros = kit_noise(300);

    memset(zeros.data, 0, 200);
    PUT_TEXT(&out, "Here it is:\n\n");
    put_uu(&out, "a file.jpg", a, '`');
    PUT_TEXT(&out, "and another\n");
    put_yenc(&out, "b x.bin", b);
    put_uu(&out, "zeros", zeros, ' ');
    put_yenc(&out, "a.yenc", a);
    PUT_TEXT(&out, "begin-base64 644 c.bin\n");
    put_base64(&out, a, "\n");
    PUT_TEXT(&out, "====\nbye\n");
    PUT_TEXT(&in_mail, MAIL_HEAD "Content-Type: text/plain\n\n");
    kit_add(&in_mail, out.data, out.size);
    for (int i = 0; i < 2; i++) {
        const char *before = i ? "1|" : "";
        char name[40];
        run(i ? in_mail : out);
        is_text(format_of(i ? "1" : ""), "uuencode", "named by its first block");
        is_text(status_of(i ? "1" : ""), "clear", "clear");
        snprintf(name, sizeof name, "%sa file.jpg", before);
        ok(holds(name, a), "%s", name);
        snprintf(name, sizeof name, "%sb x.bin", before);
        ok(holds(name, b), "%s", name);
        snprintf(name, sizeof name, "%szeros", before);
        ok(holds(name, zeros), "%s", name);
        snprintf(name, sizeof name, "%sa.yenc", before);
        ok(holds(name, a), "%s", name);
        snprintf(name, sizeof name, "%sc.bin", before);
        ok(holds(name, a), "%s", name);
    }
    out.size = 0;
    put_yenc(&out, "a", a);
    run(out);
    is_text(format_of(""), "yenc", "yEnc alone");
    ok(holds("a", a), "and what it holds");
    free(out.data);
    free(in_mail.data);
    free(a.data);
    free(b.data);
    free(zeros.data);
}

/* Spaces lost at the ends of lines. */
static void test_lost_spaces(void)
{
    bytes zeros = {calloc(1, 104), 100}, out = nothing();

    memset(zeros.data, 0x55, 46);
    zeros.data[90] = 1;
    put_uu(&out, "z", zeros, ' ');
    size_t kept = 0;
    for (size_t i = 0; i < out.size; i++) {
        if (out.data[i] == '\n' && out.data[kept - 1] != '\n')
            while (kept > 0 && out.data[kept - 1] == ' ')
                kept--;
        out.data[kept++] = out.data[i];
    }
    out.size = kept;
    run(out);
    ok(holds("z", zeros), "spaces that were lost are put back");
    is_text(status_of(""), "clear", "and that is no damage");
    free(out.data);
    free(zeros.data);
}

static void test_parts(void)
{
    bytes a = kit_noise(1000), out = nothing(), part = {a.data, 400};
    char text[200];

    PUT_TEXT(&out, "=ybegin part=1 total=2 line=128 size=1000 name=a\r\n=ypart begin=1 end=400\r\n");
    put_yenc_data(&out, part);
    snprintf(text, sizeof text, "=yend size=400 part=1 pcrc32=%08x crc32=11111111\r\n", crc_of(a.data, 400));
    PUT_TEXT(&out, text);
    run(out);
    ok(holds("a", part) && strcmp(status_of("a"), "clear") == 0, "a part of a file, as it is");
    is_text(reason_of(""), "one part of several", "and the others are missed");
    free(out.data);
    free(a.data);
}

/* A block far from the text's beginning, in a body and in a text that is attached. */
static void test_far(void)
{
    bytes a = kit_noise(500), text = nothing(), out = nothing(), before;

    while (text.size < 100000)
        PUT_TEXT(&text, "All work and no play makes Jack a dull boy.\n");
    before = kit_copy(text.data, text.size);
    put_uu(&text, "far", a, '`');
    PUT_TEXT(&text, "Regards\n");
    put_yenc(&text, "farther", a);
    PUT_TEXT(&out, MAIL_HEAD "\n");
    kit_add(&out, text.data, text.size);
    run(out);
    ok(holds("1", before) && holds("2|far", a) && holds("2|farther", a), "far in a body");
    is_text(status_of(""), "clear", "clear");
    out.size = 0;
    PUT_TEXT(&out, MAIL_HEAD);
    put_multipart(&out, "=_boundary");
    put_part(&out, "=_boundary", "a.txt", "8bit", text);
    put_closing(&out, "=_boundary");
    run(out);
    ok(holds("a.txt", text), "a file stays whole");
    free(before.data);
    free(text.data);
    free(out.data);
    free(a.data);
}

static void test_damage(void)
{
    static const struct {
        const char *text, *whole, *block;
    } rows[] = {
        {"begin 644 a\n#86)C\n`\nend\n", "", ""},
        {"begin 644 a\n#86)C\nend\n", "", ""},
        {"begin 644 a\n`\nend\n", "", ""},
        {"begin 644 a\n#86)C\n", "", "cut off"},
        {"begin 644 a\n#86)C\n`\nenf\n", "", "cut off"},
        {"begin 644 a\n#86)C\n#86xC\n`\nend\n", "", "its encoding is damaged"},
        {"begin 644 a\n#86)C\n!80``\n#86)C\n`\nend\n", "", "its encoding is damaged"},
        {"begin 644 a\n#86)C\n&86)`\n`\nend\n", "", "its encoding is damaged"},
        {"begin-base64 644 a\nYWJj\n====\n", "", ""},
        {"begin-base64 644 a\nYWJj\nYW*j\n====\n", "", "its encoding is damaged"},
        {"begin-base64 644 a\nYWJj\n", "", "cut off"},
        {"=ybegin line=128 size=1 name=a\nk\n=yend size=1\n", "", ""},
        {"=ybegin line=128 size=1 name=a\nk\n=yend size=1 crc32=e8b7be43\n", "", "its checksum or size does not fit"},
        {"=ybegin line=128 size=1 name=a\n\x8b\n=yend size=1 crc32=e8b7be43\n", "", ""},
        {"=ybegin line=128 size=2 name=a\nk\n=yend size=1\n", "", "its checksum or size does not fit"},
        {"=ybegin line=128 size=1 name=a\nk\n", "", "cut off"},
        {"begin 644 a\n#86)C\n`\nend\nbegim 644 b\nM86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C\n", "damaged", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        run_text(rows[i].text);
        is_text(reason_of(""), rows[i].whole, "%zu: the text", i);
        is_text(reason_of("a"), rows[i].block, "%zu: its block", i);
    }
}

static void test_no_block(void)
{
    static const char *const texts[] = {
        "to begin 644 times\n#86)C\n",
        "begin 644 a\nand so on it went\n",
        "begin 644 a\n",
        "x\nbegin the day\nM\n",
        "begin-base64 644 a\nno base64 here\n",
        "=ybegin name=a\nx\n",
        "a =ybegin line=128 size=1 name=a\nk\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        run_text(texts[i]);
        is_text(format_of(""), "", "no block: %zu", i);
    }
}

int main(void)
{
    events = kit_new();
    test_whole();
    test_lost_spaces();
    test_parts();
    test_far();
    test_damage();
    test_no_block();
    kit_free(&events);
    return tap_done();
}
