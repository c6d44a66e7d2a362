/*
 * t_unpack_tail: zips at the end of something else, their offsets counted from either front; sought,
 * piped, in other containers; damaged; and what only looks like one.
 */
#include "unpack_ask.h"

#include "unpack/tails.h"
#include "unpack/watch.h"

static const char first[] = "the first member, which has some bytes";
static const char second[] = "and another one";

/* A zip of two members behind `front` bytes; `own`: its offsets count from its own first byte. */
static bytes behind(bytes front, int own, size_t comment)
{
    zip_part parts[] = {{.name = "one", .text = first}, {.name = "dir/two", .text = second}};
    bytes out, zip;
    size_t start;

    if (own) {
        out = kit_copy(front.data, front.size);
        zip = zip_of(parts, 2, comment);
        kit_add(&out, zip.data, zip.size);
        free(zip.data);
        return out;
    }
    out = kit_copy(front.data, front.size);
    zip_member(&out, &parts[0]);
    zip_member(&out, &parts[1]);
    start = out.size;
    zip_record(&out, &parts[0]);
    zip_record(&out, &parts[1]);
    zip_end(&out, 2, start, comment);
    return out;
}

static int look(bytes b)
{
    size_t size = b.size < TT_TAIL_SIZE ? b.size : TT_TAIL_SIZE;

    return tt_tail_opens(b.data + b.size - size, size, b.size);
}

/* ---- The last bytes ------------------------------------------------------------------------ */

static void last_bytes(void)
{
    bytes none = nothing(), front = kit_noise(5000), b, c;
    size_t wrong = 0;

    for (int own = 0; own < 2; own++) {
        b = behind(front, own, 0);
        is_u64((uint64_t)look(b), 2, "a zip at the tail, its offsets from %s", own ? "it" : "before");
        for (size_t cut = 1; cut < 22 + 46; cut++)
            wrong += look((bytes){b.data, b.size - cut}) != 0;
        kit_add(&b, "some bytes more", 15);
        is_u64((uint64_t)look(b), 2, "bytes behind it");
        free(b.data);
    }
    is_u64(wrong, 0, "cut off, it is none");
    b = behind(none, 1, 65535);
    is_u64((uint64_t)look(b), 1, "its longest comment leaves no room for more than its end");
    free(b.data);
    b = behind(none, 1, 65000);
    is_u64((uint64_t)look(b), 2, "a shorter one does");
    free(b.data);
    b = zip_of(NULL, 0, 0);
    c = kit_copy(front.data, front.size);
    kit_add(&c, b.data, b.size);
    is_u64((uint64_t)look(c), 0, "a zip of no members is none");
    free(c.data);
    free(b.data);
    for (size_t size = 0; size < 80; size++)
        wrong += tt_tail_opens(front.data, size, size) != 0;
    for (size_t i = 0; i < 200; i++) {
        b = kit_noise(200);
        memcpy(b.data + kit_random() % 178, "PK\5\6", 4);
        wrong += look(b) != 0;
        free(b.data);
    }
    is_u64(wrong, 0, "nor is noise with its sign");
    free(none.data);
    free(front.data);
}

/* With the larger end record, as zips beyond 4 GiB have it. */
static bytes large_end(bytes front)
{
    zip_part part = {.name = "one", .text = first};
    bytes out = kit_copy(front.data, front.size);
    size_t start, size, end;

    zip_member(&out, &part);
    part.place -= front.size;
    start = out.size;
    zip_record(&out, &part);
    size = out.size - start;
    end = out.size - front.size;
    PUT_TEXT(&out, "PK\6\6");
    put_number(&out, 44, 8);
    PUT32(&out, 0x002d002d);
    put_number(&out, 0, 8);
    put_number(&out, 1, 8);
    put_number(&out, 1, 8);
    put_number(&out, size, 8);
    put_number(&out, start - front.size, 8);
    PUT_TEXT(&out, "PK\6\7");
    PUT32(&out, 0);
    put_number(&out, end, 8);
    PUT32(&out, 1);
    PUT_TEXT(&out, "PK\5\6");
    PUT32(&out, 0);
    PUT32(&out, 0xffffffff);
    PUT32(&out, 0xffffffff);
    PUT32(&out, 0xffffffff);
    PUT16(&out, 0);
    return out;
}

/* ---- Opened -------------------------------------------------------------------------------- */

/* All of it, below `before`. */
static int found(const char *before, bytes b, size_t front)
{
    char chain[200];
    int good;

    snprintf(chain, sizeof chain, "%soverlay", before);
    const kit_item *part = kit_find(&events, chain);
    good = kit_is(part, b.data + front, b.size - front) && strcmp(part->format, "zip") == 0
           && part->trouble.status == TUTELA_ITEM_CLEAR;
    snprintf(chain, sizeof chain, "%soverlay|one", before);
    good &= has(chain, first) && strcmp(status_of(chain), "clear") == 0;
    snprintf(chain, sizeof chain, "%soverlay|dir/two", before);
    return good & has(chain, second) && strcmp(status_of(chain), "clear") == 0;
}

static void opened(const char *what, bytes front)
{
    for (int own = 0; own < 2; own++) {
        bytes b = behind(front, own, 77), outer;
        kit_member member = {"in", b};
        run(b);
        ok(found("", b, front.size), "%s, then a zip", what);
        is_text(status_of(""), "clear", "and nothing is missing");
        is_text(events.items[0].format, "tail", "by its tail");
        outer = kit_archive("pax", NULL, &member, 1);
        run(outer);
        ok(found("in|", b, front.size), "the same in a tar");
        free(outer.data);
        outer = kit_compress("gzip", b.data, b.size);
        run(outer);
        ok(found("1|", b, front.size), "and compressed");
        free(outer.data);
        free(b.data);
    }
}

static void fronts(void)
{
    bytes noise = kit_noise(300000), zeros = {calloc(1, 50000), 50000}, front = kit_noise(1);

    opened("a byte", front);
    opened("a picture", (bytes){(uint8_t *)"\xff\xd8\xff\xe0....\xff\xd9", 10});
    opened("zeros", zeros);
    opened("noise", noise);
    /* What begins like one and is none. */
    memcpy(noise.data + 1000, "PK\3\4", 4);
    noise.data[1004] = 200;
    opened("noise with a sign", noise);
    free(front.data);
    front = large_end(zeros);
    run(front);
    ok(has("overlay|one", first), "with the larger end record");
    is_text(status_of(""), "clear", "and nothing is missing");
    free(front.data);
    free(noise.data);
    free(zeros.data);
}

static void contradictions(void)
{
    zip_part parts[] = {{.name = "a", .text = "aaaaaaaa"}, {.name = "b", .text = "bbbb"}};
    bytes front = kit_noise(3000), b = kit_copy(front.data, front.size);
    size_t start;

    zip_member(&b, &parts[0]);
    zip_member(&b, &parts[1]);
    start = b.size;
    zip_record(&b, &parts[1]);
    zip_end(&b, 1, start, 0);
    run(b);
    ok(has("overlay|a", "aaaaaaaa") && has("overlay|b", "bbbb"),
       "a first member that the directory does not list");
    free(b.data);

    b = kit_copy(front.data, front.size);
    start = b.size;
    parts[0].place = 5;
    zip_record(&b, &parts[0]);
    zip_end(&b, 1, start, 0);
    (void)!kit_run(&events, b, NULL);
    is_u64(events.count, 1, "a directory and no member");
    is_text(status_of(""), "malformed", "which is not clear");
    free(b.data);

    b = behind(front, 1, 100);
    memcpy(b.data + b.size - 50, "PK\5\6", 4);
    run(b);
    ok(events.items[0].format[0] != 0 && (events.count > 1 || strcmp(status_of(""), "clear") != 0),
       "a comment that looks like an end hides nothing");
    free(b.data);

    b = kit_copy(front.data, front.size);
    for (int i = 0; i < 100; i++)
        PUT_TEXT(&b, "PK\3\4 PK\1\2 PK");
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "signs alone are a plain file");
    free(b.data);
    free(front.data);
}

static void beyond_the_cap(void)
{
    bytes front = kit_noise(100000), more = kit_noise(400000), b, tar;
    zip_part part = {.name = "one", .text = first};
    kit_member member = {"in", {NULL, 0}};

    b = kit_copy(front.data, front.size);
    zip_member(&b, &part);
    kit_add(&b, more.data, more.size);
    size_t start = b.size;
    zip_record(&b, &part);
    zip_end(&b, 1, start, 0);
    member.content = b;
    tar = kit_archive("pax", NULL, &member, 1);
    (void)!kit_run(&events, b, &(tt_budget){.spool_memory = 1});
    ok(has("overlay|one", first), "a file needs no memory");
    (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 1 << 20});
    ok(has("in|overlay|one", first), "a member does");
    (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 300000});
    is_text(status_of("in"), "limit", "beyond the cap it says so");
    is_u64(kit_find(&events, "in")->position, b.size, "and where");
    ok(kit_is(kit_find(&events, "in"), b.data, b.size), "but it is read");
    b.data[b.size - 22] ^= 1;
    free(tar.data);
    tar = kit_archive("pax", NULL, &member, 1);
    (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 300000});
    is_text(status_of("in"), "clear", "without a zip at its tail it is a plain file");
    free(tar.data);
    free(b.data);
    free(front.data);
    free(more.data);
}

/* ---- The watch ----------------------------------------------------------------------------- */

/* Where what is held begins, when the bytes come in two parts, or one by one. SIZE_MAX: nowhere. */
static size_t held_from(bytes b, size_t cut, int single)
{
    tt_held_room room = {.left = 1 << 20};
    tt_watch watch = {.room = &room};
    tt_stream *stream;
    uint64_t position;
    size_t from;
    int full;

    if (single) {
        for (size_t i = 0; i < b.size; i++)
            (void)!tt_watch_add(&watch, b.data + i, 1, NULL);
    } else {
        (void)!tt_watch_add(&watch, b.data, cut, NULL);
        (void)!tt_watch_add(&watch, b.data + cut, b.size - cut, NULL);
    }
    tt_watch_end(&watch, &stream, &full, &position);
    from = stream ? b.size - (size_t)stream->size : SIZE_MAX;
    for (size_t i = from; i < b.size; i++) {
        tt_trouble trouble;
        uint8_t byte = 0;
        size_t got;
        (void)!tt_stream_read_at(stream, i - from, &byte, 1, &got, &trouble, NULL);
        if (byte != b.data[i])
            from = SIZE_MAX - 1;
    }
    tt_watch_done(&watch);
    return room.left == 1 << 20 && !full && position == b.size ? from : SIZE_MAX - 2;
}

static void watched(void)
{
    bytes b = kit_copy("P.PPPK\3PKPK\3\3\4PK\3\4PK\3\4", 22);
    size_t wrong = 0;

    for (size_t cut = 0; cut <= b.size; cut++)
        wrong += held_from(b, cut, 0) != 14;
    wrong += held_from(b, 0, 1) != 14;
    is_u64(wrong, 0, "held from the first sign on, however its bytes come");
    b.size = 17;
    for (size_t cut = 0; cut <= b.size; cut++)
        wrong += held_from(b, cut, 0) != SIZE_MAX;
    is_u64(wrong, 0, "and nothing when there is none");
    free(b.data);
}

/* ---- Cut off, and changed ------------------------------------------------------------------ */

static int judge(bytes b)
{
    return is_honest(b, first, second, !look(b));
}

static void damaged(void)
{
    bytes front = kit_noise(100), b;
    size_t wrong = 0;

    for (int own = 0; own < 2; own++) {
        b = behind(front, own, 3);
        for (size_t size = 1; size < b.size; size++) {
            (void)!(size % 2 ? kit_run : kit_run_pipe)(&events, (bytes){b.data, size}, NULL);
            wrong += !judge((bytes){b.data, size});
        }
        is_u64(wrong, 0, "cut off everywhere");
        for (size_t at = 0; at < b.size; at++) {
            b.data[at] ^= (uint8_t)(1u << at % 8);
            (void)!(at % 2 ? kit_run : kit_run_pipe)(&events, b, NULL);
            if (!judge(b) && !wrong++) {
                printf("# changed at %zu of %zu\n", at, b.size);
                kit_show(&events);
            }
            b.data[at] ^= (uint8_t)(1u << at % 8);
        }
        is_u64(wrong, 0, "changed everywhere");
        free(b.data);
    }
    free(front.data);
}

int main(void)
{
    events = kit_new();
    last_bytes();
    fronts();
    contradictions();
    beyond_the_cap();
    watched();
    damaged();
    kit_free(&events);
    return tap_done();
}
