/*
 * t_unpack_mail: mails and mailboxes: every attachment comes out as it was, in every encoding, depth
 * and line end; names as they were meant; what is not in order is said.
 */
#include "mail_kit.h"

/* Run a text, which is freed; the events stay. */
static void run_text(const char *text)
{
    bytes b = text_of(text);

    run(b);
    free(b.data);
}

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

static void test_encodings(void)
{
    kit_member m[] = {{"a.bin", kit_noise(5000)}, {"b.bin", kit_noise(4999)}, {"c.bin", kit_noise(4998)},
                      {"d", kit_noise(1)}, {"e", kit_noise(2)}, {"f", kit_noise(0)}};
    bytes lf = mail_of(m, 6, "----=_Part_1.2"), crlf = with_crlf(lf);

    for (int i = 0; i < 2; i++) {
        run(i ? crlf : lf);
        is_text(format_of(""), "mail", "a mail");
        is_text(status_of(""), "clear", "of which all is well");
        is_u64(events.count, 7, "with its six parts");
        for (size_t k = 0; k < 6; k++)
            ok(holds(m[k].name, m[k].content) && strcmp(status_of(m[k].name), "clear") == 0, "%s", m[k].name);
    }
    for (size_t k = 0; k < 6; k++)
        free(m[k].content.data);
    free(lf.data);
    free(crlf.data);
}

/* Bytes of every kind in 8bit and binary parts; lines longer than any buffer. */
static void test_identity(void)
{
    bytes noise = kit_noise(300000), out = nothing(), ends = text_of("\r\r\n\n\r\n\r\r");

    PUT_TEXT(&out, MAIL_HEAD);
    put_multipart(&out, "xxxxxxxxxxxx");
    put_part(&out, "xxxxxxxxxxxx", "noise", "8bit", noise);
    put_part(&out, "xxxxxxxxxxxx", "ends", "8bit", ends);
    for (size_t i = 0; i < noise.size; i++)
        noise.data[i] = (uint8_t)(noise.data[i] == '\n' || noise.data[i] == '\r' ? 'x' : noise.data[i]);
    put_part(&out, "xxxxxxxxxxxx", "one line", "8bit", noise);
    put_part(&out, "xxxxxxxxxxxx", "one quoted", "quoted-printable", noise);
    put_closing(&out, "xxxxxxxxxxxx");
    run(out);
    ok(holds("one line", noise), "a line longer than what is held");
    ok(holds("one quoted", noise), "quoted");
    ok(holds("ends", ends), "line ends as they are");
    is_u64(kit_find(&events, "noise") ? kit_find(&events, "noise")->content.size : 0, 300000, "noise");
    is_text(status_of(""), "clear", "clear");
    free(noise.data);
    free(ends.data);
    free(out.data);
}

static void test_nested(void)
{
    kit_member m[] = {{"in.bin", kit_noise(777)}};
    bytes inner = mail_of(m, 1, "inner-boundary-1"), out = nothing(), zip, top;

    PUT_TEXT(&out, MAIL_HEAD "Content-Type: multipart/mixed; boundary=outer-boundary\n\npreamble\n"
                             "--outer-boundary\nContent-Type: multipart/alternative; boundary=\"outer-boundary-2\"\n\n"
                             "--outer-boundary-2\n\nfirst text\n--outer-boundary-2  \n"
                             "Content-Type: text/html\n\n<p>\n\n--outer-boundary-2--\n"
                             "--outer-boundary\nContent-Type: message/rfc822; name=\"fwd.eml\"\n\n");
    kit_add(&out, inner.data, inner.size);
    PUT_TEXT(&out, "\n--outer-boundary\nContent-Type: application/zip; name=z.zip\n"
                   "Content-Transfer-Encoding: BASE64\n\n");
    zip = kit_archive("zip", NULL, m, 1);
    put_base64(&out, zip, "\n");
    PUT_TEXT(&out, "--outer-boundary--");
    run(out);
    is_text(status_of(""), "clear", "no line end after the last boundary is no damage");
    ok(has("1", "preamble"), "what comes before the parts");
    ok(has("2", "first text") && has("3", "<p>\n"), "texts");
    ok(holds("fwd.eml", inner), "a mail in a mail");
    ok(holds("fwd.eml|in.bin", m[0].content), "and what it holds");
    ok(holds("z.zip|in.bin", m[0].content), "a zip, and what it holds");
    top = kit_archive("ustar", NULL, (kit_member[]){{"m.eml", out}}, 1);
    run(top);
    ok(holds("m.eml|fwd.eml|in.bin", m[0].content), "and all of it in a tar");
    free(top.data);
    free(out.data);
    free(zip.data);
    free(inner.data);
    free(m[0].content.data);
}

static void test_names(void)
{
    static const struct {
        const char *field, *name;
    } rows[] = {
        {"Content-Disposition: attachment; filename=plain.jpg", "plain.jpg"},
        {"Content-Disposition: attachment; filename=with space.jpg; size=3", "with space.jpg"},
        {"Content-Disposition: attachment;\n filename=\"fol;ded \\\"x\\\".jpg\"", "fol;ded \"x\".jpg"},
        {"Content-Disposition: attachment; filename*=UTF-8''gr%C3%BCn.jpg", "gr\xc3\xbcn.jpg"},
        {"Content-Disposition: attachment; filename*=iso-8859-1'de'gr%FCn.jpg", "gr\xc3\xbcn.jpg"},
        {"Content-Disposition: attachment; filename*0*=UTF-8''a%20;\n filename*1=\"b%20\"; filename*2*=%43", "a b%20C"},
        {"Content-Disposition: attachment; filename=\"=?UTF-8?B?Z3LDvG4=?= =?utf-8?q?_x=2Ejpg?=\"", "gr\xc3\xbcn x.jpg"},
        {"Content-Disposition: attachment; filename=\"=?windows-1252?Q?=80.jpg?=\"", "\xe2\x82\xac.jpg"},
        {"Content-Type: image/jpeg; name=\"t.jpg\"\nContent-Disposition: attachment; filename=d.jpg", "d.jpg"},
        {"Content-Disposition: attachment; filename=d.jpg\nContent-Type: image/jpeg; name=\"t.jpg\"", "d.jpg"},
        {"CONTENT-TYPE: image/jpeg; NAME=t.jpg", "t.jpg"},
        {"Content-Location: http://example.org/a/\n b.jpg", "http://example.org/a/b.jpg"},
        {"Content-Description: none", "1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[2000];
        snprintf(text, sizeof text, MAIL_HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n%s\n\nx\n--b--\n",
                 rows[i].field);
        run_text(text);
        is_text(events.count > 1 ? events.items[1].chain : "none", rows[i].name, "%zu", i);
    }
}

static void test_single(void)
{
    run_text(MAIL_HEAD "Content-Transfer-Encoding: base64\n\naGVs\nbG8=\n");
    ok(has("1", "hello") && strcmp(status_of(""), "clear") == 0, "one body, in base64");
    run_text(MAIL_HEAD "Content-Transfer-Encoding: quoted-printable\n\na=20 \t\nb=\nc=  \nd\n");
    ok(has("1", "a \nbcd\n"), "one in quoted-printable, with soft breaks and white space");
    run_text(MAIL_HEAD "\nhello\n--b\n");
    ok(has("1", "hello\n--b\n"), "one as it is");
    run_text(MAIL_HEAD "\n");
    is_text(format_of(""), "", "a header alone is a plain file");
    run_text(MAIL_HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n\n\n");
    is_u64(events.count, 2, "empty lines after the end are nothing");
    run_text(MAIL_HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\nlist footer\n");
    ok(has("2", "list footer\n") && strcmp(status_of(""), "clear") == 0, "text after it is a member");
}

static void test_damage(void)
{
    static const struct {
        const char *body, *whole, *part;
    } rows[] = {
        {"Content-Transfer-Encoding: base64\n\naGV*sbG8=\n", "", "its encoding is damaged"},
        {"Content-Transfer-Encoding: base64\n\naGVsbG8\n", "", "its encoding is damaged"},
        {"Content-Transfer-Encoding: base64\n\naGVsbG8=\nfooter\n", "bytes after its end", ""},
        {"Content-Transfer-Encoding: quoted-printable\n\na=4Gb\n", "", "its encoding is damaged"},
        {"Content-Transfer-Encoding: x-own\n\nabc\n", "", "an encoding that is not known"},
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n", "cut off: its closing boundary is missing", "cut off"},
        {"Content-Type: multipart/mixed; boundary=boundary\n\n--boundary\n\nx\n--boundarx--\n", "a boundary that is damaged", ""},
        {"Content-Type: multipart/mixed; boundary=boundary\n\n--boundary\n\nx\n--boundary-\n--boundary--\n", "a boundary that is damaged", "a boundary that is damaged"},
        {"Content-Type: multipart/mixed\n\n--boundary\n\nx\n--boundary--\n", "a header that is not in order", ""},
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Typf: text/plain\n\nx\n--b--\n", "a header that is not in order", ""},
        {"Content-Type: message/partial; number=1\n\nx\n", "one part of several", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[2000];
        snprintf(text, sizeof text, MAIL_HEAD "%s", rows[i].body);
        run_text(text);
        is_text(reason_of(""), rows[i].whole, "%zu: the mail", i);
        is_text(events.count > 1 ? events.items[1].trouble.reason : "none", rows[i].part, "%zu: its part", i);
    }
}

static void test_deep(void)
{
    bytes out = nothing();
    char text[200];

    PUT_TEXT(&out, MAIL_HEAD);
    for (int i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n", i, i);
        PUT_TEXT(&out, text);
    }
    PUT_TEXT(&out, "\nx\n");
    for (int i = 40; i-- > 0;) {
        snprintf(text, sizeof text, "--x%d--\n", i);
        PUT_TEXT(&out, text);
    }
    run(out);
    is_text(status_of(""), "limit", "more multiparts in multiparts than are read");
    free(out.data);
}

static void test_no_mail(void)
{
    static const char *const texts[] = {
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/html\r\n\r\n<p>",
        "Date: x\r\nServer: y\r\nContent-Type: text/html\r\nMIME-Version: 1.0\r\n\r\n<p>",
        "He wrote:\n\nFrom: a\nTo: b\nDate: c\nSubject: d\n\nhello\n",
        "#include <x.h>\nint main(void) { }\n",
        "name: x\ndate: 2020\nversion: 1\n\nfoo\n",
        "Package: x\nVersion: 1\nMaintainer: y\n\n",
        "Subject: a\nTo: b\n\nno date, no sender\n",
        " From: a\nDate: b\n\nx\n",
        "From: a\n\nx\n",
        "From here on\nall is text\n",
        "From: a\nDate: b\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        run_text(texts[i]);
        is_text(format_of(""), "", "no mail: %zu", i);
    }
}

static void test_mbox(void)
{
    kit_member m[] = {{"a.bin", kit_noise(3000)}, {"b.bin", kit_noise(100)}};
    bytes one = mail_of(m, 1, "boundary-one"), two = mail_of(m + 1, 1, "boundary-two"), box = nothing();
    bytes three = text_of(MAIL_HEAD "\nFrom me\n>From you\n\nFrom far away it came\n\n\nend\n");

    put_mbox(&box, one);
    put_mbox(&box, two);
    bytes quoted = text_of(MAIL_HEAD "\nFrom me\n>>From you\n\nFrom far away it came\n\n\nend\n");
    put_mbox(&box, quoted);
    free(quoted.data);
    put_mbox(&box, one);
    run(box);
    is_text(format_of(""), "mbox", "a mailbox");
    is_text(status_of(""), "clear", "of which all is well");
    ok(holds("1", one) && holds("2", two) && holds("4", one), "its mails as they were");
    ok(holds("3", three), "and one whose lines look like separators");
    ok(holds("1|a.bin", m[0].content) && holds("2|b.bin", m[1].content), "what they hold");
    bytes crlf = with_crlf(box), one_crlf = with_crlf(one);
    run(crlf);
    ok(holds("1", one_crlf) && holds("4|a.bin", m[0].content), "the same with CR LF");
    for (size_t at = 0; at < 5; at++) {
        uint8_t *from = memmem(box.data + one.size, box.size - one.size, "\nFrom a@", 8);
        from[1 + at] ^= 1;
        run(box);
        ok(events.count > 8 && strcmp(reason_of(""), "a separator that is damaged") == 0
               && holds("2|b.bin", m[1].content), "a damaged separator");
        from[1 + at] ^= 1;
    }
    free(crlf.data);
    free(one_crlf.data);
    free(box.data);
    free(one.data);
    free(two.data);
    free(three.data);
    free(m[0].content.data);
    free(m[1].content.data);
}

int main(void)
{
    events = kit_new();
    test_encodings();
    test_identity();
    test_nested();
    test_names();
    test_single();
    test_damage();
    test_deep();
    test_no_mail();
    test_mbox();
    kit_free(&events);
    return tap_done();
}
