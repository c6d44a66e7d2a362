/*
 * t_unpack_plain: a file is called plain only where its reader finds nothing in it.
 *
 * Programs, scripts and pages, with something in them and without, cut off at every byte, damaged and put
 * together by chance: whatever is called plain is opened, and must come out as one item and no trouble. In
 * what pieces they go by must not matter. And what nearly all of them are must be called so.
 */
#include "unpack_programs.h"

#include "unpack/heads.h"
#include "unpack/plain.h"
#include "unpack/tails.h"

static kit_log opened;
static unsigned asked, said, wrong, differ;

/* In pieces of that size behind the first. */
static int plain_in(bytes b, size_t first, size_t piece)
{
    tt_plain plain;
    int could = 1, is;

    tt_plain_begin(&plain, tt_head_of(b.data, b.size < first ? b.size : first));
    for (size_t at = 0, some; at < b.size; at += some) {
        some = at == 0 ? first : piece;
        some = b.size - at < some ? b.size - at : some;
        tt_plain_add(&plain, b.data + at, some);
        could &= tt_plain_can(&plain, b.size);
    }
    is = tt_plain_end(&plain);
    wrong += is && !could;
    return is;
}

static int ends_in_zip(bytes b)
{
    size_t size = b.size < TT_TAIL_SIZE ? b.size : TT_TAIL_SIZE;

    return tt_tail_opens(b.data + b.size - size, size, b.size) > 0;
}

static int opens_nothing(bytes b)
{
    int nothing = 1;

    for (int piped = 0; piped < 2; piped++) {
        (void)!(piped ? kit_run_pipe : kit_run)(&opened, b, NULL);
        nothing &= opened.count == 1 && opened.items[0].trouble.status == TUTELA_ITEM_CLEAR;
    }
    return nothing;
}

/* In memory of exactly that size, so that a sanitizer sees a look beyond it. */
static int ask(bytes b, const char *what)
{
    static const size_t pieces[] = {1, 7, 511, 529, 4096};
    bytes own = {malloc(b.size + 1), b.size};
    bytes exact = {own.data + 1, b.size};
    int plain;

    memcpy(exact.data, b.data, b.size);
    plain = plain_in(exact, 65536, 65536);
    asked++;
    said += (unsigned)plain;
    if (b.size > 65536)
        for (size_t i = b.size > 90000 ? 2 : 0; i < sizeof pieces / sizeof pieces[0]; i++)
            differ += plain_in(exact, 65536, pieces[i]) != plain;
    /* Of fewer first bytes less can be known, and nothing else. */
    if (b.size > TT_HEAD_SIZE)
        wrong += plain_in(exact, TT_HEAD_SIZE, 65536) > plain;
    if (plain && !ends_in_zip(exact) && !opens_nothing(exact) && wrong++ < 5) {
        printf("# %s, %zu bytes:\n", what, b.size);
        kit_show(&opened);
    }
    free(own.data);
    return plain;
}

static void tally(const char *what)
{
    printf("# %s: %u asked, %u plain\n", what, asked, said);
    ok(said > 0 && said < asked, "%s: some are plain, and some are not", what);
    is_u64(wrong, 0, "%s: in what is called plain its reader finds nothing", what);
    is_u64(differ, 0, "%s: in whatever pieces it goes by", what);
    asked = said = wrong = differ = 0;
}

/* ---- Changes ------------------------------------------------------------------------------- */

static void cut_everywhere(bytes b, const char *what)
{
    for (size_t size = 1; size < b.size; size += b.size > 4000 ? 13 : 3)
        (void)ask((bytes){b.data, size}, what);
}

/* A byte here and there, or one of the words. */
static void change(bytes b, unsigned times, const char *const *words, size_t count, const char *what)
{
    for (unsigned i = 0; i < times; i++) {
        bytes c = kit_copy(b.data, b.size);
        for (unsigned k = 0; k <= i % 3; k++) {
            const char *word = count ? words[kit_random() % count] : "";
            size_t size = strlen(word), at = (size_t)(kit_random() % b.size);
            if (size > 0 && at + size <= b.size)
                memcpy(c.data + at, word, size);
            else
                c.data[i % 2 ? at : at % 512 % b.size] = (uint8_t)(kit_random() >> 30);
        }
        (void)ask(c, what);
        free(c.data);
    }
}

static void put(bytes *to, bytes b)
{
    kit_add(to, b.data, b.size);
    free(b.data);
}

/* ---- Programs ------------------------------------------------------------------------------ */

static void elf(void)
{
    for (int i = 0; i < 8; i++) {
        bytes b = elf_of(i & 1, i & 2, i & 4);
        ok(ask(b, "elf"), "a program of Linux, %d bits%s%s", i & 1 ? 64 : 32,
           i & 2 ? ", big-endian" : "", i & 4 ? ", its tables in front" : "");
        cut_everywhere(b, "elf, cut off");
        change(b, 200, NULL, 0, "elf, damaged");
        kit_add(&b, "x", 1);
        ok(!ask(b, "elf and a byte"), "with a byte behind it, not known");
        kit_member member = {"one", kit_noise(200)};
        put(&b, kit_archive("zip", NULL, &member, 1));
        ok(!ask(b, "elf and zip"), "nor with an archive");
        change(b, 100, NULL, 0, "elf and zip, damaged");
        free(member.content.data);
        free(b.data);
    }
    tally("ELF");
}

/* A large one, whose table is not in the first bytes. */
static void large_elf(void)
{
    bytes b = elf_of(1, 0, 0), c = kit_copy(b.data, 64 + 56), table;

    pad_to(&c, 200000);
    table = (bytes){b.data + b.size - 128, 128};
    set32(&c, 40, c.size);
    kit_add(&c, table.data, table.size);
    ok(ask(c, "large elf"), "a large program that ends in its table");
    ok(ask((bytes){c.data, c.size - 1}, "large elf"), "or would");
    kit_add(&c, "y", 1);
    ok(!ask(c, "large elf"), "and one that does not");
    tally("large ELF");
    free(c.data);
    free(b.data);
}

static void signed_pe(int plus)
{
    bytes b = pe_of(plus, (bytes){NULL, 0});
    size_t from = b.size;

    pad_to(&b, from + 300);
    ok(!ask(b, "pe"), "with something behind it, not known");
    set32(&b, PE_CERTIFICATE(plus), from);
    set32(&b, PE_CERTIFICATE(plus) + 4, 300);
    ok(ask(b, "signed pe"), "a signed program");
    set32(&b, PE_CERTIFICATE(plus), from + 8);
    set32(&b, PE_CERTIFICATE(plus) + 4, 292);
    ok(!ask(b, "signed pe, a gap"), "with something before the signature, not known");
    change(b, 300, NULL, 0, "signed pe, damaged");
    free(b.data);
}

static void pe(void)
{
    kit_member member = {"one", kit_noise(500)};

    for (int plus = 0; plus < 2; plus++) {
        bytes b = pe_of(plus, (bytes){NULL, 0}), cab = cab_of(&member, 1), c;
        ok(ask(b, "pe"), "a program of Windows%s", plus ? ", 64 bits" : "");
        cut_everywhere(b, "pe, cut off");
        change(b, 400, NULL, 0, "pe, damaged");
        c = pe_of(plus, cab);
        ok(!ask(c, "pe with cab"), "with a cabinet in its resources, not known");
        change(c, 200, NULL, 0, "pe with cab, damaged");
        free(c.data);
        signed_pe(plus);
        free(b.data);
        free(cab.data);
    }
    for (size_t size = 100; size < 2000; size += 333) {
        bytes b = dos_of(size);
        ok(ask(b, "dos"), "a program of DOS");
        kit_add(&b, "z", 1);
        ok(!ask(b, "dos"), "or of what else begins so");
        change(b, 50, NULL, 0, "dos, damaged");
        free(b.data);
    }
    free(member.content.data);
    tally("PE");
}

/* A cabinet in large resources, about where one piece ends and the next begins. */
static void large_pe(void)
{
    kit_member member = {"one", kit_noise(500)};
    bytes cab = cab_of(&member, 1), inner = kit_noise(140000), b = pe_of(0, inner);

    for (size_t i = 0; i < b.size; i++)
        if (memcmp(b.data + i, "MSCF", 4 < b.size - i ? 4 : b.size - i) == 0)
            b.data[i] = 0;
    ok(ask(b, "large pe"), "large resources with nothing in them");
    for (size_t at = 65536 - 600; at < 65536 + 600; at += at > 65520 && at < 65552 ? 1 : 37) {
        bytes c = kit_copy(b.data, b.size);
        memcpy(c.data + at, cab.data, cab.size);
        wrong += (unsigned)ask(c, "large pe with cab");
        free(c.data);
    }
    for (size_t at = b.size - 1024 - cab.size - 600; at < b.size - 1024 + 2; at += 41) {
        bytes c = kit_copy(b.data, b.size);
        memcpy(c.data + at, cab.data, at + cab.size > b.size ? b.size - at : cab.size);
        (void)ask(c, "large pe with cab at its end");
        free(c.data);
    }
    tally("large PE");
    free(b.data);
    free(inner.data);
    free(cab.data);
    free(member.content.data);
}

/* One of DOS, it seems, that ends where the file does: but it has the headers of Windows far behind. */
static void far_pe(void)
{
    kit_member member = {"one", kit_noise(500)};
    bytes cab = cab_of(&member, 1), program = pe_of(0, (bytes){NULL, 0}), b = dos_of(150000);

    ok(ask(b, "large dos"), "a large program of DOS");
    memcpy(b.data + 100000, program.data + 128, 24 + 224 + 80);
    set32(&b, 60, 100000);
    memcpy(b.data + b.size - cab.size, cab.data, cab.size);
    ok(!ask(b, "far pe"), "one whose headers were not seen is not known");
    ok(!opens_nothing(b), "and may hold something");
    tally("far PE");
    free(b.data);
    free(program.data);
    free(cab.data);
    free(member.content.data);
}

/* ---- Scripts ------------------------------------------------------------------------------- */

static bytes script_of(size_t size)
{
    static const char line[] = "echo \"nothing of note: $1\" | tr a-z A-Z\n";
    bytes out = kit_copy("#!/bin/sh\n", 10);

    while (out.size < size)
        kit_add(&out, line, sizeof line - 1);
    out.size = size;
    return out;
}

static void scripts(void)
{
    static const char *const words[] = {"\n\x1f\x8b\x08\0\0\0\0\0\0\3", "\nPK\3\4", "\nBZh9\x31\x41\x59\x26\x53\x59",
                                        "\nhsqs", "\n(\xb5/\xfd", "\n070701", "\nustar", "\n"};
    kit_member member = {"one", kit_noise(700)};
    static const size_t sizes[] = {40000, 65536, 65537, 66000, 66047, 66048, 66049, 90000, 140000};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes b = script_of(sizes[i]);
        ok(ask(b, "script"), "a script of %zu bytes", b.size);
        change(b, 20, words, sizeof words / sizeof words[0], "script, damaged");
        free(b.data);
    }
    for (size_t at = 65536 - 600; at < 65536 + 600; at += at > 65528 && at < 65544 ? 1 : 29) {
        static const char *const formats[] = {"ustar", "newc", "zip"};
        bytes b = script_of(at);
        b.data[at - 1] = '\n';
        put(&b, kit_archive(formats[at % 3], NULL, &member, 1));
        int plain = ask(b, "script with payload");
        wrong += plain && at <= 65536;
        pad_to(&b, b.size + 3000);
        (void)ask(b, "script with payload and more");
        free(b.data);
    }
    free(member.content.data);
    tally("scripts");
}

/* ---- Pages --------------------------------------------------------------------------------- */

#define URI "data:image/png;base64,iVBORw0KGgo="
static const char *const words[]
    = {URI, "\"" URI "\"", "data:,", "\"data:text/plain,a%20b\"", "('data:a/b,c')", "(data:a/b,)", "data:",
       "DATA:;base64,", "data:;BASE64 ,QUJD", "xdata:;base64,QUJD", "data : ;base64,QUJD", "\"", "'", ":", ",",
       "\"data:a/b,\"", "\"data:a/b,c\"", "metadata:;base64,", "data-", "data:;base64,....", "data:;base64,\n\n&#x41;Q=="};
#define WORDS (sizeof words / sizeof words[0])

static bytes page_of(size_t size)
{
    static const char line[] = "<p class=\"a: b\">A word: of data, and http://example.org/ more.</p>\n";
    bytes out = kit_copy("<!DOCTYPE html>\n", 16);

    while (out.size < size)
        kit_add(&out, line, sizeof line - 1);
    out.size = size;
    return out;
}

static void uris(void)
{
    bytes b = page_of(900), c;

    ok(ask(b, "page"), "a page");
    for (size_t i = 0; i < WORDS; i++) {
        c = kit_copy(b.data, b.size);
        kit_add(&c, words[i], strlen(words[i]));
        put(&c, page_of(200));
        (void)ask(c, words[i]);
        cut_everywhere(c, words[i]);
        change(c, 60, words, WORDS, words[i]);
        free(c.data);
    }
    for (int i = 0; i < 4000; i++) {
        c = kit_copy("<html>", 6);
        for (int k = 0; k < i % 9; k++) {
            const char *word = words[kit_random() % WORDS];
            kit_add(&c, word, strlen(word) - kit_random() % 2);
        }
        (void)ask(c, "words by chance");
        free(c.data);
    }
    free(b.data);
    tally("pages");
}

/* A type as long as may be, and longer; blanks and characters of many bytes before the data. */
static void long_uris(void)
{
    for (size_t length = 230; length < 270; length++)
        for (int i = 0; i < 3; i++) {
            bytes b = page_of(300);
            PUT_TEXT(&b, "\"data:a/");
            while (b.size < 306 + length - 7)
                kit_add(&b, i == 1 ? " " : "a", 1);
            PUT_TEXT(&b, i == 2 ? "," : ";base64,");
            for (size_t k = 0; k < length % 20; k++)
                PUT_TEXT(&b, "&#x0000020;");
            PUT_TEXT(&b, length % 3 ? "QUJD\"" : ".\"");
            (void)ask(b, "a long type");
            put(&b, page_of(200));
            (void)ask(b, "a long type and more");
            free(b.data);
        }
    tally("long types");
}

static void large_pages(void)
{
    static const size_t sizes[] = {65000, 65536, 65537, 66060, 70000, 131072, 140000};
    bytes b;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        b = page_of(sizes[i]);
        ok(ask(b, "large page"), "a page of %zu bytes", sizes[i]);
        free(b.data);
    }
    b = page_of(67000);
    for (size_t at = 65536 - 560; at < 65536 + 560; at += at > 65536 - 290 && at < 65536 + 30 ? 1 : 23) {
        const char *word = words[at % 5 ? at % WORDS : 1];
        bytes c = kit_copy(b.data, b.size);
        memcpy(c.data + at, word, strlen(word));
        int plain = ask(c, "large page with a URI");
        wrong += plain && at % 5 == 0;
        free(c.data);
    }
    free(b.data);
    tally("large pages");
}

int main(void)
{
    opened = kit_new();
    elf();
    large_elf();
    pe();
    large_pe();
    far_pe();
    scripts();
    uris();
    long_uris();
    large_pages();
    kit_free(&opened);
    return tap_done();
}
