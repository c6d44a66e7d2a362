/*
 * t_unpack_chm: the files in a help file, and what is damaged.
 */
#include "unpack_ask.h"
#include "unpack_outlook.h"

#include "base/cursor.h"

#ifndef HAVE_LIBMSPACK
int main(void)
{
    kit_member none = {"+a", text_of("a")};
    bytes b = chm_of(&none, 1, 4096);

    events = kit_new();
    run(b);
    ok(strcmp(status_of(""), "unsupported") == 0, "known, and not opened");
    return tap_done();
}
#else

static kit_member members[5];
#define COUNT 5u

static int told(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

/* How many of the members came out under their names as they are. */
static size_t exact(size_t count)
{
    size_t out = 0;

    for (size_t k = 0; k < count; k++)
        out += (size_t)kit_is(kit_find(&events, members[k].name), members[k].content.data,
                              members[k].content.size);
    return out;
}

static void a_help_file(void)
{
    bytes b = chm_of(members, COUNT, 4096), small = chm_of(members, COUNT, 160);

    run(b);
    ok(!told() && exact(COUNT) == COUNT && events.count == COUNT + 1
       && strcmp(events.items[0].format, "chm") == 0, "its files, of both kinds");
    if (told())
        kit_show(&events);
    run(small);
    ok(!told() && exact(COUNT) == COUNT, "with a directory of many parts");
    free(small.data);
    free(b.data);
}

static void within_others(void)
{
    bytes inner = chm_of(members, 3, 4096);
    kit_member whole = {"help.chm", inner};
    bytes zip = kit_archive("zip", NULL, &whole, 1);
    kit_member zipped[] = {{"z/one.zip", zip}, {"+two.zip", zip}};
    bytes outer = chm_of(zipped, 2, 4096);

    run(outer);
    ok(!told() && kit_is(kit_find(&events, "z/one.zip|help.chm|dir/b"), members[1].content.data,
                         members[1].content.size), "a help file in a zip in a help file");
    ok(kit_is(kit_find(&events, "+two.zip|help.chm|+a"), members[0].content.data,
              members[0].content.size), "and beside it");
    free(outer.data);
    free(zip.data);
    free(inner.data);
}

static void contradictions(void)
{
    kit_member hidden = {"x", text_of("within")};
    bytes b = chm_of(members, 2, 4096);
    uint8_t *at = memmem(b.data, b.size, "PMGL", 4);

    at[0] = 'Q';
    run(b);
    ok(strcmp(status_of(""), "malformed") == 0, "a part of the directory without its sign");
    at[0] = 'P';
    at[4094]--;
    run(b);
    ok(strcmp(status_of(""), "malformed") == 0, "one entry fewer than there are");
    at[4094]++;
    kit_add(&b, "x", 1);
    run(b);
    ok(strcmp(status_of(""), "malformed") == 0 && exact(2) == 2, "a byte behind its end");
    free(b.data);
    free(hidden.content.data);
}

/* What says how long a file is has no check when it says less: an entry's length, and its name. */
static int unprovable(const bytes *b, size_t at)
{
    for (size_t i = 0; i < COUNT; i++) {
        const char *name = members[i].name;
        const uint8_t *found = memmem(b->data, b->size, name, strlen(name));
        size_t from = found ? (size_t)(found - b->data) : b->size;
        if (at + 2 >= from && at < from + strlen(name) + 8)
            return 1;
    }
    return 0;
}

/* The bytes of members themselves, and blocks of compressed data around them, have no checksum. */
static void every_byte(void)
{
    bytes b = chm_of(members, 3, 512);
    size_t bad = 0, first = 0, content = (size_t)tt_load64(b.data + 0x58);

    for (size_t size = 64; size < b.size; size += size < content + 2000 ? 1 : 997) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        if ((!told() || events.wrong) && !bad++)
            first = size;
    }
    ok(bad == 0, "cut off: %zu unseen, first at %zu of %zu", bad, first, b.size);
    bad = 0;
    for (size_t at = 12; at < content + 400; at++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10};
        for (size_t m = 0; m < 4; m++) {
            b.data[at] ^= masks[m];
            (void)!kit_run(&events, b, NULL);
            b.data[at] ^= masks[m];
            int free_to_differ = unprovable(&b, at) || at >= content;
            if ((events.wrong || (!free_to_differ && !told() && exact(3) != 3)) && !bad++)
                first = at;
        }
    }
    ok(bad == 0, "each byte of its heads changed: %zu unseen, first at %zu", bad, first);
    free(b.data);
}

int main(void)
{
    events = kit_new();
    members[0] = (kit_member){"+a", kit_noise(40)};
    members[1] = (kit_member){"dir/b", kit_noise(1000)};
    members[2] = (kit_member){"c", kit_noise(13)};
    members[3] = (kit_member){"d.html", kit_noise(200001)};
    members[4] = (kit_member){"+empty", nothing()};
    a_help_file();
    within_others();
    contradictions();
    every_byte();
    kit_free(&events);
    for (size_t i = 0; i < COUNT; i++)
        free(members[i].content.data);
    return tap_done();
}
#endif
