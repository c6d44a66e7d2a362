/*
 * t_worker_mentions: records of mentions are believed where they stand behind what has them, in order and within
 * its bytes, and nowhere else.
 */
#include "worker_kit.h"

static tt_wire_slot slots[TT_WIRE_SLOTS];
static size_t used;
static uint64_t heard, members;
static tt_mention last;
static int last_space;

static tutela_status hear(void *user, const tt_told *told, tutela_error *error)
{
    (void)user;
    (void)error;
    if (!told->mention) {
        members++;
        return TUTELA_OK;
    }
    heard++;
    last = *told->mention;
    last_space = told->space;
    return TUTELA_OK;
}

static size_t mention(tt_wire_slot *out, uint64_t number, int space, int algorithm, uint64_t offset, uint64_t count)
{
    tt_mention of = {.offset = offset, .count = count, .algorithm = algorithm, .digest = {1, 2, 3}};
    tt_told told = {.number = number, .mention = &of, .space = space};

    return tt_wire_write(out, TT_WIRE_MENTIONS, &told);
}

/* Slots: a member of 100 bytes with two, a disk with a file that has one, and its free space two; so the file. */
enum { ONE, ONE_A, ONE_B, COVER, DISK, DISK_COVER, IN, IN_A, SPACE_A, SPACE_B, ENDS, ENDS_A, FREE, LAST };

static void make_page(void)
{
    tt_opened file = {.trouble = {TUTELA_ITEM_CLEAR, ""}, .container = 1};

    used = make(slots, TT_WIRE_WHOLE, 1, 0, "one", KIT_MASK);
    used += mention(slots + used, 1, 0, TUTELA_MD5, 0, 3);
    used += mention(slots + used, 1, 0, TUTELA_SHA256, 36, 1);
    used += make_cover(slots + used, 0, 9000, 0);
    used += make(slots + used, TT_WIRE_OPENS, 2, 0, "disk", 0);
    used += make_cover(slots + used, 2, 700, 0);
    used += make(slots + used, TT_WIRE_WHOLE, 3, 2, "in", KIT_MASK);
    used += mention(slots + used, 3, 0, TUTELA_SHA1, 60, 1);
    used += mention(slots + used, 2, 1, TUTELA_SHA1, 5, 1);
    used += mention(slots + used, 2, 1, TUTELA_SHA1, 660, 1);
    used += make(slots + used, TT_WIRE_ENDS, 2, 0, NULL, KIT_MASK);
    used += mention(slots + used, 2, 0, TUTELA_MD5, 68, 1);
    used += mention(slots + used, 0, 1, TUTELA_MD5, 8968, 1);
    used += tt_wire_write_file(slots + used, &file);
}

static tt_wire_reader reader(void)
{
    tt_wire_reader r = kit_reader();

    r.mentions = r.carve = 1;
    return r;
}

static const char *read_all(tt_wire_reader *r)
{
    heard = members = 0;
    if (tt_wire_read(r, slots, used, hear, NULL, NULL) != TUTELA_OK)
        return "not OK";
    return r->lie;
}

static void honest(void)
{
    tt_wire_reader r = reader();

    make_page();
    is_u64(used, LAST + 1, "the page");
    ok(!read_all(&r) && r.over, "is believed, to its end");
    ok(heard == 7 && members == 4, "all of it is told");
    ok(last_space && last.offset == 8968 && last.count == 1 && last.algorithm == TUTELA_MD5 && last.digest[2] == 3,
       "as it was written");
    tt_wire_done(&r);
}

#define LIES(X)                                                                                      \
    X("not ordered", ONE_A, r.mentions = 0)                                                          \
    X("free space that was not ordered", SPACE_A, r.carve = 0)                                       \
    X("a space of two", SPACE_A, slots[SPACE_A].mention.space = 2)                                   \
    X("of another member", ONE_A, slots[ONE_A].mention.number = 2)                                   \
    X("of nothing", ONE, mention(slots + ONE, 0, 0, TUTELA_MD5, 0, 1))                               \
    X("of what is still open", IN, mention(slots + IN, 2, 0, TUTELA_MD5, 0, 1))                      \
    X("behind a coverage", DISK, mention(slots + DISK, 1, 0, TUTELA_MD5, 40, 1))                     \
    X("SHA-512", ONE_A, slots[ONE_A].mention.algorithm = TUTELA_SHA512)                              \
    X("no algorithm", ONE_A, slots[ONE_A].mention.algorithm = UINT16_MAX)                            \
    X("the same place twice", ONE_B, slots[ONE_B].mention.offset = 0)                                \
    X("a place before", SPACE_B, slots[SPACE_B].mention.offset = 4)                                  \
    X("none of it", ONE_A, slots[ONE_A].mention.count = 0)                                           \
    X("more than fit", ONE_A, slots[ONE_A].mention.count = 4)                                        \
    X("as many as can be counted", ONE_A, slots[ONE_A].mention.count = UINT64_MAX)                   \
    X("over its end", ONE_B, slots[ONE_B].mention.offset = 37)                                       \
    X("far behind its end", ONE_B, slots[ONE_B].mention.offset = UINT64_MAX)                         \
    X("free space over the end of its disk", SPACE_B, slots[SPACE_B].mention.offset = 661)           \
    X("free space of another", SPACE_A, slots[SPACE_A].mention.number = 0)                           \
    X("free space of no disk", ONE_A, mention(slots + ONE_A, 0, 1, TUTELA_MD5, 0, 1))                \
    X("free space of one that has ended", ENDS_A, mention(slots + ENDS_A, 2, 1, TUTELA_MD5, 0, 1))   \
    X("behind the end", LAST + 1, (slots[LAST + 1] = slots[FREE], used++))

static void lies(void)
{
#define X(name, slot, change)                                                                        \
    {                                                                                                \
        tt_wire_reader r = reader();                                                                 \
        uint64_t before = 0;                                                                         \
        const size_t until = (slot);                                                                 \
        const char *why;                                                                             \
        make_page();                                                                                 \
        change;                                                                                      \
        for (size_t i = 0; i < until; i++)                                                          \
            before += slots[i].record.kind == TT_WIRE_MENTIONS;                                      \
        why = read_all(&r);                                                                          \
        ok(why && strcmp(why, "not OK") != 0 && heard == before, "%s: refused (%s)", name, why ? why : "-"); \
        tt_wire_done(&r);                                                                            \
    }
    LIES(X)
#undef X
}

/* Free space is told once, and no more mentions than may be of one thing. */
static void rows(void)
{
    tt_wire_reader r = reader();

    used = make_cover(slots, 0, 9000, 0);
    used += mention(slots + used, 0, 1, TUTELA_MD5, 0, 1);
    used += make(slots + used, TT_WIRE_WHOLE, 1, 0, "one", KIT_MASK);
    ok(!read_all(&r) && heard == 1, "free space between members");
    used = mention(slots, 0, 1, TUTELA_MD5, 500, 1);
    ok(read_all(&r) && heard == 0, "in two rows: refused");
    tt_wire_done(&r);
    r = reader();
    r.expanded = UINT64_MAX;
    used = make(slots, TT_WIRE_WHOLE, 1, 0, "one", KIT_MASK);
    slots[0].record.bytes = UINT32_MAX;
    ok(!read_all(&r), "a large member");
    for (uint64_t i = 0; i < TT_MENTIONS_MAX && !r.lie; i++) {
        used = mention(slots, 1, 0, TUTELA_MD5, i * 40, 1);
        (void)read_all(&r);
    }
    ok(!r.lie, "as many as may be");
    used = mention(slots, 1, 0, TUTELA_MD5, UINT32_MAX - 32, 1);
    ok(read_all(&r) && heard == 0, "one more: refused");
    tt_wire_done(&r);
}

/* A second try tells what the first did not, be it in the midst of a row. */
static void again(void)
{
    tt_wire_reader first = reader(), second = reader();

    make_page();
    used = ONE_B;
    ok(!read_all(&first) && heard == 1, "the first try ends in a row");
    make_page();
    second.before = &first;
    ok(!read_all(&second) && second.over, "the second tells all");
    ok(heard == 6 && members == 3, "what was told is not told twice");
    tt_wire_done(&first);
    tt_wire_done(&second);
}

int main(void)
{
    honest();
    lies();
    rows();
    again();
    return tap_done();
}
