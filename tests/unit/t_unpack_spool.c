/*
 * What is held beyond memory: in blocks of a nameless file, where none of it can be read, and which
 * grows no larger than it may. What cannot be written or read back is stated, and never other bytes.
 */
#include "spool_kit.h"

#include "unpack/held.h"

#include <signal.h>
#include <sys/resource.h>

#define BLOCK TT_SPOOL_BLOCK
enum { LARGE = 700000 }; /* bytes: three blocks, the last one not full */

static kit_log events;

/* ---- Veils ---------------------------------------------------------------------------------- */

static void veils(void)
{
    enum { SIZE = 1000 };
    uint8_t plain[SIZE] = "veil", whole[SIZE], parts[SIZE], other[SIZE];
    const uint64_t places[] = {0, 5, 16, (UINT64_C(1) << 36) - 7, UINT64_C(1) << 60};
    tt_veil *veil = NULL, *second = NULL;

    ok(tt_veil_offered(NULL) == TUTELA_OK && tt_veil_new(&veil, NULL) == TUTELA_OK
           && tt_veil_new(&second, NULL) == TUTELA_OK, "two keys");
    for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
        size_t wrong = 0, at = 0;
        (void)!tt_veil_apply(veil, places[p], plain, whole, SIZE, NULL);
        for (size_t some = 1; at < SIZE; at += some, some = some * 2 + 1) {
            some = some < SIZE - at ? some : SIZE - at;
            wrong += tt_veil_apply(veil, places[p] + at, plain + at, parts + at, some, NULL)
                     != TUTELA_OK;
        }
        ok(!wrong && memcmp(whole, parts, SIZE) == 0, "in parts as in one, from %llu on",
           (unsigned long long)places[p]);
        (void)!tt_veil_apply(second, places[p], plain, other, SIZE, NULL);
        ok(memcmp(whole, other, 16) != 0 && memcmp(whole, plain, 16) != 0
               && memcmp(whole, whole + 16, 16) != 0, "not as plain, by another key, or elsewhere");
        (void)!tt_veil_apply(veil, places[p], whole, whole, SIZE, NULL);
        ok(memcmp(whole, plain, SIZE) == 0, "and back");
    }
    tt_veil_free(veil);
    tt_veil_free(second);
}

/* ---- Held ----------------------------------------------------------------------------------- */

static int add_all(tt_held *held, bytes b)
{
    int full = 0;

    for (size_t at = 0, some = 1; !full && at < b.size; at += some, some = some * 3 % 200001 + 1) {
        some = some < b.size - at ? some : b.size - at;
        tt_held_add(held, b.data + at, some, &full);
    }
    return full;
}

static int is_held(tt_held *held, bytes b)
{
    tt_stream *stream = tt_held_stream(held);
    uint8_t *back = malloc(b.size);
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    size_t got, wrong = stream->size != b.size;

    wrong += tt_stream_read_at(stream, 0, back, b.size, &got, &trouble, NULL) != TUTELA_OK
             || got != b.size || memcmp(back, b.data, b.size) != 0;
    for (int i = 0; i < 300; i++) {
        size_t at = kit_random() % b.size, some = kit_random() % 70000;
        size_t want = some < b.size - at ? some : b.size - at;
        wrong += tt_stream_read_at(stream, at, back, some, &got, &trouble, NULL) != TUTELA_OK
                 || got != want || memcmp(back, b.data + at, want) != 0;
    }
    free(back);
    return !wrong && trouble.status == TUTELA_ITEM_CLEAR;
}

static void holding(void)
{
    bytes text = kit_text(LARGE, 1), disk;
    tt_spool spool = kit_spool(UINT64_C(64) << 20);
    tt_held_room room = {.left = BLOCK + 5, .spool = &spool};
    tt_held *held = NULL;

    (void)!tt_held_new(&held, &room, NULL);
    ok(!add_all(held, text), "what memory has no room for is taken");
    is_u64(room.left, 5, "memory comes first");
    ok(is_held(held, text), "and comes back, from anywhere");
    disk = kit_on_disk(spool.fd);
    is_u64(disk.size, LARGE - BLOCK, "the rest is in the file");
    is_u64(kit_shared(disk, text), 0, "no run of 8 of its bytes is on the disk");
    ok(kit_shared(text, text) > LARGE / 2, "where it would be found");
    ok(kit_uneven(disk) < 500 && kit_uneven(text) > 5000, "it looks random: %.0f", kit_uneven(disk));
    is_u64(kit_names(tap_folder()), 0, "the file has no name");
    tt_held_free(held);
    free(disk.data);
    disk = kit_on_disk(spool.fd);
    is_u64(disk.size, 0, "nothing of it stays");
    ok(room.left == BLOCK + 5 && !spool.free && !spool.veiled, "and all room is given back");
    free(disk.data);
    free(text.data);
    (void)close(spool.fd);
}

/* Blocks are used again, and never under the key that was there before. */
static void again(void)
{
    bytes text = kit_text(3 * BLOCK, 1), first, second;
    tt_spool spool = kit_spool(UINT64_C(64) << 20);
    tt_held_room room = {.spool = &spool};
    tt_held *a = NULL, *b = NULL, *c = NULL;

    (void)!tt_held_new(&a, &room, NULL);
    (void)!tt_held_new(&b, &room, NULL);
    (void)!tt_held_new(&c, &room, NULL);
    ok(!add_all(a, text) && !add_all(b, text) && is_held(a, text) && is_held(b, text),
       "two at once");
    first = kit_on_disk(spool.fd);
    ok(memcmp(first.data, first.data + 3 * BLOCK, BLOCK) != 0, "the same bytes by different keys");
    tt_held_free(a);
    ok(!add_all(c, text) && is_held(c, text) && is_held(b, text), "one more, where the first was");
    second = kit_on_disk(spool.fd);
    is_u64(second.size, first.size, "it takes the same blocks");
    is_u64(kit_shared((bytes){second.data, 3 * BLOCK}, (bytes){first.data, 3 * BLOCK}), 0,
           "by another key");
    tt_held_free(b);
    tt_held_free(c);
    is_u64(spool.end, 0, "nothing stays");
    free(first.data);
    free(second.data);
    free(text.data);
    (void)close(spool.fd);
}

/* ---- What fails ------------------------------------------------------------------------------ */

/* Why it was not held; what was taken before must be there. */
static const char *why(tt_spool *spool, uint64_t memory, bytes text)
{
    tt_held_room room = {.left = memory, .spool = spool};
    static tt_trouble trouble;
    tt_held *held = NULL;
    int full;

    (void)!tt_held_new(&held, &room, NULL);
    full = add_all(held, text);
    trouble = room.full;
    if (tt_held_stream(held)->size > 0
        && !is_held(held, (bytes){text.data, (size_t)tt_held_stream(held)->size}))
        trouble.reason = "other bytes";
    tt_held_free(held);
    if (full && trouble.status != TUTELA_ITEM_LIMIT)
        return "no limit";
    return full ? trouble.reason : "held";
}

#define LARGER "larger than the spool may be, where it must be sought in"
#define NO_ROOM "no room on the disk of the spool, where it must be sought in"
#define CANNOT "too large to be held in memory, and the spool cannot be written"

static void limits(void)
{
    bytes text = kit_text(LARGE, 1);
    tt_spool spool = kit_spool(3 * BLOCK);

    is_text(why(NULL, LARGE, text), "too large to be held in memory, where it must be sought in",
            "without a spool");
    is_text(why(&spool, 0, text), "held", "three blocks where three may be");
    is_text(why(&spool, 0, text), "held", "and once more, since they were given back");
    spool.bytes--;
    is_text(why(&spool, 0, text), LARGER, "where fewer may be");
    is_text(why(&spool, BLOCK, text), "held", "with one in memory");
    spool.bytes = 5;
    is_text(why(&spool, 0, text), LARGER, "less than a block");
    (void)close(spool.fd);
    free(text.data);
}

static void cannot_write(void)
{
    bytes text = kit_text(LARGE, 1);
    tt_spool none = {.fd = -1, .bytes = 9 * BLOCK};
    tt_spool no_writing = {.fd = open(tap_folder(), O_RDONLY), .bytes = 9 * BLOCK};
    tt_spool disk_full = {.fd = open("/dev/full", O_RDWR), .bytes = 9 * BLOCK};

    is_text(why(&none, 0, text), CANNOT, "a file that could not be made");
    is_text(why(&no_writing, 0, text), CANNOT, "one that cannot be written to");
    is_text(why(&disk_full, 0, text), NO_ROOM, "a full disk");
    (void)close(no_writing.fd);
    (void)close(disk_full.fd);
    free(text.data);
}

/* The first n bytes can be written: a disk that is full at each of many places. */
static void fills_up(void)
{
    bytes text = kit_text(LARGE, 1);
    tt_spool spool = kit_spool(9 * BLOCK);
    struct rlimit before, most;
    size_t wrong = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    (void)getrlimit(RLIMIT_FSIZE, &before);
    for (size_t n = 0; n < LARGE; n += 40009) {
        most = (struct rlimit){n, before.rlim_max};
        (void)setrlimit(RLIMIT_FSIZE, &most);
        wrong += strcmp(why(&spool, 0, text), NO_ROOM) != 0;
    }
    (void)setrlimit(RLIMIT_FSIZE, &before);
    is_u64(wrong, 0, "a disk that fills up, wherever: no room, and what was taken is right");
    is_text(why(&spool, 0, text), "held", "with room again");
    (void)close(spool.fd);
    free(text.data);
}

static void cannot_read(void)
{
    bytes text = kit_text(LARGE, 1);
    tt_spool spool = kit_spool(9 * BLOCK);
    tt_held_room room = {.spool = &spool};
    tt_trouble trouble = {TUTELA_ITEM_CLEAR, ""};
    tt_held *held = NULL;
    uint8_t *back = malloc(LARGE);
    size_t got;

    (void)!tt_held_new(&held, &room, NULL);
    ok(!add_all(held, text) && ftruncate(spool.fd, BLOCK + 100) == 0, "the file is cut off");
    (void)!tt_stream_read(tt_held_stream(held), back, LARGE, &got, &trouble, NULL);
    ok(trouble.status == TUTELA_ITEM_UNREADABLE && got == BLOCK
           && memcmp(back, text.data, got) == 0, "what is gone is unreadable");
    is_text(trouble.reason, "the spool cannot be read", "and why");
    tt_held_free(held);
    (void)close(spool.fd);
    free(back);
    free(text.data);
}

/* ---- Trees ----------------------------------------------------------------------------------- */

static const char *status_of(const char *chain)
{
    const kit_item *item = kit_find(&events, chain);

    return item ? tutela_item_status_name((int32_t)item->trouble.status) : "none";
}

/* A zip in a 7z in a zip, each with text beside it, in a tar: four are held at once. */
static void nested(void)
{
    static const char *const formats[] = {"zip", "7zip", "zip", "7zip", "pax"};
    static const char *const stored[] = {"zip:compression=store", "7zip:compression=store",
                                         "zip:compression=deflate", "7zip:compression=store", NULL};
    kit_member members[2] = {{"text", kit_text(300000, 1)}, {"box", kit_copy("end", 3)}};
    tt_spool spool = kit_spool(UINT64_C(64) << 20);
    size_t marks = 0;

    for (int i = 0; i < 5; i++) {
        bytes box = kit_archive(formats[i], stored[i], members, 2);
        free(members[1].content.data);
        members[1].content = box;
    }
    for (int with = 0; with < 2; with++) {
        tt_budget budget = {.spool_memory = 1, .spool = with ? &spool : NULL};
        (void)!kit_run_pipe(&events, members[1].content, &budget);
        is_text(status_of("box|box|box|box|box"), with ? "clear" : "none", "the innermost one");
        is_text(status_of("box"), with ? "clear" : "limit", "the first that must be sought in");
        ok(!events.wrong, "told in order");
    }
    for (size_t i = 0; i < events.count; i++)
        marks += (size_t)kit_is(&events.items[i], members[0].content.data, members[0].content.size);
    is_u64(marks, 5, "every text is told whole");
    ok(kit_is(kit_find(&events, "box|box|box|box|box"), "end", 3), "and the end of it all");
    is_u64(spool.end, 0, "nothing is held any more");
    (void)close(spool.fd);
    free(members[0].content.data);
    free(members[1].content.data);
}

/* However much can be written, what is told is right, and what is not told is stated. */
static void fills_up_in_trees(void)
{
    kit_member zip = {"z", {NULL, 0}}, member = {"in", kit_noise(700000)};
    tt_spool spool = kit_spool(9 * BLOCK);
    tt_budget budget = {.spool_memory = 1, .spool = &spool};
    struct rlimit before, most;
    size_t wrong = 0;
    bytes tar;

    zip.content = kit_archive("zip", "zip:compression=store", &member, 1);
    tar = kit_archive("pax", NULL, &zip, 1);
    (void)getrlimit(RLIMIT_FSIZE, &before);
    for (size_t n = 0; n < 700000; n += 99991) {
        most = (struct rlimit){n, before.rlim_max};
        (void)setrlimit(RLIMIT_FSIZE, &most);
        (void)!kit_run(&events, tar, &budget);
        wrong += strcmp(status_of("z"), "limit") != 0 || kit_find(&events, "z|in")
                 || strcmp(kit_find(&events, "z")->trouble.reason, NO_ROOM) != 0
                 || !kit_is(kit_find(&events, "z"), zip.content.data, zip.content.size);
    }
    (void)setrlimit(RLIMIT_FSIZE, &before);
    is_u64(wrong, 0, "a disk that fills up, wherever: the container is limit, and read");
    (void)!kit_run(&events, tar, &budget);
    ok(strcmp(status_of("z"), "clear") == 0
           && kit_is(kit_find(&events, "z|in"), member.content.data, member.content.size),
       "with room it is opened");
    (void)close(spool.fd);
    free(tar.data);
    free(zip.content.data);
    free(member.content.data);
}

/* A zip at the end of what only goes forward, beyond memory. */
static void tails(void)
{
    kit_member in = {"in", kit_text(600000, 7)}, plain = {"p", kit_noise(100000)};
    bytes zip = kit_archive("zip", "zip:compression=store", &in, 1), tar;
    tt_spool spool = kit_spool(9 * BLOCK);

    kit_add(&plain.content, zip.data, zip.size);
    tar = kit_archive("pax", NULL, &plain, 1);
    for (int with = 0; with < 2; with++) {
        (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 1, .spool = with ? &spool : NULL});
        is_text(status_of("p"), with ? "clear" : "limit", "a zip at the tail of a member");
    }
    ok(events.count == 4 && kit_is(&events.items[3], in.content.data, in.content.size)
           && spool.end == 0, "is opened");
    (void)close(spool.fd);
    free(tar.data);
    free(zip.data);
    free(plain.content.data);
    free(in.content.data);
}

int main(void)
{
    alarm(100);
    events = kit_new();
    veils();
    holding();
    again();
    limits();
    cannot_write();
    fills_up();
    cannot_read();
    nested();
    fills_up_in_trees();
    tails();
    kit_free(&events);
    return tap_done();
}
