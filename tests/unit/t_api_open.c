/*
 * What buffers and streams hold: members before their container, alike in every format, length and cut;
 * counted once; not opened when nobody asks; and contexts that go on after each failure.
 */
#include "open_kit.h"

#include "hashsets/set_internal.h"

#include <errno.h>

#define EVIDENCE (TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA1) | TUTELA_BIT(TUTELA_SHA256))

static tutela_scanner *scanner;
static tutela_error error;

enum { SMALL = 9000, LARGE = 3000000 }; /* of 36,864 first bytes a whole, and much more than fits a socket */

typedef struct box {
    const char *what;
    bytes content;
    const char *chain; /* of the known file */
} box;

enum { BOXES = 6 };
static box boxes[BOXES];

static void make_boxes(void)
{
    boxes[0] = (box){"small tar", box_of("pax", NULL, SMALL), "s|b.txt"};
    boxes[1] = (box){"large tar", box_of("pax", NULL, LARGE), "s|b.txt"};
    boxes[2] = (box){"small tar.gz", box_of("pax", "gzip", SMALL), "s|1|b.txt"};
    boxes[3] = (box){"large tar.gz", box_of("pax", "gzip", LARGE), "s|1|b.txt"};
    boxes[4] = (box){"small zip", box_of("zip", NULL, SMALL), "s|b.txt"};
    boxes[5] = (box){"large zip", box_of("zip", NULL, LARGE), "s|b.txt"};
}

/* One member is told, the known one, with all that evidence needs; the container is clear. */
static void check_found(const box *b, const tales *all, const told *own, const char *how)
{
    const told *t = &all->of[0];

    is_u64(all->count, 1, "%s, %s: one member is told", b->what, how);
    is_text(t->chain, b->chain, "%s, %s: where it is", b->what, how);
    is_i64(t->status, TUTELA_ITEM_MATCH, "%s, %s: a match", b->what, how);
    is_u64(t->digests & EVIDENCE, EVIDENCE, "%s, %s: with the digests of evidence", b->what, how);
    ok(t->matches == 1 && t->bytes == strlen(KNOWN), "%s, %s: its entry and its size", b->what, how);
    is_text(t->mime, "text/plain", "%s, %s: its type", b->what, how);
    is_text(own->chain, "s", "%s, %s: then the container", b->what, how);
    is_i64(own->status, TUTELA_ITEM_CLEAR, "%s, %s: which is clear (%s)", b->what, how, own->reason);
    is_u64(own->bytes, b->content.size, "%s, %s: and read whole", b->what, how);
}

/* 3 members; a tar.gz holds a tar that holds them. Counted once, whether they were told or not. */
static void check_counts(tutela_context *context, const box *b, const char *how)
{
    tutela_summary summary = {.size = sizeof summary};

    tutela_context_count(context, &summary);
    is_u64(summary.items, strlen(b->chain) > 8 ? 4 : 3, "%s, %s: members are counted", b->what, how);
    is_u64(summary.matches, 1, "%s, %s: and matches", b->what, how);
    is_u64(summary.by_status[TUTELA_ITEM_CLEAR], summary.items - 1, "%s, %s: the rest is clear",
           b->what, how);
    summary = (tutela_summary){.size = sizeof summary};
    tutela_context_count(context, &summary);
    is_u64(summary.items, 0, "%s, %s: once", b->what, how);
}

static void test_formats(void)
{
    static const size_t pieces[] = {1, 7, 4096, 1 << 20};
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, 0, 0, &all);
    char how[32];
    told own;

    for (size_t i = 0; i < BOXES; i++) {
        all.count = 0;
        ok(buffer(context, boxes[i].content, &own, &error) == TUTELA_OK, "%s: a buffer", boxes[i].what);
        check_found(&boxes[i], &all, &own, "buffer");
        check_counts(context, &boxes[i], "buffer");
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
            bytes content = boxes[i].content;
            if (pieces[p] < 4096 && content.size > 1000000)
                continue; /* as many calls as bytes take long, and a little more than the first bytes do not */
            all.count = 0;
            snprintf(how, sizeof how, "pieces of %zu", pieces[p]);
            ok(stream(context, content, pieces[p], &own, &error) == TUTELA_OK, "%s: %s", boxes[i].what, how);
            check_found(&boxes[i], &all, &own, how);
            check_counts(context, &boxes[i], how);
        }
    }
    all.count = 0;
    ok(tutela_context_open(context, NULL, NULL, NULL, &error) == TUTELA_ARGUMENT, "nobody to tell");
    tutela_context_free(context);
}

/* Around the length from which a stream goes to the worker as it comes, byte by byte. */
static void test_border(void)
{
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, 0, 0, &all);
    bytes whole = box_of("pax", NULL, 30000); /* then padded as tar allows */
    told own, want;

    while (whole.size < 37000)
        kit_add(&whole, "\0", 1);
    for (size_t size = 36863; size <= 36866; size++) {
        bytes cut = {whole.data, size};
        ok(buffer(context, cut, &want, &error) == TUTELA_OK, "%zu bytes: %s", size, want.reason);
        for (size_t piece = 1; piece <= 36864; piece *= 192) {
            all.count = 0;
            ok(stream(context, cut, piece, &own, &error) == TUTELA_OK && all.count == 1
                   && all.of[0].status == TUTELA_ITEM_MATCH && own.status == want.status
                   && strcmp(own.reason, want.reason) == 0,
               "as a stream in pieces of %zu (%s)", piece, own.reason);
        }
    }
    is_i64(want.status == TUTELA_ITEM_CLEAR, 0, "one that is cut off is not clear");
    free(whole.data);
    tutela_context_free(context);
}

static void test_plain(void)
{
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, TUTELA_OPEN_REQUIRE_SANDBOX, 0, &all);
    bytes known = kit_copy(KNOWN, strlen(KNOWN)), noise = kit_noise(100000);
    tutela_summary summary = {.size = sizeof summary};
    told own;

    memset(noise.data, 'x', 100);
    ok(buffer(context, known, &own, &error) == TUTELA_OK && own.status == TUTELA_ITEM_MATCH, "the file itself");
    ok(stream(context, noise, 4096, &own, &error) == TUTELA_OK && own.status == TUTELA_ITEM_CLEAR, "no container");
    ok(own.mime[0] == 0 && all.count == 0, "is told nothing of");
    tutela_context_count(context, &summary);
    is_u64(summary.items, 0, "and counts nothing");
    tutela_context_count(context, NULL);
    tutela_context_count(NULL, &summary);
    free(known.data);
    free(noise.data);
    tutela_context_free(context);
}

/* Every member, sorted, with digests and type, and the container with its own. */
static void test_inventory(void)
{
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, TUTELA_OPEN_INVENTORY, 0, &all);
    static const char *const names[] = {"s|a.bin", "s|b.txt", "s|c.bin"};
    told own;

    for (int large = 0; large < 4; large++) {
        const box *b = &boxes[large % 2];
        all.count = 0;
        ok((large < 2 ? buffer(context, b->content, &own, &error)
                      : stream(context, b->content, 4096, &own, &error)) == TUTELA_OK,
           "an inventory of a %s", b->what);
        is_u64(all.count, 3, "has every member");
        for (size_t i = 0; i < 3 && i < all.count; i++) {
            is_text(all.of[i].chain, names[i], "sorted");
            ok(all.of[i].digests & TUTELA_BIT(TUTELA_MD5), "with a digest");
            ok(all.of[i].mime[0] != 0, "and a type: %s", all.of[i].mime);
            is_i64(all.of[i].status, i == 1 ? TUTELA_ITEM_MATCH : TUTELA_ITEM_CLEAR, "its status");
        }
        is_text(own.mime, "application/x-tar", "what holds them has one too");
        check_counts(context, b, "inventory");
    }
    tutela_context_free(context);
}

/* A buffer and a stream of it end so, with a reason or without. */
static void check_both(tutela_context *context, bytes content, int32_t status, size_t matches, const char *what)
{
    told own;

    for (int streamed = 0; streamed < 2; streamed++) {
        tutela_status said = streamed ? stream(context, content, 4096, &own, &error)
                                      : buffer(context, content, &own, &error);
        ok(said == TUTELA_OK && own.status == status && own.matches == matches, "%s, %s: %s", what,
           streamed ? "stream" : "buffer", own.reason);
        is_i64(own.reason[0] != 0, status != TUTELA_ITEM_MATCH, "and a reason when it needs one");
    }
}

/* Not opened: without being asked, and when asked not to. */
static void test_unopened(void)
{
    tales all = {0};
    tutela_context *plain = NULL, *closed = opener_of(scanner, "/nonexistent", TUTELA_OPEN_NOTHING, 0, &all);

    ok(tutela_context_new(&plain, scanner, &error) == TUTELA_OK, "a context that opens nothing");
    for (size_t i = 0; i < BOXES; i++) {
        check_both(plain, boxes[i].content, TUTELA_ITEM_UNSUPPORTED, 0, boxes[i].what);
        check_both(closed, boxes[i].content, TUTELA_ITEM_SKIPPED, 0, boxes[i].what);
    }
    is_u64(all.count, 0, "nothing is told");
    tutela_context_free(plain);
    tutela_context_free(closed);
}

/* A list that has the container itself. */
static void test_known_container(void)
{
    char line[34], path[400];
    tales all = {0};
    bytes listed = boxes[1].content;
    tutela_context *context = NULL;
    tutela_scanner *knows_box;

    snprintf(path, sizeof path, "%s", tap_path("box.tset"));
    build_set(path, md5_line(line, listed.data, listed.size));
    knows_box = scanner_of(path);
    ok(tutela_context_new(&context, knows_box, &error) == TUTELA_OK, "a list that has the container");
    check_both(context, listed, TUTELA_ITEM_MATCH, 1, "a match, opened or not");
    tutela_context_free(context);
    context = opener_of(knows_box, NULL, TUTELA_OPEN_NOTHING, 0, &all);
    check_both(context, listed, TUTELA_ITEM_MATCH, 1, "nor when it is not to be");
    tutela_context_free(context);
    context = opener_of(knows_box, NULL, 0, 0, &all);
    check_both(context, listed, TUTELA_ITEM_MATCH, 1, "and when it is");
    tutela_context_free(context);
    context = opener_of(knows_box, "/nonexistent", 0, 0, &all);
    check_both(context, listed, TUTELA_ITEM_UNSUPPORTED, 1, "but when it cannot be, that is said as well");
    tutela_context_free(context);
    tutela_scanner_free(knows_box);
}

/* Without a worker: said of each container, or refused when the sandbox is required. */
static void test_no_worker(void)
{
    static const char *const programs[] = {"/nonexistent/worker", "/bin/true"};
    const tutela_finding *finding;
    tales all = {0};
    told own;

    for (int i = 0; i < 2; i++) {
        tutela_context *context = opener_of(scanner, programs[i], 0, 0, &all);
        for (int b = 0; b < 2; b++) {
            own = (told){0};
            ok(buffer(context, boxes[b].content, &own, &error) == TUTELA_OK
                   && own.status == TUTELA_ITEM_UNSUPPORTED, "%s: %s", programs[i], own.reason);
            own = (told){0};
            ok(stream(context, boxes[b].content, 4096, &own, &error) == TUTELA_OK
                   && own.status == TUTELA_ITEM_UNSUPPORTED && own.reason[0], "a stream too: %s", own.reason);
        }
        tutela_context_free(context);
        context = opener_of(scanner, programs[i], TUTELA_OPEN_REQUIRE_SANDBOX, 0, &all);
        ok(buffer(context, boxes[0].content, &own, &error) == TUTELA_UNAVAILABLE, "required: %s", error.text);
        ok(stream(context, boxes[1].content, 4096, &own, &error) == TUTELA_UNAVAILABLE, "a stream too: %s", error.text);
        /* What came is not all that is to be seen: the stream is lost, and never clear. */
        finding = NULL;
        ok(tutela_stream_update(context, "x", 1, &error) == TUTELA_STATE, "it goes on no more: %s", error.text);
        ok(tutela_stream_end(context, &finding, &error) == TUTELA_STATE && !finding, "nor ends well: %s", error.text);
        ok(buffer(context, (bytes){(uint8_t *)(uintptr_t)"abc", 3}, &own, &error) == TUTELA_OK
               && own.status == TUTELA_ITEM_CLEAR, "the next file is fine");
        tutela_context_free(context);
    }
    is_u64(all.count, 0, "nothing is told");
}

/* The source fails in the middle: what lay before is told, and what holds it is partial. */
static void test_failing_source(void)
{
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, 0, 0, &all);
    const tutela_finding *finding = NULL;
    bytes known_first, noise = kit_noise(100000);
    struct archive *a = kit_writer("pax", NULL, NULL, &known_first);
    told own;

    ok(kit_put(a, "b.txt", KNOWN, strlen(KNOWN)) && kit_put(a, "c.bin", noise.data, noise.size)
           && kit_close(a), "a tar that begins with the file");
    for (size_t size = 3000; size < 100000; size += 60000) {
        all.count = 0;
        ok(tutela_stream_begin(context, "s", &error) == TUTELA_OK
               && tutela_stream_update(context, known_first.data, size, &error) == TUTELA_OK
               && tutela_stream_fail(context, EIO, &finding, &error) == TUTELA_OK, "fails after %zu bytes", size);
        is_i64(finding->status, TUTELA_ITEM_PARTIAL, "partial");
        is_text(finding->reason, "Input/output error", "why");
        ok(all.count >= 1 && all.of[0].status == TUTELA_ITEM_MATCH, "what lay before is told");
        ok(stream(context, boxes[1].content, 65536, &own, &error) == TUTELA_OK
               && own.status == TUTELA_ITEM_CLEAR, "the next stream is fine");
    }
    ok(tutela_stream_begin(context, "s", &error) == TUTELA_OK
           && tutela_stream_update(context, known_first.data, known_first.size, &error) == TUTELA_OK, "a stream");
    ok(tutela_context_open(context, NULL, on_told, &all, &error) == TUTELA_STATE, "%s", error.text);
    tutela_context_free(context);
    ok(1, "a context is freed with its stream open");
    free(noise.data);
    free(known_first.data);
}

/* A callback that refuses, or uses the context it is called for. */
static void test_callbacks(void)
{
    tales all = {.refuse_at = 2};
    tutela_context *context = opener_of(scanner, NULL, TUTELA_OPEN_INVENTORY, 0, &all);
    told own;

    for (int large = 0; large < 4; large++) {
        bytes content = boxes[large % 2].content;
        all.count = 0;
        ok((large < 2 ? buffer(context, content, &own, &error) : stream(context, content, 4096, &own, &error))
               == TUTELA_RECORD, "a callback that refuses: %s", error.text);
        is_u64(all.count, 2, "is not called again");
    }
    all = (tales){.context = context};
    ok(buffer(context, boxes[1].content, &own, &error) == TUTELA_OK && all.count == 3, "the context goes on");
    ok(all.misused, "and is not to be used by its own callback");
    all = (tales){.context = context};
    ok(stream(context, boxes[1].content, 4096, &own, &error) == TUTELA_OK && all.count == 3, "a stream too");
    ok(all.misused, "nor there");
    ok(pthread_equal(all.thread, pthread_self()), "members come on the caller's thread");
    tutela_context_free(context);
}

/* A set whose pages are checked when they are first used, and are damaged by then. */
static void test_damaged_set(void)
{
    enum { ENTRIES = 20000, PAGE = 4096 };
    char *lines = malloc((size_t)ENTRIES * 33 + 40), line[34], path[400];
    char *to = lines;
    tales all = {0};
    tutela_scanner *damaged = NULL;
    tutela_set *set = NULL;
    tutela_context *context;
    uint8_t byte;
    told own;
    int fd, good = 0;
    off_t size;

    for (int i = 0; i < ENTRIES; i++) {
        uint64_t a = kit_random(), b = kit_random();
        to += snprintf(to, 40, "%016llx%016llx\n", (unsigned long long)a, (unsigned long long)b);
    }
    memcpy(to, md5_line(line, KNOWN, strlen(KNOWN)), 34);
    snprintf(path, sizeof path, "%s", tap_path("many.tset"));
    build_set(path, lines);
    free(lines);
    ok(tt_set_open_eager((tt_set **)&set, path, 0, &error) == TUTELA_OK
           && tutela_scanner_new(&damaged, &set, 1, NULL, &error) == TUTELA_OK, "a scanner");
    tutela_set_close(set);
    fd = open(path, O_RDWR);
    size = lseek(fd, 0, SEEK_END);
    for (off_t at = PAGE; at < size; at += PAGE)
        if (pread(fd, &byte, 1, at) == 1) {
            byte ^= 1;
            good += pwrite(fd, &byte, 1, at) == 1;
        }
    (void)close(fd);
    ok(good > 50, "damages %d pages of its set", good);
    context = opener_of(damaged, NULL, 0, 0, &all);
    for (int i = 0; i < 2; i++) {
        ok(buffer(context, boxes[i].content, &own, &error) == TUTELA_SET_REFUSED, "a buffer: %s", error.text);
        ok(stream(context, boxes[i].content, 4096, &own, &error) == TUTELA_SET_REFUSED, "a stream: %s", error.text);
    }
    tutela_context_free(context);
    tutela_scanner_free(damaged);
}

static void *check_many(void *user)
{
    tales *all = user;
    tutela_context *context = opener_of(scanner, NULL, 0, 0, all);
    told own;

    for (int i = 0; i < 12; i++) {
        bytes content = boxes[i % BOXES].content;
        int good = i / 6 ? buffer(context, content, &own, NULL) == TUTELA_OK
                         : stream(context, content, 100000, &own, NULL) == TUTELA_OK;
        all->misused += !good || own.status != TUTELA_ITEM_CLEAR;
    }
    tutela_context_free(context);
    return NULL;
}

static void test_threads(void)
{
    static tales all[3];
    pthread_t threads[3];

    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, check_many, &all[i]);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        ok(all[i].count == 12 && !all[i].misused, "three contexts on three threads: %zu", all[i].count);
    }
}

int main(void)
{
    alarm(300);
    (void)signal(SIGPIPE, SIG_DFL);
    find_worker();
    scanner = scanner_of_known();
    make_boxes();
    test_formats();
    test_border();
    test_plain();
    test_inventory();
    test_unopened();
    test_known_container();
    test_no_worker();
    test_failing_source();
    test_callbacks();
    test_damaged_set();
    test_threads();
    for (size_t i = 0; i < BOXES; i++)
        free(boxes[i].content.data);
    tutela_scanner_free(scanner);
    return tap_done();
}
