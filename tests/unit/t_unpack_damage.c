/*
 * t_unpack_damage: a small container of each format, cut off at every byte and with every byte
 * changed. Either all members come out, exact and clear, or something is said not to be; and it ends.
 */
#include "unpack_kit.h"

#include <locale.h>

static kit_log events;

#define CHECKED 1u /* its bytes have a checksum: none may come out changed and be called clear */
#define ENDED 2u   /* it knows its end: what is cut off is never clear */
#define STATED 4u  /* nor is it when all members are there */

typedef struct row {
    const char *writer, *filter, *options;
    unsigned traits;
    size_t signs; /* bytes at its front by which it is known at all; damaged, it is a plain file */
    size_t step;  /* not at every byte, when it is not small */
} row;

static kit_member members[3];
#define COUNT 3u

static const kit_member *same_content(const kit_item *item)
{
    for (size_t i = 0; i < COUNT; i++)
        if (kit_is(item, members[i].content.data, members[i].content.size))
            return &members[i];
    return NULL;
}

/* How it came out. */
typedef struct verdict {
    int told;    /* something is not clear */
    int whole;   /* every member came out */
    int changed; /* a clear one is none of them */
    int plain;   /* not known as a container */
} verdict;

static verdict judge(const row *r)
{
    size_t exact = 0;
    verdict v = {0};

    v.plain = events.count == 1 && events.items[0].format[0] == 0;
    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        v.told |= item->trouble.status != TUTELA_ITEM_CLEAR;
        if (item->depth != 1 || item->trouble.status != TUTELA_ITEM_CLEAR)
            continue;
        if (same_content(item))
            exact++;
        else
            v.changed = 1;
    }
    v.whole = exact == (r->filter ? 1 : COUNT);
    return v;
}

static int cut_one(const row *r, bytes b, size_t size)
{
    bytes part = {b.data, size};

    (void)!(size % 2 ? kit_run(&events, part, NULL) : kit_run_pipe(&events, part, NULL));
    verdict v = judge(r);
    if (!kit_is(&events.items[0], b.data, size) || events.wrong)
        return 0;
    if (r->traits & CHECKED && v.changed && !v.told)
        return 0;
    return v.told || (v.whole && !(r->traits & STATED)) || (v.plain && size < r->signs) || !(r->traits & ENDED);
}

static void cut_everywhere(const row *r, bytes b)
{
    size_t bad = 0, first = 0;

    for (size_t size = 1; size < b.size; size += r->step)
        if (!cut_one(r, b, size) && !bad++)
            first = size;
    if (!ok(bad == 0, "%s %s cut off at each of %zu bytes", r->writer, r->filter ? r->filter : "",
            b.size)) {
        printf("# %zu times, first at %zu\n", bad, first);
        (void)cut_one(r, b, first);
        kit_show(&events);
    }
}

static int change_one(const row *r, bytes b, size_t at, uint8_t mask)
{
    uint8_t kept = b.data[at];

    b.data[at] ^= mask;
    (void)!(at % 2 ? kit_run(&events, b, NULL) : kit_run_pipe(&events, b, NULL));
    verdict v = judge(r);
    int good = v.told || v.whole || (v.plain && at < r->signs);
    if (!(r->traits & CHECKED) && !v.plain)
        good = 1;
    if (!kit_is(&events.items[0], b.data, b.size) || events.wrong)
        good = 0;
    b.data[at] = kept;
    return good;
}

static void change_everywhere(const row *r, bytes b)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10};
    size_t bad = 0, first = 0;

    for (size_t at = 0; at < b.size; at += r->step)
        if (!change_one(r, b, at, masks[at % 4]) && !bad++)
            first = at;
    if (!ok(bad == 0, "%s %s with each of %zu bytes changed", r->writer, r->filter ? r->filter : "",
            b.size)) {
        printf("# %zu times, first at %zu\n", bad, first);
        (void)change_one(r, b, first, masks[first % 4]);
        kit_show(&events);
    }
}

int main(void)
{
    static const row rows[] = {
        {"zip", NULL, NULL, CHECKED | ENDED, 30, 1},
        {"zip", NULL, "zip:compression=store", CHECKED | ENDED, 30, 1},
        {"7zip", NULL, "7zip:compression=deflate", CHECKED | ENDED, 32, 1},
        {"7zip", NULL, "7zip:compression=lzma1", CHECKED | ENDED, 32, 1},
        {"ustar", NULL, NULL, ENDED, 512, 1},
        {"pax", NULL, NULL, ENDED, 512, 1},
        {"gnutar", NULL, NULL, ENDED, 512, 1},
        {"newc", NULL, NULL, ENDED, 110, 1},
        {"odc", NULL, NULL, ENDED, 76, 1},
        {"arbsd", NULL, NULL, 0, 68, 1},
        {"iso9660", NULL, "iso9660:!pad", ENDED | STATED, 34816, 1013},
        {"iso9660", NULL, NULL, ENDED | STATED, 34816, 4093},
        {"xar", NULL, NULL, CHECKED | ENDED, 28, 1},
        {"raw", "gzip", NULL, CHECKED | ENDED, 10, 1},
        {"raw", "bzip2", NULL, CHECKED | ENDED, 10, 1},
        {"raw", "xz", NULL, CHECKED | ENDED, 12, 1},
        {"raw", "lzip", NULL, CHECKED | ENDED, 20, 1},
        {"raw", "zstd", NULL, ENDED, 8, 1},
        {"raw", "lz4", NULL, CHECKED | ENDED, 12, 1},
        {"raw", "lzma", NULL, ENDED, 24, 1},
        {"raw", "compress", NULL, 0, 8, 1},
    };

    setlocale(LC_CTYPE, "C.UTF-8"); /* for libarchive as the writer */
    events = kit_new();
    members[0] = (kit_member){"one", kit_noise(40)};
    members[1] = (kit_member){"two", kit_copy("all work and no play all work and no play", 41)};
    members[2] = (kit_member){"three", kit_noise(13)};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const row *r = &rows[i];
        bytes b = r->filter ? kit_compress(r->filter, members[1].content.data, members[1].content.size)
                            : kit_archive(r->writer, r->options, members, COUNT);
        if (!b.data) {
            skip(2, "cannot be written here");
            continue;
        }
        cut_everywhere(r, b);
        change_everywhere(r, b);
        free(b.data);
    }
    kit_free(&events);
    for (size_t i = 0; i < COUNT; i++)
        free(members[i].content.data);
    return tap_done();
}
