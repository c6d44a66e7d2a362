/*
 * t_unpack_tree: containers in containers. Random nestings give exactly the items that went in, with
 * their chains and bytes; each budget is hit by exactly one too many; nothing goes wrong twice.
 */
#include "unpack_kit.h"

#include <locale.h>

static kit_log events;

/* ---- Random nestings ----------------------------------------------------------------------- */

#define WANTED 512u
typedef struct wanted {
    char chain[600];
    bytes content;
} wanted;
static wanted list[WANTED];
static size_t wanted_count;

static const char *const writers[] = {"zip", "pax", "7zip", "newc", "gnutar", "arbsd", "xar"};
static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd", "lz4"};

static void want(const char *chain, bytes content)
{
    if (wanted_count == WANTED)
        exit(2);
    snprintf(list[wanted_count].chain, sizeof list[0].chain, "%s", chain);
    list[wanted_count++].content = kit_copy(content.data, content.size);
}

/* A container, `depth` deep at most, whose own chain is `chain`; what it holds is wanted. */
static bytes nest(unsigned depth, const char *chain)
{
    const char *mark = chain[0] ? "|" : "";
    kit_member members[3];
    char names[3][40], inner[600];
    bytes out;
    size_t count = 1 + kit_random() % 3;
    int squeeze = kit_random() % 3 == 0;

    if (squeeze)
        count = 1;
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], squeeze ? "1" : "m%zu_%u", i, depth);
        snprintf(inner, sizeof inner, "%s%s%s", chain, mark, names[i]);
        members[i].name = names[i];
        if (depth > 1 && kit_random() % 4 != 0)
            members[i].content = nest(depth - 1, inner);
        else
            members[i].content = kit_noise(kit_random() % 3000);
        want(inner, members[i].content);
    }
    if (squeeze)
        out = kit_compress(filters[kit_random() % 5], members[0].content.data,
                           members[0].content.size + (members[0].content.size == 0));
    else
        out = kit_archive(writers[kit_random() % 7], NULL, members, count);
    if (squeeze && members[0].content.size == 0) /* one byte, for a writer that cannot write none */
        kit_add(&list[wanted_count - 1].content, members[0].content.data, 1);
    for (size_t i = 0; i < count; i++)
        free(members[i].content.data);
    return out;
}

static void random_nestings(void)
{
    for (unsigned round = 0; round < 40; round++) {
        size_t exact = 0;
        wanted_count = 0;
        bytes top = nest(1 + round % 6, "");
        tutela_status status = round % 2 ? kit_run(&events, top, NULL)
                                         : kit_run_pipe(&events, top, NULL);
        for (size_t i = 0; i < wanted_count; i++) {
            const kit_item *item = kit_find(&events, list[i].chain);
            exact += item && item->ended && item->trouble.status == TUTELA_ITEM_CLEAR
                     && kit_is(item, list[i].content.data, list[i].content.size);
            free(list[i].content.data);
        }
        if (!ok(status == TUTELA_OK && exact == wanted_count && events.count == wanted_count + 1
                    && !events.wrong && kit_is(&events.items[0], top.data, top.size)
                    && events.items[0].trouble.status == TUTELA_ITEM_CLEAR,
                "nesting %u: %zu items", round, wanted_count)) {
            printf("# %zu exact, %zu told, wrong %d\n", exact, events.count, events.wrong);
            kit_show(&events);
        }
        free(top.data);
    }
}

/* ---- Budgets ------------------------------------------------------------------------------- */

static const char *status_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? tutela_item_status_name((int32_t)item->trouble.status) : "none";
}

static bytes wrap(const char *name, bytes inner)
{
    kit_member member = {name, inner};
    bytes out = kit_archive("pax", NULL, &member, 1);

    free(inner.data);
    return out;
}

static void depth(void)
{
    bytes b = kit_copy("deep", 4);

    for (int i = 0; i < 5; i++)
        b = wrap("x", b);
    (void)!kit_run(&events, b, &(tt_budget){.depth = 5});
    is_u64(events.count, 6, "five levels where five may be");
    is_text(status_of("x|x|x|x"), "clear", "and the innermost container is clear");
    (void)!kit_run(&events, b, &(tt_budget){.depth = 4});
    is_u64(events.count, 5, "five where four may be");
    is_text(status_of("x|x|x|x"), "limit", "the container of the fifth says so");
    ok(kit_find(&events, "x|x|x|x")->position > 0, "and where");
    is_text(status_of("x|x|x"), "clear", "its own is read");
    ok(kit_is(&events.items[0], b.data, b.size), "all bytes of the top item");
    for (int i = 5; i < 33; i++)
        b = wrap("x", b);
    (void)!kit_run(&events, b, NULL);
    is_u64(events.count, 33, "33 levels where 32 are the default");
    ok(events.items[32].trouble.status == TUTELA_ITEM_LIMIT, "the last one says so");
    free(b.data);
}

static bytes many(size_t count, size_t size)
{
    bytes out, content = kit_noise(size);
    struct archive *a = kit_writer("ustar", NULL, NULL, &out);
    char name[24];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "m%zu", i);
        (void)!kit_put(a, name, content.data, size);
    }
    (void)!kit_close(a);
    free(content.data);
    return out;
}

static void entries(void)
{
    bytes b = wrap("t", many(9, 10));

    (void)!kit_run(&events, b, &(tt_budget){.entries = 10});
    is_u64(events.count, 11, "ten members where ten may be");
    is_text(status_of(""), "clear", "clear");
    (void)!kit_run(&events, b, &(tt_budget){.entries = 9});
    is_u64(events.count, 10, "nine where nine may be");
    is_text(status_of("t"), "limit", "the container of the tenth says so");
    is_text(status_of(""), "limit", "and what holds it: what comes after was not listed");
    is_text(status_of("t|m7"), "clear", "what came before counts");
    ok(kit_is(&events.items[0], b.data, b.size), "all bytes of the top item");
    free(b.data);
}

static void expanded(void)
{
    bytes b = many(3, 100);

    (void)!kit_run(&events, b, &(tt_budget){.expanded = 300});
    is_text(status_of(""), "clear", "300 bytes where 300 may be");
    for (uint64_t most = 299; most >= 200; most -= 33) {
        (void)!kit_run(&events, b, &(tt_budget){.expanded = most});
        const kit_item *last = kit_find(&events, "m2");
        is_text(status_of("m2"), "limit", "%d where %d may be", 300, (int)most);
        is_u64(last->position, most - 200, "and where");
        is_u64(last->content.size, most - 200, "all that may be is told");
        is_text(status_of("m1"), "clear", "what came before counts");
        is_text(status_of(""), "limit", "so does the container");
        ok(kit_is(&events.items[0], b.data, b.size), "all bytes of the top item");
    }
    free(b.data);
}

static void ratio(void)
{
    uint8_t *zeros = calloc(1, 100000);
    bytes b = kit_compress("gzip", zeros, 100000);
    uint64_t exact = (100000 + b.size - 1) / b.size;

    (void)!kit_run(&events, b, &(tt_budget){.ratio = exact, .ratio_from = 1});
    is_text(status_of(""), "clear", "expands as much as may be");
    (void)!kit_run(&events, b, &(tt_budget){.ratio = exact - 1, .ratio_from = 1});
    is_text(status_of("1"), "limit", "expands more");
    is_u64(kit_find(&events, "1")->position, (exact - 1) * b.size, "and where");
    is_text(status_of(""), "limit", "so does the container");
    (void)!kit_run(&events, b, &(tt_budget){.ratio = 1, .ratio_from = 100000});
    is_text(status_of(""), "clear", "not looked at below a size");
    (void)!kit_run(&events, b, &(tt_budget){.ratio = 1, .ratio_from = 99999});
    is_text(status_of("1"), "limit", "one byte above it is");
    free(b.data);
    free(zeros);
}

static void memory_for_seeking(void)
{
    kit_member member = {"in.bin", kit_noise(600000)};
    bytes zip = kit_archive("zip", "zip:compression=store", &member, 1);
    bytes b = wrap("a.zip", kit_copy(zip.data, zip.size));

    (void)!kit_run(&events, b, &(tt_budget){.spool_memory = 1 << 20});
    is_text(status_of("a.zip|in.bin"), "clear", "a zip in a tar is held in memory");
    (void)!kit_run(&events, b, &(tt_budget){.spool_memory = 300000});
    is_text(status_of("a.zip"), "limit", "beyond the cap it is not opened");
    ok(kit_is(kit_find(&events, "a.zip"), zip.data, zip.size), "but read");
    ok(kit_find(&events, "a.zip")->position > 100000, "and says how far it was held");
    is_text(status_of(""), "clear", "the tar is whole");
    (void)!kit_run(&events, zip, &(tt_budget){.spool_memory = 1});
    is_text(status_of("in.bin"), "clear", "a file that can be sought in needs none");
    free(zip.data);
    free(b.data);
    free(member.content.data);
}

/* ---- Bombs --------------------------------------------------------------------------------- */

static void bombs(void)
{
    size_t size = 8 << 20;
    uint8_t *zeros = calloc(1, size);
    bytes b = kit_compress("gzip", zeros, size);

    for (int i = 0; i < 3; i++) {
        bytes more = kit_compress("gzip", b.data, b.size);
        free(b.data);
        b = more;
    }
    kit_log light = kit_new();
    light.light = 1;
    tt_memory_stream memory;
    tt_memory_stream_init(&memory, b.data, b.size);
    (void)!tt_tree_run(&memory.stream, &(tt_budget){.expanded = 1 << 20}, &kit_sink, &light, NULL);
    is_u64(light.total, (1 << 20) + b.size, "a bomb in a bomb stops where it may not go on");
    ok(light.items[light.count - 1].trouble.status == TUTELA_ITEM_LIMIT, "and is a limit");
    kit_free(&light);
    free(b.data);
    free(zeros);
}

/* ---- What fails ---------------------------------------------------------------------------- */

static void failing_streams(void)
{
    bytes b = wrap("t", many(4, 700));
    size_t silent = 0, wrong = 0;

    for (size_t at = 0; at < b.size; at += 97) {
        kit_pipe p = kit_pipe_over(b);
        p.fail_at = at;
        kit_clear(&events);
        (void)!tt_tree_run(&p.stream, NULL, &kit_sink, &events, NULL);
        silent += events.items[0].trouble.status != TUTELA_ITEM_UNREADABLE;
        silent += events.items[0].position != at || events.items[0].content.size != at;
        for (size_t i = 0; i < events.count; i++)
            wrong += events.items[i].trouble.status == TUTELA_ITEM_MALFORMED;
        wrong += events.wrong != 0;
    }
    is_u64(silent, 0, "a stream that fails: the top item says so, and where");
    is_u64(wrong, 0, "and nothing in it is called malformed for that");
    free(b.data);
}

static void failing_sinks(void)
{
    kit_member member = {"z.zip", {NULL, 0}};
    bytes zip, b;
    uint64_t all, failed = 0;

    member.content = many(3, 10);
    zip = kit_archive("zip", NULL, &member, 1);
    b = wrap("t", kit_compress("gzip", zip.data, zip.size));
    (void)!kit_run(&events, b, NULL);
    all = events.events;
    for (uint64_t at = 1; at <= all; at++) {
        tt_memory_stream memory;
        tt_memory_stream_init(&memory, b.data, b.size);
        kit_clear(&events);
        events.fail_at = at;
        failed += tt_tree_run(&memory.stream, NULL, &kit_sink, &events, NULL) == TUTELA_IO
                  && events.events == at;
    }
    is_u64(failed, all, "the sink's own failure at each of %d events ends the run at once",
           (int)all);
    events.fail_at = 0;
    free(zip.data);
    free(b.data);
    free(member.content.data);
}

static void plain_files(void)
{
    static const char *const texts[] = {
        "", "x", "hello\n", "#mtree\n./a type=file size=3\n", "/set type=file\n. nochange\n",
        "PK", "BZh9", "ustar", "Rar!", "<xml/>", "WARC", "begin 644 of it\n"};
    uint8_t *zeros = calloc(1, 100000);
    size_t plain = 0, count = sizeof texts / sizeof texts[0];

    for (size_t i = 0; i < count; i++) {
        (void)!kit_run(&events, (bytes){(uint8_t *)texts[i], strlen(texts[i])}, NULL);
        plain += events.count == 1 && events.items[0].format[0] == 0
                 && events.items[0].trouble.status == TUTELA_ITEM_CLEAR;
    }
    is_u64(plain, count, "plain files are no containers");
    (void)!kit_run(&events, (bytes){zeros, 100000}, NULL);
    ok(events.count == 1 && events.items[0].format[0] == 0, "nor are zeros");
    for (plain = 0, count = 0; count < 300; count++) {
        bytes b = kit_noise(1 + kit_random() % 40000);
        (void)!kit_run(&events, b, NULL);
        plain += events.count == 1 && events.items[0].format[0] == 0
                 && events.items[0].trouble.status == TUTELA_ITEM_CLEAR && !events.wrong;
        free(b.data);
    }
    is_u64(plain, 300, "nor is noise");
    free(zeros);
}

/* Who has the top item's bytes is not given those again that nothing asks for: what it holds is the same. */
static void known_top(void)
{
    static const char *const formats[] = {"zip", "7zip", "ustar", "cpio"};
    const tt_budget known = {.top_known = 1};
    kit_member members[] = {{"a", kit_noise(300000)}, {"b", kit_noise(5)}};
    size_t same = 0, less = 0, piped = 0, count = sizeof formats / sizeof formats[0];

    for (size_t i = 0; i < count; i++) {
        bytes b = kit_archive(formats[i], NULL, members, 2);
        (void)!kit_run(&events, b, &known);
        same += events.count == 3 && !events.wrong && events.items[0].format[0]
                && events.items[0].trouble.status == TUTELA_ITEM_CLEAR
                && kit_is(kit_find(&events, "a"), members[0].content.data, 300000)
                && kit_is(kit_find(&events, "b"), members[1].content.data, 5);
        if (same != i + 1)
            kit_show(&events);
        less += events.items[0].content.size < b.size;
        (void)!kit_run_pipe(&events, b, &known);
        piped += (size_t)kit_is(&events.items[0], b.data, b.size);
        free(b.data);
    }
    is_u64(same, count, "of an item that is known all that it holds");
    ok(less >= 2, "and not all its own bytes");
    is_u64(piped, count, "but those that come only once are read to the end");
    free(members[0].content.data);
    free(members[1].content.data);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* for libarchive as the writer */
    events = kit_new();
    random_nestings();
    depth();
    entries();
    expanded();
    ratio();
    memory_for_seeking();
    bombs();
    failing_streams();
    failing_sinks();
    plain_files();
    known_top();
    kit_free(&events);
    return tap_done();
}
