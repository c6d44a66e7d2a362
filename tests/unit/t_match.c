/* match: covers, grades, and entries whose digests agree or do not. */
#include "match/match.h"

#include "hashsets/build.h"
#include "match/grade.h"

#include "tap.h"

#define MD5 TUTELA_BIT(TUTELA_MD5)
#define SHA1 TUTELA_BIT(TUTELA_SHA1)
#define SHA256 TUTELA_BIT(TUTELA_SHA256)
#define SHA512 TUTELA_BIT(TUTELA_SHA512)
#define NO_SIZE TT_SIZE_UNKNOWN

/* Any will do where there is no choice. */
static const uint32_t even[TUTELA_ALGORITHM_COUNT] = {1, 1, 1, 1};

static void grades(void)
{
    static const struct {
        uint32_t agreed, disagreed;
        uint64_t listed, bytes;
        tutela_grade want;
        const char *what;
    } cases[] = {
        {SHA256, 0, NO_SIZE, 5, TUTELA_GRADE_S, "SHA-256 alone"},
        {SHA512, 0, NO_SIZE, 5, TUTELA_GRADE_S, "SHA-512 alone"},
        {SHA256, 0, 6, 5, TUTELA_GRADE_S, "SHA-256 with another size: the list's size is wrong"},
        {SHA256, MD5, NO_SIZE, 5, TUTELA_GRADE_X, "SHA-256 agrees, MD5 does not"},
        {MD5 | SHA1, 0, NO_SIZE, 5, TUTELA_GRADE_A, "MD5 and SHA-1"},
        {MD5 | SHA1, SHA256, NO_SIZE, 5, TUTELA_GRADE_X, "MD5 and SHA-1 agree, SHA-256 does not"},
        {MD5, SHA1, 5, 5, TUTELA_GRADE_X, "MD5 and size agree, SHA-1 does not"},
        {SHA1, 0, NO_SIZE, 5, TUTELA_GRADE_B, "SHA-1 alone"},
        {SHA1, 0, 6, 5, TUTELA_GRADE_X, "SHA-1 with another size"},
        {MD5, 0, 5, 5, TUTELA_GRADE_B, "MD5 with its size"},
        {MD5, 0, 6, 5, TUTELA_GRADE_X, "MD5 with another size"},
        {MD5, 0, NO_SIZE, 5, TUTELA_GRADE_C, "MD5 alone"},
        {MD5, 0, 6, NO_SIZE, TUTELA_GRADE_C, "MD5 of a file of unknown size"},
        {SHA1, 0, 6, NO_SIZE, TUTELA_GRADE_B, "SHA-1 of a file of unknown size"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_text(tutela_grade_letter(tt_grade(cases[i].agreed, cases[i].disagreed, cases[i].listed,
                                             cases[i].bytes)),
                tutela_grade_letter(cases[i].want), "grade of %s", cases[i].what);
    ok(tt_grade_better(TUTELA_GRADE_NONE, TUTELA_GRADE_X) == TUTELA_GRADE_X, "any beats none");
    ok(tt_grade_better(TUTELA_GRADE_C, TUTELA_GRADE_S) == TUTELA_GRADE_S, "S beats C");
}

/* Digests of a text, with the algorithms in `mask`. */
static tt_digests digests_of(const char *text, uint32_t mask)
{
    tt_digests out = {0};

    if (tt_digest_bytes(mask, text, strlen(text), &out, NULL) != TUTELA_OK)
        ok(0, "digests of '%s'", text);
    return out;
}

static void add(tt_build *build, tt_digests digests, uint64_t size, const char *entry)
{
    tt_row row = TT_ROW_EMPTY;

    row.digests = digests;
    row.size = size;
    row.entry = entry;
    ok(tt_build_add(build, &row, NULL) == TUTELA_OK, "adds %s", entry);
}

static tt_set *finish(tt_build *build, const char *path)
{
    tt_build_counts counts;
    tt_set *set = NULL;
    tutela_error error;

    ok(tt_build_finish(build, 0, &counts, &error) == TUTELA_OK, "builds");
    tt_build_free(build);
    ok(tt_set_open(&set, path, &error) == TUTELA_OK, "opens");
    return set;
}

static tt_build *begin(const char *path, const char *list, tutela_polarity polarity)
{
    tt_build *build = NULL;

    ok(tt_build_new(&build, path, 1 << 20, NULL) == TUTELA_OK
           && tt_build_list(build, list, "v1", polarity, NULL) == TUTELA_OK,
       "list %s", list);
    return build;
}

static void find(const tt_matcher *matcher, const char *text, const char *want)
{
    tt_digests digests = digests_of(text, TT_DIGEST_ALL);
    tt_matches matches = {0};
    char got[256] = "";

    ok(tt_match_find(matcher, &digests, strlen(text), &matches, NULL) == TUTELA_OK, "looks up");
    for (size_t i = 0; i < matches.count; i++) {
        size_t used = strlen(got);

        snprintf(got + used, sizeof got - used, "%s%s:%s:%s", i ? " " : "", matches.match[i].list,
                 matches.match[i].entry, tutela_grade_letter(matches.match[i].grade));
    }
    is_text(got, want, "matches of '%s'", text);
    tt_matches_done(&matches);
}

static void matching(void)
{
    char bad_path[300], good_path[300];
    tt_build *build;
    tt_set *sets[2];
    tt_matcher *matcher = NULL;
    tt_digests mixed, one;
    uint32_t polarities = 99;

    snprintf(bad_path, sizeof bad_path, "%s", tap_path("bad.tset"));
    snprintf(good_path, sizeof good_path, "%s", tap_path("good.tset"));
    build = begin(bad_path, "bad", TUTELA_KNOWN_BAD);
    add(build, digests_of("one", MD5), NO_SIZE, "one");
    add(build, digests_of("two", MD5 | SHA1), NO_SIZE, "two");
    add(build, digests_of("both", MD5), 4, "both");
    add(build, digests_of("both", MD5), NO_SIZE, "both-again");
    /* An entry whose SHA-1 is another file's: the two digests never agree. */
    mixed = digests_of("three", MD5 | SHA1);
    one = digests_of("four", SHA1);
    memcpy(mixed.value[TUTELA_SHA1], one.value[TUTELA_SHA1], 20);
    add(build, mixed, NO_SIZE, "mixed");
    sets[0] = finish(build, bad_path);
    build = begin(good_path, "good", TUTELA_KNOWN_GOOD);
    add(build, digests_of("both", SHA1), NO_SIZE, "");
    add(build, digests_of("fine", SHA1 | SHA256), NO_SIZE, "fine");
    sets[1] = finish(build, good_path);

    ok(tt_matcher_new(&matcher, sets, 2, NULL) == TUTELA_OK, "a matcher");
    tt_set_close(sets[0]);
    tt_set_close(sets[1]);
    is_u64(tt_matcher_cover(matcher, 0, even), MD5 | SHA1, "MD5 and SHA-1 cover all entries");
    is_u64(tt_matcher_listed(matcher), MD5 | SHA1 | SHA256, "what is listed");
    is_u64(tt_matcher_polarities(matcher),
           TUTELA_BIT(TUTELA_KNOWN_BAD) | TUTELA_BIT(TUTELA_KNOWN_GOOD), "lists of both kinds");
    find(matcher, "one", "bad:one:C");
    find(matcher, "two", "bad:two:A");
    find(matcher, "both", "bad:both:B bad:both-again:C good:#1:B");
    find(matcher, "three", "bad:mixed:X");
    find(matcher, "four", "bad:mixed:X");
    find(matcher, "fine", "good:fine:S");
    find(matcher, "five", "");
    one = digests_of("both", MD5 | SHA1);
    ok(tt_match_probe(matcher, &one, &polarities, NULL) == TUTELA_OK, "probes");
    is_u64(polarities, TUTELA_BIT(TUTELA_KNOWN_BAD) | TUTELA_BIT(TUTELA_KNOWN_GOOD),
           "of both polarities");
    one = digests_of("nothing", MD5 | SHA1);
    ok(tt_match_probe(matcher, &one, &polarities, NULL) == TUTELA_OK, "probes");
    is_u64(polarities, 0, "a miss");
    tt_matcher_free(matcher);
    ok(tt_matcher_new(&matcher, NULL, 0, NULL) == TUTELA_OK, "a matcher over no sets");
    is_u64(tt_matcher_cover(matcher, 0, even), 0, "needs no algorithm");
    tt_matcher_free(matcher);
}

/* Entries that differ only in what the list says of them: each is told, always in this order. */
static void said(void)
{
    static const struct {
        const char *owner;
        uint32_t flags;
        int64_t updated;
    } want[] = {{"", 0, 0},          {"", 0, 1000000000}, {"", 0, 86400000000000},
                {"", 1, 0},          {"", 16, 5000000000}, {"a", 0, 0},
                {"a", 31, 0},        {"b", 0, 0}};
    enum { COUNT = sizeof want / sizeof want[0] };
    const char *path = tap_path("said.tset");
    tt_digests digests = digests_of("said", MD5 | SHA1);
    tt_matcher *matcher = NULL;
    tt_matches matches = {0};
    tt_set *sets[3];

    /* The same list over three sets, its rows in any order. */
    for (size_t s = 0; s < 3; s++) {
        tt_build *build = begin(path, "bad", TUTELA_KNOWN_BAD);
        for (size_t i = 0; i < COUNT; i++) {
            size_t at = (i * 3 + s) % COUNT;
            tt_row row = TT_ROW_EMPTY;
            row.digests = digests;
            row.entry = "same";
            row.owner = want[at].owner;
            row.flags = want[at].flags;
            row.updated = want[at].updated;
            if (at % 3 == s)
                ok(tt_build_add(build, &row, NULL) == TUTELA_OK, "entry %zu", at);
        }
        sets[s] = finish(build, path);
    }
    for (int turn = 0; turn < 2; turn++) {
        ok(tt_matcher_new(&matcher, sets, 3, NULL) == TUTELA_OK
               && tt_match_find(matcher, &digests, 4, &matches, NULL) == TUTELA_OK,
           "looks up");
        is_u64(matches.count, COUNT, "all of them");
        for (size_t i = 0; i < matches.count && i < COUNT; i++) {
            const tutela_match *match = &matches.match[i];
            ok(strcmp(match->owner, want[i].owner) == 0 && match->flags == want[i].flags
                   && match->updated == want[i].updated && match->grade == TUTELA_GRADE_A,
               "match %zu: '%s' %u %lld", i, match->owner, match->flags,
               (long long)match->updated);
        }
        tt_matcher_free(matcher);
        tt_set *first = sets[0];
        sets[0] = sets[2], sets[2] = first;
    }
    tt_matches_done(&matches);
    for (size_t s = 0; s < 3; s++)
        tt_set_close(sets[s]);
}

int main(void)
{
    grades();
    said();
    matching();
    return tap_done();
}
