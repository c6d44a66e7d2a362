/*
 * t_unpack_tnef: winmail.dat: attachments and their names, embedded messages and objects, bodies; and
 * what is damaged.
 */
#include "unpack_ask.h"
#include "unpack_outlook.h"

#include "unpack/tnef_rtf.h"

#ifdef HAVE_LIBYTNEF
#include <ytnef.h>
#endif

/* ---- Compressed RTF ------------------------------------------------------------------------ */

/* In pieces of `in` and `room` bytes. */
static bytes unrolled(bytes packed, size_t in, size_t room, tt_trouble *trouble)
{
    bytes out = nothing();
    uint8_t piece[64];
    size_t at = TT_RTF_HEADER, used, done;
    tt_rtf rtf;

    if (packed.size < TT_RTF_HEADER || !tt_rtf_begin(&rtf, packed.data, packed.size))
        return out;
    do {
        size_t some = packed.size - at < in ? packed.size - at : in;
        done = tt_rtf_step(&rtf, packed.data + at, some, &used, piece, room);
        kit_add(&out, piece, done);
        at += used;
    } while (done > 0 || used > 0);
    *trouble = tt_rtf_judge(&rtf);
    return out;
}

/* The two examples of [MS-OXRTFCP], which nobody here made. */
static void the_papers_examples(void)
{
    static const uint8_t hello[] = {
        0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03,
        0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20,
        0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80,
        0x0f, 0xa0};
    static const uint8_t crossing[] = {
        0x1a, 0, 0, 0, 0x1c, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51,
        0x41, 0x00, 0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0};
    static const char first[] = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
    static const char second[] = "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}";
    tt_trouble trouble = {TUTELA_ITEM_LIMIT, "none"};
    bytes out = unrolled((bytes){(uint8_t *)hello, sizeof hello}, 7, 3, &trouble);

    ok(out.size == strlen(first) && memcmp(out.data, first, out.size) == 0
       && trouble.status == TUTELA_ITEM_CLEAR, "the first example");
    free(out.data);
    out = unrolled((bytes){(uint8_t *)crossing, sizeof crossing}, 1, 64, &trouble);
    ok(out.size == strlen(second) && memcmp(out.data, second, out.size) == 0
       && trouble.status == TUTELA_ITEM_CLEAR, "the second, whose reference reads what it writes");
    free(out.data);
}

static void long_rtf(void)
{
    tt_trouble trouble = {TUTELA_ITEM_LIMIT, "none"};
    bytes plain = nothing(), packed, out;

    for (int i = 0; i < 900; i++) {
        bytes noise = kit_noise((size_t)i % 11);
        put_bytes(&plain, noise);
        PUT_TEXT(&plain, "\\par again and again ");
    }
    packed = rtf_of(plain);
    ok(packed.size < plain.size, "the window goes round: %zu bytes in %zu", plain.size, packed.size);
    out = unrolled(packed, 100, 64, &trouble);
    ok(out.size == plain.size && memcmp(out.data, plain.data, out.size) == 0
       && trouble.status == TUTELA_ITEM_CLEAR, "the same bytes");
    free(out.data);
    packed.data[packed.size / 2] ^= 1;
    out = unrolled(packed, 100, 64, &trouble);
    ok(trouble.status == TUTELA_ITEM_MALFORMED, "changed: %s", trouble.reason);
    free(out.data);
    free(packed.data);
    free(plain.data);
}

/* ---- Mails --------------------------------------------------------------------------------- */

static int clear(const char *chain)
{
    return strcmp(status_of(chain), "clear") == 0;
}

static int has_bytes(const char *chain, bytes b)
{
    return kit_is(kit_find(&events, chain), b.data, b.size);
}

static void a_mail(void)
{
    kit_member members[] = {{"one.bin", kit_noise(70000)}, {"two.bin", kit_noise(3)},
                            {"EMPTY", nothing()}};
    bytes b = tnef_of(members, 3);

    run(b);
    ok(clear("") && strcmp(events.items[0].format, "tnef") == 0, "a mail is clear");
    ok(has_bytes("one.bin", members[0].content) && clear("one.bin"), "the first attachment");
    ok(has_bytes("two.bin", members[1].content), "the second");
    ok(has("1", "the body"), "the body, without its NUL");
    ok(has("2", "{\\rtf1 body body body}"), "the body in RTF");
    ok(has("EMPTY", "") && events.count == 6, "an empty one, and nothing else, %zu", events.count);
    free(b.data);
    /* Without the RTF, behind whose end libytnef reads. */
    b = tnef_begun();
    tnef_head(&b);
    tnef_attachment(&b, members[0].name, members[0].content);
#ifdef HAVE_LIBYTNEF
    TNEFStruct t;
    memset(&t, 0, sizeof t);
    TNEFInitialize(&t);
    t.Debug = 0;
    ok(TNEFParseMemory(b.data, (long)b.size, &t) == 0 && t.starting_attach.next
       && t.starting_attach.next->FileData.size == (int)members[0].content.size
       && memcmp(t.starting_attach.next->FileData.data, members[0].content.data, 70000) == 0,
       "libytnef finds the same in what this test writes");
    TNEFFree(&t);
#else
    skip(1, "no libytnef");
#endif
    free(b.data);
    for (size_t i = 0; i < 3; i++)
        free(members[i].content.data);
}

/* What an attachment's properties hold: a message, an object; its long name, in UTF-16. */
static void in_properties(void)
{
    kit_member member = {"deep.bin", kit_noise(100)};
    bytes inner = tnef_of(&member, 1), out = tnef_begun(), all = nothing(), object = nothing();
    bytes name = nothing(), many = nothing();

    tnef_head(&out);
    tnef_attachment(&out, "SHORT~1.TXT", (bytes){(uint8_t *)"plain", 5});
    PUT32(&all, 2);
    PUT16(&name, 'n');
    PUT16(&name, 0xe4);
    PUT16(&name, 0xd83d);
    PUT16(&name, 0xde00);
    PUT16(&name, 0xd800);
    PUT16(&name, 0);
    tnef_property(&all, 0x3707, 0x1f, name);
    tnef_property(&all, 0x3702, 0x102, text_of("a tag"));
    tnef_put(&out, 2, 0x00069005, all);
    tnef_attachment_begun(&out);
    all = nothing();
    PUT32(&all, 4);
    tnef_property(&all, 0x3001, 0x1e, kit_copy("a message", 10));
    kit_add(&object, "\x07\3\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 16);
    put_bytes(&object, inner);
    tnef_property(&all, 0x3701, 0x0d, object);
    PUT16(&many, 0x1102); /* several values */
    PUT16(&many, 0x6000);
    PUT32(&many, 2);
    PUT32(&many, 3);
    kit_add(&many, "abc\0", 4);
    PUT32(&many, 4);
    kit_add(&many, "defg", 4);
    put_bytes(&all, many);
    PUT16(&all, 0x40);
    PUT16(&all, 0x3008);
    put_number(&all, 77, 8);
    tnef_put(&out, 2, 0x00069005, all);
    run(out);
    ok(clear(""), "properties in order");
    ok(has("n\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbd", "plain"), "the long name, in UTF-8, is the better");
    ok(has_bytes("a message|deep.bin", member.content), "an attachment of an embedded message");
    ok(has("2", "a tag") && has("4", "abc") && has("5", "defg"), "what else is binary");
    if (!ok(clear("a message") && events.count == 9, "and no more, %zu", events.count))
        kit_show(&events);
    free(out.data);
    free(member.content.data);
}

static void in_others(void)
{
    kit_member member = {"x.bin", kit_noise(50)};
    bytes mail = tnef_of(&member, 1);
    kit_member packed = {"winmail.dat", mail};
    bytes tar = kit_archive("pax", NULL, &packed, 1), again;
    kit_member whole = {"a.tar", tar};

    again = tnef_of(&whole, 1);
    run(again);
    ok(has_bytes("a.tar|winmail.dat|x.bin", member.content) && clear("a.tar|winmail.dat|x.bin"),
       "in a tar in a mail");
    free(again.data);
    free(tar.data);
    free(mail.data);
    free(member.content.data);
}

/* ---- Damage -------------------------------------------------------------------------------- */

static kit_member small[2];

/* Every attachment came out as it was, or something is said. */
static int honest(size_t size)
{
    size_t exact = 0;
    int told = 0;

    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        told |= item->trouble.status != TUTELA_ITEM_CLEAR;
        if (!item->ended)
            return 0;
        for (size_t k = 0; k < 2; k++)
            exact += item->depth == 1 && kit_is(item, small[k].content.data, small[k].content.size);
    }
    /* Without its four bytes of sign it is a plain file. */
    return told || exact == 2 || size < 4;
}

static void every_byte(void)
{
    bytes b = tnef_of(small, 2);
    size_t bad = 0, first = 0, lost = 0;

    for (size_t size = 1; size < b.size; size++) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        int whole = events.wrong == 0 && honest(size);
        /* At the end of an attribute nothing tells that more were there. */
        lost += !whole;
    }
    ok(lost <= 16, "cut off at each of %zu bytes: unseen at %zu ends of attributes only", b.size, lost);
    for (size_t at = 0; at < b.size; at++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x03, 0x08};
        for (size_t m = 0; m < 6; m++) {
            b.data[at] ^= masks[m];
            (void)!kit_run(&events, b, NULL);
            /* The key behind the sign is anything. */
            if ((events.wrong || !honest(at)) && !bad++)
                first = at;
            b.data[at] ^= masks[m];
        }
    }
    ok(bad == 0, "each byte changed, six ways: %zu unseen, first at %zu", bad, first);
    free(b.data);
}

static void spoilt(void)
{
    bytes b = tnef_of(small, 2), more;

    b.data[b.size - 1] ^= 1; /* the last title's sum */
    run(b);
    ok(strcmp(status_of(""), "malformed") == 0 && clear("first.bin"), "a sum that does not fit");
    b.data[b.size - 1] ^= 1;
    more = kit_copy(b.data, b.size);
    PUT_TEXT(&more, "\r\n");
    run(more);
    ok(clear(""), "an end of line behind it");
    PUT_TEXT(&more, "x");
    run(more);
    ok(strcmp(status_of(""), "malformed") == 0, "something else behind it");
    free(more.data);
    free(b.data);
}

int main(void)
{
    events = kit_new();
    small[0] = (kit_member){"first.bin", kit_noise(40)};
    small[1] = (kit_member){"second.bin", kit_noise(13)};
    the_papers_examples();
    long_rtf();
    a_mail();
    in_properties();
    in_others();
    every_byte();
    spoilt();
    kit_free(&events);
    free(small[0].content.data);
    free(small[1].content.data);
    return tap_done();
}
