/*
 * Images of disks through the broker: what is wished for reaches the worker, and where a file was come by
 * and what became of an image's bytes come back, also from one that dies on the way.
 */
#include "worker_bad.h"

/* ---- Workers: the test program itself, as in worker_bad.h ---------------------------------- */

static void tell_cover(uint64_t number, uint64_t lost, uint64_t examined)
{
    tt_cover cover = {.bytes = {[TUTELA_COVER_LOST] = lost, [TUTELA_COVER_EXAMINED] = examined}};
    tt_told told = {.number = number, .cover = &cover};

    must_do(tt_pages_tell(&server.pages, TT_WIRE_COVERS, &told, NULL));
}

/* A deleted file whose name is what is wished for. */
static void tell_wishes(void)
{
    char name[64];
    tt_digests digests = {.mask = order.mask};
    tt_told told = {.number = 1, .name = (const uint8_t *)name, .trouble = {TUTELA_ITEM_CLEAR, ""},
                    .origin = TUTELA_ORIGIN_CONTIGUOUS, .digests = &digests};

    told.name_size = (size_t)snprintf(name, sizeof name, "partition %u, no deleted %u, carve %u",
                                      order.partition, order.no_deleted, order.carve);
    must_do(tt_pages_tell(&server.pages, TT_WIRE_WHOLE, &told, NULL));
}

/* Up to where some die: inside an image in the image. */
static void tell_half(void)
{
    tt_pages_begin(&server.pages, order.job);
    tell_cover(0, 9000, 0);
    tell_wishes();
    tell(TT_WIRE_OPENS, 2, 0, "inner", 0);
    tell_cover(2, 700, 0);
    tell(TT_WIRE_WHOLE, 3, 2, "file", order.mask);
    must_do(tt_pages_flush(&server.pages, NULL));
}

static void tell_rest(uint64_t size)
{
    tell_cover(2, 50, 650);
    tell(TT_WIRE_ENDS, 2, 0, "", order.mask);
    tell_cover(0, 0, size);
    must_do(tt_pages_end(&server.pages, &(tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1}, NULL));
}

/* What coverage comes without end, which fills pages and tells nothing. */
static void tell_for_ever(void)
{
    for (;;)
        tell_cover(0, 9000, 0);
}

__attribute__((noreturn)) static void be_disk_worker(void)
{
    must_do(tt_serve_begin(&server, NULL));
    for (;;) {
        char word[8] = "";
        must_do(tt_serve_next(&server, &order, &job_fd, NULL));
        (void)!pread(job_fd, word, 5, 0);
        (void)close(job_fd);
        if (strcmp(word, "early") == 0) {
            tt_pages_begin(&server.pages, order.job);
            tell_cover(0, 9000, 0);
            must_do(tt_pages_flush(&server.pages, NULL));
            abort();
        }
        if (strcmp(word, "flood") == 0) {
            tt_pages_begin(&server.pages, order.job);
            tell_for_ever();
        }
        tell_half();
        if (strcmp(word, "dies!") == 0 || (strcmp(word, "once!") == 0 && order.careful > 1000))
            abort();
        tell_rest(strcmp(word, "grows") == 0 ? 9001 : 9000);
    }
}

/* ---- What comes of it ---------------------------------------------------------------------- */

static tt_broker *broker_with(tt_wishes wishes)
{
    char path[1024];
    tt_broker_options options = {.budget.wishes = wishes};

    set_program(path, "disk-worker");
    return broker_of(path, &options);
}

static void test_wishes(void)
{
    static const struct {
        tt_wishes wishes;
        const char *name;
    } cases[] = {
        {{0}, "partition 0, no deleted 0, carve 0"},
        {{.partition = UINT32_MAX}, "partition 4294967295, no deleted 0, carve 0"},
        {{.no_deleted = 256}, "partition 0, no deleted 1, carve 0"},
        {{.partition = 3, .carve = 1}, "partition 3, no deleted 0, carve 1"},
    };
    tt_opened out;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tt_broker *b = broker_with(cases[i].wishes);
        is_i64(run(b, "whole", 5, &out), TUTELA_OK, "an image");
        is_text(heard.items[0].name, cases[i].name, "what is wished for");
        tt_broker_free(b);
    }
}

static int all_lost(const tt_cover *cover, uint64_t size)
{
    return cover->bytes[TUTELA_COVER_LOST] == size && cover->bytes[TUTELA_COVER_EXAMINED] == 0;
}

static void test_whole(tt_broker *b, const char *word, uint32_t tries)
{
    const kept *inner = &heard.items[3];
    tt_opened out;

    is_i64(run(b, word, 5, &out), TUTELA_OK, "%s", word);
    ok(out.tries == tries && out.trouble.status == TUTELA_ITEM_CLEAR && heard.count == 4, "%s: read", word);
    ok(heard.items[0].origin == TUTELA_ORIGIN_CONTIGUOUS && heard.items[1].origin == TUTELA_ORIGIN_FILE,
       "%s: where files were come by", word);
    ok(inner->disk && inner->cover.bytes[TUTELA_COVER_EXAMINED] == 650
       && inner->cover.bytes[TUTELA_COVER_LOST] == 50, "%s: what became of the inner image", word);
    ok(out.disk && out.cover.bytes[TUTELA_COVER_EXAMINED] == 9000, "%s: and of the outer one", word);
}

/* Of one that dies all is lost, as it said when the image began; a lie leaves what was told last. */
static void test_dead(tt_broker *b)
{
    tt_opened out;

    is_i64(run(b, "dies!", 5, &out), TUTELA_OK, "it dies inside an image");
    ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CRASHED && heard.count == 4, "twice");
    ok(heard.items[3].number == 2 && heard.items[3].disk && all_lost(&heard.items[3].cover, 700),
       "all of the inner image is lost");
    ok(out.disk && out.container && all_lost(&out.cover, 9000), "and all of the outer one");
    is_i64(run(b, "early", 5, &out), TUTELA_OK, "it dies before the first file");
    ok(out.trouble.status == TUTELA_ITEM_CRASHED && heard.count == 0, "nothing was told");
    ok(out.disk && out.container && all_lost(&out.cover, 9000), "but that it was an image");
    is_i64(run(b, "grows", 5, &out), TUTELA_OK, "an image that grew");
    ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CRASHED && all_lost(&out.cover, 9000),
       "is not believed");
    is_i64(run(b, "flood", 5, &out), TUTELA_OK, "coverage without end");
    ok(out.tries == 2 && out.trouble.status == TUTELA_ITEM_CRASHED && all_lost(&out.cover, 9000),
       "is ended at once");
}

int main(int count, char **arguments)
{
    const char *name = strrchr(arguments[0], '/');
    tt_broker *b;

    if (count == 1 && strcmp(name ? name + 1 : arguments[0], "disk-worker") == 0)
        be_disk_worker();
    bad_main(count, arguments);
    test_wishes();
    b = broker_with((tt_wishes){0});
    test_whole(b, "whole", 1);
    test_whole(b, "once!", 2);
    test_dead(b);
    test_whole(b, "again", 1);
    tt_broker_free(b);
    return tap_done();
}
