/*
 * t_unpack_mail_damage: a small mail, mailbox and text with blocks, cut off at every byte and with every
 * byte changed in several ways. What comes out as whole is what was put in, or something is said not to be
 * in order; only the bytes that encode a member may change it, as there is no checksum over them.
 */
#include "mail_kit.h"

static kit_member members[3];
#define COUNT 3u

typedef struct sample {
    const char *what;
    bytes text;
    size_t signs;   /* bytes at its front by which it is known */
    size_t from[9], to[9]; /* where the members' own bytes stand */
    int checked[9]; /* there is a checksum over them */
    size_t spans;
    int endless; /* it has no end: cut between two members, it is whole */
} sample;

static int told(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

/* How many of the members came out, exact and clear. */
static size_t exact(void)
{
    size_t count = 0;

    for (size_t k = 0; k < COUNT; k++)
        for (size_t i = 1; i < events.count; i++)
            if (kit_is(&events.items[i], members[k].content.data, members[k].content.size)
                && events.items[i].trouble.status == TUTELA_ITEM_CLEAR) {
                count++;
                break;
            }
    return count;
}

static int is_plain(void)
{
    return events.count == 1 && events.items[0].format[0] == 0;
}

static int run_one(const sample *s, bytes b, size_t at)
{
    (void)!(at % 2 ? kit_run(&events, b, NULL) : kit_run_pipe(&events, b, NULL));
    return (told() || exact() == COUNT || (is_plain() && at < s->signs)) && !events.wrong
           && kit_is(&events.items[0], b.data, b.size);
}

static int within(const sample *s, size_t at, int checked_too)
{
    for (size_t i = 0; i < s->spans; i++)
        if (at >= s->from[i] && at < s->to[i] && (checked_too || !s->checked[i]))
            return 1;
    return 0;
}

static void show(const sample *s, const char *how, size_t bad, size_t first)
{
    printf("# %s %s: %zu times, first at %zu: %.40s\n", s->what, how, bad, first, s->text.data + first);
    kit_show(&events);
}

/* All members that lie before the cut came out, and it lies in none. */
static int cut_between(const sample *s, size_t size)
{
    size_t before = 0;

    for (size_t i = 0; i < s->spans; i++)
        before += s->to[i] <= size;
    return s->endless && !within(s, size, 1) && exact() == before;
}

static void cut_everywhere(const sample *s)
{
    size_t bad = 0, first = 0;

    /* Less than a line end may be missing at its end. */
    for (size_t size = 1; size < s->text.size - 2; size++)
        if (!run_one(s, (bytes){s->text.data, size}, size) && !cut_between(s, size) && !bad++)
            first = size;
    if (!ok(bad == 0, "%s cut off at each byte", s->what)) {
        (void)run_one(s, (bytes){s->text.data, first}, first);
        show(s, "cut", bad, first);
    }
}

/* Each byte in two ways; its neighbours in two others. */
static void change_everywhere(const sample *s, size_t turn)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10};
    size_t bad = 0, first = 0;

    for (size_t at = 0; at < s->text.size; at++) {
        uint8_t kept = s->text.data[at];
        s->text.data[at] ^= masks[(at + turn) % 4];
        if (!run_one(s, s->text, at) && !within(s, at, 0) && !bad++)
            first = at;
        s->text.data[at] = kept;
    }
    if (!ok(bad == 0, "%s with each byte changed", s->what)) {
        s->text.data[first] ^= masks[(first + turn) % 4];
        (void)run_one(s, s->text, first);
        show(s, "changed", bad, first);
        s->text.data[first] ^= masks[(first + turn) % 4];
    }
}

/* Where the encoded bytes stand: from the empty line on, up to the next boundary. */
static void span(sample *s, size_t from, size_t to)
{
    s->from[s->spans] = from;
    s->to[s->spans++] = to;
}

static size_t find_text(const sample *s, const char *text, size_t from)
{
    const uint8_t *at = memmem(s->text.data + from, s->text.size - from, text, strlen(text));

    return at ? (size_t)(at - s->text.data) : s->text.size;
}

static void span_parts(sample *s, const char *boundary)
{
    char mark[80];
    size_t at = 0;

    snprintf(mark, sizeof mark, "\n--%s", boundary);
    while ((at = find_text(s, "filename=", at)) < s->text.size) {
        size_t from = find_text(s, "\n\n", at) + 2;
        at = find_text(s, mark, from);
        span(s, from, at);
    }
}

int main(void)
{
    sample samples[3] = {{.what = "mail"}, {.what = "mailbox"}, {.what = "text"}};

    events = kit_new();
    members[0] = (kit_member){"one", kit_noise(70)};
    members[1] = (kit_member){"two", kit_copy("all work and no play all work and no play", 41)};
    members[2] = (kit_member){"three", kit_noise(13)};
    samples[0].text = mail_of(members, COUNT, "=_boundary-of-it");
    samples[0].signs = find_text(&samples[0], "\n\n", 0) + 3;
    span_parts(&samples[0], "=_boundary-of-it");

    samples[1].endless = 1;
    samples[1].text = nothing();
    for (size_t i = 0; i < COUNT; i++) {
        bytes one = mail_of(&members[i], 1, "=_boundary-of-it");
        put_mbox(&samples[1].text, one);
        free(one.data);
    }
    samples[1].signs = find_text(&samples[1], "\n\n", 0) + 3;
    span_parts(&samples[1], "=_boundary-of-it");

    samples[2].endless = 1;
    samples[2].text = text_of("hello\n");
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = samples[2].text.size;
        if (i == 1) {
            put_yenc(&samples[2].text, members[i].name, members[i].content);
            samples[2].checked[1] = 1;
            span(&samples[2], find_text(&samples[2], "two", 0) + 5,
                 find_text(&samples[2], " crc32", 0)); /* the checksum may be missing */
        } else {
            put_uu(&samples[2].text, members[i].name, members[i].content, '`');
            span(&samples[2], find_text(&samples[2], "\n", at) + 1, samples[2].text.size - 1);
        }
    }
    samples[2].signs = 82; /* with a line of the block */
    for (size_t i = 0; i < 3; i++) {
        cut_everywhere(&samples[i]);
        change_everywhere(&samples[i], 0);
        change_everywhere(&samples[i], 1);
        free(samples[i].text.data);
    }
    kit_free(&events);
    for (size_t i = 0; i < COUNT; i++)
        free(members[i].content.data);
    return tap_done();
}
