/*
 * t_unpack_archive: the same members come out of every format that libarchive can write, with
 * exactly their bytes, whether the file can be sought in or not.
 */
#include "unpack_kit.h"

#include <locale.h>

static kit_log events;

#define MEMBERS 9u
static kit_member members[MEMBERS];
static char long_name[301];

static void make_members(void)
{
    static const size_t sizes[MEMBERS] = {0, 1, 511, 512, 513, 77, 1000, 65536, 1 << 20};
    static const char *const names[MEMBERS] = {"empty",    "one",          "dir/511",
                                               "dir/512",  "dir/sub/513",  "\xc3\xa9t\xc3\xa9",
                                               long_name,  "64k.bin",      "mega.bin"};

    for (size_t i = 0; i < 300; i++)
        long_name[i] = i % 50 == 48 ? '/' : (char)('a' + i % 26);
    for (size_t i = 0; i < MEMBERS; i++)
        members[i] = (kit_member){names[i], kit_noise(sizes[i])};
}

#define FLAT 1u
#define SHORT 2u
#define SMALL (MEMBERS - 1)

/* One row of the matrix. */
typedef struct row {
    const char *writer, *options, *format;
    size_t count;  /* of the members: the last, large one is slow to write in some */
    unsigned odds; /* FLAT: it keeps no folders; SHORT: no long name */
} row;

static const char *name_of(const kit_member *member, unsigned odds)
{
    const char *slash = strrchr(member->name, '/');

    if (odds & SHORT && member->name == long_name)
        return "short";
    return odds & FLAT && slash ? slash + 1 : member->name;
}

static bytes write_row(const row *r)
{
    kit_member list[MEMBERS];

    for (size_t i = 0; i < r->count; i++)
        list[i] = (kit_member){name_of(&members[i], r->odds), members[i].content};
    return kit_archive(r->writer, r->options, list, r->count);
}

static void check(const row *r, const char *how)
{
    size_t exact = 0, files = 0;

    for (size_t i = 0; i < events.count; i++)
        files += events.items[i].depth == 1;
    for (size_t i = 0; i < r->count; i++) {
        const kit_item *item = kit_find(&events, name_of(&members[i], r->odds));
        exact += kit_is(item, members[i].content.data, members[i].content.size)
                 && item->trouble.status == TUTELA_ITEM_CLEAR;
    }
    int good = ok(exact == r->count && files == r->count && !events.wrong
                      && events.items[0].trouble.status == TUTELA_ITEM_CLEAR
                      && strcmp(events.items[0].format, r->format) == 0,
                  "%s %s, %s: %zu members", r->writer, r->options ? r->options : "", how, r->count);
    if (!good)
        kit_show(&events);
}

static void every_format(void)
{
    static const row rows[] = {
        {"zip", NULL, "zip", MEMBERS, 0},
        {"zip", "zip:compression=store", "zip", MEMBERS, 0},
        {"zip", "zip:zip64", "zip", SMALL, 0},
        {"7zip", "7zip:compression=store", "7z", MEMBERS, 0},
        {"7zip", "7zip:compression=deflate", "7z", SMALL, 0},
        {"7zip", "7zip:compression=bzip2", "7z", SMALL, 0},
        {"7zip", "7zip:compression=lzma1", "7z", SMALL, 0},
        {"7zip", "7zip:compression=lzma2", "7z", SMALL, 0},
        {"7zip", "7zip:compression=ppmd", "7z", SMALL, 0},
        {"pax", NULL, "tar", MEMBERS, 0},
        {"paxr", NULL, "tar", SMALL, 0},
        {"ustar", NULL, "tar", SMALL, SHORT},
        {"gnutar", NULL, "tar", MEMBERS, 0},
        {"v7tar", NULL, "tar", SMALL, SHORT},
        {"odc", NULL, "cpio", SMALL, 0},
        {"newc", NULL, "cpio", SMALL, 0},
        {"bin", NULL, "cpio", SMALL, 0},
        {"arbsd", NULL, "ar", SMALL, FLAT},
        {"arsvr4", NULL, "ar", SMALL, FLAT | SHORT},
        {"iso9660", NULL, "iso9660", SMALL, SHORT},
        {"xar", NULL, "xar", SMALL, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bytes b = write_row(&rows[i]);
        if (!b.data) {
            skip(2, "cannot be written here");
            continue;
        }
        ok(kit_run(&events, b, NULL) == TUTELA_OK && kit_is(&events.items[0], b.data, b.size),
           "%s: its own bytes too", rows[i].writer);
        check(&rows[i], "sought");
        (void)!kit_run_pipe(&events, b, NULL);
        check(&rows[i], "piped");
        free(b.data);
    }
}

/* One after another in one file: all of it comes out, or it is said that some does not. */
static void twice(const char *filter, bytes b, bytes content)
{
    bytes both = kit_copy(b.data, b.size);
    const kit_item *item;
    int whole, told;

    kit_add(&both, b.data, b.size);
    (void)!kit_run(&events, both, NULL);
    item = &events.items[events.count - 1];
    whole = item->content.size == 2 * content.size
            && memcmp(item->content.data, content.data, content.size) == 0
            && memcmp(item->content.data + content.size, content.data, content.size) == 0;
    told = events.items[0].trouble.status != TUTELA_ITEM_CLEAR;
    ok((whole || told) && !events.wrong, "%s twice: %s", filter,
       whole && !told ? "all of it" : events.items[0].trouble.reason);
    free(both.data);
}

static void every_filter(void)
{
    static const struct {
        const char *filter, *format;
        size_t from; /* the first member tried: libarchive cannot write nothing as these */
    } rows[] = {{"gzip", "gzip", 0}, {"bzip2", "bzip2", 0},       {"xz", "xz", 0},
                {"lzma", "lzma", 0}, {"lzip", "lzip", 1},         {"zstd", "zstd", 0},
                {"lz4", "lz4", 1},   {"compress", "compress", 1}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t m = rows[i].from; m < SMALL; m++) {
            bytes b = kit_compress(rows[i].filter, members[m].content.data, members[m].content.size);
            if (!b.data) {
                skip(2, "cannot be written here");
                continue;
            }
            (void)!kit_run_pipe(&events, b, NULL);
            int good = ok(events.count == 2 && strcmp(events.items[0].format, rows[i].format) == 0
                              && events.items[0].trouble.status == TUTELA_ITEM_CLEAR
                              && kit_is(&events.items[1], members[m].content.data,
                                        members[m].content.size)
                              && events.items[1].trouble.status == TUTELA_ITEM_CLEAR && !events.wrong,
                          "%s of %zu bytes", rows[i].filter, members[m].content.size);
            if (!good)
                kit_show(&events);
            if (strcmp(rows[i].filter, "compress") != 0) /* which has no end of its own */
                twice(rows[i].filter, b, members[m].content);
            free(b.data);
        }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* for libarchive as the writer */
    make_members();
    events = kit_new();
    every_format();
    every_filter();
    kit_free(&events);
    for (size_t i = 0; i < MEMBERS; i++)
        free(members[i].content.data);
    return tap_done();
}
