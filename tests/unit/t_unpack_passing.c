/*
 * t_unpack_passing: a run that begins at a place tells of everything behind it, of nothing before it, and
 * of the same members as a run from the start; where it can, it does not even read what it passes over.
 */
#include "unpack_kit.h"

static kit_log events, all;

#define MEMBERS 6u

static bytes make(const char *format, const char *options)
{
    kit_member members[MEMBERS];
    char names[MEMBERS][8];
    bytes out;

    for (size_t i = 0; i < MEMBERS; i++) {
        snprintf(names[i], sizeof names[i], "m%zu", i);
        members[i] = (kit_member){names[i], kit_noise(700 * (i + 1))};
    }
    out = kit_archive(format, options, members, MEMBERS);
    for (size_t i = 0; i < MEMBERS; i++)
        free(members[i].content.data);
    return out;
}

/* Everything of `all` but what lies before the place, in order, and nothing else. */
static int is_rest(size_t from, size_t kept)
{
    if (events.wrong || events.count != kept + all.count - from)
        return 0;
    for (size_t i = kept; i < events.count; i++) {
        const kit_item *one = &events.items[i], *same = &all.items[from + i - kept];

        if (strcmp(one->chain, same->chain) != 0 || one->trouble.status != same->trouble.status
            || !kit_is(one, same->content.data, same->content.size))
            return 0;
    }
    return 1;
}

static void formats(void)
{
    static const char *const each[] = {"zip", "pax", "7zip", "newc", "gnutar", "arbsd", "xar", "iso9660"};

    for (size_t f = 0; f < sizeof each / sizeof each[0]; f++) {
        bytes b = make(each[f], NULL);
        int good = b.data != NULL;

        for (uint64_t from = 0; good && from <= MEMBERS; from++) {
            tt_budget budget = {.from = {from}};

            good = kit_run(&all, b, NULL) == TUTELA_OK && kit_run(&events, b, &budget) == TUTELA_OK
                   && is_rest(1 + from, 1) && events.items[0].trouble.status == TUTELA_ITEM_CLEAR;
            good = good && kit_run_pipe(&events, b, &budget) == TUTELA_OK && is_rest(1 + from, 1);
        }
        ok(good, "%s, from each member on", each[f]);
        (void)!kit_run(&events, b, &(tt_budget){.from = {MEMBERS + 1}});
        is_text(tutela_item_status_name(events.items[0].trouble.status), "changed",
                "%s: fewer than were read before are not clear", each[f]);
        free(b.data);
    }
}

/* A stream that counts what is read of it. */
typedef struct counted {
    tt_stream stream;
    tt_memory_stream memory;
    uint64_t read;
} counted;

static tutela_status counted_read_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size,
                                     size_t *got, tt_trouble *trouble, tutela_error *error)
{
    counted *c = (counted *)stream;
    tutela_status status = tt_stream_read_at(&c->memory.stream, offset, buffer, size, got, trouble, error);

    c->read += *got;
    return status;
}

static tutela_status counted_read(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                  tt_trouble *trouble, tutela_error *error)
{
    counted *c = (counted *)stream;
    tutela_status status = tt_stream_read(&c->memory.stream, buffer, size, got, trouble, error);

    c->read += *got;
    return status;
}

static uint64_t passes;

static tutela_status count_pass(void *user, tutela_error *error)
{
    (void)user;
    (void)error;
    passes++;
    return TUTELA_OK;
}

/* A large member and a small one, from the second: how much is read of it all. */
static uint64_t read_of(const char *format, bytes *b)
{
    static const tt_stream_ops ops = {counted_read, counted_read_at};
    static const tt_sink sink = {.begin = kit_begin, .bytes = kit_bytes, .end = kit_end, .pass = count_pass};
    bytes large = kit_noise(4 << 20), small = kit_noise(100);
    kit_member members[] = {{"large", large}, {"small", small}};
    tt_budget budget = {.from = {1}, .top_known = 1};
    counted c = {.stream = {.ops = &ops}};

    *b = kit_archive(format, NULL, members, 2);
    tt_memory_stream_init(&c.memory, b->data, b->size);
    c.stream.size = b->size;
    passes = 0;
    kit_clear(&events);
    ok(tt_tree_run(&c.stream, &budget, &sink, &events, NULL) == TUTELA_OK && events.count == 2
           && kit_is(kit_find(&events, "small"), small.data, small.size),
       "%s: the small one alone", format);
    free(large.data);
    free(small.data);
    return c.read;
}

static void costs(void)
{
    bytes b;

    ok(read_of("zip", &b) < 1 << 20, "zip: what is passed over is not read");
    free(b.data);
    ok(read_of("7zip", &b) > 4 << 20, "7z: what is in one stream is unpacked");
    ok(passes > 20, "and that is heard of while it lasts");
    is_u64(events.total - events.items[0].content.size, 100, "but nobody is given its bytes");
    free(b.data);
}

/* A place in containers in containers. */
static void nested(void)
{
    bytes tar = make("pax", NULL), gz = kit_compress("gzip", tar.data, tar.size);
    bytes plain = kit_noise(50);
    kit_member members[] = {{"a", plain}, {"b.gz", gz}, {"c", plain}};
    bytes zip = kit_archive("zip", NULL, members, 3);
    const kit_item *inner;

    (void)!kit_run(&all, zip, NULL);
    is_u64(all.count, 1 + 3 + 1 + MEMBERS, "a zip of a gz of a tar");
    (void)!kit_run(&events, zip, &(tt_budget){.from = {1, 0, 4}});
    is_u64(events.count, all.count - 1 - 4, "one is passed over, and four of the tar in the second");
    ok(!kit_find(&events, "a") && !kit_find(&events, "b.gz|1|m3"), "these");
    ok(kit_find(&events, "c") && kit_find(&events, "b.gz|1|m4") && kit_find(&events, "b.gz|1|m5"),
       "and what is behind them is there");
    inner = kit_find(&events, "b.gz|1");
    ok(kit_is(inner, tar.data, tar.size), "the tar that is gone on with is told in whole");
    (void)!kit_run(&events, zip, &(tt_budget){.from = {2, 0, 4}});
    is_u64(events.count, 2, "where the next is no container there is nothing more to pass over");
    (void)!kit_run(&events, zip, &(tt_budget){.from = {0, 0, 4}});
    is_u64(events.count, all.count, "the way leads through the first that is read, and no other");
    (void)!kit_run(&events, zip, &(tt_budget){.from = {1, 0, MEMBERS + 1}});
    is_text(tutela_item_status_name(kit_find(&events, "b.gz|1")->trouble.status), "changed",
            "fewer than were read of the tar");
    free(tar.data);
    free(gz.data);
    free(plain.data);
    free(zip.data);
}

/* Limits count what is read now. */
static void budgets(void)
{
    bytes b = make("pax", NULL);

    (void)!kit_run(&events, b, &(tt_budget){.entries = 2, .from = {4}});
    is_text(tutela_item_status_name(events.items[0].trouble.status), "clear", "two where two may be");
    (void)!kit_run(&events, b, &(tt_budget){.entries = 2, .from = {3}});
    is_text(tutela_item_status_name(events.items[0].trouble.status), "limit", "three where two may be");
    (void)!kit_run(&events, b, &(tt_budget){.expanded = 700 * 6, .from = {5}});
    is_text(tutela_item_status_name(events.items[0].trouble.status), "clear", "bytes of the last alone");
    free(b.data);
}

int main(void)
{
    events = kit_new();
    all = kit_new();
    formats();
    costs();
    nested();
    budgets();
    kit_free(&events);
    kit_free(&all);
    return tap_done();
}
