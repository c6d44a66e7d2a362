/*
 * t_unpack_pst: messages, attachments and folders of a PST, hidden in either way; and what is damaged.
 */
#include "unpack_ask.h"
#include "unpack_pst.h"

#define IN "Top/Inbox/hello/"

static kit_member members[4];

static int told(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

static int is_there(const char *chain, bytes b)
{
    return kit_is(kit_find(&events, chain), b.data, b.size);
}

static void a_file(uint8_t cipher)
{
    bytes b = pst_of(members, 4, cipher), wide = wide_of("the body");

    run(b);
    if (!ok(!told() && strcmp(events.items[0].format, "pst") == 0, "hidden in way %u", cipher))
        kit_show(&events);
    ok(is_there(IN "one.bin", members[0].content) && is_there(IN "two.bin", members[1].content),
       "small attachments");
    ok(is_there(IN "list.bin", members[2].content) && is_there(IN "lists.bin", members[3].content),
       "one in a list of blocks, one in a list of lists");
    ok(is_there(IN "body.txt", wide) && has(IN "body.rtf", "{\\rtf1 body body body}"), "bodies");
    ok(events.count == 7, "and no more, %zu", events.count);
    free(wide.data);
    free(b.data);
}

/* A message attached to a message, and a mail of another kind in it. */
static void embedded(void)
{
    pst_out out = pst_begun(1);
    bytes deep = nothing(), list = nothing(), inner = nothing(), mail = tnef_of(members, 1), b;
    pst_property subject[] = {{0x37, 0x1f, 0, wide_of("outer")}};
    pst_property within[] = {{0x37, 0x1e, 0, text_of("inner")}, {0x1013, 0x102, 0, text_of("<p>html")}};
    pst_property attached[] = {{0x3001, 0x1f, 0, wide_of("a message")},
                               {0x3701, 0x0d, 0, kit_copy("\x44\0\x20\0\0\0\0\0", 8)},
                               {0x3705, 3, 5, nothing()}};
    uint64_t data, below;

    pst_attachment(&out, &deep, 0x401, "winmail.dat", mail);
    below = pst_block(&out, deep, 1);
    data = pst_block(&out, pst_properties(within, 2), 0);
    pst_below_put(&inner, 0x200044, data, below);
    below = pst_block(&out, inner, 1);
    data = pst_block(&out, pst_properties(attached, 3), 0);
    pst_below_put(&list, 0x400 << 5 | 5, data, below);
    below = pst_block(&out, list, 1);
    data = pst_block(&out, pst_properties(subject, 1), 0);
    pst_node(&out, 0x200024, 0, data, below);
    b = pst_end(&out);
    run(b);
    if (!ok(!told() && is_there("outer/a message/inner/winmail.dat|one.bin", members[0].content),
            "an attachment of a mail attached to a message attached to one"))
        kit_show(&events);
    ok(has("outer/a message/inner/body.html", "<p>html"), "and its body");
    free(mail.data);
    free(b.data);
}

/* A message below itself. */
static void endless(void)
{
    pst_out out = pst_begun(0);
    bytes list = nothing(), b;
    pst_property attached[] = {{0x3701, 0x0d, 0, kit_copy("\x44\0\x20\0\0\0\0\0", 8)},
                               {0x3705, 3, 5, nothing()}};
    uint64_t data = pst_block(&out, pst_properties(attached, 2), 0), below = out.next | 2;

    for (uint32_t i = 0; i < 4; i++)
        pst_below_put(&list, (0x400 + i) << 5 | 5, data, below);
    pst_below_put(&list, 0x200044, data, below);
    (void)pst_block(&out, list, 1);
    pst_node(&out, 0x200024, 0, data, below);
    b = pst_end(&out);
    (void)!kit_run(&events, b, &(tt_budget){.entries = 1000});
    ok(told() && strcmp(status_of(""), "limit") == 0, "a message that is attached to itself ends");
    free(b.data);
}

static void put_sums(bytes b)
{
    uint32_t part = pst_sum(b.data + 8, 471), all = pst_sum(b.data + 8, 516);

    memcpy(b.data + 4, &part, 4);
    memcpy(b.data + 524, &all, 4);
}

static void refused(void)
{
    bytes b = pst_of(members, 1, 0);

    b.data[513] = 0x10;
    put_sums(b);
    run(b);
    ok(strcmp(status_of(""), "encrypted") == 0 && events.count == 1, "encrypted for good");
    b.data[513] = 0;
    b.data[10] = 14;
    put_sums(b);
    run(b);
    ok(strcmp(status_of(""), "unsupported") == 0, "a file of before 2003");
    b.data[10] = 36;
    put_sums(b);
    run(b);
    ok(strcmp(status_of(""), "unsupported") == 0, "a cache of Outlook 2013");
    free(b.data);
}

/* Everything is exact, or something is said. */
static int honest(void)
{
    return !events.wrong
           && (told() || (is_there(IN "one.bin", members[0].content)
                          && is_there(IN "two.bin", members[1].content)));
}

/* A clear attachment is the true one, whatever else is said. */
static int no_false_one(void)
{
    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        const char *name = strrchr(item->chain, '/');
        if (item->trouble.status != TUTELA_ITEM_CLEAR || !name || strncmp(name, "/body", 5) == 0)
            continue;
        if (!kit_is(item, members[0].content.data, members[0].content.size)
            && !kit_is(item, members[1].content.data, members[1].content.size))
            return 0;
    }
    return 1;
}

static void every_byte(void)
{
    bytes b = pst_of(members, 2, 1);
    size_t bad = 0, first = 0;

    for (size_t size = 10; size < b.size; size += size < 2048 ? 1 : 7) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        if ((!told() || events.wrong) && !bad++)
            first = size;
    }
    ok(bad == 0, "cut off at any of %zu bytes: %zu unseen, first at %zu", b.size, bad, first);
    bad = 0;
    for (size_t at = 10; at < b.size; at++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff};
        for (size_t m = 0; m < 3; m++) {
            b.data[at] ^= masks[m];
            (void)!kit_run(&events, b, NULL);
            b.data[at] ^= masks[m];
            if ((!honest() || !no_false_one()) && !bad++)
                first = at;
        }
    }
    ok(bad == 0, "each byte changed: %zu unseen, first at %zu", bad, first);
    free(b.data);
}

int main(void)
{
    events = kit_new();
    members[0] = (kit_member){"one.bin", kit_noise(40)};
    members[1] = (kit_member){"two.bin", kit_noise(1300)};
    members[2] = (kit_member){"list.bin", kit_noise(20000)};
    members[3] = (kit_member){"lists.bin", kit_noise(100001)};
    for (uint8_t cipher = 0; cipher < 3; cipher++)
        a_file(cipher);
    embedded();
    endless();
    refused();
    every_byte();
    kit_free(&events);
    for (size_t i = 0; i < 4; i++)
        free(members[i].content.data);
    return tap_done();
}
