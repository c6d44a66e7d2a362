/* t_import_xml: hashsets/import/xml.c, by way of the readers that stand on it. */
#include "t_import_xml.h"

#include <time.h>

#define MD5  TUTELA_BIT(TUTELA_MD5)
#define ROOM (24u << 20)

/* An index in C4All's XML: what stands before the root, in the first picture and behind it. */
static char *text;

static size_t index_with(const char *before, const char *within, const char *behind)
{
    return (size_t)snprintf(text, ROOM,
                            "%s<ReportIndex><Image>%s<hash>%s</hash></Image>\n%s</ReportIndex>",
                            before, within, sample_hex(1, TUTELA_MD5), behind);
}

/* The tail behind whatever fills `text` up to `at`; the whole size. */
static size_t finish(size_t at, const char *close)
{
    return at + (size_t)sprintf(text + at, "%s<hash>%s</hash></Image></ReportIndex>", close,
                                sample_hex(1, TUTELA_MD5));
}

static void plain_xml(void)
{
    (void)index_with("<?xml version='1.0'?>\n<!-- <ReportIndex> -->\n<?pi x?>",
                     "<!-- <hash>1</hash> --><?pi <hash>2</hash>?><x a='>' b=\"<!--'\"/>", "");
    is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "a bare < in an attribute is no XML");
    (void)index_with("<?xml version='1.0'?>\n<!-- <ReportIndex> -->\n<?pi x?>",
                     "<!-- <hash>1</hash> --><?pi <hash>2</hash>?><x a='>' b=\"--'&lt;\"/>"
                     "<path><![CDATA[<hash>3</hash>&nothing; ]] >]]></path>",
                     "<!-- end --><?pi?>");
    is_i64(read_text(text), TUTELA_OK, "comments, instructions, CDATA, attributes");
    is_u64(row_count, 1, "hide nothing");
    is_sample(0, 1, MD5, "and make nothing up");
}

static void broken(void)
{
    static const struct {
        const char *xml;
        uint64_t line;
    } cases[] = {
        {"<ReportIndex>\n<Image>\n</image></ReportIndex>", 3},
        {"<ReportIndex>\n<Image a=b></Image></ReportIndex>", 2},
        {"<ReportIndex>\n\n<Image a='1' a='2'></Image></ReportIndex>", 3},
        {"<ReportIndex>&undeclared;\n</ReportIndex>", 1},
        {"<ReportIndex>&amp</ReportIndex>", 1},
        {"<ReportIndex>&#0;</ReportIndex>", 1},
        {"<ReportIndex>&#xFFFFFFFFFF;</ReportIndex>", 1},
        {"<ReportIndex>\x01</ReportIndex>", 1},
        {"<ReportIndex>\n]]></ReportIndex>", 2},
        {"<ReportIndex></ReportIndex>\n\nx", 3},
        {"<ReportIndex></ReportIndex><ReportIndex></ReportIndex>", 1},
        {"<ReportIndex><!-- -- --></ReportIndex>", 1},
        {"<ReportIndex>\n<Image>\n<path>\xFF\xFE</path></Image></ReportIndex>", 3},
        {"<ReportIndex>\n\xC3</ReportIndex>", 2},
        {"<ReportIndex>\xED\xA0\x80</ReportIndex>", 1},
        {"<ReportIndex>\xC0\xAF</ReportIndex>", 1},
        {"<?xml version='1.0' encoding='no-such'?>\n<ReportIndex></ReportIndex>", 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        is_i64(read_text(cases[i].xml), TUTELA_LIST_UNUSABLE, "broken: case %zu", i);
        ok(names_line(cases[i].line) && strstr(got_error.text, ": broken XML"), "says the line");
        ok(got_error.advice[0] != '\0', "and what to do");
    }
    is_i64(read_bytes("<ReportIndex>\0</ReportIndex>", 28), TUTELA_LIST_UNUSABLE, "a NUL");

    size_t at = (size_t)sprintf(text, "<ReportIndex>");
    for (unsigned i = 0; i < 2000; i++)
        at += (size_t)sprintf(text + at, "\n<Image><hash>%032x</hash></Image>", i + 1);
    sprintf(text + at, "\n<Image></hash>");
    is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "broken far behind");
    ok(names_line(2002), "says the line");
    is_u64(row_count, 2000, "rows before it were handed over");
}

/* UTF-16 with units that are no characters, odd bytes, the marks of other orders. */
static void broken_wide(void)
{
    static const char *const inserts[] = {"\x00\xD8", "\x00\xDC", "\x00\xDC\x00\xD8", "\xFF\xFF",
                                          "\xFE\xFF", "\x00\x00", "\x01\x00"};
    static const size_t sizes[] = {2, 2, 4, 2, 2, 2, 2};
    size_t size, wrong = 0;
    char *wide;

    (void)index_with("", "<path>x</path>", "");
    wide = utf16(text, "LE", 1, &size);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t at = 2; at < size; at += 2) {
            memcpy(text, wide, at);
            memcpy(text + at, inserts[i], sizes[i]);
            memcpy(text + at + sizes[i], wide + at, size - at);
            wrong += read_bytes(text, size + sizes[i]) != TUTELA_LIST_UNUSABLE;
        }
    is_u64(wrong, 0, "units that are no characters are refused, anywhere, without a word");
    memcpy(text, wide, size);
    memmove(text + 101, text + 100, size - 100);
    is_i64(read_bytes(text, size + 1), TUTELA_LIST_UNUSABLE, "an odd byte too many");
    free(wide);
}

/* What errors quote must not get out: neither digests nor names. */
static void secrecy(void)
{
    static const char *const breaks[] = {"<%s", "</%s>", "<a %s=x>", "&%s;", "<%s:a/>", "<!%s>",
                                         "<?%s", "<a x='1' %s='2' %s='3'/>", "<![CDATA[%s",
                                         "<a></%s>", "<!DOCTYPE %s>", "<a b='%s"};

    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        size_t at = (size_t)sprintf(text, "<ReportIndex><Image>");
        at += (size_t)sprintf(text + at, breaks[i], "secretname", "secretname");
        sprintf(text + at, "\n</Image></ReportIndex>");
        tutela_status status = read_text(text);
        ok(strstr(got_error.text, "secretname") == NULL, "%s: status %d, nothing is told",
           breaks[i], (int)status);
    }
}

static void entities(void)
{
    static const char *const types[] = {
        "<!DOCTYPE ReportIndex [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
        "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>"
        "<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;'><!ENTITY h '&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;'>]>",
        "<!DOCTYPE ReportIndex [<!ENTITY h SYSTEM 'file:///etc/hostname'>]>",
        "<!DOCTYPE ReportIndex [<!ENTITY % p SYSTEM 'http://localhost:1/x'> %p;]>",
        "<!DOCTYPE ReportIndex SYSTEM 'http://localhost:1/x.dtd'>",
        "<!DOCTYPE ReportIndex PUBLIC '-//x' '/etc/hostname'>",
        "<!DOCTYPE ReportIndex [<!ATTLIST Image hash CDATA 'x'>]>",
        "<!DOCTYPE ReportIndex>",
        "<!DOCTYPE a:ReportIndex [",
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        (void)index_with(types[i], "<notes>&h;</notes>", "");
        is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "document type: case %zu", i);
        is_u64(row_count, 0, "nothing is read");
        ok(strstr(got_error.text, "document type") || i == 7, "and why is said");
    }
    (void)index_with("", "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
                         "href='/etc/hostname' parse='text'/>", "");
    is_i64(read_text(text), TUTELA_OK, "an inclusion");
    is_u64(row_count, 1, "is an element as any");
}

static void deep(void)
{
    for (int levels = 126; levels <= 127; levels++) {
        size_t at = (size_t)sprintf(text, "<ReportIndex><Image>");
        for (int i = 0; i < levels; i++)
            at += (size_t)sprintf(text + at, "<x>");
        for (int i = 0; i < levels; i++)
            at += (size_t)sprintf(text + at, "</x>");
        (void)finish(at, "");
        is_i64(read_text(text), levels == 126 ? TUTELA_OK : TUTELA_LIST_UNUSABLE,
               "%d levels", levels + 2);
    }
    ok(strstr(got_error.text, "nested too deep"), "is said");
    size_t at = (size_t)sprintf(text, "<ReportIndex>");
    for (int i = 0; i < 100000; i++)
        at += (size_t)sprintf(text + at, "<x>");
    is_i64(read_text(text), TUTELA_LIST_UNUSABLE, "100,000 levels");
    ok(strstr(got_error.text, "nested too deep"), "are refused at once");
}

static void is_bounded(size_t before, const char *name)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)before;
    (void)name;
    skip(1, "memory is not measured under a sanitizer");
#else
    size_t grown = peak_kib() - before;
    ok(grown < 8 * 1024, "%s: %zu KiB more", name, grown);
#endif
}

/* Texts of 10 MiB, as characters and as CDATA, in what is kept and what is not. */
static void long_texts(void)
{
    static const struct {
        const char *open, *close;
        int taken;
    } cases[] = {{"<notes>", "</notes>", 1},
                 {"<notes><![CDATA[", "]]></notes>", 1},
                 {"<id>", "</id>", 0},
                 {"<id><![CDATA[", "]]></id>", 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(text, 'x', 11u << 20);
        size_t before, at = (size_t)sprintf(text, "<ReportIndex><Image>%s", cases[i].open);
        text[at] = 'x';
        size_t size = finish(at + (10u << 20), cases[i].close);
        (void)read_bytes(text, 100000); /* what reading needs at all is there now */
        before = peak_kib();
        is_i64(read_bytes(text, size), TUTELA_OK, "10 MiB of %s", cases[i].open);
        is_u64(row_count, (uint64_t)cases[i].taken, "are passed over where nobody wants them");
        if (!cases[i].taken)
            is_reject(0, 1, TUTELA_REJECT_TOO_LONG, "too long");
        /* The file itself lies in memory that is not this process's own. */
        is_bounded(before, cases[i].open);
    }
    size_t at = (size_t)sprintf(text, "<ReportIndex><Image><id>");
    memset(text + at, ' ', 1u << 20);
    size_t size = finish(at + (1u << 20), "i</id>");
    is_i64(read_bytes(text, size), TUTELA_OK, "1 MiB of blanks before an id");
    is_text(rows[0].entry, "i", "which is found");
}

static void long_tags(void)
{
    static const struct {
        const char *open, *close;
    } cases[] = {{"<x a='", "'/>"}, {"<x", "/>"}, {"<!--", "-->"}, {"<?x ", "?>"}, {"</", ">"},
                 {"&", ";"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t at = (size_t)sprintf(text, "<ReportIndex><Image>%s", cases[i].open);
        memset(text + at, 'x', 2u << 20);
        size_t size = finish(at + (2u << 20), cases[i].close);
        is_i64(read_bytes(text, size), TUTELA_LIST_UNUSABLE, "2 MiB of %s", cases[i].open);
        if (i >= 4)
            continue;
        ok(strstr(got_error.text, "overlong tag") || i == 1, "is said");
        at = (size_t)sprintf(text, "<ReportIndex><Image>%s", cases[i].open);
        memset(text + at, 'x', 40000);
        size = finish(at + 40000, cases[i].close);
        is_i64(read_bytes(text, size), TUTELA_OK, "40,000 bytes of %s pass", cases[i].open);
    }
    size_t at = (size_t)sprintf(text, "<ReportIndex><Image><x");
    for (unsigned i = 0; i < 1000000; i++)
        at += (size_t)sprintf(text + at, " a%x=''", i);
    clock_t start = clock();
    is_i64(read_bytes(text, finish(at, "/>")), TUTELA_LIST_UNUSABLE, "a million attributes");
    ok(clock() - start < 5 * CLOCKS_PER_SEC, "are refused before they cost anything");
}

/* Every place of a record at every place of what is handed to the parser in one go. */
static void borders(void)
{
    static const char record[] = "<Image a=\"1>\" b='&lt;'><path><![CDATA[<a]>]]></path><id>&#x31;"
                                 "\r\n</id><!-- < --><hash>%s</hash><notes>\xF0\x9D\x84\x9E</notes>"
                                 "</Image>";
    const char *md5 = sample_hex(1, TUTELA_MD5);
    size_t wrong = 0;

    for (size_t shift = 0; shift < 260; shift++)
        for (int wide = 0; wide < 3; wide++) {
            size_t size = 0, at = (size_t)sprintf(text, "<?xml version='1.0'?>\n<ReportIndex>");
            memset(text + at, ' ', 3900 - at + shift);
            at = 3900 + shift;
            for (int i = 0; i < 20; i++)
                at += (size_t)sprintf(text + at, record, md5);
            sprintf(text + at, "</ReportIndex>");
            char *copy = wide ? utf16(text, wide == 1 ? "LE" : "BE", 1, &size) : text;
            wrong += read_bytes(copy, wide ? size : strlen(text)) != TUTELA_OK || row_count != 20;
            for (size_t i = 0; i < row_count; i++)
                wrong += strcmp(rows[i].entry, "1") != 0 || rows[i].line != i + 1
                         || rows[i].digests.mask != MD5;
            if (wide)
                free(copy);
            if (wide && shift % 8 != 0)
                break;
        }
    is_u64(wrong, 0, "records are whole wherever the pieces end");
}

static void many(void)
{
    size_t at = (size_t)sprintf(text, "<queryResult xmlns='hashsharing'><images>");

    for (unsigned i = 0; i < 200000 && at < ROOM - 1000; i++)
        at += (size_t)sprintf(text + at,
                              "<image><member id='1'/><id>%u</id><fingerprints><md5>%032x</md5>"
                              "</fingerprints></image>",
                              i, i + 1);
    at += (size_t)sprintf(text + at, "</images></queryResult>");
    (void)read_bytes(text, 100000);
    size_t before = peak_kib();
    clock_t start = clock();
    is_i64(read_bytes(text, at), TUTELA_OK, "200,000 entries");
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    is_u64(row_count, 200000, "all of them");
    is_bounded(before, "200,000 entries");
    printf("# %.2f s, %.0f MB/s\n", seconds, (double)at / 1e6 / seconds);
    ok(seconds < 60, "in time, under valgrind too");
}

int main(void)
{
    text = malloc(ROOM);
    if (!text)
        return 1;
    plain_xml();
    broken();
    broken_wide();
    secrecy();
    entities();
    deep();
    long_texts();
    long_tags();
    borders();
    many();
    free(text);
    return tap_done();
}
