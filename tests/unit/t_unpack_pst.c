/*
 * t_unpack_pst: messages, attachments and folders of a PST, hidden in either way; and what is damaged.
 */
#include "unpack_ask.h"
#include "unpack_pst.h"

#define IN "Top/Inbox/hello/"

static kit_member members[5];

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

static void a_file(const pst_layout *kind, uint8_t cipher)
{
    bytes b = pst_of(kind, members, 5, cipher);
    bytes wide = kind->word == 4 ? text_of("the body") : wide_of("the body");

    run(b);
    if (!ok(!told() && strcmp(events.items[0].format, "pst") == 0, "%s, hidden in way %u", kind->name,
            cipher))
        kit_show(&events);
    ok(is_there(IN "one.bin", members[0].content) && is_there(IN "two.bin", members[1].content),
       "small attachments");
    ok(is_there(IN "list.bin", members[2].content) && is_there(IN "lists.bin", members[3].content),
       "one in a list of blocks, one in a list of lists");
    ok(is_there(IN "even.bin", members[4].content), "and one that is smaller deflated");
    ok(is_there(IN "body.txt", wide) && has(IN "body.rtf", "{\\rtf1 body body body}"), "bodies");
    ok(events.count == 8, "and no more, %zu", events.count);
    free(wide.data);
    free(b.data);
}

/* A message attached to a message, and a mail of another kind in it. */
static void embedded(const pst_layout *kind)
{
    pst_out out = pst_begun(kind, 1);
    bytes deep = nothing(), list = nothing(), inner = nothing(), mail = tnef_of(members, 1), b;
    pst_property subject[] = {pst_text(&out, 0x37, "outer")};
    pst_property within[] = {{0x37, 0x1e, 0, text_of("inner")}, {0x1013, 0x102, 0, text_of("<p>html")}};
    pst_property attached[] = {pst_text(&out, 0x3001, "a message"),
                               {0x3701, 0x0d, 0, kit_copy("\x44\0\x20\0\0\0\0\0", 8)},
                               {0x3705, 3, 5, nothing()}};
    uint64_t data, below;

    pst_attachment(&out, &deep, 0x401, "winmail.dat", mail);
    below = pst_block(&out, deep, 1);
    data = pst_block(&out, pst_properties(within, 2), 0);
    pst_below_put(&out, &inner, 0x200044, data, below);
    below = pst_block(&out, inner, 1);
    data = pst_block(&out, pst_properties(attached, 3), 0);
    pst_below_put(&out, &list, 0x400 << 5 | 5, data, below);
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
static void endless(const pst_layout *kind)
{
    pst_out out = pst_begun(kind, 0);
    bytes list = nothing(), b;
    pst_property attached[] = {{0x3701, 0x0d, 0, kit_copy("\x44\0\x20\0\0\0\0\0", 8)},
                               {0x3705, 3, 5, nothing()}};
    uint64_t data = pst_block(&out, pst_properties(attached, 2), 0), below = out.next | 2;

    for (uint32_t i = 0; i < 4; i++)
        pst_below_put(&out, &list, (0x400 + i) << 5 | 5, data, below);
    pst_below_put(&out, &list, 0x200044, data, below);
    (void)pst_block(&out, list, 1);
    pst_node(&out, 0x200024, 0, data, below);
    b = pst_end(&out);
    (void)!kit_run(&events, b, &(tt_budget){.entries = 1000});
    ok(told() && strcmp(status_of(""), "limit") == 0, "a message that is attached to itself ends");
    free(b.data);
}

/* An attachment that is an OLE object: what it is lies in a node of its own, as a whole. */
static void object(const pst_layout *kind)
{
    pst_out out = pst_begun(kind, 1);
    bytes list = nothing(), inner = nothing(), b;
    pst_property attached[] = {pst_text(&out, 0x3001, "a drawing"),
                               {0x3701, 0x0d, 0, kit_copy("\x1f\x06\0\0\x20\x4e\0\0", 8)},
                               {0x3705, 3, 6, nothing()}};
    pst_property subject[] = {pst_text(&out, 0x37, "with an object")};
    uint64_t data, below;

    pst_below_put(&out, &inner, 0x61f, pst_data(&out, members[2].content), 0);
    below = pst_block(&out, inner, 1);
    data = pst_block(&out, pst_properties(attached, 3), 0);
    pst_below_put(&out, &list, 0x400 << 5 | 5, data, below);
    below = pst_block(&out, list, 1);
    data = pst_block(&out, pst_properties(subject, 1), 0);
    pst_node(&out, 0x200024, 0, data, below);
    b = pst_end(&out);
    run(b);
    ok(!told() && is_there("with an object/a drawing", members[2].content), "an object");
    free(b.data);
}

/* A value in the second block of a heap. */
static void far(const pst_layout *kind)
{
    pst_out out = pst_begun(kind, 2);
    pst_property p[] = {pst_text(&out, 0x37, "hello"), {0x1013, 0x102, 0, nothing()}};
    uint64_t data = pst_far(&out, p, 2, text_of("<p>far away"));
    bytes b;

    pst_node(&out, 0x200024, 0, data, 0);
    b = pst_end(&out);
    run(b);
    ok(!told() && has("hello/body.html", "<p>far away"), "a value in the heap's second block");
    free(b.data);
}

static void refused(void)
{
    bytes b = pst_of(&pst_unicode, members, 1, 0);

    b.data[513] = 0x10;
    pst_sum_up(b);
    run(b);
    ok(strcmp(status_of(""), "encrypted") == 0 && events.count == 1, "encrypted for good");
    b.data[513] = 0;
    b.data[10] = 37;
    pst_sum_up(b);
    run(b);
    ok(strcmp(status_of(""), "unsupported") == 0 && events.count == 1, "a version that is not known");
    free(b.data);
}

/* Not of the kind its version says: nothing in it fits. */
static void mistaken(void)
{
    static const uint8_t versions[] = {14, 23, 36};
    static const pst_layout *const kinds[] = {&pst_ansi, &pst_unicode, &pst_4k};

    for (size_t i = 0; i < 9; i++) {
        bytes b = pst_of(kinds[i / 3], members, 1, 0);
        b.data[10] = versions[i % 3];
        pst_sum_up(b);
        run(b);
        ok(i / 3 == i % 3 ? !told() : told() && events.count == 1, "%s, called %u", kinds[i / 3]->name,
           versions[i % 3]);
        free(b.data);
    }
}

/* A deflated block whose account of itself fits, but not what it holds. */
static void deflated(void)
{
    pst_out made;
    bytes b = pst_made(&pst_4k, members + 4, 1, 0, &made);
    size_t most = 0;

    for (size_t i = 0; i < made.block_count; i++)
        if (made.blocks[i].inflated > made.blocks[most].inflated)
            most = i;
    ok(made.blocks[most].size < made.blocks[most].inflated, "it is deflated");
    b.data[made.blocks[most].at + made.blocks[most].size - 1] ^= 1;
    pst_mend(b, &made);
    run(b);
    ok(strcmp(status_of(IN "even.bin"), "malformed") == 0, "its inner checksum does not fit");
    b.data[made.blocks[most].at + made.blocks[most].size - 1] ^= 1;
    pst_mend(b, &made);
    run(b);
    ok(!told() && is_there(IN "even.bin", members[4].content), "and now it does");
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

static void cut_off(const pst_layout *kind)
{
    bytes b = pst_of(kind, members, 2, 1);
    size_t bad = 0, first = 0, step = kind->page > 512 ? 97 : 7;

    for (size_t size = 10; size < b.size; size += size < 2048 ? 1 : step) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        if ((!told() || events.wrong) && !bad++)
            first = size;
    }
    ok(bad == 0, "%s, cut off at any of %zu bytes: %zu unseen, first at %zu", kind->name, b.size, bad,
       first);
    free(b.data);
}

static int changed_unseen(bytes b, size_t at, uint8_t mask)
{
    b.data[at] ^= mask;
    (void)!kit_run(&events, b, NULL);
    b.data[at] ^= mask;
    return !honest() || !no_false_one();
}

/* Each in one of three ways but in one kind, and of the zeros that fill a large file up one in 16: else
 * this test took seconds. */
static void every_byte(const pst_layout *kind)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    bytes b = pst_of(kind, members, 2, 1);
    size_t bad = 0, first = 0;

    for (size_t at = 10; at < b.size; at++) {
        if (kind->page > 512 && b.data[at] == 0 && b.data[at - 1] == 0 && at % 16)
            continue;
        for (size_t m = 0; m < 3; m++)
            if ((kind == &pst_unicode || m == at % 3) && changed_unseen(b, at, masks[m]) && !bad++)
                first = at;
    }
    ok(bad == 0, "each byte changed: %zu unseen, first at %zu", bad, first);
    free(b.data);
}

int main(void)
{
    static const pst_layout *const kinds[] = {&pst_ansi, &pst_unicode, &pst_4k, &pst_4k_all, &pst_4k_plain};

    events = kit_new();
    members[0] = (kit_member){"one.bin", kit_noise(40)};
    members[1] = (kit_member){"two.bin", kit_noise(1300)};
    members[2] = (kit_member){"list.bin", kit_noise(20000)};
    members[3] = (kit_member){"lists.bin", kit_noise(300001)};
    members[4] = (kit_member){"even.bin", nothing()};
    for (unsigned i = 0; i < 40000; i++)
        put_number(&members[4].content, i / 7, 2);
    for (size_t i = 0; i < 5; i++) {
        for (uint8_t cipher = 0; cipher < 3; cipher++)
            a_file(kinds[i], cipher);
        embedded(kinds[i]);
        object(kinds[i]);
        far(kinds[i]);
        endless(kinds[i]);
    }
    refused();
    mistaken();
    deflated();
    for (size_t i = 0; i < 3; i++) {
        cut_off(kinds[i]);
        every_byte(kinds[i]);
    }
    kit_free(&events);
    for (size_t i = 0; i < 5; i++)
        free(members[i].content.data);
    return tap_done();
}
