/*
 * t_unpack_onenote: the files in a OneNote section, and what is damaged.
 */
#include "unpack_ask.h"
#include "unpack_outlook.h"

static kit_member members[3];

static int told(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

static size_t exact(size_t count)
{
    size_t out = 0;

    for (size_t i = 0; i < events.count; i++)
        for (size_t k = 0; k < count; k++)
            out += events.items[i].depth == 1
                   && kit_is(&events.items[i], members[k].content.data, members[k].content.size);
    return out;
}

static void a_section(void)
{
    bytes b = one_of(members, 3), tail;

    run(b);
    ok(!told() && exact(3) == 3 && events.count == 4
       && strcmp(events.items[0].format, "onenote") == 0, "three files");
    /* Across the reader's window, and at every place in a row of eight. */
    for (size_t shift = 0; shift < 24; shift++) {
        bytes far = one_begun(), gap = kit_noise(65536 - 1024 - 8 + shift);
        put_bytes(&far, gap);
        one_file(&far, members[shift % 3].content);
        one_end(&far);
        (void)!kit_run(&events, far, NULL);
        if (told() || exact(3) != 1)
            ok(0, "a file at %zu", 65528 + shift);
        free(far.data);
    }
    tail = kit_copy(b.data, b.size - 30);
    one_end(&tail);
    run(tail);
    ok(told() && exact(3) == 2, "the last one cut off: %s", status_of(""));
    free(tail.data);
    free(b.data);
}

static void within_others(void)
{
    bytes inner = one_of(members, 2);
    kit_member whole = {"notes.one", inner};
    bytes zip = kit_archive("zip", NULL, &whole, 1);
    kit_member zipped = {"z", zip};
    bytes outer = one_of(&zipped, 1);

    run(outer);
    ok(!told() && kit_is(kit_find(&events, "1|notes.one|2"), members[1].content.data,
                         members[1].content.size), "in a section in a zip in a section");
    ok(events.count == 5, "each once, %zu", events.count);
    free(outer.data);
    free(zip.data);
    free(inner.data);
}

static void refused(void)
{
    bytes b = one_of(members, 1);

    b.data[48] ^= 1;
    run(b);
    ok(strcmp(status_of(""), "malformed") == 0, "of no known kind");
    memcpy(b.data + 48, "\x2f\xe9\x8d\x63\xd4\xa6\xc1\x4b\x9a\x36\xb3\xfc\x25\x11\xa5\xb7", 16);
    run(b);
    ok(strcmp(status_of(""), "unsupported") == 0, "a package store");
    memcpy(b.data + 48, ONE_STORE, 16);
    kit_add(&b, "\x67\xa0\xd1\xda\x85\xa3\x6b\xfb<xml>\x3c\x8b\x19\x8e\x4f\x29\x49\x26", 21);
    run(b);
    ok(strcmp(status_of(""), "encrypted") == 0 && exact(1) == 1, "encrypted");
    b.data[b.size - 1] ^= 1;
    run(b);
    ok(!told(), "a key's first bytes alone are none");
    free(b.data);
}

/* A length has no check but the closing GUID at the next multiple of eight. */
static int unprovable(const bytes *b, size_t at)
{
    for (size_t i = 0; i + 16 <= b->size; i++)
        if (memcmp(b->data + i, ONE_OPENING, 16) == 0 && at == i + 16)
            return 1;
    return 0;
}

static int inside(const bytes *b, size_t at)
{
    for (size_t i = 1024; i + 16 <= b->size; i++)
        if (memcmp(b->data + i, ONE_OPENING, 16) == 0)
            for (size_t k = 0; k < 2; k++)
                if (at >= i + 36 && at < i + 36 + members[k].content.size
                    && memcmp(b->data + i + 36, members[k].content.data, 8) == 0)
                    return 1;
    return 0;
}

static void every_byte(void)
{
    bytes b = one_of(members, 2);
    size_t bad = 0, first = 0;

    for (size_t size = 16; size < b.size; size++) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        if ((!told() || events.wrong) && !bad++)
            first = size;
    }
    ok(bad == 0, "cut off at each of %zu bytes: %zu unseen, first at %zu", b.size, bad, first);
    bad = 0;
    for (size_t at = 16; at < b.size; at++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x08};
        int free_to_differ = unprovable(&b, at) || inside(&b, at);
        for (size_t m = 0; m < 5; m++) {
            b.data[at] ^= masks[m];
            (void)!kit_run(&events, b, NULL);
            b.data[at] ^= masks[m];
            if ((events.wrong || (!free_to_differ && !told() && exact(2) != 2)) && !bad++)
                first = at;
        }
    }
    ok(bad == 0, "each byte changed: %zu unseen, first at %zu", bad, first);
    free(b.data);
}

int main(void)
{
    events = kit_new();
    members[0] = (kit_member){"a", kit_noise(40)};
    members[1] = (kit_member){"b", kit_noise(13)};
    members[2] = (kit_member){"c", kit_noise(200000)};
    a_section();
    within_others();
    refused();
    every_byte();
    kit_free(&events);
    for (size_t i = 0; i < 3; i++)
        free(members[i].content.data);
    return tap_done();
}
