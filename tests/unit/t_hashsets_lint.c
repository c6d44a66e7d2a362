/*
 * lint: conflicts, repeated and shared digests, by hand in each algorithm and against a model that
 * counts random rows in plain tables.
 */
#include "set_kit.h"

#include "hashsets/pairs.h"

static tt_seal *seal;

/* A build of one list "list" unless rows say otherwise; sealed when asked. Its set is not kept. */
static tt_build *begin(const char *path, int sealed, uint64_t memory)
{
    tt_build *build = build_at(path, memory);
    tutela_error error;

    if (sealed && tt_build_seal(build, seal, &error) != TUTELA_OK)
        exit(1);
    tt_build_dry(build);
    list_in(build, "list", TUTELA_KNOWN_BAD);
    return build;
}

static tt_build_counts end(tt_build *build)
{
    tt_build_counts counts = {0};
    tutela_error error;

    if (tt_build_finish(build, TT_TIME_UNKNOWN, &counts, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    return counts;
}

static void add_as(tt_build *build, uint32_t mask, uint64_t seed, const char *scheme,
                   const char *value, const char *id)
{
    tt_row row = row_of(mask, seed);

    row.scheme = scheme;
    row.value = value;
    row.entry = id;
    add_row(build, &row);
}

/* ---- By hand ----------------------------------------------------------------------------- */

/* Rows with the digests of `mask`, one kind of thing after the other. */
static void fill(tt_build *build, uint32_t mask)
{
    add_as(build, mask, 1, "vics", "1", "a"); /* a conflict */
    add_as(build, mask, 1, "vics", "2", "b");
    add_as(build, mask, 2, "vics", "1", "a"); /* one by the scheme alone */
    add_as(build, mask, 2, "caid", "1", "a");
    add_as(build, mask, 3, "vics", "1", "a"); /* three categories, three pairs */
    add_as(build, mask, 3, "vics", "2", "a");
    add_as(build, mask, 3, "vics", "3", "a");
    add_as(build, mask, 4, "", "", "a"); /* no category contradicts none: repeated */
    add_as(build, mask, 4, "vics", "1", "a");
    add_as(build, mask, 5, "vics", "1", "a"); /* repeated: another id */
    add_as(build, mask, 5, "vics", "1", "b");
    add_as(build, mask, 6, "vics", "1", "a"); /* a duplicate, and nothing else */
    add_as(build, mask, 6, "vics", "1", "a");
    add_as(build, mask, 7, "vics", "1", "a"); /* alone */
    add_as(build, mask, 8, "vics", "1", "a"); /* two lists, two categories: shared, no conflict */
    add_as(build, mask, 9, "vics", "1", "a"); /* shared, and a conflict in the other list */
    list_in(build, "other", TUTELA_KNOWN_BAD);
    add_as(build, mask, 8, "vics", "2", "a");
    add_as(build, mask, 9, "vics", "1", "a");
    add_as(build, mask, 9, "vics", "3", "a");
    add_as(build, mask, 10, "vics", "2", "a"); /* alone, in the other list */
}

static int is_conflict(const tt_lint_conflict *at, const char *list, const char *first,
                       const char *second)
{
    char one[64], other[64];

    snprintf(one, sizeof one, "%s:%s", at->first.scheme, at->first.value);
    snprintf(other, sizeof other, "%s:%s", at->second.scheme, at->second.value);
    return strcmp(at->first.list, list) == 0 && strcmp(at->second.list, list) == 0
           && strcmp(one, first) == 0 && strcmp(other, second) == 0;
}

static void try_by_hand(uint32_t mask, int sealed)
{
    static const char *const want[][3] = {{"list", "vics:1", "vics:2"},
                                          {"list", "caid:1", "vics:1"},
                                          {"list", "vics:1", "vics:3"},
                                          {"list", "vics:2", "vics:3"},
                                          {"other", "vics:1", "vics:3"}};
    tt_build *build = begin(tap_path("hand.tset"), sealed, MEMORY);
    tt_lint_conflict at;
    tt_build_counts counts;
    size_t right = 0;

    fill(build, mask);
    counts = end(build);
    is_u64(counts.duplicates, 1, "mask %u, sealed %d: duplicates", mask, sealed);
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        unsigned has = mask >> a & 1;
        is_u64(counts.lint.conflicts[a], has * 4, "mask %u: conflicts %d", mask, a);
        is_u64(counts.lint.repeated[a], has * 2, "mask %u: repeated %d", mask, a);
        is_u64(counts.lint.several[a], has * 2, "mask %u: in several lists %d", mask, a);
    }
    is_u64(counts.lint.pairs, 5, "mask %u: pairs", mask);
    for (size_t i = 0; i < 5; i++) {
        if (!tt_build_conflict_at(build, i, &at) || !is_conflict(&at, want[i][0], want[i][1], want[i][2]))
            break;
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            right += at.digests[a] == (mask >> a & 1) * (i ? 1u : 2u);
    }
    is_u64(right, 5 * TUTELA_ALGORITHM_COUNT, "mask %u: the most frequent first, then by rank", mask);
    ok(!tt_build_conflict_at(build, 5, &at), "mask %u: and no more", mask);
    is_u64(counts.masks[mask], counts.accepted, "mask %u: entries by mask", mask);
    is_u64(counts.unsized, mask == 1 ? counts.accepted : 0, "mask %u: MD5 alone, no size", mask);
    tt_build_free(build);
}

static void try_clean(void)
{
    tt_build *build = begin(tap_path("clean.tset"), 0, MEMORY);
    tt_lint_conflict at;
    tt_build_counts counts;

    ok(!tt_build_conflict_at(build, 0, &at), "no conflict before the end");
    for (uint64_t i = 0; i < 1000; i++) {
        tt_row row = row_of((uint32_t)i % 15 + 1, i);
        row.size = 1;
        row.value = i % 2 ? "1" : "2";
        add_row(build, &row);
    }
    counts = end(build);
    is_u64(counts.lint.pairs + counts.unsized, 0, "nothing in a clean list");
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        is_u64(counts.lint.conflicts[a] + counts.lint.repeated[a] + counts.lint.several[a], 0,
               "nothing in a clean list, %d", a);
    tt_build_free(build);
}

/* ---- Against a model --------------------------------------------------------------------- */

enum { ROWS = 6000, POOL = 500, LISTS = 3, VALUES = 6, IDS = 3 };
static const char *const lists[LISTS] = {"a", "b", "c"};
static const char *const values[VALUES] = {"", "1", "2", "3", "4", "5"}; /* as they sort */
static const char *const ids[IDS] = {"", "x", "y"};

typedef struct sample {
    uint16_t digest[TUTELA_ALGORITHM_COUNT]; /* in the pool; POOL: none */
    uint8_t list, value, id;
} sample;

/* Entries, by what they say. */
static uint32_t tally[TUTELA_ALGORITHM_COUNT][POOL][LISTS][VALUES];
static uint64_t pair[LISTS][VALUES][VALUES][TUTELA_ALGORITHM_COUNT];

static uint32_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static void make_samples(sample *out, uint64_t seed)
{
    for (size_t i = 0; i < ROWS; i++) {
        uint32_t mask = next(&seed) % 15 + 1;
        out[i] = (sample){.list = (uint8_t)(next(&seed) % LISTS),
                          .value = (uint8_t)(next(&seed) % 40 % VALUES),
                          .id = (uint8_t)(next(&seed) % IDS)};
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            out[i].digest[a] = mask >> a & 1 ? (uint16_t)(next(&seed) % POOL) : POOL;
        if (i && next(&seed) % 10 == 0)
            out[i] = out[next(&seed) % i];
    }
}

static int order_samples(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(sample));
}

/* Sorts the samples: equal ones are one entry. Returns the duplicates. */
static uint64_t model(sample *samples, tt_lint_counts *counts)
{
    uint64_t duplicates = 0;

    memset(tally, 0, sizeof tally);
    memset(pair, 0, sizeof pair);
    *counts = (tt_lint_counts){0};
    qsort(samples, ROWS, sizeof *samples, order_samples);
    for (size_t i = 0; i < ROWS; i++) {
        if (i && memcmp(&samples[i], &samples[i - 1], sizeof *samples) == 0) {
            duplicates++;
            continue;
        }
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            if (samples[i].digest[a] < POOL)
                tally[a][samples[i].digest[a]][samples[i].list][samples[i].value]++;
    }
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
        for (size_t d = 0; d < POOL; d++) {
            unsigned in = 0, conflict = 0, again = 0;
            for (size_t l = 0; l < LISTS; l++) {
                uint32_t entries = 0;
                for (size_t v = 0; v < VALUES; v++) {
                    entries += tally[a][d][l][v];
                    for (size_t w = v + 1; v && w < VALUES; w++)
                        if (tally[a][d][l][v] && tally[a][d][l][w]) {
                            conflict = 1;
                            pair[l][v][w][a]++;
                        }
                }
                in += entries > 0;
                again |= entries > 1;
            }
            counts->conflicts[a] += conflict;
            counts->repeated[a] += again && !conflict;
            counts->several[a] += in > 1;
        }
    return duplicates;
}

static void add_sample(tt_build *build, const sample *from)
{
    tt_row row = row_of(0, 0);

    row.entry = ids[from->id];
    row.value = values[from->value];
    row.scheme = from->value ? "vics" : "";
    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        if (from->digest[a] == POOL)
            continue;
        row.digests.mask |= TUTELA_BIT(a);
        made_up(row.digests.value[a], TUTELA_DIGEST_MAX,
                (uint64_t)a * POOL + from->digest[a] + 1000000);
    }
    list_in(build, lists[from->list], TUTELA_KNOWN_BAD);
    add_row(build, &row);
}

static size_t index_in(const char *const *words, size_t count, const char *word)
{
    size_t at = 0;

    while (at < count && strcmp(words[at], word) != 0)
        at++;
    return at;
}

/* Every pair of the build is the model's, and there are as many. */
static void same_pairs(const tt_build *build, const char *what)
{
    size_t wrong = 0, want = 0, got = 0;
    tt_lint_conflict at;

    for (; tt_build_conflict_at(build, got, &at); got++) {
        size_t l = index_in(lists, LISTS, at.first.list);
        size_t v = index_in(values, VALUES, at.first.value);
        size_t w = index_in(values, VALUES, at.second.value);
        if (l == LISTS || v == VALUES || w == VALUES
            || memcmp(at.digests, pair[l][v][w], sizeof at.digests) != 0)
            wrong++;
    }
    for (size_t l = 0; l < LISTS; l++)
        for (size_t v = 1; v < VALUES; v++)
            for (size_t w = v + 1; w < VALUES; w++)
                want += (pair[l][v][w][0] | pair[l][v][w][1] | pair[l][v][w][2] | pair[l][v][w][3])
                        != 0;
    is_u64(wrong, 0, "%s: pairs as in the model", what);
    is_u64(got, want, "%s: all of them", what);
}

static void try_model(uint64_t seed, int sealed, uint64_t memory)
{
    static sample samples[ROWS];
    char what[64];
    tt_lint_counts want;
    tt_build_counts counts;
    tt_build *build = begin(tap_path("model.tset"), sealed, memory);
    uint64_t duplicates;

    snprintf(what, sizeof what, "seed %llu, sealed %d", (unsigned long long)seed, sealed);
    make_samples(samples, seed);
    for (size_t i = 0; i < ROWS; i++)
        add_sample(build, &samples[i]);
    duplicates = model(samples, &want);
    counts = end(build);
    is_u64(counts.duplicates, duplicates, "%s: duplicates", what);
    want.pairs = counts.lint.pairs; /* same_pairs counts them */
    ok(memcmp(&counts.lint, &want, sizeof want) == 0, "%s: counts as in the model", what);
    ok(want.conflicts[0] > 100 && want.repeated[3] > 0 && want.several[1] > 100,
       "%s: the model has something to find", what);
    same_pairs(build, what);
    tt_build_free(build);
}

/* ---- Limits ------------------------------------------------------------------------------ */

/* So many digests, each with two categories that no other has. */
static void try_many_pairs(uint64_t count)
{
    tt_build *build = begin(tap_path("pairs.tset"), 0, MEMORY);
    tt_lint_conflict at;
    tt_build_counts counts;
    uint64_t told = 0, most = count < TT_PAIRS_MAX ? count : TT_PAIRS_MAX, one_each = 0;

    for (uint64_t i = 0; i < count; i++)
        for (unsigned n = 0; n < 2; n++) {
            char value[32];
            snprintf(value, sizeof value, "%llu", (unsigned long long)(2 * i + n));
            add_as(build, 1, i, "", value, "");
        }
    counts = end(build);
    is_u64(counts.lint.conflicts[0], count, "%llu conflicts are counted", (unsigned long long)count);
    is_u64(counts.lint.pairs, most, "and so are their pairs, up to the limit");
    for (; tt_build_conflict_at(build, told, &at); told++)
        one_each += at.digests[0] == 1 && atoi(at.first.value) / 2 == atoi(at.second.value) / 2;
    is_u64(told, most, "as many are told");
    is_u64(one_each, most, "each with its own categories");
    tt_build_free(build);
}

/* One digest in very many rows of many categories, as the first algorithm and as a further one. */
static void try_long_run(uint32_t mask, size_t rows, unsigned categories)
{
    tt_build *build = begin(tap_path("long.tset"), 0, MEMORY);
    int algorithm = 31 - __builtin_clz(mask);
    unsigned paired = categories < TT_LINT_CATEGORIES ? categories : TT_LINT_CATEGORIES;
    tt_lint_conflict at;
    tt_build_counts counts;

    for (size_t i = 0; i < rows; i++) {
        tt_row row = row_of(mask, i);
        char id[32], value[32];
        made_up(row.digests.value[algorithm], TUTELA_DIGEST_MAX, 77);
        snprintf(id, sizeof id, "%zu", i);
        snprintf(value, sizeof value, "%03u", (unsigned)(i % categories));
        row.entry = id;
        row.value = value;
        add_row(build, &row);
    }
    counts = end(build);
    is_u64(counts.lint.conflicts[algorithm], categories > 1, "mask %u: a long run in conflict", mask);
    is_u64(counts.lint.repeated[algorithm], categories == 1, "mask %u: or repeated", mask);
    is_u64(counts.lint.pairs, paired * (paired - 1) / 2, "mask %u: its pairs", mask);
    if (categories > 1)
        ok(tt_build_conflict_at(build, 0, &at) && at.digests[algorithm] == 1
               && strcmp(at.first.value, "000") == 0 && strcmp(at.second.value, "001") == 0,
           "mask %u: one digest each", mask);
    tt_build_free(build);
}

static void try_pairs(void)
{
    static uint64_t want[100][100];
    tt_pairs pairs;
    uint64_t state = 5;
    size_t wrong = 0;

    tt_pairs_begin(&pairs);
    for (size_t i = 0; i < 50000; i++) {
        uint32_t first = next(&state) % 100, second = next(&state) % (first + 1);
        tt_pair *one = NULL;
        if (tt_pairs_at(&pairs, first, second, &one, NULL) != TUTELA_OK || !one)
            break;
        one->rows++;
        want[first][second]++;
    }
    tt_pairs_order(&pairs);
    for (size_t i = 0; i < pairs.count; i++) {
        const tt_pair *one = &pairs.pair[i];
        wrong += one->rows != want[one->first][one->second];
        want[one->first][one->second] = 0;
        wrong += i && one->rows > pairs.pair[i - 1].rows;
    }
    for (size_t i = 0; i < 10000; i++)
        wrong += want[i / 100][i % 100] != 0;
    is_u64(wrong, 0, "a table of pairs counts as a plain one does, most first");
    ok(!pairs.full, "it was never full");
    tt_pairs_done(&pairs);
}

/* What is counted does not change what is written, and a dry build writes nothing. */
static void try_dry(void)
{
    char path[300];
    tt_build *build;
    tt_build_counts counts;

    snprintf(path, sizeof path, "%s", tap_path("dry.tset"));
    write_whole(path, "old", 3);
    build = begin(path, 0, MEMORY);
    fill(build, 3);
    counts = end(build);
    is_u64(counts.lint.conflicts[1], 4, "a dry build finds the same");
    tt_build_free(build);
    write_whole(tap_path("old"), "old", 3);
    ok(same_file(path, tap_path("old")), "and leaves the old file");
}

int main(void)
{
    const char *key = tap_path("key");
    tutela_error error;

    if (tt_seal_create(key, &error) != TUTELA_OK || tt_seal_load(&seal, key, &error) != TUTELA_OK)
        return 1;
    for (uint32_t mask = 1; mask <= TT_DIGEST_ALL; mask++)
        try_by_hand(mask, mask % 2);
    try_clean();
    for (uint64_t seed = 1; seed <= 3; seed++) {
        try_model(seed, 0, MEMORY);
        try_model(seed, 1, seed == 2 ? (64u << 10) : MEMORY);
    }
    try_many_pairs(1000);
    try_many_pairs(TT_PAIRS_MAX + 500);
    try_long_run(1, 20000, 40);
    try_long_run(3, 20000, 40);
    try_long_run(9, 20000, 7000);
    try_long_run(3, 20000, 1);
    try_pairs();
    try_dry();
    tt_seal_free(seal);
    return tap_done();
}
