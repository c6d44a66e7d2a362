/*
 * t_unpack_traps: archives that hold what has no bytes or what cannot be had, that do not end where
 * they should, or that nothing here can write. What is there is found; what is not had is said.
 */
#include "unpack_ask.h"

#include <locale.h>

/* ---- tar and cpio -------------------------------------------------------------------------- */

static void put_special(struct archive *a, const char *name, unsigned type, const char *link)
{
    struct archive_entry *e = archive_entry_new();

    archive_entry_copy_pathname(e, name);
    archive_entry_set_filetype(e, type);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, 0);
    if (type == AE_IFLNK)
        archive_entry_copy_symlink(e, link);
    else if (link)
        archive_entry_copy_hardlink(e, link);
    (void)archive_write_header(a, e);
    archive_entry_free(e);
}

static void specials(const char *format)
{
    bytes b;
    struct archive *a = kit_writer(format, NULL, NULL, &b);

    (void)kit_put(a, "file", "content", 7);
    put_special(a, "hard", AE_IFREG, "file");
    put_special(a, "soft", AE_IFLNK, "file");
    put_special(a, "dir", AE_IFDIR, NULL);
    put_special(a, "fifo", AE_IFIFO, NULL);
    put_special(a, "dev", AE_IFCHR, NULL);
    (void)kit_put(a, "end", "", 0);
    ok(kit_close(a), "%s with links, folders and devices", format);
    run(b);
    /* Without numbers of files, a cpio's hard link is a file of no bytes. */
    ok(has("file", "content") && has("end", "")
           && events.count == (strcmp(format, "newc") == 0 && has("hard", "") ? 4u : 3u),
       "%s: what has no bytes is no member", format);
    is_text(status_of(""), "clear", "%s: and is no trouble", format);
    free(b.data);
}

static void sparse(void)
{
    bytes b, whole = {calloc(1, 300000), 300000};
    struct archive *a = kit_writer("pax", NULL, NULL, &b);
    struct archive_entry *e = archive_entry_new();

    memset(whole.data + 100000, 'x', 5000);
    archive_entry_copy_pathname(e, "holes");
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, 300000);
    archive_entry_sparse_add_entry(e, 100000, 5000);
    (void)archive_write_header(a, e);
    ok(archive_write_data(a, whole.data, whole.size) > 0, "a sparse member is written");
    archive_entry_free(e);
    (void)kit_put(a, "after", "x", 1);
    (void)kit_close(a);
    ok(b.size < 50000, "with its holes");
    run(b);
    ok(kit_is(kit_find(&events, "holes"), whole.data, whole.size), "and read with its zeros");
    is_text(status_of("holes"), "clear", "clear");
    ok(has("after", "x"), "and what follows it");
    free(b.data);
    free(whole.data);
}

static void tar_ends(void)
{
    kit_member one = {"one", kit_copy("1", 1)}, two = {"two", kit_copy("22", 2)};
    bytes a = kit_archive("ustar", NULL, &one, 1), b = kit_archive("ustar", NULL, &two, 1), c;

    c = kit_copy(a.data, a.size);
    kit_add(&c, b.data, b.size);
    run(c);
    ok(has("one", "1") && has("two", "22"), "two tars, one behind the other");
    is_text(status_of(""), "clear", "clear");
    c.size = a.size + 1024;
    run(c);
    is_text(status_of(""), "malformed", "cut off where a member ends");
    ok(has("two", "22"), "what came before is read");
    free(c.data);
    c = kit_copy(a.data, a.size);
    kit_add(&c, "rubbish", 7);
    run(c);
    is_text(status_of(""), "malformed", "bytes behind the end");
    free(c.data);
    /* The header's sum fits, its kind is a folder, and there are bytes. */
    c = kit_copy(b.data, b.size);
    c.data[156] = '5';
    snprintf((char *)c.data + 148, 8, "%06o", 0); /* to be summed anew */
    memset(c.data + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += c.data[i];
    snprintf((char *)c.data + 148, 8, "%06o", sum);
    run(c);
    ok(has("two", "22") || strcmp(status_of(""), "clear") != 0 || strcmp(status_of("two"), "clear") != 0,
       "a folder's bytes are read, or said not to be");
    kit_show(&events);
    free(c.data);
    free(a.data);
    free(b.data);
    free(one.content.data);
    free(two.content.data);
}

/* ---- What is put together by hand ---------------------------------------------------------- */

/* Both members came out, or something is said. */
static int honest(bytes b)
{
    size_t exact = 0;

    (void)!kit_run(&events, b, NULL);
    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        if (item->trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
        exact += item->depth == 1
                 && (kit_is(item, "first member", 12) || kit_is(item, "second", 6));
    }
    return exact == 2;
}

static void report(size_t bad, bytes b, size_t first, const char *what, const char *how)
{
    if (!ok(bad == 0, "%s %s", what, how)) {
        printf("# %zu times, of %zu first at %zu\n", bad, b.size, first);
        kit_show(&events);
    }
}

/* From byte `from` on, before which it is not known for what it is. */
static void check_made(const char *what, bytes b, size_t from)
{
    size_t bad = 0, first = 0;

    run(b);
    if (!ok(has("one", "first member") && has("two", "second"), "%s", what))
        kit_show(&events);
    is_text(status_of(""), "clear", "%s, clear", what);
    for (size_t size = from; size < b.size; size++)
        if (!honest((bytes){b.data, size}) && !bad++)
            first = size;
    report(bad, b, first, what, "cut off");
    bad = 0;
    for (size_t at = from; at < b.size; at++) {
        b.data[at] ^= 0x11;
        if (!honest(b) && !bad++)
            first = at;
        b.data[at] ^= 0x11;
    }
    report(bad, b, first, what, "changed");
    free(b.data);
}

static void made(void)
{
    kit_member members[] = {{"one", kit_copy("first member", 12)}, {"two", kit_copy("second", 6)}};
    bytes b;

    check_made("rar", rar_of(members, 2, 0, 0x30), 8);
    check_made("rar5", rar5_of(members, 2), 8);
    check_made("cab", cab_of(members, 2), 8);
    check_made("lha", lha_of(members, 2, "-lh0-"), 22);
    b = rar_of(members, 2, 4, 0x30);
    run(b);
    is_text(status_of("one"), "encrypted", "rar, encrypted members");
    free(b.data);
    b = lha_of(members, 2, "-lh2-");
    run(b);
    is_text(status_of("one"), "unsupported", "lha, an unknown method");
    free(b.data);
    free(members[0].content.data);
    free(members[1].content.data);
}

/* ---- More of the kind ---------------------------------------------------------------------- */

/* Lead, empty signature, empty header, payload. */
static void rpm(void)
{
    static const uint8_t lead[96] = {0xed, 0xab, 0xee, 0xdb, 3, 0};
    static const uint8_t header[16] = {0x8e, 0xad, 0xe8, 1};
    kit_member member = {"one", kit_copy("first member", 12)};
    bytes cpio = kit_archive("newc", NULL, &member, 1);
    bytes packed = kit_compress("gzip", cpio.data, cpio.size), b = nothing();

    kit_add(&b, lead, sizeof lead);
    kit_add(&b, header, sizeof header);
    kit_add(&b, header, sizeof header);
    kit_add(&b, packed.data, packed.size);
    run(b);
    ok(has("1|1|one", "first member"), "a member of the cpio in the gzip in the rpm");
    is_text(status_of(""), "clear", "clear");
    b.size -= packed.size;
    run(b);
    ok(strcmp(status_of(""), "clear") != 0 || kit_find(&events, "1") != NULL, "without its payload");
    free(b.data);
    free(packed.data);
    free(cpio.data);
    free(member.content.data);
}

/* A 7z of one stored member, made into one that says it is encrypted. */
static void sevenzip_locked(void)
{
    static const uint8_t stored[] = {0x0b, 1, 0, 1, 1, 0};
    static const uint8_t locked[] = {0x0b, 1, 0, 1, 0x24, 0x06, 0xf1, 0x07, 0x01, 2, 0x53, 7};
    kit_member member = {"one", kit_copy("sixteen bytes ..", 16)};
    bytes b = kit_archive("7zip", "7zip:compression=store", &member, 1), c;
    uint8_t *at = b.data ? memmem(b.data, b.size, stored, sizeof stored) : NULL;
    size_t start, head;

    free(member.content.data);
    if (!ok(at != NULL, "a 7z whose header is stored")) {
        free(b.data);
        return;
    }
    start = 32 + (size_t)b.data[12]; /* small: one byte tells */
    head = (size_t)(at - b.data);
    c = kit_copy(b.data, head);
    kit_add(&c, locked, sizeof locked);
    kit_add(&c, at + sizeof stored, b.size - head - sizeof stored);
    c.data[20] = (uint8_t)(c.size - start);
    uint32_t crc = crc_of(c.data + start, c.size - start);
    memcpy(c.data + 28, &crc, 4);
    crc = crc_of(c.data + 12, 20);
    memcpy(c.data + 8, &crc, 4);
    run(c);
    is_text(status_of("one"), "encrypted", "7z, an encrypted member");
    free(b.data);
    free(c.data);
}

/* Something behind the end: a tail may hold anything. */
static void tails(void)
{
    kit_member members[] = {{"one", kit_copy("first member", 12)}, {"two", kit_copy("second", 6)}};
    bytes made[] = {cab_of(members, 2), rar_of(members, 2, 0, 0x30), rar5_of(members, 2),
                    lha_of(members, 2, "-lh0-"), kit_archive("7zip", NULL, members, 2),
                    kit_archive("ustar", NULL, members, 2), kit_archive("newc", NULL, members, 2),
                    kit_archive("arbsd", NULL, members, 2), kit_compress("gzip", "x", 1),
                    kit_compress("bzip2", "x", 1), kit_compress("xz", "x", 1),
                    kit_compress("lzip", "x", 1), kit_compress("lz4", "x", 1),
                    kit_compress("zstd", "x", 1), kit_compress("lzma", "x", 1)};
    zip_part part = {.name = "a", .text = "aaaaaaaa"};
    bytes zip = zip_of(&part, 1, 0);

    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        size_t size = made[i].size, count;
        (void)!kit_run(&events, made[i], NULL);
        count = events.count;
        kit_add(&made[i], "\0\0\0\0\0\0\0\0", 8);
        (void)!kit_run(&events, made[i], NULL);
        /* For an ar and a zstd they are a damaged head; a tar has them in blocks. */
        if (i != 5 && i != 7 && i != 13)
            ok(events.count == count && strcmp(status_of(""), "clear") == 0,
               "%s, zeros behind its end", events.items[0].format);
        made[i].size = size;
        kit_add(&made[i], zip.data, zip.size);
        (void)!kit_run(&events, made[i], NULL);
        if (i == 10 || i == 13) /* libarchive gives none of a small xz or zstd that ends in damage */
            count = 1;
        /* It is found there, or it is said that something is. */
        if (!ok(events.count >= count && (strcmp(status_of(""), "clear") != 0 || has("overlay|a", "aaaaaaaa")),
                "%s, a zip behind its end", events.items[0].format))
            kit_show(&events);
        free(made[i].data);
    }
    free(zip.data);
    free(members[0].content.data);
    free(members[1].content.data);
}

/* Archives whose headers are encrypted: not even the names are there. */
static void locked_names(void)
{
    kit_member member = {"one", kit_copy("first member", 12)};
    bytes b = rar_of(&member, 1, 0, 0x30);
    uint32_t crc;

    b.data[7 + 3] = 0x80; /* of the main block: headers are encrypted; and its checksum */
    crc = crc_of(b.data + 9, 11);
    memcpy(b.data + 7, &crc, 2);
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "encrypted") == 0, "rar, encrypted names");
    free(b.data);
    b = kit_copy("Rar!\x1a\x07\x01\0", 8);
    bytes body = nothing();
    put_vint(&body, 4); /* the block that says how headers are encrypted */
    put_vint(&body, 0);
    put_vint(&body, 0);
    put_vint(&body, 0);
    put_vint(&body, 15);
    kit_add(&body, "0123456789abcdef", 16);
    rar5_header(&b, body);
    kit_add(&b, "what follows cannot be told from noise", 38);
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "encrypted") == 0, "rar5, encrypted names");
    free(b.data);
    free(member.content.data);
}

static void unread(void)
{
    static const struct {
        size_t at;
        const char *bytes;
    } rows[] = {{7, "**ACE**"}, {0, "MSWIM\0\0\0"}, {0, "zPQ\1"}};
    uint8_t head[64];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(head, 0, sizeof head);
        memcpy(head + rows[i].at, rows[i].bytes, 4 + 3 * (rows[i].at == 7));
        if (rows[i].bytes[0] == 'M')
            memcpy(head, rows[i].bytes, 8);
        run((bytes){head, sizeof head});
        is_text(status_of(""), "unsupported", "a container that is known and not opened, %zu", i);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* for libarchive as the writer */
    events = kit_new();
    specials("pax");
    specials("ustar");
    specials("newc");
    sparse();
    tar_ends();
    made();
    rpm();
    sevenzip_locked();
    tails();
    locked_names();
    unread();
    kit_free(&events);
    return tap_done();
}
