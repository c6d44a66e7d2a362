/*
 * t_disk_raw: bytes that are no disk that is known, searched as free space is. Those in images that others' tools
 * make are in tests/cli/images_raw.t.
 */
#include "disk_kit.h"
#include "unpack_ask.h"

#include "unpack/raw.h"

#define SPACE 200000u

static bytes one, zip;
static const tt_wishes carve = {.carve = 1};
static int answer; /* is what is asked about of no known type? */
static size_t asked;

static tutela_status unknown(void *user, const uint8_t *head, size_t size, int *out, tutela_error *error)
{
    (void)user;
    (void)error;
    asked++;
    if (size == 0 || !head)
        events.wrong = __LINE__;
    *out = answer;
    return TUTELA_OK;
}

static const tt_sink sink = {.begin = kit_begin, .bytes = kit_bytes, .end = kit_end, .unknown = unknown};

static const kit_item *item(const char *chain)
{
    static const kit_item none = {.origin = TUTELA_ORIGIN_COUNT};
    const kit_item *found = kit_find(&events, chain);

    return found ? found : &none;
}

static void look_at(tt_stream *stream, const tt_wishes *wishes)
{
    tt_budget budget = {.wishes = *wishes, .top_known = stream->ops->read_at != NULL};

    kit_clear(&events);
    asked = 0;
    ok(tt_tree_run(stream, &budget, &sink, &events, NULL) == TUTELA_OK && !events.wrong, "it is read");
}

static void look(bytes b, const tt_wishes *wishes)
{
    tt_memory_stream memory;

    tt_memory_stream_init(&memory, b.data, b.size);
    look_at(&memory.stream, wishes);
}

static int is_whole(const char *chain, bytes content)
{
    return strcmp(status_of(chain), "clear") == 0 && kit_is(item(chain), content.data, content.size);
}

static uint64_t sum(const char *chain)
{
    uint64_t all = 0;

    for (size_t i = 0; i < TUTELA_COVER_COUNT; i++)
        all += item(chain)->cover.bytes[i];
    return all;
}

#define COVER(chain, what) (item(chain)->cover.bytes[TUTELA_COVER_##what])

/* Noise with the zip at a place. */
static bytes space_with(size_t at)
{
    bytes space = kit_noise(SPACE);

    memcpy(space.data, "nothing known\1\2", 15);
    memcpy(space.data + at, zip.data, zip.size);
    return space;
}

static void a_space(void)
{
    const tt_wishes nothing = {0}, second = {.carve = 1, .partition = 2};
    bytes space = space_with(70001);
    kit_pipe pipe = kit_pipe_over(space);

    answer = 1;
    look(space, &nothing);
    ok(events.count == 1 && asked == 0 && sum("") == 0, "unless it is wished for, nobody asks");
    look(space, &carve);
    ok(strcmp(item("")->format, "raw") == 0 && strcmp(status_of(""), "clear") == 0, "a raw space, clear");
    ok(is_whole("carved/70001.zip", zip) && is_whole("carved/70001.zip|in.bin", one), "what is in it");
    ok(item("carved/70001.zip")->origin == TUTELA_ORIGIN_CARVED && events.count == 3, "and nothing else");
    ok(asked == 1, "what was found is not asked about");
    ok(COVER("", EXAMINED) == SPACE && sum("") == SPACE, "all was examined");
    look_at(&pipe.stream, &carve);
    ok(is_whole("carved/70001.zip|in.bin", one) && sum("") == SPACE, "the same where it only comes once");
    look(space, &second);
    ok(is_whole("carved/70001.zip", zip), "it has no partitions to choose from");
    answer = 0;
    look(space, &carve);
    ok(events.count == 1 && sum("") == 0, "of a known type it is left alone");
    answer = 1;
    space.size = TT_RAW_LEAST - 1;
    look(space, &carve);
    ok(events.count == 1 && sum("") == 0, "and so it is if it is small");
    free(space.data);
}

/* At its end, alone, without its end. */
static void places(void)
{
    bytes space = space_with(SPACE - zip.size), alone = kit_noise(SPACE);
    kit_member member = {"in.bin", alone};
    bytes large = kit_archive("zip", NULL, &member, 1), short_one;
    char name[64];

    answer = 1;
    look(space, &carve);
    snprintf(name, sizeof name, "carved/%zu.zip|in.bin", SPACE - zip.size);
    ok(is_whole(name, one) && events.count == 3, "a zip at its end is opened once");
    short_one = space_with(SPACE - zip.size);
    short_one.size -= 25;
    look(short_one, &carve);
    snprintf(name, sizeof name, "carved/%zu.zip", SPACE - zip.size);
    ok(strcmp(status_of(name), "partial") == 0, "one without its end is not clear");
    ok(sum("") == short_one.size, "each byte is counted once");
    large.data[0] = 'Q'; /* no zip by its first bytes, and one at its end */
    look(large, &carve);
    ok(sum("") == large.size, "each byte of it, whatever it is");
    free(large.data);
    free(alone.data);
    free(short_one.data);
    free(space.data);
}

/* All of a stream is one file of a kind that first bytes do not tell here: it is not found in itself. */
static void itself(void)
{
    bytes picture = kit_noise(0);
    uint8_t image[54 + 400 * 175] = {0}; /* 133 pixels of three bytes, and one more, in a row */

    memcpy(image, "BM", 2);
    tt_store32(image + 2, sizeof image);
    tt_store32(image + 10, 54);
    tt_store32(image + 14, 40);
    tt_store32(image + 18, 133);
    tt_store32(image + 22, 175);
    tt_store16(image + 26, 1);
    tt_store16(image + 28, 24);
    tt_store32(image + 34, sizeof image - 54);
    kit_add(&picture, image, sizeof image);
    answer = 1;
    look(picture, &carve);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "what is all of it is told once");
    is_u64(COVER("", EXAMINED), sizeof image, "and was examined");
    kit_add(&picture, "behind it", 9);
    look(picture, &carve);
    ok(events.count == 2 && item("carved/0.bmp")->content.size == sizeof image, "where more follows, it is another");
    free(picture.data);
}

/* ---- Bytes that cannot be read --------------------------------------------------------------- */

typedef struct spoilt {
    tt_stream stream;
    bytes b;
    uint64_t from, end, place;
} spoilt;

static tutela_status spoilt_at(tt_stream *stream, uint64_t offset, void *buffer, size_t size, size_t *got,
                               tt_trouble *trouble, tutela_error *error)
{
    spoilt *s = (spoilt *)stream;

    (void)error;
    *got = offset < s->b.size ? (size < s->b.size - offset ? size : s->b.size - offset) : 0;
    if (offset < s->end && offset + *got > s->from) {
        *got = offset < s->from ? s->from - offset : 0;
        *trouble = (tt_trouble){TUTELA_ITEM_UNREADABLE, "the file cannot be read"};
    }
    memcpy(buffer, s->b.data + offset, *got);
    return TUTELA_OK;
}

static tutela_status spoilt_next(tt_stream *stream, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    spoilt *s = (spoilt *)stream;
    tutela_status status = spoilt_at(stream, s->place, buffer, size, got, trouble, error);

    s->place += *got;
    return status;
}

static void unreadable(void)
{
    static const tt_stream_ops ops = {spoilt_next, spoilt_at};
    bytes space = space_with(70001);
    spoilt s = {.stream = {.ops = &ops, .size = SPACE}, .b = space, .from = 40960, .end = 57344};

    memcpy(space.data + 150000, zip.data, zip.size);
    answer = 1;
    look_at(&s.stream, &carve);
    ok(is_whole("carved/70001.zip", zip) && is_whole("carved/150000.zip|in.bin", one), "what is around a hole");
    ok(strcmp(status_of(""), "unreadable") == 0, "which is said");
    is_u64(COVER("", UNREADABLE), s.end - s.from, "and counted");
    ok(sum("") == SPACE && COVER("", EXAMINED) == SPACE - (s.end - s.from), "the rest was examined");
    /* Among the first bytes, by which it is known. */
    s.place = 0;
    s.from = 4096;
    s.end = 8192;
    look_at(&s.stream, &carve);
    ok(is_whole("carved/70001.zip", zip), "what is behind a hole near its front");
    is_u64(COVER("", UNREADABLE), 4096, "that hole is counted");
    is_u64(sum(""), SPACE, "with all the rest");
    free(space.data);
}

/* ---- Volumes --------------------------------------------------------------------------------- */

static void volumes(void)
{
    bytes a = space_with(70001), b = space_with(70001), luks = space_with(70001), disk;
    disk_part parts[] = {{a, 0x83}, {luks, 0x83}, {b, 0x82}};
    const tt_wishes nothing = {0};
    char name[64];

    memcpy(luks.data, "LUKS\xba\xbe\0\1", 8);
    memcpy(b.data + 4086, "SWAPSPACE2", 10);
    a.size = luks.size = b.size = SPACE / SECTOR * SECTOR;
    parts[0].content = a;
    parts[1].content = luks;
    parts[2].content = b;
    disk = disk_of(parts, 3);
    answer = 0;
    look(disk, &nothing);
    ok(strcmp(status_of("p1"), "unsupported") == 0 && !kit_find(&events, "p3"), "a volume of no known kind, and swap");
    is_u64(COVER("", NOT_UNDERSTOOD), a.size + luks.size, "what is not understood");
    look(disk, &carve);
    ok(strcmp(status_of("p1"), "unsupported") == 0 && strcmp(status_of("p2"), "encrypted") == 0, "it still says so");
    snprintf(name, sizeof name, "carved/%u.zip|in.bin", 64 * SECTOR + 70001);
    ok(is_whole(name, one), "what is in the one");
    snprintf(name, sizeof name, "carved/%zu.zip|in.bin", disk.size - (b.size + 64 * SECTOR - 1) / (64 * SECTOR) * 64 * SECTOR + 70001);
    ok(is_whole(name, one), "and in swap: %s", name);
    ok(events.count == 7, "and not in what is sealed: %zu", events.count);
    is_u64(COVER("", NOT_UNDERSTOOD), luks.size, "which alone is not understood");
    is_u64(sum(""), disk.size, "each byte is counted once");
    /* Sealed by itself, and known as no disk. */
    answer = 1;
    memcpy(a.data + 424, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01", 16);
    look(a, &carve);
    ok(events.count == 1 && strcmp(status_of(""), "encrypted") == 0, "a sealed volume alone");
    is_u64(COVER("", NOT_UNDERSTOOD), a.size, "is not searched either");
    free(disk.data);
    free(a.data);
    free(b.data);
    free(luks.data);
}

int main(void)
{
    kit_member member;

    events = kit_new();
    one = kit_noise(1500);
    member = (kit_member){"in.bin", one};
    zip = kit_archive("zip", NULL, &member, 1);
    a_space();
    places();
    itself();
    unreadable();
    volumes();
    kit_free(&events);
    free(one.data);
    free(zip.data);
    return tap_done();
}
