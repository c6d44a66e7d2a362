/* layers as one set: all that entries say, categories, overlaps, look-ups, signatures and expiry. */
#include "layers_kit.h"

#include "hashsets/overlap.h"
#include "hashsets/sign.h"
#include "hashsets/signing_key.h"
#include "hashsets/trust.h"
#include "match/match.h"

#define NOW INT64_C(1795335204722964805)
#define DAY (INT64_C(86400) * TT_SECOND)

static tutela_error error;
static char base[300], delta[300], whole[300], again[300], key[300];

/* A row that says all that one may: no two of them the same. */
static tt_row full_row(uint64_t i)
{
    static const char *const values[] = {"1", "2", "10"};
    static const char *const owners[] = {"north", "south", ""};
    tt_row row = row_of(MASK(MD5) | MASK(SHA1), i);

    row.size = 1000 + i;
    row.scheme = "vics";
    row.value = values[i % 3];
    row.owner = owners[i / 3 % 3];
    row.flags = i % 2 ? TUTELA_ENTRY_VICTIM_IDENTIFIED : 0;
    row.updated = (int64_t)i * TT_SECOND * 1000;
    return row;
}

/* Rows 1 to 9 in one list; the delta takes 2 and 5 away and adds 10, 11 and, as it was, 3. */
static void make_layers(void)
{
    tt_row gone[] = {full_row(2), full_row(5)};
    tt_row come[] = {full_row(10), full_row(11), full_row(3)};
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .remove = gone, .remove_count = 2,
                   .add = come, .add_count = 3};
    tt_build *build = build_at(base, MEMORY);

    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 1; i <= 9; i++) {
        tt_row row = full_row(i);
        add_row(build, &row);
    }
    (void)finish(build);
    change_file(base, delta, NULL, &what);
    is_u64(what.hidden, 2, "two are hidden");
    is_u64(what.counts.accepted, 2, "two are new");
    is_u64(what.counts.duplicates, 1, "one is there already, in every field");
}

/* What differs in an owner, a flag or a date is another entry. */
static void columns(void)
{
    tt_row rows[] = {full_row(3), full_row(3), full_row(3), full_row(3)};
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = rows, .add_count = 4};
    tt_build *build = build_at(again, MEMORY);
    tt_set *set = open_set(delta);
    uint64_t entries = 0;

    rows[0].owner = "west";
    rows[1].flags ^= TUTELA_ENTRY_VICTIM_IDENTIFIED;
    rows[2].updated += TT_SECOND;
    rows[3].updated += 5; /* of a date the second is kept */
    change_file(base, whole, NULL, &what);
    is_u64(what.counts.accepted, 3, "an owner, a flag, a date make another entry");
    is_u64(what.counts.duplicates, 1, "less than a second does not");

    ok(tt_set_compact(set, whole, MEMORY, TT_TIME_UNKNOWN, &entries, &error) == TUTELA_OK && entries == 9,
       "compacts");
    tt_set_close(set);
    list_in(build, "l", TUTELA_KNOWN_BAD);
    for (uint64_t i = 1; i <= 11; i++) {
        tt_row row = full_row(i);
        if (i != 2 && i != 5)
            add_row(build, &row);
    }
    (void)finish(build);
    ok(same_file(whole, again), "with owner, flags and date: to the byte what the rows make");
}

static uint64_t counted[12], calls;

static tutela_status count(void *user, const tt_set_category *category, tutela_error *unused)
{
    (void)user;
    (void)unused;
    calls++;
    if (category->list == 0 && strcmp(category->scheme, "vics") == 0)
        counted[atoi(category->value)] += category->entries;
    return TUTELA_OK;
}

static void categories(void)
{
    tt_set *set = open_set(delta);

    /* "1": 3 6 9; "2": 1 4 7 10; "10": 8 11, since 2 and 5 are gone */
    ok(tt_set_categories(set, count, NULL, &error) == TUTELA_OK, "categories of the whole");
    is_u64(calls, 3, "each once");
    ok(counted[1] == 3 && counted[2] == 4 && counted[10] == 2, "without what is hidden");
    tt_set_close(set);
}

/* Every row, one by one and many at once. */
static void look_ups(void)
{
    tt_set *set = open_set(delta);
    uint8_t digests[13][TUTELA_DIGEST_MAX], found[13];
    tt_matches matches = {0};
    unsigned wrong = 0;

    for (uint64_t i = 0; i < 13; i++)
        memcpy(digests[i], full_row(i).digests.value[TUTELA_SHA1], TUTELA_DIGEST_MAX);
    ok(tt_match_listed_many(set, TUTELA_SHA1, digests[0], TUTELA_DIGEST_MAX, 13, found, &error) == TUTELA_OK,
       "many at once");
    for (uint64_t i = 0; i < 13; i++) {
        int listed = i >= 1 && i <= 11 && i != 2 && i != 5;
        wrong += found[i] != (listed ? TUTELA_BIT(TUTELA_KNOWN_BAD) : 0);
        wrong += tt_match_listed(set, TUTELA_SHA1, digests[i], &matches, &error) != TUTELA_OK
                 || matches.count != (size_t)listed;
    }
    is_u64(wrong, 0, "what was removed is not found, all else is, in whichever layer");
    tt_matches_done(&matches);
    tt_set_close(set);
}

static void overlaps(void)
{
    tt_set *set = open_set(delta);
    tt_overlap *overlap = NULL;
    tt_overlap_pair pair;

    ok(tt_overlap_new(&overlap, &set, 1, TUTELA_KNOWN_GOOD, &error) == TUTELA_OK, "known-good rows against it");
    for (uint64_t i = 1; i <= 12; i++) {
        tt_row row = full_row(i);
        if (tt_overlap_add(overlap, 0, &row.digests, &error) != TUTELA_OK)
            exit(1);
    }
    ok(tt_overlap_finish(overlap, &error) == TUTELA_OK && tt_overlap_at(overlap, 0, &pair)
           && !tt_overlap_at(overlap, 1, &pair) && pair.rows == 9 && pair.digests[TUTELA_MD5] == 9,
       "the list of both layers is one, without what is hidden");
    tt_overlap_free(overlap);
    tt_set_close(set);
}

static tutela_status trusted(const char *path, const char *public)
{
    tt_set *set = open_set(path);
    tutela_status status = tt_trust_check(
        set, &(tt_trust){.keys = &public, .key_count = public != NULL, .now = NOW}, &error);

    tt_set_close(set);
    return status;
}

static void make_expiring(const char *path, int64_t expires)
{
    tt_row row = row_of(MASK(MD5), 1);
    tt_build *build = build_at(path, MEMORY);

    list_in(build, "l", TUTELA_KNOWN_BAD);
    add_row(build, &row);
    tt_build_expires(build, expires);
    (void)finish(build);
}

static void expiry(void)
{
    char public[310];
    tt_row row = row_of(MASK(MD5), 2);
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &row, .add_count = 1};
    tt_sign_job job = {.set = delta, .output = delta, .key = key, .now = NOW};

    (void)snprintf(public, sizeof public, "%s.pub", key);
    make_expiring(base, NOW - DAY);
    change_file(base, delta, NULL, &what);
    ok(trusted(delta, NULL) == TUTELA_SET_REFUSED, "an unsigned delta on an expired base: %s", error.text);
    ok(trusted(delta, public) == TUTELA_SET_REFUSED, "and not signed");
    ok(tt_set_sign(&job, &error) == TUTELA_OK, "a delta is signed");
    ok(trusted(delta, public) == TUTELA_OK, "signed, the base does not matter: it is pinned");
    what.counts = (tt_build_counts){0};
    row = row_of(MASK(MD5), 3);
    change_file(delta, whole, NULL, &what);
    ok(trusted(whole, NULL) == TUTELA_OK, "nor what a signed layer lies on");
    ok(trusted(whole, public) == TUTELA_SET_REFUSED, "but the newest must be signed: %s", error.text);
}

/* A block after a base, good or bad. */
static void signed_base(void)
{
    tt_row row = row_of(MASK(MD5), 2);
    change what = {.list = "l", .polarity = TUTELA_KNOWN_BAD, .add = &row, .add_count = 1};
    tt_set *set = NULL;
    FILE *file;

    make_expiring(base, NOW + DAY);
    change_file(base, delta, NULL, &what);
    ok(tt_set_sign(&(tt_sign_job){.set = base, .output = base, .key = key, .now = NOW}, &error) == TUTELA_OK
           && trusted(delta, NULL) == TUTELA_OK,
       "a base may be signed later");
    file = fopen(base, "r+");
    if (!file || fseek(file, -4096 + 64, SEEK_END) != 0 || fputc(0, file) == EOF || fputc(0, file) == EOF
        || fclose(file) != 0)
        exit(1);
    ok(tt_set_open(&set, delta, &error) == TUTELA_SET_REFUSED, "not with a bad signature: %s", error.text);
}

int main(void)
{
    (void)snprintf(base, sizeof base, "%s", tap_path("base.tset"));
    (void)snprintf(delta, sizeof delta, "%s", tap_path("delta.tset"));
    (void)snprintf(whole, sizeof whole, "%s", tap_path("whole.tset"));
    (void)snprintf(again, sizeof again, "%s", tap_path("again.tset"));
    (void)snprintf(key, sizeof key, "%s", tap_path("key"));
    if (tt_signing_key_create(key, &error) != TUTELA_OK)
        return 1;
    make_layers();
    columns();
    categories();
    look_ups();
    overlaps();
    expiry();
    signed_base();
    return tap_done();
}
