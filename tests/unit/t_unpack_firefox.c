/*
 * t_unpack_firefox: entries of Firefox's cache: the body as it was sent, whatever it is; its checksums; what
 * only looks like an entry; damage.
 */
#include "unpack_ask.h"
#include "unpack_firefox.h"

#include "unpack/firefox.h"

static const char facts[] = FIREFOX_FACTS;
static const char address[] = "https://a.example/b.jpg?c,d";
static const char *const keys[] = {
    ":https://a.example/b.jpg?c,d",
    "a,:https://a.example/b.jpg?c,d",
    "O^partitionKey=%28https%2Ca.example%29,:https://a.example/b.jpg?c,d",
    "~a,,:b,a,:https://a.example/b.jpg?c,d",
};
#define KEYS (sizeof keys / sizeof keys[0])

static int ends(bytes b)
{
    size_t size = b.size < TT_FIREFOX_TAIL ? b.size : TT_FIREFOX_TAIL;
    tt_firefox f;

    return tt_firefox_ends(b.data + b.size - size, size, b.size, &f);
}

static const kit_item *at_address(void)
{
    return kit_find(&events, address);
}

/* Sought in: it cannot be known before its end. */
static void sought(bytes b)
{
    (void)!kit_run(&events, b, NULL);
    ok(!events.wrong && kit_is(&events.items[0], b.data, b.size), "all of it is told");
}

static void sizes(void)
{
    static const size_t all[] = {1, 11, 12, 13, 4000, 70000, 262143, 262144, 262145, 600000};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bytes body = kit_noise(all[i]), b = firefox_of(body, keys[i % KEYS], facts, sizeof facts, (unsigned)(1 + i % 3));
        ok(ends(b), "%zu bytes: known by its end", all[i]);
        sought(b);
        ok(kit_is(at_address(), body.data, body.size) && strcmp(status_of(address), "clear") == 0,
           "the body, by its address");
        ok(kit_is(kit_find(&events, "headers"), facts, sizeof facts), "the headers");
        is_text(status_of(""), "clear", "and nothing is missing");
        is_text(events.items[0].format, "firefox cache", "its format");
        is_u64(events.count, 3, "nothing else");
        free(body.data);
        free(b.data);
    }
}

/* Of any kind: what it begins like is not what it is. */
static void kinds(void)
{
    zip_part part = {.name = "one", .text = "a member"};
    bytes inner = kit_noise(5000), body, b, outer;
    kit_member member = {"one", inner};
    char chain[200];

    body = kit_compress("gzip", inner.data, inner.size);
    b = firefox_of(body, keys[0], facts, sizeof facts, 3);
    sought(b);
    snprintf(chain, sizeof chain, "%s|1", address);
    ok(kit_is(kit_find(&events, chain), inner.data, inner.size), "a body that was sent as gzip");
    is_text(status_of(address), "clear", "which ends where it ends");
    free(body.data);
    free(b.data);
    body = zip_of(&part, 1, 0);
    b = firefox_of(body, keys[0], facts, sizeof facts, 3);
    sought(b);
    snprintf(chain, sizeof chain, "%s|one", address);
    ok(has(chain, "a member") && strcmp(status_of(""), "clear") == 0 && events.count == 4, "a zip");
    member.content = b;
    outer = kit_archive("iso9660", NULL, &member, 1);
    sought(outer);
    ok(!events.wrong, "an entry in an image");
    free(outer.data);
    free(body.data);
    free(b.data);
    body = jpeg_of(3000);
    b = firefox_of(body, keys[0], facts, sizeof facts, 3);
    sought(b);
    ok(kit_is(at_address(), body.data, body.size), "a picture");
    free(body.data);
    free(b.data);
    body = nothing();
    b = firefox_of(body, keys[0], facts, sizeof facts, 3);
    sought(b);
    ok(events.count == 2 && strcmp(status_of("headers"), "clear") == 0, "no body");
    free(b.data);
    b = firefox_of(body, keys[0], "", 0, 3);
    sought(b);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "nothing at all");
    free(body.data);
    free(b.data);
    free(inner.data);
}

/* What Firefox made of a script stands behind it. */
static void alternatives(void)
{
    static const char beyond[] = "alt-data\0" "1;300001,x";
    static const char brotli[] = "response-head\0HTTP/2 200\r\nContent-Encoding: br\r\n";
    static const size_t splits[] = {1, 5000, 262144, 262145, 299999};
    bytes both = kit_noise(300000), b;

    for (size_t i = 0; i < sizeof splits / sizeof splits[0]; i++) {
        char text[100];
        int size = snprintf(text, sizeof text, "response-head%cHTTP%calt-data%c1;%zu,javascript/x%c", 0, 0, 0,
                            splits[i], 0);
        b = firefox_of(both, keys[1], text, (size_t)size, 3);
        sought(b);
        ok(kit_is(at_address(), both.data, splits[i]) && strcmp(status_of(address), "clear") == 0,
           "a body of %zu", splits[i]);
        ok(kit_is(kit_find(&events, "alternative data"), both.data + splits[i], both.size - splits[i])
               && strcmp(status_of("alternative data"), "clear") == 0,
           "and what was made of it");
        b.data[splits[i] - 1] ^= 4;
        sought(b);
        is_text(status_of(address), "malformed", "a byte of the body changed");
        free(b.data);
    }
    b = firefox_of(both, keys[1], beyond, sizeof beyond, 3);
    sought(b);
    ok(kit_is(at_address(), both.data, both.size), "one that begins beyond it is none");
    free(b.data);
    b = firefox_of(both, keys[1], brotli, sizeof brotli, 3);
    sought(b);
    ok(kit_is(at_address(), both.data, both.size), "what Brotli compressed is there as it is");
    is_text(status_of(""), "unsupported", "and said so");
    free(b.data);
    free(both.data);
}

/* Only what is one is taken for one. */
static void lookalikes(void)
{
    bytes body = kit_noise(3000), b = firefox_of(body, keys[0], facts, sizeof facts, 3);
    size_t wrong = 0;

    for (size_t at = body.size; at < b.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            b.data[at] ^= (uint8_t)(1u << bit);
            wrong += ends(b) != 0;
            b.data[at] ^= (uint8_t)(1u << bit);
        }
    is_u64(wrong, 0, "a bit changed in what Firefox keeps: it is no entry");
    for (size_t size = 0; size < b.size; size++)
        wrong += ends((bytes){b.data, size}) != 0;
    kit_add(&b, "", 1);
    wrong += ends(b) != 0;
    is_u64(wrong, 0, "nor cut off, nor with a byte behind it");
    free(b.data);
    b = firefox_of(body, keys[0], facts, sizeof facts - 1, 3);
    ok(!ends(b), "a value without its end");
    free(b.data);
    b = firefox_of(body, keys[0], facts, sizeof facts, 4);
    ok(!ends(b), "a version that is not known");
    free(b.data);
    b = firefox_of(body, "", facts, sizeof facts, 3);
    ok(!ends(b), "no key");
    free(b.data);
    free(body.data);
}

static void damaged(void)
{
    bytes body = kit_noise(500), b = firefox_of(body, keys[2], facts, sizeof facts, 3);
    size_t wrong = 0;

    for (size_t at = 0; at < b.size; at++) {
        b.data[at] ^= (uint8_t)(1u << at % 8);
        (void)!kit_run(&events, b, NULL);
        wrong += events.wrong || !kit_is(&events.items[0], b.data, b.size);
        if (at < body.size)
            wrong += strcmp(status_of(address), "malformed") != 0;
        else
            wrong += events.count != 1;
        b.data[at] ^= (uint8_t)(1u << at % 8);
    }
    is_u64(wrong, 0, "changed everywhere: the body says so, and the rest makes it no entry");
    for (size_t size = 0; size < b.size; size++) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        wrong += events.wrong || events.count != 1;
    }
    is_u64(wrong, 0, "cut off everywhere: no entry");
    free(b.data);
    free(body.data);
}

/* However its bytes come. */
static void sums(void)
{
    bytes b = kit_noise(400);
    size_t wrong = 0;

    for (size_t size = 0; size < b.size; size += 3)
        for (size_t piece = 1; piece < 30; piece++) {
            tt_firefox_sum sum = {0};
            for (size_t at = 0; at < size; at += piece)
                tt_firefox_add(&sum, b.data + at, size - at < piece ? size - at : piece);
            wrong += tt_firefox_end(&sum) != jenkins_of(b.data, size);
        }
    is_u64(wrong, 0, "checksums, however the bytes come");
    free(b.data);
}

int main(void)
{
    events = kit_new();
    sums();
    sizes();
    kinds();
    alternatives();
    lookalikes();
    damaged();
    kit_free(&events);
    return tap_done();
}
