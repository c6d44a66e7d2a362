/*
 * The checks that go beyond patterns: frames of sound, transport packets, Office parts, Matroska's
 * DocType, programs, mailboxes. Each accepts what it should and nothing that is nearly that.
 */
#include "t_identify_reference.h"

static uint8_t head[TT_IDENTIFY_HEAD];

static void clear(void)
{
    memset(head, 0, sizeof head);
}

static void test_mp3(void)
{
    size_t size;

    clear();
    size = make_mp3(head, 3);
    is_text(fast(head, size), "audio/mpeg", "three frames");
    is_text(fast(head, 2 * 417), "audio/mpeg", "two frames");
    is_text(fast(head, 417 + 4), "audio/mpeg", "one and a header");
    is_text(fast(head, 417), "audio/mpeg", "one that is all there is");
    is_text(fast(head, 416), "", "less than one");
    is_text(fast(head, 417 + 3), "", "one, and what is no header");
    head[417 + 1] = 0xf3;
    is_text(fast(head, size), "", "the second of another version");
    head[417 + 1] = 0xfb;
    head[2 * 417] = 0;
    is_text(fast(head, size), "", "the third is none");
    clear();
    make_mp3(head, 1);
    is_text(fast(head, 4000), "", "one header in front of anything");
    /* Versions and layers by the standard's arithmetic: 72 * 64000 / 22050 = 208, and so on. */
    clear();
    put(head, 0, "\xff\xf3\x80\xc4", 4);
    put(head, 208, "\xff\xf3\x80\xc4", 4);
    is_text(fast(head, 300), "audio/mpeg", "MPEG 2 layer III");
    clear();
    put(head, 0, "\xff\xe3\x48\xc4", 4);
    put(head, 288, "\xff\xe3\x48\xc4", 4);
    is_text(fast(head, 300), "audio/mpeg", "MPEG 2.5 layer III at 8 kHz, 32 kbit/s");
    clear();
    put(head, 0, "\xff\xfd\xa4\0", 4);
    put(head, 576, "\xff\xfd\xa4\0", 4);
    is_text(fast(head, 600), "audio/mpeg", "MPEG 1 layer II at 48 kHz, 192 kbit/s");
}

static void test_adts(void)
{
    clear();
    make_adts(head, 3);
    is_text(fast(head, 900), "audio/x-hx-aac-adts", "three frames");
    is_text(fast(head, 300), "audio/x-hx-aac-adts", "one that is all there is");
    is_text(fast(head, 299), "", "less than one");
    head[302] ^= 4;
    is_text(fast(head, 900), "", "another sample rate in the second");
    clear();
    put(head, 0, "\xff\xf1\x50\x80\0\x1f\xfc", 7);
    is_text(fast(head, 900), "", "a frame of no bytes");
}

static void test_packets(void)
{
    clear();
    make_packets(head, 0, 188, 3);
    is_text(fast(head, 3 * 188), "video/mp2t", "three packets");
    is_text(fast(head, 2 * 188), "", "two");
    is_text(fast(head, 4 * 188), "", "a fourth that is none");
    memset(head, 'G', 188 * 3);
    is_text(fast(head, 3 * 188), "", "text with a G everywhere");
    clear();
    make_packets(head, 4, 192, 8);
    is_text(fast(head, 8 * 192), "video/mp2t", "packets with time codes");
}

static void test_office(void)
{
    size_t at, end, more = 0;

    clear();
    at = put_entry(head, 0, "[Content_Types].xml");
    is_text(fast(head, at), "application/zip", "the first entry alone");
    end = put_entry(head, at, "xl/workbook.xml");
    is_text(fast(head, end), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "a sheet");
    for (size_t cut = at; cut < at + 30 + 3; cut++)
        more += strcmp(fast(head, cut), "application/zip") != 0;
    is_u64(more, 0, "cut before the name of the part it is only a zip");
    clear();
    at = put_entry(head, 0, "word/document.xml");
    end = put_entry(head, at, "xl/workbook.xml");
    is_text(fast(head, end),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "a document with a sheet in it");
    clear();
    at = put_entry(head, 0, "holiday.txt");
    end = put_entry(head, at, "word/document.xml");
    is_text(fast(head, end), "application/zip", "a zip that holds a folder called word");
    clear();
    end = put_entry(head, 0, "[Content_Types].xml");
    for (size_t i = 0; i < 70; i++)
        end = put_entry(head, end, "x");
    end = put_entry(head, end, "ppt/presentation.xml");
    is_text(fast(head, end), "application/zip", "past the limit of entries");
}

static void test_matroska(void)
{
    clear();
    put(head, 0, "\x1a\x45\xdf\xa3\x93\x42\x82\x40\4webm", 13);
    is_text(fast(head, 64), "video/webm", "a size in two bytes");
    put(head, 0, "\x1a\x45\xdf\xa3\x93\x42\x82\1\0\0\0\0\0\0\4webm", 19);
    is_text(fast(head, 64), "video/webm", "a size in eight bytes");
    is_text(fast(head, 18), "video/x-matroska", "the name cut short");
    is_text(fast(head, 7), "video/x-matroska", "cut behind the element's number");
    put(head, 0, "\x1a\x45\xdf\xa3\x93\x42\x82\0webm", 12);
    is_text(fast(head, 64), "video/x-matroska", "a size that is none");
}

static void test_svg(void)
{
    static const char *const pictures[] = {
        "<svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>",
        "<?xml version=\"1.0\"?>\n<!-- a comment -->\n<svg\n width=\"1\"/>",
        "\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\"><svg >",
    };
    static const char *const others[] = {
        "<?xml version=\"1.0\"?><page><svg width=\"1\"/></page>",
        "<?xml version=\"1.0\"?><svgs>",
        "<?xml version=\"1.0\"?><svg",
        "<?xml version=\"1.0\"?>",
    };

    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++)
        is_text(fast(pictures[i], strlen(pictures[i])), "image/svg+xml", "picture %zu", i);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        is_text(fast(others[i], strlen(others[i])), "text/xml", "no picture %zu", i);
    is_text(fast("<svg", 4), "", "cut short");
}

static void test_programs_and_mail(void)
{
    static const char *const letters[] = {
        "From a@b.example Thu Jan  1 00:00:00 1970\nSubject: x\n",
        "From MAILER-DAEMON Fri Jul  8 12:08:34 2011\nFrom: a <b@c.example>\n",
    };
    static const char *const prose[] = {
        "From 10:30 to noon\nwe waited.\n",
        "From a@b.example\nSubject: x\n",
        "From a Thu Jan  1 00:00:00 1970",
        "From a Thu Jan  1 00:00:00 1970\n",
        "From a Thu Jan  1 00:00:00 1970\nSubject",
        "From a Thu Jan  1 00:00:00 1970\n: x\n",
    };

    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        is_text(fast(letters[i], strlen(letters[i])), "application/mbox", "mailbox %zu", i);
    for (size_t i = 0; i < sizeof prose / sizeof prose[0]; i++)
        is_text(fast(prose[i], strlen(prose[i])), "", "no mailbox %zu", i);
    clear();
    put(head, 0, "MZ\x90\0", 4);
    put(head, 60, "\xff\xff\xff\xff", 4);
    is_text(fast(head, 4096), "application/x-dosexec", "a header that points past everything");
    put(head, 60, "\xfc\x0f\0\0", 4);
    put(head, 4092, "PE\0\0", 4);
    is_text(fast(head, 4096), "application/vnd.microsoft.portable-executable", "at the very end");
    is_text(fast(head, 4095), "application/x-dosexec", "a byte short");
}

int main(void)
{
    identify_begin();
    test_mp3();
    test_adts();
    test_packets();
    test_office();
    test_matroska();
    test_svg();
    test_programs_and_mail();
    return identify_end();
}
