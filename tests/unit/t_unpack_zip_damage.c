/*
 * t_unpack_zip_damage: a zip whose directory is damaged. No member is lost that its own header still shows,
 * be its record damaged or one before or behind it; and it is said that something is wrong.
 */
#include "unpack_ask.h"

enum { MEMBERS = 5 };

static zip_part parts[MEMBERS] = {{.name = "one", .text = "the first one"},
                                  {.name = "two", .text = "22"},
                                  {.name = "three", .text = "something of some more bytes, the third"},
                                  {.name = "four", .text = "4444"},
                                  {.name = "five", .text = "and the last"}};

/* Members whose bytes came, all of them and without a complaint: one bit each. */
static unsigned members_seen(void)
{
    unsigned found = 0;

    for (size_t m = 0; m < MEMBERS; m++)
        for (size_t i = 1; i < events.count; i++) {
            const kit_item *item = &events.items[i];
            size_t size = strlen(parts[m].text);
            if (item->trouble.status == TUTELA_ITEM_CLEAR && item->content.size == size
                && memcmp(item->content.data, parts[m].text, size) == 0) {
                found |= 1u << m;
                break;
            }
        }
    return found;
}

static unsigned members_found(void)
{
    return (unsigned)__builtin_popcount(members_seen());
}

/* In so many shares. */
static unsigned members_shared(bytes b, uint32_t shares)
{
    unsigned seen = 0;

    for (uint32_t share = 0; share < shares; share++) {
        tt_budget budget = {.share = share, .shares = shares};
        (void)!kit_run(&events, b, &budget);
        seen |= members_seen();
    }
    return (unsigned)__builtin_popcount(seen);
}

/* Is anything said to be wrong? */
static int says_so(void)
{
    for (size_t i = 0; i < events.count; i++)
        if (events.items[i].trouble.status != TUTELA_ITEM_CLEAR)
            return 1;
    return 0;
}

typedef struct outcome {
    unsigned tried, whole, shared; /* all there; in shares as well */
    unsigned silent, twice; /* not all, and nothing said; more than there are */
} outcome;

static void damage(outcome *o, bytes b, size_t at, uint8_t by)
{
    unsigned found;

    b.data[at] ^= by;
    (void)!kit_run(&events, b, NULL);
    found = members_found();
    o->tried++;
    o->whole += found == MEMBERS;
    o->silent += found != MEMBERS && !says_so();
    o->twice += events.count - 1 > 2 * MEMBERS;
    if (found != MEMBERS)
        printf("# byte %zu by %02x: %u found, %s\n", at, by, found, status_of(""));
    o->shared += members_shared(b, 3) == MEMBERS;
    b.data[at] ^= by;
}

/* Each byte of the directory and its end, by itself. */
static void each_byte(bytes b, size_t start, const char *what)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xff};
    outcome o = {0};

    for (size_t at = start; at < b.size; at++)
        for (size_t i = 0; i < sizeof flips; i++)
            damage(&o, b, at, flips[i]);
    is_u64(o.whole, o.tried, "%s: nothing is lost", what);
    is_u64(o.shared, o.tried, "%s: in shares neither", what);
    is_u64(o.silent, 0, "%s: nothing in silence", what);
    is_u64(o.twice, 0, "%s: nothing over and over", what);
}

int main(void)
{
    size_t start;
    bytes b;

    events = kit_new();
    b = zip_of(parts, MEMBERS, 0);
    start = b.size - 22;
    for (size_t i = 0; i < MEMBERS; i++)
        start -= 46 + strlen(parts[i].name);
    ok(memcmp(b.data + start, "PK\1\2", 4) == 0, "the directory");
    run(b);
    ok(members_found() == MEMBERS && !says_so(), "a sound one");
    each_byte(b, start, "each byte of a directory");
    memset(b.data + start + 49 + 10, 0x5a, 30); /* in the second record */
    each_byte(b, start, "another record is damaged as well");
    free(b.data);
    kit_free(&events);
    return tap_done();
}
