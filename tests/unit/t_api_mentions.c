/*
 * t_api_mentions: what a buffer or stream mentions is handed over before what it holds, alike for every length of
 * pieces, counted once and apart; and not at all when nobody asks.
 */
#include "open_kit.h"

static tutela_scanner *scanner;
static tutela_error error;

/* A line that mentions the known file, in `size` bytes, at `at`. */
static bytes text_of(size_t size, size_t at)
{
    char line[34];
    bytes text = {calloc(1, size), size};

    (void)md5_line(line, KNOWN, strlen(KNOWN));
    memcpy(text.data + at, line, 32);
    return text;
}

static void test_pieces(void)
{
    static const size_t sizes[] = {32, 100, 36864, 40000, 300000};
    static const size_t pieces[] = {1, 31, 4096, 65536, 1 << 20};
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, TUTELA_OPEN_MENTIONS, 0, &all);
    tutela_summary summary = {.size = sizeof summary};
    told own;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes text = text_of(sizes[i], sizes[i] - 32);

        all.count = 0;
        ok(buffer(context, text, &own, &error) == TUTELA_OK && own.status == TUTELA_ITEM_CLEAR && all.count == 1
               && all.of[0].status == TUTELA_ITEM_MENTION && strcmp(all.of[0].chain, "s") == 0
               && all.of[0].bytes == sizes[i] && all.of[0].matches == 1, "a buffer of %zu", sizes[i]);
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
            all.count = 0;
            ok(stream(context, text, pieces[p], &own, &error) == TUTELA_OK && own.status == TUTELA_ITEM_CLEAR
                   && all.count == 1 && all.of[0].status == TUTELA_ITEM_MENTION && all.of[0].bytes == sizes[i],
               "as a stream in pieces of %zu", pieces[p]);
        }
        free(text.data);
    }
    tutela_context_count(context, &summary);
    ok(summary.mentions == 1 && summary.items == 0 && summary.matches == 0, "counted: those of the last");
    summary.mentions = 0;
    tutela_context_count(context, &summary);
    is_u64(summary.mentions, 0, "once");
    tutela_context_free(context);
}

static void test_container(void)
{
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, TUTELA_OPEN_MENTIONS, 0, &all);
    bytes text = text_of(5000, 77), box;
    struct archive *a = kit_writer("pax", NULL, NULL, &box);
    tutela_summary summary = {.size = sizeof summary};
    told own;

    ok(a && kit_put(a, "text", text.data, text.size) && kit_put(a, "b.txt", KNOWN, strlen(KNOWN)) && kit_close(a),
       "a tar");
    for (int i = 0; i < 2; i++) {
        all.count = 0;
        ok((i ? stream(context, box, 1000, &own, &error) : buffer(context, box, &own, &error)) == TUTELA_OK
               && all.count == 3, "%s: itself, a match and a member", i ? "stream" : "buffer");
        ok(strcmp(all.of[0].chain, "s") == 0 && strcmp(all.of[1].chain, "s|b.txt") == 0
               && strcmp(all.of[2].chain, "s|text") == 0, "in their order");
        ok(all.of[0].status == TUTELA_ITEM_MENTION && all.of[1].status == TUTELA_ITEM_MATCH
               && all.of[2].status == TUTELA_ITEM_MENTION, "as what they are");
    }
    tutela_context_count(context, &summary);
    ok(summary.mentions == 2 && summary.matches == 1 && summary.items == 2, "counted");
    tutela_context_free(context);
    free(text.data);
    free(box.data);
}

static void test_callbacks(void)
{
    tales all = {0};
    tutela_context *context = opener_of(scanner, NULL, TUTELA_OPEN_MENTIONS, 0, &all), *silent;
    bytes text = text_of(5000, 77);
    told own;

    all.refuse_at = 1;
    is_i64(buffer(context, text, &own, &error), TUTELA_RECORD, "one that is refused");
    all.refuse_at = 0;
    ok(buffer(context, text, &own, &error) == TUTELA_OK, "the next one is checked");
    all.context = context;
    ok(buffer(context, text, &own, &error) == TUTELA_OK && all.misused, "the context is not to be used meanwhile");
    all.context = NULL;
    silent = opener_of(scanner, NULL, 0, 0, &all);
    all.count = 0;
    ok(buffer(silent, text, &own, &error) == TUTELA_OK && all.count == 0, "nobody asks: nothing is told");
    tutela_context_free(silent);
    tutela_context_free(context);
    free(text.data);
}

int main(void)
{
    alarm(60);
    (void)signal(SIGPIPE, SIG_DFL);
    find_worker();
    scanner = scanner_of_known();
    test_pieces();
    test_container();
    test_callbacks();
    tutela_scanner_free(scanner);
    return tap_done();
}
