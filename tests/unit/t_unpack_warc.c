/*
 * t_unpack_warc: archives of the web put together here: bodies with and without chunks, other records,
 * and damage.
 */
#include "unpack_ask.h"

#define URL "https://a.example/one.jpg"

static void put_record(bytes *out, const char *type, const char *uri, const char *content, bytes block)
{
    char head[2000];

    snprintf(head, sizeof head,
             "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
             "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", type, uri, content, block.size);
    PUT_TEXT(out, head);
    kit_add(out, block.data, block.size);
    PUT_TEXT(out, "\r\n\r\n");
}

static bytes message_of(const char *head, bytes body)
{
    bytes out = kit_copy(head, strlen(head));

    kit_add(&out, body.data, body.size);
    return out;
}

static void put_message(bytes *out, const char *uri, const char *head, bytes body)
{
    bytes m = message_of(head, body);

    put_record(out, "response", uri, "application/http; msgtype=response", m);
    free(m.data);
}

static bytes chunks_of(bytes body, const char *end)
{
    bytes out = nothing();
    char line[40];

    for (size_t at = 0; at < body.size; at += 250) {
        size_t some = body.size - at < 250 ? body.size - at : 250;
        snprintf(line, sizeof line, at ? "%zx;x=y\r\n" : "%zX\r\n", some);
        PUT_TEXT(&out, line);
        kit_add(&out, body.data + at, some);
        PUT_TEXT(&out, "\r\n");
    }
    PUT_TEXT(&out, end);
    return out;
}

static void test_records(bytes body)
{
    bytes b = nothing(), info = kit_copy("software: none\r\n", 16), none = nothing();
    bytes chunks = chunks_of(body, "0\r\n\r\n"), fields = chunks_of(body, "0\r\nA: b\r\n\r\n");
    char *cookie = malloc(41000);

    put_record(&b, "warcinfo", "urn:info", "application/warc-fields", info);
    put_message(&b, URL, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n", body);
    put_message(&b, "<" URL "?2>", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks);
    put_message(&b, URL "?3", "HTTP/1.1 200\ntransfer-encoding:gzip, Chunked\n\n", fields);
    put_message(&b, URL "?4", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body);
    put_record(&b, "request", URL, "application/http; msgtype=request",
               (bytes){(uint8_t *)(uintptr_t)"GET /one.jpg HTTP/1.1\r\nHost: a.example\r\n\r\n", 42});
    put_record(&b, "resource", URL "?5", "image/jpeg", body);
    put_record(&b, "revisit", URL "?6", "application/http", none);
    memcpy(cookie, "HTTP/1.1 200 OK\r\nSet-Cookie: ", 29);
    memset(cookie + 29, 'c', 40000);
    memcpy(cookie + 40029, "\r\n\r\n", 5);
    put_message(&b, URL "?7", cookie, body);
    run(b);
    is_text(status_of(""), "clear", "all of it");
    is_text(events.items[0].format, "warc", "its format");
    ok(kit_is(kit_find(&events, "urn:info"), info.data, info.size), "a record of another kind");
    ok(kit_is(kit_find(&events, URL), body.data, body.size), "a body");
    ok(kit_is(kit_find(&events, URL "?2"), body.data, body.size), "one in chunks");
    ok(kit_is(kit_find(&events, URL "?3"), body.data, body.size), "with fields behind them");
    ok(kit_is(kit_find(&events, URL "?4"), body.data, body.size), "one whose chunks were taken away");
    ok(kit_is(kit_find(&events, URL "?5"), body.data, body.size), "a resource");
    ok(kit_is(kit_find(&events, URL "?7"), body.data, body.size), "behind a long cookie");
    is_u64(events.count, 8, "and nothing else");
    bytes gz = kit_compress("gzip", b.data, b.size);
    run(gz);
    ok(kit_is(kit_find(&events, "data|" URL), body.data, body.size)
       || kit_is(kit_find(&events, "1|" URL), body.data, body.size), "in gzip");
    free(gz.data);
    free(b.data);
    free(cookie);
    free(chunks.data);
    free(fields.data);
    free(info.data);
    free(none.data);
}

static void test_wrong(bytes body)
{
    bytes b = nothing(), chunks = chunks_of(body, "0\r\n\r\nmore"), cut = chunks_of(body, "");

    put_message(&b, "a", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks);
    put_message(&b, "b", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", cut);
    put_message(&b, "c", "HTTP/1.1 200 OK\r\n\r\n", body);
    run(b);
    is_text(status_of("a"), "malformed", "bytes behind the last chunk");
    is_text(status_of("b"), "malformed", "no last chunk");
    is_text(status_of("c"), "clear", "the next is read");
    put_message(&b, "d", "HTTP/1.1 200 OK\r\nno field\r\n\r\n", body);
    put_message(&b, "e", "HTTP/1.1 200 OK\r\n\r\n", body);
    run(b);
    is_text(status_of(""), "malformed", "headers that are none");
    is_text(status_of("e"), "clear", "the next is read");
    free(b.data);
    b = kit_copy("WARC/1.0\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 50);
    run(b);
    is_text(status_of(""), "malformed", "two lengths");
    free(b.data);
    b = kit_copy("WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nabc", 53);
    run(b);
    is_text(status_of("1"), "malformed", "more than there is");
    free(b.data);
    b = kit_copy("WARC/1.1\r\nWARC-Segment-Number: 1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", 62);
    run(b);
    is_text(status_of(""), "unsupported", "a record in several files");
    ok(has("1", "abc"), "what is here is read");
    free(b.data);
    b = kit_copy("WARC/1.0 is a format\n", 21);
    run(b);
    ok(events.items[0].format[0] == 0, "words that begin alike");
    free(b.data);
    free(chunks.data);
    free(cut.data);
}

/* Members that are the body, or that with one byte of its own changed. */
typedef struct verdict {
    size_t told, whole, own;
} verdict;

static verdict judge(bytes body)
{
    verdict v = {0};

    for (size_t i = 0; i < events.count; i++) {
        const kit_item *item = &events.items[i];
        size_t off = 0;
        v.told += item->trouble.status != TUTELA_ITEM_CLEAR;
        if (i == 0 || item->content.size != body.size)
            continue;
        for (size_t n = 0; n < body.size; n++)
            off += item->content.data[n] != body.data[n];
        v.whole += off == 0;
        v.own += off == 1;
    }
    return v;
}

static void test_cut(bytes b, bytes body)
{
    size_t quiet = 0;

    for (size_t size = 9; size < b.size; size++) {
        (void)!(size % 2 ? kit_run(&events, (bytes){b.data, size}, NULL)
                         : kit_run_pipe(&events, (bytes){b.data, size}, NULL));
        quiet += judge(body).told == 0;
    }
    is_u64(quiet, 1, "cut off at each of %zu bytes, told of but between two records", b.size);
}

static void test_damage(bytes body)
{
    bytes b = nothing(), chunks = chunks_of(body, "0\r\n\r\n");
    size_t bad = 0, allowed = 0, coding;

    put_message(&b, "a", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks);
    put_message(&b, "b", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n", body);
    coding = (size_t)((uint8_t *)memmem(b.data, b.size, "Transfer-", 9) - b.data);
    test_cut(b, body);
    for (size_t at = 9; at < b.size; at++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff, 0x10, 0x02};
        int excused = at >= coding && at < coding + 26; /* the one line that tells of chunks */
        b.data[at] ^= masks[at % 5];
        (void)!kit_run(&events, b, NULL);
        verdict v = judge(body);
        allowed += v.own;
        if (v.told == 0 && v.whole + v.own != 2 && !excused && !bad++)
            printf("# byte %zu\n", at), kit_show(&events);
        b.data[at] ^= masks[at % 5];
    }
    is_u64(bad, 0, "and with each of them changed");
    is_u64(allowed, 2 * body.size, "of a body itself nothing tells it");
    free(b.data);
    free(chunks.data);
}

int main(void)
{
    bytes body = kit_noise(700);

    events = kit_new();
    test_records(body);
    test_wrong(body);
    test_damage(body);
    kit_free(&events);
    free(body.data);
    return tap_done();
}
