/* overlap: rows in lists of the other kind, against a model that knows who lists what. */
#include "set_kit.h"

#include "hashsets/overlap.h"

enum { POOL = 700, LISTS = 4, SOURCES = 3 };

static tutela_error error;
static const char *const names[LISTS] = {"bad", "good", "good too", "rest"};
static const tutela_polarity polarities[LISTS]
    = {TUTELA_KNOWN_BAD, TUTELA_KNOWN_GOOD, TUTELA_KNOWN_GOOD, TUTELA_KNOWN_GOOD};

static uint32_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Does the list hold that digest of the pool? A third of all, differently for each. */
static int holds(size_t list, int algorithm, uint32_t digest)
{
    uint64_t state = (uint64_t)list * 1000003 + (uint64_t)algorithm * 10007 + digest;

    (void)next(&state);
    return next(&state) % 3 == 0;
}

static void digest_of(tt_digests *out, int algorithm, uint32_t digest)
{
    out->mask |= TUTELA_BIT(algorithm);
    made_up(out->value[algorithm], TUTELA_DIGEST_MAX,
            (uint64_t)algorithm * POOL + digest + 1000000);
}

/* A set of the lists from `from` to before `to`, one entry a digest, some of them twice. */
static tt_set *make_set(const char *path, const char *key, size_t from, size_t to)
{
    tt_build *build = build_at(path, MEMORY);
    tt_seal *seal = NULL;
    tt_set *set = NULL;

    if (key
        && (tt_seal_create(key, &error) != TUTELA_OK || tt_seal_load(&seal, key, &error) != TUTELA_OK
            || tt_build_seal(build, seal, &error) != TUTELA_OK))
        exit(1);
    for (size_t list = from; list < to; list++) {
        list_in(build, names[list], polarities[list]);
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            for (uint32_t d = 0; d < POOL; d++) {
                tt_row row = row_of(0, 0);
                if (!holds(list, a, d))
                    continue;
                digest_of(&row.digests, a, d);
                add_row(build, &row);
                row.entry = "again";
                if (d % 5 == 0)
                    add_row(build, &row);
            }
    }
    (void)finish(build);
    tt_seal_free(seal);
    if (tt_set_open_sealed(&set, path, key, &error) != TUTELA_OK)
        exit(1);
    return set;
}

typedef struct counts {
    uint64_t rows, digests[TUTELA_ALGORITHM_COUNT];
} counts;

static counts want[SOURCES][LISTS];

static void add_one(tt_overlap *overlap, uint32_t source, uint64_t *state)
{
    uint32_t mask = next(state) % 15 + 1, digest[TUTELA_ALGORITHM_COUNT];
    tt_digests row = {.mask = 0};

    for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++) {
        digest[a] = next(state) % (2 * POOL); /* half of them are in no list */
        if (mask >> a & 1)
            digest_of(&row, a, digest[a]);
    }
    for (size_t list = 0; list < LISTS; list++) {
        int in = 0;
        for (int a = 0; a < TUTELA_ALGORITHM_COUNT; a++)
            if ((mask >> a & 1) && digest[a] < POOL && holds(list, a, digest[a])) {
                want[source][list].digests[a]++;
                in = 1;
            }
        want[source][list].rows += (uint64_t)in;
    }
    if (tt_overlap_add(overlap, source, &row, &error) != TUTELA_OK)
        ok(0, "a row: %s", error.text);
}

/* What is told is what the model has of the lists that oppose `polarity`, most rows first. */
static void as_wanted(const tt_overlap *overlap, tutela_polarity polarity, const char *what)
{
    tt_overlap_pair pair;
    uint64_t last = UINT64_MAX;
    size_t told = 0, expected = 0, wrong = 0;

    for (; tt_overlap_at(overlap, told, &pair); told++) {
        size_t list = 0;
        while (list < LISTS && strcmp(pair.list->name, names[list]) != 0)
            list++;
        if (list == LISTS || pair.list->polarity == polarity || pair.source >= SOURCES
            || pair.set != (list == 3) || pair.rows > last
            || pair.rows != want[pair.source][list].rows
            || memcmp(pair.digests, want[pair.source][list].digests, sizeof pair.digests) != 0)
            wrong++;
        last = pair.rows;
    }
    for (size_t s = 0; s < SOURCES; s++)
        for (size_t list = 0; list < LISTS; list++)
            expected += polarities[list] != polarity && want[s][list].rows > 0;
    is_u64(wrong, 0, "%s: as in the model", what);
    is_u64(told, expected, "%s: all of them", what);
}

static void try_rows(tt_set **sets, size_t rows, tutela_polarity polarity)
{
    tt_overlap *overlap = NULL;
    uint64_t state = rows;
    char what[64];

    memset(want, 0, sizeof want);
    snprintf(what, sizeof what, "%zu rows of polarity %d", rows, (int)polarity);
    if (tt_overlap_new(&overlap, sets, 2, polarity, &error) != TUTELA_OK)
        exit(1);
    for (size_t i = 0; i < rows; i++)
        add_one(overlap, (uint32_t)(i * SOURCES / rows), &state);
    ok(tt_overlap_finish(overlap, &error) == TUTELA_OK, "%s: finished", what);
    as_wanted(overlap, polarity, what);
    tt_overlap_free(overlap);
}

/* A digest that one list names thousands of times does not hide the list after it. */
static void try_long_run(void)
{
    char path[300];
    tt_overlap *overlap = NULL;
    tt_overlap_pair pair;
    tt_row row = row_of(1, 5);
    tt_build *build;
    tt_set *set;

    snprintf(path, sizeof path, "%s", tap_path("long.tset"));
    build = build_at(path, MEMORY);
    list_in(build, "bad", TUTELA_KNOWN_BAD);
    for (size_t i = 0; i < 3000; i++) {
        row.size = i + 1;
        add_row(build, &row);
    }
    list_in(build, "good", TUTELA_KNOWN_GOOD);
    row.size = 5000;
    add_row(build, &row);
    (void)finish(build);
    set = open_set(path);
    ok(tt_overlap_new(&overlap, &set, 1, TUTELA_KNOWN_BAD, &error) == TUTELA_OK
           && tt_overlap_add(overlap, 0, &row.digests, &error) == TUTELA_OK
           && tt_overlap_finish(overlap, &error) == TUTELA_OK
           && tt_overlap_at(overlap, 0, &pair) && pair.rows == 1
           && strcmp(pair.list->name, "good") == 0 && !tt_overlap_at(overlap, 1, &pair),
       "found behind three thousand entries of another list");
    tt_overlap_free(overlap);
    tt_set_close(set);
}

/* A damaged page is refused, never taken for "not there". */
static void try_damage(const char *path, const tt_set *intact)
{
    const tt_section *keys = &intact->index[TUTELA_MD5].keys;
    set_image image = image_of(path);
    tt_overlap *overlap = NULL;
    tt_set *set = NULL;
    uint64_t state = 1;
    tutela_status status = TUTELA_OK;

    for (uint64_t at = keys->offset; at + TT_SET_PAGE < keys->offset + keys->bytes; at += TT_SET_PAGE)
        put_byte(&image, at + 7, (uint8_t)~image.bytes[at + 7]);
    if (tt_set_open_eager(&set, image.path, 0, &error) != TUTELA_OK) {
        printf("Bail out! %s\n", error.text);
        exit(1);
    }
    if (tt_overlap_new(&overlap, &set, 1, TUTELA_KNOWN_BAD, &error) != TUTELA_OK)
        exit(1);
    for (size_t i = 0; i < 3000 && status == TUTELA_OK; i++) {
        tt_digests row = {.mask = 0};
        digest_of(&row, TUTELA_MD5, next(&state) % POOL);
        status = tt_overlap_add(overlap, 0, &row, &error);
    }
    if (status == TUTELA_OK)
        status = tt_overlap_finish(overlap, &error);
    is_i64(status, TUTELA_SET_REFUSED, "a damaged set: %s", error.text);
    tt_overlap_free(overlap);
    tt_set_close(set);
    image_done(&image);
}

int main(void)
{
    static const size_t sizes[] = {0, 1, 1023, 1024, 1025, 5000};
    char first[300], second[300], key[300];
    tt_set *sets[2];

    snprintf(first, sizeof first, "%s", tap_path("first.tset"));
    snprintf(second, sizeof second, "%s", tap_path("second.tset"));
    snprintf(key, sizeof key, "%s", tap_path("key"));
    sets[0] = make_set(first, NULL, 0, 3);
    sets[1] = make_set(second, key, 3, LISTS);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        try_rows(sets, sizes[i], TUTELA_KNOWN_BAD);
    try_rows(sets, 3000, TUTELA_KNOWN_GOOD);
    try_long_run();
    try_damage(first, sets[0]);
    tt_set_close(sets[0]);
    tt_set_close(sets[1]);
    return tap_done();
}
