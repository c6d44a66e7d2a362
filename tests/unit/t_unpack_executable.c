/*
 * t_unpack_executable: archives behind programs of each kind, and behind scripts; signed programs; what
 * cannot be opened; and programs that are nothing but programs.
 */
#include "unpack_ask.h"
#include "unpack_programs.h"

static kit_member members[2];
#define TEXT "all work and no play all work and no play"

/* ---- Kinds of programs ---------------------------------------------------------------------- */

#define PROGRAMS 10u
static bytes program(size_t index)
{
    switch (index) {
    case 0:
        return pe_of(0, (bytes){NULL, 0});
    case 1:
        return pe_of(1, (bytes){NULL, 0});
    case 2:
        return dos_of(777);
    default:
        index -= 3;
        return index < 6 ? elf_of(index / 2 != 0, index % 2 != 0, index / 4 != 0) : dos_of(1024);
    }
}

#define ARCHIVES 11u
static bytes archive(size_t index)
{
    static const char *const writers[] = {"zip", "7zip", "pax"}, *const filters[] = {"gzip", "bzip2", "xz", "zstd"};

    if (index < 3)
        return kit_archive(writers[index], NULL, members, 2);
    if (index < 7) {
        bytes tar = kit_archive("ustar", NULL, members, 2), out;
        out = kit_compress(filters[index - 3], tar.data, tar.size);
        free(tar.data);
        return out;
    }
    return index == 7 ? rar_of(members, 2, 0, 0x30)
           : index == 8 ? rar5_of(members, 2)
           : index == 9 ? cab_of(members, 2)
                        : kit_archive("newc", NULL, members, 2);
}

/* 1: everything is clear, and both members are there, once each. */
static int all_there(bytes top, bytes inner, const char *chain)
{
    size_t good[2] = {0}, clear = 0;

    for (size_t i = 0; i < events.count; i++) {
        clear += events.items[i].trouble.status == TUTELA_ITEM_CLEAR;
        for (size_t k = 0; k < 2; k++)
            good[k] += (size_t)kit_is(&events.items[i], members[k].content.data, members[k].content.size);
    }
    return good[0] == 1 && good[1] == 1 && clear == events.count && !events.wrong
           && kit_is(&events.items[0], top.data, top.size)
           && kit_is(kit_find(&events, chain), inner.data, inner.size);
}

static void combinations(void)
{
    for (size_t p = 0; p < PROGRAMS; p++) {
        size_t good = 0;
        for (size_t a = 0; a < ARCHIVES; a++) {
            bytes top = program(p), inner = archive(a);
            kit_add(&top, inner.data, inner.size);
            for (int piped = 0; piped < 2; piped++) {
                (void)!(piped ? kit_run_pipe : kit_run)(&events, top, NULL);
                good += all_there(top, inner, "overlay")
                        && strcmp(events.items[0].format, "executable") == 0;
                if (good != 2 * a + 1 + (size_t)piped)
                    kit_show(&events);
            }
            free(inner.data);
            free(top.data);
        }
        is_u64(good, 2 * ARCHIVES, "program %d before each kind of archive", (int)p);
    }
}

/* The archives that are searched for stand behind other things too; a tar, say, does not. */
static void searched_for(void)
{
    static const size_t which[] = {0, 1, 7, 8, 9};
    static const size_t gaps[] = {1, 500, 65536 - 70, 65536 - 3, 65536, 65536 + 40, 400000};
    size_t good = 0;

    for (size_t i = 0; i < 5; i++)
        for (size_t g = 0; g < 7; g++) {
            bytes top = pe_of(1, (bytes){NULL, 0}), inner = archive(which[i]);
            pad_to(&top, top.size + gaps[g]);
            kit_add(&top, inner.data, inner.size);
            (void)!kit_run(&events, top, NULL);
            good += (size_t)all_there(top, inner, "overlay");
            free(inner.data);
            free(top.data);
        }
    is_u64(good, 35, "behind texts of an unpacker of each length");
}

/* Offsets that count from the program's front, as `zip -A` makes them. */
static void zip_offsets(void)
{
    zip_part parts[] = {{.name = "a", .text = "aaaaaaaa"}, {.name = "b", .text = "bbbb"}};

    for (size_t p = 0; p < 4; p++) {
        bytes top = program(p), zip;
        size_t from = top.size, start;
        zip_member(&top, &parts[0]);
        zip_member(&top, &parts[1]);
        start = top.size;
        zip_record(&top, &parts[0]);
        zip_record(&top, &parts[1]);
        zip_end(&top, 2, start, 10);
        zip = (bytes){top.data + from, top.size - from};
        run(top);
        ok(has("overlay|a", "aaaaaaaa") && has("overlay|b", "bbbb")
               && kit_is(kit_find(&events, "overlay"), zip.data, zip.size),
           "a zip whose offsets count from the program's front");
        is_text(status_of("overlay"), "clear", "and nothing is missing");
        run(zip);
        ok(has("a", "aaaaaaaa") && has("b", "bbbb") && strcmp(status_of(""), "clear") == 0,
           "also when it was cut out");
        free(top.data);
    }
}

/* ---- Certificates and resources -------------------------------------------------------------- */

static void signed_programs(void)
{
    for (int plus = 0; plus < 2; plus++) {
        bytes top = pe_of(plus, (bytes){NULL, 0}), inner = archive(1), zip = archive(0), all;
        size_t from = top.size + inner.size;
        kit_add(&top, inner.data, inner.size);
        pad_to(&top, from + 300);
        set32(&top, PE_CERTIFICATE(plus), from);
        set32(&top, PE_CERTIFICATE(plus) + 4, 300);
        run(top);
        ok(all_there(top, inner, "overlay"), "before the certificate");
        all = kit_copy(top.data, top.size);
        kit_add(&all, zip.data, zip.size);
        run(all);
        ok(kit_is(kit_find(&events, "overlay"), inner.data, inner.size)
               && kit_is(kit_find(&events, "overlay 2"), zip.data, zip.size),
           "before it and behind it");
        is_text(status_of("overlay 2|one"), "clear", "both opened");
        free(all.data);
        top.size -= 300 + inner.size;
        pad_to(&top, top.size + 300);
        set32(&top, PE_CERTIFICATE(plus), top.size - 300);
        kit_add(&top, inner.data, inner.size);
        run(top);
        ok(all_there(top, inner, "overlay"), "behind it");
        set32(&top, PE_CERTIFICATE(plus), 0xfffffff0);
        run(top);
        ok(all_there(top, inner, "overlay"), "a certificate that is not there");
        free(zip.data);
        free(inner.data);
        free(top.data);
    }
}

static void resources(void)
{
    bytes cab = archive(9), inner = kit_noise(100), top;

    kit_add(&inner, cab.data, cab.size);
    pad_to(&inner, inner.size + 50);
    top = pe_of(0, inner);
    run(top);
    ok(all_there(top, cab, "overlay"), "a cabinet among the resources");
    free(top.data);
    free(cab.data);
    cab = archive(1);
    top = pe_of(0, cab);
    run(top);
    is_u64(events.count, 1, "no other archive is looked for there");
    free(top.data);
    free(cab.data);
    free(inner.data);
}

/* ---- Scripts --------------------------------------------------------------------------------- */

static void scripts(void)
{
    bytes script = kit_copy("#!/bin/sh\n# ustar  7z PK Rar! BZh9\nexit 0\n", 42), top;
    size_t good = 0, tried = 0;

    run(script);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "a script is a plain file");
    for (size_t lines = 0; lines < 3; lines++) {
        for (size_t a = 0; a < ARCHIVES; a++, tried++) {
            bytes inner = archive(a);
            top = kit_copy(script.data, script.size);
            while (top.size < lines * 30000)
                PUT_TEXT(&top, "echo this is what a line looks like\n");
            kit_add(&top, inner.data, inner.size);
            run(top);
            good += (size_t)all_there(top, inner, "overlay");
            free(top.data);
            free(inner.data);
        }
    }
    is_u64(good, tried, "short and long ones with a payload");
    top = kit_copy(script.data, script.size);
    while (top.size < 66000)
        PUT_TEXT(&top, "echo this is what a line looks like\n");
    bytes inner = archive(3);
    kit_add(&top, inner.data, inner.size);
    run(top);
    is_u64(events.count, 1, "too long a script is a plain file");
    free(inner.data);
    free(top.data);
    free(script.data);
}

/* ---- Not opened, and plain ------------------------------------------------------------------- */

static void behind_program(const char *what, bytes inner)
{
    bytes top = elf_of(1, 0, 0);

    kit_add(&top, inner.data, inner.size);
    run(top);
    is_text(status_of("overlay"), "unsupported", "%s", what);
    run(inner);
    is_text(status_of(""), "unsupported", "and by itself");
    free(top.data);
    free(inner.data);
}

static void not_opened(void)
{
    bytes squashfs = kit_copy("hsqs", 4), nsis = kit_copy("\0\0\0\0\xef\xbe\xad\xdeNullsoftInst", 20), inno;

    put_number(&squashfs, 5, 8);
    PUT32(&squashfs, 131072);
    put_number(&squashfs, 1, 6);
    PUT16(&squashfs, 17);
    PUT32(&squashfs, 0);
    PUT32(&squashfs, 4);
    pad_to(&squashfs, 4096);
    behind_program("squashfs, as in an AppImage", squashfs);
    pad_to(&nsis, 3000);
    behind_program("an installer of NSIS", nsis);
    inno = kit_copy("Inno Setup Setup Data (5.5.7) (u)", 33);
    while (inno.size < 64)
        kit_add(&inno, "", 1);
    pad_to(&inno, 2000);
    behind_program("one of Inno Setup", inno);
}

static int is_plain(bytes b)
{
    size_t plain = 0;

    for (int piped = 0; piped < 2; piped++) {
        (void)!(piped ? kit_run_pipe : kit_run)(&events, b, NULL);
        plain += events.count == 1 && events.items[0].format[0] == 0 && !events.wrong
                 && events.items[0].trouble.status == TUTELA_ITEM_CLEAR
                 && kit_is(&events.items[0], b.data, b.size);
    }
    return plain == 2;
}

static void plain_programs(const char *self)
{
    static const char *const texts[] = {"MZ", "MZ and so on", "\x7f" "ELF", "#!", "#!/bin/sh",
                                        "MZ 7z\xbc\xaf\x27\x1c Rar!\x1a\7 PK\3\4 MSCF ............"
                                        "..............................."};
    FILE *in = fopen(self, "rb");
    size_t room = 64 << 20, plain = 0, tried = 0;
    bytes b = {malloc(room), 0};

    if (in)
        b.size = fread(b.data, 1, room, in);
    ok(b.size > 1000 && b.size < room && is_plain(b),
       "this program is plain, with all the signs it has in it");
    if (in)
        fclose(in);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++, tried++)
        plain += (size_t)is_plain((bytes){(uint8_t *)texts[i], strlen(texts[i])});
    free(b.data);
    for (size_t i = 0; i < PROGRAMS; i++, tried++) {
        b = program(i);
        plain += (size_t)is_plain(b);
        pad_to(&b, b.size + 3000);
        plain += (size_t)is_plain(b);
        tried++;
        free(b.data);
    }
    for (size_t i = 0; i < 300; i++, tried++) {
        b = kit_noise(64 + kit_random() % 3000);
        memcpy(b.data, i % 2 ? "MZ" : "\x7f" "ELF\1\1", i % 2 ? 2 : 6);
        b.data[60] = (uint8_t)(b.data[60] % 64 + 64);
        b.data[61] = b.data[62] = b.data[63] = 0;
        if (b.size > 200 && i % 2)
            memcpy(b.data + b.data[60], "PE\0\0", 4);
        plain += (size_t)is_plain(b);
        free(b.data);
    }
    is_u64(plain, tried, "and so are others, and noise that begins like one");
}

/* ---- Cut off, and changed -------------------------------------------------------------------- */

/* How many things are not as they should be. */
static size_t judge(bytes b)
{
    int told = events.count == 1 && events.items[0].format[0] == 0; /* the signs are damaged */
    size_t good = 0, wrong = 0;

    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        int known = kit_is(item, members[0].content.data, members[0].content.size)
                    || kit_is(item, members[1].content.data, members[1].content.size);
        told |= item->trouble.status != TUTELA_ITEM_CLEAR;
        good += (size_t)known;
        wrong += item->depth == 2 && !known && item->trouble.status == TUTELA_ITEM_CLEAR;
    }
    wrong += !told && good != 2;
    return wrong + (events.wrong || !kit_is(&events.items[0], b.data, b.size));
}

static void damaged(size_t p, size_t a)
{
    bytes top = program(p), inner = archive(a);
    size_t wrong = 0, hidden = 0, from = top.size;

    kit_add(&top, inner.data, inner.size);
    for (size_t at = 0; at < top.size; at++) {
        (void)!(at % 2 ? kit_run : kit_run_pipe)(&events, (bytes){top.data, at}, NULL);
        wrong += judge((bytes){top.data, at});
        top.data[at] ^= (uint8_t)(1u << at % 8);
        (void)!(at % 2 ? kit_run : kit_run_pipe)(&events, top, NULL);
        wrong += judge(top);
        hidden += at >= from + 32 && events.count == 1;
        top.data[at] ^= (uint8_t)(1u << at % 8);
    }
    is_u64(wrong, 0, "program %d, archive %d: changed and cut off everywhere", (int)p, (int)a);
    is_u64(hidden, 0, "nothing but the program's and the archive's own head hides it");
    free(inner.data);
    free(top.data);
}

int main(int count, char **arguments)
{
    (void)count;
    events = kit_new();
    members[0] = (kit_member){"one", kit_noise(100)};
    members[1] = (kit_member){"dir/two", kit_copy(TEXT, strlen(TEXT))};
    combinations();
    searched_for();
    zip_offsets();
    signed_programs();
    resources();
    scripts();
    not_opened();
    plain_programs(arguments[0]);
    damaged(0, 0);
    damaged(5, 1);
    damaged(2, 7);
    kit_free(&events);
    free(members[0].content.data);
    free(members[1].content.data);
    return tap_done();
}
