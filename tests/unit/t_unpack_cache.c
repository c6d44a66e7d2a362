/*
 * t_unpack_cache: entries of Chromium's simple cache, put together here: body and headers, code, ranges.
 */
#include "unpack_ask.h"
#include "unpack_cache.h"

#define KEY "1/0/_dk_https://a.example https://a.example https://a.example/pictures/one.jpg"
#define NAME "https://a.example/pictures/one.jpg"
#define HEAD "HTTP/1.1 200\0content-type: image/jpeg\0\0"

static void put_range(bytes *out, bytes whole, size_t from, size_t size, int summed)
{
    put_number(out, UINT64_C(0xeb97bf016553676b), 8);
    put_number(out, from, 8);
    put_number(out, size, 8);
    PUT32(out, summed ? crc_of(whole.data + from, size) : 0);
    PUT32(out, 0);
    kit_add(out, whole.data + from, size);
}

static void test_entries(bytes body)
{
    for (unsigned hash = 0; hash < 3; hash += 2) {
        bytes b = cache_of(KEY, body, HEAD, sizeof HEAD, hash);
        run(b);
        is_text(status_of(""), "clear", "an entry");
        is_text(events.items[0].format, "chromium cache", "its format");
        ok(kit_is(kit_find(&events, NAME), body.data, body.size), "its body, named by its address");
        ok(kit_is(kit_find(&events, "headers"), HEAD, sizeof HEAD) && events.count == 3, "its headers");
        free(b.data);
    }
    bytes b = cache_of("https://b.example/", (bytes){body.data, 0}, HEAD, sizeof HEAD, 2);
    run(b);
    ok(events.count == 2 && strcmp(status_of(""), "clear") == 0, "an empty body");
    free(b.data);
    b = nothing();
    cache_head(&b, "https://b.example/x");
    kit_add(&b, body.data, body.size);
    cache_end(&b, 1, body.data, body.size);
    run(b);
    ok(kit_is(kit_find(&events, "https://b.example/x"), body.data, body.size) && events.count == 2
       && strcmp(status_of(""), "clear") == 0, "what else was kept");
    free(b.data);
    static const char brotli[] = "HTTP/1.1 200\0Content-Encoding: gzip, BR\0\0";
    b = cache_of(KEY, body, brotli, sizeof brotli, 2);
    run(b);
    is_text(status_of(""), "unsupported", "a body that Brotli compressed");
    is_text(status_of(NAME), "clear", "is delivered as it is");
    free(b.data);
    bytes gz = kit_compress("gzip", body.data, body.size);
    b = cache_of(KEY, gz, HEAD, sizeof HEAD, 2);
    run(b);
    ok(kit_is(kit_find(&events, NAME "|1"), body.data, body.size)
       || kit_is(kit_find(&events, NAME "|data"), body.data, body.size), "one that gzip did");
    free(b.data);
    free(gz.data);
}

static void test_ranges(bytes whole)
{
    bytes b = nothing();

    cache_head(&b, KEY);
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "malformed") == 0, "a key and no more");
    put_range(&b, whole, 1000, 500, 1);
    put_range(&b, whole, 0, 600, 0);
    put_range(&b, whole, 600, 400, 1);
    put_range(&b, whole, 2000, 100, 1);
    put_range(&b, whole, 1500, 0, 1);
    run(b);
    is_text(status_of(""), "clear", "parts of a body");
    ok(kit_is(kit_find(&events, NAME), whole.data, 1500), "what follows on one another is one");
    ok(kit_is(kit_find(&events, NAME "@2000"), whole.data + 2000, 100) && events.count == 3,
       "what does not is another");
    b.data[b.size - 32 - 50] ^= 1;
    run(b);
    is_text(status_of(NAME "@2000"), "malformed", "one whose checksum is wrong");
    put_range(&b, whole, 2050, 100, 1);
    run(b);
    is_text(status_of(""), "malformed", "two for the same bytes");
    b.size -= 1;
    run(b);
    is_text(status_of(""), "malformed", "and one cut off");
    free(b.data);
}

static void test_damage(bytes b, bytes body, size_t signs)
{
    size_t bad = 0;

    for (size_t size = 24; size < b.size; size++) {
        (void)!kit_run(&events, (bytes){b.data, size}, NULL);
        /* Before its headers it is one that has none, and the body was whole. */
        bad += strcmp(status_of(""), "clear") == 0
               && !(events.count == 2 && kit_is(&events.items[1], body.data, body.size));
    }
    is_u64(bad, 0, "cut off at each of %zu bytes", b.size);
    bad = 0;
    for (size_t at = 0; at < b.size; at++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x02};
        uint8_t kept = b.data[at];
        size_t told = 0, whole = 0;
        b.data[at] ^= masks[at % 5];
        (void)!kit_run(&events, b, NULL);
        for (size_t i = 0; i < events.count; i++) {
            told += events.items[i].trouble.status != TUTELA_ITEM_CLEAR;
            whole += kit_is(&events.items[i], body.data, body.size)
                     || kit_is(&events.items[i], HEAD, sizeof HEAD);
        }
        if (told == 0 && whole < 2 && at >= signs && !bad++)
            printf("# byte %zu\n", at), kit_show(&events);
        b.data[at] = kept;
    }
    is_u64(bad, 0, "and with each of them changed");
    free(b.data);
}

int main(void)
{
    bytes body = kit_noise(300), whole = kit_noise(3000);

    events = kit_new();
    test_entries(body);
    test_ranges(whole);
    test_damage(cache_of(KEY, body, HEAD, sizeof HEAD, 2), body, 16);
    test_damage(cache_of(KEY, body, HEAD, sizeof HEAD, 0), body, 16);
    kit_free(&events);
    free(body.data);
    free(whole.data);
    return tap_done();
}
