/*
 * t_unpack_share: a zip read in shares. Together they bring what one reader brings, each member once,
 * whatever is wrong with the zip and however many there are.
 */
#include "unpack_made.h"

#define SHARES_MAX 7u
#define MEMBERS 23

static kit_log whole, part;

/*
 * The same member? How many bytes come out of a damaged one before that is noticed is another matter: one
 * that is said to be longer than it is reaches into what lies behind it.
 */
static int same_item(const kit_item *a, const kit_item *b)
{
    if (strcmp(a->chain, b->chain) != 0 || a->depth != b->depth
        || a->trouble.status != b->trouble.status)
        return 0;
    return a->trouble.status != TUTELA_ITEM_CLEAR
           || (a->content.size == b->content.size
               && memcmp(a->content.data, b->content.data, a->content.size) == 0);
}

static size_t count_in(const kit_log *log, const kit_item *item)
{
    size_t count = 0;

    for (size_t i = 1; i < log->count; i++)
        count += (size_t)same_item(&log->items[i], item);
    return count;
}

/* What the shares brought, beside what the whole did. */
typedef struct sum {
    int sound;      /* each was read, */
    int all;        /* and each member of the whole is there as often; */
    int more;       /* there are others too */
    size_t most;    /* members of the share that has most */
    tt_trouble top; /* the first trouble of the zip itself */
} sum;

static sum read_shares(bytes b, uint32_t shares)
{
    size_t *found = calloc(whole.count + 1, sizeof *found), members = 0;
    sum s = {.sound = found != NULL, .all = 1, .top = {TUTELA_ITEM_CLEAR, ""}};

    for (uint32_t share = 0; share < shares && s.sound; share++) {
        tt_budget budget = {.share = share, .shares = shares};
        s.sound = kit_run(&part, b, &budget) == TUTELA_OK && !part.wrong;
        members += part.count - 1;
        if (part.count - 1 > s.most)
            s.most = part.count - 1;
        if (s.top.status == TUTELA_ITEM_CLEAR)
            s.top = part.items[0].trouble;
        for (size_t i = 1; i < whole.count; i++)
            found[i] += count_in(&part, &whole.items[i]);
    }
    for (size_t i = 1; i < whole.count && s.sound; i++)
        s.all = s.all && found[i] == count_in(&whole, &whole.items[i]);
    s.more = members != whole.count - 1;
    free(found);
    return s;
}

/* The same members, each as often, and the same said of the zip. */
static int shares_are_whole(bytes b, uint32_t shares, size_t *most)
{
    sum s = read_shares(b, shares);

    *most = s.most;
    return s.sound && s.all && !s.more && s.top.status == whole.items[0].trouble.status
           && strcmp(s.top.reason, whole.items[0].trouble.reason) == 0;
}

/* For every number of shares. *most: of the most shares. */
static void divide(bytes b, const char *what, size_t *most)
{
    int same = kit_run(&whole, b, NULL) == TUTELA_OK && !whole.wrong;
    uint32_t shares;

    for (shares = 1; shares <= SHARES_MAX && same; shares++)
        same = shares_are_whole(b, shares, most);
    ok(same, "%s: in 1 to %u shares the same (%u are not)", what, SHARES_MAX, same ? 0 : shares - 1);
    if (!same) {
        kit_show(&whole);
        kit_show(&part);
    }
}

/* ---- Zips ---------------------------------------------------------------------------------- */

static char names[MEMBERS][16], texts[MEMBERS][400];

static void make_parts(zip_part *parts)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        (void)snprintf(names[i], sizeof names[i], "member %zu", i);
        for (size_t j = 0; j + 1 < sizeof texts[i]; j++)
            texts[i][j] = (char)('a' + kit_random() % 26);
        parts[i] = (zip_part){.name = names[i], .text = texts[i]};
    }
}

static void clean_zips(void)
{
    zip_part parts[MEMBERS], few[2] = {{.name = "a", .text = "1"}, {.name = "b/", .text = ""}};
    bytes b;
    size_t most, start;

    make_parts(parts);
    b = zip_of(parts, MEMBERS, 0);
    divide(b, "a clean zip", &most);
    ok(whole.count == 1 + MEMBERS && whole.items[0].trouble.status == TUTELA_ITEM_CLEAR,
       "all of it is there");
    ok(most <= MEMBERS / SHARES_MAX + 1, "no share has more than its part: %zu", most);
    free(b.data);

    b = zip_of(parts, MEMBERS, 1000);
    divide(b, "one with a comment", &most);
    free(b.data);

    b = nothing();
    for (size_t i = 0; i < MEMBERS; i++)
        zip_member(&b, &parts[i]);
    start = b.size;
    for (size_t i = 0; i < MEMBERS; i++)
        zip_record(&b, &parts[i * 7 % MEMBERS]);
    zip_end(&b, MEMBERS, start, 0);
    divide(b, "a directory in another order", &most);
    ok(most <= MEMBERS / SHARES_MAX + 1, "divided too");
    free(b.data);

    b = zip_of(few, 2, 0);
    divide(b, "fewer members than shares", &most);
    free(b.data);
    b = zip_of(parts, 0, 0);
    divide(b, "no members", &most);
    free(b.data);
}

static void zips_in_trouble(void)
{
    zip_part parts[MEMBERS];
    bytes b, c;
    size_t most;

    make_parts(parts);
    parts[0].unlisted = parts[11].unlisted = parts[MEMBERS - 1].unlisted = 1;
    parts[3].flags = 1;
    parts[7].method = 97;
    parts[15].crc_wrong = 1;
    parts[20].name = "b\xff\xfe";
    parts[20].flags = 0x800;
    b = zip_of(parts, MEMBERS, 0);
    divide(b, "members in trouble, and some in gaps", &most);
    ok(whole.count == 1 + MEMBERS && most < MEMBERS / 2, "divided all the same: %zu", most);
    c = kit_copy(b.data, b.size);
    c.data[parts[8].place] = 'Q';
    divide(c, "a member whose header is damaged", &most);
    free(c.data);
    for (size_t cut = 1; cut < 200; cut += 33) {
        b.size -= 33;
        divide(b, "cut off", &most);
    }
    free(b.data);

    make_parts(parts);
    b = zip_of(parts, MEMBERS, 0);
    c = nothing();
    kit_add(&c, "PK\3\4 not what it seems", 23);
    kit_add(&c, b.data, b.size);
    divide(c, "behind other bytes", &most);
    ok(most == whole.count - 1, "not divided");
    free(c.data);
    b.size -= 22 + 5;
    zip_end(&b, MEMBERS, parts[MEMBERS - 1].place + 30 + strlen(parts[MEMBERS - 1].name) + 399, 0);
    divide(b, "a record cut off", &most);
    free(b.data);
}

static void zips_in_zips(void)
{
    kit_member members[9];
    zip_part parts[MEMBERS];
    bytes b;
    size_t most;

    make_parts(parts);
    for (size_t i = 0; i < 9; i++)
        members[i] = (kit_member){names[i], i % 2 ? zip_of(parts, 3 + i, 0) : kit_noise(i * 3000)};
    b = kit_archive("zip", NULL, members, 9);
    divide(b, "containers in it", &most);
    ok(most < whole.count / 2, "which stay whole: %zu of %zu", most, whole.count);
    free(b.data);
    b = kit_archive("zip", "compression=store", members, 9);
    divide(b, "the same, stored", &most);
    free(b.data);
    b = kit_archive("ustar", NULL, members, 9);
    divide(b, "a tar", &most);
    ok(most == whole.count - 1, "which is not divided");
    free(b.data);
    for (size_t i = 0; i < 9; i++)
        free(members[i].content.data);
    b = kit_noise(5000);
    divide(b, "no container", &most);
    free(b.data);
}

/*
 * One byte after another is spoilt. A reader that comes to a header it cannot get over stops there, and
 * then other shares have members that it has not; but nothing that it has is missing, and what is said of
 * the zip does not get better.
 */
static void flips(void)
{
    zip_part parts[] = {{.name = "first", .text = "one one"},
                        {.name = "locked", .text = "0123456789abcdef", .flags = 1},
                        {.name = "gap", .text = "not listed", .unlisted = 1},
                        {.name = "third", .text = "three"},
                        {.name = "last", .text = "the last"}};
    bytes b = zip_of(parts, sizeof parts / sizeof parts[0], 3);
    size_t wrong = 0;

    for (size_t i = 0; i < 24 * b.size; i++) {
        uint8_t spoil = (uint8_t)(1 << i % 8);
        uint32_t shares = 2 + (uint32_t)(i / 8 % 3);
        b.data[i / 24] ^= spoil;
        (void)!kit_run(&whole, b, NULL);
        int clear = whole.items[0].trouble.status == TUTELA_ITEM_CLEAR;
        sum s = read_shares(b, shares);
        if ((!s.sound || !s.all || (clear && s.more)
             || (s.top.status == TUTELA_ITEM_CLEAR) != clear)
            && wrong++ < 5) {
            printf("# byte %zu, bit %zu, %u shares\n", i / 24, i % 8, shares);
            kit_show(&whole);
            kit_show(&part);
        }
        b.data[i / 24] ^= spoil;
    }
    ok(wrong == 0, "each bit spoilt: nothing is lost in shares (%zu are)", wrong);
    free(b.data);
}

/* ---- Budgets ------------------------------------------------------------------------------- */

static void budgets(void)
{
    uint64_t sizes[] = {0, 1, 6, 7, 1000, UINT64_C(1) << 40, UINT64_MAX};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t at = 0, widest = 0;
        int joined = 1;
        for (uint32_t share = 0; share < 7; share++) {
            tt_share s = {.index = share, .count = 7};
            uint64_t begins = tt_share_begins(&s, sizes[i]), ends = tt_share_ends(&s, sizes[i]);
            joined = joined && begins == at && ends >= begins;
            if (ends - begins > widest)
                widest = ends - begins;
            at = ends;
        }
        ok(joined && at == sizes[i] && widest <= sizes[i] / 7 + 7, "%llu in seven parts",
           (unsigned long long)sizes[i]);
    }
    for (unsigned bits = 0; bits <= 50; bits += 25) {
        uint64_t scale = UINT64_C(1) << bits;
        tt_budget light = {.entries = 1000, .expanded = UINT64_C(1) << 40, .ratio = 1000,
                           .ratio_from = 1 << 30},
                  heavy = light;
        tt_share a = {.index = 0, .count = 2, .weight = scale, .whole = 1000 * scale, .members = 900},
                 h = {.index = 1, .count = 2, .weight = 999 * scale, .whole = 1000 * scale,
                      .members = 1};
        tt_share_budget(&a, &light);
        tt_share_budget(&h, &heavy);
        ok(light.entries == 900 && light.expanded >= UINT64_C(1) << 39 && light.ratio >= 500
               && light.ratio_from >= 1 << 29,
           "a light share keeps its members and half of the rest");
        ok(heavy.entries == 1000 && heavy.expanded == UINT64_C(1) << 40 && heavy.ratio == 1000,
           "a heavy one may have it all, and no more");
    }
}

static void limits(void)
{
    kit_member members[2] = {{"zeros", {calloc(1, 4000000), 4000000}}, {"noise", kit_noise(3000)}};
    bytes b = kit_archive("zip", NULL, members, 2);
    tt_budget budget = {.ratio = 10, .ratio_from = 1, .shares = 2};

    (void)!kit_run(&part, b, &budget);
    is_text(tutela_item_status_name((int32_t)part.items[0].trouble.status), "limit",
            "a share that expands more than it may");
    ok(part.items[1].content.size < b.size * 11, "it is stopped in time");
    budget.share = 1;
    (void)!kit_run(&part, b, &budget);
    is_text(tutela_item_status_name((int32_t)part.items[0].trouble.status), "clear",
            "the other has nothing to do with that");
    ok(kit_is(kit_find(&part, "noise"), members[1].content.data, 3000), "and is read");
    free(b.data);
    free(members[0].content.data);
    free(members[1].content.data);
}

int main(void)
{
    whole = kit_new();
    part = kit_new();
    clean_zips();
    zips_in_trouble();
    zips_in_zips();
    flips();
    budgets();
    limits();
    kit_free(&whole);
    kit_free(&part);
    return tap_done();
}
