/* api, lookup: a set asked for many digests at once, in yes or no and in full, and misused. */
#include "set_kit.h"

#include "match/match.h"
#include "tutela.h"

#define LISTED 6000u /* of which each third has what the others lack */
#define ASKED (2 * LISTED)
#define APART 80u /* a stride that is nobody's digest size */

static tutela_error error;

/* Row `seed`: MD5; each third also SHA-1, SHA-256, an id, a category and a size. */
static tt_row rich_row(uint64_t seed, char *id)
{
    tt_row row = row_of(seed % 3 ? MASK(MD5) : MASK(MD5) | MASK(SHA1) | MASK(SHA256), seed);

    if (seed % 3 == 0) {
        sprintf(id, "id-%u", (unsigned)seed);
        row.entry = id;
        row.scheme = "scheme";
        row.value = seed % 2 ? "1" : "2";
        row.size = seed;
    }
    return row;
}

/* All in "bad"; every fifth also in "good", every tenth also in "another". */
static void make(const char *path)
{
    tt_build *build = build_at(path, MEMORY);
    char id[32];

    list_in(build, "bad", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < LISTED; i++) {
        tt_row row = rich_row(i, id);
        add_row(build, &row);
    }
    list_in(build, "good", TUTELA_KNOWN_GOOD);
    for (uint64_t i = 0; i < LISTED; i += 5) {
        tt_row row = row_of(MASK(MD5), i);
        add_row(build, &row);
    }
    list_in(build, "another", TUTELA_KNOWN_BAD);
    for (uint64_t i = 0; i < LISTED; i += 10) {
        tt_row row = row_of(MASK(MD5), i);
        add_row(build, &row);
    }
    (void)finish(build);
}

static tutela_set *open_public(const char *path)
{
    tutela_set *set = NULL;

    if (tutela_set_open(&set, path, NULL, &error) != TUTELA_OK)
        printf("Bail out! %s\n", error.text);
    return set;
}

/* Digest `seed` as the lists have it; odd places of `asked` hold digests that are not listed. */
static uint8_t *questions(int algorithm)
{
    uint8_t *asked = calloc(ASKED, APART);

    for (uint64_t i = 0; i < ASKED; i++) {
        tt_row row = row_of(1, i % 2 ? LISTED + i : i / 2);
        memcpy(asked + i * APART, row.digests.value[algorithm], tutela_algorithm_size(algorithm));
    }
    return asked;
}

/* What each answer must be. */
typedef struct check {
    int32_t algorithm;
    size_t next;    /* index that must come */
    size_t wrong;   /* answers that are not what the lists say */
    size_t found;
    size_t stop_at; /* refuse this one; 0: none */
} check;

static size_t lists_of(const check *at, uint64_t seed)
{
    if (at->algorithm == TUTELA_MD5)
        return 1u + (seed % 5 == 0) + (seed % 10 == 0);
    return seed % 3 == 0 && at->algorithm != TUTELA_SHA512;
}

static int is_rich(const tutela_match *match, uint64_t seed)
{
    char id[32];

    (void)rich_row(seed, id);
    if (seed % 3)
        return match->entry[0] == '#' && !match->category.scheme[0] && !match->category.value[0];
    return strcmp(match->entry, id) == 0 && strcmp(match->category.scheme, "scheme") == 0
           && strcmp(match->category.value, seed % 2 ? "1" : "2") == 0;
}

static int is_right(const check *at, uint64_t seed, const tutela_match *matches, size_t count)
{
    static const int32_t grades[] = {TUTELA_GRADE_C, TUTELA_GRADE_B, TUTELA_GRADE_S};
    static const char *const lists[][3] = {{"bad", "", ""}, {"bad", "good", ""}, {"another", "bad", "good"}};

    if (count != lists_of(at, seed))
        return 0;
    for (size_t i = 0; i < count; i++) {
        const char *list = lists[count - 1][i];
        if (strcmp(matches[i].list, list) != 0 || strcmp(matches[i].version, "v1") != 0
            || matches[i].polarity != (*list == 'g' ? TUTELA_KNOWN_GOOD : TUTELA_KNOWN_BAD)
            || matches[i].agreed != TUTELA_BIT(at->algorithm) || matches[i].disagreed
            || matches[i].grade != grades[at->algorithm])
            return 0;
        if (*list == 'b' && !is_rich(&matches[i], seed))
            return 0;
    }
    return 1;
}

static int take(void *user, size_t index, const tutela_match *matches, size_t count)
{
    check *at = user;

    at->wrong += index != at->next++;
    at->wrong += index % 2 ? count != 0 : !is_right(at, index / 2, matches, count);
    at->found += count > 0;
    return at->stop_at > 0 && at->next == at->stop_at;
}

static void ask_all_of(const tutela_set *set, int32_t algorithm)
{
    const char *name = tutela_algorithm_name(algorithm);
    uint8_t *asked = questions(algorithm);
    uint8_t *found = malloc(ASKED);
    check at = {.algorithm = algorithm};
    size_t listed = 0, wrong = 0;

    ok(tutela_set_lookup(set, algorithm, asked, APART, ASKED, take, &at, &error) == TUTELA_OK,
       "%s: looks up %u", name, ASKED);
    is_u64(at.next, ASKED, "%s: an answer each", name);
    is_u64(at.wrong, 0, "%s: in order, with the entries of the lists", name);
    memset(found, 0xee, ASKED);
    ok(tutela_set_contains_many(set, algorithm, asked, APART, ASKED, found, &error) == TUTELA_OK,
       "%s: the same in yes or no", name);
    for (uint64_t i = 0; i < ASKED; i++) {
        uint32_t want = 0;
        size_t lists = i % 2 ? 0 : lists_of(&at, i / 2);
        if (lists > 0)
            want = TUTELA_BIT(TUTELA_KNOWN_BAD) | (lists > 1 ? TUTELA_BIT(TUTELA_KNOWN_GOOD) : 0);
        wrong += found[i] != want;
        listed += found[i] != 0;
    }
    is_u64(wrong, 0, "%s: polarities", name);
    is_u64(listed, at.found, "%s: as many", name);
    free(asked);
    free(found);
}

static void misuse(const tutela_set *set)
{
    uint8_t digest[TUTELA_DIGEST_MAX] = {0}, found[2] = {7, 7};
    uint8_t *asked = questions(TUTELA_MD5);
    check at = {.algorithm = TUTELA_MD5, .stop_at = 1500};

    ok(tutela_set_lookup(set, TUTELA_MD5, asked, APART, ASKED, take, &at, &error) == TUTELA_RECORD,
       "who takes answers may stop: %s", error.text);
    is_u64(at.next, 1500, "then and there");
    at = (check){0};
    ok(tutela_set_lookup(NULL, TUTELA_MD5, digest, 16, 1, take, &at, &error) == TUTELA_ARGUMENT, "no set");
    ok(tutela_set_lookup(set, TUTELA_MD5, NULL, 16, 1, take, &at, &error) == TUTELA_ARGUMENT, "no digests");
    ok(tutela_set_lookup(set, TUTELA_MD5, digest, 16, 1, NULL, NULL, &error) == TUTELA_ARGUMENT,
       "nobody to answer");
    ok(tutela_set_lookup(set, 4, digest, 64, 1, take, &at, &error) == TUTELA_ARGUMENT
           && tutela_set_lookup(set, -1, digest, 64, 1, take, &at, &error) == TUTELA_ARGUMENT,
       "no such algorithm: %s", error.text);
    ok(tutela_set_lookup(set, TUTELA_SHA1, digest, 19, 1, take, &at, &error) == TUTELA_ARGUMENT,
       "%s", error.text);
    ok(tutela_set_contains_many(set, TUTELA_SHA1, digest, 19, 1, found, NULL) == TUTELA_ARGUMENT
           && tutela_set_contains_many(set, TUTELA_MD5, digest, 16, 1, NULL, NULL) == TUTELA_ARGUMENT
           && found[0] == 7,
       "the same in yes or no");
    is_u64(at.next, 0, "none of them answered");
    ok(tutela_set_lookup(set, TUTELA_MD5, NULL, 16, 0, take, &at, &error) == TUTELA_OK
           && tutela_set_contains_many(set, TUTELA_MD5, NULL, 16, 0, NULL, &error) == TUTELA_OK
           && at.next == 0,
       "none is no digest to look up");
    ok(tutela_set_contains_many(set, TUTELA_SHA512, digest, 64, 1, found, &error) == TUTELA_OK
           && found[0] == 0 && found[1] == 7,
       "an algorithm that no list has");
    free(asked);
}

/* A set of one polarity answers without looking at entries; a sealed one through its key. */
static void sealed(void)
{
    char path[300], key[300];
    tutela_set_options with = {.size = sizeof with, .key_file = key};
    tt_build *build;
    tt_seal *seal = NULL;
    tutela_set *set = NULL;
    tt_row row = row_of(MASK(MD5) | MASK(SHA1), 5), other = row_of(MASK(MD5), 6);
    uint8_t asked[2][16], found[2] = {9, 9};
    check at = {.algorithm = TUTELA_MD5};

    snprintf(path, sizeof path, "%s", tap_path("sealed.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    ok(tt_seal_create(key, NULL) == TUTELA_OK && tt_seal_load(&seal, key, NULL) == TUTELA_OK, "a key");
    build = build_at(path, MEMORY);
    ok(tt_build_seal(build, seal, NULL) == TUTELA_OK, "seals");
    list_in(build, "white", TUTELA_KNOWN_GOOD);
    add_row(build, &row);
    (void)finish(build);
    tt_seal_free(seal);
    ok(tutela_set_open(&set, path, &with, &error) == TUTELA_OK, "opens");
    memcpy(asked[0], other.digests.value[TUTELA_MD5], 16);
    memcpy(asked[1], row.digests.value[TUTELA_MD5], 16);
    ok(tutela_set_contains_many(set, TUTELA_MD5, asked[0], 16, 2, found, &error) == TUTELA_OK,
       "asks a sealed set");
    is_u64(found[0], 0, "another digest is not listed");
    is_u64(found[1], TUTELA_BIT(TUTELA_KNOWN_GOOD), "this one is, as known-good");
    ok(tutela_set_lookup(set, TUTELA_MD5, asked[0], 16, 2, take, &at, &error) == TUTELA_OK, "in full");
    is_u64(at.found, 1, "one of the two is found");
    tutela_set_close(set);
}

/* A page that is damaged is refused, in whichever part of the look-up it is met. */
static void damaged(const char *path)
{
    set_image image = image_of(path);
    tt_matches matches = {0};
    tt_set *set = open_set(path);
    uint64_t first = 0, count = 0, number = UINT64_MAX;
    uint64_t section = set->entry_record.offset;
    tt_row row = row_of(MASK(MD5), 0);
    uint8_t mask = 0, found[2];

    /* An entry whose column is not on the section's last page, which is checked at open. */
    for (uint64_t i = 0; i < LISTED && number >= TT_SET_PAGE; i += 10) {
        row = row_of(MASK(MD5), i);
        (void)!tt_set_find(set, TUTELA_MD5, row.digests.value[0], &first, &count, NULL);
        (void)!tt_set_entry_of(set, TUTELA_MD5, first, &number, NULL);
    }
    tt_set_close(set);
    ok(count == 3 && number < TT_SET_PAGE, "an entry of three lists");
    put_byte(&image, section, image.bytes[section] ^ 1);
    ok(tt_set_open_eager(&set, image.path, 0, &error) == TUTELA_OK, "opens, checking at first touch");
    ok(tt_match_listed_many(set, TUTELA_MD5, row.digests.value[0], 16, 1, &mask, &error)
           == TUTELA_SET_REFUSED,
       "polarities: %s", error.text);
    ok(tt_match_listed(set, TUTELA_MD5, row.digests.value[0], &matches, &error) == TUTELA_SET_REFUSED,
       "matches: %s", error.text);
    tt_matches_done(&matches);
    memset(found, 0, sizeof found);
    ok(tutela_set_contains_many((tutela_set *)(void *)set, TUTELA_MD5, row.digests.value[0], 16, 2, found,
                                &error)
               == TUTELA_SET_REFUSED
           && found[0] == 255 && found[1] == 255,
       "no digest without an answer looks like one that is not listed");
    tt_set_close(set);
    image_done(&image);
}

static void facts(const tutela_set *set)
{
    tutela_set_info info = {.size = sizeof info};
    struct {
        size_t size;
        size_t lists;
        uint64_t entries;
    } older = {.size = sizeof older};
    uint64_t sum = 0;

    ok(tutela_set_get_info(set, &info) == TUTELA_OK, "info");
    is_u64(info.masks[MASK(MD5) | MASK(SHA1) | MASK(SHA256)], LISTED / 3, "entries with three digests");
    for (size_t i = 0; i < TUTELA_DIGEST_MASKS; i++)
        sum += info.masks[i];
    is_u64(sum, info.entries, "masks sum up");
    is_u64(info.masks[MASK(MD5)], info.entries - LISTED / 3, "all others are MD5 alone");
    is_i64(info.expires, INT64_MIN, "it does not expire");
    ok(tutela_set_get_info(set, (tutela_set_info *)(void *)&older) == TUTELA_OK
           && older.entries == info.entries && older.lists == 3,
       "a program of an older header gets what it knows");
}

int main(void)
{
    char path[300];
    tutela_set *set;

    snprintf(path, sizeof path, "%s", tap_path("set.tset"));
    make(path);
    set = open_public(path);
    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        ask_all_of(set, i);
    misuse(set);
    facts(set);
    tutela_set_close(set);
    sealed();
    damaged(path);
    return tap_done();
}
