/*
 * What the broker believes of a page: an honest one entirely, and of one with any field made to lie
 * nothing from there on, with what came before told.
 */
#include "worker_kit.h"

static tt_wire_slot slots[TT_WIRE_SLOTS];
static size_t used;
static listener heard;

/* Read what is in `slots`; the reader's lie, or NULL. */
static const char *read_all(tt_wire_reader *r)
{
    heard.count = 0;
    heard.total = 0;
    if (tt_wire_read(r, slots, used, keep, &heard, NULL) != TUTELA_OK)
        return "not OK";
    return r->lie;
}

static void test_honest(void)
{
    tt_wire_reader r = kit_reader();

    used = make_honest(slots);
    is_u64(used, 10, "five records and a file, of ten slots");
    ok(!read_all(&r) && r.over, "an honest page is believed, to its end");
    is_u64(heard.count, 5, "five things are told");
    ok(heard.items[0].number == 1 && heard.items[0].digests.mask == KIT_MASK
       && heard.items[0].bytes == 100 && !heard.items[0].opens, "a member");
    is_text(heard.items[0].name, "first", "its name");
    ok(heard.items[1].opens && heard.items[1].digests.mask == 0, "a container begins");
    ok(heard.items[2].parent == 2, "a member of it");
    ok(heard.items[3].number == 2 && !heard.items[3].opens, "it ends");
    is_text(heard.items[3].name, "box", "with the name it had");
    is_u64(heard.items[4].name_size, 1000, "a long name");
    ok(r.file.container && r.file.trouble.status == TUTELA_ITEM_CLEAR, "the file");
    for (size_t i = 0; i < 32; i++)
        if (heard.items[0].digests.value[TUTELA_SHA256][i] != 0x5a)
            ok(0, "digest byte %zu", i);
    tt_wire_done(&r);
}

/* ---- One lie at a time --------------------------------------------------------------------- */

/* Slots of the honest page. */
enum { FIRST, BOX, INSIDE, BOX_ENDS, LONG, LONG_REST, LONG_LAST = LONG_REST + 3, WHOLE_FILE };

static tt_wire_record *at(size_t slot)
{
    return &slots[slot].record;
}

#define LIES(X)                                                                              \
    X("a kind of 0", FIRST, at(FIRST)->kind = 0)                                             \
    X("a kind beyond", FIRST, at(FIRST)->kind = TT_WIRE_CONTINUES + 1)                       \
    X("an origin beyond", FIRST, at(FIRST)->origin = TUTELA_ORIGIN_COUNT)                    \
    X("an origin of 255", LONG, at(LONG)->origin = UINT8_MAX)                                \
    X("a file with an origin", WHOLE_FILE, at(WHOLE_FILE)->origin = TUTELA_ORIGIN_DELETED)   \
    X("the coverage of a member that is whole", BOX, make_cover(slots + BOX, 1, 1, 0))       \
    X("the coverage of what is not yet told", BOX, make_cover(slots + BOX, 2, 1, 0))         \
    X("the coverage of what has ended", LONG, make_cover(slots + LONG, 2, 1, 0))             \
    X("the coverage of the file within a container", INSIDE, make_cover(slots + INSIDE, 0, 1, 0)) \
    X("a continuation of nothing", FIRST, at(FIRST)->kind = TT_WIRE_CONTINUES)               \
    X("number 0", FIRST, at(FIRST)->number = 0)                                              \
    X("a number twice", INSIDE, at(INSIDE)->number = 2)                                      \
    X("a number left out", INSIDE, at(INSIDE)->number = 4)                                   \
    X("a huge number", FIRST, at(FIRST)->number = UINT64_MAX)                                \
    X("a parent that is not there", FIRST, at(FIRST)->parent = 9)                            \
    X("a parent that is no container", INSIDE, at(INSIDE)->parent = 1)                       \
    X("the file as parent where a container is open", INSIDE, at(INSIDE)->parent = 0)        \
    X("a parent that ended", LONG, at(LONG)->parent = 2)                                     \
    X("no name", FIRST, at(FIRST)->name_size = 0)                                            \
    X("a name with a NUL", FIRST, at(FIRST)->name[2] = 0)                                    \
    X("a NUL in the rest of a name", LONG, slots[LONG_REST].rest.name[9] = 0)                \
    X("a name longer than may be", LONG, at(LONG)->name_size = TT_NAME_MAX + 1)              \
    X("a name of four billion", LONG, at(LONG)->name_size = UINT32_MAX)                      \
    X("a name longer than its slots", LONG, at(LONG)->name_size = 4096)                      \
    X("a rest of another size", LONG, slots[LONG_LAST].rest.size++)                          \
    X("a rest that is none", LONG, slots[LONG_REST].rest.kind = TT_WIRE_WHOLE)               \
    X("an unknown status", FIRST, at(FIRST)->status = 99)                                    \
    X("match as a status", FIRST, at(FIRST)->status = TUTELA_ITEM_MATCH)                     \
    X("crashed as a status", FIRST, at(FIRST)->status = TUTELA_ITEM_CRASHED)                 \
    X("a status without a reason", FIRST, at(FIRST)->status = TUTELA_ITEM_LIMIT)             \
    X("a reason without a status", FIRST, at(FIRST)->reason = 1)                             \
    X("a reason beyond", FIRST, at(FIRST)->reason = UINT16_MAX)                              \
    X("a reason of another status", FIRST,                                                   \
      (at(FIRST)->status = TUTELA_ITEM_LIMIT, at(FIRST)->reason = 1))                        \
    X("clear without digests", FIRST, at(FIRST)->mask = 0)                                   \
    X("fewer digests", FIRST, at(FIRST)->mask = TUTELA_BIT(TUTELA_MD5))                      \
    X("other digests", FIRST, at(FIRST)->mask = TT_DIGEST_ALL)                               \
    X("a mask beyond", FIRST, at(FIRST)->mask = UINT16_MAX)                                  \
    X("more bytes than may be", FIRST, at(FIRST)->bytes = 100001)                            \
    X("bytes that wrap", LONG, at(LONG)->bytes = UINT64_MAX)                                 \
    X("bytes too many together", LONG, at(LONG)->bytes = 99800)                              \
    X("a place where it is clear", FIRST, at(FIRST)->position = 1)                           \
    X("a place beyond its end", FIRST,                                                       \
      (at(FIRST)->position = 101, at(FIRST)->status = TUTELA_ITEM_PARTIAL,                   \
       at(FIRST)->reason = 1))                                                               \
    X("a container that begins with bytes", BOX, at(BOX)->bytes = 1)                         \
    X("a container that begins with digests", BOX, at(BOX)->mask = KIT_MASK)                 \
    X("a container that begins with a status", BOX,                                          \
      (at(BOX)->status = TUTELA_ITEM_PARTIAL, at(BOX)->reason = 1))                          \
    X("the end of another", BOX_ENDS, at(BOX_ENDS)->number = 1)                              \
    X("the end of one with another parent", BOX_ENDS, at(BOX_ENDS)->parent = 1)              \
    X("an end with a name", BOX_ENDS, at(BOX_ENDS)->name_size = 3)                           \
    X("an end of nothing", FIRST, at(FIRST)->kind = TT_WIRE_ENDS)                            \
    X("the file's end within a container", INSIDE, at(INSIDE)->kind = TT_WIRE_FILE)          \
    X("members of no container", WHOLE_FILE, at(WHOLE_FILE)->container = 0)                  \
    X("a container of two", WHOLE_FILE, at(WHOLE_FILE)->container = 2)                       \
    X("a file with a status that is none", WHOLE_FILE, at(WHOLE_FILE)->status = 50)          \
    X("a file with digests", WHOLE_FILE, at(WHOLE_FILE)->mask = KIT_MASK)                    \
    X("a file with a name", WHOLE_FILE, at(WHOLE_FILE)->name_size = 1)                       \
    X("a file with a number", WHOLE_FILE, at(WHOLE_FILE)->number = 5)                        \
    X("a file with a place", WHOLE_FILE, at(WHOLE_FILE)->position = 10)                      \
    X("a place beyond the file", WHOLE_FILE,                                                 \
      (at(WHOLE_FILE)->position = 10001, at(WHOLE_FILE)->status = TUTELA_ITEM_PARTIAL,       \
       at(WHOLE_FILE)->reason = 1))

/* The same page with types: "image/png" behind each name, and none at the box's end. */
#define TYPE_AT(slot) (at(slot)->name + at(slot)->name_size)
#define TYPE_LIES(X)                                                                         \
    X("no type", FIRST, at(FIRST)->mime_size = 0)                                            \
    X("a container without a type", BOX, at(BOX)->mime_size = 0)                             \
    X("a file without a type", WHOLE_FILE, at(WHOLE_FILE)->mime_size = 0)                    \
    X("a type without a slash", FIRST, TYPE_AT(FIRST)[5] = '-')                              \
    X("a type with two", FIRST, TYPE_AT(FIRST)[2] = '/')                                     \
    X("half a type", FIRST, at(FIRST)->mime_size = 6)                                        \
    X("no first half", FIRST, TYPE_AT(FIRST)[0] = '/')                                       \
    X("a NUL in a type", FIRST, TYPE_AT(FIRST)[7] = 0)                                       \
    X("a control character in a type", FIRST, TYPE_AT(FIRST)[7] = 27)                        \
    X("a byte beyond ASCII in a type", FIRST, TYPE_AT(FIRST)[7] = 0xc3)                      \
    X("a space in a type", FIRST, TYPE_AT(FIRST)[7] = ' ')                                   \
    X("a parameter in a type", FIRST, TYPE_AT(FIRST)[7] = ';')                               \
    X("a type longer than may be", FIRST, at(FIRST)->mime_size = TT_MIME_MAX + 1)            \
    X("a type of 65535", FIRST, at(FIRST)->mime_size = UINT16_MAX)                           \
    X("a type that has no slot", FIRST, at(FIRST)->mime_size = 64)                           \
    X("a NUL in the type of the file", WHOLE_FILE, at(WHOLE_FILE)->name[3] = 0)              \
    X("the end of a container with a type", BOX_ENDS, at(BOX_ENDS)->mime_size = 3)

/* Which of the five things told each slot of the honest page is. */
static size_t told_before(size_t slot)
{
    return slot <= LONG ? slot : 5;
}

/* A lie in `slot`: is it seen, with all before it told, and nothing after? */
static void check_lie(const char *name, size_t slot)
{
    tt_wire_reader r = kit_reader();
    const char *why;

    r.types = kit_mime != NULL;
    why = read_all(&r);

    ok(why && strcmp(why, "not OK") != 0 && !r.over, "%s: refused (%s)", name, why ? why : "-");
    is_u64(heard.count, told_before(slot), "%s: what came before is told, and no more", name);
    tt_wire_done(&r);
}

/* ---- Images of disks ----------------------------------------------------------------------- */

/* Slots of the honest image. */
enum { COVER, IMAGE, IMAGE_COVER, FILE_IN, IMAGE_COVER_2, IMAGE_ENDS, COVER_2, DISK_FILE };

static void test_disk(void)
{
    tt_wire_reader r = kit_reader();
    const kept *ended = &heard.items[2];

    used = make_honest_disk(slots);
    is_u64(used, DISK_FILE + 1, "an image of eight slots");
    ok(!read_all(&r) && r.over && heard.count == 3, "an image is believed, to its end");
    ok(heard.items[0].origin == TUTELA_ORIGIN_DELETED && heard.items[0].opens && !heard.items[0].disk,
       "a deleted image begins");
    ok(heard.items[1].origin == TUTELA_ORIGIN_ORPHAN_CONTIGUOUS && !heard.items[1].disk, "a file in it");
    ok(ended->origin == TUTELA_ORIGIN_DELETED && !ended->opens && ended->disk, "it ends, as what it began");
    ok(ended->cover.bytes[TUTELA_COVER_EXAMINED] == 600 && ended->cover.bytes[TUTELA_COVER_LOST] == 100,
       "with the coverage told last");
    ok(r.file.disk && r.file.cover.bytes[TUTELA_COVER_EXAMINED] == 9000
       && r.file.cover.bytes[TUTELA_COVER_LOST] == 0, "and so does the file");
    tt_wire_done(&r);
}

static uint64_t *cover_at(size_t slot)
{
    return slots[slot].cover.bytes;
}

#define DISK_LIES(X)                                                                         \
    X("a sum that wraps", COVER, 0, cover_at(COVER)[TUTELA_COVER_EXAMINED] = UINT64_MAX)     \
    X("a sum that wraps to the right one", COVER_2, 3,                                       \
      (cover_at(COVER_2)[TUTELA_COVER_UNREADABLE] = UINT64_MAX, cover_at(COVER_2)[TUTELA_COVER_LOST] = 1)) \
    X("an image that grew", IMAGE_COVER_2, 2, cover_at(IMAGE_COVER_2)[TUTELA_COVER_EXCLUDED] = 1) \
    X("an image that shrank", COVER_2, 3, cover_at(COVER_2)[TUTELA_COVER_EXAMINED]--)        \
    X("the number of another", IMAGE_COVER, 1, slots[IMAGE_COVER].cover.number = 2)          \
    X("the inner as the file", IMAGE_COVER_2, 2, slots[IMAGE_COVER_2].cover.number = 0)      \
    X("the file as the inner", COVER_2, 3, slots[COVER_2].cover.number = 1)                  \
    X("coverage a third time", FILE_IN, 1, slots[FILE_IN] = slots[IMAGE_COVER])              \
    X("coverage of the file a third time", DISK_FILE, 3, slots[DISK_FILE] = slots[COVER_2])  \
    X("coverage of no container", DISK_FILE, 3, at(DISK_FILE)->container = 0)

/* What came before is told and no more, as above. */
static void check_disk_lie(const char *name, size_t before)
{
    tt_wire_reader r = kit_reader();
    const char *why = read_all(&r);

    ok(why && strcmp(why, "not OK") != 0 && !r.over, "%s: refused (%s)", name, why ? why : "-");
    is_u64(heard.count, before, "%s: what came before is told, and no more", name);
    tt_wire_done(&r);
}

static void test_disk_lies(void)
{
    tt_wire_reader r = kit_reader();

#define X(name, slot, before, change)  \
    used = make_honest_disk(slots); \
    (void)(change);                    \
    check_disk_lie(name, before);
    DISK_LIES(X)
#undef X
    used = make_honest_disk(slots);
    ok(!read_all(&r) && r.over, "an image that is through");
    used = make_cover(slots, 0, 0, 9000);
    ok(read_all(&r) && heard.count == 0, "no coverage may follow");
    tt_wire_done(&r);
}

/* A worker that dies leaves what it said when the image began. */
static void test_disk_died(void)
{
    tt_trouble crashed = {TUTELA_ITEM_CRASHED, "its parser died"};
    tt_wire_reader first = kit_reader(), second = kit_reader();

    (void)make_honest_disk(slots);
    used = FILE_IN + 1;
    ok(!read_all(&first) && heard.count == 2, "it dies inside the inner image");
    used = make_honest_disk(slots);
    second.before = &first;
    ok(!read_all(&second) && second.over && heard.count == 1, "the second try tells the rest");
    ok(heard.items[0].disk && heard.items[0].cover.bytes[TUTELA_COVER_EXAMINED] == 600, "with its own coverage");
    tt_wire_done(&second);
    heard.count = heard.total = 0;
    ok(tt_wire_end(&first, &crashed, keep, &heard, NULL) == TUTELA_OK && heard.count == 1, "or it ends there");
    ok(heard.items[0].disk && heard.items[0].cover.bytes[TUTELA_COVER_LOST] == 700
       && heard.items[0].origin == TUTELA_ORIGIN_DELETED, "all of it lost");
    ok(first.file.disk && first.file.cover.bytes[TUTELA_COVER_LOST] == 9000, "as all of the outer one is");
    tt_wire_done(&first);
}

static void test_lies(void)
{
#define X(name, slot, change)       \
    used = make_honest(slots);      \
    (void)(change);                 \
    check_lie(name, slot);
    LIES(X)
    kit_mime = "image/png";
    LIES(X)
    TYPE_LIES(X)
#undef X
    kit_mime = NULL;
}

static void test_types(void)
{
    tt_wire_reader r = kit_reader();
    tt_trouble locked = {TUTELA_ITEM_ENCRYPTED, "encrypted"};
    tt_told told = {.number = 1, .name = (const uint8_t *)"n", .name_size = 1, .trouble = locked};

    kit_mime = "image/png";
    used = make_honest(slots);
    ok(read_all(&r) && heard.count == 0, "types that were not ordered: refused");
    tt_wire_done(&r);
    r = kit_reader();
    r.types = 1;
    ok(!read_all(&r) && r.over && heard.count == 5, "types are believed");
    for (size_t i = 0; i < 5; i++)
        is_text(heard.items[i].mime, kit_mime, "the type of %zu", i);
    is_text(r.file.mime, kit_mime, "and of the file");
    tt_wire_done(&r);
    kit_mime = NULL;
    r = kit_reader();
    r.types = 1;
    used = tt_wire_write(slots, TT_WIRE_WHOLE, &told);
    ok(!read_all(&r) && heard.count == 1 && heard.items[0].mime[0] == 0,
       "what could not be read has no type");
    tt_wire_done(&r);
}

/* ---- Bounds -------------------------------------------------------------------------------- */

static void test_bounds(void)
{
    tt_wire_reader r = kit_reader();

    used = make_honest(slots);
    r.depth = 2;
    ok(!read_all(&r), "as deep as the limit");
    tt_wire_done(&r);
    r = kit_reader();
    r.depth = 1;
    ok(read_all(&r) && heard.count == 1, "deeper than the limit");
    tt_wire_done(&r);
    r = kit_reader();
    r.entries = 4;
    ok(!read_all(&r), "as many members as the limit");
    tt_wire_done(&r);
    r = kit_reader();
    r.entries = 3;
    ok(read_all(&r) && heard.count == 4, "more members than the limit");
    tt_wire_done(&r);
    r = kit_reader();
    used -= 1;
    ok(!read_all(&r) && !r.over, "a page without the file's end is not the last");
    used = make(slots, TT_WIRE_WHOLE, 5, 0, "more", KIT_MASK);
    ok(!read_all(&r) && heard.count == 1, "the next one goes on");
    used = tt_wire_write_file(slots, &(tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1});
    ok(!read_all(&r) && r.over, "and the last ends");
    used = make(slots, TT_WIRE_WHOLE, 6, 0, "after", KIT_MASK);
    ok(read_all(&r) && heard.count == 0, "nothing may follow");
    tt_wire_done(&r);
}

/* A name that would need slots behind its page's end. */
static void test_page_end(void)
{
    tt_wire_reader r = kit_reader();

    used = make_honest(slots) - 2;
    ok(read_all(&r) && heard.count == 4, "a name that leaves the page is refused");
    tt_wire_done(&r);
}

static void test_names(void)
{
    static const size_t sizes[] = {1, 58, 59, 60, 67, 68, 69, 310, 311, 312, 320, 321, 4095, 4096};
    static const char *const types[] = {NULL, "a/b", "image/png"};
    static char name[4097], longest[TT_MIME_MAX + 1];

    memset(longest, 'm', TT_MIME_MAX);
    longest[9] = '/';
    for (size_t i = 0; i < 4 * sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i / 4], type_size;
        tt_wire_reader r = kit_reader();
        memset(name, 'x', sizeof name);
        name[size] = 0;
        kit_mime = i % 4 == 3 ? longest : types[i % 4];
        type_size = kit_mime ? strlen(kit_mime) : 0;
        r.types = kit_mime != NULL;
        memset(slots, 0xee, sizeof slots);
        used = make(slots, TT_WIRE_WHOLE, 1, 0, name, KIT_MASK);
        is_u64(used, TT_WIRE_SLOTS_OF(size + type_size), "slots of %zu and %zu", size, type_size);
        ok(slots[used].rest.kind == 0xeeee, "and nothing behind them");
        ok(!read_all(&r) && heard.items[0].name_size == size
           && strcmp(heard.items[0].mime, kit_mime ? kit_mime : "") == 0
           && memcmp(r.name, name, size) == 0, "a name of %zu with a type of %zu", size, type_size);
        tt_wire_done(&r);
    }
    kit_mime = NULL;
}

static void test_reasons(void)
{
    tt_trouble other = {TUTELA_ITEM_MALFORMED, "words nobody wrote down"}, back;
    tt_trouble known = {TUTELA_ITEM_LIMIT, "more members than the limit"};
    tt_trouble odd = {TUTELA_ITEM_MATCH, ""};
    tt_told told = {.number = 1, .name = (const uint8_t *)"n", .name_size = 1, .trouble = odd};

    ok(tt_wire_trouble(&back, TUTELA_ITEM_LIMIT, tt_wire_reason(&known)), "a known reason goes over");
    is_text(back.reason, known.reason, "with its words");
    ok(tt_wire_trouble(&back, TUTELA_ITEM_MALFORMED, tt_wire_reason(&other)), "another has a stand-in");
    is_text(back.reason, "damaged or cut off", "of its status");
    (void)tt_wire_write(slots, TT_WIRE_WHOLE, &told);
    is_u64(slots[0].record.status, TUTELA_ITEM_MALFORMED, "a status no reader may give is not clear");
}

/* ---- The second try ------------------------------------------------------------------------ */

static void test_second_try(void)
{
    tt_wire_reader first = kit_reader(), second = kit_reader(), third = kit_reader();
    tt_trouble crashed = {TUTELA_ITEM_CRASHED, "its parser died"};

    used = make_honest(slots);
    used = 3; /* it dies inside the box */
    ok(!read_all(&first) && heard.count == 3, "the first try tells three things");
    used = make_honest(slots);
    second.before = &first;
    ok(!read_all(&second) && second.over, "the second tells all");
    is_u64(heard.count, 2, "and what was told is not told twice");
    ok(heard.items[0].number == 2 && !heard.items[0].opens, "it begins where the first ended");
    tt_wire_done(&second);

    used = make_honest(slots);
    third.before = &first;
    slots[BOX].record.name[0] = 'c';
    ok(read_all(&third) && heard.count == 0, "members other than those before: refused");
    tt_wire_done(&third);
    third = kit_reader();
    third.before = &first;
    used = make(slots, TT_WIRE_WHOLE, 1, 0, "first", KIT_MASK);
    used += tt_wire_write_file(slots + 1, &(tt_opened){.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1});
    ok(read_all(&third) && heard.count == 0, "fewer than before: refused");
    tt_wire_done(&third);

    heard.count = heard.total = 0;
    ok(tt_wire_end(&first, &crashed, keep, &heard, NULL) == TUTELA_OK && heard.count == 1,
       "what is open ends with the trouble");
    ok(heard.items[0].number == 2 && heard.items[0].trouble.status == TUTELA_ITEM_CRASHED
       && heard.items[0].digests.mask == 0, "without digests");
    tt_wire_done(&first);
}

static void test_teller_stops(void)
{
    tt_wire_reader r = kit_reader();

    heard.total = heard.count = 0;
    heard.stop_at = 2;
    used = make_honest(slots);
    is_i64(tt_wire_read(&r, slots, used, keep, &heard, NULL), TUTELA_RECORD, "the teller's answer");
    heard.stop_at = 0;
    tt_wire_done(&r);
}

int main(void)
{
    test_honest();
    test_lies();
    test_disk();
    test_disk_lies();
    test_disk_died();
    test_types();
    test_bounds();
    test_page_end();
    test_names();
    test_reasons();
    test_second_try();
    test_teller_stops();
    return tap_done();
}
